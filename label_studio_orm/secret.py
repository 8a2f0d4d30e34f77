"""Keys, passwords and tokens, which no log, traceback, error or pickle may show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

HIDDEN = "***"
# Options of clients, requests and servers with secrets in them, and those without.
HIDING = frozenset({"url", "api_key", "headers", "proxies", "database", "environ"})
HARMLESS = frozenset(
    {
        *("params", "json", "data", "files", "timeout", "stream"),
        *("verify", "cert", "session", "hosts", "allow_private", "limits"),
    }
)
# Names of what is secret in the JSON of a request that the user has made by hand.
SECRET_NAME = "(?i)secret|passw|token|credential|refresh|(api|access|account|private)_?key"
SHORT = 8  # characters: what is shorter may be a part of another word
SHORTEST = 3  # what is shorter cannot be blanked out without damage to all other text


class Secret:
    """A text that does not show itself; `reveal()` is called where it is sent, and nowhere else.

    It is no str, and no attrs class: tools that show variables look into both.
    """

    __slots__ = ("__weakref__", "_forms", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._forms: tuple[str, ...] | None = None  # found when something is to be shown

    @classmethod
    def of(cls, text: str | Secret) -> Secret:
        """Wrap a text; a secret stays what it is."""
        return text if isinstance(text, Secret) else cls(text)

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def blank_out(self, text: str) -> str:
        """Return a text of others without this secret, however that is escaped there."""
        if self._forms is None:
            self._forms = tuple(sorted(_forms(self._text), key=len, reverse=True))
        for form in self._forms:
            text = _without(form, text)
        return text

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled: give the worker its own environment")


class Sealed:
    """A mapping that shows its names and not its values: headers, proxies, the body of a request.

    It is unpacked with `{**sealed}`; it is no Mapping, as tools that show variables look into
    these.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Any] | Sealed | None = None) -> None:
        self._values: Mapping[str, Any] = dict(values or {})

    def keys(self) -> Iterable[str]:
        return self._values.keys()

    def items(self) -> Iterable[tuple[str, Any]]:
        return self._values.items()

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == other._values if isinstance(other, Sealed) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{name!r}: {HIDDEN}' for name in self._values)}}}"

    def __deepcopy__(self, memo: dict[int, Any]) -> Sealed:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("secrets are not pickled: give the worker its own environment")


def hidden(value: Any) -> Any:
    """Return a value that does not show itself; None and what is hidden already stay."""
    if value is None or isinstance(value, (Secret, Sealed)):
        return value
    return Sealed(value) if isinstance(value, Mapping) else Secret(value)


def hide(options: dict[str, Any], names: Iterable[str] | None = None) -> None:
    """Replace options that may be secret by what does not show them, in place.

    These are all but those known as harmless: the name of a secret one may be mistyped.
    """
    for name in options.keys() - HARMLESS if names is None else options.keys() & names:
        options[name] = hidden(options[name])
    if isinstance(options.get("json"), dict):
        options["json"] = _with_secrets(options["json"])


def _with_secrets(body: dict[str, Any]) -> dict[str, Any]:
    """Return JSON with those texts hidden whose names say that they are secret."""
    found = [name for name in body if isinstance(name, str) and re.search(SECRET_NAME, name)]
    hiding = {name: Secret(body[name]) for name in found if isinstance(body[name], str)}
    return {**body, **hiding} if hiding else body


def _forms(text: str) -> set[str]:
    """Return the ways in which a server may write a text: as JSON, in a URL, in HTML, …"""
    from html import escape  # asked for when something has failed

    lines = text.splitlines() if "\n" in text else []  # a private key may come back by lines
    plain = {text, text.strip(), *(line.strip() for line in lines if len(line) >= 2 * SHORT)}
    forms = set()
    for each in plain:
        in_bytes = each.encode(errors="surrogatepass")
        forms |= {quote(in_bytes), quote(in_bytes, safe=""), quote_plus(in_bytes)}
        forms |= {each, repr(each)[1:-1], in_bytes.decode("latin-1")}
        forms |= {escape(each), escape(each, quote=False)}
        forms |= {json.dumps(each)[1:-1], json.dumps(each, ensure_ascii=False)[1:-1]}
    return {form for form in forms if len(form) >= SHORTEST}


def _without(form: str, text: str) -> str:
    if len(form) >= SHORT:
        return text.replace(form, HIDDEN)
    if form not in text:
        return text
    return re.sub(rf"(?<!\w){re.escape(form)}(?!\w)", HIDDEN, text)
