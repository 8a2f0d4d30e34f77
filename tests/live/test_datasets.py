"""Datasets that this package writes, compared with the server's own where those are right."""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from support.cleaning import delete

from label_studio_orm import LabelStudio
from label_studio_orm.labeling import (
    Box,
    Brush,
    KeyPoint,
    LabelConfig,
    Polygon,
    Span,
    choices,
    labels,
    tag,
)

Answers = dict[str, Any]

SIZE = (640, 480)
MANY = 4  # tasks, and regions on each
POSES = LabelConfig.parse(
    "<View><Image name='image' value='$image'/>"
    "<RectangleLabels name='box' toName='image'><Label value='man'/></RectangleLabels>"
    "<KeyPointLabels name='point' toName='image'><Label value='eye' model_index='0'/>"
    "<Label value='nose' model_index='1'/></KeyPointLabels></View>"
)


def boxes(at: random.Random) -> list[Box]:
    def box() -> Box:
        place = (at.uniform(0, 320), at.uniform(0, 240), at.uniform(1, 320), at.uniform(1, 240))
        return Box(at.choice(["cat", "dog"]), pixels=place, size=SIZE)

    return [box() for _ in range(MANY)]


def outlines(at: random.Random) -> list[Polygon]:
    def outline() -> Polygon:
        points = [(at.uniform(0, 640), at.uniform(0, 480)) for _ in range(5)]
        return Polygon(at.choice(["cat", "dog"]), pixels=points, size=SIZE)

    return [outline() for _ in range(MANY)]


def points(at: random.Random) -> Answers:
    places = [(at.uniform(0, 640), at.uniform(0, 480)) for _ in range(2)]
    named = zip(("eye", "nose"), places, strict=True)
    return {"point": [KeyPoint(name, pixels=place, size=SIZE) for name, place in named]}


KINDS: dict[str, tuple[LabelConfig, Callable[[random.Random], Answers]]] = {
    "boxes": (
        LabelConfig.create({"image": "Image", "box": labels("dog", "cat")}),
        lambda at: {"box": boxes(at)},
    ),
    "polygons": (
        LabelConfig.create({"image": "Image", "p": labels("cat", "dog", tag_type="PolygonLabels")}),
        lambda at: {"p": outlines(at)},
    ),
    "both": (
        LabelConfig.create(
            {
                "image": "Image",
                "box": labels("cat", "dog"),
                "p": labels("cat", "dog", tag_type="PolygonLabels"),
            }
        ),
        lambda at: {"box": boxes(at), "p": outlines(at)},
    ),
    "labels beside boxes": (
        LabelConfig.create(
            {"image": "Image", "w": labels("cat", "dog", tag_type="Labels"), "where": "Rectangle"}
        ),
        lambda at: {"w": boxes(at)},
    ),
    "key points": (POSES, points),
}


