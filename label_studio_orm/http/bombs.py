"""Answers that grow beyond measure when they are unpacked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests

from ..errors import IncompleteResult

LARGE = 100_000_000  # bytes; what is smaller does no harm
MOST_TIMES = 200  # as large as it was sent; JSON that repeats itself comes to some dozens
STEP = 16 * 1024  # bytes to unpack at once: at most a thousand times as many come out


class Measured:
    """The raw body of an answer, which raises when too much comes out of too little."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def stream(self, amt: int = STEP, decode_content: bool | None = None) -> Iterator[bytes]:
        size = 0
        for block in self._raw.stream(min(amt, STEP), decode_content=decode_content):
            size += len(block)
            if size > LARGE and size > MOST_TIMES * self._raw.tell():
                raise IncompleteResult(
                    f"An answer was given up: unpacked it has more than {size:,} bytes, over "
                    f"{MOST_TIMES} times as many as were sent. Do you trust this server?"
                )
            yield block

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def measured(response: requests.Response) -> requests.Response:
    """Guard an answer that comes compressed."""
    if response.headers.get("Content-Encoding"):
        response.raw = Measured(response.raw)
    return response
