"""Regions that are written into a result: new ones are built, those that it has are edited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from ...errors import InvalidInput
from ..controls import Control, find_tag
from ..parsed import ParsedConfig
from ..problems import suggestion
from ..tags import ANSWERS
from . import Item
from .build import Builder
from .coerce import Size, as_size, new_id
from .item_kinds import id_of, is_taxonomy_region, region_groups
from .places import NewGroup, as_place
from .region import Region, regions_of
from .serialize import shape_type, size_of, with_size
from .shapes import Shape
from .values import short_repr

Sizes = Mapping[tuple[Any, Any], Size]  # by the name of the image, and its index


@frozen
class StoredRegion:
    """A region of the result that is edited, and the indexes of its items."""

    region: Region
    place: tuple[int, ...] = field(converter=as_place)
    # With those that have its id, but come too early to be read as its own.
    whole: tuple[int, ...] = field(converter=as_place)

    def has(self, name: str) -> bool:
        """Tell whether it has an item of a control."""
        return any(item.get("from_name") == name for item in self.region.items)

    def belongs_to(self, name: str) -> bool:
        """Tell whether a control draws or labels it; others have answers about it."""
        items, config = self.region.items, self.region.config
        own = [item for item in items if item.get("type") not in ANSWERS]
        own = own or [item for item in items if is_taxonomy_region(item, config)]
        return any(item.get("from_name") == name for item in own)


def stored_regions(
    result: Sequence[Any], config: ParsedConfig, data: Mapping[str, Any] | None
) -> list[StoredRegion]:
    """Return the regions of a result with the places of their items."""
    by_id: dict[str, list[int]] = {}
    for index, item in enumerate(result):
        by_id.setdefault(id_of(item) or "", []).append(index)
    pairs = zip(regions_of(result, config, data), region_groups(result), strict=True)
    return [
        StoredRegion(region, place, by_id[region.id] if region.id else place)
        for region, place in pairs
    ]


def image_sizes(result: Iterable[Any]) -> Sizes:
    """Return the sizes of images that a result knows."""
    found = {}
    for item in result:
        size = size_of(item) if isinstance(item, Mapping) else None
        if size:
            found[item.get("to_name"), item.get("item_index") or 0] = size
    return found


@define(eq=False)
class RegionBuilder(Builder):
    """Builds the items of regions for a result that has some already."""

    known: Mapping[str, Region] = field(factory=dict)  # those that are replaced, by id
    others: frozenset[str] = frozenset()  # the ids of those that stay
    sizes: Sizes = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self._ids.update(self.others)

    def _with_size(self, control: Control, shape: Shape) -> Shape:
        place = shape.to or control.to_name[0], shape.item_index or 0
        return with_size(shape, as_size(self.sizes[place]) if place in self.sizes else self.size)

    def _region(self, control: Control, region: Shape | Region) -> Iterator[Item]:
        if isinstance(region, Region):
            yield from self._as_read(control, region).items
            return
        known = self.known.get(region.id)
        if known is None or region.id in self._ids or type(known.shape) is not type(region):
            yield from super()._region(control, region)
            return
        self._ids.add(region.id)
        yield from known.reshaped(region).items

    def _as_read(self, control: Control, region: Region) -> Region:
        """Return a region for a control: it must be one of its own, and not be there already."""
        own = any(item.get("from_name") == control.name for item in region.items)
        if not own and region.id not in self.known:
            raise InvalidInput(
                f"{region.id!r} is a region of {region.control!r}, not of {control.name!r}: "
                "a new region can be made of its shape, region.shape."
            )
        if region.id in self.others:
            region = region.replace(id=new_id())
        elif region.id in self._ids:
            raise _twice(region.id)
        self._ids.update({region.id} - {""})
        return region


def edited_regions(given: Any, stored: Sequence[StoredRegion], config: ParsedConfig) -> list[Item]:
    """Return the items of regions that were read, as they are or with changes."""
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise InvalidInput(f"must be a list of regions, not {short_repr(given)}.")
    known = {each.region.id: each.region for each in stored if each.region.id}
    regions = [_edited(each, known, config) for each in given]
    for id, count in Counter(each.id for each in regions if each.id).items():
        if count > 1:
            raise _twice(id)
    return [item for region in regions for item in region.items]


def _twice(id: str) -> InvalidInput:
    return InvalidInput(f"the region {id!r} is there twice: its copy needs an id.")


def _edited(given: Any, known: Mapping[str, Region], config: ParsedConfig) -> Region:
    if isinstance(given, Shape):
        return _with_shape(given, known, config)
    if not isinstance(given, Region):
        raise InvalidInput(f"must be regions that were read, not {short_repr(given)}.")
    stored = known[given.id].control if given.id in known else None
    if given.control != stored and find_tag(config.controls, given.control) is None:
        hint = suggestion(given.control, config.controls)
        raise InvalidInput(
            f"{given!r} is of another config: this one has no {given.control!r}.{hint}"
        )
    return given


def _with_shape(given: Shape, known: Mapping[str, Region], config: ParsedConfig) -> Region:
    """Return the region that has the id of a shape, with that shape."""
    if given.id not in known or type(known[given.id].shape) is not type(given):
        kind, name = type(given).__name__, _drawn_by(type(given), config)
        raise InvalidInput(
            f"must be regions that were read, not a new {kind}: "
            f'add it to its control, as annotation["{name}"] += [{kind}(…)].'
        )
    return known[given.id].reshaped(given)


def _drawn_by(kind: type[Shape], config: ParsedConfig) -> str:
    """Return the name of the first control that draws a kind of shape."""
    for control in config.controls.values():
        shown = (find_tag(config.objects, name) for name in control.to_name)
        if any(shape_type(control, each) is kind for each in shown):
            return control.name
    return "…"


def grouped(items: Iterable[Item], stored: Iterable[StoredRegion]) -> list[NewGroup]:
    """Return items in groups by their ids, each in the place of the stored region of that id."""
    groups: dict[Any, list[Item]] = {}
    for item in items:
        groups.setdefault(id_of(item) or len(groups), []).append(item)
    places = {each.region.id: each.place for each in stored if each.region.id}
    nameless = [each for each in stored if not each.region.id]
    return [
        NewGroup(group, places.get(id) or _place_of(group, nameless))
        for id, group in groups.items()
    ]


def _place_of(group: list[Item], nameless: list[StoredRegion]) -> tuple[int, ...]:
    """Return the place of a region without an id: that of one with the same items."""
    for index, each in enumerate(nameless):
        if list(each.region.items) == group:
            return nameless.pop(index).place
    return ()