def unpacked(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def numbers_of(content: bytes) -> list[float]:
    return pytest.approx([float(each) for each in content.split()], rel=1e-9)  # type: ignore[no-any-return]


@pytest.mark.parametrize("format", ["YOLO", "YOLO_OBB", "VOC", "COCO"])
@pytest.mark.parametrize("kind", KINDS)
def test_our_datasets_equal_the_servers_where_those_are_right(
    kind: str, format: str, ls: LabelStudio, tmp_path: Path
) -> None:
    config, answers = KINDS[kind]
    at = random.Random(1843)
    project = ls.projects.create(title="Datasets", label_config=str(config))
    rows = [
        {"image": f"http://127.0.0.1:9/{n}.png", "answers": config.result(answers(at))}
        for n in range(MANY)
    ]
    project.import_tasks(
        {"data": {"image": row["image"]}, "annotations": [{"result": row["answers"]}]}
        for row in rows
    )
    if (kind, format) == ("polygons", "VOC"):
        theirs = {}  # files without any object
    else:
        with_theirs = project.exports.create(title="theirs").wait()
        theirs = unpacked(with_theirs.download(tmp_path / "theirs.zip", format=format))
    ours = unpacked(project.export(format, tmp_path / "ours.zip"))
    delete(project)
    for name, content in theirs.items():
        if name.endswith("classes.txt"):
            assert ours[name] == content
        elif name.endswith(".txt"):
            assert [*map(float, ours[name].split())] == numbers_of(content)
        elif name.endswith(".xml"):
            assert objects(ours[name]) == objects(content)
        elif name == "result.json" and kind != "key points":  # which have fewer parts there
            assert_same_coco(json.loads(ours[name]), json.loads(content))
    assert {*theirs} <= {*ours}


def objects(content: bytes) -> list[tuple[str | None, ...]]:
    root = ElementTree.fromstring(content)
    ends = ("name", *(f"bndbox/{end}" for end in ("xmin", "ymin", "xmax", "ymax")))
    found = [tuple(each.findtext(end) for end in ends) for each in root.iter("object")]
    return [*found, tuple(root.findtext(part) for part in ("filename", "size/width", "folder"))]


def assert_same_coco(ours: Any, theirs: Any) -> None:
    assert ours["categories"] == theirs["categories"]
    assert ours["images"] == theirs["images"]
    for one, other in zip(ours["annotations"], theirs["annotations"], strict=True):
        assert one.keys() == other.keys()
        assert one["bbox"] == pytest.approx(other["bbox"])
        assert [*map(pytest.approx, other["segmentation"])] == one["segmentation"]
        assert one["area"] == pytest.approx(other["area"])
        for part in ("id", "image_id", "category_id", "iscrowd", "ignore"):
            assert one[part] == other[part]


def test_choices_are_not_classes_of_a_dataset(ls: LabelStudio, tmp_path: Path) -> None:
    config = LabelConfig.create(
        {"image": "Image", "mood": choices("Aaa", "Zzz"), "box": labels("cat")}
    )
    project = ls.projects.create(title="Datasets", label_config=str(config))
    answers = {"mood": "Aaa", "box": Box("cat", percent=(1, 1, 9, 9))}
    project.import_tasks(
        [
            {
                "data": {"image": "http://127.0.0.1:9/a.png"},
                "annotations": [{"result": config.result(answers)}],
            }
        ]
    )
    path = project.export("YOLO", tmp_path / "out.zip")
    delete(project)
    files = unpacked(path)
    assert files["classes.txt"] == b"cat\n"
    (content,) = [content for name, content in files.items() if name.startswith("labels/")]
    assert content.startswith(b"0 ")
    assert [each.what for each in path.left_out] == ["an answer of 'mood'"]


# -- omissions of the server's converters --------------------------------------------------------


def test_labels_that_share_a_word_are_reported(ls: LabelStudio, tmp_path: Path) -> None:
    config = LabelConfig.create({"text": "Text", "ner": labels("PER", "LOC")})
    data = {"text": "Ada Lovelace-Byron met Mr. Babbage."}
    whole = [Span("PER", quote="Ada"), Span("PER", quote="Babbage")]
    lost = [Span("PER", quote="Lovelace"), Span("LOC", quote="Byron")]
    project = ls.projects.create(title="Words", label_config=str(config))
    for spans in ([*whole, *lost], whole):
        result = config.result({"ner": spans}, data=data)
        project.import_tasks([{"data": data, "annotations": [{"result": result}]}])
    path = project.export("CONLL2003", tmp_path / "out.conll")
    first, _ = project.tasks.ids()
    delete(project)
    assert [(each.task, each.what) for each in path.left_out] == [(first, "a span of 'LOC'")]
    assert path.read_text().count("B-") == 5


def test_omissions_of_tables_and_masks_are_reported(ls: LabelStudio, tmp_path: Path) -> None:
    config = LabelConfig.create(
        {
            "image": "Image",
            "mask": labels("cat", tag_type="BrushLabels"),
            "box": labels("cat"),
            "note": tag("TextArea", perRegion="true"),
        }
    )
    box = Box("cat", percent=(1, 1, 9, 9), size=(4, 4), answers={"note": "?"})
    answers = {"mask": Brush("cat", mask=[[0, 1], [1, 0]]), "box": box}
    project = ls.projects.create(title="Masks", label_config=str(config))
    project.import_tasks(
        [
            {
                "data": {"image": "http://127.0.0.1:9/a", "id": 7},
                "annotations": [{"result": config.result(answers)}],
            }
        ]
    )
    what = {
        format: {each.what for each in project.export(format, tmp_path / format).left_out}
        for format in ("CSV", "BRUSH_TO_PNG", "BRUSH_TO_COCO", "JSON")
    }
    row = (tmp_path / "CSV").read_text().splitlines()[1]
    delete(project)
    assert what["CSV"] == {"the region of an answer of 'note'", "the id of the task"}
    assert ",7," in row
    assert what["BRUSH_TO_PNG"] == {"a box", "an answer of 'note'"}
    assert what["BRUSH_TO_COCO"] == {"an answer of 'note'", "its image"}
    assert what["JSON"] == set()
