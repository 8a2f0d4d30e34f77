"""The secrets of a request, which its server may echo in an error."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from ..secret import Sealed, Secret

if TYPE_CHECKING:
    from .settings import Settings

# Names of what is secret in the JSON of a request that the user has made by hand.
SECRET_NAME = re.compile(
    r"secret|passw|token|credential|refresh|(api|access|account|private)_?key", re.IGNORECASE
)
# Headers that say nothing secret, of those that people set.
OPEN_HEADERS = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control"),
        *("connection", "content-length", "content-type", "host", "if-match", "if-none-match"),
        *("origin", "range", "referer", "user-agent", "x-requested-with"),
    }
)


def of_settings(settings: Settings) -> Iterator[Secret]:
    """Yield what the options of a client have in them: header values, passwords of proxies."""
    yield from of_headers(settings.headers)
    for _, url in settings.proxies.items() if settings.proxies else ():
        yield from _of_login(str(url))


def of_headers(headers: Mapping[str, Any] | Sealed) -> Iterator[Secret]:
    """Yield the values of headers, with and without a scheme such as "Bearer"."""
    for name, value in headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        if name.lower() in OPEN_HEADERS:
            continue
        yield Secret(text)
        scheme, _, rest = text.partition(" ")
        if rest:
            yield Secret(rest.strip())
        if scheme.lower() == "basic":
            yield from _of_basic(rest)


def of_body(body: Any) -> Iterator[Secret]:
    """Yield what is secret in the JSON of a request."""
    for name, value in body.items() if isinstance(body, Mapping) else ():
        if isinstance(value, Secret):
            yield value
        elif isinstance(value, str) and SECRET_NAME.search(str(name)):
            yield Secret(value)


def _of_login(url: str) -> Iterator[Secret]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return
    if password:
        yield Secret(password)
        yield Secret(unquote(password))


def _of_basic(encoded: str) -> Iterator[Secret]:
    try:
        login = base64.b64decode(encoded).decode()
    except ValueError:
        return
    yield Secret(login.partition(":")[2])
