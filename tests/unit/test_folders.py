"""Where data and caches of the package are, as each system has it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from label_studio_orm.folders import cache_folder, data_folder


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))


@pytest.mark.parametrize(
    ("system", "data", "cache"),
    [
        ("linux", ".local/share/label-studio-orm", ".cache/label-studio-orm"),
        (
            "darwin",
            "Library/Application Support/label-studio-orm",
            "Library/Caches/label-studio-orm",
        ),
        (
            "win32",
            "AppData/Local/label-studio-orm/label-studio-orm",
            "AppData/Local/label-studio-orm/label-studio-orm/Cache",
        ),
    ],
)
def test_each_system_has_its_folders(
    monkeypatch: pytest.MonkeyPatch, system: str, data: str, cache: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert data_folder() == Path("/home/ann") / data
    assert cache_folder() == Path("/home/ann") / cache


def test_variables_name_other_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert data_folder() == Path("/data/label-studio-orm")
    assert cache_folder() == Path("/home/ann/.cache/label-studio-orm")
