"""Pages of all annotations or predictions of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import Any

from attrs import frozen

from ..orm.context import Context
from ..orm.expressions import Expression
from ..orm.pagination import Page, WholeList, in_order, pick_here, trimmed
from ..orm.response_shape import count_of
from ..orm.selection import Selection
from .plan import PAGE, PAGE_BY_IDS, id_item
from .raw_filters import raw_filter
from .task_pages import TaskPages

MAX_AT_ONCE = 100_000  # predictions that the server sends in one response within ten seconds


def _having_any(counters: Iterable[str]) -> Expression:
    """Return the condition for tasks with any: most tasks of a large project have none yet."""
    some = {"operator": "greater", "type": "Number", "value": 0}
    items = [{"filter": f"filter:tasks:{name}", **some} for name in counters]
    return raw_filter({"conjunction": "or", "items": items})


@frozen
class AnnotationPages:
    """The annotations of a project, in the order of its tasks, which they are loaded with."""

    project: int
    kind: str = "annotations"
    # total_annotations does not include skipped ones.
    counters: tuple[str, ...] = ("total_annotations", "cancelled_annotations")

    def split(self, selection: Selection) -> tuple[Selection, Selection]:
        return pick_here(selection)

    def pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        asked_for = Selection(where=_having_any(self.counters), only=("id", self.kind))
        tasks = TaskPages(self.project).pages(context, asked_for)
        own = (
            Page([row for task in page.rows for row in in_order(task.get(self.kind) or ())])
            for page in tasks
        )
        # Those before the window are read too, as their number in a page of tasks is unknown.
        yield from trimmed(own, selection.start, selection.count)

    def count(self, context: Context, selection: Selection) -> int:
        asked_for = Selection(where=_having_any(self.counters), only=("id", *self.counters))
        pages = TaskPages(self.project).pages(context, asked_for)
        return sum(task[n] or 0 for page in pages for task in page.rows for n in self.counters)

    def task_data(self, context: Context, ids: Set[int]) -> dict[int, Any]:
        """Return the data of the tasks with these ids: in one request, or by pages if many."""
        by_ids = {"conjunction": "and", "items": [id_item("in_list", sorted(ids))]}
        where = raw_filter(by_ids) if len(ids) <= PAGE_BY_IDS else _having_any(self.counters)
        selection, found = Selection(where=where, only=("id", "data")), dict[int, Any]()
        for page in TaskPages(self.project).pages(context, selection) if ids else ():
            found |= {row["id"]: row.get("data") for row in page.rows if row["id"] in ids}
            if len(found) == len(ids):
                break
        return found

    def explain(self, selection: Selection) -> str:
        return f"The {self.kind} of tasks that have any, in pages of {PAGE} tasks by keyset on id."


@frozen
class PredictionPages(AnnotationPages):
    """The predictions of a project, in one response unless there are very many."""

    kind: str = "predictions"
    counters: tuple[str, ...] = ("total_predictions",)

    def pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        if self.count(context, selection) > MAX_AT_ONCE:
            yield from super().pages(context, selection)
            return
        whole = WholeList("/api/predictions/", {"task__project": self.project})
        yield from whole.pages(context, selection)

    def count(self, context: Context, selection: Selection) -> int:
        # The counters of tasks are not updated when single predictions are deleted.
        counter = "total_predictions_number"
        path, params = f"/api/projects/{self.project}/", {"include": f"id,{counter}"}
        return count_of(context.json("GET", path, params=params), counter)

    def explain(self, selection: Selection) -> str:
        return (
            f"All predictions in one answer; if there are more than {MAX_AT_ONCE}, those of pages "
            f"of {PAGE} tasks."
        )
