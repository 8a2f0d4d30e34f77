"""Regions on images: ours in the editor, and the editor's read by us."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.alike import differences
from support.editor import Editor, Point
from support.media import SIZE

from label_studio_orm import Task
from label_studio_orm.labeling import Box, Brush, Ellipse, KeyPoint, Polygon, Region, Relation

NewTask = Callable[[str, Any], Task]

LABELS = '<Label value="cat"/><Label value="dog"/>'
WIDTH, HEIGHT = SIZE


def control(tag: str, **options: str) -> str:
    """A control named after its tag, for the shown object."""
    attributes = {"name": tag.lower(), "toName": "shown", **options}
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f"<{tag} {written}>{LABELS if tag.endswith('Labels') else ''}</{tag}>"


def image(*controls: str, value: str = 'value="$shown"') -> str:
    """A config with controls on one image; those without options by their tag alone."""
    made = (each if each.startswith("<") else control(each) for each in controls)
    return f'<View><Image name="shown" {value}/>{"".join(made)}</View>'


def half_mask() -> Any:
    """A mask of a rectangle, a line and a dot."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[10:20, 5:40] = mask[30, :] = mask[47, 63] = True
    return mask


def soft_mask() -> Any:
    """A mask that fades from left to right."""
    return np.tile(np.arange(WIDTH, dtype=np.uint8) * 4, (HEIGHT, 1))


