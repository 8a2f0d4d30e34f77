"""Normalization of the parts of a task besides its data: nulls, ids, JSON text.

Also collects the keys that the server drops, except bookkeeping (ids, times, counters), of which
every export is full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ...errors import InvalidInput
from ...http.decoding import decoded_or
from ...orm.fields import fraction_problem
from ...text import shown

SAID = ("annotations", "predictions")
ONLY_IDS = MappingProxyType(
    {
        "annotations": "",
        "predictions": ": export with predictions=True, or import with validate=False to omit it",
    }
)
LARGEST_ID = 2**63
NULLABLE = ("score", "model_version")  # null is not the same as missing
TRUTHS = MappingProxyType({"true": True, "false": False})

# What the server keeps (add_tasks, add_annotations, add_predictions of its tasks/serializers.py).
KEPT: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "task": frozenset({"data", "meta", *SAID, "allow_skip", "file_upload_id"}),
        "annotations": frozenset(
            {"result", "completed_by", "ground_truth", "was_cancelled", "lead_time", "id"}
        ),
        "predictions": frozenset({"result", "score", "model_version"}),
    }
)
# What stands beside a result in natural terms, and is gone when that is written.
OURS = frozenset({"relations", "size"})
OF_ALL = frozenset(
    {"id", "project", "task", "state", "created_at", "updated_at", "created_ago", "updated_by"}
)
BOOKKEEPING: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "task": OF_ALL
        | {"inner_id", "file_upload", "storage_filename", "completed_at", "draft_exists"}
        | {"total_annotations", "cancelled_annotations", "total_predictions", "avg_lead_time"}
        | {"comment_count", "unresolved_comment_count", "last_comment_updated_at"}
        | {"comment_authors", "comment_authors_count", "annotators", "annotators_count"}
        | {"annotations_ids", "annotations_results", "predictions_results", "predictions_score"}
        | {"predictions_model_versions", "reviewers", "reviewers_count", "reviewed", "agreement"}
        | {"reviews_accepted", "reviews_rejected", "ground_truth"},
        "annotations": OF_ALL
        | {"import_id", "unique_id", "parent_prediction", "parent_annotation", "last_action"}
        | {"last_created_by", "created_username", "draft_created_at", "bulk_created"}
        | {"result_count", "comment_count", "unresolved_comment_count"},
        "predictions": OF_ALL | {"model", "model_run", "created_username"},
    }
)

QUIET = MappingProxyType({part: KEPT[part] | BOOKKEEPING[part] | OURS for part in KEPT})


def settled(task: dict[str, Any], where: str, *, validate: bool) -> tuple[str, ...]:
    """Normalize the parts of a task in place; return the keys that the server will drop.

    Raises `InvalidInput` for values that the server would fail on (500) or misread.
    """
    for name in ("meta", "allow_skip", "file_upload_id", *SAID):
        if name in task and is_nothing(task[name]):
            del task[name]
    if "meta" in task:
        task["meta"] = _meta(task["meta"], where)
    forgotten = [*_forgotten("task", task)]
    for part in SAID:
        if part in task:
            task[part] = [
                _item(part, each, f"{where}, {part}[{index}]", forgotten, validate)
                for index, each in enumerate(_list(part, task[part], where))
                if not (is_nothing(each) or (not validate and _is_left_out(part, each, forgotten)))
            ]
    return tuple(dict.fromkeys(forgotten))


def is_nothing(value: Any) -> bool:
    """Tell whether a value is missing: None, NaN, NaT or NA."""
    if value is None or isinstance(value, (str, int, list, dict)):
        return value is None
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


def from_json(value: Any) -> Any:
    """Parse JSON text of a list or object, as table columns may have; return other values as is."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        return decoded_or(value, value)
    return value


def _meta(value: Any, where: str) -> Any:
    meta = from_json(value)
    if not isinstance(meta, (Mapping, list)):
        raise InvalidInput(f"{where}: meta must be an object (dict), not {_short(value)}.")
    return meta


def _list(part: str, value: Any, where: str) -> list[Any]:
    said = from_json(value)
    if isinstance(said, Mapping) and "result" in said:
        return [said]
    if hasattr(said, "tolist"):  # an array, as pandas reads lists of a Parquet file
        said = said.tolist()
    if not isinstance(said, (list, tuple)):
        raise InvalidInput(f"{where}: {part} must be a list of objects, not {_short(value)}.")
    return [*said]


