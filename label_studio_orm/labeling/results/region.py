"""Regions of results, as they are read."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve, field, frozen

from ...errors import NotFound, UnknownName
from ...text import listed, shown
from ..controls import Control, find_tag
from ..parsed import ParsedConfig
from ..problems import suggestion
from ..tags import LABELINGS
from . import Item
from .brush import Brush
from .coerce import PATH_SEPARATOR
from .item_kinds import (
    id_of,
    is_answer,
    is_taxonomy_region,
    plain_answer,
    region_groups,
    shape_type_of,
)
from .region_edits import RegionEdit
from .serialize import COMMON_KEYS, shape_of, with_size
from .shapes import EMPTY, Box, Ellipse, KeyPoint, Polygon, Shape
from .spans import Frames, Interval, Span
from .tracks import Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

S = TypeVar("S", bound=Shape)


@frozen(slots=False, repr=False)
class Region:
    """A region of a result, with its labels and answers.

    >>> region = annotation.regions[0]
    >>> region.label, region.span.text
    ('PER', 'Ada')
    """

    items: tuple[Item, ...] = field(repr=False)  # as stored: the region, then its answers
    config: ParsedConfig = field(repr=False, eq=False)
    data: Mapping[str, Any] | None = field(default=None, repr=False, eq=False)  # of the task

    @property
    def _first(self) -> Item:
        return self.items[0]

    @property
    def id(self) -> str:
        """The id of the region, which all its items share."""
        return id_of(self._first) or ""

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
            own = str(item.get("type")) in LABELINGS or is_taxonomy_region(item, self.config)
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
        items = (item for item in self.items if is_answer(item, self.config))
        return dict(plain_answer(item, self.config) for item in items)

    def __getitem__(self, name: str) -> Any:
        return check_name(self.config, name, self.answers.get(name))

    def _ipython_key_completions_(self) -> list[str]:
        controls: Mapping[str, Control] = self.config.controls
        asked = (name for name, each in controls.items() if each.per_region)
        return list(dict.fromkeys([*asked, *self.answers]))

    def __contains__(self, name: Any) -> bool:
        return name in self.answers

    __iter__ = None  # not a sequence in spite of __getitem__

    @functools.cached_property
    def shape(self) -> Shape | None:
        """The shape: a Box, Span, …; None if it cannot be read."""
        for item in self.items:
            kind = shape_type_of(item, self.config)
            try:
                shape = shape_of(item, kind, self.labels) if kind else None
            except (LookupError, TypeError, ValueError, AttributeError, OverflowError):
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

    def replace(self, **changes: Any) -> Region:
        """Return the region with other labels, answers or coordinates; the rest stays as it is.

        Takes the fields of its shape, as `Box.replace` does. Assign the result to
        `annotation.regions` or to the name of its control to change an annotation.

        >>> annotation.regions[0].replace(label="ORG", end=10).span.text
        'Ada joined'
        """
        return self.reshaped(self._as_shape.replace(**changes))

    def reshaped(self, shape: Shape) -> Region:
        """Return the region with the fields of another shape of its type."""
        shape = with_size(shape, getattr(self.shape, "size", None))
        shape = evolve(shape, to=shape.to or self.object)
        data = EMPTY if self.data is None else self.data
        edit = RegionEdit(self._as_shape, shape, self.config, data)
        return evolve(self, items=edit.apply(self.items))

    @property
    def _as_shape(self) -> Shape:
        """The shape, without coordinates if it cannot be read."""
        if self.shape is not None:
            return self.shape
        known = {name: self._first[name] for name in COMMON_KEYS if name in self._first}
        answers, parent = self.answers, self.parent
        return Shape(
            self.labels, id=self.id, to=self.object, answers=answers, parent=parent, **known
        )

    def __getstate__(self) -> dict[str, Any]:
        own = {"items": self.items, "config": self.config}
        return {**own, "data": None}  # which may be read from the server

    def __repr__(self) -> str:
        what = listed(self.labels) or shown(self.type)
        return f"<Region {shown(self.id)}: {what} by {shown(self.control)}>"


def _refuse(region: Region, name: str, value: object) -> None:
    raise UnknownName(
        f"A region is a value and cannot be changed: make another with region.replace({name}=…), "
        "and assign it, as annotation.regions = […]."
    )


Region.__setattr__ = _refuse  # type: ignore[assignment]  # that of attrs says nothing of this


def _shape_as(region: Region, kind: type[S]) -> S:
    """Return the shape of a region, or raise if it is of another type."""
    if isinstance(region.shape, kind):
        return region.shape
    if region.shape is None:
        raise UnknownName(f"This region ({region.type}) has no readable shape: see its `items`.")
    name = type(region.shape).__name__
    raise UnknownName(f"This region ({region.type}) is a {name}, not a {kind.__name__}.")


def check_name(config: ParsedConfig, name: str, found: Any) -> Any:
    """Raise `NotFound` for a control that the config does not have, if nothing was found."""
    if found is None and find_tag(config.controls, name) is None:
        raise NotFound(
            f"The labeling config has no control {name!r}.{suggestion(name, config.controls)}"
        )
    return found


def regions_of(
    items: Sequence[Any], config: ParsedConfig, data: Mapping[str, Any] | None = None
) -> tuple[Region, ...]:
    """Return the regions of a result, in order, each with its answers."""
    groups = region_groups(items)
    return tuple(Region(tuple(items[i] for i in group), config, data) for group in groups)


def _is_path(label: Any) -> bool:
    return isinstance(label, list)
