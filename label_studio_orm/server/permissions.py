"""Permissions of folders and files: only the user of this process may own and read them."""

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

GROUP_AND_OTHERS = 0o077
GROUP_AND_OTHERS_WRITE = 0o022
ROOT = 0


def make_private(folder: Path, *, trusted: tuple[str, ...] = ()) -> None:
    """Create a folder that only its owner may enter, or check and close an existing one.

    Raises `LocalServerError` if another user could have written to it: the folder, an entry of it,
    or a link that leads to it belongs to another user, or all users may write to a parent folder or
    to one of the `trusted` files in it.
    """
    if folder.exists():
        check_path(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    check_path(folder)
    for entry in folder.iterdir():
        status = entry.lstat()
        _check_owner(entry, status)
        if entry.name in trusted and status.st_mode & GROUP_AND_OTHERS_WRITE:
            raise LocalServerError(
                f"Other users must not be able to write to {entry}, which decides who can log in. "
                f"If nobody has written to it, run: chmod go-rwx '{entry}'"
            )
    if folder.stat().st_mode & GROUP_AND_OTHERS:
        _close(folder)


def check_path(folder: Path) -> None:
    """Raise `LocalServerError` if another user could replace a folder."""
    _check_owner(folder, folder.stat())
    for place in _path_components(folder):
        status = place.lstat()
        if stat.S_ISLNK(status.st_mode):
            _check_link(place, status)
        elif place != folder:
            _check_above(place, status)


def is_own(path: Path) -> bool:
    """Tell whether a path belongs to the user of this process, and is not a link."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not stat.S_ISLNK(status.st_mode)


def open_private(path: Path, mode: str) -> TextIO:
    """Open a file of the user, or create one that nobody else may read; links are refused."""
    file: TextIO = open(path, mode, opener=_private)  # type: ignore[assignment] # noqa: SIM115
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
        file.close()
        raise PermissionError(f"{path} must be a file of {_user(os.geteuid())}.")
    return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)  # a pipe must not block


def _path_components(path: Path) -> Iterator[Path]:
    """Yield the folders on a path from the root, and its links with the paths to their targets."""
    for place in (*reversed(path.parents), path):
        yield place
        if place.is_symlink():
            yield from _path_components(Path(os.path.normpath(place.parent / place.readlink())))


def _check_owner(path: Path, status: os.stat_result) -> None:
    if status.st_uid != os.geteuid():
        raise LocalServerError(
            f"{path} must belong to {_user(os.geteuid())}, not {_user(status.st_uid)}, who could "
            "have written anything there. Use a folder of your own."
        )


def _check_link(path: Path, status: os.stat_result) -> None:
    if status.st_uid not in (ROOT, os.geteuid()):
        raise LocalServerError(
            f"{path} must not be a link of {_user(status.st_uid)}, who could change its target. "
            "Use the folder itself, or another."
        )


def _check_above(path: Path, status: os.stat_result) -> None:
    """Refuse a folder whose entries another user may replace."""
    own = status.st_uid in (ROOT, os.geteuid())
    open_to_all = status.st_mode & stat.S_IWOTH and not (own and status.st_mode & stat.S_ISVTX)
    if open_to_all:
        raise LocalServerError(
            f"Other users must not be able to replace the entries of {path}. Use another folder, "
            f"or run: chmod o-w '{path}'"
        )


def _close(folder: Path) -> None:
    """Close a folder to other users, and all folders in it, which they may have open."""
    for place, _, _ in os.walk(folder):
        with suppress(PermissionError):  # on FAT
            Path(place).chmod(0o700)
    if folder.stat().st_mode & GROUP_AND_OTHERS:
        raise LocalServerError(
            f"The file system of {folder} must have permissions, as other users may read the "
            "folder otherwise. Use a folder elsewhere."
        )
    log.warning("Other users could read %s: from now on, only you can.", folder)


def _user(uid: int) -> str:
    return "root" if uid == ROOT else f"user {uid}"
