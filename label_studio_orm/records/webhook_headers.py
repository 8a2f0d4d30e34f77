"""The headers of webhooks, whose values are often keys: they can be read, and are not shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NoReturn

from ..errors import InvalidInput
from ..orm.fields import Converter
from ..secret import HIDDEN, Sealed, Secret, hidden
from ..text import article, shown
from .secret_field import HiddenField

MOST_HEADERS = 10  # of a webhook: the server accepts no more
NAME = re.compile("[A-Za-z0-9_-]+")


class Headers(dict[str, str]):
    """Headers whose repr hides the values; `headers["X-Key"]` reads one.

    >>> Headers({"X-Key": "s3cret"})
    {'X-Key': ***}
    """

    def __repr__(self) -> str:
        return repr(Sealed(self))

    __str__ = __repr__

    def copy(self) -> Headers:
        return Headers(self)

    def __or__(self, other: Any) -> Any:
        return Headers(dict(self) | other)

    def __ror__(self, other: Any) -> Any:
        return Headers(other | dict(self))


def headers_problem(value: Any) -> str | None:
    """Return what is wrong with the headers of a webhook, without their values; or None."""
    if not isinstance(value, Mapping):
        kind = type(value.reveal() if isinstance(value, Secret) else value).__name__
        return f"must be a dict of names and values, not {article(kind)}"
    if len(value) > MOST_HEADERS:
        return f"must be {MOST_HEADERS} at most, not {len(value)}"
    return next(filter(None, map(_problem_of, value, value.values())), None)


def _problem_of(name: Any, text: Any) -> str | None:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return f"must have names of letters, digits, - and _, not {shown(repr(name), 60)}"
    if not isinstance(text, str):
        return f"must have text as values, but {name!r} has one of type {type(text).__name__}"
    if _can_be_sent(text):
        return None
    return (
        f"must have values that HTTP can send, but that of {name!r} has line breaks, "
        "spaces at its ends, or characters outside of Latin-1"
    )


def _can_be_sent(text: str) -> bool:
    """Tell whether a text can be the value of a header; with another, the server sends nothing."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return text == text.strip() and not any(letter in text for letter in "\r\n\0")


class HeadersField(HiddenField[dict[str, str]]):
    """A field of headers, of which no repr and no table shows the values."""

    def _set_up(self, **options: Any) -> None:
        how = Converter(load=self.hide, dump=self.hide)
        super()._set_up(**options, converter=how, check=headers_problem)

    def hide(self, value: Any) -> Any:
        """Return headers whose repr hides the values; anything else as a secret."""
        return Headers(value) if isinstance(value, Mapping) else hidden(value)

    def __getitem__(self, key: str) -> NoReturn:
        self._is("[]", key)

    def cell(self, raw: Any) -> Any:
        return dict.fromkeys(raw, HIDDEN) if isinstance(raw, Mapping) else raw

    def _is(self, operator: str, value: Any) -> NoReturn:
        raise InvalidInput(f"{self.name} cannot be filtered by: their values are secret.")
