"""The end record of a .zip, which holds the size of its central directory."""

from __future__ import annotations

import os
import struct
from pathlib import Path

# See 4.3.14 to 4.3.16 of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
END, END_64, LOCATOR_64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"
MAX_END_BYTES = 22 + 65_535  # with a comment
SIZE, SIZE_64 = 12, 40  # offsets of the size in the records


def size_of_directory(archive: Path) -> int:
    """Return the bytes of the central directory, which zipfile reads at once; 0 without one."""
    with archive.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - MAX_END_BYTES - 200, 0))
        tail = file.read()
    sizes = [_number(tail, at + SIZE, "<I") for at in _offsets(tail, END)]
    sizes += [_number(tail, at + SIZE_64, "<Q") for at in _offsets(tail, END_64)]
    # zipfile reports a size beyond the archive as an error.
    return max((each for each in sizes if each <= size), default=0)


def _offsets(content: bytes, signature: bytes) -> list[int]:
    found, at = [], content.find(signature)
    while at >= 0:
        found.append(at)
        at = content.find(signature, at + 1)
    return found


def _number(content: bytes, at: int, kind: str) -> int:
    part = content[at : at + struct.calcsize(kind)]
    return int(struct.unpack(kind, part)[0]) if len(part) == struct.calcsize(kind) else 0
