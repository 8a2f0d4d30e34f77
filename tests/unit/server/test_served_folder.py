"""LocalServer(files=…): the folder must exist before a start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.server import LocalServer
from label_studio_orm.server.served_folder import file_variables


def test_the_parent_is_the_document_root_and_only_the_folder_is_served(tmp_path: Path) -> None:
    assert file_variables(tmp_path) == {
        "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED": "true",
        "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": str(tmp_path.parent),
        "LABEL_STUDIO_ORM_FILES": str(tmp_path),
    }


def test_relative_folders_are_made_absolute_and_links_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "photos")
    monkeypatch.chdir(tmp_path)
    for files in ("photos", "./photos/../photos", tmp_path / "link"):
        assert file_variables(files)["LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"] == str(tmp_path)


@pytest.mark.parametrize("files", ["nowhere", __file__, ["photos", "scans"], 5])
def test_an_invalid_folder_is_refused_before_a_start(files: Any) -> None:
    with pytest.raises(InvalidInput, match="files= must be"):
        LocalServer(files=files)


def test_environment_variables_must_be_texts() -> None:
    with pytest.raises(InvalidInput, match="environ= must be a dict"):
        LocalServer(environ={"DEBUG": 1})  # type: ignore[dict-item]
