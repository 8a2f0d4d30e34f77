"""Lists of users in answers."""

from __future__ import annotations

from typing import Any

from ...orm.fields import Converter


def _ids_in(raw: Any) -> Any:
    """Return the ids of users that Enterprise sends with their names, Community without."""
    if not isinstance(raw, list):
        return raw
    return [each.get("user_id", each.get("id")) if isinstance(each, dict) else each for each in raw]


USER_IDS = Converter(load=_ids_in)
