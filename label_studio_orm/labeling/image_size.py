"""The size of an image file, as browsers show it."""

from __future__ import annotations

import os
from typing import IO, Any

from ..errors import InvalidInput
from ..extras import import_extra

ORIENTATION = 0x0112  # the EXIF tag
ROTATED_90 = frozenset({5, 6, 7, 8})  # width and height are swapped
# Browsers apply it in these: Chromium ignores it in WebP; Pillow itself applies it in TIFF, HEIF.
EXIF_FORMATS = frozenset({"AVIF", "JPEG", "MPO", "PNG"})

ImageFile = str | os.PathLike[str] | IO[bytes]


def image_size(source: ImageFile) -> tuple[int, int]:
    """Return (width, height) of an image file in pixels, with its EXIF orientation applied.

    Reads only the header. An open binary file is read from its start, and rewound.
    """
    image = _pillow()
    try:
        _rewind(source)
        with image.open(source) as opened:
            width, height = opened.size
            turned = opened.format in EXIF_FORMATS and _is_rotated(opened)
        _rewind(source)
    except image.DecompressionBombError as error:
        raise InvalidInput(f"{_name(source)}: {error} Pass size=(width, height).") from error
    except Exception as error:  # Pillow raises many types for a damaged header
        raise InvalidInput(_read_error(source, error)) from error
    return (height, width) if turned else (width, height)


def _pillow() -> Any:
    return import_extra("PIL.Image", "images", name="Pillow")


def _is_rotated(opened: Any) -> bool:
    return opened.getexif().get(ORIENTATION) in ROTATED_90


def _rewind(source: ImageFile) -> None:
    if not isinstance(source, (str, os.PathLike)):
        source.seek(0)


def _name(source: ImageFile) -> str:
    return repr(os.fspath(source) if isinstance(source, (str, os.PathLike)) else _title(source))


def _title(file: Any) -> str:
    return str(getattr(file, "name", "the open file"))


def _read_error(source: ImageFile, error: Exception) -> str:
    if isinstance(source, str) and "://" in source:
        return f"{source!r} is a URL: pass the path of the image file, or size=(width, height)."
    if isinstance(error, FileNotFoundError):
        return (
            "size must be (width, height) in pixels or an image file: there is no "
            f"file {_name(source)}."
        )
    return f"Pillow cannot read {_name(source)} as an image: {error}."
