"""The identity of records, and the client they belong to."""

from __future__ import annotations

import operator
from typing import Any

from ..errors import InvalidInput
from .context import Context, current
from .meta import Meta


def record_key(client: Context, kind: str, id: int) -> tuple[str, int, str]:
    """Return what tells a record from all others, here and at other servers."""
    return kind, id, client.server


def client_of(owner: object, client: Context | None) -> Context:
    """Return the named client, else that of the record that something is made for."""
    return current(client or getattr(owner, "client", None))


def kind_of(value: Any) -> str:
    """Return the kind of a record or record class; "" for anything else."""
    meta = getattr(value if isinstance(value, type) else type(value), "_meta", None)
    return meta.kind if isinstance(meta, Meta) else ""


def id_of(owner: object, *, of: str) -> int:
    """Return the id of a record, which may be given by it; refuse one of another kind."""
    kind = kind_of(owner)
    if kind not in ("", of.lower()):
        raise InvalidInput(f"The {of.lower()} must be one or its id, not the {kind} {owner!r}.")
    return checked_id(getattr(owner, "id", owner), of=of)


def checked_id(id: Any, *, of: str) -> int:
    """Return an id as a plain int (numpy's count too), or raise `InvalidInput`."""
    if type(id) is int:
        return id
    try:
        if not isinstance(id, bool):
            return operator.index(id)
    except TypeError:
        pass
    raise InvalidInput(f"The id of a {of} must be an integer, not {id!r}.")
