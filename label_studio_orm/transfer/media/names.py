"""Names for the files of an export: each its own, and the same from run to run."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from .suffixes import stem_of

T = TypeVar("T")

Names = Callable[[T], Iterator[str]]

MOST_NAMES = 4  # of a thing


def named(things: Iterable[T], names: Names[T], *, by_stem: bool = False) -> dict[T, str]:
    """Give each thing the plainest of its names that no other would have.

    Of things that would share a name none keeps it, so that the names do not depend on the order.
    What differs only by case or by Unicode's form is one name, as it is on many disks; `by_stem`
    does the same with what differs only by its suffix, where labels are called like their pictures.
    A name without a suffix shares it with all of its stem: it may be given theirs, once fetched.
    """
    offered = {each: names(each) for each in things}
    found = {each: next(offer) for each, offer in offered.items()}
    for _ in range(MOST_NAMES):
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
    """Return what is the same for names that a disk may take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
