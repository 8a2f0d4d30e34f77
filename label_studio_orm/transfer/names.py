"""Safe file names, from those of a server or of task data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from .media.suffixes import KNOWN as IMAGES

LONGEST_NAME = 255  # bytes, on all usual file systems
DEFAULT_NAME = "export"
MAX_PATH_BYTES, MAX_FOLDERS = 1000, 50  # bytes, within an export

# Characters invalid on Windows, control characters, and marks that reverse the text direction.
INVALID_CHARACTERS = re.compile(
    r'[\x00-\x1f\x7f-\x9f<>:"|?*\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]'
)
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.I)

SUFFIXES: Mapping[str, str] = MappingProxyType(
    {
        "ASR_MANIFEST": ".json",
        "CONLL2003": ".conll",
        "CSV": ".csv",
        "JSON": ".json",
        "JSON_MIN": ".json",
        "TSV": ".tsv",
    }
)
ARCHIVE = ".zip"
TEXTS = frozenset({".conll", ".csv", ".json", ".jsonl", ".tsv", ".txt", ".xml"})
SOUNDS = frozenset({".flac", ".m4a", ".mp3", ".ogg", ".wav"})
DATA = TEXTS | SOUNDS | IMAGES | {".npy", ".npz", ARCHIVE}  # nothing executable


def safe_name(name: str, max_bytes: int = LONGEST_NAME) -> str:
    """Return a file name without folders, leading dots or invalid characters.

    It has at most `max_bytes` bytes, and is not the name of a Windows device.

    >>> safe_name("../../etc/passwd"), safe_name(".bashrc"), safe_name("nul.txt")
    ('passwd', 'bashrc', '_nul.txt')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    last = INVALID_CHARACTERS.sub("", last).lstrip(" .-").rstrip(". ")
    if not last:
        return DEFAULT_NAME
    if _is_device(last):
        last = f"_{last}"
    suffix = _cut(Path(last).suffix, max_bytes // 2)
    stem = last.removesuffix(Path(last).suffix)
    return _cut(stem, max_bytes - len(suffix.encode())) + suffix


def export_name(name: str, format: str) -> str:
    """Return a safe name for an export, with the suffix of its format.

    >>> export_name("project-1.json", "JSON"), export_name("conftest.py", "JSON")
    ('project-1.json', 'conftest.py.json')
    """
    own = SUFFIXES.get(format, ARCHIVE)
    safe, fitting = safe_name(name), {own, ARCHIVE} if format in SUFFIXES else DATA
    if Path(safe).suffix.lower() in fitting:
        return safe
    return safe_name(safe, LONGEST_NAME - len(own)) + own


def path_problem(path: str) -> str | None:
    """Return what is wrong with a path from an archive or a manifest, relative to its folder.

    >>> path_problem("labels/1.txt"), path_problem("../1.txt")
    (None, 'points outside the folder')
    """
    found = PurePosixPath(path)
    if not found.parts or found.is_absolute() or ".." in found.parts or has_drive(found):
        return "points outside the folder"
    if is_too_long(found):
        return "has a path that is too long"
    if any(part != safe_name(part) for part in found.parts):
        return "is not a valid name in an export"
    return None


def is_too_long(path: PurePosixPath) -> bool:
    """Tell whether a path is longer, or has more folders, than file systems or Python can take."""
    return len(path.parts) > MAX_FOLDERS or len(str(path).encode(errors="replace")) > MAX_PATH_BYTES


def has_drive(path: PurePosixPath) -> bool:
    """Tell whether a path begins with a Windows drive."""
    return path.parts[0][1:2] == ":"


def _is_device(name: str) -> bool:
    return DEVICES.fullmatch(name.partition(".")[0].rstrip(" ")) is not None


def _cut(text: str, max_bytes: int) -> str:
    """Truncate a text to at most so many bytes."""
    return text.encode(errors="ignore")[:max_bytes].decode(errors="ignore")
