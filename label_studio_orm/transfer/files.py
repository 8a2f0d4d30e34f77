"""Files that take their name only when they are whole."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from attrs import define

from ..errors import InvalidInput

LONGEST_NAME = 255  # bytes, on all usual file systems


@define
class Target:
    """A file in the making: write to `file`, then `finish()` it under its name."""

    folder: Path
    name: str | None  # None: the server's name for it
    file: BinaryIO

    def finish(self, servers_name: str) -> Path:
        """Give the file its name and return where it is."""
        self.file.close()
        path = self.folder / (self.name or safe_name(servers_name))
        try:
            if path.exists():
                shutil.copymode(path, self.file.name)
            Path(self.file.name).replace(path)
        except OSError as error:  # a name that this system does not take
            raise InvalidInput(f"Cannot write {path}: {_reason(error)}.") from None
        return path


@contextmanager
def target(path: str | Path) -> Iterator[Target]:
    """Open a temporary file beside the target, and remove it if it was not finished.

    A path that is a folder, or ends with a slash, gets a file inside. Raises `InvalidInput` where
    nothing can be written, before anything is asked of the server.
    """
    try:
        folder, name = _split(path)
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f".{secrets.token_hex(8)}.part").open("xb")
    except (OSError, ValueError, RuntimeError) as error:
        raise InvalidInput(f"Cannot write to {path}: {_reason(error)}.") from None
    try:
        yield Target(folder, name, file)
    finally:
        try:
            file.close()  # which fails where the disk is full
        finally:
            Path(file.name).unlink(missing_ok=True)


def existing(given: str | Path) -> Path:
    """Return the path of a file or folder that is there."""
    try:
        path = Path(given).expanduser()
        there = path.exists()
    except (OSError, ValueError, RuntimeError):  # far too long, or of an unknown user
        raise InvalidInput(f"{str(given)[:60]!r} is not the path of a file.") from None
    if not there:
        raise InvalidInput(f"There is no file {path}.")
    return path


def safe_name(name: str, most: int = LONGEST_NAME) -> str:
    """Return a server's name for a file without any folder in it, of so many bytes at most.

    >>> safe_name("../../etc/passwd")
    'passwd'
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    last = re.sub(r'[\x00-\x1f\x7f<>:"|?*]', "", last).strip().rstrip(". ")
    if last in ("", ".", ".."):
        return "export"
    suffix = _cut(Path(last).suffix, most // 2)
    stem = last.removesuffix(Path(last).suffix)
    return _cut(stem, most - len(suffix.encode())) + suffix


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text, of so many bytes at most."""
    return text.encode(errors="ignore")[:most].decode(errors="ignore")


def _split(path: str | Path) -> tuple[Path, str | None]:
    place = Path(path).expanduser()
    if place.is_dir() or str(path).endswith(("/", os.sep)):
        return place, None
    if place.is_symlink():
        place = place.resolve()  # behind a link is the file that is meant
    if place.exists() and not place.is_file():
        raise ValueError("it is there and not a file")
    if len(os.fsencode(place.name)) > LONGEST_NAME:
        raise ValueError("the name is too long")
    return place.parent, place.name


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
