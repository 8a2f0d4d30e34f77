"""Folders and files that only the user of this process may read, and that nobody else has made."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from ..errors import LocalServerError

log = logging.getLogger(__name__)

OTHERS = 0o077  # what a group and all others may do
WRITE = 0o022
ROOT = 0


def make_private(folder: Path, *, trusted: tuple[str, ...] = ()) -> None:
    """Make a folder that only its owner may enter, or check and close one that is there.

    Raises `LocalServerError` if another user could have put something into it: it, what is in it,
    or a link that leads to it belongs to somebody else, or all may write to a folder above it or to
    one of the `trusted` files in it.
    """
    if folder.exists():
        check_way(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_way(folder)
    for entry in folder.iterdir():
        status = entry.lstat()
        _check_owner(entry, status)
        if entry.name in trusted and status.st_mode & WRITE:
            raise LocalServerError(
                f"Others may write to {entry}, which decides who can log in. If nobody has, "
                f"run: chmod go-rwx '{entry}'"
            )
    if folder.stat().st_mode & OTHERS:
        _close(folder)


def check_way(folder: Path) -> None:
    """Raise `LocalServerError` if another user could exchange a folder that is there."""
    _check_owner(folder, folder.stat())
    for place in _way(folder):
        status = place.lstat()
        if stat.S_ISLNK(status.st_mode):
            _check_link(place, status)
        elif place != folder:
            _check_above(place, status)


def is_own(path: Path) -> bool:
    """Tell whether a folder or file is no link, and belongs to the user of this process."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)


def opened(path: Path, mode: str) -> TextIO:
    """Open a file of the user's own, or make one that nobody else may read; no link is followed."""
    file: TextIO = open(path, mode, opener=_private)  # type: ignore[assignment] # noqa: SIM115
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        file.close()
        raise PermissionError(f"{path} is no file of {_user(os.geteuid())}.")
    return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)  # a pipe blocks nobody


def _way(path: Path) -> Iterator[Path]:
    """Yield what a path leads through, from the top: folders, and links with their targets."""
    for place in (*reversed(path.parents), path):
        yield place
        if place.is_symlink():
            yield from _way(Path(os.path.normpath(place.parent / place.readlink())))


def _check_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise LocalServerError(
            f"{path} belongs to {_user(status.st_uid)}, who could have put anything there; this is "
            f"{_user(os.geteuid())}. Use a folder of your own."
        )


def _check_link(path: Path, status: os.stat_result) -> None:
    if status.st_uid not in (ROOT, os.geteuid()):
        raise LocalServerError(
            f"{path} is a link of {_user(status.st_uid)}, who could let it lead anywhere. Use the "
            "folder itself, or another."
        )


def _check_above(path: Path, status: os.stat_result) -> None:
    """Refuse a folder whose entries another user may exchange."""
    own = status.st_uid in (ROOT, os.geteuid())
    open_to_all = status.st_mode & stat.S_IWOTH and not (own and status.st_mode & stat.S_ISVTX)
    if open_to_all:
        raise LocalServerError(
            f"All users may exchange what is in {path}. Use a folder elsewhere, or run: "
            f"chmod o-w '{path}'"
        )


def _close(folder: Path) -> None:
    """Close a folder to others, and the folders in it: somebody may be in there already."""
    for place, _, _ in os.walk(folder):
        with suppress(PermissionError):  # as FAT says
            Path(place).chmod(0o700)
    if folder.stat().st_mode & OTHERS:
        raise LocalServerError(
            f"Others may read {folder}, and its file system knows no permissions. Use a folder "
            "elsewhere."
        )
    log.warning("Others could read %s: from now on, only you can.", folder)


def _user(uid: int) -> str:
    return "root" if uid == ROOT else f"user {uid}"
