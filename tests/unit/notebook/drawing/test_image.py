"""Images with regions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from support.drawing import drawn_task, shown_by
from support.fake import FakeClient

from label_studio_orm.labeling import Box, Brush, KeyPoint, Polygon
from label_studio_orm.transfer.media import cached
from label_studio_orm.transfer.media.references import Reference

SIZE = (640, 480)
LABELS = '<Label value="cat" background="red"/><Label value="dog"/>'


def config(*tags: str, value: str = 'value="$image"') -> str:
    controls = (f'<{tag} name="{tag}" toName="image">{LABELS}</{tag}>' for tag in tags)
    return f'<View><Image name="image" {value}/>{"".join(controls)}</View>'


BOXES = config("RectangleLabels")
URL = {"image": "https://example.com/cat.png"}


def boxes(*given: Box) -> dict[str, Any]:
    return {"RectangleLabels": list(given)}


def test_a_box_lies_in_the_pixels_of_its_image() -> None:
    box = Box("cat", pixels=(64, 48, 320, 240), rotation=30, size=SIZE)
    svg = shown_by(drawn_task(BOXES, URL, boxes(box))).one("svg")
    assert svg.attributes["viewbox"] == "0 0 640 480"
    place = {"x": "64", "y": "48", "width": "320", "height": "240", "transform": "rotate(30 64 48)"}
    assert place.items() <= svg.one("rect").attributes.items()
    assert svg.one("rect").attributes["stroke"] == "#ff0000"


def test_without_a_size_shapes_are_drawn_in_percent_over_the_image_itself() -> None:
    shown = shown_by(drawn_task(BOXES, URL, boxes(Box("cat", percent=(1, 2, 30, 40)))))
    assert shown.one("svg").attributes["viewbox"] == "0 0 100 100"
    assert shown.one("svg").attributes["preserveaspectratio"] == "none"
    assert "aspect-ratio" not in shown.one(class_="lso-image").attributes["style"]


def test_a_rotated_shape_of_an_image_without_size_has_a_remark() -> None:
    shown = shown_by(drawn_task(BOXES, URL, boxes(Box("cat", percent=(1, 2, 3, 4), rotation=5))))
    assert "size is unknown" in shown.text


def test_labels_have_their_score_and_stand_at_their_regions() -> None:
    box = Box("dog", percent=(10, 20, 30, 40), size=SIZE, score=0.876)
    chip = shown_by(drawn_task(BOXES, URL, boxes(box))).one(class_="lso-image").one("span")
    assert chip.text == "dog 0.88"
    assert "left:10.00%;top:20.00%" in chip.attributes["style"]


def test_with_very_many_regions_labels_are_under_the_mouse_only() -> None:
    many = [Box("dog", percent=(1, 2, 3, 4), size=SIZE) for _ in range(200)]
    shown = shown_by(drawn_task(BOXES, URL, boxes(*many)))
    assert shown.one(class_="lso-image").all("span") == []
    assert len(shown.one("svg").all("title")) == 200


def test_an_open_line_is_not_filled() -> None:
    line = Polygon("cat", percent=[(1, 2), (30, 40)], closed=False)
    shown = shown_by(drawn_task(config("PolygonLabels"), URL, {"PolygonLabels": line}))
    assert shown.one("polyline").attributes["fill"] == "none"


def test_a_key_point_is_as_large_as_in_the_editor() -> None:
    point = KeyPoint("cat", pixels=(64, 48), width=5, size=SIZE)
    shown = shown_by(drawn_task(config("KeyPointLabels"), URL, {"KeyPointLabels": point}))
    dot = shown.one("path").attributes
    assert (dot["d"], dot["stroke-width"]) == ("M64 48h0", "44")  # 2 × 5 % of 440 px


def test_a_mask_is_an_image_in_the_colour_of_its_label() -> None:
    mask = np.zeros((4, 6), bool)
    mask[1, 2:5] = True
    task = drawn_task(config("BrushLabels"), URL, {"BrushLabels": Brush("cat", mask=mask)})
    shown = shown_by(task)
    drawn = shown.one("svg").one("image").attributes["href"]
    assert _pixels(drawn)[1, 3].tolist() == [255, 0, 0, 153]
    assert _pixels(drawn)[0, 0, 3] == 0
    assert "left:33.33%;top:25.00%" in shown.one(class_="lso-image").one("span").attributes["style"]


def _pixels(url: str) -> Any:
    import base64
    import io

    content = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGBA"))


def test_without_numpy_a_line_tells_what_masks_need(monkeypatch: pytest.MonkeyPatch) -> None:
    task = drawn_task(
        config("BrushLabels"), URL, {"BrushLabels": Brush("cat", mask=np.ones((4, 6), bool))}
    )
    monkeypatch.setitem(__import__("sys").modules, "numpy", None)
    assert "pip install 'label-studio-orm[masks]'" in shown_by(task).text


def test_each_image_of_a_list_has_its_own_regions() -> None:
    several = config("RectangleLabels", value='valueList="$images"')
    given = [Box("cat", percent=(1, 2, 3, 4), item_index=n) for n in (0, 1, 1)]
    data = {"images": ["https://example.com/a.png", "https://example.com/b.png"]}
    drawings = shown_by(drawn_task(several, data, boxes(*given))).all("svg")
    assert [len(each.all("rect")) for each in drawings] == [1, 2]


# -- files -----------------------------------------------------------------------------------------


def source(value: str) -> str | None:
    found = shown_by(drawn_task(BOXES, {"image": value})).all("img")
    return found[0].attributes["src"] if found else None


def test_uploads_and_stored_files_have_the_address_of_the_server() -> None:
    assert source("/data/upload/1/cat.png") == "http://localhost:8080/data/upload/1/cat.png"
    stored = source("s3://bucket/cat.png")
    assert stored is not None
    assert stored.startswith("http://localhost:8080/tasks/1/presign/?fileuri=")


def test_the_place_of_an_image_that_is_not_loaded_names_what_loads_it() -> None:
    behind_a_login = shown_by(drawn_task(BOXES, URL, boxes()))
    assert "task.show()" in behind_a_login.one("img").attributes["alt"]
    assert "task.show()" in shown_by(drawn_task(BOXES, {}, boxes())).text
    assert "at no URL" in shown_by(drawn_task(BOXES, {"image": "C:\\cat.png"}, boxes())).text


@pytest.mark.parametrize("value", ["javascript:alert(1)", "C:\\cat.png", "data:text/html,<b>", ""])
def test_what_is_no_image_for_a_page_is_not_loaded(value: str) -> None:
    assert source(value) is None


@pytest.fixture
def cached_image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The path in the cache of the file at `URL`."""
    monkeypatch.setattr(cached, "cache_folder", lambda: tmp_path)
    client: Any = FakeClient(server="http://localhost:8080")
    path = tmp_path / "media" / cached._name(client, Reference(1, URL["image"]))
    path.parent.mkdir(parents=True)
    return path


