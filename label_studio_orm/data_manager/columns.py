"""The columns of a project's Data Manager, and what each can be compared by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from numbers import Real
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput, nearest
from ..features import STORAGE_FILENAME, require
from ..orm.context import Context
from ..orm.identity import record_key
from ..orm.response_shape import Shape, shaped
from ..text import listed

# What the server's databases take in no name of a column.
NO_COLUMN = re.compile(r"""[\s'"`;#\[\]]|__|--|/\*|\*/""")
OTHER = "list or object"  # of values of the data that cannot be compared
LARGE = "Number (large)"  # of whole numbers among which some share a float with their neighbours
LIMIT = 2**53  # from here on they do
COLUMNS: Shape = {"columns": [{"id": str, "type": str}]}
SAMPLE = 20  # tasks with a key that are looked at to know what is in the data

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
# The server's names of the operators, plain and turned round.
WIRE: Mapping[tuple[str, bool], str] = MappingProxyType(
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
# Where the server knows fewer operators than the type of the column says.
FEWER: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "annotations_results": frozenset({"==", "contains"}),
        "predictions_results": frozenset({"==", "contains"}),
        "annotations_ids": frozenset({"==", "contains"}),
        "storage_filename": frozenset({"contains"}),  # it has the names of all storages in it
        "file_upload": frozenset({"contains", "null"}),  # it has the folder in it
    }
)
HINT_INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "annotations_results": " For tasks without any: Task.total_annotations == 0.",
        "predictions_results": " For tasks without any: Task.total_predictions == 0.",
        "annotations_ids": " For tasks without any: Task.total_annotations == 0.",
    }
)
# Columns of every edition, for which the server need not be asked. The last five are not shown in
# its Data Manager, and can be filtered all the same.
USUAL: Mapping[str, str] = MappingProxyType(
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
FLOATS = frozenset({"predictions_score", "avg_lead_time"})  # all other numbers are whole
# Null in some tasks. A comparison that is turned round must find these too.
NULLABLE = frozenset(
    {"completed_at", "predictions_score", "avg_lead_time", "last_comment_updated_at"}
    | {"file_upload"}
)
# What the server has of a task in its own row; all else it works out when it is asked.
STORED = frozenset(
    {"id", "inner_id", "total_annotations", "cancelled_annotations", "total_predictions"}
    | {"created_at", "updated_at", "is_labeled", "overlap", "comment_count"}
    | {"unresolved_comment_count", "last_comment_updated_at", "updated_by"}
)
# What is empty unless a task came from a storage of that provider: the server does not list these.
# In their order it joins the names of objects, parted by semicolons, where it compares them.
LINKS = MappingProxyType(
    {
        "s3": "io_storages_s3importstoragelink",
        "gcs": "io_storages_gcsimportstoragelink",
        "azure": "io_storages_azureblobimportstoragelink",
        "localfiles": "io_storages_localfilesimportstoragelink",
        "redis": "io_storages_redisimportstoragelink",
    }
)
# A task comes as often as it has matching annotations or predictions.
REPEATING = frozenset({"annotators", "annotations_ids", "predictions_model_versions"})


def type_of(context: Context, project: int, wire: str) -> str:
    """Return the type of a project's column, or raise `InvalidInput` with the nearest name.

    A key of the data is of type "Data".
    """
    if wire == "storage_filename":
        require(context, STORAGE_FILENAME, project)
    if wire in USUAL:
        return USUAL[wire]
    if wire in LINKS.values():
        return "Number"  # as a text, the server fails where a project has no tasks
    _check_key(wire)
    found = _asked_for(context, project)
    if wire not in found:  # perhaps it came with an import since
        context._cache.replace(record_key(context, "columns", project), None)
        found = _asked_for(context, project)
    if wire not in found:
        raise InvalidInput(_unknown(wire, found, project))
    return str(found[wire])


def _check_key(wire: str) -> None:
    if wire == "data":
        raise InvalidInput(
            "Which key of the data? Task.data['key'] can be filtered and ordered by."
        )
    if wire.startswith("data.") and NO_COLUMN.search(wire):
        raise InvalidInput(
            f"The server cannot filter or order by the key {wire.removeprefix('data.')!r}: keys "
            "with spaces, quotes or '__' in them are no columns to it. Pick the tasks in Python."
        )


def kind_of_data(context: Context, project: int, key: str, *, expected: str = "") -> str:
    """Return the type of a data key in a sample: "Number", `LARGE`, "String", "Boolean", `OTHER`.

    "Number and String" if both occur, "" if there is no value. An unexpected type is sampled again,
    because tasks may have been imported since.
    """
    cache_key = record_key(context, "samples", project)
    known = context._cache.get(cache_key)
    if known is not None and known.get(key) in ("", expected, f"{expected} (large)"):
        return str(known[key])
    stamp = context._cache.stamp()
    values = _sample(context, project, key) or _sample(context, project, key, query=_with(key))
    kinds = {type_of_value(value) or OTHER for value in values}
    if any(map(is_large, values)):
        kinds = {LARGE, *kinds} - {"Number"}
    found = " and ".join(sorted(kinds))
    context._cache.fill(cache_key, {**(known or {}), key: found}, stamp)
    return found


def _sample(context: Context, project: int, key: str, **narrowed: Any) -> list[Any]:
    """Return what some tasks have under a key."""
    options = {"include": "id,data", "resolve_uri": "false", **narrowed}
    params = {"project": project, "page_size": SAMPLE, **options}
    found = shaped(context.json("GET", "/api/tasks/", params=params), {"tasks": [{"data": dict}]})
    return [task["data"].get(key) for task in found["tasks"] if task["data"].get(key) is not None]


def _with(key: str) -> str:
    """Return the query for tasks that have something under a key."""
    there = {"filter": f"filter:tasks:data.{key}", "operator": "empty", "type": "String"}
    return json.dumps({"filters": {"conjunction": "and", "items": [{**there, "value": False}]}})


def type_of_value(value: Any) -> str | None:
    """Return the type by which a value of the data is compared, None if it cannot be."""
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, Real):
        return "Number"
    return "String" if isinstance(value, str) else None


