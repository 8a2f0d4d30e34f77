"""File suffixes of images, which training tools need and URLs often lack."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

KNOWN = frozenset(
    {".avif", ".bmp", ".dng", ".gif", ".heic", ".jfif", ".jpeg", ".jpg", ".mpo", ".pfm", ".png"}
    | {".svg", ".tif", ".tiff", ".webp"}
)
SIGNATURES: Mapping[bytes, str] = MappingProxyType(
    {
        b"\x89PNG\r\n\x1a\n": ".png",
        b"\xff\xd8\xff": ".jpg",
        b"GIF8": ".gif",
        b"BM": ".bmp",
        b"II*\0": ".tif",
        b"MM\0*": ".tif",
    }
)


def stem_of(name: str) -> str:
    """Remove the suffix of an image name; other suffixes are kept.

    >>> stem_of("a.b.PNG"), stem_of("v1.2")
    ('a.b', 'v1.2')
    """
    path = PurePosixPath(name)
    return path.stem if path.suffix.lower() in KNOWN else name


def lacking(path: Path) -> str:
    """Return the suffix that an image file lacks, by its first bytes; "" if it has one."""
    if path.suffix.lower() in KNOWN or not path.exists():
        return ""
    with path.open("rb") as file:
        head = file.read(16)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return ".webp"
    return next((suffix for begin, suffix in SIGNATURES.items() if head.startswith(begin)), "")