def test_a_file_in_the_cache_is_in_the_page_with_its_size(cached_image: Path) -> None:
    Image.new("RGB", (30, 20)).save(cached_image)
    shown = shown_by(drawn_task(BOXES, URL, boxes(Box("cat", percent=(1, 2, 3, 4)))))
    assert shown.one("img").attributes["src"].startswith("data:image/png;base64,")
    assert shown.one("svg").attributes["viewbox"] == "0 0 30 20"


def test_a_large_file_in_the_cache_is_made_smaller(cached_image: Path) -> None:
    Image.effect_noise((3000, 1000), 90).save(cached_image)
    shown = shown_by(drawn_task(BOXES, URL))
    assert shown.one("img").attributes["src"].startswith("data:image/jpeg;base64,")
    assert len(shown.one("img").attributes["src"]) < 1_000_000


def test_a_large_file_that_is_no_image_is_not_in_the_page(cached_image: Path) -> None:
    cached_image.write_bytes(b"x" * 3_000_000)
    assert shown_by(drawn_task(BOXES, URL)).one("img").attributes["src"] == URL["image"]


def test_a_vector_is_a_line_through_its_points() -> None:
    vertices = [{"x": 10, "y": 20}, {"x": 60, "y": 30}]
    item = {"id": "a", "from_name": "VectorLabels", "to_name": "image", "type": "vectorlabels"}
    value = {"vertices": vertices, "closed": False, "vectorlabels": ["cat"]}
    sides = {"original_width": 640, "original_height": 480}
    shown = shown_by(drawn_task(config("VectorLabels"), URL, [{**item, **sides, "value": value}]))
    assert shown.one("polyline").attributes["points"] == "64,96 384,144"
    assert shown.one(class_="lso-image").one("span").text == "cat"


def test_a_point_that_cannot_be_read_leaves_the_image() -> None:
    value = {"vertices": [{"x": {}, "y": 1}], "vectorlabels": ["cat"]}
    item = {"id": "a", "from_name": "VectorLabels", "to_name": "image", "type": "vectorlabels"}
    shown = shown_by(drawn_task(config("VectorLabels"), URL, [{**item, "value": value}]))
    assert shown.one(class_="lso-image").one("img")


@pytest.mark.parametrize(
    ("url", "drawn"), [("data:image/png;base64,AA", 1), ("javascript:alert(1)", 0)]
)
def test_a_bitmask_is_drawn_from_an_image_only(url: str, drawn: int) -> None:
    names = {"from_name": "BitmaskLabels", "to_name": "image", "type": "bitmasklabels"}
    item = {"id": "a", **names, "value": {"imageDataURL": url, "bitmasklabels": ["cat"]}}
    shown = shown_by(drawn_task(config("BitmaskLabels"), URL, [item]))
    assert len(shown.one("svg").all("image")) == drawn
