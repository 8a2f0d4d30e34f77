"""Where the files of a dataset go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..media.suffixes import stem_of

IMAGES, LABELS, ANNOTATIONS = "images", "labels", "Annotations"  # folders
SUFFIXES: Mapping[str, str] = MappingProxyType({LABELS: ".txt", ANNOTATIONS: ".xml"})

Write = Callable[[str, bytes], None]  # a file by its path within the dataset


def label_path(name: str, room: str) -> str:
    """Return where the labels of a picture go: under the picture's own name."""
    return f"{room}/{stem_of(name)}{SUFFIXES[room]}"


def encoded(text: str) -> bytes:
    """Return a text as UTF-8; half a surrogate pair in it is written as JSON would escape it."""
    return text.encode(errors="backslashreplace")


def info() -> dict[str, Any]:
    """Return what the server says of a dataset."""
    return {"year": datetime.now().year, "version": "1.0", "contributor": "Label Studio"}
