"""HTML tokens: start tags, end tags and text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from .element_kinds import WITHOUT_END


class Start(NamedTuple):
    """A start tag."""

    name: str
    attributes: Mapping[str, str]

    def __str__(self) -> str:
        attributes = "".join(map(_attribute, self.attributes.items()))
        return f"<{self.name}{attributes}{' /' if self.name in WITHOUT_END else ''}>"


class End(NamedTuple):
    """An end tag."""

    name: str

    def __str__(self) -> str:
        return f"</{self.name}>"


class Text(NamedTuple):
    """Text; the content of <style> is not escaped."""

    text: str
    raw: bool = False

    def __str__(self) -> str:
        return self.text if self.raw else escaped(self.text)


Token: TypeAlias = Start | End | Text


def escaped(text: str) -> str:
    """Escape text for HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(attribute: tuple[str, str]) -> str:
    name, value = attribute
    if not value and name != "alt":
        return f" {name}"
    quoted = escaped(value).replace('"', "&quot;")
    return f' {name}="{quoted}"'
