"""Answers that take for ever: each read of a socket is counted and timed."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse, LineTooLong
from typing import Any, cast

from ..errors import LimitExceeded
from ..limits import Limits

WINDOW = 60.0  # seconds of waiting over which the rate is averaged
HEAD_SECONDS = 60.0  # from the first byte of an answer to the end of its headers
HEAD_BYTES = 1_000_000  # of headers, with those of "100 Continue", and of trailers
EMPTY_BYTES = 10_000_000  # that come one after the other, and of which nothing is unpacked
ERROR_SECONDS = 60.0  # to read what an error says
LONGEST_LINE = 65_536  # bytes, as http.client has it
MOST_AROUND = 10  # times as many bytes around the chunks of a body as in them; usual are 0.001


class Pace(io.RawIOBase):
    """What comes from a socket, for one answer: given up if it comes too slowly.

    Only waiting counts, so that who reads a stream may take their time.
    """

    def __init__(self, raw: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._raw = raw
        self._clock = clock
        self._waited = 0.0  # seconds, since the first byte of the head or the start of the body
        self._most_seconds = HEAD_SECONDS
        self._what = "The headers of an answer"
        self._option = ""
        self._rate = 0.0  # bytes a second
        self._read = 0  # bytes
        self._used: int | None = None  # bytes read when something of them was unpacked last
        self._window = (0.0, 0)  # waited and read at its start

    def body(self, limits: Limits, *, stream: bool, error: bool) -> None:
        """Set the limits for what follows the headers: any time for a stream, if it keeps going."""
        most = ERROR_SECONDS if error else limits.answer_seconds
        self._most_seconds = float("inf") if stream else most
        self._what, self._option = "An answer", "answer_seconds"
        self._rate = limits.bytes_per_second
        self._waited, self._window = 0.0, (0.0, self._read)

    def brought(self) -> None:
        """Note that something was unpacked of what was read, or is to be from now on."""
        self._used = self._read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._check()
        began = self._clock()
        count: int | None = self._raw.readinto(buffer)
        if self._read:  # else it waited for the first byte, which has a timeout of its own
            self._waited += self._clock() - began
        self._read += count or 0
        return count

    def _check(self) -> None:
        """Raise if the time is over, if nothing is in what comes, or too little came of late."""
        if self._waited > self._most_seconds:
            raise too_slow(self._what, self._most_seconds, self._option)
        if self._used is not None and self._read - self._used > EMPTY_BYTES:
            raise LimitExceeded(
                f"{self._what} was given up: there was nothing in the last {EMPTY_BYTES:,} bytes."
            )
        waited = self._waited - self._window[0]
        if waited >= WINDOW:
            if self._read - self._window[1] < self._rate * waited:
                raise too_little(self._rate)
            self._window = (self._waited, self._read)

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def too_slow(what: str, seconds: float, option: str) -> LimitExceeded:
    hint = f" limits=Limits({option}=…) of the client gives it longer." if option else ""
    return LimitExceeded(f"{what} did not come to an end within {seconds:,.0f} s.{hint}")


def too_little(rate: float) -> LimitExceeded:
    return LimitExceeded(
        f"An answer came at less than {rate:,.0f} bytes a second for a minute: it was given up. "
        "limits=Limits(bytes_per_second=…) of the client allows a slower one."
    )


class Lines(io.BufferedReader):
    """A buffer that reads no line without end, no lines without end around the chunks of a body,
    and nothing until the end of the connection.
    """

    def __init__(self, raw: Pace) -> None:
        super().__init__(raw)
        self._in_head = False
        self._lines = 0  # bytes of the head, of the sizes of chunks and of trailers
        self._within = 0  # bytes of the chunks

    def readline(self, size: int | None = -1) -> bytes:
        most = LONGEST_LINE + 1 if size is None or size < 0 else size
        line = super().readline(most)
        if size != most and len(line) == most:
            raise LineTooLong("chunk size")
        self._check(line, whole=line.endswith(b"\n") or len(line) == most)
        return line

    def _check(self, line: bytes, *, whole: bool) -> None:
        if self._in_head and not whole:  # which http.client takes for an empty body
            raise HTTPException("it ended within its headers")
        self._in_head = line.startswith(b"HTTP/") or (self._in_head and bool(line.strip()))
        self._lines += len(line)
        if self._lines > HEAD_BYTES + MOST_AROUND * self._within:
            raise LimitExceeded(
                f"The headers of an answer, or the lines around its chunks, are larger than "
                f"{HEAD_BYTES:,} bytes: it was given up."
            )

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:  # of a chunk, whose length may be a negative number
            raise HTTPException("it has a chunk of a negative size")
        block = super().read(size)
        self._within += len(block)
        return block


class _Unbuffered:
    """A socket whose file has no buffer: it gets one above the pace."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> Any:
        return self._sock.makefile(mode, buffering=0)


class PacedResponse(HTTPResponse):
    """An answer as http.client reads it, of a paced socket."""

    pace: Pace

    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(cast("Any", _Unbuffered(sock)), *args, **options)
        self.pace = Pace(self.fp)
        self.fp = Lines(self.pace)
