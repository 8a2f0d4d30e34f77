"""Exports have the right tasks even if the server ignores the filters of a view."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

import pytest
from support.tasks import TaskServer

from label_studio_orm import Project
from label_studio_orm.errors import IncompleteResult, NotFound, Unsupported
from label_studio_orm.features import CHILD_FILTERS
from label_studio_orm.transfer.exports.options import ExportScope
from label_studio_orm.transfer.exports.views import narrowed

SINCE = datetime(2026, 1, 1, tzinfo=timezone.utc)


def item(column: str, operator: str, value: Any, **child: Any) -> dict[str, Any]:
    name = f"filter:tasks:{column}"
    return {"filter": name, "operator": operator, "type": "Number", "value": value, **child}


ONE = item("overlap", "equal", 1)
NESTED = [item("id", "less", 3, child_filter=ONE), item("id", "greater", 8, child_filter=ONE)]


class Exports(TaskServer):
    """A server with one saved view, which stores new ones; `shown` has the ids in a view."""

    def __init__(self, items: list[Any], *, nests: bool) -> None:
        super().__init__(9)
        self.nests = nests
        self.made: list[Any] = []
        self.shown: list[list[int]] | None = None
        self.client.is_of_version("1.20.0")
        self.client._facts[CHILD_FILTERS.action] = nests
        view = {"id": 3, "project": 1, "data": {"filters": {"conjunction": "or", "items": items}}}
        self.client.answers["GET /api/dm/views/3/"] = view
        self.client.answers["POST /api/dm/views/"] = self.make
        self.client.answers["DELETE /api/dm/views/4/"] = None

    def make(self, options: Mapping[str, Any]) -> Any:
        self.made.append(options["json"]["data"]["filters"])
        return {"id": 4}

    def answer(self, options: Mapping[str, Any]) -> Any:
        params = options["params"]
        if "view" not in params:
            return super().answer(options)
        pages = self.shown or [[row["id"] for row in self.found({"filters": self.made[-1]})]]
        ids = pages[min(params["page"], len(pages)) - 1]
        return {"total": sum(map(len, pages)), "tasks": [{"id": id} for id in ids]}

    def export(self, **options: Any) -> Mapping[str, Any]:
        project = Project(1, client=self.client)
        with narrowed(project, ExportScope(**options)) as found:
            return found


def of_ids(*ids: int) -> Any:
    return {"conjunction": "and", "items": [item("id", "in_list", list(ids))]}


def test_a_view_with_ignored_filters_is_exported_by_ids() -> None:
    server = Exports(NESTED, nests=False)
    assert server.export(options={"view": 3})["view"] == 4
    assert server.made == [of_ids(1, 2, 9)]


def test_a_view_that_the_server_supports_is_exported_directly() -> None:
    server = Exports(NESTED, nests=True)
    assert server.export(options={"view": 3})["view"] == 3
    assert server.made == []


def test_an_empty_view_exports_nothing() -> None:
    server = Exports([item("id", "less", 0, child_filter=ONE)], nests=False)
    server.export(options={"view": 3})
    assert server.made == [{"conjunction": "and", "items": [item("id", "less", 0)]}]


@pytest.mark.parametrize("nests", [True, False])
def test_views_and_since_that_cannot_be_combined_are_exported_by_ids(nests: bool) -> None:
    server = Exports(NESTED, nests=nests)
    for row in server.rows.values():
        row["updated_at"] = "2026-02-01T00:00:00.000000Z"
    server.export(since=SINCE, options={"view": 3})
    assert server.made == [of_ids(1, 2, 9)]


def test_a_kept_snapshot_of_such_a_view_is_refused() -> None:
    server = Exports(NESTED, nests=False)
    with pytest.raises(Unsupported, match=r"1\.20\.0 cannot combine .* project\.export\(view=…\)"):
        Project(1, client=server.client).exports.create(view=3)
    assert server.client.changed == []


def test_a_view_with_unexpected_tasks_is_an_error() -> None:
    server = Exports([], nests=True)
    server.shown = [server.ids]
    with pytest.raises(IncompleteResult, match=r"other tasks .* requested by id: 3, 4, 5"):
        server.export(ids=[1, 2])


@pytest.mark.parametrize(
    "shown",
    [[[1, 2], [1, 2]], [[1, 2], [], [3]], [[1, 1, 2]]],
    ids=["the first page again", "an empty page", "twice in a page"],
)
def test_inconsistent_pages_of_ids_are_an_error(shown: Any) -> None:
    server = Exports([], nests=True)
    server.shown = shown
    with pytest.raises(IncompleteResult):
        server.export(ids=[1, 2, 3])


def test_missing_ids_are_listed_in_the_error() -> None:
    with pytest.raises(NotFound, match="1 of the ids are not tasks"):
        Exports([], nests=True).export(ids=[1, 77])
