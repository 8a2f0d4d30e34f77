"""A server for annotations in bulk: the fake one without its socket, and with faults."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from attrs import define, evolve

from label_studio_orm import Annotation, Project, Task
from label_studio_orm.errors import (
    EditionError,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    ServerError,
)
from label_studio_orm.testing import FakeServer
from label_studio_orm.testing.requests import Request
from label_studio_orm.tuning import RetryPolicy
from support.clock import Nap
from support.fake import FakeClient
from support.texts import SENTIMENT

POST_ONE = r"POST /api/tasks/\d+/annotations/"
IMPORT = "POST /api/projects/1/import/predictions"
ACTION = "POST /api/dm/actions/"
VERSIONS = "GET /api/projects/1/model-versions"
REMOVE = "DELETE /api/projects/1/model-versions"
BULK_ROUTE = "/api/annotations/bulk/"
BULK_DELETION = "/api/annotations/bulk-delete/"
COPY, CONVERT = f"{ACTION} propagate_annotations", f"{ACTION} predictions_to_annotations"

LOST = OutcomeUnknown("The connection was lost.")
FAILED = ServerError("It broke.", status=500, detail="It broke.", error_id="f00")
RETRIES = RetryPolicy(tries=3, first_interval=0.1, lost_timeout=5)
ERRORS = {404: NotFound, 500: ServerError, 501: ServerError}


@define
class Fault:
    """What goes wrong with the nth request of a pattern.

    With `done` the server does it all the same: at once, or, if `late`, before a later request.
    """

    pattern: str
    error: BaseException = LOST
    nth: int = 1
    times: int = 1
    done: bool = False
    late: str = ""  # the pattern of the request before which it is done
    twice: bool = False  # it is done at the same time by another request, without an error
    seen: int = 0

    def hits(self, call: str) -> bool:
        if not re.match(self.pattern, call):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


class BulkClient(FakeClient):
    """Sends requests to a fake server without a socket."""

    def __init__(self, server: BulkServer) -> None:
        super().__init__(Task, Project, Annotation)
        self._server = server
        self.answers.clear()
        self._facts.clear()

    def json(self, method: str, path: str, **options: Any) -> Any:
        action = (options.get("params") or {}).get("id", "") if "actions" in path else ""
        return self._server.receive(f"{method} {path} {action}".strip(), method, path, options)


class BulkServer:
    """Keeps one project of tasks; `calls` are the requests that change something."""

    def __init__(self, tasks: int = 30) -> None:
        self.fake = FakeServer()
        self.said: list[str] = []
        self.faults: list[Fault] = []
        self.before: dict[str, Callable[[], object]] = {}
        self.conditions: dict[str, Callable[[], bool]] = {}  # of what is in `before`
        self.webhooks: list[Any] = []
        self.edition, self.release = "Community", "1.23.2"
        self.client = BulkClient(self)
        self.clock = Nap()
        self.clock.on(self.client)
        changes = {"batch_retries": RETRIES, "batch_annotations_turned": 20}
        self.client._tuning = evolve(self.client._tuning, **changes)
        self.send("POST", "/api/projects/", {"title": "Reviews", "label_config": SENTIMENT})
        self.send("POST", "/api/projects/1/import", [{"text": f"t{n}"} for n in range(tasks)])
        self.said.clear()

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Do a request without faults."""
        return self._do(method, path, {"json": body})

    def receive(self, call: str, method: str, path: str, options: Any) -> Any:
        self.said.append(call)
        for pattern in [each for each in self.before if re.match(each, call)]:
            if pattern not in self.conditions or self.conditions[pattern]():
                self.before.pop(pattern)()
        fault = next((each for each in self.faults if each.hits(call)), None)
        if fault is None:
            return self._do(method, path, options)
        if fault.twice:
            return self._at_once(method, path, options)
        if fault.late:
            self.before[fault.late] = lambda: self._do(method, path, options)
        elif fault.done:
            self._do(method, path, options)
        raise fault.error

    def _at_once(self, method: str, path: str, options: Any) -> Any:
        """Do a request twice at the same time: neither sees what the other makes."""
        before = {row["id"] for row in self.annotations}
        answer = self._do(method, path, options)
        for row in [row for row in self.annotations if row["id"] not in before]:
            self.fake._database.add("annotation", {k: v for k, v in row.items() if k != "id"})
        return answer

    def _do(self, method: str, path: str, options: Any) -> Any:
        if path == "/api/webhooks/":
            return self.webhooks
        if path == BULK_ROUTE:
            return self._created_together(options["json"])
        if path == BULK_DELETION:
            return self._deleted_together(options["json"])
        if path == "/api/version":
            return {"release": self.release, "edition": self.edition}
        body = options.get("data") or json.dumps(options.get("json")).encode()
        query = {name: str(value) for name, value in (options.get("params") or {}).items()}
        head = {"Authorization": f"Token {self.fake.api_key}"}
        answer = self.fake._answer(Request(method, path, query, head, body))
        told = json.loads(answer.content) if answer.content else None
        if answer.status >= 400:
            raise self._error(answer.status, told)
        return told

    def _created_together(self, body: Any) -> Any:
        """Answer as Enterprise is said to: no such server was at hand."""
        if self.edition != "Enterprise":
            raise EditionError("Only Enterprise has bulk annotations.", status=404)
        same = {name: body[name] for name in ("result", "parent_annotation")}
        rows = [
            self.send("POST", f"/api/tasks/{task}/annotations/", same) for task in body["tasks"]
        ]
        return [{"id": row["id"]} for row in rows]

    def _deleted_together(self, body: Any) -> Any:
        there = {row["id"] for row in self.annotations} & {*body["ids"]}
        for id in there:
            self.send("DELETE", f"/api/annotations/{id}/")
        return {"deleted_count": len(there)}

    def _error(self, status: int, told: Any) -> LabelStudioError:
        detail = {"detail": str(told["detail"]), "validation_errors": told.get("validation_errors")}
        return ERRORS.get(status, Rejected)(
            f"{told['detail']}", status=status, error_id=told["id"], **detail
        )

    def loses(
        self, pattern: str, nth: int = 1, *, done: bool = False, late: str = "", times: int = 1
    ) -> None:
        """Lose the response to a request, or the request if it is not `done`."""
        self.faults.append(Fault(pattern, nth=nth, done=done, late=late, times=times))

    def twice(self, pattern: str, nth: int = 1) -> Fault:
        """Let two requests make the same at once; one answer is seen."""
        self.faults.append(Fault(pattern, nth=nth, twice=True))
        return self.faults[-1]

    def when(self, pattern: str, condition: Callable[[], bool]) -> None:
        """Do what is to be done before a request only when a condition is met."""
        self.conditions[pattern] = condition

    def refuses(self, pattern: str, error: BaseException, nth: int = 1, times: int = 999) -> None:
        """Answer with an error, for good."""
        self.faults.append(Fault(pattern, error, nth=nth, times=times))

    @property
    def writes(self) -> list[str]:
        return [call for call in self.said if not call.startswith("GET")]

    @property
    def project(self) -> Project:
        return Project(1, client=self.client)

    @property
    def tasks(self) -> list[Task]:
        return [
            Task._from_answer(self.client, {**row, "project": 1})
            for row in self.fake._database.all("task")
        ]

    @property
    def annotations(self) -> list[dict[str, Any]]:
        return self.fake._database.all("annotation")

    @property
    def annotated(self) -> list[int]:
        """The task of each annotation."""
        return sorted(row["task"] for row in self.annotations)

    @property
    def versions(self) -> dict[str, int]:
        versions: dict[str, int] = self.send("GET", "/api/projects/1/model-versions")
        return versions


def distinct(number: int) -> list[dict[str, Any]]:
    """Return a result that differs from all others."""
    region = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
    return [{**region, "id": f"r{number}", "value": {"choices": ["Positive"]}}]
