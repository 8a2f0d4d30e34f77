"""The events that a server has for webhooks."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import InvalidInput, nearest
from ..orm.context import Context, once
from ..orm.response_shape import shaped
from ..text import FEW, listed, shown


def events_of(client: Context) -> dict[str, tuple[str, bool]]:
    """Return the server's events: their titles, and whether no project has them."""

    def ask() -> dict[str, tuple[str, bool]]:
        answer = shaped(client.json("GET", "/api/webhooks/info/"), {})
        shaped([*answer.values()], [{"name": str}])
        return {name: (e["name"], bool(e.get("organization-only"))) for name, e in answer.items()}

    return once(client, "webhook events", ask)


def check_events(client: Context, names: Iterable[object], *, of_project: bool) -> None:
    """Raise `InvalidInput` for the first event that the server lacks, or that no project has."""
    known = events_of(client)
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise InvalidInput(f"There is no event {shown(repr(name), 60)}.{_near(name, known)}")
        if of_project and known[name][1]:
            theirs = [each for each in known if not known[each][1]]
            raise InvalidInput(
                f"{name} is an event of the organization, and a project's webhook never gets it. "
                f"Events of a project are {listed(theirs)}."
            )


def _near(name: object, known: Iterable[str]) -> str:
    text = str(name).upper().replace(" ", "_")
    return nearest(text, known) or f" There are {listed(known, most=2 * FEW)}."
