"""Services that the server calls: checks of their URLs, and hints for errors about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from ..errors import LabelStudioError
from ..text import shown

SCHEMES = ("http", "https")
# Parts of the server's errors about an address in its own network, of several versions.
PRIVATE = ("reserved network address", "must not resolve to local or private network addresses")
UNRESOLVED = "Can't resolve hostname"
LINK = re.compile(r'<a href="([^"<>]{0,200})">([^<>]{0,200})</a>')


def url_problem(value: Any) -> str | None:
    """Return what is wrong with the URL of a receiver, or None."""
    try:
        parts = urlsplit(value)
        good = parts.scheme.lower() in SCHEMES and bool(parts.hostname)
    except (ValueError, TypeError, AttributeError):
        good = False
    if good and isinstance(value, str):
        return None
    return f"must be a URL that starts with http:// or https://, not {shown(repr(value))}"


@contextmanager
def receiver_hints(variable: str) -> Iterator[None]:
    """Add hints to errors about a receiver; `variable` lets a server call its own network."""
    try:
        yield
    except LabelStudioError as error:
        text = LINK.sub(r"\2 (\1)", str(error))  # the server writes some errors as HTML
        if text != str(error):
            error.reword(text)
        if hint := _hint(f"{error} {error.detail}", variable):
            error.add(hint)
        raise


def _hint(text: str, variable: str) -> str:
    if any(words in text for words in PRIVATE):
        return (
            f"The server connects to its own network only with {variable}=false in its "
            f'environment: LocalServer(environ={{"{variable}": "false"}}), if it is yours.'
        )
    if UNRESOLVED in text:
        return "Is it mistyped? The server must know the name: this machine may know others."
    return ""
