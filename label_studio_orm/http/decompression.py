"""Protection from decompression bombs."""

from __future__ import annotations

from ..errors import IncompleteResult

HARMLESS_BYTES = 100_000_000  # any ratio is fine up to this size
MAX_RATIO = 200  # decompressed to compressed size; repetitive JSON has a ratio of some dozens
CHUNK_BYTES = 16 * 1024  # to decompress at once, to a thousand times as many at most


def refuse_bomb(size: int, sent: int) -> None:
    """Raise if a response has become too large by decompression."""
    if size > HARMLESS_BYTES and size > MAX_RATIO * sent:
        raise IncompleteResult(
            f"A response must not decompress to more than {MAX_RATIO} times its size: this one has "
            f"more than {size:,} bytes. Do you trust this server?"
        )
