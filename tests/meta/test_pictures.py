"""The pictures of displays: taken in both themes, shown on a page, and small."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from support.pictures import CELLS, FOLDER, SCALE, THEMES

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURE = re.compile(
    r'<picture>\n  <source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)-dark\.png">\n'
    r'  <img alt="[^"]+" src="([^"]+)-light\.png"(?: width="(\d+)")?>\n</picture>'
)
NAMES = re.findall(r"^# %% (\w+)$", CELLS.read_text(), re.MULTILINE)
LARGEST = 1_500_000  # bytes of all


def shown() -> dict[str, set[str]]:
    """Return the names of pictures on all pages, with their widths."""
    found: dict[str, set[str]] = {}
    for page in PAGES:
        for dark, light, width in PICTURE.findall(page.read_text()):
            assert dark == light
            assert (page.parent / f"{light}-light.png").resolve().parent == FOLDER
            found.setdefault(Path(light).name, set()).add(width)
    return found


def test_there_are_pictures_of_each_display_and_no_others() -> None:
    expected = {f"{name}-{theme}.png" for name in NAMES for theme in THEMES}
    assert {path.name for path in FOLDER.iterdir()} == expected


def test_each_picture_is_on_a_page() -> None:
    assert set(shown()) == set(NAMES)


def test_each_use_of_a_picture_has_both_themes() -> None:
    mentions = sum(page.read_text().count("<picture>") for page in PAGES)
    assert mentions == sum(len(PICTURE.findall(page.read_text())) for page in PAGES)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_as_wide_on_a_page_as_the_display_in_a_notebook(name: str) -> None:
    png = (FOLDER / f"{name}-light.png").read_bytes()
    (width,) = struct.unpack(">I", png[16:20])
    assert shown()[name] <= {"", str(width // SCALE)}


def test_the_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < LARGEST
