"""Shapes on images: boxes, ellipses, polygons, key points; masks are in `brush`.

Coordinates are in `pixels`, in `fractions` of the image's sides (0 to 1), or in `percent`, the unit
of the server (see https://labelstud.io/guide/task_format). Pixels need the image's size, (width,
height) or its file, here or in `config.result(…, size=…)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from attrs import evolve, field, fields, frozen
from attrs.converters import optional

from ...errors import InvalidInput, nearest
from ...text import FEW
from .clipping import Point, Quad, cut_box, cut_ellipse, cut_line, cut_point, cut_polygon
from .coerce import (
    Size,
    as_answers,
    as_dict,
    as_int,
    as_labels,
    as_number,
    as_score,
    as_size,
    new_id,
    region_id,
    rescale,
    unchanged,
)

if TYPE_CHECKING:
    from typing_extensions import Self

EMPTY: Mapping[str, Any] = MappingProxyType({})
UNITS = ("pixels", "percent", "fractions")
RARE_FIELDS = frozenset({"labels", "answers", "to", "meta"})

N = TypeVar("N")


def as_parent(value: Any) -> str:
    """Return the id of the parent region."""
    return region_id(value, "parent")


@frozen(repr=False)
class Shape:
    """A region: its coordinates, labels and answers.

    `answers` are per-region answers by control name. `to` is the name of its object, needed if the
    control has several. `parent` is the region that it belongs to, such as the box around key
    points, or the id of that region.
    """

    labels: tuple[str, ...] = field(default=(), converter=as_labels)
    id: str = field(kw_only=True, factory=new_id, eq=False)
    answers: Mapping[str, Any] = field(
        kw_only=True, default=EMPTY, converter=as_answers, hash=False
    )
    to: str = field(default="", kw_only=True)
    # The confidence in this region: 0 to 1.
    score: float | None = field(kw_only=True, default=None, converter=optional(as_score))
    meta: Mapping[str, Any] | None = field(
        kw_only=True, default=None, converter=optional(as_dict), hash=False
    )
    # The index of its image in a list, from 0.
    item_index: int | None = field(kw_only=True, default=None, converter=optional(as_int))
    # The id of the parent region.
    parent: str | None = field(kw_only=True, default=None, converter=optional(as_parent))

    @property
    def label(self) -> str | None:
        """The label, or the first of several."""
        return self.labels[0] if self.labels else None

    def replace(self, **changes: Any) -> Self:
        """Return the shape with another label, other coordinates, …; it keeps its id.

        >>> Box("cat", percent=(10, 10, 20, 20)).replace(label="dog", rotation=30).labels
        ('dog',)
        """
        if "label" in changes and "labels" in changes:
            raise InvalidInput("A region must have label= or labels=, not both.")
        if "label" in changes:
            changes = {**changes, "labels": changes["label"]}
            del changes["label"]
        check_fields(type(self), changes)
        return evolve(self, **{**self._superseded(changes.keys()), **changes})

    def __repr__(self) -> str:
        """Show the shape as it would be typed, without its id."""
        label = [repr(self.labels[0] if len(self.labels) == 1 else self.labels)]
        given = (f"{name}={value!r}" for name, value in self._given())
        return f"{type(self).__name__}({', '.join([*label[: len(self.labels)], *given])})"

    def _given(self) -> Iterator[tuple[str, Any]]:
        """Yield the options that are not their defaults, the coordinates first."""
        common = {each.name for each in fields(Shape)}
        for each in sorted(fields(type(self)), key=lambda each: each.name in common):
            value = getattr(self, each.name)
            if each.repr and each.name not in ("labels", "id") and value != each.default:
                yield str(each.alias), value

    def _superseded(self, changed: Set[str]) -> Mapping[str, Any]:
        """Return the fields that are reset when others change."""
        return EMPTY


def check_fields(kind: type[Shape], names: Iterable[str]) -> None:
    """Raise `InvalidInput` for a field that a kind of shape does not have."""
    aliases = (field.alias or field.name for field in fields(kind) if field.init)
    known = [name for name in aliases if not name.startswith("_")]
    for name in names:
        if name not in known:
            hint = nearest(name, known)
            some = ["label", *(each for each in known if each not in RARE_FIELDS)]
            there = "" if hint or len(some) > FEW else f" It has {', '.join(some)}."
            raise InvalidInput(f"a {kind.__name__} has no {name!r}.{hint}{there}")


@frozen(repr=False)
class Planar(Shape, Generic[N]):
    """A shape on an image, stored in the unit that it was created with.

    `clip=True` cuts off the parts outside the image.
    """

    # The converter makes type checkers accept any sequence of numbers.
    _pixels: N | None = field(kw_only=True, default=None, converter=unchanged)
    _percent: N | None = field(kw_only=True, default=None, converter=unchanged)
    _fractions: N | None = field(kw_only=True, default=None, converter=unchanged)
    size: Size | None = field(kw_only=True, default=None, converter=optional(as_size))
    clip: bool = field(kw_only=True, default=False, converter=bool, eq=False, repr=False)

    parts: ClassVar[tuple[str, ...]]  # the names of the numbers, alternately along x and y

    def __attrs_post_init__(self) -> None:
        if len(self._coordinates) != 1:
            raise InvalidInput(
                f"A {type(self).__name__} must have one of pixels=, percent= and fractions=, not "
                f"{' and '.join(self._coordinates) or 'none'}."
            )
        ((unit, numbers),) = self._coordinates.items()
        numbers = self._checked(numbers)
        if self.clip and (self.size or not self._needs_size_to_clip(unit)):
            numbers = self._clipped(numbers, unit)
        object.__setattr__(self, f"_{unit}", numbers)

    @property
    def pixels(self) -> N:
        """The coordinates in pixels, for which the image's size must be known."""
        return self._in("pixels")

    @property
    def percent(self) -> N:
        """The coordinates in percent of the image's width and height."""
        return self._in("percent")

    @property
    def fractions(self) -> N:
        """The coordinates in fractions of the image's width and height."""
        return self._in("fractions")

    def _superseded(self, changed: Set[str]) -> Mapping[str, Any]:
        """Reset the coordinates in other units."""
        return EMPTY if changed.isdisjoint(UNITS) else dict.fromkeys(UNITS)

    @property
    def _coordinates(self) -> dict[str, N]:
        units = {"pixels": self._pixels, "percent": self._percent, "fractions": self._fractions}
        return {unit: numbers for unit, numbers in units.items() if numbers is not None}

    def _in(self, unit: str) -> N:
        ((value, numbers),) = self._coordinates.items()
        if value == unit:
            return numbers
        return self._scaled(numbers, self._whole(value), self._whole(unit))

    def _whole(self, unit: str) -> tuple[float, float]:
        """Return the width and height of the image in a unit."""
        if unit == "pixels" and self.size is None:
            kind = type(self).__name__
            raise InvalidInput(f"A {kind} in pixels needs the image's size=(width, height).")
        sides = {"pixels": self.size, "percent": (100, 100), "fractions": (1, 1)}[unit]
        return sides or (1, 1)

    def _checked(self, value: Any) -> N:
        return cast("N", numbers_of(value, self.parts, type(self).__name__))

    def _needs_size_to_clip(self, unit: str) -> bool:
        """Tell whether clipping needs the size: pixels and rotated shapes do."""
        return unit == "pixels" or bool(getattr(self, "rotation", 0))

    def _clipped(self, numbers: N, unit: str) -> N:
        """Return the coordinates of the part within the image."""
        sides = self._whole(unit)
        inner = self._whole("pixels") if self._needs_size_to_clip(unit) else sides
        as_int = self._scaled(numbers, sides, inner)
        left = self._cut(as_int, inner)
        if left is None:
            kind = type(self).__name__
            raise InvalidInput(f"The {kind} must lie inside the image, not at {numbers} in {unit}.")
        return numbers if left == as_int else self._scaled(left, inner, sides)

    def _cut(self, numbers: N, sides: Point) -> N | None:
        raise NotImplementedError

    def _check_that_it_is_clipped(self) -> None:
        if (
            self.clip
            and self.size is None
            and self._needs_size_to_clip(next(iter(self._coordinates)))
        ):
            kind = type(self).__name__
            raise InvalidInput(f"To clip a rotated {kind}, pass the image's size=(width, height).")

    def _scaled(self, numbers: N, old: Point, new: Point) -> N:
        flat = enumerate(cast("tuple[float, ...]", numbers))
        return cast("N", tuple(rescale(n, old[i % 2], new[i % 2]) for i, n in flat))

    def value(self) -> dict[str, Any]:
        """Return the value for the server, in percent."""
        self._check_that_it_is_clipped()
        return dict(zip(self.parts, cast("tuple[float, ...]", self.percent), strict=True))


