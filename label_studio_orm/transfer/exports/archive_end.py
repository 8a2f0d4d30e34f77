"""The end record of a .zip, which has the length of its list of members."""

from __future__ import annotations

import os
import struct
from pathlib import Path

# See 4.3.14 to 4.3.16 of https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
END, END_64, LOCATOR_64 = b"PK\5\6", b"PK\6\6", b"PK\6\7"
LONGEST_END = 22 + 65_535  # bytes, with a comment
SIZE, SIZE_64 = 12, 40  # where the sizes are in the records


def size_of_directory(archive: Path) -> int:
    """Return the bytes of the list of members, which zipfile reads at once; 0 if there is none."""
    with archive.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - LONGEST_END - 200, 0))
        tail = file.read()
    sizes = [_number(tail, at + SIZE, "<I") for at in _all(tail, END)]
    sizes += [_number(tail, at + SIZE_64, "<Q") for at in _all(tail, END_64)]
    # What is longer than the archive is no size, and an error of zipfile.
    return max((each for each in sizes if each <= size), default=0)


def _all(content: bytes, mark: bytes) -> list[int]:
    found, at = [], content.find(mark)
    while at >= 0:
        found.append(at)
        at = content.find(mark, at + 1)
    return found


def _number(content: bytes, at: int, kind: str) -> int:
    part = content[at : at + struct.calcsize(kind)]
    return int(struct.unpack(kind, part)[0]) if len(part) == struct.calcsize(kind) else 0
