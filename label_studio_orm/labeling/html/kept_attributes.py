"""HTML attributes that remain after the editor's sanitizer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .element_kinds import NEVER_EMPTY, SPACE

SCHEMES = frozenset({"http", "https", "ftp", "mailto", "tel"})
INVALID_NAME = re.compile(r"[\0\t\n\f\r /<=>]")
# A style declaration without characters that CSS treats specially.
_WORD = r"""(?:[\w.,#%+*-]|\([\w.,#%+ -]*\)|'[\w.,#%+ -]*'|"[\w.,#%+ -]*")"""
DECLARATION = re.compile(
    rf"([A-Za-z][\w-]*|-[A-Za-z][\w-]*) *: *({_WORD}(?: *{_WORD})*)( !important)?", re.ASCII
)
_SIZE = r"[1-9][0-9]*w|[1-9][0-9]*(?:\.[0-9]*[1-9])?x"
CANDIDATE = re.compile(rf"([^\s,](?:\S*[^\s,])?)(?: +({_SIZE}))?")


def kept_attributes(attributes: Mapping[str, str]) -> tuple[dict[str, str], bool]:
    """Return the attributes that remain, and whether their exact text is known."""
    kept: dict[str, str] = {}
    known = True
    for name in _in_order(attributes):
        value: str | None = attributes[name]
        if name in REFORMATTED and value:
            try:
                value = REFORMATTED[name](value)
            except ValueError:
                known = False
        if value is not None and _is_kept(name, value):
            kept[name] = value
    return kept, known


def _in_order(names: Mapping[str, str]) -> list[str]:
    """Return names in JavaScript's order of keys: integers first, ascending."""
    numbers = {name for name in names if re.fullmatch("0|[1-9][0-9]{0,8}", name)}
    return [*sorted(numbers, key=int), *(name for name in names if name not in numbers)]


def _is_kept(name: str, value: str) -> bool:
    if name.startswith("on") or name == "__proto__" or INVALID_NAME.search(name):
        return False
    if not value and name in NEVER_EMPTY:
        return False
    return name not in ("href", "src", "cite") or not _is_naughty(value)


def _is_naughty(address: str) -> bool:
    """Tell whether a URL has a forbidden scheme."""
    address = re.sub(r"[\x00-\x20]+", "", address)
    end = address.rfind("-->")  # a comment opened later has no end
    address = re.sub(r"<!--.*?-->", "", address[: end + 3], flags=re.DOTALL) + address[end + 3 :]
    scheme = re.match(r"([a-zA-Z][a-zA-Z0-9.\-+]*):", address)
    return scheme is not None and scheme[1].lower() not in SCHEMES


def _style(value: str) -> str | None:
    """Format a style as the editor does; ValueError if it is not simple."""
    found = [DECLARATION.fullmatch(each.strip(" ")) for each in value.split(";") if each.strip(" ")]
    parts = [f"{each[1]}:{each[2]}{each[3] or ''}" if each else "" for each in found]
    if not all(parts):
        raise ValueError(value)
    return ";".join(parts) or None


def _srcset(value: str) -> str | None:
    """Format a srcset as the editor does; ValueError if it is not simple."""
    found = list(_candidates(value))
    return ", ".join(each for each in found if not _is_naughty(each.split()[0])) or None


def _candidates(value: str) -> Iterator[str]:
    for each in re.split(rf",[{SPACE}]+", value.strip(SPACE)):
        found = CANDIDATE.fullmatch(each.strip(SPACE))
        if found is None:
            raise ValueError(value)
        yield " ".join(filter(None, found.groups()))


REFORMATTED = {"style": _style, "srcset": _srcset}
