"""Results that this package builds have the same coordinates in exports of the real server.

The tolerance is 1e-6 of the image's sides, unless the format rounds.
"""

from __future__ import annotations

import csv
import io
import json
import math
import random
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from support.cleaning import delete

from label_studio_orm import LabelStudio
from label_studio_orm.labeling import (
    Box,
    Brush,
    Ellipse,
    LabelConfig,
    Polygon,
    Span,
    choices,
    labels,
    tag,
    taxonomy,
)

Files = dict[str, bytes]
Point = tuple[float, float]
Export = Callable[..., Files]

CLOSE = 1e-6  # of the image's width and height
SIZE = (640, 480)
SQUARE = (500, 500)
PICTURE = {"image": "http://127.0.0.1:9/a.png"}  # the picture itself is not needed
TEXT = {"text": "Ada Lovelace met Charles Babbage in London, and Ada wrote him."}

BOXES = LabelConfig.create({"image": "Image", "bbox": labels("cat", "dog")})
POLYGONS = LabelConfig.create(
    {"image": "Image", "outline": labels("cat", "dog", tag_type="PolygonLabels")}
)
MASKS = LabelConfig.create({"image": "Image", "mask": labels("cat", "dog", tag_type="BrushLabels")})
SPANS = LabelConfig.create({"text": "Text", "ner": labels("PER", "LOC")})


@pytest.fixture
def export(ls: LabelStudio, tmp_path: Path) -> Export:
    """Import answers as annotations, one task each, and export them: the files by their names."""

    def export(format: str, config: LabelConfig, *tasks: tuple[dict[str, Any], Any]) -> Files:
        project = ls.projects.create(title="Proof", label_config=str(config))
        project.import_tasks(
            {"data": data, "annotations": [{"result": config.result(answers, data=data)}]}
            for data, answers in tasks
        )
        written = project.export(format, tmp_path / format)
        delete(project)
        if not zipfile.is_zipfile(written):
            return {format: written.read_bytes()}
        with zipfile.ZipFile(written) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return export


def only(files: Files, end: str) -> bytes:
    """Return the only file whose name ends so."""
    (found,) = (content for name, content in files.items() if name.endswith(end))
    return found


def close(numbers: Iterable[float], side: float = 1) -> Any:
    """Equal values within this fraction of the image's side."""
    return pytest.approx(tuple(numbers), rel=0, abs=CLOSE * side)


def some_boxes(size: tuple[int, int], many: int = 40, **more: Any) -> list[Box]:
    """Return random boxes on an image, in fractional pixels."""
    at = random.Random(1843)
    width, height = size
    return [
        Box(
            at.choice(("cat", "dog")),
            pixels=(
                at.uniform(0, width / 2),
                at.uniform(0, height / 2),
                at.uniform(1, width / 2),
                at.uniform(1, height / 2),
            ),
            size=size,
            **{name: make(at) for name, make in more.items()},
        )
        for _ in range(many)
    ]


def some_turned_boxes(size: tuple[int, int]) -> list[Box]:
    return some_boxes(size, rotation=lambda at: at.uniform(-180, 180))


def corners(box: Box) -> list[Point]:
    """Return the corners of a box in pixels, clockwise: it is rotated around the first."""
    x, y, width, height = box.pixels
    angle = math.radians(box.rotation)
    along, down = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    return [
        (x + w * along[0] + h * down[0], y + w * along[1] + h * down[1])
        for w, h in ((0, 0), (width, 0), (width, height), (0, height))
    ]


