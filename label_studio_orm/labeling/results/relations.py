"""Relations between regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from ...errors import InvalidInput
from .coerce import as_labels, region_id

DIRECTIONS = ("right", "left", "bi")


@frozen
class Relation:
    """An arrow from one region to another, with labels of the config's <Relations>.

    `direction` is "right" (from source to target), "left", or "bi" for both.
    """

    source: str = field(converter=region_id)
    target: str = field(converter=region_id)
    labels: tuple[str, ...] = field(default=(), converter=as_labels)
    direction: str = "right"

    def item(self) -> dict[str, Any]:
        """Return the dict for the server."""
        item = {
            "from_id": self.source,
            "to_id": self.target,
            "type": "relation",
            "direction": self.direction,
        }
        return {**item, "labels": list(self.labels)} if self.labels else item


def read_relation(item: Any) -> Relation | None:
    """Return the relation that an item is, or None."""
    if not isinstance(item, Mapping) or item.get("type") != "relation":
        return None
    labels, direction = item.get("labels") or (), item.get("direction", "right")
    try:
        return Relation(item["from_id"], item["to_id"], labels, direction)
    except (KeyError, InvalidInput):
        return None  # it stays in the result
