"""Folders that are connected as storages must be where the server can read them."""

from __future__ import annotations

from pathlib import Path

import pytest

from label_studio_orm.compat import Project
from label_studio_orm.compat.storages import ROOT


@pytest.fixture
def not_sent() -> Project:
    project = Project("http://localhost:8080", "key")
    project.params = {"id": 7}
    return project


def test_the_root_of_local_files_must_be_known(
    not_sent: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ROOT, raising=False)
    with pytest.raises(ValueError, match=f"set {ROOT} here"):
        not_sent.connect_local_import_storage("/data")


def test_a_folder_must_exist_below_the_root(
    not_sent: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(ROOT, str(tmp_path / "root"))
    with pytest.raises(ValueError, match="is not a directory"):
        not_sent.connect_local_import_storage(str(tmp_path / "none"))
    with pytest.raises(ValueError, match="must be a folder below"):
        not_sent.connect_local_import_storage(str(tmp_path))
