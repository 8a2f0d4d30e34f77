"""Tables of annotations and predictions, with a row for each region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from attrs import frozen

from .. import tables
from ..data_manager.annotation_pages import AnnotationPages
from ..data_manager.project_config import config_of
from ..errors import InvalidConfig
from ..orm.query import Query
from ..orm.record import Record
from ..orm.response_shape import shaped
from ..transfer.media.references import last_part, references
from ..transfer.media.shown import Source, sources
from .region_rows import ALWAYS, REGION_COLUMNS, region_row
from .task import data_columns

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

R = TypeVar("R", bound=Record, covariant=True)

LEFT_OUT = ("created_ago", "created_username")  # meant for display
Row = dict[str, Any]


class RegionQuery(Query[R]):
    """Records that consist of regions; as a table, they have a row for each region.

    Columns: the record and its task, then `region` (its id), `control` (from_name), `object`
    (to_name), `type`, `label` (several are joined by ", "), of files the `file_name`, the parts of
    the value under their own names (start, end, text, choices, …; x, y, width and height are in
    percent of the image, x_px, y_px, width_px and height_px in pixels), the data of the task if it
    is asked for, then the record's fields. A record without any region has one row, in which these
    are missing.
    """

    _renamed: ClassVar[Mapping[str, str]] = MappingProxyType({})  # fields with other column names

    def to_dicts(self, *, data: bool = False) -> list[dict[str, Any]]:
        """Return a row for each region; with `data`, with the data of its task."""
        return list(self._rows(data=data))

    def to_pandas(self, *, data: bool = False) -> pandas.DataFrame:
        """Return a pandas DataFrame, one row a region; with `data`, with the data of its task.

        The tasks are read page by page, not one by one. A key of the data that has the name of
        another column becomes `data.<key>`.

        >>> project.annotations.to_pandas(data=True)["data.text"][0]
        'Rarely seen a worse film.'
        """
        return tables.to_pandas(self._columns(data=data))

    def to_polars(self, *, data: bool = False) -> polars.DataFrame:
        """Return a polars DataFrame, one row a region; see `to_pandas()`."""
        return tables.to_polars(self._columns(data=data))

    def to_arrow(self, *, data: bool = False) -> pyarrow.Table:
        """Return an Arrow table, one row a region; see `to_pandas()`."""
        return tables.to_arrow(self._columns(data=data))

    def _columns(self, *, data: bool = False) -> tables.Columns:
        first = [self._model._meta.kind, "task", *self._renamed.values()]
        columns = tables.columns_of(self._rows(data=data), first=[*first, *ALWAYS])
        return tables.ordered(columns, [*first, *REGION_COLUMNS])

    def _rows(self, *, data: bool = False) -> Iterator[Row]:
        files = self._files()
        if data or files:
            yield from self._rows_with_data(files, shown=data)
            return
        for record in self._shown_reading():
            yield from self._rows_of(record, NO_DATA)

    def _rows_with_data(self, files: tuple[Source, ...], *, shown: bool) -> Iterator[Row]:
        records = list(self._shown_reading())
        task_of = self._model.fields["task"].cell
        ids = [shaped(task_of(record._state.params.get("task")), int) for record in records]
        found = cast("AnnotationPages", self._source).task_data(self.client, {*ids})
        for id, record in zip(ids, records, strict=True):
            yield from self._rows_of(record, _Task(found.get(id) or {}, files, shown=shown))

    def _rows_of(self, record: Record, task: _Task) -> Iterator[Row]:
        own = {n: value for n, value in record._row().items() if n not in LEFT_OUT}
        first = {record._meta.kind: own.pop("id"), "task": own.pop("task", None)}
        for name, other in self._renamed.items():
            first[other] = own.pop(name, None)
        regions = shaped(own.pop("result", None) or [{}], [{}])
        own |= {"project": own.pop("project")} if "project" in own else {}  # the same in all
        data = task.columns({*first, *REGION_COLUMNS, *record.fields})
        taken, names = {*first, *own, *data}, task.file_names()
        for region in regions:
            file = names.get((str(region.get("to_name")), str(region.get("item_index") or 0)))
            yield {**first, **region_row(region, taken=taken, file_name=file), **data, **own}

    def _files(self) -> tuple[Source, ...]:
        """Return the tags of the labeling config that show files: images, audio, …"""
        try:
            config = config_of(self.client, self._known["project"])
        except InvalidConfig:
            return ()
        return tuple(each for each in sources(config) if each.is_file)


@frozen
class _Task:
    """The data of a task and the files that it shows, for all of its rows."""

    data: Mapping[str, Any]
    files: tuple[Source, ...]
    shown: bool  # whether the data has columns

    def columns(self, taken: Set[str]) -> Row:
        return data_columns(self.data, taken) if self.shown else {}

    def file_names(self) -> dict[tuple[str, str], str]:
        """Return the names of its files, by the name of the object and the index in a list."""
        found = references({"id": 0, "data": self.data}, self.files)
        return {(each.shown, str(each.item)): last_part(each.url) for each in found}


NO_DATA = _Task({}, (), shown=False)
