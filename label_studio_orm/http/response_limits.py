"""Size limits of responses: enforce the client's `Limits`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import requests
from urllib3.exceptions import DecodeError, InvalidHeader

from ..errors import LimitExceeded
from ..limits import Limits
from ..text import shown
from .call import Call
from .decompression import CHUNK_BYTES, refuse_bomb
from .socket_limits import ReadLimiter

NO_LIMIT = float("inf")


class LimitedBody:
    """The raw body of a response, decompressed block by block until a limit is exceeded.

    With `truncate`, it ends there: the status of an error matters more than the end of its text.
    """

    def __init__(
        self, raw: Any, max_bytes: float, *, truncate: bool, limiter: ReadLimiter | None
    ) -> None:
        self._raw = raw
        self._max_bytes = max_bytes
        self._truncate = truncate
        self._limiter = limiter  # None for a session of the user's own
        self._size = 0
        self._aborted = False

    def stream(self, amt: int = CHUNK_BYTES, decode_content: bool | None = None) -> Iterator[bytes]:
        if self._aborted:
            return  # requests would read a broken redirect again, and urllib3 would never end
        self._note_progress()
        try:
            for block in self._raw.stream(min(amt, CHUNK_BYTES), decode_content=decode_content):
                self._size += len(block)
                self._note_progress()
                refuse_bomb(self._size, self._raw.tell())
                if self._size > self._max_bytes:
                    raise too_large(self._size, self._max_bytes, "answer_bytes")
                yield block
        except (LimitExceeded, DecodeError) as error:
            self._aborted = True
            self._raw.close()  # the rest must not be read as the next response
            if isinstance(error, DecodeError) or not self._truncate:
                raise

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        if amt is None:
            return b"".join(self.stream(decode_content=decode_content))
        return bytes(self._raw.read(amt, decode_content=decode_content))

    def _note_progress(self) -> None:
        if self._limiter is not None:
            self._limiter.note_progress()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def limit_hooks(session: requests.Session, call: Call) -> dict[str, Any]:
    """Return the hooks of a request, with one that limits its response before requests reads it."""
    user_hooks = list(session.hooks.get("response", []))

    def limit(response: requests.Response, **_: Any) -> requests.Response:
        response.request.hooks = {"response": user_hooks}  # this hook refers to the key
        return limit_response(response, call.settings.limits, stream=call.stream)

    return {"response": [limit, *user_hooks]}


def limit_response(
    response: requests.Response, limits: Limits, *, stream: bool = False
) -> requests.Response:
    """Apply the limits to a response before its body is read.

    A stream may have any size: its reader has a limit for its kind of content.
    """
    _check_status(response)
    error = response.status_code >= 300
    stream = stream and not error
    max_bytes = limits.error_bytes if error else NO_LIMIT if stream else limits.answer_bytes
    limiter = getattr(getattr(response.raw, "_original_response", None), "limiter", None)
    if limiter is not None:
        limiter.start_body(limits, stream=stream, error=error)
    response.raw = LimitedBody(response.raw, max_bytes, truncate=error, limiter=limiter)
    length = _declared_length(response)
    empty = response.request.method == "HEAD"
    if length is not None and length > max_bytes and not error and not empty:
        response.raw.close()
        raise too_large(length, max_bytes, "answer_bytes")
    return response


def with_request(error: LimitExceeded, call: Call) -> LimitExceeded:
    """Add the request to an error, and that the outcome of a write is unknown."""
    unknown = "" if call.repeatable else " The change may have been made or not."
    error.add(f"It was the response to {call.what}.{unknown}")
    error.__dict__.update(call.facts)
    return error


def too_large(size: int, max_bytes: float, option: str, what: str = "A response") -> LimitExceeded:
    """Return the error for content that is larger than an option of the client allows."""
    return LimitExceeded(
        f"{what} must not exceed {max_bytes:,.0f} bytes, but has {size:,} bytes or more. "
        f"To allow more, pass limits=Limits({option}=…) to the client."
    )


def content_length(headers: Mapping[str, str]) -> int | None:
    """Return the Content-Length of a response; raise ValueError for an invalid one."""
    value = headers.get("Content-Length")
    if value is None:
        return None
    if value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    lengths = {each.strip() for each in value.split(",")}  # the same one may be repeated
    length = lengths.pop()
    if lengths or not (length.isascii() and length.isdigit() and len(length) < 20):
        raise ValueError(f"its Content-Length is {shown(value, 40)!r}")
    return int(length)


def conflicting_lengths(error: requests.RequestException) -> requests.ConnectionError | None:
    """Return the error for a response with two different lengths, which urllib3 refuses.

    requests raises the same class for an invalid request header, but with a text in it.
    """
    inner = error.args[0] if error.args else None
    return requests.ConnectionError(str(inner)) if isinstance(inner, InvalidHeader) else None


def _check_status(response: requests.Response) -> None:
    """Refuse an interim response: http.client skips "100 Continue" only."""
    if response.status_code < 200:
        response.raw.close()
        raise requests.ConnectionError(f"its status is {response.status_code}")


def _declared_length(response: requests.Response) -> int | None:
    """Return the declared length of a response; treat an invalid one as a broken connection."""
    if "Transfer-Encoding" in response.headers:
        return None
    try:
        return content_length(response.headers)
    except ValueError as error:
        response.raw.close()
        raise requests.ConnectionError(str(error)) from None
