"""Conversion of answers (choices, ratings, texts, …) to and from the values of results."""

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
MAX_YEAR = 9999  # of datetime


@frozen
class AnswerType:
    """A type of answer: its key in the value, and the conversions to and from JSON."""

    key: str
    dump: Callable[[Control, Any], Any]
    load: Callable[[Control, Any], Any]


def as_path(control: Control, answer: Any) -> tuple[str, ...]:
    """Return the path of a class from its path, or from its name if that is unique."""
    if not isinstance(answer, str):
        if not isinstance(answer, Iterable) or not all(isinstance(step, str) for step in answer):
            raise InvalidInput(f"A class must be a name or a path of names, not {answer!r}.")
        return tuple(answer)
    if (answer,) in control.paths or not control.labels:
        return (answer,)
    found = [path for path in control.paths if path[-1] == answer]
    if len(found) > 1:
        raise InvalidInput(
            f"{answer!r} is in {control.name!r} more than once: pass the whole path."
        )
    return found[0] if found else (answer,)


def label_path(control: Control, label: str) -> tuple[str, ...]:
    """Return the path of a region's label: "Animal / Cat", or "Cat" if that is unique."""
    known = {PATH_SEPARATOR.join(path): path for path in control.paths}
    split = tuple(label.split(PATH_SEPARATOR)) if control.dynamic else None
    return known.get(label) or split or as_path(control, label)


def _dump_choices(control: Control, answer: Any) -> list[Any]:
    if control.nested:
        return [list(path) for path in _as_paths(control, answer)]
    return _as_list(answer)


def _as_paths(control: Control, answer: Any) -> list[tuple[str, ...]]:
    """Convert one path, a name or a tuple, or a list of paths."""
    several = answer if isinstance(answer, (list, set, frozenset)) else [answer]
    return [as_path(control, each) for each in several]


def _as_list(answer: Any) -> list[Any]:
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        return [answer]
    return list(answer)


def _load_choices(control: Control, stored: Any) -> Any:
    """Return one choice, or a list if several are allowed."""
    if not isinstance(stored, list):
        return stored
    found = [tuple(each) if isinstance(each, list) else each for each in stored]
    if control.multiple or len(found) > 1:
        return found
    return found[0] if found else None


def _dump_rating(_: Control, answer: Any) -> Any:
    found = _as_python(answer)
    return int(found) if isinstance(found, float) and found.is_integer() else found


def _as_python(answer: Any) -> Any:
    """Convert numpy scalars to Python's types."""
    return answer.item() if hasattr(answer, "item") else answer


def _dump_number(control: Control, answer: Any) -> Any:
    found = _as_python(answer)
    return found if type(found) is int else as_number(found, repr(control.name))


def _dump_date(control: Control, answer: Any) -> Any:
    answer = _as_python(answer)
    if type(answer) is int and 0 < answer <= MAX_YEAR:
        answer = date(answer, 1, 1)
    if not isinstance(answer, (date, time)):
        return answer
    if isinstance(answer, time) and control.options.get("only") != "time":
        raise InvalidInput(f"{control.name!r} must be a date, not {answer!r}.")
    try:
        return format_date(answer, date_format(control))
    except ValueError:
        raise InvalidInput(
            f"{control.name!r} must be a date of its format, not {answer!r}."
        ) from None


def _load_date(control: Control, stored: Any) -> Any:
    """Return a date, a time or both; other formats than the control's are returned as text."""
    only, found = control.options.get("only", ""), parse_date(stored, date_format(control))
    if found is None:
        return stored
    if only == "time":
        return found.time()
    return found if not only or "time" in only else found.date()


def _load_texts(control: Control, stored: Any) -> Any:
    """Return one text, or a list if several are allowed."""
    if (
        control.options.get("maxsubmissions") == "1"
        and isinstance(stored, list)
        and len(stored) == 1
    ):
        return stored[0]
    return stored


def _dump_paths(control: Control, answer: Any) -> list[list[str]]:
    return [list(path) for path in _as_paths(control, answer)]


def _load_paths(_: Control, stored: Any) -> Any:
    if not isinstance(stored, list):
        return stored
    return [tuple(path) if isinstance(path, list) else path for path in stored]


def _dump_ranking(control: Control, answer: Any) -> Any:
    """Convert the ids of items in order, or a dict of such lists by bucket."""
    if isinstance(answer, str) or not isinstance(answer, Iterable):
        raise InvalidInput(f"{control.name!r} must be the ids of items in order, not {answer!r}.")
    buckets = answer if isinstance(answer, Mapping) else {control.name: answer}
    return {name: [str(item) for item in items] for name, items in buckets.items()}


def _load_ranking(control: Control, stored: Any) -> Any:
    if isinstance(stored, Mapping) and set(stored) == {control.name}:
        return stored[control.name]
    return stored


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
        "textarea": AnswerType("text", lambda _, answer: _as_list(answer), _load_texts),
    }
)