def around(points: Sequence[Point]) -> tuple[float, float, float, float]:
    """Return the bounding box of points: x, y, width, height."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


# -- YOLO ----------------------------------------------------------------------------------------


def yolo(files: Files, picture: str = "a") -> list[tuple[str, list[float]]]:
    """The lines of a label file: class and numbers."""
    names = only(files, "classes.txt").decode().split("\n")
    lines = only(files, f"{picture}.txt").decode().splitlines()
    rows = [line.split(" ") for line in lines]
    return [(names[int(row[0])], [float(each) for each in row[1:]]) for row in rows]


def test_boxes_as_yolo(export: Export) -> None:
    boxes = some_boxes(SIZE)
    lines = yolo(export("YOLO", BOXES, (PICTURE, {"bbox": boxes})))
    assert [name for name, _ in lines] == [box.label for box in boxes]
    for (_, numbers), box in zip(lines, boxes, strict=True):
        x, y, width, height = box.pixels
        middle = (x + width / 2) / SIZE[0], (y + height / 2) / SIZE[1]
        assert numbers == close((*middle, width / SIZE[0], height / SIZE[1]))


def test_each_image_has_its_own_size(export: Export) -> None:
    pixels = (60, 60, 120, 240)
    small = Box("cat", pixels=pixels, size=(600, 600))
    large = Box("cat", pixels=pixels, size=(1200, 2400))
    tasks = [
        ({"image": "http://127.0.0.1:9/small.png"}, {"bbox": small}),
        ({"image": "http://127.0.0.1:9/large.png"}, {"bbox": large}),
    ]
    files = export("YOLO", BOXES, *tasks)
    assert yolo(files, "small") == [("cat", close((0.2, 0.3, 0.2, 0.4)))]
    assert yolo(files, "large") == [("cat", close((0.1, 0.075, 0.1, 0.1)))]


def test_rotated_boxes_as_yolo_obb(export: Export) -> None:
    boxes = some_turned_boxes(SIZE)
    lines = yolo(export("YOLO_OBB", BOXES, (PICTURE, {"bbox": boxes})))
    assert [name for name, _ in lines] == [box.label for box in boxes]
    for (_, numbers), box in zip(lines, boxes, strict=True):
        wanted = [(x / SIZE[0], y / SIZE[1]) for x, y in corners(box)]
        assert numbers == close(number for point in wanted for number in point)


def test_polygons_as_yolo(export: Export) -> None:
    polygon = Polygon("dog", pixels=[(16, 12), (320, 24), (64.64, 480)], size=SIZE)
    ((name, numbers),) = yolo(export("YOLO", POLYGONS, (PICTURE, {"outline": polygon})))
    assert name == "dog"
    assert numbers == close((0.025, 0.025, 0.5, 0.05, 0.101, 1))


# -- COCO ----------------------------------------------------------------------------------------


def coco(files: Files) -> tuple[list[str], list[dict[str, Any]]]:
    """The labels, and the annotations."""
    content = json.loads(only(files, ".json"))
    names = {category["id"]: category["name"] for category in content["categories"]}
    found = content["annotations"]
    return [names[each["category_id"]] for each in found], found


def test_boxes_as_coco(export: Export) -> None:
    boxes = some_boxes(SIZE)
    files = export("COCO", BOXES, (PICTURE, {"bbox": boxes}))
    names, found = coco(files)
    assert names == [box.label for box in boxes]
    for each, box in zip(found, boxes, strict=True):
        assert each["bbox"] == close(box.pixels, min(SIZE))
    (picture,) = json.loads(only(files, ".json"))["images"]
    assert (picture["width"], picture["height"]) == SIZE


def test_rotated_boxes_become_their_bounding_boxes(export: Export) -> None:
    """COCO has no rotated boxes. The image is a square: the server rotates percent, not pixels."""
    boxes = some_turned_boxes(SQUARE)
    _, found = coco(export("COCO", BOXES, (PICTURE, {"bbox": boxes})))
    for each, box in zip(found, boxes, strict=True):
        assert each["bbox"] == close(around(corners(box)), min(SQUARE))


def test_polygons_as_coco(export: Export) -> None:
    polygon = Polygon("dog", pixels=[(10, 10), (100.5, 20), (50, 200.25)], size=SIZE)
    names, (found,) = coco(export("COCO", POLYGONS, (PICTURE, {"outline": polygon})))
    assert names == ["dog"]
    flat = [number for point in polygon.pixels for number in point]
    assert found["segmentation"] == [close(flat, min(SIZE))]
    assert found["bbox"] == close(around(polygon.pixels), min(SIZE))


def test_boxes_with_separate_labels_as_coco(export: Export) -> None:
    config = LabelConfig.create(
        {"image": "Image", "what": labels("cat", "dog", tag_type="Labels"), "where": "Rectangle"}
    )
    boxes = some_boxes(SIZE)
    names, found = coco(export("COCO", config, (PICTURE, {"what": boxes})))
    assert names == [box.label for box in boxes]
    for each, box in zip(found, boxes, strict=True):
        assert each["bbox"] == close(box.pixels, min(SIZE))


# -- Pascal VOC ----------------------------------------------------------------------------------


def test_boxes_in_integer_pixels_as_voc(export: Export) -> None:
    """VOC truncates decimals, so that 28.999999999999996 would become 28."""
    size = (1080, 1920)
    corners = zip(range(540), range(0, 1080, 2), strict=True)
    places = [(x, y, x + 1, min(y + 1, size[1] - y)) for x, y in corners]
    boxes = [Box("dog", pixels=place, size=size) for place in places]
    root = ElementTree.fromstring(
        only(export("VOC", BOXES, (PICTURE, {"bbox": boxes})), ".xml").decode()
    )
    assert [root.findtext(f"size/{side}") for side in ("width", "height")] == ["1080", "1920"]
    assert {each.findtext("name") for each in root.iter("object")} == {"dog"}
    found = [
        tuple(int(each.findtext(end) or "") for end in ("xmin", "ymin", "xmax", "ymax"))
        for each in root.iter("bndbox")
    ]
    assert found == [(x, y, x + w, y + h) for x, y, w, h in places]


# -- masks ---------------------------------------------------------------------------------------


def a_mask(seed: int, shape: tuple[int, int] = (97, 131)) -> Any:
    """A mask of spots with half-covered edges."""
    dice = np.random.default_rng(seed)
    rows, columns = np.indices(shape)
    mask = np.zeros(shape, np.uint8)
    for _ in range(5):
        row, column = dice.integers(0, shape[0]), dice.integers(0, shape[1])
        away = np.hypot(rows - row, columns - column)
        radius = dice.integers(5, 25)
        mask[away < radius] = 255
        mask[(away >= radius) & (away < radius + 1)] = dice.integers(1, 255)
    return mask


def test_masks_as_numpy_arrays(export: Export) -> None:
    cat, dog = a_mask(1), a_mask(2)
    brushes = [Brush("cat", mask=cat), Brush("dog", mask=dog)]
    files = export("BRUSH_TO_NUMPY", MASKS, (PICTURE, {"mask": brushes}))
    assert len(files) == 2
    assert np.array_equal(np.load(io.BytesIO(only(files, "mask-cat-0.npy"))), cat)
    assert np.array_equal(np.load(io.BytesIO(only(files, "mask-dog-0.npy"))), dog)


def test_masks_as_images(export: Export) -> None:
    mask = a_mask(3) > 0
    files = export("BRUSH_TO_PNG", MASKS, (PICTURE, {"mask": Brush("cat", mask=mask)}))
    with Image.open(io.BytesIO(only(files, ""))) as picture:
        assert np.array_equal(np.asarray(picture), mask * np.uint8(255))


def test_masks_as_coco(export: Export) -> None:
    mask = np.zeros((48, 64), dtype=bool)
    mask[3:20, 5:30] = True
    files = export("BRUSH_TO_COCO", MASKS, (PICTURE, {"mask": Brush("dog", mask=mask)}))
    names, (found,) = coco(files)
    assert names == ["dog"]
    assert found["bbox"] == [5, 3, 25, 17]
    (outline,) = found["segmentation"]  # through the middle of the outermost pixels
    ends = set(zip(outline[::2], outline[1::2], strict=True))
    assert ends == {(5, 3), (29, 3), (29, 19), (5, 19)}


# -- spans ---------------------------------------------------------------------------------------

WHO = [
    Span("PER", start=0, end=12),
    Span("PER", quote="Charles Babbage"),
    Span("LOC", quote="London"),
    Span("PER", quote="Ada", nth=2),
]
MARKED = [
    {"start": 0, "end": 12, "text": "Ada Lovelace", "labels": ["PER"]},
    {"start": 17, "end": 32, "text": "Charles Babbage", "labels": ["PER"]},
    {"start": 36, "end": 42, "text": "London", "labels": ["LOC"]},
    {"start": 48, "end": 51, "text": "Ada", "labels": ["PER"]},
]


def test_spans_as_conll2003(export: Export) -> None:
    content = export("CONLL2003", SPANS, (TEXT, {"ner": WHO}))["CONLL2003"].decode()
    rows = [line.split(" -X- _ ") for line in content.splitlines()[1:] if line]
    assert [f"{word} {mark}" for word, mark in rows if mark != "O"] == [
        "Ada B-PER",
        "Lovelace I-PER",
        "Charles B-PER",
        "Babbage I-PER",
        "London B-LOC",
        "Ada B-PER",
    ]


@pytest.mark.parametrize(("format", "between"), [("CSV", ","), ("TSV", "\t")])
def test_spans_as_a_table(format: str, between: str, export: Export) -> None:
    content = export(format, SPANS, (TEXT, {"ner": WHO}))[format].decode()
    (row,) = csv.DictReader(io.StringIO(content), delimiter=between)
    assert row["text"] == TEXT["text"]
    assert json.loads(row["ner"]) == MARKED


def test_spans_as_small_json(export: Export) -> None:
    (task,) = json.loads(export("JSON_MIN", SPANS, (TEXT, {"ner": WHO}))["JSON_MIN"])
    assert task["ner"] == MARKED


# -- tables and small JSON -----------------------------------------------------------------------


def test_boxes_as_csv(export: Export) -> None:
    boxes = some_turned_boxes(SIZE)
    (row,) = csv.DictReader(
        io.StringIO(export("CSV", BOXES, (PICTURE, {"bbox": boxes}))["CSV"].decode())
    )
    for each, box in zip(json.loads(row["bbox"]), boxes, strict=True):
        x, y, width, height = (each[part] / 100 for part in ("x", "y", "width", "height"))
        found = (x * SIZE[0], y * SIZE[1], width * SIZE[0], height * SIZE[1])
        assert found == close(box.pixels, min(SIZE))
        assert each["rotation"] == pytest.approx(box.rotation)
        assert (each["original_width"], each["original_height"]) == SIZE
        assert each["rectanglelabels"] == list(box.labels)


def test_ellipses_as_small_json(export: Export) -> None:
    config = LabelConfig.create(
        {"image": "Image", "round": labels("cat", tag_type="EllipseLabels")}
    )
    ellipse = Ellipse("cat", pixels=(320, 240, 64, 12), size=SIZE, rotation=30)
    (task,) = json.loads(export("JSON_MIN", config, (PICTURE, {"round": ellipse}))["JSON_MIN"])
    (found,) = task["round"]
    assert [found[part] for part in ("x", "y", "radiusX", "radiusY")] == close(
        (50, 50, 10, 2.5), 100
    )
    assert found["rotation"] == 30


def test_answers_as_small_json_and_csv(export: Export) -> None:
    config = LabelConfig.create(
        {
            "text": "Text",
            "mood": choices("Good", "Bad"),
            "about": choices("Maths", "Love", "Travel", choice="multiple"),
            "stars": "Rating",
            "people": "Number",
            "note": "TextArea",
            "field": taxonomy({"Science": ["Maths", "Physics"]}),
            "when": tag("DateTime", only="date"),
        }
    )
    answers = {
        "mood": "Good",
        "about": ["Maths", "Travel"],
        "stars": 4,
        "people": 2.5,
        "note": "Two of them.",
        "field": ("Science", "Maths"),
        "when": "1843-09-01",
    }
    (task,) = json.loads(export("JSON_MIN", config, (TEXT, answers))["JSON_MIN"])
    assert {name: task[name] for name in answers} == {
        "mood": "Good",
        "about": {"choices": ["Maths", "Travel"]},
        "stars": [{"rating": 4}],
        "people": [{"number": 2.5}],
        "note": "Two of them.",
        "field": [{"taxonomy": [["Science", "Maths"]]}],
        "when": [{"datetime": "1843-09-01"}],
    }
    (row,) = csv.DictReader(io.StringIO(export("CSV", config, (TEXT, answers))["CSV"].decode()))
    assert (row["mood"], row["note"]) == ("Good", "Two of them.")
    assert json.loads(row["stars"]) == [{"rating": 4}]
