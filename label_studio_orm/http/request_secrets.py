"""The secrets of a request, which its server may echo in an error."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ..redaction import guarded
from ..secret import SECRET_NAME, Sealed, Secret
from .decoding import decoded_or

# Headers that are secret for sure; what others say may be a word of any text.
SECRET_HEADER = re.compile(r"secret|passw|token|key|auth|cookie|session|credential", re.IGNORECASE)
# Headers that say nothing secret, of those that people set.
OPEN_HEADERS = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control"),
        *("connection", "content-length", "content-type", "host", "if-match", "if-none-match"),
        *("origin", "range", "referer", "user-agent", "x-requested-with"),
    }
)


def of_proxies(proxies: Sealed | None) -> Iterator[Secret]:
    """Yield the passwords of proxies."""
    for _, url in proxies.items() if proxies else ():
        yield from map(guarded, _of_login(str(url)))


def of_headers(headers: Mapping[str, Any] | Sealed) -> Iterator[Secret]:
    """Yield the values of headers, with and without a scheme such as "Bearer"."""
    for name, value in headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        if str(name).lower() in OPEN_HEADERS:
            continue
        found = _of_header(text)
        yield from map(guarded, found) if SECRET_HEADER.search(str(name)) else found


def of_body(body: Any) -> Iterator[Secret]:
    """Yield what is secret in the JSON of a request."""
    for name, value in body.items() if isinstance(body, Mapping) else ():
        if isinstance(value, Secret):
            yield value
            yield from of_body(_object_in(value))
        elif isinstance(value, str) and re.search(SECRET_NAME, str(name)):
            yield Secret(value)


def _object_in(secret: Secret) -> Any:
    """Return the JSON object that credentials may be; it has the secrets of which some are told."""
    text: object = secret.reveal()
    return decoded_or(None, text) if isinstance(text, str) and text[:1] == "{" else None


def _of_header(text: str) -> Iterator[Secret]:
    yield Secret(text)
    scheme, _, rest = text.partition(" ")
    if rest:
        yield Secret(rest.strip())
    if scheme.lower() == "basic":
        yield from _of_basic(rest)
    if "=" in text:  # a cookie, or the parameters of a signature
        values = (part.partition("=")[2] for part in re.split("[;, ]", text))
        yield from (Secret(value.strip('"')) for value in values if value)


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
