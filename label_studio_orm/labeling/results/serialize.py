"""Conversion of shapes to and from results; see https://labelstud.io/guide/task_format."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from types import MappingProxyType
from typing import Any, cast

from attrs import evolve

from ...errors import InvalidInput
from ..controls import Control, Object
from ..html.hypertext import ends_of, html_of, is_inline, text_nodes, whole_text
from ..tags import with_labels
from . import Item, Value
from .brush import Brush, with_image_size
from .data_checks import mismatch, outside_paragraphs, same_text
from .dates import format_date, series_format
from .shapes import Box, Ellipse, KeyPoint, Planar, Polygon, Shape
from .spans import Frames, Interval, Span, Time, find_quote
from .texts import is_url, paragraphs_of, shown_data, text_between, utf16
from .tracks import KeyFrame, Track

# The shapes by type of result; those of <Labels> depend on the object.
_ON_IMAGES: Mapping[str, type[Shape]] = MappingProxyType(
    {"brush": Brush, "ellipse": Ellipse, "keypoint": KeyPoint, "polygon": Polygon, "rectangle": Box}
)
SHAPE_TYPES: Mapping[str, type[Shape]] = MappingProxyType(
    {
        **with_labels(_ON_IMAGES),
        "hypertextlabels": Span,
        "magicwand": Brush,
        "ocrlabels": Box,
        "paragraphlabels": Span,
        "timelinelabels": Frames,
        "timeserieslabels": Interval,
        "videorectangle": Track,
    }
)
SHAPE_TYPES_ON: Mapping[str, type[Shape]] = MappingProxyType(
    {
        "audio": Interval,
        "audioplus": Interval,
        "hypertext": Span,
        "paragraphs": Span,
        "text": Span,
        "timeseries": Interval,
    }
)


# The fields of a Span in Paragraphs, by the path in its value.
SPAN_FIELDS: Mapping[str, str] = MappingProxyType(
    {".start": "paragraph", ".end": "end_paragraph", ".startOffset": "start", ".endOffset": "end"}
)
COMMON_KEYS = ("score", "meta", "item_index")  # of items, and of all shapes
FRAME_RATE = 24.0  # the default of <Video>


def shape_type(control: Control, shown: Object | None) -> type[Shape] | None:
    """Return the type of shape that a control draws, or None."""
    if control.type == "labels" or (control.type == "taxonomy" and control.labels_regions):
        return SHAPE_TYPES_ON.get(shown.type) if shown else None
    return SHAPE_TYPES.get(control.type)


# -- shapes → values -----------------------------------------------------------------------------


def value_of(shape: Shape, shown: Object, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of a region without its labels."""
    if isinstance(shape, Track):
        return shape.value(rate=frame_rate(shown, name, data))
    if isinstance(shape, (Planar, Brush)):
        return shape.value()
    if isinstance(shape, Frames):
        return {"ranges": [{"start": first, "end": last} for first, last in shape.ranges]}
    if isinstance(shape, Interval):
        return _interval(shape, shown)
    return SPANS[shown.type](cast("Span", shape), shown, shown_data(shown, name, data))


def frame_rate(shown: Object, name: str, data: Mapping[str, Any]) -> float:
    """Return the frame rate that the editor assumes for a video."""
    value: Any = shown.options.get("framerate", "")
    if value.startswith("$"):
        value = shown_data(evolve(shown, value=value), name, data)
    try:
        rate = float(value)
    except (TypeError, ValueError):
        return FRAME_RATE
    if not 0 < rate < math.inf:
        return FRAME_RATE
    return rate if rate >= 1 else 1 / rate


def _interval(shape: Interval, shown: Object) -> dict[str, Any]:
    value = {"start": _as_stored_time(shape.start, shown), "end": _as_stored_time(shape.end, shown)}
    if shown.type == "timeseries":
        instant = shape.start == shape.end if shape.instant is None else shape.instant
        return {**value, "instant": instant}
    return {**value, "channel": shape.channel or 0}


def _as_stored_time(moment: Time, shown: Object) -> Any:
    """Return a time as in results: a date in the format of the series."""
    if not isinstance(moment, datetime):
        return moment
    format = series_format(shown)
    if not format:
        what = "has no timeFormat" if shown.type == "timeseries" else "is not a TimeSeries"
        raise InvalidInput(f"{shown.name!r} {what}: its times must be numbers, not {moment!r}.")
    return format_date(moment.astimezone(timezone.utc) if moment.tzinfo else moment, format)


