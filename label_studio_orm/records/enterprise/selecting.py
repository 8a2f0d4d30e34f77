"""The selection of members for a request that is about many of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ...orm.context import Context
from ...orm.identity import ids_of

if TYPE_CHECKING:
    from ..user import User


def selected(
    client: Context,
    users: Iterable[User | int] | None,
    excluding: Iterable[User | int],
    *,
    texts: bool = False,
) -> dict[str, Any]:
    """Return which users a request is about: these, or all but some.

    Query strings take `texts`: "true", and ids with commas between.
    """
    if users is None:
        name, ids = "excluded", ids_of(excluding, "User", client=client, name="excluding")
    else:
        name, ids = "included", ids_of(users, "User", client=client, name="users")
    if users is not None and not ids:
        raise InvalidInput("users must name at least one user; None means all.")
    whole: Any = users is None
    if texts:
        return {"all": str(whole).lower(), **({name: ",".join(map(str, ids))} if ids else {})}
    return {"all": whole, **({name: ids} if ids else {})}


def remove_selected(
    client: Context,
    path: str,
    users: Iterable[User | int] | None,
    excluding: Iterable[User | int],
) -> int:
    """Remove these members, or all but some; return how many were removed."""
    params = selected(client, users, excluding, texts=True)
    answer = client.json("DELETE", path, params=params)
    return int(answer.get("unassignments") or 0)
