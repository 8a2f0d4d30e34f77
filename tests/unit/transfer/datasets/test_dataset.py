"""Datasets of images: what is written for the tasks of a snapshot, and what is left out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest

from label_studio_orm.labeling import Box, Ellipse, KeyPoint, LabelConfig, Polygon, choices, labels
from label_studio_orm.transfer.datasets.dataset import WRITERS, Dataset, paths_of
from label_studio_orm.transfer.exports.layouts import names_of_pictures
from label_studio_orm.transfer.left_out import LeftOut, summary

Task = dict[str, Any]

SIZE = (200, 100)
CONFIG = LabelConfig.create({"image": "Image", "box": labels("dog", "cat")})
CAT = Box("cat", percent=(10, 20, 30, 40))
TURNED = Box(
    "cat", pixels=(100, 20, 40, 10), size=SIZE, rotation=90
)  # its bounding box: x 90..100, y 20..60


class Made:
    """The files of a dataset, and what was left out of it."""

    def __init__(
        self,
        format: str,
        config: LabelConfig,
        *tasks: Task,
        sizes: Mapping[str, tuple[int, int]] | None = None,
    ) -> None:
        self.files: dict[str, bytes] = {}
        names = names_of_pictures(tasks, config, format)
        writer = WRITERS[format](self.files.__setitem__, config)
        dataset = Dataset(writer, config, names, (sizes or {}).get)
        for task in tasks:
            dataset.add(task)
        writer.finish()
        assert set(self.files) <= {*paths_of(writer, names.values())}
        self.left_out = [(each.task, each.what) for each in dataset.left_out]
        self.why = " ".join(each.why for each in dataset.left_out)

    def yolo(self, name: str) -> list[tuple[str, list[float]]]:
        """Return the lines of an image: class and numbers."""
        classes = self.files["classes.txt"].decode().splitlines()
        rows = [line.split(" ") for line in self.files[f"labels/{name}.txt"].decode().splitlines()]
        return [(classes[int(row[0])], [float(each) for each in row[1:]]) for row in rows]

    @property
    def coco(self) -> Any:
        return json.loads(self.files["result.json"])

    def voc(self, name: str) -> list[tuple[str, ...]]:
        """Return the objects of an image: label and corners of the box."""
        root = ElementTree.fromstring(self.files[f"Annotations/{name}.xml"].decode())
        ends = ("name", *(f"bndbox/{end}" for end in ("xmin", "ymin", "xmax", "ymax")))
        return [tuple(each.findtext(end) or "" for end in ends) for each in root.iter("object")]


def task(
    id: int,
    answers: Any,
    *more: Any,
    config: LabelConfig = CONFIG,
    size: tuple[int, int] | None = SIZE,
    **data: Any,
) -> Task:
    """Return a task with an annotation for each of the answers, the oldest first."""
    annotations = [
        {
            "id": 10 * id + number,
            "created_at": f"2026-01-0{number}T00:00:00Z",
            "completed_by": 1,
            "result": config.result(each, size=size, validate=False),
        }
        for number, each in enumerate((answers, *more), 1)
    ]
    return {"id": id, "data": data or {"image": f"s3://b/{id}.png"}, "annotations": annotations}


# -- labels of each image ------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["YOLO", "YOLO_OBB", "VOC"])
def test_images_with_the_same_name_have_separate_labels(format: str) -> None:
    rows = [
        task(n, {"box": Box("cat", percent=(n, 0, 5, 5))}, image=f"/data/local-files/?d={f}/1.jpg")
        for n, f in enumerate("abc", 1)
    ]
    files = Made(format, CONFIG, *rows).files
    labels = [content for name, content in files.items() if "__1." in name]
    assert len({*labels}) == 3


def test_two_tasks_with_the_same_image_have_separate_labels() -> None:
    rows = [
        task(n, {"box": Box("cat", percent=(n, 0, 5, 5))}, image="s3://b/1.jpg") for n in (1, 2)
    ]
    files = Made("YOLO", CONFIG, *rows).files
    assert len([name for name in files if name.startswith("labels/")]) == 2


def test_each_page_has_its_own_regions() -> None:
    config = LabelConfig.parse(
        "<View><Image name='p' valueList='$pages'/><RectangleLabels name='box' toName='p'>"
        "<Label value='cat'/></RectangleLabels></View>"
    )
    boxes = [Box("cat", percent=(n, 0, 10, 10), item_index=n) for n in (0, 1, 1)]
    pages = {"pages": ["s3://b/one.png", "s3://b/two.png"]}
    made = Made("YOLO", config, task(1, {"box": boxes}, config=config, **pages))
    assert [len(made.yolo(name)) for name in ("one", "two")] == [1, 2]
    assert made.left_out == []


def test_a_region_on_a_missing_page_is_left_out() -> None:
    config = LabelConfig.parse(
        "<View><Image name='p' valueList='$pages'/><RectangleLabels name='box' toName='p'>"
        "<Label value='cat'/></RectangleLabels></View>"
    )
    lost = Box("cat", percent=(0, 0, 10, 10), item_index=9)
    made = Made("YOLO", config, task(1, {"box": [lost]}, config=config, pages=["s3://b/one.png"]))
    assert made.left_out == [(1, "a box")]


def test_each_image_of_a_task_has_its_own_regions() -> None:
    config = LabelConfig.parse(
        "<View><Image name='a' value='$a'/><RectangleLabels name='on_a' toName='a'>"
        "<Label value='cat'/></RectangleLabels><Image name='b' value='$b.url'/>"
        "<RectangleLabels name='on_b' toName='b'><Label value='dog'/></RectangleLabels></View>"
    )
    dog = Box("dog", percent=(10, 20, 30, 40))
    data = {"a": "s3://b/one.png", "b": {"url": "s3://b/two.png"}}
    made = Made("YOLO", config, task(1, {"on_a": CAT, "on_b": dog}, config=config, **data))
    assert [made.yolo(name)[0][0] for name in ("one", "two")] == ["cat", "dog"]


# -- classes -------------------------------------------------------------------------------------


def test_classes_are_labels_of_regions_and_not_choices() -> None:
    config = LabelConfig.create(
        {"image": "Image", "mood": choices("Good", "Aaa"), "box": labels("dog", "cat")}
    )
    made = Made("YOLO", config, task(1, {"box": CAT}, config=config))
    assert made.files["classes.txt"] == b"cat\ndog\n"
    assert made.yolo("1") == [("cat", pytest.approx([0.25, 0.4, 0.3, 0.4]))]
    made = Made("COCO", config, task(1, {"box": CAT}, config=config))
    assert [each["name"] for each in made.coco["categories"]] == ["cat", "dog"]


def test_the_category_of_a_class_is_its_line_number() -> None:
    config = LabelConfig.parse(
        "<View><Image name='i' value='$image'/><RectangleLabels name='box' toName='i'>"
        "<Label value='cat' category='2'/><Label value='dog' category='0'/><Label value='owl'/>"
        "</RectangleLabels></View>"
    )
    made = Made("YOLO", config, task(1, {"box": CAT}, config=config))
    assert made.files["classes.txt"] == b"dog\nowl\ncat\n"
    assert made.yolo("1")[0][0] == "cat"


def test_unused_line_numbers_get_placeholder_classes() -> None:
    config = LabelConfig.parse(
        "<View><Image name='i' value='$image'/><RectangleLabels name='box' toName='i'>"
        "<Label value='cat' category='2'/></RectangleLabels></View>"
    )
    made = Made("YOLO", config, task(1, {"box": CAT}, config=config))
    assert made.files["classes.txt"] == b"unused-0\nunused-1\ncat\n"


def test_a_label_that_no_control_has_gets_the_next_number() -> None:
    made = Made("YOLO", CONFIG, task(1, {"box": Box("owl", percent=(0, 0, 10, 10))}))
    assert made.files["classes.txt"] == b"cat\ndog\nowl\n"


def test_a_region_with_several_labels_is_written_for_each() -> None:
    both = Box(["cat", "dog"], percent=(10, 20, 30, 40))
    assert [name for name, _ in Made("YOLO", CONFIG, task(1, {"box": both})).yolo("1")] == [
        "cat",
        "dog",
    ]
    assert len(Made("COCO", CONFIG, task(1, {"box": both})).coco["annotations"]) == 2
    assert len(Made("VOC", CONFIG, task(1, {"box": both})).voc("1")) == 2


# -- sizes ---------------------------------------------------------------------------------------


def test_without_a_region_the_size_is_read_from_the_file() -> None:
    row = task(1, {"box": CAT}, size=None)
    made = Made("COCO", CONFIG, row, sizes={"1.png": SIZE})
    (image,) = made.coco["images"]
    assert (image["width"], image["height"]) == SIZE
    assert made.coco["annotations"][0]["bbox"] == pytest.approx([20, 20, 60, 40])
    assert Made("VOC", CONFIG, row, sizes={"1.png": SIZE}).voc("1") == [
        ("cat", "20", "20", "80", "60")
    ]
    assert made.left_out == []


@pytest.mark.parametrize("format", ["COCO", "VOC"])
def test_shapes_without_a_known_size_are_reported(format: str) -> None:
    made = Made(format, CONFIG, task(1, {"box": CAT}, size=None))
    assert (1, "a box") in made.left_out
    assert f"{format} needs pixels, and the image size is unknown" in made.why
    assert "media=True" in made.why


def test_yolo_needs_a_size_only_for_rotated_boxes() -> None:
    assert Made("YOLO_OBB", CONFIG, task(1, {"box": CAT}, size=None)).left_out == []
    row = task(1, {"box": Box("cat", percent=(10, 20, 30, 40), rotation=30)}, size=None)
    assert Made("YOLO", CONFIG, row).left_out == [(1, "a rotated box")]
    assert Made("YOLO", CONFIG, row, sizes={"1.png": SIZE}).left_out == [
        (1, ("the rotation of a box"))
    ]


# -- what a format cannot express ----------------------------------------------------------------


@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_a_rotated_box_becomes_its_bounding_box(format: str) -> None:
    made = Made(format, CONFIG, task(1, {"box": TURNED}))
    if format == "YOLO":
        assert made.yolo("1") == [("cat", pytest.approx([95 / 200, 40 / 100, 10 / 200, 40 / 100]))]
    elif format == "COCO":
        assert made.coco["annotations"][0]["bbox"] == pytest.approx([90, 20, 10, 40])
    else:
        assert made.voc("1") == [("cat", "90", "20", "100", "60")]
    assert made.left_out == [(1, "the rotation of a box")]


def test_an_oriented_box_keeps_its_rotation() -> None:
    made = Made("YOLO_OBB", CONFIG, task(1, {"box": TURNED}))
    corners = [0.5, 0.2, 0.5, 0.6, 0.45, 0.6, 0.45, 0.2]
    assert made.yolo("1") == [("cat", pytest.approx(corners))]
    assert made.left_out == []


SHAPES = LabelConfig.create(
    {
        "image": "Image",
        "box": labels("cat"),
        "round": labels("cat", tag_type="EllipseLabels"),
        "outline": labels("cat", tag_type="PolygonLabels"),
        "mood": choices("Good"),
    }
)


@pytest.mark.parametrize(
    ("format", "left_out"),
    [
        ("YOLO", {"an ellipse", "an answer of 'mood'"}),
        ("COCO", {"an ellipse", "an answer of 'mood'"}),
        ("VOC", {"an ellipse", "a polygon", "an answer of 'mood'"}),
    ],
)
def test_shapes_and_answers_that_a_format_lacks_are_reported(
    format: str, left_out: set[str]
) -> None:
    answers = {
        "box": CAT,
        "round": Ellipse("cat", percent=(50, 50, 10, 10)),
        "outline": Polygon("cat", percent=[(1, 1), (9, 1), (5, 9)]),
        "mood": "Good",
    }
    made = Made(format, SHAPES, task(1, answers, config=SHAPES))
    assert {what for _, what in made.left_out} == left_out


def test_relations_unlabeled_shapes_and_unknown_controls_are_reported() -> None:
    row = task(1, {"box": CAT})
    (box,) = row["annotations"][0]["result"]
    bare = {**box, "id": "bare", "value": {**box["value"], "rectanglelabels": []}}
    unknown = {**box, "id": "u", "from_name": "gone"}
    relation = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
    row["annotations"][0]["result"] += [bare, unknown, relation]
    made = Made("YOLO", CONFIG, row)
    assert {what for _, what in made.left_out} == {
        "a relation",
        "a box without a label",
        "a result of 'gone'",
    }
    assert len(made.yolo("1")) == 1


def test_boxes_and_labels_of_separate_controls_are_one_region() -> None:
    config = LabelConfig.create(
        {"image": "Image", "what": labels("cat", tag_type="Labels"), "where": "Rectangle"}
    )
    made = Made("YOLO", config, task(1, {"what": CAT}, config=config))
    assert made.yolo("1") == [("cat", pytest.approx([0.25, 0.4, 0.3, 0.4]))]
    assert made.left_out == []


def test_a_label_without_coordinates_has_those_of_its_shape() -> None:
    config = LabelConfig.create(
        {"image": "Image", "what": labels("cat", tag_type="Labels"), "where": "Polygon"}
    )
    outline = {"points": [[0, 0], [50, 0], [50, 50]]}
    common = {"id": "r", "to_name": "image"}
    row = task(1, {})
    row["annotations"][0]["result"] = [
        {**common, "from_name": "where", "type": "polygon", "value": outline},
        {**common, "from_name": "what", "type": "labels", "value": {"labels": ["cat"]}},
    ]
    assert Made("YOLO", config, row).yolo("1") == [("cat", [0, 0, 0.5, 0, 0.5, 0.5])]


@pytest.mark.parametrize("result", [None, "x", [None, 3, "x"], [{}], [{"value": 3}], [{"id": {}}]])
def test_invalid_results_are_ignored(result: Any) -> None:
    row = task(1, {})
    row["annotations"][0]["result"] = result
    Made("YOLO", CONFIG, row)


@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_a_lone_surrogate_is_accepted(format: str) -> None:
    row = task(1, {"box": Box("\ud800", percent=(0, 0, 10, 10))}, image="s3://b/\ud800.png")
    assert Made(format, CONFIG, row).left_out == []


# -- which annotations ---------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_an_unlabeled_task_is_reported(format: str) -> None:
    made = Made(format, CONFIG, task(1, {"box": CAT}), {"id": 2, "data": {"image": "s3://b/2.png"}})
    assert (2, "no annotation") in made.left_out


def test_an_empty_annotation_means_an_image_without_objects() -> None:
    made = Made("YOLO", CONFIG, task(1, {}))
    assert made.files["labels/1.txt"] == b""
    assert made.left_out == []


@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_a_skipped_task_is_not_an_image_without_objects(format: str) -> None:
    row = task(1, {"box": CAT})
    row["annotations"][0]["was_cancelled"] = True
    made = Made(format, CONFIG, row)
    assert made.left_out == [(1, "a skipped task")]
    assert not any("1" in name for name in made.files)


@pytest.mark.parametrize("format", ["YOLO", "VOC"])
def test_the_first_of_several_annotations_is_written(format: str) -> None:
    dog = Box("dog", percent=(10, 20, 30, 40))
    made = Made(format, CONFIG, task(1, {}, {"box": CAT}, {"box": dog}))
    found = made.yolo("1") if format == "YOLO" else made.voc("1")
    assert [each[0] for each in found] == ["cat"]
    assert made.left_out == [(1, "another annotation")] * 2
    assert "12 was written, not 11" in made.why


def test_coco_has_all_annotations_with_an_image_each() -> None:
    made = Made("COCO", CONFIG, task(1, {"box": CAT}, {"box": CAT}))
    assert [image["file_name"] for image in made.coco["images"]] == ["images/1.png"] * 2
    assert [each["image_id"] for each in made.coco["annotations"]] == [0, 1]
    assert made.left_out == []


# -- key points ----------------------------------------------------------------------------------

POSES = LabelConfig.parse(
    "<View><Image name='image' value='$image'/>"
    "<RectangleLabels name='box' toName='image'><Label value='man'/></RectangleLabels>"
    "<KeyPointLabels name='point' toName='image'><Label value='nose' model_index='1'/>"
    "<Label value='eye' model_index='0'/></KeyPointLabels></View>"
)


def pose() -> Task:
    row = task(1, {"box": Box("man", percent=(0, 0, 50, 50))}, config=POSES)
    (box,) = row["annotations"][0]["result"]
    points = {
        "point": [KeyPoint("nose", percent=(10, 20)), KeyPoint("eye", percent=(30, 40))],
    }
    found = POSES.result(points, size=SIZE)
    found[0]["parentID"] = box["id"]
    row["annotations"][0]["result"] += found
    return row


def test_with_key_points_classes_are_numbered_in_the_order_of_the_config() -> None:
    declared = "<Label value='man'/><Label value='car' category='7'/>"
    config = LabelConfig.parse(str(POSES).replace("<Label value='man'/>", declared, 1))
    assert Made("YOLO", config, pose()).files["classes.txt"] == b"man\ncar\n"


def test_yolo_writes_the_key_points_of_boxes() -> None:
    made = Made("YOLO", POSES, pose())
    box = [0.25, 0.25, 0.5, 0.5]
    assert made.yolo("1") == [("man", [*box, 0, 0, 0, 0.1, 0.2, 2])]
    assert made.left_out == [(1, "a key point without a box")]


def test_coco_writes_key_points_with_their_boxes() -> None:
    made = Made("COCO", POSES, pose())
    (category,) = [each for each in made.coco["categories"] if "keypoints" in each]
    assert category["keypoints"] == ["eye", "nose"]
    found = [each["keypoints"] for each in made.coco["annotations"] if "keypoints" in each]
    assert found == [[0, 0, 0, 20, 20, 2], [60, 40, 2, 0, 0, 0]]


# -- the report ----------------------------------------------------------------------------------


def test_one_warning_summarizes_all_omissions() -> None:
    found = [LeftOut(n, "an ellipse", "YOLO has boxes") for n in range(3)]
    found += [LeftOut(1, f"an answer of {n!r}", "…") for n in range(9)]
    said = summary("YOLO", found)
    assert said.startswith("The YOLO export lacks parts of 3 tasks (see its .left_out): ")
    assert "an ellipse (3)" in said
    assert said.endswith(", ….")
