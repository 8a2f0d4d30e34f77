"""Secrets of a request, which a server may echo in an error."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from ..redaction import guarded
from ..secret import SECRET_NAME, Sealed, Secret
from .decoding import decoded_or

# Headers that are secret for sure; the value of another may be an ordinary word.
SECRET_HEADER = re.compile(r"secret|passw|token|key|auth|cookie|session|credential", re.IGNORECASE)
# Headers that users set, and that are not secret.
PUBLIC_HEADERS = frozenset(
    {
        *("accept", "accept-charset", "accept-encoding", "accept-language", "cache-control"),
        *("connection", "content-length", "content-type", "host", "if-match", "if-none-match"),
        *("origin", "range", "referer", "user-agent", "x-requested-with"),
    }
)


def proxy_secrets(proxies: Sealed | None) -> Iterator[Secret]:
    """Yield the passwords of proxies."""
    for _, url in proxies.items() if proxies else ():
        yield from map(guarded, _url_passwords(str(url)))


def header_secrets(headers: Mapping[str, Any] | Sealed) -> Iterator[Secret]:
    """Yield the values of headers, with and without a scheme such as "Bearer"."""
    for name, value in headers.items():
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
        if str(name).lower() in PUBLIC_HEADERS:
            continue
        secrets = _header_secrets(text)
        yield from map(guarded, secrets) if SECRET_HEADER.search(str(name)) else secrets


def body_secrets(body: Any) -> Iterator[Secret]:
    """Yield the secrets in the JSON of a request."""
    for name, value in body.items() if isinstance(body, Mapping) else ():
        if isinstance(value, Secret):
            yield value
            yield from body_secrets(_json_object(value))
        elif isinstance(value, str) and re.search(SECRET_NAME, str(name)):
            yield Secret(value)
        elif name == "headers" and isinstance(value, Mapping):
            yield from header_secrets(_plain(value))


def _plain(headers: Mapping[str, Any]) -> Sealed:
    """Return the headers of a webhook as they are sent."""
    return Sealed({n: v.reveal() for n, v in headers.items() if isinstance(v, Secret)})


def _json_object(secret: Secret) -> Any:
    """Return credentials that are a JSON object, which a server may echo in parts."""
    text: object = secret.reveal()
    return decoded_or(None, text) if isinstance(text, str) and text[:1] == "{" else None


def _header_secrets(text: str) -> Iterator[Secret]:
    yield Secret(text)
    scheme, _, rest = text.partition(" ")
    if rest:
        yield Secret(rest.strip())
    if scheme.lower() == "basic":
        yield from _basic_password(rest)
    if "=" in text:  # a cookie, or the parameters of a signature
        values = (part.partition("=")[2] for part in re.split("[;, ]", text))
        yield from (Secret(value.strip('"')) for value in values if value)


def _url_passwords(url: str) -> Iterator[Secret]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return
    if password:
        yield Secret(password)
        yield Secret(unquote(password))


def _basic_password(encoded: str) -> Iterator[Secret]:
    try:
        login = base64.b64decode(encoded).decode()
    except ValueError:
        return
    yield Secret(login.partition(":")[2])
