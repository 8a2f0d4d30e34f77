"""Bulk actions of the Data Manager."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import EditionError, InvalidInput, UnknownName, nearest, note
from ..orm.context import Context
from ..orm.meta import NOTHING
from ..orm.response_shape import Shape, count_of, shaped
from ..progress import progress_bar
from ..text import listed

ACTIONS = "/api/dm/actions/"
ACTION: Shape = [{"id": str, "title": str, "dialog?": dict}]
FORM: Shape = [{"fields": [{"name": str}]}]
TASKS_PER_REQUEST = 1_000  # to delete them takes the server about four seconds
LONG_TIMEOUT = 600.0  # seconds that a request for more tasks may take
# What chooses the tasks: to the server, "view" and "filters" come before the ids.
RESERVED = frozenset({"selectedItems", "filters", "ordering", "view", "id", "project"})


def act(
    context: Context,
    project: int,
    action: str,
    ids: Sequence[int],
    form: Mapping[str, Any] = NOTHING,
    *,
    at_once: int = TASKS_PER_REQUEST,
    timeout: float | None = None,
) -> Iterator[Any]:
    """Send an action for some tasks, `at_once` in a request; yield the answers.

    Nothing is sent without ids: to the server that would mean all tasks.
    """
    if not ids:
        return
    start, params = 0, {"id": action, "project": project}
    if timeout is None and min(at_once, len(ids)) > TASKS_PER_REQUEST:
        timeout = LONG_TIMEOUT
    what = action.replace("_", " ").capitalize()
    try:
        with progress_bar(None, what=what, unit=" tasks", total=len(ids)) as advance:
            for start in range(0, len(ids), at_once):
                some = ids[start : start + at_once]
                body = {**form, "selectedItems": _only(some)}
                yield context.json("POST", ACTIONS, params=params, json=body, timeout=timeout)
                advance(len(some))
    except BaseException as error:
        note(error, _done_before(error, start, len(ids)))
        raise
    finally:
        context._cache.clear()  # annotations, counters and more may have changed


def _done_before(error: BaseException, done: int, total: int) -> str:
    """Return what a failed or interrupted action has done, or ""."""
    interrupted = isinstance(error, KeyboardInterrupt)
    if not done and not interrupted:
        return ""
    more = " The server may still carry out the request that was interrupted." * interrupted
    return f"{done:,} of the {total:,} tasks were done before that.{more}"


def _only(ids: Sequence[int]) -> Mapping[str, Any]:
    return {"all": False, "included": list(ids)}


def delete_tasks(context: Context, project: int, ids: Sequence[int]) -> int:
    """Delete tasks by their ids; return how many there were."""
    return processed(act(context, project, "delete_tasks", ids))


def processed(answers: Iterable[Any]) -> int:
    """Return how many things the answers of an action say were processed."""
    return sum(count_of(answer, "processed_items") for answer in answers)


def accept_predictions(
    context: Context, project: int, ids: Sequence[int], version: str | None
) -> int | None:
    """Turn predictions into annotations; return how many that made, None if nobody knows."""
    form = {} if version is None else {"model_version": version}
    return _created(act(context, project, "predictions_to_annotations", ids, form))


def propagate(context: Context, project: int, ids: Sequence[int], source: int) -> int | None:
    """Copy an annotation to tasks; return how many copies that made, None if nobody knows."""
    form = {"source_annotation_id": source}
    return _created(act(context, project, "propagate_annotations", ids, form))


def _created(answers: Iterable[Any]) -> int | None:
    """Return the sum of the numbers in "Created 12 annotations"; None if there is none in one."""
    details = [str(shaped(answer, {"detail": str})["detail"]) for answer in answers]
    found = [re.search(r"\b\d{1,9}\b", detail) for detail in details]
    return None if None in found else sum(int(each[0]) for each in found if each)


# -- what there is ---------------------------------------------------------------------------------


def read_actions(context: Context, project: int) -> dict[str, Mapping[str, Any]]:
    """Return the actions that the server shows to users, by id."""
    answer = context.json("GET", ACTIONS, params={"project": project})
    return {action["id"]: action for action in shaped(answer, ACTION)}


def options_of(context: Context, project: int, action: str) -> list[str] | None:
    """Return the names of an action's options; None if the server does not tell.

    Raises `EditionError` with the nearest name for an action that the server does not have.
    """
    known = read_actions(context, project)
    form = known[action].get("dialog", {}).get("form", []) if action in known else None
    if form is None:  # made on demand, or of an action that is not shown to users
        form = _read_form(context, project, action, known)
    return form and [field["name"] for part in shaped(form, FORM) for field in part["fields"]]


def _read_form(context: Context, project: int, action: str, known: Iterable[str]) -> Any:
    try:
        return context.json("GET", f"{ACTIONS}{action}/form/", params={"project": project})
    except EditionError as error:
        if error.status == 404:  # servers before 1.21: they refuse an unknown action later
            return None
        error.add(nearest(action, known).strip() or f"There are {listed(sorted(known))}.")
        raise


def check_options(context: Context, project: int, action: str, form: Mapping[str, Any]) -> None:
    """Raise for an action or an option that the server does not have, before it acts."""
    if not isinstance(action, str) or not re.fullmatch(r"\w+", action):
        raise InvalidInput(f"An action must be an id such as 'delete_tasks', not {action!r}.")
    for name in sorted(RESERVED & form.keys()):
        raise InvalidInput(f"{name} must not be an option: an action is for the tasks of a query.")
    known = options_of(context, project, action)
    if known is None:
        return
    for name in sorted(form.keys() - {*known}):
        hint = nearest(name, known) or (f" It has {listed(known)}." if known else " It has none.")
        raise UnknownName(f"The action {action} has no option {name!r} at this server.{hint}")
