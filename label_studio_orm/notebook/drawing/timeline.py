"""Audio, time series and video as timelines, with intervals and tracks in lanes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ...labeling.results.dates import series_format
from ...labeling.results.region import Region
from ...labeling.results.serialize import frame_rate
from ...labeling.results.spans import Frames, Interval
from ...labeling.results.tracks import Track
from ..cells import note_of_more
from ..markup import Html, joined, tag
from .axis import Axis, moment_of
from .palette import Colour
from .parts import attempted, caption, chip, number_text, spread, svg
from .scene import Scene, Shown
from .series import Curve, curves_of

LANE, HEIGHT = 24, 60  # pixels: of a lane, of a curve
MOST_LANES = 30
MOST_STRETCHES = 500  # of a region, and of its key frames
SOUNDS = ("audio", "audioplus")
WIDTH = 1000  # units of the drawing
SMALLEST = 0.002  # of the width: what is shorter would not be seen


@frozen
class Bar:
    """A region on a timeline: one stretch or several, with the moments of its key frames."""

    stretches: tuple[tuple[float, float], ...]
    text: str
    colour: Colour
    moments: tuple[float, ...] = ()

    @property
    def start(self) -> float:
        return self.stretches[0][0]

    @property
    def end(self) -> float:
        return self.stretches[-1][1]


def draw_timeline(shown: Shown, regions: Sequence[Region], scene: Scene) -> Html | None:
    """Return the timeline of a sound, a video or a time series."""
    rate = frame_rate(shown.object, shown.name, scene.data) if shown.type == "video" else 1.0
    found = [attempted(_bars, region, shown, rate, scene) for region in regions]
    bars = [bar for each in found for bar in each or ()]
    curves = curves_of(shown) if shown.type == "timeseries" else []
    player = _player(shown, scene)
    if not bars and not curves:
        return player
    ends = [*_ends(bars, curves), *_durations(regions, rate)]
    drawn = _timeline(bars, curves, _axis(shown, ends))
    return joined([player, tag("div", *drawn, class_="lso-timeline")])


def _axis(shown: Shown, moments: Sequence[float]) -> Axis:
    last = max(moments)
    if shown.type != "timeseries":
        return Axis(0.0, last or 1.0, " s")
    first = min(moments)
    return Axis(first, last if last > first else first + 1, dated=bool(series_format(shown.object)))


def _ends(bars: Sequence[Bar], curves: Sequence[Curve]) -> Iterator[float]:
    """Yield the first and the last moments of what is drawn."""
    for bar in bars:
        yield from (bar.start, bar.end)
    for curve in curves:
        yield from (curve.points[0][0], curve.points[-1][0])


def _player(shown: Shown, scene: Scene) -> Html | None:
    """Return what plays a sound; nothing of it is loaded before."""
    sound = scene.media.sound(shown.value) if shown.type in SOUNDS else None
    played = {"controls": "", "preload": "none", "src": sound}
    return None if sound is None else tag("audio", **played)


def _durations(regions: Sequence[Region], rate: float) -> Iterator[float]:
    """Yield the lengths of the whole file in seconds, which regions have with them."""
    for region in regions:
        shape = region.shape
        if isinstance(shape, (Interval, Track)) and shape.duration:
            yield shape.duration
        elif isinstance(shape, Track) and shape.frames:
            yield shape.frames / rate


# -- regions as bars -------------------------------------------------------------------------------


def _bars(region: Region, shown: Shown, rate: float, scene: Scene) -> list[Bar]:
    """Return a region as a bar; nothing if its times cannot be read."""
    shape, text, colour = region.shape, caption(region), scene.palette.of(region)
    if isinstance(shape, Interval):
        start, end = moment_of(shape.start, shown), moment_of(shape.end, shown)
        if start is None or end is None:
            return []
        return [Bar(((start, end),), _with_channel(text, shape), colour)]
    if isinstance(shape, Frames):
        ranges = sorted((first / rate, last / rate) for first, last in shape.ranges)
        return [Bar(tuple(ranges), text, colour)]
    if isinstance(shape, Track):
        moments = tuple(each.frame / rate for each in shape.keyframes)
        return [Bar(tuple(_visible(shape, rate)), text, colour, moments)]
    return []


def _with_channel(text: str, interval: Interval) -> str:
    return f"{text} (channel {interval.channel})" if interval.channel else text


def _visible(track: Track, rate: float) -> Iterator[tuple[float, float]]:
    """Yield the stretches in which a track is visible, in seconds."""
    frames = [each.frame for each in track.keyframes]
    end = max(track.frames or 0, frames[-1])
    start: int | None = None
    for each, following in zip(track.keyframes, [*frames[1:], end], strict=True):
        start = each.frame if start is None else start
        if not each.enabled or following == end:
            yield start / rate, (following if each.enabled else each.frame) / rate
            start = None


# -- the drawing -----------------------------------------------------------------------------------


def _timeline(bars: Sequence[Bar], curves: Sequence[Curve], axis: Axis) -> Iterator[Html | None]:
    yield from (_curve(each, axis) for each in curves)
    lanes = _lanes(bars)
    drawn = [_bar(bar, row, axis) for row, lane in enumerate(lanes) for bar in lane]
    labels = [_label(bar, row, axis) for row, lane in enumerate(lanes) for bar in lane if bar.text]
    height = LANE * len(lanes)
    if lanes:
        style = f"height:{height}px"
        yield tag("div", svg(WIDTH, height, drawn), labels, class_="lso-lanes", style=style)
    yield tag("div", [_tick(each, axis) for each in axis.ticks()], class_="lso-axis")
    yield note_of_more(len(bars), len(drawn), "regions that do not fit")


def _curve(curve: Curve, axis: Axis) -> Html:
    """Return the values of a channel, from the least at the bottom to the greatest at the top."""
    low, high = curve.range
    scale = (HEIGHT - 4) / (high - low if high > low else 1)
    places = ((axis.part(moment), high - value) for moment, value in curve.points)
    points = " ".join(f"{_units(part)},{number_text(2 + scale * down)}" for part, down in places)
    line = tag("polyline", points=points, fill="none", stroke=curve.colour)
    name = tag("span", f"{curve.name}: {number_text(low)} – {number_text(high)}")
    style = f"height:{HEIGHT}px"
    return tag("div", svg(WIDTH, HEIGHT, line), name, class_="lso-lanes lso-curve", style=style)


def _lanes(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Put bars into as few lanes as possible, in each of which none overlaps another.

    What has no place in `MOST_LANES` lanes is left out.
    """
    lanes: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda each: (each.start, each.end)):
        free = next((lane for lane in lanes if lane[-1].end <= bar.start), None)
        if free is not None:
            free.append(bar)
        elif len(lanes) < MOST_LANES:
            lanes.append([bar])
    return lanes


