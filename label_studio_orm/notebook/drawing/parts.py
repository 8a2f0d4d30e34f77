"""Small parts of drawings: labels, notes, and pieces that never fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

from ...labeling.results.region import Region
from ...text import listed
from ...text import shown as printable
from ..markup import Html, tag
from .palette import Colour

H = TypeVar("H", bound="Html | None")

MOST_LETTERS = 200  # of a value in a line


def chip(text: str, colour: Colour, **attributes: Any) -> Html:
    """Return a label in its colour."""
    style = f"background:{colour.css};color:{colour.ink};{attributes.pop('style', '')}"
    return tag("span", printable(text, 60), class_="lso-chip", style=style, **attributes)


def caption(region: Region) -> str:
    """Return the labels and the score of a region: "cat 0.91"."""
    score = region.score
    number = "" if score is None else number_text(score)
    return " ".join(filter(None, [listed(region.labels), number]))


def number_text(number: Any) -> str:
    """Return a number with at most two decimal places.

    >>> number_text(0.9123), number_text(3.0), number_text(1e9)
    ('0.91', '3', '1000000000')
    """
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        return printable(number, 40)
    if isinstance(number, int) or not math.isfinite(number):
        return str(number)
    return f"{number:.2f}".rstrip("0").rstrip(".")


def note(*text: object) -> Html:
    """Return a remark."""
    return tag("div", *text, class_="lso-note")


def folded(title: object, *children: object, is_open: bool = False) -> Html:
    """Return a part that is shown after a click."""
    opened = {"open": "open"} if is_open else {}
    return tag("details", tag("summary", title), *children, **opened)


def shortened(text: object, most: int = MOST_LETTERS) -> str:
    """Return a text on one line, truncated."""
    return printable(text, most)


def safely(what: str, draw: Callable[[], H]) -> H | Html:
    """Return what is drawn; a remark where stored data is not what it should be.

    Data and results can have any form: one that is unreadable must not hide all the others.
    """
    try:
        return draw()
    except Exception as error:
        return note(f"{what} cannot be drawn: {type(error).__name__}: {shortened(error)}")
