"""Limits on slow and endless responses: count and time each read of a socket."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse, LineTooLong
from typing import Any, cast

from ..errors import LimitExceeded
from ..limits import Limits

RATE_INTERVAL = 60.0  # seconds of waiting over which the rate is averaged
HEADERS_TIMEOUT = 60.0  # seconds from the first byte of a response to the end of its headers
ERROR_TIMEOUT = 60.0  # seconds to read the body of an error
MAX_HEADER_BYTES = 1_000_000  # of headers, with those of "100 Continue", and of trailers
MAX_EMPTY_BYTES = 10_000_000  # in a row that decompress to nothing
MAX_LINE_BYTES = 65_536  # as in http.client
MAX_FRAMING_RATIO = 10  # bytes around the chunks of a body for each byte in them; usual are 0.001


class ReadLimiter(io.RawIOBase):
    """The raw bytes of one response; raises `LimitExceeded` if they arrive too slowly.

    Only the time spent waiting counts, so that the reader of a stream may take any time.
    """

    def __init__(self, raw: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._raw = raw
        self._clock = clock
        self._waited = 0.0  # seconds, since the first byte of the headers or the start of the body
        self._timeout = HEADERS_TIMEOUT
        self._what = "The headers of a response"
        self._option = ""
        self._rate = 0.0  # bytes a second
        self._read = 0  # bytes
        self._productive: int | None = None  # bytes read at the last progress
        self._window = (0.0, 0)  # waited and read at its start

    def start_body(self, limits: Limits, *, stream: bool, error: bool) -> None:
        """Set the limits of the body; a stream may take any time at the minimum rate."""
        timeout = ERROR_TIMEOUT if error else limits.answer_seconds
        self._timeout = float("inf") if stream else timeout
        self._what, self._option = "A response", "answer_seconds"
        self._rate = limits.bytes_per_second
        self._waited, self._window = 0.0, (0.0, self._read)

    def note_progress(self) -> None:
        """Note that the bytes read so far were not empty."""
        self._productive = self._read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._check()
        began = self._clock()
        count: int | None = self._raw.readinto(buffer)
        if self._read:  # the first byte has a timeout of its own
            self._waited += self._clock() - began
        self._read += count or 0
        return count

    def _check(self) -> None:
        """Raise after the timeout, after too many empty bytes, and below the minimum rate."""
        if self._waited > self._timeout:
            raise too_late(self._what, self._timeout, self._option)
        if self._productive is not None and self._read - self._productive > MAX_EMPTY_BYTES:
            raise LimitExceeded(
                f"{self._what} must not have {MAX_EMPTY_BYTES:,} bytes in a row without content."
            )
        waited = self._waited - self._window[0]
        if waited >= RATE_INTERVAL:
            if self._read - self._window[1] < self._rate * waited:
                raise too_slow(self._rate)
            self._window = (self._waited, self._read)

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def too_late(what: str, seconds: float, option: str) -> LimitExceeded:
    hint = f" To allow more, pass limits=Limits({option}=…) to the client." if option else ""
    return LimitExceeded(f"{what} must be complete within {seconds:,.0f} s.{hint}")


def too_slow(rate: float) -> LimitExceeded:
    return LimitExceeded(
        f"A response must arrive at {rate:,.0f} bytes a second or more; this one was slower for a "
        "minute. To allow less, pass limits=Limits(bytes_per_second=…) to the client."
    )


class LimitedReader(io.BufferedReader):
    """A buffer with limits on lines and chunk framing, which never reads until the end of the
    connection.
    """

    def __init__(self, raw: ReadLimiter) -> None:
        super().__init__(raw)
        self._in_headers = False
        self._framing = 0  # bytes of headers, chunk sizes and trailers
        self._content = 0  # bytes of the chunks

    def readline(self, size: int | None = -1) -> bytes:
        max_bytes = MAX_LINE_BYTES + 1 if size is None or size < 0 else size
        line = super().readline(max_bytes)
        if size != max_bytes and len(line) == max_bytes:
            raise LineTooLong("chunk size")
        self._check(line, whole=line.endswith(b"\n") or len(line) == max_bytes)
        return line

    def _check(self, line: bytes, *, whole: bool) -> None:
        if self._in_headers and not whole:  # http.client would read an empty body
            raise HTTPException("it ended within its headers")
        self._in_headers = line.startswith(b"HTTP/") or (self._in_headers and bool(line.strip()))
        self._framing += len(line)
        if self._framing > MAX_HEADER_BYTES + MAX_FRAMING_RATIO * self._content:
            raise LimitExceeded(
                "The headers of a response, and the lines around its chunks, must not exceed "
                f"{MAX_HEADER_BYTES:,} bytes."
            )

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:  # the declared size of a chunk may be negative
            raise HTTPException("it has a chunk of a negative size")
        block = super().read(size)
        self._content += len(block)
        return block


class _UnbufferedSocket:
    """A socket whose file is unbuffered: the buffer belongs above the limiter."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> Any:
        return self._sock.makefile(mode, buffering=0)


class LimitedResponse(HTTPResponse):
    """The response of http.client, read through a `ReadLimiter`."""

    limiter: ReadLimiter

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(cast("Any", _UnbufferedSocket(sock)), *args, **options)
        self.limiter = ReadLimiter(self.fp)
        self.fp = LimitedReader(self.limiter)