def _in_text(span: Span, shown: Object, value: Any) -> dict[str, Any]:
    text = value if isinstance(value, str) and not is_url(shown) else None
    start, end = _ends(span, text, shown)
    marked = span.text if text is None else _slice(text, start, end, shown)
    if text is not None and span.text is not None and not same_text(span.text, marked or ""):
        raise InvalidInput(f"text= {mismatch(span.text, start, end, text)}")
    return {"start": start, "end": end, **_text_key(shown, marked)}


def _in_html(span: Span, shown: Object, value: Any) -> dict[str, Any]:
    if span.xpaths is not None:
        offsets = span.start is not None and {"start": span.start, "end": span.end}
        return {
            **_paths(span.xpaths),
            **_without_none(globalOffsets=offsets or None, text=span.text),
        }
    if not isinstance(value, str) or is_url(shown):
        raise InvalidInput(
            f"The HTML of {shown.name!r} is unknown: pass data={{…}} with it, or xpaths=."
        )
    nodes = text_nodes(html_of(shown, value), inline=is_inline(shown))
    text = whole_text(nodes)
    start, end = _ends(span, text, shown)
    (first, from_), (last, to) = ends_of(start, end, nodes)
    ends = ((first.path, utf16(first.text[:from_])), (last.path, utf16(last.text[:to])))
    return {**_paths(ends), "globalOffsets": {"start": start, "end": end}, "text": text[start:end]}


def _in_paragraphs(span: Span, shown: Object, value: Any) -> dict[str, Any]:
    texts = paragraphs_of(shown, value)
    if span.quote is not None:
        if texts is None:
            raise InvalidInput(f"The text of {shown.name!r} is unknown: pass data={{…}} with it.")
        first, at = find_quote(span, texts)
        last, start = first, utf16(texts[first][:at])
        end = start + utf16(span.quote)
    else:
        first, start, end = span.paragraph or 0, cast("int", span.start), cast("int", span.end)
        last = first if span.end_paragraph is None else span.end_paragraph
    marked = span.quote or span.text
    if texts is not None and span.quote is None and span.text is None:
        positions = [(first, start), (last, end)]
        for path, message in outside_paragraphs(positions, texts):
            raise InvalidInput(f"{SPAN_FIELDS[path]} {message}")
        marked = text_between(texts, *positions)
    ends = {"start": str(first), "end": str(last), "startOffset": start, "endOffset": end}
    return {**ends, **_text_key(shown, marked)}


def _text_key(shown: Object, text: str | None) -> dict[str, Any]:
    """Return the marked text, unless the config has saveTextResult="no"."""
    return {} if shown.options.get("savetextresult") == "no" else _without_none(text=text)


SPANS: Mapping[str, Callable[[Span, Object, Any], dict[str, Any]]] = MappingProxyType(
    {"hypertext": _in_html, "paragraphs": _in_paragraphs, "text": _in_text}
)


def _ends(span: Span, text: str | None, shown: Object) -> tuple[int, int]:
    """Return the start and end of a span."""
    if span.quote is None:
        return cast("int", span.start), cast("int", span.end)
    if text is None:
        raise InvalidInput(
            f"The text of {shown.name!r} is unknown, so {span.quote!r} cannot be found in it: "
            "pass data={…} with it, or start= and end=."
        )
    start = find_quote(span, [text])[1]
    return start, start + len(span.quote)


def _slice(text: str, start: int, end: int, shown: Object) -> str:
    if end > len(text):
        raise InvalidInput(
            f"end must be at most {len(text)}, the length of {shown.name!r}, not {end}."
        )
    return text[start:end]


def _paths(ends: tuple[tuple[str, int], tuple[str, int]]) -> dict[str, Any]:
    (first, start), (last, end) = ends
    return {"start": first, "startOffset": start, "end": last, "endOffset": end}


def _without_none(**parts: Any) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part is not None}


def keys_of(shape: Shape) -> dict[str, Any]:
    """Return the other keys of a region: the image's size, a score, …"""
    size = getattr(shape, "size", None)
    with_size = size is not None and isinstance(shape, (Planar, Brush))
    sides = {"original_width": size[0], "original_height": size[1]} if size and with_size else {}
    rotation = {"image_rotation": 0} if with_size else {}
    duration = shape.duration if isinstance(shape, Interval) else None
    meta = None if shape.meta is None else dict(shape.meta)
    rest = _without_none(
        original_length=duration, score=shape.score, meta=meta, item_index=shape.item_index
    )
    return {**sides, **rotation, **rest, **_without_none(parentID=shape.parent)}


