"""A server that imports tasks, and the ways in which its answer to that can be lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from label_studio_orm import Project
from label_studio_orm.errors import (
    LabelStudioError,
    OutcomeUnknown,
    Rejected,
)
from label_studio_orm.transfer.imports.result import ImportResult
from support.clock import Nap
from support.tasks import Row, TaskServer

Outcome = Callable[["ImportServer", list[Row]], Any]


class ImportServer(TaskServer):
    """Takes tasks; `script` says what becomes of the first requests, in their order.

    `before_request[n]` and `after_request[n]` happen around the n-th request to import.
    """

    def __init__(self, *texts: str, nap: Nap | None = None) -> None:
        super().__init__()
        self.nap = nap or Nap()
        self.nap.on(self.client)
        self.requests: list[list[Row]] = []
        self.script: list[Outcome] = []
        self.otherwise: Outcome = made  # what becomes of all later requests
        self.before_request: dict[int, Callable[[], Any]] = {}
        self.after_request: dict[int, Callable[[], Any]] = {}
        self.on_their_way: list[list[Row]] = []  # requests that are not made yet
        self.patches: list[tuple[int, Row]] = []
        self.deleted: list[int] = []
        self.client.answers["POST /api/projects/1/import"] = self._import
        self.client.answers["POST /api/dm/actions/"] = self._act
        for text in texts:
            self.add(data={"text": text})

    @property
    def record(self) -> Project:
        return Project(1, client=self.client)

    # -- what is there ------------------------------------------------------------------------

    @property
    def texts(self) -> list[Any]:
        return self.column("text")

    def column(self, key: str, ids: Sequence[int] | None = None) -> list[Any]:
        """Return the values of a key of the data: of all tasks, or of some in their order."""
        return [self.rows[id]["data"].get(key) for id in (self.rows if ids is None else ids)]

    @property
    def sent(self) -> list[list[Any]]:
        """The first value of each task's data, request by request."""
        return [[next(iter(task["data"].values())) for task in tasks] for tasks in self.requests]

    def counted(self, options: Mapping[str, Any]) -> Any:
        """Return a project whose config shows nothing, so that rows are the server's to refuse."""
        return {**super().counted(options), "label_config": "<View></View>"}

    # -- what happens -------------------------------------------------------------------------

    def add(self, **fields: Any) -> int:
        made = "2026-01-01T00:00:00Z"
        id = super().add(created_at=made, updated_at=made, **fields)
        self.client.answers[f"PATCH /api/tasks/{id}/"] = lambda options: self._patch(id, options)
        return id

    def make(self, tasks: Sequence[Row]) -> list[int]:
        """Make the tasks of a request, all at once."""
        return [
            self.add(
                data=task["data"],
                meta=task.get("meta") or {},
                total_annotations=len(task.get("annotations") or ()),
                total_predictions=len(task.get("predictions") or ()),
            )
            for task in tasks
        ]

    def arrive(self) -> None:
        """Make the oldest of the requests that are on their way."""
        self.make(self.on_their_way.pop(0))

    def annotate(self, id: int) -> None:
        self.rows[id]["total_annotations"] += 1
        self.rows[id]["updated_at"] = "2026-01-01T00:01:00Z"

    def _import(self, options: Mapping[str, Any]) -> Any:
        tasks = json.loads(options["data"])
        self.requests.append(tasks)
        number = len(self.requests)
        self.before_request.pop(number, lambda: None)()
        outcome = self.script.pop(0) if self.script else self.otherwise
        answer = outcome(self, tasks)
        self.after_request.pop(number, lambda: None)()
        return answer

    def _act(self, options: Mapping[str, Any]) -> Any:
        assert options["params"] == {"id": "delete_tasks", "project": 1}
        chosen = options["json"]["selectedItems"]
        assert chosen["all"] is False
        assert chosen["included"]
        gone = [id for id in chosen["included"] if id in self.rows]
        self.remove(*gone)
        self.deleted += gone
        return {"processed_items": len(gone)}

    def _patch(self, id: int, options: Mapping[str, Any]) -> Any:
        if id not in self.rows:
            return self.one(id)
        self.patches.append((id, options["json"]))
        self.rows[id].update(options["json"])
        return dict(self.rows[id])


# -- outcomes --------------------------------------------------------------------------------------


def made(server: ImportServer, tasks: list[Row]) -> Any:
    ids = server.make(tasks)
    counts = {
        f"{what}_count": sum(len(task.get(f"{what}s") or ()) for task in tasks)
        for what in ("annotation", "prediction")
    }
    return {"task_count": len(ids), "task_ids": ids, **counts}


def unknown() -> OutcomeUnknown:
    return OutcomeUnknown("POST was sent, but no answer came back: made or not.")


def lost(server: ImportServer, tasks: list[Row]) -> Any:
    """Lose the request itself."""
    return unknown()


def made_and_lost(server: ImportServer, tasks: list[Row]) -> Any:
    """Lose the answer."""
    server.make(tasks)
    return unknown()


def late(server: ImportServer, tasks: list[Row]) -> Any:
    """Lose the answer; the tasks are there when `arrive` is called."""
    server.on_their_way.append(tasks)
    return unknown()


def after_failing(error: Callable[[], Exception]) -> Outcome:
    return lambda server, tasks: error()


def after_making(error: Callable[[], Exception]) -> Outcome:
    return lambda server, tasks: [server.make(tasks), error()][1]


def interrupted(server: ImportServer, tasks: list[Row]) -> Any:
    raise KeyboardInterrupt


def too_large(server: ImportServer, tasks: list[Row]) -> Any:
    return Rejected("POST → 413: Request Entity Too Large", status=413)


def at_most(count: int) -> Outcome:
    """Take requests of so many tasks; more are too large."""
    return lambda server, tasks: (made if len(tasks) <= count else too_large)(server, tasks)


def refusing(is_bad: Callable[[Row], bool], *, naming: bool = True) -> Outcome:
    """Refuse a request with bad rows in it, as Label Studio does: each is named and quoted."""

    def outcome(server: ImportServer, tasks: list[Row]) -> Any:
        said = [
            f'Error  at item {number}: "text" key is expected in task data :: {task}'
            for number, task in enumerate(tasks)
            if is_bad(task["data"])
        ]
        if not said:
            return made(server, tasks)
        if not naming:
            return Rejected("POST → 400: Something is wrong.", status=400)
        problems = {"non_field_errors": said}
        text = "; ".join(said)
        return Rejected(f"POST → 400: {text}", status=400, validation_errors=problems)

    return outcome


Importing = Callable[..., ImportResult]


def texts(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"text": name} for name in names]


def keyed(*ids: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"id": id, **more} for id in ids]


def failing(kind: type[LabelStudioError], status: int | None = None) -> Callable[[], Exception]:
    return lambda: kind(f"It failed with {status}.", status=status)


def is_bad(data: Any) -> bool:
    return "text" not in data
