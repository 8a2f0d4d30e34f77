"""Columns of a project's Data Manager: their types and operators."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from numbers import Real
from types import MappingProxyType, NoneType
from typing import Any

from ..errors import InvalidInput, nearest
from ..features import STORAGE_FILENAME, require
from ..orm.context import Context
from ..orm.identity import record_key
from ..orm.response_shape import Shape, shaped
from ..text import listed

# Parts of a key that the server's databases do not accept in the name of a column.
UNFILTERABLE_KEY = re.compile(r"""[\s'"`;#\[\]]|__|--|/\*|\*/""")
OTHER = "list or object"  # type of values that cannot be compared
LARGE = "Number (large)"  # type of integers that are not exact as floats
FLOAT_LIMIT = 2**53  # from here on, integers are not exact as floats
COLUMNS: Shape = {"columns": [{"id": str, "type": str, "visibility_defaults?": (dict, NoneType)}]}
SAMPLE_SIZE = 20  # tasks with a key that are looked at to know what is in the data

COMPARISONS = frozenset({"==", "<", "<=", ">", ">=", "between", "null"})
TEXT = frozenset({"==", "in", "contains", "regex", "null"})

# By the types of https://labelstud.io/guide/manage_data, as the server's filters take them.
OPERATORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "Number": COMPARISONS | {"in"},
        "Datetime": COMPARISONS,
        "String": TEXT,
        "Boolean": frozenset({"==", "null"}),
        "List": frozenset({"contains", "null"}),
        "Data": TEXT | COMPARISONS,  # a key of the data can hold any of these
    }
)
# The server's names of the operators, plain and negated.
WIRE_OPERATORS: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        ("==", False): "equal",
        ("==", True): "not_equal",
        ("<", False): "less",
        ("<=", False): "less_or_equal",
        (">", False): "greater",
        (">=", False): "greater_or_equal",
        ("between", False): "in",
        ("between", True): "not_in",
        ("in", False): "in_list",
        ("in", True): "not_in_list",
        ("contains", False): "contains",
        ("contains", True): "not_contains",
        ("regex", False): "regex",
        ("null", False): "empty",
        ("null", True): "empty",
    }
)
# Columns for which the server has fewer operators than for others of their type.
COLUMN_OPERATORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "annotations_results": frozenset({"==", "contains"}),
        "predictions_results": frozenset({"==", "contains"}),
        "annotations_ids": frozenset({"==", "contains"}),
        "storage_filename": frozenset({"contains"}),  # it includes the names of all storages
        "file_upload": frozenset({"contains", "null"}),  # it includes the folder
    }
)
HINT_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "annotations_results": " For tasks without any: Task.total_annotations == 0.",
        "predictions_results": " For tasks without any: Task.total_predictions == 0.",
        "annotations_ids": " For tasks without any: Task.total_annotations == 0.",
    }
)
# The types of the columns that every edition has, known without a request. The last five are not
# shown in the Data Manager, but can be filtered.
COLUMN_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "id": "Number",
        "inner_id": "Number",
        "total_annotations": "Number",
        "cancelled_annotations": "Number",
        "total_predictions": "Number",
        "predictions_score": "Number",
        "avg_lead_time": "Number",
        "completed_at": "Datetime",
        "created_at": "Datetime",
        "updated_at": "Datetime",
        "annotators": "List",
        "updated_by": "List",
        "predictions_model_versions": "List",
        "annotations_results": "String",
        "annotations_ids": "String",
        "predictions_results": "String",
        "file_upload": "String",
        "storage_filename": "String",
        "draft_exists": "Boolean",
        "is_labeled": "Boolean",
        "overlap": "Number",
        "comment_count": "Number",
        "unresolved_comment_count": "Number",
        "last_comment_updated_at": "Datetime",
    }
)
FLOAT_COLUMNS = frozenset({"predictions_score", "avg_lead_time"})  # all other numbers are whole
# Columns that are null in some tasks. A negated comparison must match these too.
NULLABLE_COLUMNS = frozenset(
    {"completed_at", "predictions_score", "avg_lead_time", "last_comment_updated_at"}
    | {"file_upload"}
)
# Columns of the task's own row; the server computes the others at each request.
STORED_COLUMNS = frozenset(
    {"id", "inner_id", "total_annotations", "cancelled_annotations", "total_predictions"}
    | {"created_at", "updated_at", "is_labeled", "overlap", "comment_count"}
    | {"unresolved_comment_count", "last_comment_updated_at", "updated_by"}
)
# Columns that are null unless a task comes from a storage of that provider. The server does not
# list them. To compare names of objects, it joins them in this order, separated by semicolons.
STORAGE_LINKS = MappingProxyType(
    {
        "s3": "io_storages_s3importstoragelink",
        "gcs": "io_storages_gcsimportstoragelink",
        "azure": "io_storages_azureblobimportstoragelink",
        "localfiles": "io_storages_localfilesimportstoragelink",
        "redis": "io_storages_redisimportstoragelink",
    }
)
# Columns for which the server repeats a task for each matching annotation or prediction.
REPEATING_COLUMNS = frozenset({"annotators", "annotations_ids", "predictions_model_versions"})


