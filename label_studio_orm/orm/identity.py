"""The identity of records, and the client they belong to."""

from __future__ import annotations

import operator
from typing import Any

from ..errors import InvalidInput, check_items
from ..text import article
from .context import Context, current
from .meta import kind_of

USERS = ("account", "member", "project_member")  # kinds of records that have the id of their user
MOST = 2**63 - 1  # a number beyond it is in no database: the server answers it with a 500


def record_key(client: Context, kind: str, id: int) -> tuple[str, int, str]:
    """Return what tells a record from all others, here and at other servers."""
    return kind, id, client.server


def client_of(owner: object, client: Context | None) -> Context:
    """Return the named client, else that of the record that something is made for."""
    if client is not None:
        check_server(owner, client)
    return current(client or getattr(owner, "client", None))


def id_of(owner: object, *, of: str, client: Context | None = None) -> int:
    """Return the id of a record, which may be given by it; with `client`, of its server.

    A member has the id of its user, and counts as one.
    """
    kind = kind_of(owner)
    if kind not in ("", of.lower()) and not (of == "User" and kind in USERS):
        raise InvalidInput(f"This must be {article(of)} or its id, not the {kind} {owner!r}.")
    if client is not None:
        check_server(owner, client)
    return checked_id(getattr(owner, "id", owner), of=of)


def ids_of(records: Any, of: str, *, client: Context, name: str) -> list[int]:
    """Return the ids of an argument that names records, or their ids; each once."""
    check_items(records, name=name, example="[7, 8]")
    return list(dict.fromkeys(id_of(each, of=of, client=client) for each in records))


def check_server(value: Any, client: Context) -> None:
    """Raise `InvalidInput` for a record of another server, where its id is another record's."""
    if kind_of(value) and not isinstance(value, type) and value.client.server != client.server:
        raise InvalidInput(
            f"{value!r} must be of the server {client.server}, not of {value.client.server}."
        )


def checked_id(id: Any, *, of: str) -> int:
    """Return an id as a plain int (numpy's count too), or raise `InvalidInput`."""
    number = id if type(id) is int else _index(id)
    if number is None or not -MOST <= number <= MOST:
        large = "" if number is None else f" of at most {MOST}"
        is_address = of == "User" and isinstance(id, str) and "@" in id
        hint = f" Look it up: ls.users.get(email={id!r})" if is_address else ""
        hint = " Name them one by one." if isinstance(id, (list, tuple, set)) else hint
        raise InvalidInput(f"The id of {article(of)} must be an integer{large}, not {id!r}.{hint}")
    return number


def _index(id: Any) -> int | None:
    try:
        return None if isinstance(id, bool) else operator.index(id)
    except TypeError:
        return None
