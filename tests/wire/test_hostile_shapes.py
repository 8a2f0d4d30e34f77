"""Exports of another shape than Label Studio's: an error of ours, or a part that is left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.exporting import ExportServer, Row, task, zipped
from support.stub import Stub

from label_studio_orm import Project
from label_studio_orm.errors import IncompleteResult

pytestmark = pytest.mark.usefixtures("no_patience")

BOX: Row = {
    "id": "a",
    "type": "rectanglelabels",
    "from_name": "box",
    "to_name": "image",
    "original_width": 10,
    "original_height": 10,
    "value": {"x": 1, "y": 1, "width": 5, "height": 5, "rectanglelabels": ["Cat"]},
}
ODD = (None, [], {}, "x", [1], {"a": 1}, True, -1, 10**400, 1e308)


@pytest.fixture
def export_server(stub: Stub) -> ExportServer:
    return ExportServer(stub)


def odd_results() -> Iterator[Row]:
    """Yield a box with an odd value in each of its fields."""
    for odd in ODD:
        for key in (*BOX, "item_index", "parentID"):
            yield {**BOX, key: odd}
        for key in (*BOX["value"], "rotation", "points"):
            yield {**BOX, "value": {**BOX["value"], key: odd}}
        points = {"points": [[odd, 1], [2, 2], [3, odd]], "polygonlabels": ["Cat"]}
        yield {**BOX, "type": "polygonlabels", "value": points}


@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_results_of_another_shape_end_no_dataset(
    format: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    rows = [
        {**task(number, image=f"/data/upload/1/{number}.png"), "annotations": [{"result": [odd]}]}
        for number, odd in enumerate(odd_results(), 1)
    ]
    export_server.content = json.dumps(rows).encode()
    path = project.export(format, tmp_path / "out.zip")
    assert path.exists()
    assert {each.what for each in path.left_out} >= {"a region without coordinates"}


@pytest.mark.parametrize("odd", [5, "x", True, [5], [None], {"a": 1}, 1.5], ids=str)
@pytest.mark.parametrize("format", ["YOLO", "COCO", "VOC"])
def test_invalid_annotations_raise_our_error(
    format: str, odd: Any, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.content = json.dumps([{**task(1, image="a.png"), "annotations": odd}]).encode()
    with pytest.raises(IncompleteResult, match="Task 1 of the export has annotations that are no"):
        project.export(format, tmp_path / "out.zip")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("id", [None, "x", [1], {"a": 1}, 1.5, True], ids=str)
@pytest.mark.parametrize("format", ["YOLO", "VOC", "CSV", "JSON_MIN"])
def test_the_id_of_a_skipped_task_is_an_integer(
    format: str, id: Any, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    skipped = {"id": id, "data": {}, "annotations": [{"was_cancelled": True}]}
    export_server.content = json.dumps([skipped, {**skipped, "id": 2}]).encode()
    export_server.files = {"CSV": b"id", "JSON_MIN": b"[]"}
    if format in export_server.files:  # which the server has written: it is whole
        assert not project.export(format, f"{tmp_path}/").left_out
    else:
        with pytest.raises(IncompleteResult, match="has a task of the id"):
            project.export(format, tmp_path / "out.zip")


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"images": 1}', '{"images": [[1]]}', '{"images": [{"path": []}]}', "9" * 5000],
    ids=["deep", "a number", "lists", "a list in it", "digits"],
)
def test_coco_of_another_shape_raises_our_error(
    content: str, export_server: ExportServer, project: Project, tmp_path: Path
) -> None:
    export_server.content = json.dumps([task(1, text="x")]).encode()
    export_server.files["BRUSH_TO_COCO"] = zipped({"result_coco.json": content})
    with pytest.raises(IncompleteResult, match="is not valid COCO"):
        project.export("BRUSH_TO_COCO", tmp_path / "out", media=True)
