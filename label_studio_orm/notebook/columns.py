"""Columns of tables of records: those that people look for first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..orm.fields import Reference
from ..orm.meta import NOTHING
from ..orm.record import Record
from ..text import shown
from .cells import cell, cut
from .loaded import valid_config
from .markup import Html, joined, tag

if TYPE_CHECKING:
    from ..orm.cache import Params

ANSWERS = frozenset({"choices", "datetime", "number", "rating", "taxonomy", "text"})  # in a result
MOST = 8  # columns
# The first columns after the id, by the kind of the records; others follow while there is room.
FIRST: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "annotation": (
            "task",
            "result",
            "completed_by",
            "was_cancelled",
            "lead_time",
            "created_at",
        ),
        "draft": ("task", "result", "user", "lead_time", "updated_at"),
        "export": ("title", "status", "created_at", "finished_at", "counters"),
        "file": ("name", "size"),
        "member": ("email", "annotations_count", "contributed_projects_count", "created_at"),
        "ml_backend": ("title", "state", "url", "model_version", "interactive", "error_message"),
        "organization": ("title", "created_by", "created_at"),
        "prediction": ("task", "result", "score", "model_version", "created_at"),
        "project": (
            *("title", "task_number", "finished_task_number", "total_annotations_number"),
            *("total_predictions_number", "created_at", "created_by"),
        ),
        "storage": ("title", "type", "status", "last_sync_count", "last_sync"),
        "task": ("total_annotations", "total_predictions", "is_labeled"),
        "user": ("email", "first_name", "last_name", "last_activity", "date_joined"),
        "view": ("title", "filters", "order_by", "columns"),
        "webhook": ("url", "is_active", "events", "send_payload"),
    }
)
# What is shown in another way, or tells nothing.
UNSHOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "member": frozenset({"user"}),
        "project": frozenset({"label_config", "parsed_label_config"}),
        "view": frozenset({"data"}),
    }
)
MOST_OF_DATA = MOST - 1 - len(FIRST["task"])  # columns


def first_columns(kind: str) -> tuple[str, ...]:
    """Return the columns that people look for first, for records of a kind."""
    return FIRST.get("storage" if kind.endswith("_storage") else kind, ())


def values_of(record: Record, cached: Params = NOTHING) -> dict[str, Any]:
    """Return what is loaded of a record, by field names, with the changes that are not saved."""
    state, changes = record._state, record._changes()
    params = {**cached, **state.params, **changes} if cached or changes else state.params
    if params is not state.params:
        record = type(record)._from_answer(record.client, params, known=state.known)
    named = {
        name: _named(params[field.wire])
        for name, field in record.fields.items()
        if isinstance(field, Reference) and field.wire in params
    }
    readable = READABLE.get(record._meta.kind, _nothing)
    row = {**record._row(), **named, **readable(params)}
    unshown = UNSHOWN.get(record._meta.kind, ())
    return {name: value for name, value in row.items() if name not in unshown}


def columns_for(records: Sequence[Record], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the columns to show of some records."""
    if not records:
        return []
    model = records[0]
    common = model._state.known.keys() - {"id"}  # of all: the heading tells it
    loaded = dict.fromkeys(name for row in rows for name in row if name not in common)
    first = ["id", *_data_columns(model, loaded), *first_columns(model._meta.kind)]
    chosen = [name for name in dict.fromkeys(first) if name in loaded]
    if len(chosen) > 2 and len(loaded) > MOST:
        return chosen
    return [*dict.fromkeys([*chosen, *loaded])][:MOST]


def _data_columns(record: Record, loaded: Iterable[str]) -> list[str]:
    """Return the keys of the data of tasks: first those that the config shows."""
    if record._meta.kind != "task":
        return []
    own = [name for name in loaded if name not in record.fields and name not in record._meta.nested]
    shown = [name for name in _shown_keys(record) if name in own]
    return [*dict.fromkeys([*shown, *own])][:MOST_OF_DATA]


def _shown_keys(record: Record) -> list[str]:
    config = valid_config(record.client, record._state.params.get("project"))
    return [] if config is None else [each.key for each in config.variables.values()]


def _named(raw: Any) -> Any:
    """Return what people call a record that came with another one; else its id."""
    if not isinstance(raw, dict):
        return raw
    return next((raw[name] for name in ("email", "title", "id") if raw.get(name)), None)


def value_cell(record: Record, name: str, value: Any) -> object:
    """Return what a cell shows of a field."""
    if name == "result" and isinstance(value, list):
        return result_cell(value)
    return cell(value, server=record.client.server)


def result_cell(items: list[Any]) -> Html:
    """Return a result in short: what it says, and how many items it has."""
    values = [item.get("value") for item in items if isinstance(item, dict)]
    parts = [pair for value in values if isinstance(value, dict) for pair in value.items()]
    answers = [part for key, part in parts if key in ANSWERS or str(key).endswith("labels")]
    texts = [shown(each, 40) for part in answers for each in _several(part)]
    said = cut(", ".join(dict.fromkeys(texts)), 60)
    count = tag("span", f"({len(items):,})", class_="lso-note lso-nowrap")
    return joined([said, " " if said else "", count])


def _several(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def _nothing(params: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _webhook(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the address of a webhook without its path, which may be a secret."""
    try:
        parts = urlsplit(params["url"])
        return {"url": f"{parts.hostname}/…"}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}


def _view(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filter and the order of a view as text; as conditions, they need requests."""
    data = params.get("data")
    if not isinstance(data, dict):
        return {}
    filters, ordering = data.get("filters"), data.get("ordering")
    items = filters.get("items") if isinstance(filters, dict) else None
    order = (
        str(ordering[0]).replace("tasks:", "") if isinstance(ordering, list) and ordering else ""
    )
    word = f" {filters.get('conjunction', 'and')} " if isinstance(filters, dict) else ""
    return {
        "title": data.get("title"),
        "filters": word.join(map(_condition, items if isinstance(items, list) else ())),
        "order_by": order,
    }


def _condition(item: Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    column = str(item.get("filter")).removeprefix("filter:tasks:")
    return f"{column} {item.get('operator')} {item.get('value')!r}"


READABLE: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = MappingProxyType(
    {"view": _view, "webhook": _webhook}
)
