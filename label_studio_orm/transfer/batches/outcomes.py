"""Outcomes of the annotations of a batch: made, refused or unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from attrs import define, field

from ...errors import LabelStudioError, Outcome
from ...progress import Advance
from .queued import QueuedAnnotation


@define(eq=False)
class Outcomes:
    """Each annotation is unsent, then perhaps unknown, and in the end created or refused."""

    fail: Callable[[int, str, LabelStudioError], None]
    created: int = 0
    unsent: dict[int, QueuedAnnotation] = field(factory=dict)  # by the index of the write
    unknown: dict[int, QueuedAnnotation] = field(factory=dict)
    advance: Advance = lambda count: None

    def add(self, item: QueuedAnnotation) -> None:
        """Take note of a new one."""
        self.unsent[item.index] = item

    def sent(self, items: Iterable[QueuedAnnotation]) -> None:
        """Take note of a request that may create them."""
        for item in items:
            self.unknown[item.index] = item
            self.unsent.pop(item.index, None)

    def not_sent(self, items: Iterable[QueuedAnnotation]) -> None:
        """Take note that none of these exist."""
        for item in items:
            self.unsent[item.index] = item
            self.unknown.pop(item.index, None)

    def made(self, items: Iterable[QueuedAnnotation]) -> None:
        """Take note that all of these exist."""
        for item in items:
            self.created += self._end(item)

    def is_open(self, item: QueuedAnnotation) -> bool:
        """Tell whether it is neither created nor refused."""
        return item.index in self.unsent or item.index in self.unknown

    def refused(self, item: QueuedAnnotation, error: LabelStudioError) -> None:
        """Report one that the server refused."""
        self._end(item)
        self.fail(item.index, item.described, error)

    @contextmanager
    def unsure(self, items: Sequence[QueuedAnnotation]) -> Iterator[None]:
        """Send a request that may create them; after a refusal they are as they were."""
        before = [item for item in items if item.index in self.unsent]
        self.sent(items)
        try:
            yield
        except LabelStudioError as error:
            if error.outcome is not Outcome.UNKNOWN:
                self.not_sent(before)
            raise

    def _end(self, item: QueuedAnnotation) -> bool:
        """Take note of the end of one; return False if it has ended before."""
        known = self.unsent.pop(item.index, None) or self.unknown.pop(item.index, None)
        item.forget()
        if known is not None:
            self.advance(1)
        return known is not None
