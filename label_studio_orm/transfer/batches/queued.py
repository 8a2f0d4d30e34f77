"""A prediction that waits in a batch."""

from __future__ import annotations

import json
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
class QueuedPrediction:
    """A prediction that waits to be sent, and which of the batch's writes it is."""

    index: int
    item: Mapping[str, Any]
    owner: ref[Record] | None = None  # the task in the user's hands
    alone: bool = False  # the bulk import would drop it: it has a request of its own
    # Both are made now, as the user may change the result for the next prediction.
    body: bytes = field(init=False)
    key: tuple[Any, ...] = field(init=False)  # what the server has of it afterwards

    @body.default
    def _body(self) -> bytes:
        return request_json(self.item)

    @key.default
    def _known_by(self) -> tuple[Any, ...]:
        return key_of({**DEFAULTS, **json.loads(self.body)})

    def forget(self) -> None:
        """Let the task be read anew, if somebody still holds it: it has changed."""
        task = None if self.owner is None else self.owner()
        if task is not None:
            expire_counts(task)


def key_of(item: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells predictions apart."""
    return item["task"], digest(item["result"]), item["score"], item["model_version"]
