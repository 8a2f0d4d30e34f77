"""Exports: what is requested from the server, and files that are complete or absent."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.errors import InvalidInput, UnknownName
from label_studio_orm.transfer.exports.exported import in_order
from label_studio_orm.transfer.exports.options import snapshot_request
from label_studio_orm.transfer.files import safe_name, target


def test_by_default_everything_is_requested_with_ids_instead_of_details() -> None:
    assert snapshot_request({}) == {
        "task_filter_options": {},
        "annotation_filter_options": {"usual": True, "ground_truth": True, "skipped": True},
        "serialization_options": {
            "drafts": {"only_id": True},
            "predictions": {"only_id": True},
            "annotations__completed_by": {"only_id": True},
            "interpolate_key_frames": False,
        },
    }


@pytest.mark.parametrize(
    ("options", "part", "becomes"),
    [
        ({"only_finished": True}, "task_filter_options", {"finished": "only"}),
        ({"only_finished": False}, "task_filter_options", {}),
        ({"view": 3}, "task_filter_options", {"view": 3}),
        (
            {"skipped": False, "usual": False},
            "annotation_filter_options",
            {"usual": False, "ground_truth": True, "skipped": False},
        ),
        (
            {
                "drafts": True,
                "predictions": True,
                "completed_by": True,
                "interpolate_key_frames": 1,
            },
            "serialization_options",
            {
                "drafts": {"only_id": False},
                "predictions": {"only_id": False},
                "annotations__completed_by": {"only_id": False},
                "interpolate_key_frames": True,
            },
        ),
    ],
)
def test_options_are_sent_as_the_servers_filters(
    options: dict[str, Any], part: str, becomes: dict[str, Any]
) -> None:
    assert snapshot_request(options)[part] == becomes


def test_excluding_every_kind_of_annotation_is_refused() -> None:
    with pytest.raises(InvalidInput, match="leave no annotation to export"):
        snapshot_request({"usual": False, "ground_truth": False, "skipped": False})


def test_a_mistyped_option_suggests_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'predictions'"):
        snapshot_request({"prediction": True})


def test_a_file_gets_its_name_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "out.json"
    with target(path) as place:
        place.file.write(b"[]")
        assert not path.exists()
        assert place.finish("servers-name.json") == path
    assert path.read_bytes() == b"[]"
    assert os.listdir(path.parent) == ["out.json"]  # noqa: PTH208


def test_in_a_folder_the_file_has_the_name_from_the_server(tmp_path: Path) -> None:
    for folder in (tmp_path, f"{tmp_path}/new/"):
        with target(folder) as place:
            assert place.finish("x.zip") == Path(folder) / "x.zip"


def test_a_failed_export_keeps_the_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")
    with suppress(RuntimeError), target(path) as place:
        place.file.write(b"half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["out.json"]


def test_an_unwritable_path_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="Cannot write to"), target(tmp_path / "file" / "x.json"):
        pass


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.zip", "a.zip"),
        ("../../a.zip", "a.zip"),
        ("/etc/passwd", "passwd"),
        ("..\\a.zip", "a.zip"),
        ("..", "export"),
        ("", "export"),
    ],
)
def test_a_file_name_from_the_server_never_leaves_the_folder(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_exported_tasks_and_annotations_are_ordered_by_id() -> None:
    tasks = [
        {"id": 2, "annotations": [{"id": 9}, {"id": 8}], "predictions": [4, 3]},
        {"id": 1, "annotations": [], "drafts": [{"id": 6}, {"id": 5}]},
    ]
    assert in_order(tasks) == [
        {"id": 1, "annotations": [], "drafts": [{"id": 5}, {"id": 6}]},
        {"id": 2, "annotations": [{"id": 8}, {"id": 9}], "predictions": [3, 4]},
    ]


def test_exported_rows_of_a_task_are_in_the_order_of_its_annotations() -> None:
    rows = [{"id": 2, "annotation_id": 1}, {"id": 1, "annotation_id": 3}, {"id": 1}]
    assert in_order(rows) == [rows[2], rows[1], rows[0]]
