"""Pictures of what notebooks show, for the documentation."""

from __future__ import annotations

from pathlib import Path

CELLS = Path(__file__).with_name("cells.py")
FOLDER = Path(__file__).parents[3] / "docs" / "pictures"
THEMES = ("light", "dark")
SCALE = 2  # pixels of a picture for one of the page: text is sharp on any screen
