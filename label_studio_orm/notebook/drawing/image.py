"""Images with the regions drawn on them, where the editor draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from ...labeling.results.brush import Brush
from ...labeling.results.region import Region
from ...labeling.results.serialize import size_of
from ...labeling.results.shapes import Box, Ellipse, KeyPoint, Polygon, Shape
from ..cells import note, note_of_more
from ..markup import Html, joined, safe_url, tag
from .masks import corner, mask_url
from .palette import Colour
from .parts import attempted, caption, chip, spread, svg
from .scene import Scene, Shown

SMALLEST, WIDEST, HIGHEST = 240, 440, 400  # pixels in a page
DOT = 8  # pixels, of a key point that has no size
MOST_LABELS = 60  # with more, labels are shown under the mouse only
NOT_LOADED = "The image is not loaded: task.show() puts it here."
NO_URL = "The image is at no URL that a page can show."
MOST_IMAGES = 12  # of a list
MOST_POINTS = 5_000  # of a polygon
TOP = 6  # percent of the height, above which a label is inside its region

Size = tuple[float, float]


def draw_images(shown: Shown, regions: Sequence[Region], scene: Scene) -> Html:
    """Return the image of an object, or its images, with their regions."""
    several = len(shown.items) > 1
    drawn = []
    for index, value in enumerate(shown.items[:MOST_IMAGES]):
        own = [each for each in regions if not several or _index(each) == index]
        title = tag("div", f"Image {index + 1} of {len(shown.items)}") if several else None
        drawn.append(tag("div", title, _image(value, own, scene), class_="lso-item"))
    return joined([drawn, note_of_more(len(shown.items), MOST_IMAGES, "images")])


def _index(region: Region) -> int:
    index = region.items[0].get("item_index")
    return index if isinstance(index, int) else 0


def _image(value: Any, regions: Sequence[Region], scene: Scene) -> Html:
    source = scene.media.image(value)
    size = _size(regions) or scene.media.size(value)
    canvas = Canvas(size or (100.0, 100.0), known=size is not None)
    layers = [
        _picture(source),
        canvas.svg([(region, scene.palette.of(region)) for region in regions]),
        _labels(regions, scene),
    ]
    frame = tag("div", *layers, class_="lso-image", style=canvas.style(placed=source is not None))
    absent = NOT_LOADED if value is None else NO_URL
    remarks = _notes(regions, None if source else absent, known=size is not None)
    return joined([frame, *remarks])


def _picture(source: str | None) -> Html | None:
    return None if source is None else tag("img", src=source, alt=NOT_LOADED, loading="lazy")


def _size(regions: Sequence[Region]) -> Size | None:
    """Return the size of an image, which most of its regions have."""
    for region in regions:
        width, height = size_of(region.items[0]) or (0, 0)
        if _is_positive(width) and _is_positive(height):
            return width, height
    return None


def _is_positive(number: Any) -> bool:
    return isinstance(number, (int, float)) and 0 < number < 1e9


def _notes(regions: Sequence[Region], absent: str | None, *, known: bool) -> Iterator[Html]:
    shapes = [region.shape for region in regions]
    if absent is not None:
        yield note(absent)
    if not known and any(getattr(shape, "rotation", 0) for shape in shapes):
        yield note("The image's size is unknown: rotated shapes are drawn as in a square image.")
    if any(isinstance(shape, Brush) for shape in shapes) and not _has_numpy():
        yield note("Masks are drawn with numpy: pip install 'label-studio-orm[masks]'.")


def _has_numpy() -> bool:
    try:
        import numpy  # noqa: F401
    except ModuleNotFoundError:
        return False
    return True


# -- labels ----------------------------------------------------------------------------------------


def _labels(regions: Sequence[Region], scene: Scene) -> list[Html]:
    """Return the labels of regions, beside these; with very many, none is readable."""
    if len(regions) > MOST_LABELS:
        return []
    labels = (attempted(_label, region, scene.palette.of(region)) for region in regions)
    return [label for label in labels if label is not None]


def _label(region: Region, colour: Colour) -> Html | None:
    text, corner = caption(region), _corner(region)
    if corner is None or not text:
        return None
    return chip(text, colour, style=_beside(*corner) + _aside(region))


def _beside(x: float, y: float) -> str:
    above = "transform:translateY(-100%);" if y > TOP else ""
    return f"position:absolute;left:{_within(x):.2f}%;top:{_within(y):.2f}%;{above}"


def _aside(region: Region) -> str:
    """Keep a label off the point that it is for."""
    return f"margin-left:{DOT}px;" if isinstance(region.shape, KeyPoint) else ""


def _within(percent: float) -> float:
    return min(max(percent, 0.0), 100.0)


def _corner(region: Region) -> tuple[float, float] | None:
    """Return where the label of a region goes, in percent."""
    shape = region.shape
    if isinstance(shape, (Box, KeyPoint)):
        return shape.percent[0], shape.percent[1]
    if isinstance(shape, Ellipse):
        x, y, _, radius = shape.percent
        return x, y - radius
    if isinstance(shape, Polygon):
        return min(shape.percent, key=lambda point: point[1])
    if isinstance(shape, Brush):
        return corner(shape)
    first = region.items[0]["value"]["vertices"][0]  # of a vector
    return first["x"], first["y"]


# -- shapes ----------------------------------------------------------------------------------------


@frozen
class Canvas:
    """The area over an image, in the image's pixels; in percent if its size is unknown."""

    size: Size
    known: bool

    @property
    def shown(self) -> float:
        """The width of the image in the page, in pixels."""
        width, height = self.size if self.known else (WIDEST, WIDEST)
        return min(max(width, SMALLEST), WIDEST, HIGHEST * width / height)

    def style(self, *, placed: bool) -> str:
        """Return the size in the page: that of the image itself if nothing else is known."""
        width, height = self.size
        ratio = f"aspect-ratio:{width:g}/{height:g};" if self.known or not placed else ""
        return f"width:{self.shown:.0f}px;{ratio}"

    def svg(self, regions: Sequence[tuple[Region, Colour]]) -> Html:
        """Return the shapes of regions as one drawing over the image."""
        shapes = [attempted(self._shape, region, colour) for region, colour in regions]
        return svg(*self.size, *shapes)

    def _shape(self, region: Region, colour: Colour) -> Html | None:
        if region.shape is None:
            return self._unnamed(region, colour)
        draw = SHAPES.get(type(region.shape))
        title = tag("title", caption(region) or region.type)
        return None if draw is None else draw(region.shape, self, colour, title)

    def _unnamed(self, region: Region, colour: Colour) -> Html | None:
        """Return a vector or a bitmask, which have no class of their own."""
        value = region.items[0].get("value", {})
        title = tag("title", caption(region) or region.type)
        if "vertices" in value:
            points = [self.scaled(each["x"], each["y"]) for each in value["vertices"]]
            return _line(points, colour, title, closed=bool(value.get("closed")))
        mask = safe_url(value.get("imageDataURL"))
        return None if mask is None else self.over(mask, title, opacity=0.5)

    def scaled(self, x: float, y: float) -> Size:
        """Return a point in the units of the drawing, from percent."""
        return x * self.size[0] / 100, y * self.size[1] / 100

    def over(self, url: str, title: Html, **attributes: Any) -> Html:
        """Return an image that covers the whole one."""
        width, height = self.size
        place = {"x": 0, "y": 0, "width": f"{width:g}", "height": f"{height:g}"}
        stretched: dict[str, Any] = {"preserveAspectRatio": "none"}
        return tag("image", title, href=url, **place, **stretched, **attributes)


