"""Validation of run-length encoded masks, without numpy."""

from __future__ import annotations

from .masks import CHANNELS, LARGEST, MARGIN, START, head_of

WINDOW_BITS = 8 * len(MARGIN)  # enough for the header, length and value of a block


def rle_problem(data: bytes, width: int, height: int) -> str:
    """Return why the editor and exports cannot read an RLE, or "" if they can.

    >>> rle_problem(bytes([0, 0, 0, 16, 57, 27, 253, 255, 240]), 2, 2)
    ''
    >>> rle_problem(bytes([0, 5, 4]), 2, 2)
    'is truncated: it has 3 bytes, fewer than the 7 of its header.'
    """
    if len(data) * 8 < START:
        return f"is truncated: it has {len(data)} bytes, fewer than the 7 of its header."
    if width * height > LARGEST:  # perhaps too long a number to format
        return f"is of an image of more than {LARGEST:,} pixels, which is the most it can hold."
    head = head_of(data)
    expected = width * height * CHANNELS
    if head.values != expected:
        return (
            f"holds {head.values:,} values, but {width}×{height} pixels have {expected:,}: the "
            "image has another size, or this is not an RLE."
        )
    found = _count_values(data, head.values, head.word, head.sizes)
    return "" if found >= expected else f"is truncated: it has {found:,} of {expected:,} values."


def _count_values(data: bytes, most: int, word: int, sizes: tuple[int, ...]) -> int:
    """Count the values of all complete blocks, up to `most`."""
    padded, end = data + MARGIN, 8 * len(data)
    at, found = START, 0
    masks = [(1 << size) - 1 for size in sizes]
    while found < most and at < end:
        byte, bit = at >> 3, at & 7
        window = int.from_bytes(padded[byte : byte + 8], "big") << bit
        kind = window >> WINDOW_BITS - 3 & 3
        size = sizes[kind]
        length = (window >> WINDOW_BITS - 3 - size & masks[kind]) + 1
        run = window >> WINDOW_BITS - 1 & 1
        at += 3 + size + (word if run else word * length)
        if at > end:
            break
        found += length
    return found