def type_of(context: Context, project: int, wire: str) -> str:
    """Return the type of a project's column, or raise `InvalidInput` with the nearest name.

    A key of the data is of type "Data".
    """
    if wire == "storage_filename":
        require(context, STORAGE_FILENAME, project)
    if wire in COLUMN_TYPES:
        return COLUMN_TYPES[wire]
    if wire in STORAGE_LINKS.values():
        return "Number"  # with "String", the server fails in a project without tasks
    _check_key(wire)
    columns = read_columns(context, project)
    if wire not in columns:  # a later import may have added it
        columns = read_columns(context, project, anew=True)
    if wire not in columns:
        raise InvalidInput(_unknown_column(wire, columns, project))
    kind = str(columns[wire]["type"])
    return "Data" if wire.startswith("data.") else {"Time": "Number"}.get(kind, kind)


def _check_key(wire: str) -> None:
    if wire == "data":
        raise InvalidInput(
            "Task.data must be filtered and ordered by one of its keys: Task.data['key']."
        )
    if wire.startswith("data.") and UNFILTERABLE_KEY.search(wire):
        raise InvalidInput(
            "A key to filter or order by must not contain spaces, quotes or '__', as "
            f"{wire.removeprefix('data.')!r} does: the server has no such columns. Select the "
            "tasks in Python."
        )


def sampled_type(context: Context, project: int, key: str, *, expected: str = "") -> str:
    """Return the type of a data key in a sample: "Number", `LARGE`, "String", "Boolean", `OTHER`.

    "Number and String" if both occur, "" if there is no value. An unexpected type is sampled again,
    because tasks may have been imported since.
    """
    cache_key = record_key(context, "samples", project)
    known = context._cache.get(cache_key)
    if known is not None and known.get(key) in ("", expected, f"{expected} (large)"):
        return str(known[key])
    stamp = context._cache.stamp()
    values = _sample(context, project, key) or _sample(
        context, project, key, query=_having_key(key)
    )
    kinds = {type_of_value(value) or OTHER for value in values}
    if any(map(is_large, values)):
        kinds = {LARGE, *kinds} - {"Number"}
    found = " and ".join(sorted(kinds))
    context._cache.fill(cache_key, {**(known or {}), key: found}, stamp)
    return found


def _sample(context: Context, project: int, key: str, **narrowed: Any) -> list[Any]:
    """Return the values of a key in some tasks."""
    options = {"include": "id,data", "resolve_uri": "false", **narrowed}
    params = {"project": project, "page_size": SAMPLE_SIZE, **options}
    page = shaped(context.json("GET", "/api/tasks/", params=params), {"tasks": [{"data": dict}]})
    return [task["data"].get(key) for task in page["tasks"] if task["data"].get(key) is not None]


def _having_key(key: str) -> str:
    """Return the query for tasks with a value under a key."""
    item = {"filter": f"filter:tasks:data.{key}", "operator": "empty", "type": "String"}
    return json.dumps({"filters": {"conjunction": "and", "items": [{**item, "value": False}]}})


def type_of_value(value: Any) -> str | None:
    """Return the type for comparisons of a value in the data, None if it cannot be compared."""
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, Real):
        return "Number"
    return "String" if isinstance(value, str) else None


def is_large(value: Any) -> bool:
    """Tell whether a number is too large to compare as a float."""
    return type_of_value(value) == "Number" and bool(abs(value) >= FLOAT_LIMIT)


def read_columns(
    context: Context, project: int, *, anew: bool = False
) -> Mapping[str, Mapping[str, Any]]:
    """Return a project's columns by their names, cached for a minute; read again with `anew`."""
    key = record_key(context, "columns", project)
    if anew:
        context._cache.replace(key, None)
    columns = context._cache.get(key)
    if columns is None:
        stamp = context._cache.stamp()
        answer = context.json("GET", "/api/dm/columns/", params={"project": project})
        columns = {_wire_of(column): column for column in shaped(answer, COLUMNS)["columns"]}
        context._cache.fill(key, columns, stamp)
    return columns


def _wire_of(column: Mapping[str, Any]) -> str:
    return f"data.{column['id']}" if column.get("parent") == "data" else str(column["id"])


def _unknown_column(wire: str, columns: Mapping[str, Any], project: int) -> str:
    if wire.startswith("data."):
        key = wire.removeprefix("data.")
        keys = sorted(name.removeprefix("data.") for name in columns if name.startswith("data."))
        known = f"There are {listed(keys)}." if keys else "It has no tasks with data yet."
        hint = nearest(key, keys) or f" {known}"
        return f"No task of project {project} has data {key!r}.{hint}"
    return (
        f"The server has no column {wire!r} to filter or order the tasks of project {project} by."
        f"{nearest(wire, {**columns, **COLUMN_TYPES})} "
        "Without a column, select the tasks in Python: [task for task in project.tasks if …]."
    )
