"""The annotators of a project: the users who have annotated its tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import frozen

from ..data_manager.task_pages import TaskPages
from ..errors import EditionError, InvalidInput
from ..orm.pagination import WholeList
from ..orm.query import Query
from ..orm.selection import Selection
from .user import User

if TYPE_CHECKING:
    from ..orm.cache import Params
    from ..orm.context import Context
    from ..orm.pagination import Source
    from ..orm.record import Record

HINT_ACCOUNTS = "project.annotators are accounts: they cannot be {} from here, but in ls.users."


@frozen
class AnnotatorList(WholeList):
    """The annotators in one answer; older servers tell them task by task."""

    project: int = 0

    def rows(self, context: Context) -> list[Params]:
        try:
            return super().rows(context)
        except EditionError:  # an unknown path: Label Studio before 1.22
            return [{"id": id} for id in sorted(self._of_tasks(context))]

    def _of_tasks(self, context: Context) -> Iterator[int]:
        chosen = Selection(only=("id", "annotators"))
        pages = TaskPages(self.project).pages(context, chosen)
        found = {id for page in pages for task in page.rows for id in task.get("annotators") or ()}
        yield from found


class Annotators(Query[User]):
    """The users who have annotated a project."""

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        path = f"/api/projects/{known['project']}/annotators/"
        return AnnotatorList(path, project=known["project"])

    def delete(self) -> NoReturn:
        """Raise `InvalidInput`: it would delete the accounts."""
        raise InvalidInput(HINT_ACCOUNTS.format("deleted"))

    def update(self, **fields: Any) -> NoReturn:
        """Raise `InvalidInput`: it would change the accounts."""
        raise InvalidInput(HINT_ACCOUNTS.format("changed"))