def _bar(bar: Bar, row: int, axis: Axis) -> Html:
    top, height = LANE * row + 2, LANE - 4
    shapes = []
    for start, end in spread(bar.stretches, MOST_STRETCHES):
        left, right = axis.part(start), axis.part(end)
        place = {"x": _units(left), "width": _units(max(right - left, SMALLEST))}
        shapes.append(tag("rect", **place, y=top, height=height))
    for moment in spread(bar.moments, MOST_STRETCHES):
        where = f"M{_units(axis.part(moment))} {top + height / 2:g}h0"
        shapes.append(tag("path", d=where, class_="lso-dot", stroke_width=6))
    times = f"{axis.text(bar.start)} – {axis.text(bar.end)}"
    title = tag("title", " ".join(filter(None, [bar.text, times])))
    return tag("g", title, *shapes, stroke=bar.colour.css, fill=bar.colour.faint(40))


def _units(part: float) -> str:
    return number_text(WIDTH * part)


def _label(bar: Bar, row: int, axis: Axis) -> Html:
    place = f"position:absolute;left:{100 * axis.part(bar.start):.2f}%;top:{LANE * row + 3}px"
    return chip(bar.text, bar.colour, style=place)


def _tick(moment: float, axis: Axis) -> Html:
    return tag("span", axis.text(moment), axis.unit, style=f"left:{100 * axis.part(moment):.2f}%")
