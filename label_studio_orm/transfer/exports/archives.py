"""Safe unpacking of archives from a server."""

from __future__ import annotations

import errno
import shutil
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from ...errors import IncompleteResult, LabelStudioError, LimitExceeded
from ...http.decompression import HARMLESS_BYTES, MAX_RATIO
from ...limits import Limits
from ..files import target
from ..media.media_names import same
from ..names import DATA, has_drive, is_too_long, safe_name
from .archive_end import size_of_directory

# How a .zip shows that it is damaged, has a bad offset in it, or wants a password.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
MOST_SHOWN = 200  # characters of a name
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what servers use
LONGEST_DIRECTORY = 32_000_000  # bytes: some 300,000 files; each takes memory before it is seen


def unpack(archive: Path, folder: Path, limits: Limits | None = None) -> list[Path]:
    """Unpack a .zip into a folder; raise before anything is written if it is not to be trusted.

    Members become plain files, with the permissions of any new file.
    """
    try:
        with opened(archive) as found:
            members = [each for each in found.infolist() if not each.filename.endswith("/")]
            _check_size(members, archive, limits or Limits())
            paths = [*_places(members, folder)]
            for member, path in zip(members, paths, strict=True):
                with target(path, within=folder) as place, found.open(member) as file:
                    shutil.copyfileobj(file, place.file)
                    place.finish()
            return paths
    except LabelStudioError:  # ours, which are builtins as well
        raise
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # the disk is full, …
            raise
        raise IncompleteResult(f"The archive that the server sent is damaged: {error}.") from None


def opened(archive: Path) -> zipfile.ZipFile:
    """Open a .zip; the list of its members is read at once, so it must not be too long."""
    size = size_of_directory(archive)
    if size > LONGEST_DIRECTORY:
        raise LimitExceeded(
            f"The archive that the server sent has a list of members of {size:,} bytes, more than "
            f"{LONGEST_DIRECTORY:,}: it was not unpacked. Export fewer tasks at once with ids=."
        )
    return zipfile.ZipFile(archive)


def _places(members: Iterable[zipfile.ZipInfo], folder: Path) -> Iterator[Path]:
    """Yield where each member goes: no two to one place, on any file system."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()  # the last one for each path: many may have the same
    for member in members:
        first = path = _safe_path(member, folder)
        key = same(str(first))
        while same(str(path)) in taken:
            numbers[key] += 1
            path = first.with_name(f"{first.stem}-{numbers[key] + 1}{first.suffix}")
        taken.add(same(str(path)))
        yield folder / path


def _safe_path(member: zipfile.ZipInfo, folder: Path) -> PurePosixPath:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if not path.parts or path.is_absolute() or ".." in path.parts or has_drive(path):
        raise _refused(member, f"which points out of {folder}")
    if is_too_long(path):
        raise _refused(member, "whose path is too long")
    safe = PurePosixPath(*map(safe_name, path.parts))
    if safe.suffix.lower() not in DATA:
        raise _refused(member, "which is no data file")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(member, "which is a link")
    if member.compress_type not in METHODS:
        raise _refused(member, "which is compressed in an unusual way")
    return safe


def _refused(member: zipfile.ZipInfo, why: str) -> IncompleteResult:
    return IncompleteResult(
        f"The archive that the server sent has a member {member.filename[:MOST_SHOWN]!r}, {why}: "
        "nothing was unpacked. Do you trust this server?"
    )


def _check_size(members: Iterable[zipfile.ZipInfo], archive: Path, limits: Limits) -> None:
    size = sum(member.file_size for member in members)
    if size > limits.export_bytes:
        raise LimitExceeded(
            f"The archive that the server sent would have {size:,} bytes unpacked, more than the "
            f"{limits.export_bytes:,.0f} that are allowed: it was not unpacked. To allow more, "
            f"give the client limits=Limits(export_bytes={size})."
        )
    if size > HARMLESS_BYTES and size > MAX_RATIO * archive.stat().st_size:
        raise IncompleteResult(
            f"The archive that the server sent would have {size:,} bytes unpacked, more than "
            f"{MAX_RATIO} times its own size: it was not unpacked."
        )
