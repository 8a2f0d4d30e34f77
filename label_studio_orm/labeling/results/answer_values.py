"""What is said of a task or region as a whole: choices, ratings, texts, … ↔ what the server keeps.

Each kind of control has a way to turn the plain value into what stands under its key, and back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Any

from attrs import frozen

from ...errors import InvalidInput
from ..controls import Control
from .coerce import PATH_SEPARATOR, as_number
from .dates import date_format, format_date, parse_date

PAIRWISE_SIDES = ("left", "right")
MAX_YEAR = 9999  # as far as dates reach


@frozen
class AnswerType:
    """A kind of answer: the key in the value, plain → wire, wire → plain."""

    key: str
    dump: Callable[[Control, Any], Any]
    load: Callable[[Control, Any], Any]


def as_path(control: Control, given: Any) -> tuple[str, ...]:
    """Take a class of a tree: its path, or its name where that is in the tree just once."""
    if not isinstance(given, str):
        if not isinstance(given, Iterable) or not all(isinstance(step, str) for step in given):
            raise InvalidInput(f"A class is a name or a path of names, not {given!r}.")
        return tuple(given)
    if (given,) in control.paths or not control.labels:
        return (given,)
    found = [path for path in control.paths if path[-1] == given]
    if len(found) > 1:
        raise InvalidInput(f"{given!r} is in {control.name!r} more than once: give the whole path.")
    return found[0] if found else (given,)


def label_path(control: Control, label: str) -> tuple[str, ...]:
    """Return the path of a region's label: "Animal / Cat", or "Cat" where there is but one."""
    known = {PATH_SEPARATOR.join(path): path for path in control.paths}
    split = tuple(label.split(PATH_SEPARATOR)) if control.dynamic else None
    return known.get(label) or split or as_path(control, label)


def _dump_choices(control: Control, given: Any) -> list[Any]:
    if control.nested:
        return [list(path) for path in _as_paths(control, given)]
    return _as_list(given)


def _as_paths(control: Control, given: Any) -> list[tuple[str, ...]]:
    """Take one path, as a name or a tuple, or a list of paths."""
    several = given if isinstance(given, (list, set, frozenset)) else [given]
    return [as_path(control, each) for each in several]


def _as_list(given: Any) -> list[Any]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        return [given]
    return list(given)


def _load_choices(control: Control, kept: Any) -> Any:
    """Return the choice where one may be made, else a list of them."""
    if not isinstance(kept, list):
        return kept
    found = [tuple(each) if isinstance(each, list) else each for each in kept]
    if control.multiple or len(found) > 1:
        return found
    return found[0] if found else None


def _dump_rating(_: Control, given: Any) -> Any:
    found = _as_python(given)
    return int(found) if isinstance(found, float) and found.is_integer() else found


def _as_python(given: Any) -> Any:
    """Return a number of Python's own instead of numpy's."""
    return given.item() if hasattr(given, "item") else given


def _dump_number(control: Control, given: Any) -> Any:
    found = _as_python(given)
    return found if type(found) is int else as_number(found, repr(control.name))


def _dump_date(control: Control, given: Any) -> Any:
    given = _as_python(given)
    if type(given) is int and 0 < given <= MAX_YEAR:
        given = date(given, 1, 1)
    if not isinstance(given, (date, time)):
        return given
    if isinstance(given, time) and control.options.get("only") != "time":
        raise InvalidInput(f"{control.name!r} is not answered with {given!r}.")
    try:
        return format_date(given, date_format(control))
    except ValueError:
        raise InvalidInput(f"{control.name!r} cannot be written as {given!r}.") from None


def _load_date(control: Control, kept: Any) -> Any:
    """Return a date, time or both; as it is what was not written by the control's format."""
    only, found = control.options.get("only", ""), parse_date(kept, date_format(control))
    if found is None:
        return kept
    if only == "time":
        return found.time()
    return found if not only or "time" in only else found.date()


def _load_texts(control: Control, kept: Any) -> Any:
    """Return the text where one may be written, else a list of them."""
    if control.options.get("maxsubmissions") == "1" and isinstance(kept, list) and len(kept) == 1:
        return kept[0]
    return kept


def _dump_paths(control: Control, given: Any) -> list[list[str]]:
    return [list(path) for path in _as_paths(control, given)]


def _load_paths(_: Control, kept: Any) -> Any:
    if not isinstance(kept, list):
        return kept
    return [tuple(path) if isinstance(path, list) else path for path in kept]


def _dump_ranking(control: Control, given: Any) -> Any:
    """Take the ids of the items in order, or a dict of such lists by bucket."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InvalidInput(f"{control.name!r} takes the ids of items in order, not {given!r}.")
    buckets = given if isinstance(given, Mapping) else {control.name: given}
    return {name: [str(item) for item in items] for name, items in buckets.items()}


def _load_ranking(control: Control, kept: Any) -> Any:
    if isinstance(kept, Mapping) and set(kept) == {control.name}:
        return kept[control.name]
    return kept


def _unchanged(_: Control, value: Any) -> Any:
    return value


ANSWER_TYPES: Mapping[str, AnswerType] = MappingProxyType(
    {
        "choices": AnswerType("choices", _dump_choices, _load_choices),
        "datetime": AnswerType("datetime", _dump_date, _load_date),
        "number": AnswerType("number", _dump_number, _unchanged),
        "pairwise": AnswerType("selected", _unchanged, _unchanged),
        "ranker": AnswerType("ranker", _dump_ranking, _load_ranking),
        "rating": AnswerType("rating", _dump_rating, _unchanged),
        "taxonomy": AnswerType("taxonomy", _dump_paths, _load_paths),
        "textarea": AnswerType("text", lambda _, given: _as_list(given), _load_texts),
    }
)
