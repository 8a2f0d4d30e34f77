"""Events of tasks: what users do in an editor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ...orm.expressions import utc_text
from ...orm.identity import id_of
from .values import WIRE, moment, value_of

if TYPE_CHECKING:
    from ..task import Task

# What an event is about → the server's name of it, and the kind of the record.
ABOUT = {
    "annotation": ("annotation", "Annotation"),
    "draft": ("annotation_draft", "Draft"),
    "review": ("review", "annotation_review"),
}


@frozen
class TaskEvent:
    """An event of a task that the server has recorded.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: int | None
    key: str = field(metadata={WIRE: "event_key"})
    time: datetime = field(metadata={WIRE: "event_time"}, converter=moment)
    created_at: datetime | None = field(converter=moment)
    actor: int | None  # the id of the user
    task: int | None
    project: int | None
    organization: int | None
    annotation: int | None
    draft: int | None = field(metadata={WIRE: "annotation_draft_id"})
    review: int | None
    meta: Any


def add_event(
    task: Task, key: str, time: datetime | None, about: Mapping[str, Any], meta: Any
) -> TaskEvent:
    """Record an event."""
    moment = utc_text("time", time or datetime.now(timezone.utc))
    body: dict[str, Any] = {"event_key": key, "event_time": moment}
    for name, record in about.items():
        if record is not None:
            wire, kind = ABOUT[name]
            body[wire] = id_of(record, of=kind, client=task.client)
    if meta is not None:
        body["meta"] = meta
    answer = task.client.json("POST", f"/api/tasks/{task.id}/events/", json=body)
    return value_of(TaskEvent, answer)
