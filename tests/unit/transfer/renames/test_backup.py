"""Backups of old values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.transfer.renames.backup import Backup


def test_two_runs_in_the_same_second_have_backups_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for number in range(20):
        backup = Backup.at(None, "project 1")
        backup.keep(number=number)
        backup.close()
    lines = [json.loads(path.read_text())["number"] for path in tmp_path.glob("project-1-*.jsonl")]
    assert sorted(lines) == [*range(20)]


def test_a_backup_at_a_path_goes_on_with_the_file(tmp_path: Path) -> None:
    for number in range(2):
        backup = Backup.at(tmp_path / "old.jsonl", "")
        backup.keep(number=number)
        backup.close()
    assert (tmp_path / "old.jsonl").read_text() == '{"number": 0}\n{"number": 1}\n'


def test_a_backup_needs_a_folder_that_exists(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="backup must be the path of a file"):
        Backup.at(tmp_path / "nowhere" / "old.jsonl", "")
