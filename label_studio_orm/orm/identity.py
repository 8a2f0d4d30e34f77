"""The identity of records, and the client they belong to."""

from __future__ import annotations

import operator
from typing import Any

from ..errors import InvalidInput
from ..text import article
from .context import Context, current


def record_key(client: Context, kind: str, id: int) -> tuple[str, int, str]:
    """Return what tells a record from all others, here and at other servers."""
    return kind, id, client.server


def client_of(owner: object, client: Context | None) -> Context:
    """Return the named client, else that of the record that something is made for."""
    return current(client or getattr(owner, "client", None))


def id_of(owner: object, *, of: str) -> int:
    """Return the id of a record, which may be given by it."""
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
    raise InvalidInput(f"The id of {article(of)} must be an integer, not {id!r}.")
