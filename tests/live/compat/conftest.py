"""Cases are imported from this folder, as in the old SDK's environment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files for a server, with a picture."""
    folder = tmp_path_factory.mktemp("files") / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"")
    return folder
