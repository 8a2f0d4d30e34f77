"""Files that take their name only when they are whole, and are written where they should be."""

from __future__ import annotations

import filecmp
import itertools
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from attrs import define

from ..errors import InvalidInput
from .names import LONGEST_NAME, safe_name

READABLE_BITS = 0o666  # what is written here is never executable


@define
class Target:
    """A file in the making: write to `file`, then `finish()` it under its name."""

    folder: Path
    name: str | None  # None: the server's name for it
    file: BinaryIO

    def finish(self, name: str = "", *, replace: bool = False) -> Path:
        """Give the file its name and return where it is.

        `name` counts where the user gave none. It may be the server's: so it never takes the place
        of another file, unless `replace` says so.
        """
        self.file.close()
        path = self.folder / (self.name or safe_name(name))
        try:
            if not (self.name or replace):
                path = free_path(path, self.file.name)
            Path(self.file.name).replace(path)
        except OSError as error:  # a name that this system does not take
            raise InvalidInput(f"Cannot write {path}: {_reason(error)}.") from None
        return path


@contextmanager
def target(path: str | Path, *, within: Path | None = None) -> Iterator[Target]:
    """Open a temporary file beside the target, and remove it if it was not finished.

    A path that is a folder, or ends with a slash, gets a file inside. With `within`, no link below
    that folder is followed. Raises `InvalidInput` where nothing can be written, before anything is
    asked of the server.
    """
    try:
        folder, name = _split(path) if within is None else (Path(path).parent, Path(path).name)
        _make_folder(folder, within)
        file = (folder / f".{secrets.token_hex(8)}.part").open("xb")
        _keep_mode(folder / (name or ""), file.name)
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


def free_path(path: Path, content: str | Path) -> Path:
    """Return the path, or the next one with a number, at which nothing is but this content."""
    numbered = (path.with_name(f"{path.stem}-{n}{path.suffix}") for n in itertools.count(2))
    paths = itertools.chain([path], numbered)
    return next(each for each in paths if not os.path.lexists(each) or _is_same(each, content))


def is_file(path: Path) -> bool:
    """Tell whether a file is at a path itself, and not at the end of a link."""
    return not path.is_symlink() and path.is_file()


def made_by_me(path: Path, like: str | Path) -> bool:
    """Tell whether a file has the owner of another one, which this process has made."""
    return path.lstat().st_uid == Path(like).lstat().st_uid


def check_no_links(folder: Path, path: str) -> None:
    """Raise `InvalidInput` where a relative POSIX path leads through a link below a folder."""
    place = str(folder)  # no Path, as this runs for each file of an export
    for part in path.split("/"):
        place = os.path.join(place, part)  # noqa: PTH118
        if part and os.path.islink(place):  # noqa: PTH114
            raise InvalidInput(
                f"{place} is a link: files of an export could go anywhere. Remove it, or choose "
                "another folder."
            )


def behind_own_link(path: Path) -> Path:
    """Return the file behind a link of this user: that file is meant."""
    if not path.is_symlink():
        return path
    mine = getattr(os, "geteuid", lambda: None)()
    if mine is not None and path.lstat().st_uid != mine:
        raise ValueError("it is a link of another user, and may lead anywhere")
    return path.resolve()


def _make_folder(folder: Path, within: Path | None) -> None:
    if within is not None and folder != within:
        check_no_links(within, folder.relative_to(within).as_posix())
    folder.mkdir(parents=True, exist_ok=True)


def _split(path: str | Path) -> tuple[Path, str | None]:
    place = Path(path).expanduser()
    if place.is_dir() or str(path).endswith(("/", os.sep)):
        return place, None
    place = behind_own_link(place)
    if place.exists() and not place.is_file():
        raise ValueError("it is there and not a file")
    if len(os.fsencode(place.name)) > LONGEST_NAME:
        raise ValueError("the name is too long")
    return place.parent, place.name


def _keep_mode(path: Path, new: str) -> None:
    """Give a file the permissions of the one that it will replace, if that is of the same user."""
    with suppress(FileNotFoundError):
        before = path.lstat()
        if stat.S_ISREG(before.st_mode) and made_by_me(path, new):
            Path(new).chmod(before.st_mode & READABLE_BITS)


def _is_same(path: Path, other: str | Path) -> bool:
    return is_file(path) and filecmp.cmp(path, other, shallow=False)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
