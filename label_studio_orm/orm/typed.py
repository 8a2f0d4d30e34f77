"""Conversion and validation of values by type, for fields such as `DataField[int]`.

Values that are read may be text, as in a CSV file; values that are set must have the type.
"""

from __future__ import annotations

import functools
import re
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Union

from .expressions import plain

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")  # "20260131" sorts among others as a text
TRUTH: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


class Typed(NamedTuple):
    """A type: its name in messages, and the conversion of its values from and to JSON.

    `load` and `dump` raise `ValueError` for values of other types.
    """

    what: str
    load: Callable[[Any], Any]
    dump: Callable[[Any], Any]


def type_given(generic: Any) -> Any:
    """Return the T of an object created as `Field[T](…)`, or None."""
    arguments = typing.get_args(getattr(generic, "__orig_class__", None))
    return arguments[0] if arguments else None


@functools.lru_cache(maxsize=256)
def typed(given: Any) -> Typed | None:
    """Return the conversion for a type, or None if the type is not supported.

    >>> typed(int).load("7"), typed(date).dump(date(2026, 1, 31))
    (7, '2026-01-31')
    """
    origin, arguments = typing.get_origin(given), typing.get_args(given)
    if given in SIMPLE:
        return SIMPLE[given]
    if origin in (Union, types.UnionType):
        return _one_of([typed(each) for each in arguments])
    if origin is Literal:
        return _values(arguments)
    if (origin or given) in (list, dict):
        inner = typed(arguments[-1]) if arguments else None
        return _list_of(inner) if (origin or given) is list else _object_of(inner)
    if isinstance(given, type) and issubclass(given, Enum):
        return _enum(given)
    return None


def kind_of_text(value: Any) -> str:
    """Return " (text)" for text, because "7" is easily mistaken for 7."""
    return " (text)" if isinstance(value, str) else ""


def _checked(what: str, is_one: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        value = plain(value)
        if not is_one(value):
            raise ValueError(what)
        return value

    return check


def _is_whole(value: Any) -> bool:
    whole = isinstance(value, float) and value.is_integer()
    return whole or (isinstance(value, Integral) and not isinstance(value, bool))


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _read_whole(value: Any) -> int:
    value = _number(int, value) if isinstance(value, str) else value
    return int(_checked(WHOLE, _is_whole)(value))


def _read_float(value: Any) -> float:
    value = _number(float, value) if isinstance(value, str) else value
    number: float = _checked(NUMBER, _is_number)(value)
    return number


def _number(kind: Callable[[str], Any], text: str) -> Any:
    return kind(text) if "_" not in text else text  # which Python takes, and nobody else


def _read_bool(value: Any) -> bool:
    truth: bool = _checked("True or False", lambda each: isinstance(each, bool))(
        TRUTH.get(value.lower(), value) if isinstance(value, str) else value
    )
    return truth


def _read_moment(value: Any) -> datetime:
    if isinstance(value, str) and ISO_DATE.match(value):
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    raise ValueError(MOMENT)


def _read_date(value: Any) -> date:
    if isinstance(value, str) and ISO_DATE.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError(DAY)


def _write_moment(value: Any) -> str:
    return str(_checked(MOMENT, lambda each: isinstance(each, datetime))(value).isoformat())


def _write_date(value: Any) -> str:
    def is_day(each: Any) -> bool:
        return isinstance(each, date) and not isinstance(each, datetime)

    return str(_checked(DAY, is_day)(value).isoformat())


WHOLE, NUMBER = "a whole number", "a number"
MOMENT, DAY = "a date and time (ISO 8601)", "a date like 2026-01-31"


def _same(what: str, is_one: Callable[[Any], bool]) -> Typed:
    check = _checked(what, is_one)
    return Typed(what, check, check)


SIMPLE: Mapping[Any, Typed] = MappingProxyType(
    {
        bool: Typed(
            "True or False",
            _read_bool,
            _checked("True or False", lambda each: isinstance(each, bool)),
        ),
        int: Typed(WHOLE, _read_whole, lambda each: int(_checked(WHOLE, _is_whole)(each))),
        float: Typed(NUMBER, _read_float, _checked(NUMBER, _is_number)),
        str: _same("a text", lambda each: isinstance(each, str)),
        datetime: Typed(MOMENT, _read_moment, _write_moment),
        date: Typed(DAY, _read_date, _write_date),
        type(None): _same("None", lambda each: each is None),
    }
)


def _values(known: tuple[Any, ...]) -> Typed:
    what = f"one of {', '.join(map(repr, known))}"
    kinds = {(type(each), each) for each in known}
    return _same(what, lambda each: (type(each), each) in kinds)


def _enum(given: type[Enum]) -> Typed:
    what = f"one of {', '.join(repr(each.value) for each in given)}"

    def load(value: Any) -> Any:
        try:
            return given(value)
        except ValueError:
            raise ValueError(what) from None

    return Typed(what, load, lambda value: load(value).value)


def _one_of(choices: list[Typed | None]) -> Typed | None:
    known = [each for each in choices if each is not None]
    if len(known) < len(choices):
        return None

    def first(verb: str) -> Callable[[Any], Any]:
        def run(value: Any) -> Any:
            for each in known:
                try:
                    return getattr(each, verb)(value)
                except ValueError:
                    pass
            raise ValueError(value)

        return run

    return Typed(" or ".join(each.what for each in known), first("load"), first("dump"))


def _list_of(inner: Typed | None) -> Typed:
    what = "a list" if inner is None else f"a list, each item {inner.what}"
    check = _checked(what, lambda each: isinstance(each, (list, tuple)))
    if inner is None:
        return Typed(what, check, lambda value: list(check(value)))

    def each(verb: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda value: [verb(item) for item in check(value)]

    return Typed(what, each(inner.load), each(inner.dump))


def _object_of(inner: Typed | None) -> Typed:
    what = "an object" if inner is None else f"an object, each value {inner.what}"
    check = _checked(what, lambda each: isinstance(each, dict))
    if inner is None:
        return Typed(what, check, check)

    def each(verb: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda value: {name: verb(item) for name, item in check(value).items()}

    return Typed(what, each(inner.load), each(inner.dump))
