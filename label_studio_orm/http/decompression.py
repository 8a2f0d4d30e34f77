"""Answers that grow beyond measure when they are unpacked."""

from __future__ import annotations

from ..errors import IncompleteResult

LARGE = 100_000_000  # bytes; what is smaller does no harm
MOST_TIMES = 200  # as large as it was sent; JSON that repeats itself comes to some dozens
STEP = 16 * 1024  # bytes to unpack at once: at most a thousand times as many come out


def refuse_bomb(size: int, sent: int) -> None:
    """Raise where too much came out of too little."""
    if size > LARGE and size > MOST_TIMES * sent:
        raise IncompleteResult(
            f"An answer was given up: unpacked it has more than {size:,} bytes, over "
            f"{MOST_TIMES} times as many as were sent. Do you trust this server?"
        )
