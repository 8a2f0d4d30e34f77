"""Variables: how a config names a part of the task's data, `$text` or `$images[0].url`."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

# As the editor reads them, with re.ASCII: JavaScript's \w knows no other letters.
VARIABLE = re.compile(r"\$([\w\[\].{}]*\w[\]}]*)", re.ASCII)
_READ = re.compile(r"\$([\w\[\].{}]+)", re.ASCII)
_KEY = re.compile(r"[\w\]{}]+", re.ASCII)  # a dot or [ leads into nested data, for the server
CAN_STAND = "ASCII letters, digits and _"


def broken_variable(value: str) -> str:
    """Tell why a value that starts with $ names no part of the data; "" if it names one.

    The server takes all that follows the $ as the key, so text beside a variable is wrong, too.

    >>> broken_variable("$my text")
    "' ' cannot stand in a variable, only ASCII letters, digits and _ can. ..."
    """
    read = _READ.match(value)
    name = value[1:]
    if read and read.end() == len(value):
        lost = name.startswith(".") or name.endswith(".") or ".." in name
        return "a dot must lead from one key to another." if lost else ""
    stop = value[read.end() if read else 1]
    return f"{stop!r} cannot stand in a variable, only {CAN_STAND} can.{_rename(name)}"


@functools.lru_cache(maxsize=1024)  # rows have the same keys
def unnameable(key: str) -> str:
    """Return the first character of a key of the data that lets no config name it; "" if none.

    >>> unnameable("étiquette"), unnameable("my text"), unnameable("text")
    ('é', ' ', '')
    """
    found = _KEY.match(key)
    return key[found.end() if found else 0 :][:1]


def unnameable_hint(key: str, other: str = "") -> str:
    """Say that no config can name a key of the data, and how to rename it; "" if one can.

    >>> unnameable_hint("my text")
    "No config can show the key 'my text', because of ' ': rename it, as 'my_text'."
    """
    stop = unnameable(key)
    if not stop:
        return ""
    other = other or plain_key(key)
    return f"No config can show the key {key!r}, because of {stop!r}: rename it" + (
        f", as {other!r}." if other else "."
    )


def renamed(name: str, keys: Iterable[str]) -> str:
    """Say which of these keys may be meant by a variable and has to be renamed to that; or "".

    >>> renamed("my_text", ["id", "my text"])
    " No config can show the key 'my text', because of ' ': rename it, as 'my_text'."
    """
    wanted = plain_key(name).casefold()
    found = (key for key in keys if unnameable(key) and plain_key(key).casefold() == wanted)
    return next((f" {unnameable_hint(key, name)}" for key in found), "")


def plain_key(key: str) -> str:
    """Return a similar key that a config can name; "" if nothing of it is left.

    >>> plain_key("Étiquette (1)")
    'Etiquette_1'
    """
    ascii = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode()
    return re.sub(r"\W+", "_", ascii).strip("_")


def misread(text: str) -> str:
    """Return what the editor takes for a variable in a label that was meant as plain text.

    `$5` and `US$A` are amounts and the like; `$name` and `Dear $name` are variables.

    >>> misread("$5 bill"), misread("US$A"), misread("Dear $name")
    ('$5', '$A', '')
    """
    for found in _READ.finditer(text):
        before = text[: found.start()][-1:]
        if before.isalnum() or not re.match(r"[A-Za-z_]", found[1]):
            return found[0]
    return ""


def unread(text: str) -> str:
    """Return a variable that the editor does not see, as it starts with another alphabet's letter.

    >>> unread("Tag: $技术")
    '$技术'
    """
    found = re.search(r"\$(?![\x00-\x7f])\w+", text)
    return found[0] if found else ""


@functools.lru_cache(maxsize=256)
def filled_like(text: str) -> re.Pattern[str]:
    """Return what a text with variables may become in a task that is not known."""
    return re.compile(".*".join(map(re.escape, VARIABLE.split(text)[::2])), re.DOTALL)


def _rename(name: str) -> str:
    other = plain_key(name)
    rename = " Rename the key of the data" + (f", as {other!r}." if other else ".")
    several = ' To show several, begin with a text: "Name: $first $last".' if "$" in name else ""
    return several or rename