@frozen(repr=False)
class Box(Planar[tuple[float, float, float, float]]):
    """A rectangle: (x, y, width, height), where x and y are its upper left corner.

    `rotation` is in degrees, clockwise, around that corner.

    >>> Box("cat", pixels=(64, 48, 320, 240), size=(640, 480)).percent
    (10.0, 10.0, 50.0, 50.0)
    """

    rotation: float = field(kw_only=True, default=0.0, converter=as_number)
    parts = ("x", "y", "width", "height")

    def _cut(self, numbers: Quad, sides: Point) -> Quad | None:
        return cut_box(numbers, self.rotation, sides)

    def value(self) -> dict[str, Any]:
        return {**super().value(), "rotation": self.rotation}


@frozen(repr=False)
class Ellipse(Planar[tuple[float, float, float, float]]):
    """An ellipse: (x, y, radius along x, radius along y), where x and y are its center.

    `rotation` is in degrees, clockwise, around the center.
    """

    rotation: float = field(kw_only=True, default=0.0, converter=as_number)
    parts = ("x", "y", "radiusX", "radiusY")

    def _cut(self, numbers: Quad, sides: Point) -> Quad | None:
        return cut_ellipse(numbers, self.rotation, sides)

    def value(self) -> dict[str, Any]:
        return {**super().value(), "rotation": self.rotation}


