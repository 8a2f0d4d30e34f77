"""Keys, passwords and tokens, hidden from logs, tracebacks, errors and pickles."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn
from urllib.parse import quote, quote_plus

HIDDEN = "***"
# Options of clients, requests and servers that contain no secrets.
HARMLESS = frozenset(
    {
        *("params", "json", "data", "files", "timeout", "stream"),
        *("verify", "cert", "session", "hosts", "allow_private", "limits", "relayed"),
    }
)
# Names of secrets in the JSON of a user's own request.
SECRET_NAME = "(?i)secret|passw|_pass$|token|credential|refresh|(api|access|account|private)_?key"
SHORT = 8  # characters: shorter secrets may be a part of another word
SHORTEST = 3  # characters: blanking out shorter ones would damage all other text


class Secret:
    """A text with a hidden value; only the code that sends it calls `reveal()`.

    It is neither a str nor an attrs class, as debugging tools show the values of both.
    """

    __slots__ = ("__weakref__", "_forms", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._forms: tuple[str, ...] | None = None  # computed at the first use

    @classmethod
    def of(cls, text: str | Secret) -> Secret:
        """Wrap a text; return a secret unchanged."""
        return text if isinstance(text, Secret) else cls(text)

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def blank_out(self, text: str) -> str:
        """Return an untrusted text without this secret, however it is escaped."""
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
        raise TypeError("a secret must not be pickled: set it in the worker's own environment")


class Sealed:
    """A mapping with hidden values: headers, proxies, the body of a request.

    Unpack it with `{**sealed}`. It is not a Mapping, as debugging tools show the values of these.
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
        raise TypeError("secrets must not be pickled: set them in the worker's own environment")


def hidden(value: Any) -> Any:
    """Wrap a value to hide it; return None and wrapped values unchanged."""
    if value is None or isinstance(value, (Secret, Sealed)):
        return value
    return Sealed(value) if isinstance(value, Mapping) else Secret(value)


def hide(options: dict[str, Any], names: Iterable[str] | None = None) -> None:
    """Wrap options that may be secret, in place.

    Without `names`, these are all but the harmless ones, as the name of a secret may be mistyped.
    """
    for name in options.keys() - HARMLESS if names is None else options.keys() & names:
        options[name] = hidden(options[name])
    if "json" in options:
        options["json"] = with_secrets(options["json"])


def with_secrets(body: Any) -> Any:
    """Return JSON with the texts wrapped whose names indicate a secret."""
    if not isinstance(body, dict):
        return body
    names = [name for name in body if isinstance(name, str) and re.search(SECRET_NAME, name)]
    wrapped: dict[str, Any] = {n: Secret(body[n]) for n in names if isinstance(body[n], str)}
    headers = body.get("headers")  # of a webhook
    if isinstance(headers, Mapping):
        wrapped["headers"] = {n: Secret(v) if isinstance(v, str) else v for n, v in headers.items()}
    return {**body, **wrapped} if wrapped else body


def _forms(text: str) -> set[str]:
    """Return the forms in which a server may echo a text: as JSON, in a URL, in HTML, …"""
    from html import escape  # only needed for errors

    lines = text.splitlines() if "\n" in text else []  # a private key may be echoed by lines
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
