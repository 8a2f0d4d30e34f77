"""Limits on what is read of an answer: the one place that enforces those of a client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests
from urllib3.exceptions import DecodeError, InvalidHeader

from ..errors import LimitExceeded
from ..limits import Limits
from ..text import shown
from .call import Call
from .decompression import STEP, refuse_bomb
from .socket_limits import Pace

NO_LIMIT = float("inf")


class Bounded:
    """The raw body of an answer, unpacked block by block until a limit is crossed.

    What an error says is cut there: its status counts for more than the end of its text.
    """

    def __init__(
        self, raw: Any, most: float, *, cut: bool = False, pace: Pace | None = None
    ) -> None:
        self._raw = raw
        self._most = most
        self._cut = cut
        self._pace = pace  # None for a session of the user's own
        self._size = 0
        self._given_up = False

    def stream(self, amt: int = STEP, decode_content: bool | None = None) -> Iterator[bytes]:
        if self._given_up:
            return  # requests reads a redirect again that cannot be unpacked: urllib3 never ends
        self._brought()
        try:
            for block in self._raw.stream(min(amt, STEP), decode_content=decode_content):
                self._size += len(block)
                self._brought()
                refuse_bomb(self._size, self._raw.tell())
                if self._size > self._most:
                    raise too_large(self._size, self._most, "answer_bytes")
                yield block
        except (LimitExceeded, DecodeError) as error:
            self._given_up = True
            self._raw.close()  # what comes after it is no answer to the next request
            if isinstance(error, DecodeError) or not self._cut:
                raise

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        if amt is None:
            return b"".join(self.stream(decode_content=decode_content))
        return bytes(self._raw.read(amt, decode_content=decode_content))

    def _brought(self) -> None:
        if self._pace is not None:
            self._pace.brought()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def bounding(session: requests.Session, call: Call) -> dict[str, Any]:
    """Return the hooks of a request: the first to see its answer, before requests reads it."""

    others = list(session.hooks.get("response", []))

    def bound(response: requests.Response, **_: Any) -> requests.Response:
        response.request.hooks = {"response": others}  # without this one, which has the key in it
        return bounded(response, call.settings.limits, stream=call.stream)

    return {"response": [bound, *others]}


def bounded(
    response: requests.Response, limits: Limits, *, stream: bool = False
) -> requests.Response:
    """Hold an answer to the limits, before anything of its body is read.

    A stream may be of any size: who reads it has a limit for what it is.
    """
    _check_status(response)
    error = response.status_code >= 300
    stream = stream and not error
    most = limits.error_bytes if error else NO_LIMIT if stream else limits.answer_bytes
    pace = getattr(getattr(response.raw, "_original_response", None), "pace", None)
    if pace is not None:
        pace.body(limits, stream=stream, error=error)
    response.raw = Bounded(response.raw, most, cut=error, pace=pace)
    length = _checked_length(response)
    empty = response.request.method == "HEAD"
    if length is not None and length > most and not error and not empty:
        response.raw.close()
        raise too_large(length, most, "answer_bytes")
    return response


def told_of(error: LimitExceeded, call: Call) -> LimitExceeded:
    """Add to an error which request was answered so, and what that means for a change."""
    made = "" if call.repeatable else " The change may have been made or not."
    error.add(f"It was the answer to {call.what}.{made}")
    error.__dict__.update(call.facts)
    return error


def too_large(size: int, most: float, option: str, what: str = "An answer") -> LimitExceeded:
    """Return the error for what is larger than an option of the client allows."""
    return LimitExceeded(
        f"{what} has {size:,} bytes or more, and {most:,.0f} are allowed: it was given up. "
        f"limits=Limits({option}=…) of the client allows more."
    )


def length_of(headers: Mapping[str, str]) -> int | None:
    """Return the Content-Length of an answer; raise ValueError for one that is no length."""
    said = headers.get("Content-Length")
    if said is None:
        return None
    if said.isascii() and said.isdigit() and len(said) < 20:
        return int(said)
    lengths = {each.strip() for each in said.split(",")}  # the same one may come twice
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit() and len(length) < 20):
        raise ValueError(f"its Content-Length is {shown(said, 40)!r}")
    return int(length)


def of_two_lengths(error: requests.RequestException) -> requests.ConnectionError | None:
    """Return the error for an answer with two lengths that differ, which urllib3 refuses.

    requests raises the same for a header of a request, with a text in place of that error.
    """
    inner = error.args[0] if error.args else None
    return requests.ConnectionError(str(inner)) if isinstance(inner, InvalidHeader) else None


def _check_status(response: requests.Response) -> None:
    """Refuse an answer that is none yet: http.client passes on all but "100 Continue"."""
    if response.status_code < 200:
        response.raw.close()
        raise requests.ConnectionError(f"its status is {response.status_code}")


def _checked_length(response: requests.Response) -> int | None:
    """Return the length that an answer has; a bad one is as good as a broken connection."""
    if "Transfer-Encoding" in response.headers:
        return None
    try:
        return length_of(response.headers)
    except ValueError as error:
        response.raw.close()
        raise requests.ConnectionError(str(error)) from None
