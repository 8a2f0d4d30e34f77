"""Records that have states: tasks, annotations and projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .owners import as_record

if TYPE_CHECKING:
    from .states import StateChange, StateHistory


class Stateful:
    """The states of a record that only Enterprise has."""

    @property
    def state_history(self) -> StateHistory:
        """The states that it was in, the oldest first (Enterprise)."""
        from .states import history_of

        return history_of(as_record(self))

    def transition(self, name: str, /, **data: Any) -> StateChange:
        """Carry out a transition that the server does not do by itself, like "task_completed".

        `data` are the arguments of the transition. Returns the new state. Raises `Rejected` with
        the server's reason, and `EditionError` where nothing was done, as on Community.
        """
        from .states import execute_transition

        return execute_transition(as_record(self), name, data)
