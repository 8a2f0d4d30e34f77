"""Find out which fields a server ignored, by comparing its answer to a write with what was sent.

Label Studio answers 200 for fields that it does not know, and for values that it does not accept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timezone
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import EditionError, LabelStudioError, Unsupported
from ..text import listed
from .context import Context
from .expressions import plain
from .fields import DATETIME, Field
from .tracked import MISSING, same

if TYPE_CHECKING:
    from .record import Record

ENTITIES = MappingProxyType({"&lt;": "<", "&gt;": ">", "&amp;": "&"})


def refuse_newer(client: Context, fields: Iterable[Field[Any]], *, of: str) -> None:
    """Raise `Unsupported` for fields that this server is too old for, before they are sent."""
    newer = [field for field in fields if field.is_newer_than(client)]
    if newer:
        which = f"{of} has no {_named(newer)} on {client._described()}{_versions(newer)}"
        raise Unsupported(f"{which}. Nothing was sent.")


def ignored_fields(
    record: Record,
    fields: Iterable[Field[Any]],
    sent: Mapping[str, Any],
    answer: Mapping[str, Any],
    before: Mapping[str, Any] = MappingProxyType({}),
) -> list[Field[Any]]:
    """Return the fields that the server ignored.

    An answer may be older than the write, so fields that it shows unchanged are read again.
    """

    def ignored_in(found: Mapping[str, Any], field: Field[Any]) -> bool:
        received, was = (each.get(field.wire, MISSING) for each in (found, before))
        unknown = received is MISSING and bool(field.edition)  # even for an empty value
        return unknown or was_ignored(sent[field.wire], received, was)

    shown = (
        each for each in fields if not each.write_only and each.wire not in record._meta.volatile
    )
    suspected = [field for field in shown if ignored_in(answer, field)]
    try:
        now = record._fetch() if suspected else {}
        return [field for field in suspected if ignored_in(now, field)]
    except LabelStudioError:  # the write itself was answered, so go by that answer
        return suspected


def check_created(record: Record, fields: Iterable[Field[Any]], sent: Mapping[str, Any]) -> None:
    """Raise `Unsupported` if the server created a record without some of the fields sent."""
    ignored = ignored_fields(record, fields, sent, record._state.params)
    if ignored:
        raise ignored_error(record, ignored, created=True)


def was_ignored(sent: Any, received: Any, was: Any = MISSING) -> bool:
    """Tell whether the server ignored a value; one that it only wrote in another form was saved.

    >>> was_ignored("b", "a", was="a"), was_ignored(" b", "b", was="a"), was_ignored("b", MISSING)
    (True, False, True)
    """
    if received is MISSING:
        return not alike(sent, None)
    markup = isinstance(sent, str) and "<" in sent  # the server removes unsafe parts
    # Servers read "yes" and "1" as true.
    as_bool = isinstance(sent, str) and isinstance(received, bool)
    if markup or as_bool or same(sent, received) or alike(sent, received):
        return False
    if was is not MISSING:
        return alike(received, was)
    return isinstance(sent, bool) or received is None


def ignored_error(
    record: Record,
    ignored: Sequence[Field[Any]],
    saved: Iterable[str] = (),
    *,
    created: bool = False,
) -> Unsupported:
    """Return the error for fields that the server ignored; it also names those that it saved."""
    names, others = _named(ignored), sorted(saved)
    done = f"created {record!r} without {names}" if created else f"ignored {names} of {record!r}"
    also = f" {listed(others)} {'was' if len(others) == 1 else 'were'} saved." if others else ""
    server = record._client._described()
    elsewhere = [each for each in ignored if each.edition and each.edition not in server]
    kind = EditionError if elsewhere else Unsupported
    return kind(f"{server} {done}{_editions(elsewhere)}{_versions(ignored)}.{also}")


def alike(one: Any, other: Any) -> bool:
    """Tell whether two values are equal apart from how servers write them: "2 " and 2.0 are."""
    pairs = [(one, other)]
    while pairs:
        within = _pairs_in(*map(plain, pairs.pop()))
        if within is None:
            return False
        pairs.extend(within)
    return True


def _pairs_in(one: Any, other: Any) -> Iterable[tuple[Any, Any]] | None:
    """Return what has to be alike within two values; None if they are not alike whatever it is."""
    if isinstance(one, dict) and isinstance(other, dict):
        same_keys = one.keys() == other.keys()
        return [(one[key], other[key]) for key in one] if same_keys else None
    if isinstance(one, (list, tuple)) and isinstance(other, list):
        return zip(one, other, strict=True) if len(one) == len(other) else None
    if isinstance(other, dict) and "id" in other:
        return [(one, other["id"])]  # the record itself, where its id was sent
    return [] if _normal(one) == _normal(other) else None


def _normal(value: Any) -> Any:
    """Return the normal form of a value."""
    if isinstance(value, (str, list, tuple, dict)) and not value:
        return None
    if value is None or isinstance(value, (int, float)):
        return value
    text = "\n".join(_unescaped(str(value)).splitlines()).strip()
    moment = DATETIME.load(text)
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    try:
        return float(text)
    except ValueError:
        return text or None


def _unescaped(text: str) -> str:
    """Return a text without the entities that servers write in place of "&", "<" and ">"."""
    for entity, character in ENTITIES.items():
        text = text.replace(entity, character)
    return text


def _editions(fields: Sequence[Field[Any]]) -> str:
    """Return which edition has these fields, as the end of a sentence."""
    editions = listed(sorted({each.edition for each in fields}))
    return f"; only Label Studio {editions} has {_named(fields)}" if fields else ""


def _versions(fields: Sequence[Field[Any]]) -> str:
    """Return which versions have these fields, as the end of a sentence."""
    if len(fields) == 1 and fields[0].since:
        return f"; {fields[0].since} and later have it"
    return "".join(f"; {each.since} and later have {each.name}" for each in fields if each.since)


def _named(fields: Iterable[Field[Any]]) -> str:
    return listed(field.name for field in fields)
