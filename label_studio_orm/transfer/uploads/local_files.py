"""Local files to upload as tasks: found, checked and identified."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

from ...errors import InvalidInput, nearest
from ...http.multipart import Part
from ...text import shown
from ..content import md5_of
from ..files import existing

MOST_BYTES = 250_000_000  # what the server takes in one request
BLOCK = 1024 * 1024  # bytes
# What the server takes for files (SUPPORTED_EXTENSIONS in its settings).
SUFFIXES = (
    *(".bmp", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp"),
    *(".flac", ".m4a", ".mp3", ".ogg", ".wav", ".mp4", ".webm"),
    *(".csv", ".htm", ".html", ".json", ".pdf", ".tsv", ".txt", ".xml"),
)


class LocalFile:
    """A file, by the name that a rerun knows it by: its path within the given folder."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        self.size = path.stat().st_size

    @cached_property
    def md5(self) -> str:
        try:
            with self.path.open("rb") as file:
                return md5_of(iter(lambda: file.read(BLOCK), b""))
        except OSError as error:
            raise InvalidInput(f"{self.path} cannot be read: {error.strerror}.") from None

    @property
    def part(self) -> Part:
        """The file as a part of a request; it must not change until then."""
        return Part(self.path, self.size, self.md5)


def local_files(given: Any) -> list[LocalFile]:
    """Return the files of paths and folders, in the order given and by name; check them all."""
    paths = [given] if isinstance(given, (str, Path)) else given
    if not isinstance(paths, Iterable) or isinstance(paths, (bytes, dict)):
        raise InvalidInput(f"Files must be a path or a list of paths, not {shown(repr(given))}.")
    found: dict[Path, LocalFile] = {}
    for path in paths:
        for file in _found(path):
            found.setdefault(file.path.resolve(), file)
    if not found:
        raise InvalidInput(f"There are no files in {given!s}.")
    return [*found.values()]


def _found(path: Any) -> Iterator[LocalFile]:
    if not isinstance(path, (str, Path)):
        raise InvalidInput(f"{path!r} is not the path of a file.")
    place = existing(path)
    if place.is_dir():
        inside = (each for each in sorted(place.rglob("*")) if each.is_file())
        for each in inside:
            name = each.relative_to(place)
            if not any(part.startswith(".") for part in name.parts):
                yield _checked(each, name.as_posix())
    else:
        yield _checked(place, place.name)


def _checked(path: Path, name: str) -> LocalFile:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        hint = nearest(suffix, SUFFIXES)
        known = ", ".join(SUFFIXES)
        raise InvalidInput(f"{path}: the server takes files of {known}.{hint}")
    file = LocalFile(path, name)
    if not file.size:
        raise InvalidInput(f"{path} is empty.")
    if file.size >= MOST_BYTES:
        raise InvalidInput(f"{path} has {file.size:,} bytes; fewer than {MOST_BYTES:,} go through.")
    return file
