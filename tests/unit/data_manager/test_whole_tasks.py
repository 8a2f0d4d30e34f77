"""Tasks with every column: what the server builds slowly is read only where there is any."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from support.fake import FakeClient

from label_studio_orm import Project, Task
from label_studio_orm.data_manager.whole_tasks import whole_tasks
from label_studio_orm.orm.selection import Selection

EMPTY = {"total_predictions": 0, "draft_exists": False, "comment_count": 0}
PREDICTION = {"id": 9, "task": 2, "score": 0.5}
DRAFT = {"id": 4, "result": []}
PLAIN = {"id": 1, **EMPTY}
PREDICTED = {"id": 2, **EMPTY, "total_predictions": 1}
DRAFTED = {"id": 3, **EMPTY, "draft_exists": True}


class Server:
    """Sends tasks, and notes which columns of which tasks were read apart."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows, self.apart = rows, list[tuple[str, list[int]]]()
        self.client: Any = FakeClient(Task, Project)
        self.client.answers["GET /api/tasks/"] = self._page
        self.client.answers["GET /api/predictions/"] = [PREDICTION]

    def read(self, selection: Selection | None = None) -> list[Mapping[str, Any]]:
        return list(whole_tasks(self.client, 1, selection or Selection()))

    def _page(self, options: Mapping[str, Any]) -> Any:
        params = options["params"]
        if params.get("fields") == "all" and "include" not in params:
            return {"tasks": list(self.rows), "total": len(self.rows)}
        [column] = {"predictions", "drafts"} & {*params["include"].split(",")}
        filters = json.loads(params["query"])["filters"]["items"]
        ids = [row["id"] for row in self.rows if str(row["id"]) in json.dumps(filters)]
        self.apart.append((column, ids))
        values = {"predictions": [PREDICTION], "drafts": [DRAFT]}
        return {"tasks": [{"id": id, column: values[column]} for id in ids], "total": len(ids)}


def test_empty_columns_are_not_read() -> None:
    server = Server(PLAIN)
    assert server.read() == [{**PLAIN, "predictions": [], "drafts": [], "comment_authors": []}]
    assert server.client.said == ["GET /api/tasks/"]


def test_drafts_are_read_for_the_tasks_that_have_any() -> None:
    server = Server(PLAIN, DRAFTED)
    assert [task["drafts"] for task in server.read()] == [[], [DRAFT]]
    assert server.apart == [("drafts", [3])]


def test_the_predictions_of_a_whole_project_are_one_list() -> None:
    server = Server(PLAIN, PREDICTED)
    assert [task["predictions"] for task in server.read()] == [[], [PREDICTION]]
    assert server.client.said.count("GET /api/predictions/") == 1
    assert server.apart == []


def test_the_predictions_of_some_tasks_are_read_by_their_ids() -> None:
    server = Server(PLAIN, PREDICTED)
    found = server.read(Selection(where=Task.id > 0))
    assert [task["predictions"] for task in found] == [[], [PREDICTION]]
    assert server.apart == [("predictions", [2])]
