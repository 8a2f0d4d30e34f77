"""Pages of the tasks of a project."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from attrs import evolve, frozen

from ..errors import ServerError
from ..orm.context import Context
from ..orm.pagination import Page
from ..orm.selection import Selection
from .page_request import TaskPage
from .plan import PAGE_OF_IDS, explain, make_plan
from .postgresql import failed_on_texts, note_texts
from .task_reader import TaskReader

T = TypeVar("T")


@frozen
class TaskPages:
    """The tasks of a project; tasks that come and go meanwhile do not shift the others."""

    project: int
    other_columns: Sequence[str] = ()  # neither light nor lists

    def split(self, selection: Selection) -> tuple[Selection, Selection]:
        return selection, Selection()

    def explain(self, selection: Selection) -> str:
        return explain(selection)

    def count(self, context: Context, selection: Selection) -> int:
        return self._retry_without_numbers(
            context, selection, lambda: self._count(context, selection)
        )

    def pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        def start() -> tuple[list[Page], Iterator[Page]]:
            pages = self._pages(context, selection)
            return [*itertools.islice(pages, 1)], pages

        yield from itertools.chain(*self._retry_without_numbers(context, selection, start))

    def _retry_without_numbers(
        self, context: Context, selection: Selection, read: Callable[[], T]
    ) -> T:
        """Read; if the database fails on texts among numbers, compare the numbers here instead."""
        try:
            return read()
        except ServerError as error:
            if not failed_on_texts(error):
                raise
            compared = make_plan(selection, context, self.project).numbers
            if not note_texts(compared, context, self.project):
                raise
        return read()

    def _count(self, context: Context, selection: Selection) -> int:
        ids = evolve(selection, start=0, stop=1, order=(), only=("id",))
        plan, reader = make_plan(ids, context, self.project), TaskReader(context, self.project)
        if plan.match_on_client or plan.filter.repeating or not plan.filter.fits:
            return len(reader.ids_by_key(evolve(plan, page_size=PAGE_OF_IDS)))
        return reader.read(plan)[1]

    def _pages(self, context: Context, selection: Selection) -> Iterator[Page]:
        plan = make_plan(selection, context, self.project)
        for page in TaskReader(context, self.project).pages(plan, selection):
            own = (context, self.project, plan, self.other_columns)
            yield TaskPage(page.rows, *own, total=page.total)
