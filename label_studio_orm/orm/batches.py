"""The open batches: a write goes to the innermost one that accepts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from ..errors import InvalidInput
from .context import Context

if TYPE_CHECKING:
    from .record import Record


class OpenBatch(Protocol):
    """A batch as records see it."""

    @property
    def client(self) -> Context:
        """The client of its project."""

    def takes(self, client: Context, parents: Mapping[str, Any]) -> bool:
        """Tell whether what belongs to these parents is written in this batch."""

    def create(
        self,
        model: type[Record],
        body: Mapping[str, Any],
        parents: Mapping[str, Any],
        send: Callable[[], Record],
        owner: Record | None,
    ) -> Record:
        """Write a new record, now or later; what is sent later has no id.

        The owner, which the new one changes, is forgotten when that has been sent.
        """

    def save(self, record: Record) -> None:
        """Write what was changed of a record."""

    def delete(self, record: Record) -> None:
        """Delete a record."""


_open: ContextVar[tuple[OpenBatch, ...]] = ContextVar("label_studio_orm_batches", default=())


def open_batch(batch: OpenBatch) -> None:
    """Let a batch take the writes of this thread or task, until `close_batch()`."""
    _open.set((*_open.get(), batch))


def close_batch(batch: OpenBatch) -> None:
    """Undo `open_batch()`."""
    _open.set(tuple(each for each in _open.get() if each is not batch))


def any_open(client: Context) -> bool:
    """Tell whether a batch of this server is open here."""
    return any(batch.client.server == client.server for batch in _open.get())


def batch_for(client: Context, parents: Mapping[str, Any]) -> OpenBatch | None:
    """Return the batch that takes what belongs to these parents, if one is open."""
    opened = _open.get()
    return next((batch for batch in reversed(opened) if batch.takes(client, parents)), None)


def refuse_in_batch(client: Context, parents: Mapping[str, Any], verb: str) -> None:
    """Raise `InvalidInput` for what works on all that a server has, if a batch is open."""
    if batch_for(client, parents):
        raise InvalidInput(
            f"{verb}() must be called outside `with project.batch():`, as it would miss what "
            "the batch has not sent yet."
        )
