"""Predictions and annotations that wait in a batch."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from weakref import ref

from attrs import define, field

from ...http.encoding import request_json
from ...orm.record import Record
from ..content import digest
from ..ports import expire_counts

DEFAULTS = MappingProxyType({"score": None, "model_version": "undefined"})  # of the bulk import


@define(eq=False)
class Queued:
    """A record that waits to be sent, and which of the batch's writes it is."""

    index: int
    item: Mapping[str, Any]
    owner: ref[Record] | None = None  # the task in the user's hands
    alone: bool = False  # the bulk import would drop it: it has a request of its own
    body: bytes = field(init=False)  # made now: the user may change the result for the next one

    @body.default
    def _body(self) -> bytes:
        return request_json(self.item)

    @property
    def task(self) -> int:
        """The id of its task."""
        task: int = self.item["task"]
        return task

    def forget(self) -> None:
        """Let the task be read anew, if somebody still holds it: it has changed."""
        task = None if self.owner is None else self.owner()
        if task is not None:
            expire_counts(task)


@define(eq=False)
class QueuedPrediction(Queued):
    """A prediction that waits to be sent."""

    key: tuple[Any, ...] = field(init=False)  # what the server has of it afterwards

    @key.default
    def _known_by(self) -> tuple[Any, ...]:
        return key_of({**DEFAULTS, **json.loads(self.body)})

    @property
    def described(self) -> str:
        """What it is, for errors."""
        return f"prediction for task {self.task}"


@define(eq=False)
class QueuedAnnotation(Queued):
    """An annotation that waits to be sent."""

    # The server creates no second one with the same id: a request can be repeated.
    unique_id: str = field(init=False, factory=lambda: str(uuid.uuid4()))
    built: bool = False  # from answers: the ids in it were made up here
    id: int | None = None  # if it was created in a request of its own
    verified: bool = True  # whether its task is known to be of the project
    tried: bool = False  # the server failed at it, and may have created it

    @property
    def described(self) -> str:
        """What it is, for errors."""
        return f"annotation for task {self.task}"


def key_of(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells predictions apart."""
    return item["task"], digest(item["result"]), item["score"], item["model_version"]