def is_large(value: Any) -> bool:
    """Tell whether a number is too large to compare as a float."""
    return type_of_value(value) == "Number" and bool(abs(value) >= LIMIT)


def _asked_for(context: Context, project: int) -> Mapping[str, Any]:
    """Return the types of a project's columns by their names, remembered for a minute."""
    key = record_key(context, "columns", project)
    found = context._cache.get(key)
    if found is None:
        stamp = context._cache.stamp()
        answer = context.json("GET", "/api/dm/columns/", params={"project": project})
        found = dict(_named(column) for column in shaped(answer, COLUMNS)["columns"])
        context._cache.fill(key, found, stamp)
    return found


def _named(column: Mapping[str, Any]) -> tuple[str, str]:
    if column.get("parent") == "data":
        return f"data.{column['id']}", "Data"
    return column["id"], {"Time": "Number"}.get(column["type"], column["type"])


def _unknown(wire: str, found: Mapping[str, Any], project: int) -> str:
    if wire.startswith("data."):
        key = wire.removeprefix("data.")
        keys = sorted(name.removeprefix("data.") for name in found if name.startswith("data."))
        known = f"There are {listed(keys)}." if keys else "It has no tasks with data yet."
        hint = nearest(key, keys) or f" {known}"
        return f"No task of project {project} has data {key!r}.{hint}"
    return (
        f"The tasks of project {project} cannot be filtered or ordered by {wire!r}."
        f"{nearest(wire, {**found, **USUAL})} "
        "What the server has no column for can be picked in Python: "
        "[task for task in project.tasks if …]."
    )