@frozen(repr=False)
class KeyPoint(Planar[Point]):
    """A point: (x, y); `width` is its displayed size in percent of the image's width."""

    width: float = field(kw_only=True, default=0.5, converter=as_number)
    parts = ("x", "y")

    def _cut(self, numbers: Point, sides: Point) -> Point | None:
        return cut_point(numbers, sides)

    def value(self) -> dict[str, Any]:
        return {**super().value(), "width": self.width}


@frozen(repr=False)
class Polygon(Planar[tuple[Point, ...]]):
    """A polygon, or an open line: a list of points (x, y)."""

    closed: bool = field(kw_only=True, default=True, converter=bool)
    parts = ("x", "y")

    def _checked(self, value: Any) -> tuple[Point, ...]:
        if not isinstance(value, Iterable):
            raise InvalidInput(f"A Polygon must be a list of points (x, y), not {value!r}.")
        points = tuple(cast("Point", numbers_of(p, self.parts, "Polygon")) for p in value)
        least = 3 if self.closed else 2
        if len(points) < least:
            raise InvalidInput(f"A Polygon must have at least {least} points, not {len(points)}.")
        return points

    def _scaled(self, numbers: tuple[Point, ...], old: Point, new: Point) -> tuple[Point, ...]:
        return tuple((rescale(x, old[0], new[0]), rescale(y, old[1], new[1])) for x, y in numbers)

    def _cut(self, numbers: tuple[Point, ...], sides: Point) -> tuple[Point, ...] | None:
        left = cut_polygon(numbers, sides) if self.closed else cut_line(numbers, sides)
        return None if left is None else tuple(left)

    def value(self) -> dict[str, Any]:
        return {"points": [list(point) for point in self.percent], "closed": self.closed}


def numbers_of(value: Any, parts: tuple[str, ...], kind: str) -> tuple[float, ...]:
    """Convert a sequence or array of numbers, each one checked."""
    try:
        found = tuple(value)
    except TypeError:
        found = ()
    if len(found) != len(parts):
        raise InvalidInput(f"A {kind} must be ({', '.join(parts)}), not {value!r}.")
    return tuple(
        as_number(value, f"{part} of a {kind}") for value, part in zip(found, parts, strict=True)
    )
