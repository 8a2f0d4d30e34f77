"""Annotations with equal results in one request: the bulk route of Label Studio Enterprise.

The first is created in a request of its own, and the others refer to it (`parent_annotation`), as
copies do, so it is always known which exist.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from attrs import define

from ...orm.response_shape import ROWS, shaped
from ..ports import expire_kinds
from .copies import Copies
from .queued import QueuedAnnotation

PATH = "/api/annotations/bulk/"


@define(eq=False)
class BulkRoute(Copies):
    """Creates annotations like an existing one, in requests for many tasks."""

    def post(self, items: Sequence[QueuedAnnotation]) -> int:
        """Send the annotations; return how many the server has created."""
        client = self.project.client
        body = {
            "project": self.project.id,
            "tasks": [each.task for each in items],
            "result": json.loads(items[0].body)["result"],
            "parent_annotation": self.source,
        }
        try:
            with self.outcomes.unsure(items):
                return len(shaped(client.json("POST", PATH, json=body), ROWS))
        finally:
            expire_kinds(client, "task", "project")