# -- values → shapes -----------------------------------------------------------------------------


def shape_of(item: Item, kind: type[Shape], labels: Any) -> Shape:
    """Return the shape of a region; KeyError, TypeError or `InvalidInput` if it is invalid."""
    common = {
        "labels": labels,
        "id": item.get("id") or "",
        "to": item["to_name"],
        **{name: item[name] for name in COMMON_KEYS if name in item},
        "parent": item.get("parentID") or None,
    }
    return READERS[kind](item["value"], item, common)


def _planar(kind: type[Planar[Any]], *more: str) -> Callable[..., Shape]:
    def read(value: Value, item: Item, common: dict[str, Any]) -> Shape:
        rest = {name: value[name] for name in more if name in value}
        numbers = tuple(value[part] for part in kind.parts)
        return kind(percent=numbers, size=size_of(item), **rest, **common)

    return read


def size_of(item: Item) -> Any:
    """Return the size of a region's image, or None."""
    sides = (item.get("original_width"), item.get("original_height"))
    return sides if all(sides) else None


def _polygon(value: Value, item: Item, common: dict[str, Any]) -> Shape:
    closed = {"closed": value["closed"]} if "closed" in value else {}
    return Polygon(percent=value["points"], size=size_of(item), **closed, **common)


def _brush(value: Value, item: Item, common: dict[str, Any]) -> Shape:
    return Brush(rle=value["rle"], size=size_of(item), **common)


def _span(value: Value, item: Item, common: dict[str, Any]) -> Shape:
    start, end, text = value["start"], value["end"], value.get("text")
    if isinstance(text, list):  # of a per-region TextArea
        text = None
    if isinstance(start, str) and "startOffset" not in value:
        start, end = int(start), int(end)
    if isinstance(start, str) and start.isdigit():
        return Span(
            paragraph=int(start),
            end_paragraph=None if start == end else int(end),
            start=value["startOffset"],
            end=value["endOffset"],
            text=text,
            **common,
        )
    if isinstance(start, str):
        offsets = value.get("globalOffsets") or {}
        paths = ((start, value["startOffset"]), (end, value["endOffset"]))
        return Span(xpaths=paths, text=text, **offsets, **common)
    return Span(start=start, end=end, text=text, **common)


def _read_interval(value: Value, item: Item, common: dict[str, Any]) -> Shape:
    known = {name: value[name] for name in ("channel", "instant") if name in value}
    duration = item.get("original_length")
    return Interval(start=value["start"], end=value["end"], duration=duration, **known, **common)


def _frames(value: Value, item: Item, common: dict[str, Any]) -> Shape:
    return Frames(ranges=[(each["start"], each["end"]) for each in value["ranges"]], **common)


def _track(value: Value, item: Item, common: dict[str, Any]) -> Shape:
    keyframes = [_keyframe(each) for each in value["sequence"]]
    frames, duration = value.get("framesCount"), value.get("duration")
    return Track(keyframes=keyframes, frames=frames, duration=duration, **common)


def _keyframe(value: Value) -> KeyFrame:
    known = {name: value[name] for name in ("rotation", "time", "enabled") if name in value}
    x, y, width, height = (value[part] for part in Box.parts)
    return KeyFrame(percent=(x, y, width, height), frame=value["frame"], **known)


READERS: Mapping[type[Shape], Callable[..., Shape]] = MappingProxyType(
    {
        Box: _planar(Box, "rotation"),
        Brush: _brush,
        Ellipse: _planar(Ellipse, "rotation"),
        Frames: _frames,
        Interval: _read_interval,
        KeyPoint: _planar(KeyPoint, "width"),
        Polygon: _polygon,
        Span: _span,
        Track: _track,
    }
)


def with_size(shape: Shape, size: Any) -> Shape:
    """Return a shape with the image's size, unless it has one."""
    if size is None:
        return shape
    if isinstance(shape, Track):
        return evolve(shape, keyframes=[with_size(each, size) for each in shape.keyframes])
    if isinstance(shape, Brush):
        return with_image_size(shape, size)
    without = isinstance(shape, Planar) and shape.size is None
    return evolve(shape, **{"size": size}) if without else shape
