"""Templates as Label Studio lists them: XML by title; those that this package ships."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..errors import NotFound, nearest
from ..text import listed

FILE = Path(__file__).with_name("templates.json.gz")  # written by tests/templates.py


class TemplateRows:
    """The rows of templates by title."""

    _rows: Mapping[str, Mapping[str, Any]] = MappingProxyType({})  # if the constructor fails

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = {str(row["title"]): row for row in rows}

    def _xml(self, title: str) -> str:
        """Return the XML of a template; raise `NotFound` with the titles that are near."""
        if not isinstance(title, str) or title not in self._rows:
            raise NotFound(f"There is no template {title!r}.{self._hint(str(title))}")
        return str(self._rows[title]["config"])

    def _hint(self, title: str) -> str:
        """Suggest the titles with the same words, or the nearest one."""
        words = title.casefold().split()
        near = [known for known in self._rows if all(word in known.casefold() for word in words)]
        if near and words:
            return f" Did you mean {listed(map(repr, near), between=' or ')}?"
        return nearest(title, self._rows) or " LabelConfig.templates() has the titles."

    def __contains__(self, title: object) -> bool:
        return isinstance(title, str) and title in self._rows

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


def shipped_rows() -> list[dict[str, Any]]:
    """Return the templates that this package ships, as the server lists them."""
    import gzip  # late, as few programs need it

    rows: list[dict[str, Any]] = json.loads(gzip.decompress(FILE.read_bytes()))["templates"]
    return rows


@functools.cache
def _shipped() -> TemplateRows:
    return TemplateRows(shipped_rows())


def shipped_xml(title: str) -> str:
    """Return the XML of a template that this package ships."""
    return _shipped()._xml(title)


def shipped_titles() -> list[str]:
    """Return the titles of the templates that this package ships, group by group."""
    return list(_shipped())
