"""Lists of records, and the last reading of a query, for displays."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, overload

from attrs import define, field

from ..display import Displayed
from .record import Record

if TYPE_CHECKING:
    from typing_extensions import Self

R = TypeVar("R", bound=Record)
FIRST = 10  # records that a query remembers


class Records(list[R], Displayed):
    """A list of records; a notebook shows it as a table.

    `title` says what they are, `total` how many there are in all, or None where that is unknown.

    >>> found = project.tasks.head()
    >>> found.title, len(found), found.total
    ('tasks of project ...', 1, 1)
    """

    __slots__ = ("title", "total")

    def __init__(
        self, records: Iterable[R] = (), *, title: str = "", total: int | None = None
    ) -> None:
        super().__init__(records)
        self.title, self.total = title, total

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> R: ...

    @overload
    def __getitem__(self, index: slice, /) -> Self: ...

    def __getitem__(self, index: Any, /) -> Any:
        """Return a record, or a part of the list with the same title."""
        found = super().__getitem__(index)
        if not isinstance(index, slice):
            return found
        return type(self)(found, title=self.title, total=self.total)


class Gallery(Records[R]):
    """Records that a notebook shows one by one: tasks are drawn."""

    __slots__ = ()


@define(eq=False)
class LastReading:
    """One reading of a query: its first records, and how far it came."""

    first: list[Any] = field(factory=list)
    beyond: int = 0  # the number of records that were read, once it is more than `FIRST`
    complete: bool = False

    @property
    def count(self) -> int:
        """The number of records that were read."""
        return max(self.beyond, len(self.first))


class Loaded:
    """The last reading and count of a query; a copy or a pickle of the query has none."""

    __slots__ = ("counted", "reading")

    def __init__(self) -> None:
        self.reading: LastReading | None = None  # the last one from the start of the query
        self.counted: int | None = None  # how many records there are, where the server told

    def __reduce__(self) -> tuple[type[Loaded], tuple[()]]:
        return Loaded, ()

    def followed(self, records: Iterator[R]) -> Iterator[R]:
        """Yield records, and remember the first of them and their number."""
        self.reading = reading = LastReading()
        for record in itertools.islice(records, FIRST):
            reading.first.append(record)
            yield record
        for reading.beyond, record in enumerate(records, FIRST + 1):
            yield record
        reading.complete = True

    def head(self, records: list[R], stop: int | None) -> list[R]:
        """Remember that the records before `stop` were read, and return them."""
        complete = stop is None or len(records) < stop
        self.reading = LastReading(records[:FIRST], len(records), complete)
        return records

    def take_over(self, other: Loaded) -> None:
        """Remember what another query for the same records has loaded."""
        self.reading, self.counted = other.reading, other.counted

    @property
    def total(self) -> int | None:
        """The number of all records, if it is known."""
        reading = self.reading
        return reading.count if reading is not None and reading.complete else self.counted