def bitmask() -> str:
    """The mask as a Bitmask stores it: an image with a transparent background, as a data URL."""
    alpha = np.where(half_mask(), 255, 0).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(np.dstack([np.zeros((HEIGHT, WIDTH, 3), np.uint8), alpha])).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def raw(tag: str, value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a region that is given in the server's format."""
    sides = {"original_width": WIDTH, "original_height": HEIGHT, "image_rotation": 0}
    type = tag.lower()
    names = {"id": "region", "from_name": type, "to_name": "shown", "type": type}
    return [{**names, **sides, "value": {**value, type: ["cat"]}}]


VERTICES = [
    {"id": "a", "x": 10.5, "y": 20.25, "prevPointId": None, "isBezier": False},
    {"id": "b", "x": 60, "y": 30, "prevPointId": "a", "isBezier": False},
]
DRAWN = {
    "boxes in pixels and percent": (
        image("RectangleLabels"),
        {
            "rectanglelabels": [
                Box("cat", pixels=(3, 4, 20, 21)),
                Box("dog", percent=(0, 0, 100, 100)),
            ]
        },
    ),
    "turned boxes": (
        image("RectangleLabels"),
        {
            "rectanglelabels": [
                Box("dog", percent=(33.3, 20.1, 10, 20), rotation=30),
                Box("dog", percent=(90, 50, 10, 20), rotation=271.5),
            ]
        },
    ),
    "a box with several labels": (
        image(control("RectangleLabels", choice="multiple")),
        {"rectanglelabels": Box(["cat", "dog"], percent=(5, 5, 7, 7))},
    ),
    "a box with labels beside it": (
        image("Rectangle", "Labels"),
        {"rectangle": [Box("cat", pixels=(3, 4, 20, 21)), Box(percent=(1, 2, 3, 4))]},
    ),
    "ellipses": (
        image("EllipseLabels"),
        {"ellipselabels": Ellipse("cat", percent=(50, 50, 20.2, 10.1), rotation=12.5)},
    ),
    "polygons and lines": (
        image("PolygonLabels"),
        {
            "polygonlabels": [
                Polygon("cat", percent=[(1, 2), (30, 40), (50.5, 6)]),
                Polygon("dog", percent=[(1, 2), (30, 40)], closed=False),
            ]
        },
    ),
    "key points": (
        image("KeyPointLabels"),
        {
            "keypointlabels": [
                KeyPoint("cat", percent=(10.123456, 90)),
                KeyPoint("dog", pixels=(1, 2), width=3),
            ]
        },
    ),
    "a mask": (image("BrushLabels"), {"brushlabels": Brush("cat", mask=half_mask())}),
    "a soft mask": (image("BrushLabels"), {"brushlabels": Brush("cat", mask=soft_mask())}),
    "a mask with labels beside it": (
        image("Brush", "Labels"),
        {"brush": Brush("cat", mask=np.ones((HEIGHT, WIDTH), bool))},
    ),
    "a magic wand's mask": (
        image("MagicWand", "Labels"),
        {"magicwand": Brush("cat", mask=half_mask())},
    ),
    "a bitmask": (image("BitmaskLabels"), raw("BitmaskLabels", {"imageDataURL": bitmask()})),
    "a vector": (
        image("VectorLabels"),
        raw("VectorLabels", {"vertices": VERTICES, "closed": False}),
    ),
}


@pytest.mark.parametrize("kind", DRAWN)
def test_our_regions_are_shown_unchanged(editor: Editor, new_task: NewTask, kind: str) -> None:
    config, answers = DRAWN[kind]
    annotation = new_task(config, "photo.png").annotate(answers, size=SIZE)
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


def test_each_page_has_its_own_regions(editor: Editor, new_task: NewTask) -> None:
    task = new_task(image("RectangleLabels", value='valueList="$shown"'), ["photo.png", "wide.png"])
    boxes = [
        Box("cat", pixels=(4, 4, 20, 20), size=SIZE, item_index=0),
        Box("dog", pixels=(33, 20, 10, 20), size=(80, 40), item_index=1),
    ]
    annotation = task.annotate({"rectanglelabels": boxes})
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


def test_a_prediction_is_shown_with_its_scores(editor: Editor, new_task: NewTask) -> None:
    task = new_task(image("RectangleLabels"), "photo.png")
    box = Box("cat", percent=(10, 10, 20, 20), score=0.75)
    prediction = task.predict({"rectanglelabels": box}, size=SIZE, model_version="m1")
    shown = editor.show(prediction)
    assert shown.errors == []
    assert differences(prediction.result, shown.result) == []


def test_regions_can_be_related(editor: Editor, new_task: NewTask) -> None:
    relations = '<Relations><Relation value="chases"/></Relations>'
    task = new_task(image("RectangleLabels", relations), "photo.png")
    cat, dog = Box("cat", percent=(10, 10, 20, 20)), Box("dog", percent=(50, 50, 20, 20))
    annotation = task.annotate(
        {"rectanglelabels": [cat, dog]},
        size=SIZE,
        relations=[Relation(dog, cat, "chases"), Relation(cat, dog, direction="bi")],
    )
    shown = editor.show(annotation)
    assert shown.errors == []
    assert differences(annotation.result, shown.result) == []


# -- the editor's own ----------------------------------------------------------------------------

PHOTO = ".lsf-image > img"
NEAR = 0.7  # percent of the image: a pixel of the screen, and what a drag begins with


def near(*numbers: float) -> Any:
    return pytest.approx(numbers, abs=NEAR)


@pytest.fixture
def drawing(editor: Editor, new_task: NewTask) -> Callable[..., Region]:
    """Draw a region as an annotator does, submit it, and read it from the server."""

    def draw(tag: str, *strokes: tuple[Point, ...]) -> Region:
        task = new_task(image(tag), "photo.png")
        shown = editor.show(task)
        shown.click("dog")
        for stroke in strokes:
            shown.press(PHOTO, *stroke)
        shown.await_regions(1)
        shown.save()
        assert shown.errors == []
        (region,) = task.refresh().annotations[0].regions
        assert region.label == "dog"
        return region

    return draw


def test_a_drawn_box_is_read(drawing: Callable[..., Region]) -> None:
    region = drawing("RectangleLabels", ((10, 20), (30, 40), (50, 60)))
    assert region.box.percent == near(10, 20, 40, 40)
    assert region.box.size == SIZE


def test_a_drawn_ellipse_is_read(drawing: Callable[..., Region]) -> None:
    region = drawing("EllipseLabels", ((50, 50), (55, 60), (60, 80)))
    assert region.ellipse.percent == near(50, 50, 10, 30)


def test_a_drawn_polygon_is_read(drawing: Callable[..., Region]) -> None:
    corners = ((20, 20), (60, 20), (40, 50))
    region = drawing("PolygonLabels", *((each,) for each in corners), (corners[0],))
    assert region.polygon.closed
    assert [near(*point) for point in region.polygon.percent] == list(corners)


def test_a_drawn_key_point_is_read(drawing: Callable[..., Region]) -> None:
    assert drawing("KeyPointLabels", ((25, 75),)).keypoint.percent == near(25, 75)


def test_a_painted_area_is_read_as_a_mask(drawing: Callable[..., Region]) -> None:
    mask = drawing("BrushLabels", ((25, 50), (50, 50), (75, 50))).mask
    assert mask.shape == (HEIGHT, WIDTH)
    assert mask[HEIGHT // 2, WIDTH // 3 : WIDTH * 2 // 3].min() > 0  # the stroke's
    assert mask[0].max() == mask[-1].max() == 0


def test_drawn_regions_can_be_written_again(editor: Editor, new_task: NewTask) -> None:
    task = new_task(image("RectangleLabels"), "photo.png")
    shown = editor.show(task)
    shown.click("dog")
    shown.press(PHOTO, (10, 20), (30, 40), (50, 60))
    shown.await_regions(1)
    shown.save()
    drawn = task.refresh().annotations[0]
    again = task.annotate({"rectanglelabels": [region.shape for region in drawn.regions]})
    assert differences(drawn.result, editor.show(again).result) == []
