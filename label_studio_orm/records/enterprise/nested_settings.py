"""Settings of a project that are objects: their keys with types, and the check of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict, get_type_hints, is_typeddict

from ...errors import nearest
from ...orm.fields import Converter
from ...orm.typed import typed

Rejection = Literal["remove", "requeue", "redistribute"]
SERVER_KEYS = ("id", "project")  # which the server adds


class ReviewSettings(TypedDict, total=False):
    """How annotations are reviewed. Percentages are decimal texts: "50.00"."""

    review_criteria: Literal["all", "one"]  # how many annotations of a task must be reviewed
    sampling: Literal["task_id", "random", "by_annotator"]  # the order of tasks
    annotator_batch_percent: str | None  # of an annotator's work, before that of another
    review_task_limit_percent: str | None
    only_finished_tasks: bool
    review_only_manual_assignments: bool
    allowed_reject_actions: list[Rejection]
    default_reject_action: Rejection | None  # the one without a menu
    requeue_rejected_tasks_mode: Literal["requeue", "remove", "flexible"]  # deprecated
    requeue_rejected_tasks_to_annotator: bool  # deprecated, by allowed_reject_actions
    require_comment_on_reject: bool
    instruction: str | None
    show_instruction: bool  # before reviewing
    anonymize_annotations: bool
    show_agreement_to_reviewers: bool
    show_data_manager_to_reviewers: bool
    show_unused_data_columns_to_reviewers: bool


class AssignmentSettings(TypedDict, total=False):
    """How annotators get tasks."""

    label_stream_task_distribution: Literal["auto_distribution", "assigned_only"]


class Columns(TypedDict, total=False):
    """The columns of a table: ids in their order, and which each role sees."""

    order: list[str]
    visible: dict[str, list[str]]


class ColumnDefaults(TypedDict, total=False):
    """The columns of the Data Manager, and of the list beside the editor."""

    explore: Columns
    labeling: Columns


def object_of(kind: type, *, optional: bool = False) -> Callable[[Any], str | None]:
    """Make a check of an object of settings: its keys, and the types of their values."""

    def check(value: Any) -> str | None:
        if optional and value is None:
            return None
        problem = _problem(kind, value)
        return problem and problem.lstrip()

    return check


def _problem(kind: Any, value: Any) -> str | None:
    if is_typeddict(kind):
        return _problem_of_keys(kind, value)
    known = typed(kind)
    try:
        _ = known and known.dump(value)
    except ValueError:
        return f" must be {known and known.what}, not {value!r}"
    return None


def _problem_of_keys(kind: type, value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return f" must be an object (dict), not {value!r}"
    keys = {**get_type_hints(kind), **dict.fromkeys(SERVER_KEYS, object)}
    for key, each in value.items():
        if key not in keys:
            guess = nearest(str(key), keys)
            hint = f" ({guess[1].lower()}{guess[2:]})" if guess else ""
            return f" must not have the key {key!r}{hint}"
        problem = _problem(keys[key], each)
        if problem:
            return f"[{key!r}]{problem}"
    return None


def _without_server_keys(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {key: each for key, each in value.items() if key not in SERVER_KEYS}


SETTINGS = Converter(dump=_without_server_keys)
