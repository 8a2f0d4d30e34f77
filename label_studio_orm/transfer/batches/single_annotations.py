"""Annotations in requests of their own, each created once.

Each has a unique id, of which the server creates no second one: a request whose response was lost
is simply repeated.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from attrs import define

from ...errors import LabelStudioError, NotFound, Rejected
from ...orm.deadline import Deadline
from ...orm.response_shape import shaped
from ..ports import ProjectPort, expire_kinds
from ..send_until_done import Sender
from .outcomes import Outcomes
from .queued import QueuedAnnotation

EXISTS = 409  # the status for a unique id that is there already


@define(eq=False)
class SingleAnnotations(Sender[QueuedAnnotation]):
    """Sends annotations, one in a request."""

    project: ProjectPort
    outcomes: Outcomes

    def post(self, items: Sequence[QueuedAnnotation]) -> None:
        (item,) = items
        client = self.project.client
        result = json.loads(item.body)["result"]
        try:
            with self.outcomes.unsure(items):
                answer = client.json(
                    "POST",
                    f"/api/tasks/{item.task}/annotations/",
                    json={"result": result, "unique_id": item.unique_id},
                )
                item.id = shaped(answer, {"id": int})["id"]
        finally:
            expire_kinds(client, "task", "project")

    def take(self, items: Sequence[QueuedAnnotation], answer: None) -> None:
        self.outcomes.made(items)

    def find(
        self, items: Sequence[QueuedAnnotation], deadline: Deadline
    ) -> Sequence[QueuedAnnotation]:
        return items

    def instead(
        self, items: Sequence[QueuedAnnotation], error: LabelStudioError
    ) -> Iterable[Sequence[QueuedAnnotation]]:
        if isinstance(error, NotFound):
            return self.refused(items, error)
        return super().instead(items, error)

    def refused(
        self, items: Sequence[QueuedAnnotation], error: Rejected | NotFound
    ) -> Iterable[Sequence[QueuedAnnotation]]:
        if error.status == EXISTS:
            self.outcomes.made(items)
        else:
            self.outcomes.refused(items[0], error)
        return ()

    def failed(
        self, items: Sequence[QueuedAnnotation], error: LabelStudioError
    ) -> Iterable[Sequence[QueuedAnnotation]]:
        """Try it again: the second answer tells whether the first request has created it."""
        (item,) = items
        if item.tried:
            self.outcomes.refused(item, error)
            return ()
        item.tried = True
        return [items]
