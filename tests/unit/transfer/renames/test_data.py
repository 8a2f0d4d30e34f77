"""Prefixes of URLs in the data of tasks are replaced, without a server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, ServerError
from label_studio_orm.transfer.renames.bulk_rewrite import BulkRewrite
from label_studio_orm.transfer.renames.data import DataRemap


def work(tmp_path: Path, *, dry_run: bool = False) -> BulkRewrite:
    project = Project(1, client=FakeClient())
    backup = tmp_path / "backup.jsonl"
    return BulkRewrite.begin(
        project, "'a' → 'b'", "data-url", dry_run=dry_run, backup=backup, progress=False
    )


def remapped(tmp_path: Path, old: str, new: str, data: dict[str, Any]) -> Any:
    return DataRemap(work(tmp_path), "url", old, new)._change(data)


def test_every_text_with_the_prefix_is_changed(tmp_path: Path) -> None:
    data = {"url": ["s3://old/1.jpg", {"b": "s3://old/2.jpg"}, "s3://other/3.jpg"], "x": "s3://old"}
    assert remapped(tmp_path, "s3://old/", "s3://new/", data) == {
        "url": ["s3://new/1.jpg", {"b": "s3://new/2.jpg"}, "s3://other/3.jpg"],
        "x": "s3://old",
    }
    assert remapped(tmp_path, "s3://gone/", "s3://new/", data) is None


def test_a_longer_prefix_is_applied_once(tmp_path: Path) -> None:
    data = {"url": "s3://old/1.jpg"}
    once = remapped(tmp_path, "s3://old/", "s3://old/images/", data)
    assert once == {"url": "s3://old/images/1.jpg"}
    assert remapped(tmp_path, "s3://old/", "s3://old/images/", once) is None


def test_a_prefix_that_a_rerun_would_replace_again_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="has the old prefix too"):
        remapped(tmp_path, "/data/", "/", {"url": "/data/data/1.jpg"})


def test_an_error_has_the_report_and_the_progress(tmp_path: Path) -> None:
    rename = work(tmp_path)
    rename.report.config_changed = True
    rename.back_up(project=1)
    with pytest.raises(ServerError, match="to continue") as caught, rename.reporting():
        raise ServerError("No answer.")
    assert vars(caught.value)["moved"] is rename.report
    assert (tmp_path / "backup.jsonl").read_text() == '{"project": 1}\n'


def test_a_dry_run_writes_no_backup(tmp_path: Path) -> None:
    with work(tmp_path, dry_run=True).reporting() as report:
        assert not report
    assert not any(tmp_path.iterdir())
