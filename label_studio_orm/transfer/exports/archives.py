"""Unpacking what a server sends, without trusting it."""

from __future__ import annotations

import errno
import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ...errors import IncompleteResult, LabelStudioError
from ...http.bombs import LARGE, MOST_TIMES
from ..files import target

# How a .zip shows that it is damaged, has a bad offset in it, or wants a password.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


def unpack(archive: Path, folder: Path) -> list[Path]:
    """Unpack a .zip into a folder; raise before anything is written if it points out of it."""
    try:
        with zipfile.ZipFile(archive) as found:
            members = [each for each in found.infolist() if not each.filename.endswith("/")]
            _check_size(members, archive)
            paths = [_inside(folder, each.filename) for each in members]
            for member, path in zip(members, paths, strict=True):
                with target(path) as place, found.open(member) as file:
                    shutil.copyfileobj(file, place.file)
                    place.finish("")
            return paths
    except LabelStudioError:  # ours, which are builtins as well
        raise
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # the disk is full, …
            raise
        raise IncompleteResult(f"The archive that the server sent is damaged: {error}.") from None


def _inside(folder: Path, name: str) -> Path:
    path = PurePosixPath(name.replace("\\", "/"))
    if not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        raise IncompleteResult(
            f"The archive that the server sent has a member {name!r}, which points out of "
            f"{folder}: nothing was unpacked. Do you trust this server?"
        )
    return folder / path


def _check_size(members: list[zipfile.ZipInfo], archive: Path) -> None:
    size = sum(member.file_size for member in members)
    if size > LARGE and size > MOST_TIMES * archive.stat().st_size:
        raise IncompleteResult(
            f"The archive that the server sent would have {size:,} bytes unpacked, more than "
            f"{MOST_TIMES} times its own size: it was not unpacked."
        )
