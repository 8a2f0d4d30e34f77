"""File names and encodings of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..media.suffixes import stem_of

IMAGES, LABELS, ANNOTATIONS = "images", "labels", "Annotations"  # folders
SUFFIXES: Mapping[str, str] = MappingProxyType({LABELS: ".txt", ANNOTATIONS: ".xml"})

Write = Callable[[str, bytes], None]  # a file by its path within the dataset


def label_path(name: str, folder: str) -> str:
    """Return the path of an image's label file, named after the image."""
    return f"{folder}/{stem_of(name)}{SUFFIXES[folder]}"


def encoded(text: str) -> bytes:
    """Encode as UTF-8; lone surrogates are escaped as in JSON."""
    return text.encode(errors="backslashreplace")


def info() -> dict[str, Any]:
    """Return the metadata that the server writes for a dataset."""
    return {"year": datetime.now().year, "version": "1.0", "contributor": "Label Studio"}
