"""The list of how-to guides has their titles."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "how-to"


def test_the_index_lists_every_page_by_its_title() -> None:
    pages = [page for page in FOLDER.glob("*.md") if page.stem != "index"]
    titles = {page.name: page.read_text().partition("\n")[0].removeprefix("# ") for page in pages}
    listed = re.findall(r"^- \[(.+)\]\((.+)\)$", (FOLDER / "index.md").read_text(), re.MULTILINE)
    assert {name: title for title, name in listed} == titles
