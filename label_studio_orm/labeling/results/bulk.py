"""Detection of valid predictions that the server's bulk import drops.

`POST /api/projects/{id}/import/predictions` validates results with `LabelInterface` of
label_studio_sdk, which is stricter than the editor and the other endpoints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from ..controls import Control
from ..parsed import ParsedConfig
from ..tags import LABELINGS
from . import Item, Value

Check = Callable[[Value], bool]


def _within(**most: float) -> Check:
    """Make a check for upper bounds; numbers may be negative."""
    return lambda value: all(value.get(part, 0) <= limit for part, limit in most.items())


_BOX = _within(x=100, y=100, width=100, height=100)


def _rectangle(value: Value) -> bool:
    return _BOX(value) and value.get("rotation", 0) <= 360


def _polygon(value: Value) -> bool:
    return all(x <= 100 and y <= 100 for x, y in value["points"])


def _track(value: Value) -> bool:
    known = None not in (value.get("framesCount"), value.get("duration"))
    return known and all(_BOX(each) and each.get("time") is not None for each in value["sequence"])


def _has(part: str, kind: type) -> Check:
    return lambda value: isinstance(value.get(part), kind)


REGION_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "bitmask": _has("imageDataURL", str),
        "brush": _has("rle", Sequence),
        "ellipse": _within(x=100, y=100, radiusX=50, radiusY=50, rotation=360),
        "keypoint": _within(x=100, y=100),
        "polygon": _polygon,
        "rectangle": _rectangle,
        "vector": _has("vertices", Sequence),
    }
)
OTHER_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "magicwand": REGION_CHECKS["brush"],
        "textarea": _has("text", list),
        "timeserieslabels": _has("instant", bool),
        "videorectangle": _track,
    }
)


@frozen
class BulkCheck:
    """Checks which results of a config the bulk import accepts."""

    config: ParsedConfig
    _fits: Mapping[str, Check] = field(init=False)  # by control name

    @_fits.default
    def _by_control(self) -> Mapping[str, Check]:
        return {name: _check_for(each) for name, each in self.config.controls.items()}

    def takes(self, result: Any) -> bool:
        """Tell whether the bulk import accepts a valid result."""
        try:
            return all(self._takes(item, result) for item in result)
        except (KeyError, TypeError, ValueError, AttributeError):
            return False

    def _takes(self, item: Item, result: Any) -> bool:
        if item["type"] == "relation":
            return "direction" in item
        name, value = item["from_name"], item["value"]
        control = self.config.controls[name]
        if item["to_name"] not in control.to_name or item["to_name"] not in self.config.objects:
            return False
        return self._fits[name](value) and (
            control.type != "labels" or _has_region(item, value, result)
        )


def _check_for(control: Control) -> Check:
    """Return the check for the values of a control."""
    region = OTHER_CHECKS.get(control.type) or REGION_CHECKS.get(
        control.type.removesuffix("labels"), bool
    )
    key = control.type
    if key not in LABELINGS and key not in ("choices", "taxonomy"):
        return region
    known = _check_paths(control.names) if key == "taxonomy" else _check_names(control.names)
    return lambda value: region(value) and known(value[key])


def _check_names(names: frozenset[str]) -> Callable[[Any], bool]:
    """Make a check for labels: paths fail, as do labels from task data."""

    def check(stored: Any) -> bool:
        return all(isinstance(each, str) and (not names or each in names) for each in stored)

    return check


def _check_paths(names: frozenset[str]) -> Callable[[Any], bool]:
    return lambda paths: not names or all(names.issuperset(path) for path in paths)


def _has_region(item: Item, value: Value, result: Any) -> bool:
    """Tell whether <Labels> have coordinates: those of their id's drawing, or start and end."""
    drawn = (each["type"] for each in result if each.get("id") == item.get("id"))
    partner = next((REGION_CHECKS[type] for type in drawn if type in REGION_CHECKS), None)
    return partner(value) if partner else "start" in value and "end" in value
