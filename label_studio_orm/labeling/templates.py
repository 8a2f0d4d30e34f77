"""Templates of labeling configs, by title: those of Label Studio, and those that a server has."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import NotFound, nearest
from ..text import listed
from .config import LabelConfig

FILE = Path(__file__).with_name("templates.json")  # written by tests/templates.py


class Templates:
    """Labeling configs by title; a loop yields the titles.

    >>> ls.templates["Text Classification"]
    <LabelConfig: sentiment (Choices)>
    >>> "Image Classification" in ls.templates
    True
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = {str(row["title"]): row for row in rows}

    def __getitem__(self, title: str) -> LabelConfig:
        if title not in self._rows:
            raise NotFound(f"There is no template {title!r}.{self._hint(str(title))}")
        return LabelConfig.parse(str(self._rows[title]["config"]))

    def _hint(self, title: str) -> str:
        """Suggest the titles with the same words, or the nearest one."""
        words = title.casefold().split()
        near = [known for known in self._rows if all(word in known.casefold() for word in words)]
        if near and words:
            return f" Did you mean {listed(map(repr, near), between=' or ')}?"
        return nearest(title, self._rows) or " LabelConfig.templates() has the titles."

    def __contains__(self, title: object) -> bool:
        return title in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def groups(self) -> Mapping[str, list[str]]:
        """The titles of each group of templates, such as "Computer Vision"."""
        found: dict[str, list[str]] = {}
        for title, row in self._rows.items():
            found.setdefault(str(row.get("group", "")), []).append(title)
        return MappingProxyType(found)

    @property
    def enterprise(self) -> list[str]:
        """The titles of templates that need the editor of Label Studio Enterprise."""
        return [title for title, row in self._rows.items() if row.get("type") == "enterprise"]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} in {len(self.groups)} groups>"


@functools.cache
def shipped() -> Templates:
    """Return the templates that come with this package, of one version of Label Studio."""
    return Templates(json.loads(FILE.read_text(encoding="utf-8"))["templates"])
