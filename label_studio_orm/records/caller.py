"""The user of the client's key, and their organization."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING, cast

from ..errors import PermissionDenied
from ..orm.context import Context, once
from ..orm.identity import record_key
from ..orm.response_shape import shaped

if TYPE_CHECKING:
    from .organization import Organization
    from .user import User

WHOAMI = "/api/current-user/whoami"


def whoami(client: Context) -> User:
    """Return the user of the client's key, as the server describes them now."""
    model = cast("type[User]", client._registry.model("user"))
    return model._from_answer(client, client.json("GET", WHOAMI), complete=True)


def caller(client: Context) -> User:
    """Return the user of the client's key, requested once."""
    model = cast("type[User]", client._registry.model("user"))
    return model._lazy(client, once(client, "caller", lambda: _ask(client)), {})


def _ask(client: Context) -> int:
    stamp = client._cache.stamp()
    params = shaped(client.json("GET", WHOAMI), {"id": int})
    client._cache.fill(record_key(client, "user", params["id"]), params, stamp)
    return int(params["id"])


def organization_of(client: Context) -> Organization:
    """Return the active organization of the client's user."""
    id = shaped(caller(client)._raw("active_organization"), (int, NoneType))
    if id is None:
        raise PermissionDenied(
            "The user of this key has no active organization, so the server refuses most requests: "
            "its owner must set it, as user.active_organization, or the user must log in once."
        )
    model = cast("type[Organization]", client._registry.model("organization"))
    return model._lazy(client, id, {})