def _item(part: str, said: Any, where: str, forgotten: list[str], validate: bool) -> Any:
    """Return an annotation or prediction with its fields in order."""
    said = from_json(said)
    if hasattr(said, "__index__"):
        raise InvalidInput(f"{where} must be an object, not only the id {said}{ONLY_IDS[part]}.")
    if not isinstance(said, Mapping):
        raise InvalidInput(f"{where} must be an object (dict) with a result, not {_short(said)}.")
    item = dict(said)
    forgotten += [f"{part}[].{name}" for name in _forgotten(part, item)]
    if "result" in item:
        result = from_json(item["result"])
        item["result"] = [] if is_nothing(result) or _is_empty(result) else result
    for name, settle in FIELDS[part].items():
        if name in item:
            _settle(item, name, settle, where)
    if validate and part == "predictions":
        problem = fraction_problem(item.get("score"))
        if problem:
            raise InvalidInput(f"{where}: score {problem}.")
    return item


def _is_left_out(part: str, said: Any, forgotten: list[str]) -> bool:
    """Leave out what is only an id, where nothing is checked; and tell."""
    if not hasattr(said, "__index__"):
        return False
    forgotten.append(part)
    return True


def _settle(item: dict[str, Any], name: str, settle: Callable[[Any], Any], where: str) -> None:
    """Put one field in order; what is missing goes away, so that the server's default holds."""
    value = item.pop(name)
    if is_nothing(value):
        if name in NULLABLE:
            item[name] = None
        return
    try:
        item[name] = settle(value)
    except (ValueError, TypeError, OverflowError):
        what = WHAT[name]
        raise InvalidInput(f"{where}: {name} must be {what}, not {_short(value)}.") from None


def _forgotten(part: str, item: Mapping[str, Any]) -> Iterator[str]:
    for name in item.keys() - QUIET[part]:
        if not is_nothing(item[name]) and not _is_empty(item[name]):
            yield str(name)


def _is_empty(value: Any) -> bool:
    """Tell whether nothing is lost with a value: "", [], {}, 0, False."""
    try:
        return not value
    except (ValueError, TypeError):  # an array of several values
        return False


# -- fields ----------------------------------------------------------------------------------------


def _annotator(value: Any) -> Any:
    """Return what the server finds a user by: an id, or {"email": …}."""
    if type(value) is int:
        return value
    given = from_json(value)
    if isinstance(given, Mapping):
        email, given = given.get("email"), given.get("id")
        if email:
            return {"email": str(email)}
    if isinstance(given, str) and "@" in given:
        return {"email": given.strip()}
    return _id(getattr(given, "id", given))


def _id(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise ValueError(value)
    return int(value)


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        value = TRUTHS.get(value.strip().lower(), value)
    if value not in (0, 1):
        raise ValueError(value)
    return bool(value)


def _number(value: Any) -> float:
    """Return a number, also of a numeric text, as the server takes it."""
    if isinstance(value, bool):
        raise TypeError(value)
    return value if type(value) in (int, float) else float(value)


def _import_id(value: Any) -> int | None:
    """Return the id that an annotation had elsewhere, if it is one that the server can note."""
    try:
        id = _id(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return id if abs(id) < LARGEST_ID else None


def _version(value: Any) -> Any:
    if isinstance(value, (Mapping, list, tuple)):
        raise TypeError(value)
    return value


FIELDS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "annotations": {
            "completed_by": _annotator,
            "ground_truth": _truth,
            "was_cancelled": _truth,
            "lead_time": _number,
            "id": _import_id,
        },
        "predictions": {"score": _number, "model_version": _version},
    }
)
WHAT = MappingProxyType(
    {
        "completed_by": "a user id, an e-mail address, or an object with one of them",
        "ground_truth": "true or false",
        "was_cancelled": "true or false",
        "lead_time": "a number of seconds",
        "score": "between 0 and 1",
        "model_version": "a text",
    }
)


def _short(value: Any) -> str:
    return shown(repr(value), 60)
