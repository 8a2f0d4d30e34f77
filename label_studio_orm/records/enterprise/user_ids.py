"""Users in arguments: records or ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, check_items
from ...orm.fields import Converter
from ...orm.identity import id_of

if TYPE_CHECKING:
    from ...orm.context import Context


def user_ids(users: Iterable[Any], client: Context, name: str = "users") -> list[int]:
    """Return the ids of users or members, each once; raise `InvalidInput` for others."""
    check_items(users, name=name, example="[ann, 5]")
    return list(dict.fromkeys(_user_id(each, client, name) for each in users))


def _user_id(user: Any, client: Context, name: str) -> int:
    if isinstance(user, str):
        hint = f"ls.users.get(email={user!r})" if "@" in user else "ls.users.get(email=…)"
        raise InvalidInput(f"{name} must be users or their ids, not {user!r}. Look it up: {hint}")
    if isinstance(user, (list, tuple, set)):
        raise InvalidInput(f"{name} must be users or their ids, not a list: name them one by one.")
    return id_of(user, of="User", client=client)


def _ids_in(raw: Any) -> Any:
    """Return the ids of users that Enterprise sends with their names, Community without."""
    if not isinstance(raw, list):
        return raw
    return [each.get("user_id", each.get("id")) if isinstance(each, dict) else each for each in raw]


USER_IDS = Converter(load=_ids_in)
