"""Unique and stable file names for exports."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .suffixes import stem_of

T = TypeVar("T")

Names = Callable[[T], Iterator[str]]

MAX_NAMES = 4  # candidates per item


def named(things: Iterable[T], names: Names[T], *, by_stem: bool = False) -> dict[T, str]:
    """Give each item the simplest of its candidate names that no other item has.

    A shared name is given to no item, so names do not depend on the order. Names that differ
    only by case or Unicode normalization are equal, as on many file systems; with `by_stem`, so are
    names that differ only by suffix, for formats that name label files after images.
    A name without a suffix shares it with all names of its stem: it may get one of their
    suffixes once it is fetched.
    """
    offered = {each: names(each) for each in things}
    found = {each: next(offer) for each, offer in offered.items()}
    for _ in range(MAX_NAMES):
        for each in _clashes(found, by_stem):
            found[each] = next(offered[each], found[each])
    return found


def _clashes(found: dict[T, str], by_stem: bool) -> list[T]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    bare = {same(name) for name in found.values() if stem_of(name) == name}
    for each, name in found.items():
        stem = same(stem_of(name))
        groups[stem if by_stem or stem in bare else same(name)].append(each)
    return [each for group in groups.values() if len(group) > 1 for each in group]


def same(name: str) -> str:
    """Normalize a name as case-insensitive file systems do."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
