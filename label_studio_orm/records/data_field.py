"""Typed fields for what is in the data of a task."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from ..errors import FieldMissing
from ..orm.edits import MISSING
from ..orm.expressions import Column
from ..orm.fields import Converter

if TYPE_CHECKING:
    from typing_extensions import Self

    from .task import Task

T = TypeVar("T")


class DataField(Column, Generic[T]):
    """A key of a task's data, as an attribute of your own class of tasks.

    `default` is what tasks have that lack the key; nothing of it is sent. `key` is the key where
    that is no Python name; `converter` says how the value looks in Python and how in the data.
    Filters look at what the server has: not at defaults.

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
            return self.converter.load(raw) if self.converter else raw
        if self.default is MISSING:
            raise FieldMissing(f"The data of {type(task).__name__} {task.id} has no {self.key!r}.")
        return copy.deepcopy(self.default)

    def __set__(self, task: Task, value: T) -> None:
        task.data[self.key] = self.dump(value)

    def value_of(self, record: Any) -> Any:
        raw = record.data.get(self.key)
        return self.converter.load(raw) if self.converter and raw is not None else raw

    def is_nothing(self, value: Any) -> bool:
        return value is None or value == ""  # an empty list is a list

    def dump(self, value: Any) -> Any:
        """Turn the Python value into that of the data."""
        return self.converter.dump(value) if self.converter else value

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"
