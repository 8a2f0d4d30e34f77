"""Audio, time series and video as timelines, with intervals and tracks in lanes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import frozen

from ...labeling.results.dates import parse_date, series_format
from ...labeling.results.region import Region
from ...labeling.results.serialize import frame_rate
from ...labeling.results.spans import Frames, Interval
from ...labeling.results.tracks import Track
from ..cells import note
from ..markup import Html, joined, tag
from .palette import Colour
from .parts import caption, chip, number_text
from .scene import Scene, Shown

LANE = 24  # pixels
MOST_LANES = 30
SOUNDS = ("audio", "audioplus")
TICKS, DATED_TICKS = 6, 4  # about as many; dates need more room
WIDTH = 1000  # units of the drawing
EPOCH, LATEST = datetime(1970, 1, 1), 1e11  # seconds since then, within the range of dates
STEPS = (1, 2, 2.5, 5, 10)
DAY = 86_400.0  # seconds
DATED_STEPS = (
    *(1, 5, 15, 60, 300, 900, 3600, 21_600),
    *(days * DAY for days in (1, 2, 7, 14, 30, 90, 365)),
)
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
    bars = [bar for region in regions for bar in _bars(region, shown, rate, scene)]
    player = _player(shown, scene)
    if not bars:
        return player
    last = max([*(bar.end for bar in bars), *_durations(regions, rate)])
    first = min(bar.start for bar in bars) if shown.type == "timeseries" else 0.0
    unit = "" if shown.type == "timeseries" else " s"
    axis = Axis(first, last if last > first else first + 1, unit, dated=_is_dated(regions))
    return joined([player, tag("div", *_timeline(bars, axis), class_="lso-timeline")])


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


def _is_dated(regions: Sequence[Region]) -> bool:
    """Tell whether the times of a series are dates."""
    shapes = (region.shape for region in regions)
    return any(isinstance(each, Interval) and isinstance(each.start, str) for each in shapes)


# -- regions as bars -------------------------------------------------------------------------------


def _bars(region: Region, shown: Shown, rate: float, scene: Scene) -> Iterator[Bar]:
    shape, text, colour = region.shape, caption(region), scene.palette.of(region)
    if isinstance(shape, Interval):
        ends = _moment(shape.start, shown), _moment(shape.end, shown)
        if None not in ends:
            yield Bar((ends,), _with_channel(text, shape), colour)  # type: ignore[arg-type]
    elif isinstance(shape, Frames):
        ranges = sorted((first / rate, last / rate) for first, last in shape.ranges)
        yield Bar(tuple(ranges), text, colour)
    elif isinstance(shape, Track):
        moments = tuple(each.frame / rate for each in shape.keyframes)
        yield Bar(tuple(_visible(shape, rate)), text, colour, moments)


def _with_channel(text: str, interval: Interval) -> str:
    return f"{text} (channel {interval.channel})" if interval.channel else text


def _moment(moment: Any, shown: Shown) -> float | None:
    """Return a time as a number: seconds, or those since 1970 for a date."""
    if isinstance(moment, str):
        moment = parse_date(moment, series_format(shown.object)) or _number(moment)
    if isinstance(moment, datetime):
        return moment.timestamp() if moment.tzinfo else (moment - EPOCH).total_seconds()
    return moment if isinstance(moment, (int, float)) and math.isfinite(moment) else None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


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


@frozen
class Axis:
    """The time from the left to the right of a drawing."""

    start: float
    end: float
    unit: str = ""
    dated: bool = False

    def part(self, moment: float) -> float:
        """Return where a moment is, from 0 to 1."""
        return min(max((moment - self.start) / (self.end - self.start), 0.0), 1.0)

    @property
    def step(self) -> float:
        """The time between two ticks: a round number, or whole minutes, hours, days of dates."""
        least = (self.end - self.start) / (DATED_TICKS if self.dated else TICKS)
        if self.dated and least <= DATED_STEPS[-1]:
            return next(float(step) for step in DATED_STEPS if step >= least)
        return _round_step(least)

    def ticks(self) -> list[float]:
        """Return round numbers from start to end.

        >>> Axis(0, 23).ticks()
        [0.0, 5.0, 10.0, 15.0, 20.0]
        """
        step = self.step
        first = math.ceil(self.start / step)
        return [step * number for number in range(first, math.floor(self.end / step) + 1)]

    def text(self, moment: float) -> str:
        """Return a moment for people."""
        if self.dated and abs(moment) < LATEST:
            format = "%Y-%m-%d" if self.step >= DAY else "%Y-%m-%d %H:%M:%S"
            return f"{EPOCH + timedelta(seconds=moment):{format}}"
        return number_text(round(moment, 6))


def _round_step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * each for each in STEPS if power * each >= least * 0.999)


def _timeline(bars: Sequence[Bar], axis: Axis) -> Iterator[Html]:
    lanes = _lanes(bars)
    shown = lanes[:MOST_LANES]
    drawn = [_bar(bar, row, axis) for row, lane in enumerate(shown) for bar in lane]
    labels = [_label(bar, row, axis) for row, lane in enumerate(shown) for bar in lane if bar.text]
    height = LANE * len(shown)
    view: dict[str, Any] = {"viewBox": f"0 0 {WIDTH} {height}", "preserveAspectRatio": "none"}
    svg = tag("svg", drawn, **view)
    yield tag("div", svg, labels, class_="lso-lanes", style=f"height:{height}px")
    yield tag("div", [_tick(each, axis) for each in axis.ticks()], class_="lso-axis")
    if len(lanes) > MOST_LANES:
        yield note(f"… {len(lanes) - MOST_LANES} more lanes.")


def _lanes(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Put bars into as few lanes as possible, in each of which none overlaps another."""
    lanes: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda each: (each.start, each.end)):
        free = next((lane for lane in lanes if lane[-1].end <= bar.start), None)
        if free is None:
            lanes.append([bar])
        else:
            free.append(bar)
    return lanes


def _bar(bar: Bar, row: int, axis: Axis) -> Html:
    top, height = LANE * row + 2, LANE - 4
    shapes = []
    for start, end in bar.stretches:
        left, right = axis.part(start), axis.part(end)
        place = {"x": _units(left), "width": _units(max(right - left, SMALLEST))}
        shapes.append(tag("rect", **place, y=top, height=height))
    for moment in bar.moments:
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
