"""Reading of results: typed regions, relations and plain answers."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, evolve, field, frozen

from ...errors import InvalidInput, NotFound
from ...text import listed, shown
from ..controls import Control, Object, find_tag
from ..parsed import ParsedConfig
from ..problems import suggestion
from ..tags import LABELINGS
from . import Item
from .answer_values import ANSWER_TYPES
from .brush import Brush
from .coerce import PATH_SEPARATOR
from .relations import Relation
from .serialize import SHAPE_TYPES, SHAPE_TYPES_ON, shape_of
from .shapes import Box, Ellipse, KeyPoint, Polygon, Shape
from .spans import Frames, Interval, Span
from .tracks import Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

S = TypeVar("S", bound=Shape)

GEOMETRY = frozenset(
    {"start", "x", "points", "rle", "sequence", "ranges", "vertices", "imageDataURL"}
)
SHAPES: Mapping[str, type[Shape]] = MappingProxyType(
    {"points": Polygon, "radiusX": Ellipse, "height": Box, "rle": Brush, "sequence": Track}
)


@frozen(slots=False, repr=False)
class Region:
    """A region of a result, with its labels and answers.

    >>> region = annotation.regions[0]
    >>> region.label, region.span.text
    ('PER', 'Ada')
    """

    items: tuple[Item, ...] = field(repr=False)  # as stored: the region, then its answers
    config: ParsedConfig = field(repr=False, eq=False)

    @property
    def _first(self) -> Item:
        return self.items[0]

    @property
    def id(self) -> str:
        """The id of the region, which all its items share."""
        return _id_of(self._first) or ""

    @property
    def control(self) -> str:
        """The name of its control."""
        return str(self._first.get("from_name", ""))

    @property
    def object(self) -> str:
        """The name of its object."""
        return str(self._first.get("to_name", ""))

    @property
    def type(self) -> str:
        """The type of its result, like "rectanglelabels" or "labels"."""
        return str(self._first.get("type", ""))

    @property
    def score(self) -> float | None:
        """The confidence of a model, 0 to 1, or None."""
        return self._first.get("score")

    @property
    def parent(self) -> str | None:
        """The id of the parent region, or None."""
        return self._first.get("parentID") or None

    @functools.cached_property
    def labels(self) -> tuple[str, ...]:
        """The labels, also if they are in an item of their own."""
        for item in self.items:
            value = item.get("value")
            own = str(item.get("type")) in LABELINGS or _is_taxonomy_region(item, self.config)
            key = item["type"] if own else "labels"
            found = value.get(key) if isinstance(value, Mapping) else None
            if isinstance(found, list) and found:
                return tuple(
                    PATH_SEPARATOR.join(map(str, e)) if _is_path(e) else str(e) for e in found
                )
        return ()

    @property
    def label(self) -> str | None:
        """The label, or the first of several."""
        return self.labels[0] if self.labels else None

    @functools.cached_property
    def answers(self) -> Mapping[str, Any]:
        """The per-region answers, by control name."""
        items = (item for item in self.items if _is_answer(item, self.config))
        return dict(_plain_answer(item, self.config) for item in items)

    def __getitem__(self, name: str) -> Any:
        return _check_name(self.config, name, self.answers.get(name))

    def __contains__(self, name: Any) -> bool:
        return name in self.answers

    __iter__ = None  # not a sequence in spite of __getitem__

    @functools.cached_property
    def shape(self) -> Shape | None:
        """The shape: a Box, Span, …; None if it cannot be read."""
        for item in self.items:
            kind = _shape_type(item, self.config)
            try:
                shape = shape_of(item, kind, self.labels) if kind else None
            except (KeyError, TypeError, ValueError, AttributeError):
                continue  # perhaps from another version: see `items`
            if shape is not None:
                return evolve(shape, answers=self.answers)
        return None

    @property
    def box(self) -> Box:
        """The box: `.pixels`, `.percent`, `.fractions`, `.rotation`."""
        return _shape_as(self, Box)

    @property
    def ellipse(self) -> Ellipse:
        """The ellipse."""
        return _shape_as(self, Ellipse)

    @property
    def polygon(self) -> Polygon:
        """The polygon."""
        return _shape_as(self, Polygon)

    @property
    def keypoint(self) -> KeyPoint:
        """The key point."""
        return _shape_as(self, KeyPoint)

    @property
    def brush(self) -> Brush:
        """The brush region."""
        return _shape_as(self, Brush)

    @property
    def mask(self) -> NDArray[Any]:
        """The mask of a brush region: a numpy array (height, width) of 0 to 255."""
        return self.brush.mask

    @property
    def span(self) -> Span:
        """The span of text."""
        return _shape_as(self, Span)

    @property
    def interval(self) -> Interval:
        """The interval of audio or a time series."""
        return _shape_as(self, Interval)

    @property
    def frames(self) -> Frames:
        """The frames of a video."""
        return _shape_as(self, Frames)

    @property
    def track(self) -> Track:
        """The track of a box in a video."""
        return _shape_as(self, Track)

    def __repr__(self) -> str:
        what = listed(self.labels) or shown(self.type)
        return f"<Region {shown(self.id)}: {what} by {shown(self.control)}>"


def _shape_as(region: Region, kind: type[S]) -> S:
    """Return the shape of a region, or raise if it is of another type."""
    if isinstance(region.shape, kind):
        return region.shape
    if region.shape is None:
        raise AttributeError(f"This region ({region.type}) has no readable shape: see its `items`.")
    name = type(region.shape).__name__
    raise AttributeError(f"This region ({region.type}) is a {name}, not a {kind.__name__}.")


@define(eq=False, repr=False, slots=False)
class Reading:
    """A parsed result: regions, relations, and answers for the whole task.

    >>> reading = config.read(config.result({"sentiment": "Good"}))
    >>> reading["sentiment"]
    'Good'
    """

    items: list[Item]
    config: ParsedConfig

    @functools.cached_property
    def regions(self) -> tuple[Region, ...]:
        """The regions, in order, each with its answers."""
        parts: dict[Any, list[Item]] = {}
        for item in self._known:
            id = _id_of(item)
            if id is not None and id in parts:
                parts[id].append(item)
            elif _is_region(item):
                parts[len(parts) if id is None else id] = [item]
        return tuple(Region(tuple(items), self.config) for items in parts.values())

    @functools.cached_property
    def relations(self) -> tuple[Relation, ...]:
        """The relations between regions."""
        return tuple(_relations(self._known))

    @functools.cached_property
    def answers(self) -> dict[str, Any]:
        """The answers for the whole task, by control name.

        With `perItem`, a dict of image numbers to answers: `{0: "cat", 1: "dog"}`.
        """
        ids = {region.id for region in self.regions if region.id}
        found: dict[str, Any] = {}
        for item in self._known:
            if _is_answer(item, self.config) and _id_of(item) not in ids:
                name, plain = _plain_answer(item, self.config)
                control: Control | None = find_tag(self.config.controls, name)
                if control is not None and control.per_item:
                    found.setdefault(name, {})[item.get("item_index")] = plain
                else:
                    found[name] = plain
        return found

    def __getitem__(self, name: str) -> Any:
        """Return the plain answer, the regions, or the answers for each region, of a control."""
        control: Control | None = _check_name(
            self.config, name, find_tag(self.config.controls, name)
        )
        if control is not None and (control.type not in ANSWER_TYPES or control.labels_regions):
            return [
                region
                for region in self.regions
                if any(i.get("from_name") == name for i in region.items)
            ]
        if control is not None and control.per_region:
            return [r.answers[name] for r in self.regions if name in r.answers]
        return self.answers.get(name)

    def __contains__(self, name: Any) -> bool:
        return any(item.get("from_name") == name for item in self._known)

    __iter__ = None  # not a sequence in spite of __getitem__

    @property
    def _known(self) -> list[Item]:
        """The items that are dicts."""
        return [item for item in self.items if isinstance(item, Mapping)]


def _check_name(config: ParsedConfig, name: str, found: Any) -> Any:
    if found is None and find_tag(config.controls, name) is None:
        raise NotFound(
            f"The labeling config has no control {name!r}.{suggestion(name, config.controls)}"
        )
    return found


def _id_of(item: Item) -> str | None:
    id = item.get("id")
    return id if isinstance(id, str) and id else None


def _is_region(item: Item) -> bool:
    value, type = item.get("value"), item.get("type")
    if not isinstance(value, Mapping) or not isinstance(type, str) or type == "relation":
        return False
    return type in LABELINGS or type in SHAPE_TYPES or bool(GEOMETRY & value.keys())


def _is_answer(item: Item, config: ParsedConfig) -> bool:
    kind = ANSWER_TYPES.get(str(item.get("type")))
    value = item.get("value")
    has_answer = kind is not None and isinstance(value, Mapping) and kind.key in value
    return has_answer and not _is_taxonomy_region(item, config)


def _is_taxonomy_region(item: Item, config: ParsedConfig) -> bool:
    """Tell whether an item is a region labeled by a Taxonomy."""
    if item.get("type") != "taxonomy" or not GEOMETRY & (item.get("value") or {}).keys():
        return False
    control: Control | None = find_tag(config.controls, str(item.get("from_name")))
    return control is not None and control.labels_regions


def _is_path(label: Any) -> bool:
    return isinstance(label, list)


def _plain_answer(item: Item, config: ParsedConfig) -> tuple[str, Any]:
    """Return the name and the plain value of an answer."""
    name, type = str(item.get("from_name")), str(item["type"])
    control = find_tag(config.controls, name)
    kind, stored = ANSWER_TYPES[type], item["value"][ANSWER_TYPES[type].key]
    return name, kind.load(control, stored) if control is not None else stored


def _shape_type(item: Item, config: ParsedConfig) -> type[Shape] | None:
    """Return the type of a region's shape."""
    type = str(item.get("type"))
    if type in SHAPE_TYPES:
        return SHAPE_TYPES[type]
    shown: Object | None = find_tag(config.objects, str(item.get("to_name")))
    on_it = SHAPE_TYPES_ON.get(shown.type) if shown else None
    if type == "labels" or on_it is not None:
        return on_it
    by_parts = (kind for part, kind in SHAPES.items() if part in item.get("value", ()))
    return next(by_parts, None)  # the region of an answer whose drawing is missing


def _relations(items: Iterable[Item]) -> Iterator[Relation]:
    for item in items:
        if item.get("type") == "relation":
            labels = item.get("labels") or ()
            try:
                yield Relation(
                    item["from_id"], item["to_id"], labels, item.get("direction", "right")
                )
            except (KeyError, InvalidInput):
                continue  # it stays in `items`
