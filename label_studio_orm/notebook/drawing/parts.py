"""Small parts of drawings: labels, notes, and pieces that never fail."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ...labeling.results.region import Region
from ...text import listed, shown
from ..cells import note
from ..markup import Html, tag
from .palette import Colour

T = TypeVar("T")
H = TypeVar("H", bound="Html | None")

MOST_LETTERS = 200  # of a value in a line
LONG = 600  # letters of a text that is folded among the data


@functools.lru_cache(maxsize=256)  # many regions have the same few labels
def chip(text: str, colour: Colour, style: str = "") -> Html:
    """Return a label in its colour."""
    style = f"background:{colour.css};color:{colour.ink};{style}"
    return tag("span", shortened(text, 60), class_="lso-tag", style=style)


def svg(width: float, height: float, *shapes: object) -> Html:
    """Return a drawing that is stretched over its place in the page."""
    view = f"0 0 {width:g} {height:g}"
    return tag("svg", *shapes, viewBox=view, preserveAspectRatio="none")


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
        return shortened(number, 40)
    if isinstance(number, int) or not math.isfinite(number):
        return str(number)
    return f"{number:.2f}".rstrip("0").rstrip(".")


def spread(items: Sequence[T], most: int) -> Sequence[T]:
    """Return at most so many of the items, from the first to the last.

    >>> spread(range(10), 4)
    range(0, 10, 3)
    """
    return items[:: -(-len(items) // most) or 1]


def shortened(text: object, most: int = MOST_LETTERS) -> str:
    """Return a text on one line, truncated."""
    return shown(text, most)


def attempted(draw: Callable[..., T], *arguments: Any) -> T | None:
    """Return what is drawn of one of many; None if stored data is not what it should be."""
    try:
        return draw(*arguments)
    except Exception:
        return None


def safely(what: str, draw: Callable[[], H]) -> H | Html:
    """Return what is drawn; a remark where stored data is not what it should be.

    Data and results can have any form: one that is unreadable must not hide all the others.
    """
    try:
        return draw()
    except Exception as error:
        return note(f"{what} cannot be drawn: {type(error).__name__}: {shortened(error)}")
