"""Comparison of two configs: what existing annotations would lose, and what is new."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from attrs import frozen

from ..display import Displayed
from .controls import Control
from .parsed import ParsedConfig
from .results.dates import date_format

STARS = 5.0  # the default maxRating
BOUNDS: Mapping[str, Mapping[str, Callable[[float, float], bool]]] = MappingProxyType(
    {"number": {"min": operator.gt, "max": operator.lt}, "rating": {"maxrating": operator.lt}}
)


@frozen
class ConfigDiff(Displayed):
    """The changes from one config to another; true if there are any.

    `lost` is what existing annotations would lose; `gained` is what new ones can have.

    >>> old = LabelConfig.create({"text": "Text", "mood": choices("Good", "Bad")})
    >>> new = LabelConfig.create({"text": "Text", "mood": choices("Good", "So-so")})
    >>> print(old.diff(new))
    - 'mood' loses 'Bad'
    + 'mood' gains 'So-so'
    """

    lost: tuple[str, ...]
    gained: tuple[str, ...]
    same: bool

    @classmethod
    def between(cls, old: ParsedConfig, new: ParsedConfig) -> ConfigDiff:
        """Compare two configs."""
        return cls(tuple(_lost(old, new)), tuple(_gained(old, new)), old == new)

    def __bool__(self) -> bool:
        return not self.same

    def __str__(self) -> str:
        lines = [*(f"- {each}" for each in self.lost), *(f"+ {each}" for each in self.gained)]
        return "\n".join(lines) or ("no change" if self.same else "changes of appearance only")


def _lost(old: ParsedConfig, new: ParsedConfig) -> Iterator[str]:
    for name, control in old.controls.items():
        if name in new.controls:
            other = new.controls[name]
            yield from (
                *_incompatibilities(control, other),
                *_label_changes(control, other, "loses"),
            )
        else:
            yield f"{name!r} ({control.tag}) is gone"
    yield from _lost_objects(old, new)
    for name in sorted({*old.relation_labels} - {*new.relation_labels}):
        yield f"relations lose {name!r}"


def _gained(old: ParsedConfig, new: ParsedConfig) -> Iterator[str]:
    for name, control in new.controls.items():
        if name in old.controls:
            yield from _label_changes(control, old.controls[name], "gains")
        else:
            yield f"{name!r} ({control.tag}) is new"
    yield from (f"${name} is used" for name in new.variables if name not in old.variables)


def _incompatibilities(old: Control, new: Control) -> list[str]:
    """Return the changes that invalidate all answers of a control."""
    changes = []
    if old.type != new.type:
        changes.append(f"{old.name!r} was a {old.tag} and is a {new.tag}")
    gone = [name for name in old.to_name if name not in new.to_name]
    if gone:
        changes.append(f"{old.name!r} is no longer for {', '.join(map(repr, gone))}")
    if old.per_region != new.per_region:
        now = "each region" if new.per_region else "the whole task"
        changes.append(f"{old.name!r} is now answered for {now}")
    if old.multiple and not new.multiple:
        changes.append(f"{old.name!r} accepts only one answer now")
    if old.type == new.type and old.nested != new.nested:
        changes.append(f"{old.name!r} stores its answers in another format (allowNested)")
    if old.is_on("allowEmpty") and not new.is_on("allowEmpty"):
        changes.append(f"{old.name!r} no longer accepts regions without a label")
    return [*changes, *_narrowed_bounds(old, new)] if old.type == new.type else changes


def _narrowed_bounds(old: Control, new: Control) -> Iterator[str]:
    """Yield the bounds that exclude former answers."""
    for option, is_narrower in BOUNDS.get(old.type, {}).items():
        one, other = old.number(option), new.number(option)
        if option == "maxrating":
            one, other = one or STARS, other or STARS
        if other is not None and (one is None or is_narrower(other, one)):
            yield f"{old.name!r} has narrower bounds ({option}={other:g})"
    if old.type == "datetime" and date_format(old) != date_format(new):
        yield f"{old.name!r} had the format {date_format(old)} and has {date_format(new)}"
    if old.type == "ranker" and not {*old.buckets} <= {*new.buckets}:
        yield f"{old.name!r} has other buckets"
    elif old.type == "ranker" and bool(old.buckets) != bool(new.buckets):
        yield f"{old.name!r} has buckets now"


def _label_changes(old: Control, new: Control, verb: str) -> list[str]:
    """Return the labels that only the first control has."""
    if new.dynamic:
        return []
    if old.dynamic and verb == "loses":
        return [f"{old.name!r} no longer has labels from task data"]
    own = {label.path if old.nested else (label.name,): None for label in old.labels}
    other = {label.path if old.nested else (label.name,) for label in new.labels}
    return [f"{old.name!r} {verb} {' / '.join(path)!r}" for path in own if path not in other]


def _lost_objects(old: ParsedConfig, new: ParsedConfig) -> list[str]:
    changes = []
    for name, shown in old.objects.items():
        other = new.objects.get(name)
        if other is None:
            changes.append(f"{name!r} ({shown.tag}) is gone")
        elif other.type != shown.type:
            changes.append(f"{name!r} was a {shown.tag} and is a {other.tag}")
        elif other.value != shown.value:
            changes.append(f"{name!r} showed {shown.value} and shows {other.value}")
    return changes
