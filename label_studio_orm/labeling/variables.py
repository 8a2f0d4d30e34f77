"""Variables: references from a config to task data, such as `$text` or `$images[0].url`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from ..text import normalized

# As in the editor; re.ASCII because JavaScript's \w is ASCII only.
VARIABLE = re.compile(r"\$([\w\[\].{}]*\w[\]}]*)", re.ASCII)
_READ = re.compile(r"\$([\w\[\].{}]+)", re.ASCII)
_KEY = re.compile(r"[\w\]{}]+", re.ASCII)  # for the server, a dot or [ begins nested data
VALID_CHARACTERS = "ASCII letters, digits and _"


def broken_variable(value: str) -> str:
    """Return why a value that starts with $ is not a valid variable, or "".

    The server reads everything after the $ as the key, so a variable cannot have text beside it.

    >>> broken_variable("$my text")
    "a variable must not contain ' ', only ASCII letters, digits and _. ..."
    """
    read = _READ.match(value)
    name = value[1:]
    if read and read.end() == len(value):
        lost = name.startswith(".") or name.endswith(".") or ".." in name
        return "a dot must have a key on both sides." if lost else ""
    stop = value[read.end() if read else 1]
    return f"a variable must not contain {stop!r}, only {VALID_CHARACTERS}.{_fix_hint(name)}"


@functools.lru_cache(maxsize=1024)  # rows share their keys
def invalid_character(key: str) -> str:
    """Return the first character of a data key that a variable cannot contain, or "".

    >>> invalid_character("étiquette"), invalid_character("my text"), invalid_character("text")
    ('é', ' ', '')
    """
    found = _KEY.match(key)
    return key[found.end() if found else 0 :][:1]


def invalid_key_hint(key: str, other: str = "") -> str:
    """Suggest another name for a data key that no config can show; "" if one can.

    >>> invalid_key_hint("my text")
    "No config can show the key 'my text', because it contains ' ': rename it to 'my_text'."
    """
    stop = invalid_character(key)
    if not stop:
        return ""
    other = other or plain_key(key)
    return f"No config can show the key {key!r}, because it contains {stop!r}: rename it" + (
        f" to {other!r}." if other else "."
    )


def rename_hint(name: str, keys: Iterable[str]) -> str:
    """Suggest which of these keys to rename so that a variable can show it; or "".

    >>> rename_hint("my_text", ["id", "my text"])
    " No config can show the key 'my text', because it contains ' ': rename it to 'my_text'."
    """
    wanted = plain_key(name).casefold()
    found = (key for key in keys if invalid_character(key) and plain_key(key).casefold() == wanted)
    return next((f" {invalid_key_hint(key, name)}" for key in found), "")


def plain_key(key: str) -> str:
    """Return a similar key that a config can show, or "" if no valid character remains.

    >>> plain_key("Étiquette (1)")
    'Etiquette_1'
    """
    ascii = normalized("NFKD", key).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", ascii).strip("_")


def misread_variable(text: str) -> str:
    """Return what the editor would misread as a variable in a plain label, or "".

    `$5` and `US$A` are plain text; `$name` and `Dear $name` are variables.

    >>> misread_variable("$5 bill"), misread_variable("US$A"), misread_variable("Dear $name")
    ('$5', '$A', '')
    """
    for found in _READ.finditer(text):
        before = text[max(found.start() - 1, 0) : found.start()]
        if before.isalnum() or not re.match(r"[A-Za-z_]", found[1]):
            return found[0]
    return ""


def ignored_variable(text: str) -> str:
    """Return a variable that the editor ignores because it starts with a non-ASCII letter.

    >>> ignored_variable("Tag: $技术")
    '$技术'
    """
    found = re.search(r"\$(?![\x00-\x7f])\w+", text)
    return found[0] if found else ""


def matches_template(text: str, filled: str) -> bool:
    """Tell whether a text with variables can become another one in some task.

    >>> matches_template("$title by $name", "Emma by Jane"), matches_template("Dear $name", "Emma")
    (True, False)
    """
    first, *between = VARIABLE.split(text)[::2]
    if not between:
        return filled == first
    last, at = between.pop(), len(first)
    for part in between:  # the first match leaves the most for the others
        found = filled.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return filled.startswith(first) and filled.endswith(last) and at <= len(filled) - len(last)


def _fix_hint(name: str) -> str:
    other = plain_key(name)
    rename = " Rename the data key" + (f" to {other!r}." if other else ".")
    several = ' To show several, start with text: "Name: $first $last".' if "$" in name else ""
    return several or rename