Draw = Callable[[Any, Canvas, Colour, Html], "Html | None"]


def _filled(colour: Colour) -> dict[str, Any]:
    return {"stroke": colour.css, "fill": colour.faint(20)}


def _number(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _numbers(**numbers: float) -> dict[str, str]:
    return {name: _number(number) for name, number in numbers.items()}


def _turned(rotation: float, x: float, y: float) -> str | None:
    return f"rotate({rotation:g} {_number(x)} {_number(y)})" if rotation else None


def _box(box: Box, canvas: Canvas, colour: Colour, title: Html) -> Html:
    x, y = canvas.scaled(*box.percent[:2])
    width, height = canvas.scaled(*box.percent[2:])
    place = _numbers(x=x, y=y, width=width, height=height)
    return tag("rect", title, **place, transform=_turned(box.rotation, x, y), **_filled(colour))


def _ellipse(ellipse: Ellipse, canvas: Canvas, colour: Colour, title: Html) -> Html:
    x, y = canvas.scaled(*ellipse.percent[:2])
    along, down = canvas.scaled(*ellipse.percent[2:])
    place = _numbers(cx=x, cy=y, rx=along, ry=down)
    turned = _turned(ellipse.rotation, x, y)
    return tag("ellipse", title, **place, transform=turned, **_filled(colour))


def _polygon(polygon: Polygon, canvas: Canvas, colour: Colour, title: Html) -> Html:
    points = [canvas.scaled(*point) for point in polygon.percent]
    return _line(points, colour, title, closed=polygon.closed)


def _line(points: Sequence[Size], colour: Colour, title: Html, *, closed: bool) -> Html:
    name = "polygon" if closed else "polyline"
    style = _filled(colour) if closed else {"stroke": colour.css, "fill": "none"}
    place = " ".join(f"{_number(x)},{_number(y)}" for x, y in spread(points, MOST_POINTS))
    return tag(name, title, points=place, **style)


def _keypoint(point: KeyPoint, canvas: Canvas, colour: Colour, title: Html) -> Html:
    """Return a dot: a line without length, which is round also where the drawing is stretched."""
    x, y = canvas.scaled(*point.percent)
    size = max(DOT, 2 * point.width * canvas.shown / 100)  # the width is the radius in the editor
    return tag(
        "path",
        title,
        d=f"M{_number(x)} {_number(y)}h0",
        class_="lso-dot",
        stroke=colour.faint(80),
        stroke_width=_number(size),
    )


def _brush(brush: Brush, canvas: Canvas, colour: Colour, title: Html) -> Html | None:
    url = mask_url(brush, colour)
    return None if url is None else canvas.over(url, title)


SHAPES: Mapping[type[Shape], Draw] = MappingProxyType(
    {Box: _box, Brush: _brush, Ellipse: _ellipse, KeyPoint: _keypoint, Polygon: _polygon}
)
