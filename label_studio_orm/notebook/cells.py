"""Values as the cells of tables: short, with the whole text in a tooltip."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from ..orm.record import Record
from ..redaction import without_secrets
from ..secret import HIDDEN, Secret
from ..text import plural, shown
from .markup import Html, joined, link, tag

SHORT = 80  # characters of a text in a cell
OPEN = "Open in Label Studio"
WHOLE = 1_000  # characters of its tooltip
NUMBER = "lso-number"  # the class of cells with numbers


def table(
    head: Iterable[object], rows: Iterable[Iterable[object]], *, numbers: Iterable[int] = ()
) -> Html:
    """Return a table; the columns at `numbers` are aligned to the right."""
    right = {*numbers}

    def line(name: str, cells: Iterable[object]) -> Html:
        kinds = (NUMBER if place in right else None for place, _ in enumerate(cells))
        return tag("tr", [tag(name, cell, class_=k) for cell, k in zip(cells, kinds, strict=True)])

    titles = [header(name) for name in head]
    top = tag("thead", line("th", titles)) if titles else None
    body = tag("tbody", [line("td", list(cells)) for cells in rows])
    return tag("table", top, body)


def pairs(rows: Iterable[tuple[object, object]]) -> Html:
    """Return a table of names and values."""
    lines = [tag("tr", tag("th", header(name)), tag("td", value)) for name, value in rows]
    return tag("table", tag("tbody", lines), class_="lso-pairs")


def number_columns(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Return the places of the columns that have numbers only; an id is a name."""
    return [n for n, name in enumerate(names) if name != "id" and _are_numbers(rows, name)]


def _are_numbers(rows: Sequence[Mapping[str, Any]], name: str) -> bool:
    values = [row[name] for row in rows if row.get(name) is not None]
    plain = (isinstance(v, (int, float)) and not isinstance(v, bool) for v in values)
    return bool(values) and all(plain)


def header(name: object) -> Html:
    """Return the name of a column, which may be broken at its underscores."""
    *parts, last = shown(name, SHORT).split("_")
    return joined([[(part, "_", tag("wbr")) for part in parts], last])


def cell(value: Any, *, server: str = "") -> object:
    """Return what a cell shows of a value; paths on the server become links."""
    try:
        return _cell(value, server)
    except Exception:  # a repr that fails: one value must not hide all the others
        return note(type(value).__name__)


def _cell(value: Any, server: str) -> object:
    if value is None or isinstance(value, bool):
        return "" if value is None else "✓" if value else no()
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, datetime):
        return tag("span", f"{value:%Y-%m-%d %H:%M}", title=value.isoformat(), class_="lso-nowrap")
    if isinstance(value, Record):
        return cut(repr(value)[1:-1])
    if isinstance(value, (Secret, list, dict)):
        return HIDDEN if isinstance(value, Secret) else cut(compact(value)) if value else ""
    return address(value, server) if isinstance(value, str) else cut(value)


def no() -> Html:
    """Return what stands for False."""
    return tag("span", "–", class_="lso-note", title="False")


def number(value: float) -> str:
    """Return a number as people write it: "2,431", "0.125".

    >>> number(2431), number(0.123456), number(10**400)[:3]
    ('2,431', '0.1235', '100')
    """
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**15 else shown(value, SHORT)
    return f"{value:.4g}"


def compact(value: Any) -> str:
    """Return the beginning of JSON, or of a list of texts, not written to its end."""
    if isinstance(value, list):
        value = value[:SHORT]
        if all(isinstance(each, str) for each in value):
            return ", ".join(value)
    text = ""
    try:
        for piece in json.JSONEncoder(ensure_ascii=False, default=repr).iterencode(value):
            text += piece
            if len(text) > WHOLE:
                break
    except (TypeError, ValueError, RecursionError):
        return text or type(value).__name__
    return text


def cut(text: object, most: int = SHORT) -> Html:
    """Return the beginning of a text, without secrets; a longer one is in the tooltip."""
    plain = without_secrets(shown(text, WHOLE))
    if len(plain) <= most:
        return joined([plain])
    return tag("span", f"{plain[:most].rstrip()}…", title=plain)


def address(text: str, server: str = "") -> Html:
    """Return a link for an address, under the name of the file; any other text as it is."""
    url = url_in(text, server)
    if not url:
        return cut(text)
    return link(cut(file_name(url), 40), url, title=shown(url, WHOLE), class_="lso-nowrap")


def url_in(text: str, server: str = "") -> str:
    """Return the URL that a text is, without secrets; "" if there is none."""
    url = f"{server}{text}" if server and text.startswith("/") and text[1:2] != "/" else text
    if not url.startswith(("http://", "https://")) or any(map(str.isspace, url.strip())):
        return ""
    return url if without_secrets(url) == url else ""  # a page may be passed on


def file_name(url: str) -> str:
    """Return the last part of an address.

    >>> file_name("https://example.org/photos/a%20cat.jpg?size=2"), file_name("https://example.org")
    ('a cat.jpg', 'example.org')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc or url


def chips(counts: Mapping[str, int]) -> Html:
    """Return names with their counts, side by side."""
    each = (
        tag("span", cut(name, 40), f" {number(n)}", class_="lso-pill") for name, n in counts.items()
    )
    return joined([tag("span", [chip, " "]) for chip in each])


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "task"), counted(2431, "task"), counted(2, "query")
    ('1 task', '2,431 tasks', '2 queries')
    """
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def heading(kind: str, *parts: object, url: str = "", of: object = "") -> Html:
    """Return the line above a display: what it is, and of what; its parts, and a link."""
    named = [part for part in (*parts, link(OPEN, url) if url else "") if part]
    rest = [tag("span", " · ", part, class_="lso-part") for part in named]
    return tag("div", tag("b", kind), (" ", of) if of else None, rest, class_="lso-heading")


def note(*parts: object) -> Html:
    """Return a remark."""
    return tag("div", *parts, class_="lso-note")


def note_of_more(count: int, most: int, what: str) -> Html | None:
    """Return a remark on how many a display leaves out after the first ones; None for none."""
    return note(f"… and {count - most:,} more {what}") if count > most else None


def folded(title: object, *body: object, is_open: bool = False) -> Html:
    """Return something that opens with a click."""
    return tag("details", tag("summary", title), *body, open="" if is_open else None)
