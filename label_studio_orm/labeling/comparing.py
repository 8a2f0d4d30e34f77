"""Comparison of two results of a task: region by region, answer by answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from attrs import frozen

from .controls import find_tag
from .matching import Match, control_of, item_index, match
from .parsed import ParsedConfig
from .results.reader import Reading
from .results.region import Region
from .results.values import is_number

T = TypeVar("T")

UNORDERED = ("choices", "taxonomy")  # types of controls whose answers are sets


@frozen
class Sides(Generic[T]):
    """The values of two results for one thing; None where a result has none."""

    one: T | None = None
    other: T | None = None


NEITHER: Sides[Any] = Sides()


@frozen(kw_only=True)
class Compared:
    """Two regions, one region that has no other, or two answers of a control."""

    control: str
    object: str
    item_index: Any = None
    regions: Sides[str] = NEITHER
    labels: Sides[str] = NEITHER
    answers: Sides[Any] = NEITHER
    same: bool
    iou: float | None = None
    distance: float | None = None  # of key points, in percent of the image's diagonal
    difference: float | None = None  # of numbers: the other minus the one


def compare(one: Reading, other: Reading, *, least: float = 0.5) -> Iterator[Compared]:
    """Yield what two results have for each region and for each answer of a control.

    Regions match as in `matching.match()`; the answers of a region are compared if it has another.
    """
    for pair in match(one.regions, other.regions, least=least):
        yield _regions(pair)
        if pair.one is not None and pair.other is not None:
            yield from _answers(one.config, pair.one.answers, pair.other.answers, pair)
    yield from _answers(one.config, one.answers, other.answers)


def _regions(pair: Match) -> Compared:
    return Compared(
        **_place(pair),
        labels=Sides(_label(pair.one), _label(pair.other)),
        same=pair.same,
        iou=pair.iou,
        distance=pair.distance,
    )


def _place(pair: Match) -> dict[str, Any]:
    region = pair.one or pair.other
    if region is None:
        return {}
    ids = (None if each is None else each.id for each in (pair.one, pair.other))
    place = {"object": region.object, "item_index": item_index(region), "regions": Sides(*ids)}
    return {"control": control_of(region), **place}


def _label(region: Region | None) -> str | None:
    return None if region is None else ", ".join(region.labels) or None


def _answers(
    config: ParsedConfig,
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    pair: Match | None = None,
) -> Iterator[Compared]:
    """Yield the answers of each control, and those for each item of a list."""
    for name in dict.fromkeys((*one, *other)):
        control = find_tag(config.controls, name)
        place = {"object": control.to_name[0] if control and control.to_name else ""}
        place |= {} if pair is None else _place(pair)
        items = _items(one.get(name), control), _items(other.get(name), control)
        for index in dict.fromkeys((*items[0], *items[1])):
            place |= {"control": name} | ({} if index is None else {"item_index": index})
            yield _answer(Sides(*(each.get(index) for each in items)), control, place)


def _items(answer: Any, control: Any) -> Mapping[Any, Any]:
    """Return an answer by the index of its item; None is that of an answer for the whole."""
    if control is not None and control.per_item:
        return answer or {}
    return {} if answer is None else {None: answer}


def _answer(answers: Sides[Any], control: Any, place: Mapping[str, Any]) -> Compared:
    unordered = control is not None and control.type in UNORDERED
    one, other = (_comparable(each, unordered) for each in (answers.one, answers.other))
    same = answers.one is not None and answers.other is not None and one == other
    return Compared(**place, answers=answers, same=same, difference=_difference(answers))


def _comparable(answer: Any, unordered: bool) -> Any:
    """Return an answer as what is equal to another one that says the same."""
    several = [*answer] if isinstance(answer, list) else [answer]
    return sorted(map(repr, several)) if unordered else several


def _difference(answers: Sides[Any]) -> float | None:
    one, other = answers.one, answers.other
    return other - one if is_number(one) and is_number(other) else None
