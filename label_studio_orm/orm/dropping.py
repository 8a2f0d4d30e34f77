"""Fields that a server ignores: what a write answered is held against what was sent.

Label Studio answers 200 for names that it does not know, and for values that it does not take.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from html import unescape
from types import MappingProxyType
from typing import Any

from ..errors import LabelStudioError, Unsupported, listed
from .context import Context
from .edits import MISSING, same
from .expressions import plain
from .fields import DATETIME, Field


def refuse_newer(client: Context, fields: Iterable[Field[Any]], *, of: str) -> None:
    """Raise `Unsupported` for fields that this server does not have yet, before they are sent."""
    newer = [field for field in fields if field.is_newer_than(client)]
    if newer:
        raise Unsupported(
            f"{of} has no {_named(newer)} on {client.described()}; "
            f"there is such a field since {newer[0].since}. Nothing was sent."
        )


def ignored(
    record: Any,
    fields: Iterable[Field[Any]],
    sent: Mapping[str, Any],
    answer: Mapping[str, Any],
    before: Mapping[str, Any] = MappingProxyType({}),
) -> list[Field[Any]]:
    """Return the fields that the server ignored: by what it answered, and has when asked again."""

    def not_in(found: Mapping[str, Any], fields: Iterable[Field[Any]]) -> list[Field[Any]]:
        return [
            field
            for field in fields
            if was_dropped(
                sent[field.wire], found.get(field.wire, MISSING), before.get(field.wire, MISSING)
            )
        ]

    shown = (each for each in fields if not each.write_only and each.wire not in record.reshaped)
    suspected = not_in(answer, shown)
    try:
        return not_in(record._fetch(), suspected) if suspected else []
    except LabelStudioError:  # what was sent has arrived: only the answer to that counts
        return suspected


def was_dropped(sent: Any, came: Any, was: Any = MISSING) -> bool:
    """Tell whether the server ignored a value; what it only writes in another way was taken.

    >>> was_dropped("b", "a", was="a"), was_dropped(" b", "b", was="a"), was_dropped("b", MISSING)
    (True, False, True)
    """
    if came is MISSING:
        return not alike(sent, None)
    markup = isinstance(sent, str) and "<" in sent  # of which the server takes out what is unsafe
    meant = isinstance(sent, str) and isinstance(came, bool)  # "yes" and "1" are true to it
    if markup or meant or same(sent, came) or alike(sent, came):
        return False
    if was is not MISSING:
        return alike(came, was)
    return isinstance(sent, bool) or (came is None)


def refusal(
    record: Any, dropped: Sequence[Field[Any]], saved: Iterable[str] = (), *, made: bool = False
) -> Unsupported:
    """Return the error for fields that a server has ignored, with what became of the others."""
    names, taken = _named(dropped), sorted(saved)
    done = f"made {record!r} without {names}" if made else f"ignored {names} of {record!r}"
    since = "".join(f" There is {each.name} since {each.since}." for each in dropped if each.since)
    others = f" {listed(taken)} {'was' if len(taken) == 1 else 'were'} saved." if taken else ""
    return Unsupported(f"{record.client.described()} {done}.{since}{others}")


def alike(one: Any, other: Any) -> bool:
    """Tell whether two values are the same but for how servers write them: "2 " and 2.0 are."""
    one, other = plain(one), plain(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(other, dict) and "id" in other:
        return alike(one, other["id"])  # a record that is sent back whole
    return bool(_form(one) == _form(other))


def _form(value: Any) -> Any:
    """Return a value in the one form that all its ways to be written share."""
    if isinstance(value, (str, list, tuple, dict)) and not value:
        return None
    if value is None or isinstance(value, (int, float)):
        return value
    text = "\n".join(unescape(str(value)).splitlines()).strip()  # it writes "&" as "&amp;"
    moment = DATETIME.load(text)
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    try:
        return float(text)
    except ValueError:
        return text or None


def _named(fields: Iterable[Field[Any]]) -> str:
    return listed(field.name for field in fields)
