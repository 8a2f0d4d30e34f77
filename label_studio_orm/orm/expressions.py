"""Conditions and orders, built from the fields of a record class: `Book.pages > 100`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timezone
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from attrs import evolve, field, frozen

from ..errors import InvalidInput
from ..text import shown
from .comparing import Among, meets

PARENTHESES = "Each comparison needs parentheses: (Task.id > 3) & (Task.id < 9)."
FILTERS = ("between", "contains", "in_", "is_null", "name", "regex")


class Column:
    """What records can be filtered and ordered by: a field, or a key inside one."""

    name: str
    __hash__ = object.__hash__
    __iter__ = None  # or Python would try [0], [1], [2] … without end

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"

    def __dir__(self) -> Iterable[str]:
        return FILTERS  # what people call: all else is for queries

    def value_of(self, record: Any) -> Any:
        """Return what a record has here, or None."""
        return getattr(record, self.name, None)

    def dump(self, value: Any) -> Any:
        """Turn the Python value into the server's."""
        return value

    def comparable(self, value: Any) -> Any:
        """Return a value as it is compared: moments in UTC."""
        return in_utc(value) if isinstance(value, date) else value

    def is_nothing(self, value: Any) -> bool:
        """Tell whether a value counts as null."""
        return value is None or value in ("", [])

    def comparison_problem(self, value: Any) -> str | None:
        """Return why a value cannot match, or None."""
        return None

    def __eq__(self, other: object) -> Condition:  # type: ignore[override]
        return self.is_null() if other is None else self._is("==", other)

    def __ne__(self, other: object) -> Condition:  # type: ignore[override]
        return ~(self == other)

    def __lt__(self, other: Any) -> Condition:
        return self._is("<", other)

    def __le__(self, other: Any) -> Condition:
        return self._is("<=", other)

    def __gt__(self, other: Any) -> Condition:
        return self._is(">", other)

    def __ge__(self, other: Any) -> Condition:
        return self._is(">=", other)

    def in_(self, values: Iterable[Any]) -> Condition:
        """One of these values."""
        if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
            raise InvalidInput(f"{self.name}.in_() needs a list of values, not {values!r}.")
        return self._is("in", tuple(values))

    def between(self, low: Any, high: Any) -> Condition:
        """From `low` to `high`, both included."""
        return self._is("between", (low, high))

    def contains(self, part: Any) -> Condition:
        """Text that contains this, ignoring case; a list or object that contains this value.

        Keys of objects count too, and so do nested lists and objects.
        """
        return self._is("contains", part)

    def regex(self, pattern: str) -> Condition:
        """Text in which this pattern is found; it is the server's database that looks."""
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            raise InvalidInput(
                f"The pattern must be a regular expression, not {pattern!r}: {error}."
            ) from None
        return self._is("regex", pattern)

    def is_null(self, yes: bool = True) -> Condition:
        """Nothing there: null, missing or empty text; with False, something.

        Nothing meets no other comparison but `==` and `in_()`.
        """
        found = self._is("null", True)
        return found if yes else ~found

    def __neg__(self) -> Order:
        return Order(self, descending=True)

    def __and__(self, other: object) -> Any:
        raise InvalidInput(PARENTHESES)

    __or__ = __rand__ = __ror__ = __and__

    def _is(self, operator: str, value: Any) -> Condition:
        many = isinstance(value, tuple)
        return Condition(self, operator, tuple(map(plain, value)) if many else plain(value))


class Expression:
    """A condition, or several of them."""

    def __dir__(self) -> Iterable[str]:
        return ()  # conditions are combined with & | ~

    def __and__(self, other: Expression) -> Group:
        return Group("and", (self, _checked(other)))

    def __or__(self, other: Expression) -> Group:
        return Group("or", (self, _checked(other)))

    def __rand__(self, other: object) -> Any:
        raise InvalidInput(PARENTHESES)

    __ror__ = __rand__

    def __invert__(self) -> Expression:
        raise NotImplementedError

    def __bool__(self) -> bool:
        raise InvalidInput(
            "A condition is neither true nor false before it meets a record. "
            "Combine conditions with & | ~, not with and, or, not; a < x < b is x.between(a, b)."
        )

    def holds(self, record: Any) -> bool:
        """Tell whether a record meets it."""
        raise NotImplementedError

    def conditions(self) -> Iterator[Condition]:
        """Yield the single conditions in it."""
        raise NotImplementedError


