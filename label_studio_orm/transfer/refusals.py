"""A refused row or write of the user, and why it was refused."""

from __future__ import annotations

from attrs import frozen

from ..errors import LabelStudioError
from ..text import message_of


@frozen
class Failure:
    """A row or write that was refused: its index in what the user gave, from 0, and why.

    `what` says it for people: "reviews.csv line 7", "prediction for task 12".
    """

    index: int
    what: str
    error: LabelStudioError

    def placed(self) -> LabelStudioError:
        """Return the error with its place in the message."""
        return self.error.reworded(self._message)

    @property
    def _message(self) -> str:
        message = str(self.error)
        return message if message.startswith(self.what) else f"{self.what}: {message}"

    def __str__(self) -> str:
        return f"[{self.index}] {message_of(self._message)}"
