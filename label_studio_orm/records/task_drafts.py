"""The drafts of a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..orm.collection import Collection
from ..orm.record import model_of
from .draft import Draft, Drafts

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .options import DraftOptions
    from .task import Task


class TaskDrafts:
    """The verbs and lists of a task's drafts."""

    all_drafts: Collection[Drafts] = Collection(
        "draft", query=Drafts, doc="The drafts that all users have of this task."
    )

    @property
    def drafts(self) -> list[Draft]:
        """Your own drafts: annotations that were begun and not submitted."""
        return cast("Task", self)._nested("drafts", Draft)

    def draft(self, result: Any, **options: Unpack[DraftOptions]) -> Draft:
        """Begin an annotation that the key's user finds in the editor, to go on with.

        `result` is built and checked as by `annotate()`. Other options are the fields of a `Draft`:
        `lead_time=12.5` (seconds), `was_postponed=True`. `draft.submit()` makes it an annotation.

        >>> draft = task.draft({"sentiment": "Positive"})
        >>> draft.result = [*draft.result]
        >>> draft.save().submit()["sentiment"]
        'Positive'
        """
        task = cast("Task", self)
        return task._add(model_of(task.client, Draft), result, **options)
