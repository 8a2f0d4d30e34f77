"""A server that takes predictions, and writes of a batch to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from label_studio_orm import Project, Task
from label_studio_orm.errors import (
    BatchFailed,
    OutcomeUnknown,
)
from label_studio_orm.tuning import RetryPolicy
from support.clock import tuned
from support.tasks import TaskServer
from support.texts import sentiment

RETRIES = RetryPolicy(tries=4, first_interval=0, lost_timeout=0)


LOST = OutcomeUnknown("The connection was lost.")


IMPORT = "POST /api/projects/1/import/predictions"


ONE = "POST /api/predictions/"


ACTIONS = "POST /api/dm/actions/"


GOOD = sentiment("Positive")


class BatchServer(TaskServer):
    """Takes predictions all or none; what is refused or dropped is up to the test.

    One by one, it takes all but those that `refuse_one` refuses.
    """

    def __init__(self, count: int = 5) -> None:
        super().__init__(count)
        tuned(self.client, batch_retries=RETRIES)
        self.posts: list[list[Any]] = []  # the predictions of each request
        self.kept: list[Any] = []
        self.deleted: list[list[int]] = []
        self.refuse: Callable[[list[Any]], Exception | None] = lambda items: None
        self.drop: Callable[[Any], bool] = lambda item: False
        self.refuse_one: Callable[[Any], Exception | None] = lambda item: None
        answers = self.client.answers
        answers[IMPORT] = self.take
        answers[ONE] = self.take_one
        answers[ACTIONS] = self.act
        answers["GET /api/predictions/"] = lambda options: self.kept
        for id in self.rows:
            answers[f"PATCH /api/tasks/{id}/"] = lambda o, id=id: {**self.rows[id], **o["json"]}
            answers[f"POST /api/tasks/{id}/annotations/"] = lambda o, id=id: {
                **o["json"],
                "id": 9,
                "task": id,
            }

    def take(self, options: Any) -> Any:
        items = json.loads(options["data"])
        self.posts.append(items)
        error = self.refuse(items)
        if error:
            return error
        new = [item for item in items if not self.drop(item)]
        for item in new:
            self.keep({"score": None, "model_version": "undefined", **item})
        return {"created": len(new)}

    def take_one(self, options: Any) -> Any:
        item = json.loads(json.dumps(options["json"]))
        return self.refuse_one(item) or self.keep({"score": None, "model_version": "", **item})

    def keep(self, item: Any) -> Any:
        self.kept.append({"id": len(self.kept) + 1, "project": 1, **item})
        self.rows[item["task"]]["total_predictions"] += 1
        return self.kept[-1]

    def act(self, options: Any) -> Any:
        ids = options["json"]["selectedItems"]["included"]
        assert options["params"] == {"id": "delete_tasks", "project": 1}
        self.deleted.append(ids)
        return {"processed_items": len(ids)}

    @property
    def project_record(self) -> Project:
        return Project(1, client=self.client)

    def task(self, id: int) -> Task:
        return self.tasks.get(id)

    @property
    def writes(self) -> list[str]:
        return [said for said in self.client.said if not said.startswith("GET")]


def predict(server: BatchServer, count: int = 5, start: int = 1) -> None:
    for id in range(start, start + count):
        server.task(id).predict(GOOD, score=id / 10)


def failing(project: Project, block: Callable[[], object], error: Any = BatchFailed) -> Any:
    """Run a block in a batch that ends in an error; return both."""
    with pytest.raises(error) as caught, project.batch() as batch:
        block()
    return batch, caught.value


def made(server: BatchServer) -> list[tuple[int, float | None]]:
    return [(item["task"], item["score"]) for item in server.kept]
