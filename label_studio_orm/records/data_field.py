"""Typed fields for the data of tasks."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from ..errors import FieldMissing, InvalidInput
from ..orm.expressions import Column
from ..orm.fields import Converter
from ..orm.tracked import MISSING
from ..orm.typed import kind_of_text, type_given, typed

if TYPE_CHECKING:
    from typing_extensions import Self

    from .task import Task

T = TypeVar("T")


class DataField(Column, Generic[T]):
    """A key of a task's data, as an attribute of your own class of tasks.

    `default` is the value of tasks that lack the key; it is never sent. `key` is the key, if that
    is not a Python name. Values are converted and validated by type: int, float, str, bool,
    datetime, date, Enum, Literal, lists and dicts of these, and unions with None; other types need
    a `converter`. Filters run at the server, so they ignore defaults.

    >>> class ReviewTask(Task):
    ...     text = DataField[str]()
    ...     split = DataField[str](default="train")
    >>> review = ReviewTask.get(task.id, client=ls)
    >>> review.text, review.split
    ('Rarely seen a worse film.', 'train')
    >>> project.tasks.filter(ReviewTask.text.contains("film")).count()
    1
    """

    name: str = ""

    def __init__(
        self, *, default: T | Any = MISSING, key: str = "", converter: Converter | None = None
    ) -> None:
        self.default = default
        self.key = key
        self.converter = converter

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name
        self.key = self.key or name

    @property
    def wire(self) -> str:
        """The server's name for it."""
        return f"data.{self.key}"

    @overload
    def __get__(self, task: None, owner: type) -> Self: ...

    @overload
    def __get__(self, task: Task, owner: type) -> T: ...

    def __get__(self, task: Task | None, owner: type) -> Any:
        if task is None:
            return self
        raw = task.data.get(self.key, MISSING)
        if raw is not MISSING:
            return self._load(raw)
        if self.default is MISSING:
            raise FieldMissing(f"The data of {type(task).__name__} {task.id} has no {self.key!r}.")
        return copy.deepcopy(self.default)

    def __set__(self, task: Task, value: T) -> None:
        task.data[self.key] = self.dump(value)

    def value_of(self, record: Any) -> Any:
        raw = record.data.get(self.key)
        return None if self.is_nothing(raw) else self._load(raw)

    def is_nothing(self, value: Any) -> bool:
        return value is None or value == ""  # an empty list is a list

    def dump(self, value: Any) -> Any:
        """Convert a Python value to JSON; raise `InvalidInput` for another type."""
        if self.converter:
            return self.converter.dump(value)
        kind = typed(type_given(self))
        try:
            return kind.dump(value) if kind else value
        except (ValueError, TypeError):
            null = " To allow None: DataField[… | None]." if value is None else ""
            given = f"{value!r}{kind_of_text(value)}"
            raise InvalidInput(
                f"{self.name} must be {kind and kind.what}, not {given}.{null}"
            ) from None

    def _load(self, raw: Any) -> Any:
        if self.converter:
            return self.converter.load(raw)
        if raw is None:
            return None  # null fits every type
        kind = typed(type_given(self))
        try:
            value = kind.load(raw) if kind else raw
        except (ValueError, TypeError):
            raise InvalidInput(
                f"{self.name} must be {kind and kind.what}, but the data has "
                f"{raw!r}{kind_of_text(raw)} under {self.key!r}. Read or change it in task.data."
            ) from None
        # A list or dict must be the one in the data, or changes in place would be lost.
        return raw if isinstance(raw, (list, dict)) and value == raw else value
