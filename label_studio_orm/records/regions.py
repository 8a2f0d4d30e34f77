"""Tables of annotations and predictions, with a row for each region."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from ..orm.query import Query
from ..orm.record import Record
from ..orm.response_shape import shaped
from ..tables import Columns, columns_of

R = TypeVar("R", bound=Record, covariant=True)

LEFT_OUT = ("created_ago", "created_username")  # meant for display
LABELS = ("choices", "labels")  # suffixes of the types whose values are labels


class RegionQuery(Query[R]):
    """Records that consist of regions; as a table, they have a row for each region.

    Columns: the record and its task, then `region` (its id), `control` (from_name), `object`
    (to_name), `type`, `label` (several are joined by ", "), the parts of the value under their own
    names (x, y, width and height in percent, start, end, text, choices, …), then the record's
    fields. A record without any region has one row, in which these are missing.
    """

    _renamed: ClassVar[Mapping[str, str]] = MappingProxyType({})  # fields with other column names

    def _rows(self) -> Iterator[dict[str, Any]]:
        for record in self._shown_reading():
            own = {n: value for n, value in record._row().items() if n not in LEFT_OUT}
            first = {record._meta.kind: own.pop("id"), "task": own.pop("task", None)}
            for name, other in self._renamed.items():
                first[other] = own.pop(name, None)
            for region in own.pop("result", None) or [{}]:
                yield {**first, **region_row(region, taken={*first, *own}), **own}

    def _columns(self) -> Columns:
        first = [self._model._meta.kind, "task", *self._renamed.values()]
        return columns_of(self._rows(), first=[*first, *region_row({}, taken=())])


def region_row(region: Mapping[str, Any], *, taken: Container[str]) -> dict[str, Any]:
    """Return a region as a row; a part whose name is taken becomes value.<name>.

    >>> region_row({"id": "a", "from_name": "s", "to_name": "t", "type": "choices",
    ...             "value": {"choices": ["Good"]}}, taken=())["label"]
    'Good'
    """
    shaped(region, {})
    row = {
        "region": region.get("id"),
        "control": region.get("from_name"),
        "object": region.get("to_name"),
        "type": region.get("type"),
        "label": _label(region),
    }
    ends = {name: region[name] for name in ("from_id", "to_id", "direction") if name in region}
    value = region.get("value")
    parts = value if isinstance(value, Mapping) else {}
    names = {name: f"value.{name}" if name in row or name in taken else name for name in parts}
    return {**row, **ends, **{names[name]: part for name, part in parts.items()}}


def _label(region: Mapping[str, Any]) -> str | None:
    kind, value = str(region.get("type", "")), region.get("value")
    labels = value.get(kind) if isinstance(value, Mapping) and kind.endswith(LABELS) else None
    return ", ".join(map(str, labels)) if isinstance(labels, list) and labels else None
