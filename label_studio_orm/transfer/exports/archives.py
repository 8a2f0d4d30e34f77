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

# Errors of reading a .zip that is damaged, has a bad offset, or needs a password.
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
MAX_NAME_SHOWN = 200  # characters
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those that servers use
MAX_DIRECTORY_BYTES = 32_000_000  # some 300,000 files, all of which zipfile loads into memory


def unpack(archive: Path, folder: Path, limits: Limits | None = None) -> list[Path]:
    """Unpack a .zip into a folder; raise before the first write if it is unsafe.

    Members become plain files, with the permissions of any new file.
    """
    try:
        with opened(archive) as found:
            members = [each for each in found.infolist() if not each.filename.endswith("/")]
            _check_size(members, archive, limits or Limits())
            paths = [*_destinations(members, folder)]
            for member, path in zip(members, paths, strict=True):
                with target(path, within=folder) as output, found.open(member) as file:
                    shutil.copyfileobj(file, output.file)
                    output.finish()
            return paths
    except LabelStudioError:  # ours may also be builtin exceptions
        raise
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # such as a full disk
            raise
        raise IncompleteResult(f"The archive that the server sent is damaged: {error}.") from None


def opened(archive: Path) -> zipfile.ZipFile:
    """Open a .zip; refuse one with a huge central directory, which is read at once."""
    size = size_of_directory(archive)
    if size > MAX_DIRECTORY_BYTES:
        raise LimitExceeded(
            f"The archive that the server sent has a directory of {size:,} bytes, more than "
            f"{MAX_DIRECTORY_BYTES:,}: it was not unpacked. Export fewer tasks at once with ids=."
        )
    return zipfile.ZipFile(archive)


def _destinations(members: Iterable[zipfile.ZipInfo], folder: Path) -> Iterator[Path]:
    """Yield a path for each member, unique on all file systems."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()  # the last suffix for each path
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
        raise _rejected(member, f"which points outside {folder}")
    if is_too_long(path):
        raise _rejected(member, "whose path is too long")
    safe = PurePosixPath(*map(safe_name, path.parts))
    if safe.suffix.lower() not in DATA:
        raise _rejected(member, "which is not a data file")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _rejected(member, "which is a link")
    if member.compress_type not in METHODS:
        raise _rejected(member, "whose compression method is not supported")
    return safe


def _rejected(member: zipfile.ZipInfo, why: str) -> IncompleteResult:
    return IncompleteResult(
        f"The archive that the server sent has a member {member.filename[:MAX_NAME_SHOWN]!r}, "
        f"{why}: nothing was unpacked. Do you trust this server?"
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
