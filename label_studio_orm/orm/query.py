"""Lazy, immutable lists of records that are always read to their end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar, overload

from attrs import field, frozen

from ..errors import InvalidInput, MultipleFound, NotFound, check_names
from .cache import Params
from .context import Context
from .record import Record

R = TypeVar("R", bound=Record)

GET_EXAMPLE = "title='…'"


def _is(record: Record, name: str, value: Any) -> bool:
    """Compare as the server does: a record that is referred to may be given by its id."""
    field = record.fields[name]
    return bool(field.dump(getattr(record, name)) == field.dump(value))


class Source(Protocol):
    """Where the rows of a query come from."""

    def rows(self, context: Context, start: int = 0, stop: int | None = None) -> Iterator[Params]:
        """Yield the rows from `start` to before `stop`, each once; to the end if `stop` is None.

        Raises `IncompleteResult` where that cannot be done.
        """

    def count(self, context: Context) -> int:
        """Return the number of rows without reading them."""


@frozen(eq=False, repr=False)
class Query(Generic[R]):
    """All records of a kind: loop over it, index it, count it.

    Nothing is read before that, and each loop reads anew. `len()` costs one small request, and
    `list()` makes that request too: it asks for the length first.
    """

    client: Context
    model: type[R]
    source: Source
    known: Mapping[str, Any] = field(factory=dict)  # what every record here has in common

    def __iter__(self) -> Iterator[R]:
        return map(self._record, self.source.rows(self.client))

    def __len__(self) -> int:
        return self.source.count(self.client)

    def __bool__(self) -> bool:
        return self.first() is not None

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> list[R]: ...

    def __getitem__(self, index: int | slice) -> R | list[R]:
        if isinstance(index, slice):
            return self._slice(index)
        if not isinstance(index, int):
            raise InvalidInput(f"{index!r} is no position. By a field it is get({GET_EXAMPLE}).")
        start = index if index >= 0 else index + len(self)
        found = self._window(start, start + 1) if start >= 0 else []
        if not found:
            raise IndexError(f"There is no [{index}] in {self!r}.")
        return found[0]

    def first(self) -> R | None:
        """Return the first record, or None where there is none."""
        return next(iter(self._window(0, 1)), None)

    def count(self) -> int:
        """Return the number of records; the same as `len()`."""
        return len(self)

    def ids(self) -> list[int]:
        """Return the ids of all records."""
        return [record.id for record in self]

    def get(self, id: int | None = None, **match: Any) -> R:
        """Return the record with this id, without a request, or the only one that matches.

        Raises `NotFound` or `MultipleFound` where not exactly one record has the given fields.
        """
        if isinstance(id, str):
            raise InvalidInput(f"{id!r} is no id. By a field it is get({GET_EXAMPLE}).")
        if id is not None and not match:
            return self.model._of(self.client, id, self.known)
        if id is not None or not match:
            raise InvalidInput(
                f"Which {self.model.kind}? Give its id, or fields as in {GET_EXAMPLE}."
            )
        check_names(match, self.model.fields, of=self.model.__name__)
        return self._only_one(self._matching(match), match)

    def _record(self, row: Params) -> R:
        return self.model._from_answer(self.client, row, known=self.known)

    def _window(self, start: int, stop: int | None) -> list[R]:
        return [self._record(row) for row in self.source.rows(self.client, start, stop)]

    def _slice(self, index: slice) -> list[R]:
        start, stop, step = index.start or 0, index.stop, index.step or 1
        if start < 0 or step < 1 or index.step == 0 or (stop is not None and stop < 0):
            return list(self)[index]  # counted from the end
        return self._window(start, stop)[::step]

    def _matching(self, match: Mapping[str, Any]) -> Iterator[R]:
        for record in self:
            if all(_is(record, name, value) for name, value in match.items()):
                yield record

    def _only_one(self, found: Iterator[R], match: Mapping[str, Any]) -> R:
        what = f"{self.model.kind} with " + ", ".join(f"{k}={v!r}" for k, v in match.items())
        records = list(itertools.islice(found, 2))
        if not records:
            raise NotFound(f"No {what} at {self.client.server}.")
        if len(records) > 1:
            raise MultipleFound(
                f"More than one {what}: {records[0]!r}, {records[1]!r}, perhaps others. "
                "Get it by id."
            )
        return records[0]

    def __repr__(self) -> str:
        parents = "".join(f" of {kind} {id}" for kind, id in self.known.items())
        return f"<{type(self).__name__}: the {self.model.kind}s{parents} at {self.client.server}>"
