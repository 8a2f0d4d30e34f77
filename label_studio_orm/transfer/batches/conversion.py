"""The action of the Data Manager that makes annotations of predictions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import define, field

from ...data_manager.actions import accept_predictions
from ...errors import (
    LabelStudioError,
    NotFound,
    PermissionDenied,
    Rejected,
    ServerError,
    Unsupported,
)
from ...orm.deadline import Deadline, poll
from ..ports import ProjectPort
from ..send_until_done import Sender
from .outcomes import Outcomes
from .slices import Slice, annotated

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

    def post(self, items: Sequence[Slice]) -> int | None:
        """Send the action; return how many annotations it has made."""
        (part,) = items
        tasks = [each.task for each in part.items]
        with self.outcomes.unsure(part.items):
            return accept_predictions(self.project.client, self.project.id, tasks, part.version)

    def take(self, items: Sequence[Slice], made: int | None) -> None:
        (part,) = items
        self.unusable |= made is None
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
