"""How regions belong together."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from ...errors import InvalidInput
from .coerce import as_labels

DIRECTIONS = ("right", "left", "bi")


def region_id(given: Any) -> str:
    """Return the id of a region, or of a shape that becomes one."""
    found = getattr(given, "id", given)
    if not isinstance(found, str) or not found:
        raise InvalidInput(f"A relation is between regions or their ids, not {given!r}.")
    return found


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
        """Return what the server keeps."""
        kept = {
            "from_id": self.source,
            "to_id": self.target,
            "type": "relation",
            "direction": self.direction,
        }
        return {**kept, "labels": list(self.labels)} if self.labels else kept
