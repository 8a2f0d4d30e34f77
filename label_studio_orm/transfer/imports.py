"""Import: rows → checked tasks → chunks → POST → ids, or a job to wait for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ..errors import InvalidInput, LabelStudioError, Rejected, nearest
from ..http.body import to_json
from ..orm.job import Job, checked_timeout
from ..progress import Progress, progress_bar
from .result import ImportResult
from .sources import Source, open_source

if TYPE_CHECKING:
    from ..records.project import Project

CHUNK_TASKS = 1_000  # about two seconds of the server's time
CHUNK_BYTES = 10_000_000
MOST_BYTES = 200_000_000  # what the server takes in one request

PARTS = ("data", "annotations", "predictions", "meta")
LINE_KEY = "text"  # what a line of a .txt file is called, unless the config names it
# What the server drops, without a word, from tasks that it preannotates.
DROPPED_BY_PREANNOTATION = ("annotations", "predictions", "meta")


@frozen
class Chunk:
    """Some tasks that go in one request, and where each came from."""

    bodies: list[bytes] = field(factory=list)
    places: list[str] = field(factory=list)

    def body(self) -> bytes:
        return b"[" + b",".join(self.bodies) + b"]"


def import_tasks(
    project: Project,
    given: Any,
    *,
    preannotated_from_fields: Sequence[str],
    timeout: float,
    progress: Progress,
) -> ImportResult:
    """Send all tasks in chunks, one after the other."""
    fields = _checked_fields(preannotated_from_fields, project)
    checked_timeout(timeout)
    source = open_source(given)
    tasks = _tasks(source, fields, project)
    total = _check_all(source, tasks) if source.repeatable else None
    result = ImportResult()
    with progress_bar(progress, what="Importing", unit=" tasks", total=total) as advance:
        try:
            for chunk in _chunks(tasks()):
                result = result.plus(_send(project, chunk, fields, timeout))
                advance(len(chunk.bodies))
        except BaseException as error:  # an interruption, or an error in the user's generator
            error.imported = result  # type: ignore[attr-defined]
            if isinstance(error, LabelStudioError) and result.created:
                error.add(f"{result.created} tasks were imported before that: see error.imported.")
            raise
        finally:
            project._forget()
    return result


def _checked_fields(fields: Sequence[str], project: Project) -> Sequence[str]:
    """Return the fields to preannotate from, of which each must be a control of the config."""
    if isinstance(fields, str):
        raise InvalidInput(f"preannotated_from_fields is a list of names: [{fields!r}].")
    fields = tuple(fields)
    for name in fields:
        if name not in project.parsed_label_config:
            hint = nearest(name, project.parsed_label_config)
            raise InvalidInput(f"The labeling config has no control named {name!r}.{hint}")
        if any(separator in name for separator in ",;|"):
            raise InvalidInput(f"Cannot preannotate from {name!r}: it has one of , ; | in it.")
    return fields


# -- rows to tasks -------------------------------------------------------------------------------


def _tasks(
    source: Source, fields: Sequence[str], project: Project
) -> Callable[[], Iterator[tuple[str, bytes]]]:
    """Return a function that reads the source and yields checked tasks as JSON."""
    is_text = source.file and source.file.suffix.lower() == ".txt"
    key = _line_key(project) if is_text else ""
    task_fields = project.client.model("task").fields.values()
    known = {*PARTS, *(field.wire for field in task_fields)}

    def encoded() -> Iterator[tuple[str, bytes]]:
        for where, row in source.rows():
            task = _task({key: row} if key else row, where)
            _check_names(task, known, where)
            _check_preannotation(task, fields, where)
            yield where, _encode(task, where)

    return encoded


def _task(row: Any, where: str) -> dict[str, Any]:
    """Make a task of a row: a dict with "data" in it is one, any other dict is the data."""
    if not isinstance(row, Mapping):
        raise InvalidInput(f"{where} is a {type(row).__name__}, not an object (dict).")
    return dict(row) if isinstance(row.get("data"), Mapping) else {"data": dict(row)}


def _check_names(task: Mapping[str, Any], known: set[str], where: str) -> None:
    """Refuse a mistyped part of a task, which the server ignores; look at each name once."""
    for name in task.keys() - known:
        hint = nearest(str(name), PARTS)
        if hint:
            raise InvalidInput(f"{where} has {name!r}.{hint}")
        known.add(name)


def _check_preannotation(task: Mapping[str, Any], fields: Sequence[str], where: str) -> None:
    if not fields:
        return
    for name in fields:
        if name not in task["data"]:
            hint = nearest(name, task["data"])
            raise InvalidInput(f"{where} has no {name!r} to preannotate from.{hint}")
    for name in DROPPED_BY_PREANNOTATION:
        if task.get(name):
            raise InvalidInput(
                f"{where} has {name}, which the server drops where it preannotates: "
                "import such tasks without preannotated_from_fields."
            )


def _encode(task: Mapping[str, Any], where: str) -> bytes:
    try:
        body = to_json(task)
    except InvalidInput as error:
        raise InvalidInput(f"{where}: {error}") from None
    if len(body) > MOST_BYTES:
        raise InvalidInput(f"{where} has {len(body):,} bytes; {MOST_BYTES:,} are allowed.")
    return body


def _check_all(source: Source, tasks: Callable[[], Iterator[Any]]) -> int:
    """Read the source to its end once, so that what is wrong is found before anything is sent."""
    total = sum(1 for _ in tasks())
    if not total and source.file:
        raise InvalidInput(f"{source.file} is empty: there are no tasks in it.")
    return total


def _line_key(project: Project) -> str:
    """Return the variable of the labeling config, if it has just one: $review → review."""
    controls = project.parsed_label_config.values()
    used = {item.get("value") for control in controls for item in control.get("inputs", ())}
    return str(used.pop()) if len(used) == 1 else LINE_KEY


# -- tasks to requests -----------------------------------------------------------------------------


def _chunks(tasks: Iterable[tuple[str, bytes]]) -> Iterator[Chunk]:
    chunk, size = Chunk(), 0
    for where, body in tasks:
        if chunk.bodies and (len(chunk.bodies) == CHUNK_TASKS or size + len(body) > CHUNK_BYTES):
            yield chunk
            chunk, size = Chunk(), 0
        chunk.bodies.append(body)
        chunk.places.append(where)
        size += len(body)
    if chunk.bodies:
        yield chunk


def _send(
    project: Project, chunk: Chunk, fields: Sequence[str], timeout: float
) -> Mapping[str, Any]:
    """Send a chunk; return the counts and ids, at once or after the server's own job."""
    params = {"return_task_ids": "true"}
    if fields:
        params["preannotated_from_fields"] = ",".join(fields)
    try:
        answer: Mapping[str, Any] = project.client.json(
            "POST",
            f"/api/projects/{project.id}/import",
            params=params,
            data=chunk.body(),
            headers={"Content-Type": "application/json"},
        )
    except Rejected as error:
        _name_the_rows(error, chunk)
        raise
    return _import_job(project, answer["import"]).wait(timeout) if "import" in answer else answer


def _import_job(project: Project, id: int) -> Job[Mapping[str, Any]]:
    """Return the import that a server has put into its queue (all editions but Community)."""
    path = f"/api/projects/{project.id}/imports/{id}/"
    return Job(
        f"Import {id} into project {project.id}",
        look=lambda: project.client.json("GET", path),
        status=lambda state: str(state["status"]),
        reason=lambda state: str(state.get("error") or state.get("traceback") or ""),
    )


def _name_the_rows(error: LabelStudioError, chunk: Chunk) -> None:
    """Put the user's rows in place of the server's items, which count within the request."""

    def place(said: re.Match[str]) -> str:
        number = int(said[1] or said[2])
        return chunk.places[number] if number < len(chunk.places) else said[0]

    error.args = (re.sub(r"Error at item (\d+)|\bTask (\d+)(?=,)", place, error.args[0]),)
