"""Brush masks as PNG images in a colour."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from ...errors import MissingPackage
from ...labeling.results.brush import Brush
from ..markup import data_url
from .palette import Colour

MOST_PIXELS = 1000  # of the width and height of a mask in a page
OPACITY = 0.6  # that of the editor
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def mask_url(brush: Brush, colour: Colour) -> str | None:
    """Return a mask as a data: URL; None without numpy."""
    try:
        mask = brush.mask
    except MissingPackage:
        return None
    step = max(1, -(-max(mask.shape) // MOST_PIXELS))
    return data_url("image/png", png(mask[::step, ::step], colour))


def corner(brush: Brush) -> tuple[float, float] | None:
    """Return the left end of the top row of a mask, in percent; None if it is empty."""
    mask = brush.mask
    height, width = mask.shape
    rows = mask.any(axis=1)
    if not rows.any():
        return None
    top = int(rows.argmax())
    return 100 * int((mask[top] > 0).argmax()) / width, 100 * top / height


def png(mask: Any, colour: Colour) -> bytes:
    """Return an image of one colour, whose opacity is the mask: an array (height, width)."""
    height, width = mask.shape
    rows = b"".join(b"\0" + row.tobytes() for row in mask)
    opacity = bytes(round(OPACITY * each) for each in range(256))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, a table of colours
    parts = {
        b"IHDR": header,
        b"PLTE": bytes(colour.rgb) * 256,
        b"tRNS": opacity,
        b"IDAT": zlib.compress(rows, 1),
        b"IEND": b"",
    }
    return SIGNATURE + b"".join(_chunk(kind, data) for kind, data in parts.items())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
