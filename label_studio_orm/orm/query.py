"""Lazy, immutable lists of records that are always read to their end."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from attrs import evolve, field, frozen

from .. import tables
from ..display import Displayed
from ..errors import (
    InvalidInput,
    MultipleFound,
    NotFound,
    check_names,
    ending_at_call,
    nearest,
    note,
)
from ..progress import progress_bar
from ..secret import hide
from ..text import plural
from .cache import Params
from .completion import refuse_inspection
from .context import Context
from .expressions import Column, Expression, Order, all_of
from .fields import Field
from .loaded import Gallery, Loaded, Records
from .names import CheckedNames
from .pagination import NumberedPages, Page, Source, WholeList
from .record import Record
from .selection import Selection

if TYPE_CHECKING:
    from typing_extensions import Self

R = TypeVar("R", bound=Record, covariant=True)


@frozen(eq=False, repr=False, slots=False)
class Query(CheckedNames, Displayed, tables.Table, Generic[R]):
    """Records of a kind: loop over them, narrow them down, count them, index them.

    Nothing is read before that, each loop reads anew, and every method that narrows returns
    another query. `len()` costs one small request, where the server picks the records, else it
    reads them all; `list()` asks for the length first.

    >>> query = project.tasks.filter(Task.total_annotations > 0).order_by("-id").limit(10)
    >>> [task.data["text"] for task in query]
    ['Rarely seen a worse film.']
    """

    client: Context
    _model: type[R]
    _source: Source
    _known: Mapping[str, Any] = field(factory=dict)  # what every record here has in common
    _selection: Selection = field(factory=Selection)
    _related: Mapping[str, type[Record]] = field(factory=dict)  # the classes of what it belongs to
    _owner: Record | None = None  # the record whose collection it is, as an object of the user
    _loaded: Loaded = field(init=False, factory=Loaded)

    @classmethod
    def _in(
        cls,
        client: Context,
        model: type[Any],
        known: Mapping[str, Any],
        related: Mapping[str, type[Record]],
    ) -> Self:
        """Return all records of a class that have this in common."""
        return cls(client, model, cls._source_of(model, known), known, related=related)

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        """Return where the rows come from: a list in one answer, unless a subclass knows better."""
        meta = model._meta
        path, filters = meta.list_path or meta.collection, meta.list_filters
        own = {filters.get(n, n): value for n, value in known.items() if f"{{{n}}}" not in path}
        path, params = path.format_map(known), {**meta.list_params, **own}
        if meta.page_size:
            return NumberedPages(path, params, meta.page_size, filters, meta.page_keys)
        return WholeList(path, params, by_id=meta.by_id, filters=filters)

    def _path(self) -> str:
        """Return where a record is created."""
        return self._model._meta.collection.format_map(self._known)

    def _create(self, fields: Mapping[str, Any]) -> R:
        made = self._model._create(self.client, self._path(), fields, also=self._known)
        made._set(_related=self._related)
        return made

    # -- narrowing: nothing is sent ------------------------------------------------------------

    def filter(self, *conditions: Expression, **equal: Any) -> Self:
        """Keep the records that meet all conditions: `Task.id > 7`, or `title="Reviews"`.

        Conditions are combined with `&`, `|` and `~`. A limit counts what is left after all of
        them, wherever it stands.
        """
        return self._select(where=all_of(self._selection.where, *conditions, *self._equal(equal)))

    def exclude(self, *conditions: Expression, **equal: Any) -> Self:
        """Drop the records that meet all conditions."""
        dropped = all_of(*conditions, *self._equal(equal))
        return self if dropped is None else self.filter(~dropped)

    def order_by(self, *columns: Column | Order | str) -> Self:
        """Order by these fields, given by name or as `Task.id`; "-id" or `-Task.id` is downwards.

        Takes the place of an earlier order. Records that have no value there come last.
        """
        return self._select(order=tuple(map(self._order, columns)))

    def limit(self, count: int) -> Self:
        """Take no more than so many records."""
        number = _checked_count(count, "limit")
        return self._select(stop=self._selection.window(0, number)[1])

    def only(self, *fields: Field[Any] | str) -> Self:
        """Load these fields and nothing else; another one is loaded when it is read.

        A table has them as columns in this order. The id is always loaded, and comes first unless
        it has a place here.
        """
        wires = self._wires(fields)
        return self._select(only=wires if "id" in wires else ("id", *wires))

    def including(self, *fields: Field[Any] | str) -> Self:
        """Load these fields too, which are else loaded when they are read."""
        return self._select(including=(*self._selection.including, *self._wires(fields)))

    # -- reading -------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[R]:
        return self._loaded.followed(self._read(self._selection))

    def __len__(self) -> int:
        refuse_inspection(self)
        done, left = self._source.split(self._selection)
        if left.where is not None:
            return sum(1 for _ in self)
        self._loaded.counted = number = self._within(
            self._source.count(self.client, done) if self._selection.stop != 0 else 0
        )
        return number

    def __bool__(self) -> bool:
        return self.exists()

    def __contains__(self, record: object) -> bool:
        if not isinstance(record, Record) or record._meta.kind != self._model._meta.kind:
            return False
        if record.client.server != self.client.server:
            return False
        if self._selection.start or self._selection.stop is not None:
            return any(record == each for each in self)
        return self.filter(self._model.fields["id"] == record.id).exists()

    @overload
    def __getitem__(self, index: int) -> R: ...

    @overload
    def __getitem__(self, index: slice) -> Records[R]: ...

    def __getitem__(self, index: int | slice) -> R | Records[R]:
        if isinstance(index, slice):
            return self._slice(index)
        position = _position(index)
        if position is None:
            raise InvalidInput(
                f"An index must be an integer, not {index!r}. {self._by_a_field(index)}"
            )
        start = position if position >= 0 else position + len(self)
        found = self._window(start, start + 1) if start >= 0 else []
        if not found:
            raise ending_at_call(IndexError(f"There is no [{index}] in {self!r}."))
        return found[0]

    def head(self, count: int = 10) -> Records[R]:
        """Read the first records; a notebook shows them as a table.

        >>> project.tasks.order_by("-id").head(3)[0].data["text"]
        'Rarely seen a worse film.'
        """
        return self[: _checked_count(count, "head")]

    def show(self, count: int = 10) -> Records[R]:
        """Read the first records; a notebook shows them one by one, and draws tasks."""
        found = self[: _checked_count(count, "show")]
        return Gallery(found, title=found.title, total=found.total)

    def first(self) -> R | None:
        """Return the first record, or None where there is none."""
        return next(iter(self._window(0, 1)), None)

    def one(self) -> R:
        """Return the only record; raise `NotFound` or `MultipleFound` unless there is one."""
        return self._only_one(f"{self._model._meta.noun}{self._conditions()}")

    def exists(self) -> bool:
        """Tell whether there is any record."""
        return self._ids_only()._window(0, 1) != []

    def count(self) -> int:
        """Return the number of records; the same as `len()`."""
        return len(self)

    def ids(self) -> list[int]:
        """Return the ids of all records."""
        return [record.id for record in self._ids_only()]

    def get(self, id: int | None = None, **match: Any) -> R:
        """Return the record with this id, without a request, or the only one that matches.

        Raises `NotFound` or `MultipleFound` where not exactly one record has the given fields.
        """
        if isinstance(id, str):
            raise InvalidInput(f"An id must be an integer, not {id!r}. {self._by_a_field(id)}")
        if id is not None and not match:
            record = self._model._lazy(self.client, id, self._known)
            record._related = self._related
            return record
        if id is not None or not match:
            raise InvalidInput(
                f"get() needs a {self._model._meta.noun} id, or fields. {self._by_a_field('…')}"
            )
        what = ", ".join(f"{name}={value!r}" for name, value in match.items())
        return self.filter(**match)._only_one(f"{self._model._meta.noun} with {what}")

    def explain(self) -> str:
        """Describe the requests of a read, and what the client does itself; send nothing."""
        done, left = self._source.split(self._selection)
        lines = [self._source.explain(done)]
        if left.where is not None or left.order:
            picked = [] if left.where is None else [f"where {left.where!r}"]
            picked += [f"by {order!r}" for order in left.order]
            lines.append(f"Then here, from all of them: {', '.join(picked)}.")
        return "\n".join(lines)

    # -- tables: each package is imported when it is asked for ---------------------------------

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each record: what was loaded of it, with records as their ids."""
        return list(self._rows())

    def _columns(self) -> tables.Columns:
        return tables.columns_of(self._rows()) or {"id": []}

    def _rows(self) -> Iterator[dict[str, Any]]:
        """Yield a row for each record, its columns in the order of `only()`."""
        only, meta = self._selection.only, self._model._meta
        constant = {name for name in self._known if only is not None and name not in only}
        by_wire = {field.wire: name for name, field in self._model.fields.items()}
        first = meta.leading if only is None else [by_wire.get(wire, wire) for wire in only]
        for record in self._shown_reading():
            row = record._row(first)
            yield {name: value for name, value in row.items() if name not in constant}

    # -- writing -------------------------------------------------------------------------------

    def update(self, **fields: Any) -> int:
        """Set fields of every record and save what that changes; return the number of records."""
        hide(fields, fields.keys() - {*self._model.writable()})  # perhaps a mistyped secret
        self._model._check_writable(fields)

        def change(record: Record) -> None:
            for name, value in fields.items():
                setattr(record, name, value)
            record.save()

        return self._each("Updating", change, self._to_change(), "updated")

    def delete(self) -> int:
        """Delete every record; return their number."""
        return self._delete_all(list(self._exactly()._ids_only()))

    def _delete_all(self, records: list[Record]) -> int:
        return self._each("Deleting", operator.methodcaller("delete"), records, "deleted")

    def _each(
        self, what: str, change: Callable[[Any], None], records: Iterable[Record], done: str
    ) -> int:
        """Change records one by one; tell in an error or interruption how many were changed."""
        nouns, count = plural(self._model._meta.noun), 0
        total = len(records) if isinstance(records, list) else None
        try:
            with progress_bar(None, what=what, unit=f" {nouns}", total=total) as advance:
                for record in records:
                    change(record)
                    count += 1
                    advance(1)
        except BaseException as error:
            note(error, f"{count:,} of the {nouns} were {done} before that.")
            raise
        return count

    def _shown_reading(self) -> Iterator[R]:
        """Yield all records, with a progress bar."""
        unit, total = f" {plural(self._model._meta.noun)}", self._selection.count
        with progress_bar(None, what="Reading", unit=unit, total=total) as advance:
            for record in self:
                yield record
                advance(1)

    # -- how -----------------------------------------------------------------------------------

    def _parent(self, kind: str) -> Any:
        """Return the record of another kind to which all of these belong."""
        model = self._related.get(kind) or self.client._registry.model(kind)
        return model._lazy(self.client, self._known[kind], {})

    def _to_change(self) -> Iterable[R]:
        """Return the records to change: all of them first, as changing one may move others."""
        return list(self._exactly())

    def _exactly(self) -> Self:
        """Return the same records, each checked exactly against the condition."""
        return self._select(sure=True)

    def _is_whole(self) -> bool:
        """Tell whether nothing was narrowed down: these are all records that there are."""
        chosen = self._selection
        return chosen.where is None and not chosen.start and chosen.stop is None

    def _select(self, **changes: Any) -> Self:
        return evolve(self, selection=evolve(self._selection, **changes))

    def _equal(self, equal: Mapping[str, Any]) -> Iterator[Expression]:
        columns = self._model._columns()
        check_names(equal, columns, of=self._model.__name__)
        return (columns[name] == value for name, value in equal.items())

    def _order(self, given: Column | Order | str) -> Order:
        if isinstance(given, Order):
            return given
        if isinstance(given, Column):
            return Order(given)
        name = str(given).removeprefix("-")
        columns = self._model._columns()
        check_names([name], columns, of=self._model.__name__)
        return Order(columns[name], descending=str(given).startswith("-"))

    def _wires(self, fields: tuple[Field[Any] | str, ...]) -> tuple[str, ...]:
        names = [str(getattr(field, "name", field)) for field in fields]
        known = [*self._model.fields, *self._model._meta.nested]
        for name in names:
            if name not in known:
                raise InvalidInput(f"{self._model.__name__} has no {name!r}.{nearest(name, known)}")
        return tuple(self._model.fields[n].wire if n in self._model.fields else n for n in names)

    def _ids_only(self) -> Self:
        """Return the same records, of which only the id is loaded."""
        return self._select(only=("id",), including=())

    def _read(self, selection: Selection) -> Iterator[R]:
        if selection.stop is not None and selection.stop <= selection.start:
            return iter(())
        refuse_inspection(self)
        done, left = self._source.split(selection)
        pages = self._source.pages(self.client, done)
        counted = pages if left.where is not None else self._counted(pages)
        return left.picked(self._records(counted))

    def _counted(self, pages: Iterator[Page]) -> Iterator[Page]:
        """Yield pages, and remember how many records the server counts."""
        for page in pages:
            if page.total is not None:
                self._loaded.counted = self._within(page.total)
            yield page

    def _within(self, total: int) -> int:
        """Return how many of all records are in the window of this query."""
        stop = self._selection.stop
        return max((total if stop is None else min(total, stop)) - self._selection.start, 0)

    def _records(self, pages: Iterator[Page]) -> Iterator[R]:
        # Ids alone do not show which class to choose.
        choice = self._selection.only != ("id",) and self.client._registry.match_fields(
            self._model._meta.kind
        )
        for page in pages:
            for row in page.take():
                record = self._made(self._model, row, page)
                yield self._chosen(record, row, page) if choice else record

    def _chosen(self, record: Record, row: Params, page: Page) -> R:
        """Return the record as one of the class that was registered for such."""
        better = self.client._registry.model_for(record)
        model = self._model if better is self._model else cast("type[R]", better)
        return self._made(model, row, page)

    def _made(self, model: type[R], row: Params, page: Page) -> R:
        known, related = self._known, self._related
        return model._from_answer(self.client, row, known=known, page=page, related=related)

    def _window(self, start: int, stop: int | None) -> list[R]:
        first, last = self._selection.window(start, stop)
        return list(self._read(evolve(self._selection, start=first, stop=last)))

    def _slice(self, index: slice) -> Records[R]:
        found = self._sliced(index)
        return Records(found, title=self._title(), total=self._loaded.total)

    def _sliced(self, index: slice) -> list[R]:
        start, stop, step = index.start or 0, index.stop, index.step or 1
        if start < 0 or step < 1 or index.step == 0 or (stop is not None and stop < 0):
            return list(self)[index]  # counted from the end
        if start:
            return self._window(start, stop)[::step]
        return self._loaded.head(self._window(0, stop), stop)[::step]

    def _only_one(self, what: str) -> R:
        records = self._window(0, 2)
        if not records:
            raise NotFound(f"No {what} at {self.client.server}.")
        if len(records) > 1:
            raise MultipleFound(
                f"More than one {what}: {records[0]!r}, {records[1]!r}, perhaps others. "
                "Get it by id."
            )
        return records[0]

    def _by_a_field(self, value: Any) -> str:
        """Return how to get a record by something else than its id."""
        name = next((name for name in self._model._meta.leading if name != "id"), "")
        return f"To get one by a field: get({name}={value!r})." if name else ""

    def _conditions(self) -> str:
        return f" where {self._selection.where!r}" if self._selection.where is not None else ""

    def _title(self) -> str:
        """Return what these records are: "tasks of project 1 by -id"."""
        parents = "".join(f" of {kind.replace('_', ' ')} {id}" for kind, id in self._known.items())
        order = ", ".join(map(repr, self._selection.order))
        return (
            f"{plural(self._model._meta.noun)}{parents}{self._conditions()}"
            f"{order and f' by {order}'}{self._selection.described()}"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: the {self._title()} at {self.client.server}>"


def _checked_count(value: Any, name: str) -> int:
    """Return a number of records, or raise `InvalidInput`."""
    number = _position(value)
    if number is None or number < 0:
        raise InvalidInput(f"{name} must be 0 or more records, not {value!r}.")
    return number


def _position(value: Any) -> int | None:
    """Return a whole number, of whichever package, as an int."""
    try:
        return None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        return None
