"""The tasks of a project as the server's Data Manager hands them out: filters, orders, pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from label_studio_orm import Annotation, Draft, Prediction, Project, Task, User, View
from label_studio_orm.data_manager import plan, task_pages
from label_studio_orm.errors import NotFound
from label_studio_orm.records.tasks import Tasks
from label_studio_orm.testing.filters import in_order, matches
from support.fake import FakeClient
from support.texts import SENTIMENT

Row = dict[str, Any]


def set_page_sizes(patch: pytest.MonkeyPatch, page: int, *, by_ids: int, of_ids: int) -> None:
    """Make pages so small that a few tasks are many pages."""
    patch.setattr(plan, "PAGE", page)
    patch.setattr(plan, "PAGE_BY_IDS", by_ids)
    for module in (plan, task_pages):
        patch.setattr(module, "PAGE_OF_IDS", of_ids)


class TaskServer:
    """Keeps tasks and answers as the server does. `before[n]` happens before the n-th page."""

    def __init__(self, count: int = 0, *, project: int = 1) -> None:
        self.rows: dict[int, Row] = {}
        self.last = 0  # an id is given once, also if its task is removed
        self.project = project
        self.pages: list[Row] = []  # the parameters of each, with "query" decoded
        self.before: dict[int, Callable[[], Any]] = {}
        self.times: dict[int, int] = {}  # how often a task is sent where a filter repeats it
        self.most = 1_000_000  # that it sends at once
        self.nests = True  # whether it knows child filters, as servers before 1.21 do not
        self.client = FakeClient(Task, Project, Annotation, Prediction, Draft, User, View)
        self.client.answers["GET /api/tasks/"] = self.answer
        self.client.answers["GET /api/dm/columns/"] = self.columns
        self.client.answers[f"GET /api/projects/{project}/"] = self.counted
        for _ in range(count):
            self.add()

    def add(self, **fields: Any) -> int:
        id = self.last = max(self.last, *self.rows, 0) + 1
        own = {"id": id, "data": {"text": f"t{id}", "n": -id}, "meta": {}, "project": self.project}
        counts = ("total_annotations", "cancelled_annotations", "total_predictions")
        lists = {name: [] for name in ("annotations", "predictions", "drafts", "annotators")}
        heavy = {"overlap": 1, "avg_lead_time": None, **lists}
        self.rows[id] = {**own, **dict.fromkeys(counts, 0), **heavy, **fields}
        self.client.answers[f"GET /api/tasks/{id}/"] = lambda options: self.one(id)
        return id

    def one(self, id: int) -> Any:
        return self.rows.get(id) or NotFound(f"no task {id}", detail="Not found.")

    def counted(self, options: Mapping[str, Any]) -> Any:
        predictions = sum(row["total_predictions"] for row in self.rows.values())
        counts = {"total_predictions_number": predictions, "task_number": len(self.rows)}
        return {"id": self.project, "label_config": SENTIMENT, **counts}

    def columns(self, options: Mapping[str, Any]) -> Any:
        keys = sorted({key for row in self.rows.values() for key in row["data"]})
        return {"columns": [{"id": key, "parent": "data", "type": "Unknown"} for key in keys]}

    def remove(self, *ids: int) -> None:
        for id in ids:
            del self.rows[id]

    @property
    def ids(self) -> list[int]:
        return list(self.rows)

    @property
    def tasks(self) -> Tasks[Task]:
        return Project(self.project, client=self.client).tasks

    @property
    def sizes(self) -> list[int]:
        return [page["page_size"] for page in self.pages]

    def answer(self, options: Mapping[str, Any]) -> Any:
        params = dict(options["params"])
        if "query" not in params:  # a look at the data
            found = list(self.rows.values())[: params["page_size"]]
            predictions = sum(row["total_predictions"] for row in self.rows.values())
            return {"tasks": found, "total": len(self.rows), "total_predictions": predictions}
        self.before.get(len(self.pages) + 1, lambda: None)()
        params["query"] = json.loads(params["query"])
        self.pages.append(params)
        rows = self.found(params["query"])
        number, size = params.get("page", 1), min(params["page_size"], self.most)
        page = rows[(number - 1) * size : number * size]
        if not page and number > 1:
            return NotFound("404", detail="Invalid page.")
        names = params["include"].split(",")
        return {"total": len(rows), "tasks": [{n: r[n] for n in names if n in r} for r in page]}

    def found(self, query: Row) -> list[Row]:
        filters = query["filters"]
        if not self.nests:
            without = [{**item, "child_filter": None} for item in filters["items"]]
            filters = {**filters, "items": without}
        rows = [row for row in self.rows.values() if matches(partial(_value, row), filters)]
        rows = in_order(rows, _value, query)
        if any(item["filter"] == "filter:tasks:annotators" for item in filters["items"]):
            rows = [row for row in rows for _ in range(self.times.get(row["id"], 1))]
        return rows


def _value(row: Row, column: str) -> Any:
    own, _, key = column.partition(".")
    return row["data"].get(key) if key else row[own]
