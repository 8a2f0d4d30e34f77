"""The action of the Data Manager that makes annotations of predictions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import define, field

from ...data_manager.actions import act
from ...errors import (
    LabelStudioError,
    NotFound,
    PermissionDenied,
    Rejected,
    ServerError,
    Unsupported,
)
from ...orm.deadline import Deadline, poll
from ...orm.response_shape import expect
from ..ports import ProjectPort
from ..send_until_done import Sender
from .outcomes import Outcomes
from .slices import Slice, annotated

ACTION = "predictions_to_annotations"
# Errors of a server that does not have an action, or that fails at it.
NOT_DONE = (PermissionDenied, NotFound, Rejected, ServerError, Unsupported)


@define(eq=False)
class Conversion(Sender[Slice]):
    """Makes annotations of imported predictions."""

    project: ProjectPort
    outcomes: Outcomes
    suspect: list[Slice] = field(factory=list)  # of which not all, or too many, may exist
    lost: set[str] = field(factory=set)  # the versions of which an answer is not known
    unusable: bool = False

    def post(self, items: Sequence[Slice]) -> int:
        """Send the action; return how many annotations it has made."""
        (part,) = items
        tasks = [each.task for each in part.items]
        form = {"model_version": part.version}
        with self.outcomes.unsure(part.items):
            answers = act(self.project.client, self.project.id, ACTION, tasks, form)
            return sum(made_by(answer) for answer in answers)

    def take(self, items: Sequence[Slice], made: int) -> None:
        (part,) = items
        self.unusable |= made < 0
        if made == len(part.items) and part not in self.suspect:
            self.outcomes.made(part.items)
        else:
            self._suspect(part)

    def find(self, items: Sequence[Slice], deadline: Deadline) -> Sequence[Slice]:
        """Wait for a lost request; return the slice if not all of it is made."""
        (part,) = items
        self._suspect(part)
        self.lost.add(part.version)
        tasks = {each.task for each in part.items}

        def look() -> bool:
            there = annotated(self.client, self.project, part.version)
            return all(there.get(task) for task in tasks)

        return () if poll(look, bool, deadline) else items

    def _suspect(self, part: Slice) -> None:
        self.outcomes.sent(part.items)
        if part not in self.suspect:
            self.suspect.append(part)

    def instead(self, items: Sequence[Slice], error: LabelStudioError) -> Iterable[Sequence[Slice]]:
        """Give up what the server does not do: it goes one by one."""
        if not isinstance(error, NOT_DONE):
            raise error
        (part,) = items
        self._suspect(part)
        self.lost.add(part.version)
        self.unusable = True
        return ()


def made_by(answer: Any) -> int:
    """Return the number in "Created 12 annotations"; -1 if there is none."""
    found = re.search(r"\b\d{1,9}\b", str(expect(answer, "detail")))
    return int(found[0]) if found else -1