@frozen(eq=False, slots=False)  # as it keeps what it works out
class Condition(Expression):
    """A column compared with a value; `negated` means all records that do not meet it."""

    column: Column
    operator: str
    value: Any
    negated: bool = False

    def __invert__(self) -> Condition:
        return evolve(self, negated=not self.negated)

    def holds(self, record: Any) -> bool:
        value = self.column.value_of(record)
        if self.column.is_nothing(value) and self.operator not in ("==", "in"):
            return (self.operator == "null") is not self.negated
        found = self.column.comparable(value)
        return meets(found, self.operator, self._wanted) is not self.negated

    @property
    def values(self) -> tuple[Any, ...]:
        """What the column is compared with."""
        return self.value if isinstance(self.value, tuple) else (self.value,)

    def conditions(self) -> Iterator[Condition]:
        yield self

    def check(self) -> None:
        """Raise `InvalidInput` for a value of another type, which could not match."""
        if self.operator in ("contains", "regex", "null"):
            return
        for value in self.values:
            problem = None if value is None else self.column.comparison_problem(value)
            if problem:
                raise InvalidInput(f"{self.column.name} must be compared with {problem}.")

    @cached_property
    def _wanted(self) -> Any:
        if not isinstance(self.value, tuple):
            return self.column.comparable(self.value)
        wanted = tuple(map(self.column.comparable, self.value))
        return Among(wanted) if self.operator == "in" else wanted

    def __repr__(self) -> str:
        return (
            f"{'not ' * self.negated}{self.column.name} {self.operator} {shown(repr(self.value))}"
        )


@frozen(eq=False)
class Group(Expression):
    """Several conditions, of which all ("and") or any ("or") must be met."""

    conjunction: Literal["and", "or"]
    parts: tuple[Expression, ...]

    OPPOSITE: ClassVar[Mapping[str, Literal["and", "or"]]] = MappingProxyType(
        {"and": "or", "or": "and"}
    )

    def __invert__(self) -> Group:
        return Group(self.OPPOSITE[self.conjunction], tuple(~part for part in self.parts))

    def holds(self, record: Any) -> bool:
        met = (part.holds(record) for part in self.parts)
        return all(met) if self.conjunction == "and" else any(met)

    def conditions(self) -> Iterator[Condition]:
        for part in self.parts:
            yield from part.conditions()

    def __repr__(self) -> str:
        sign = " & " if self.conjunction == "and" else " | "
        return sign.join(f"({part!r})" for part in self.parts)


@frozen(eq=False)
class Order:
    """A column to order by."""

    column: Column
    descending: bool = field(default=False, kw_only=True)

    def __repr__(self) -> str:
        return f"{'-' * self.descending}{self.column.name}"


def wire_of(column: Column) -> str:
    """Return the server's name of a column."""
    return str(getattr(column, "wire", column.name))


def all_of(*parts: Expression | None) -> Expression | None:
    """Join what must be met all together; None where there is nothing."""
    found = tuple(_checked(part) for part in parts if part is not None)
    return Group("and", found) if len(found) > 1 else next(iter(found), None)


def in_utc(value: date) -> datetime:
    """Return a moment in UTC; without a zone it is meant in the user's own.

    >>> in_utc(datetime(2026, 1, 1, tzinfo=timezone.utc)).isoformat()
    '2026-01-01T00:00:00+00:00'
    """
    moment = value if isinstance(value, datetime) else datetime.combine(value, time.min)
    try:
        return moment.astimezone(timezone.utc)
    except (OverflowError, ValueError):
        raise InvalidInput(f"{value!r} is too early or too late to be made UTC.") from None


def utc_text(name: str, value: Any) -> str | None:
    """Return the date or time of an argument as servers read it, in UTC; None for None."""
    if value is None:
        return None
    if not isinstance(value, date):
        raise InvalidInput(f"{name} must be a datetime, not {value!r}.")
    return in_utc(value).isoformat()


def plain(value: Any) -> Any:
    """Return a number, text or moment of numpy, pandas or decimal as Python's own."""
    if isinstance(value, Decimal):  # a float has no room for long whole numbers
        whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if whole else float(value)
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    if isinstance(value, datetime) and value != value:
        raise InvalidInput(
            f"The value must be a datetime or ISO 8601, not {value!r}. For null, use .is_null()."
        )
    scalar = hasattr(value, "dtype") and getattr(value, "shape", None) == ()
    return value.item() if scalar else value


def _checked(part: Any) -> Expression:
    if isinstance(part, Expression):
        return part
    if isinstance(part, Column):
        raise InvalidInput(
            f"A filter needs a condition, not a field: compare it, as in {part.name} == True."
        )
    raise InvalidInput(
        f"A filter needs a condition such as Task.total_annotations > 0, not {part!r}."
    )
