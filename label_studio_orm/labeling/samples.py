"""Made-up tasks and results, for trying out a config."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ..errors import InvalidInput
from ..text import shown as printable
from .controls import Control, Object
from .parsed import ParsedConfig
from .problems import raise_result
from .results import Result
from .results.answer_values import PAIRWISE_SIDES
from .results.brush import Brush
from .results.build import Builder
from .results.dates import date_format, format_date
from .results.serialize import shape_type
from .results.shapes import Box, Ellipse, KeyPoint, Polygon, Shape
from .results.spans import Frames, Interval, Span
from .results.texts import is_url, label_names_in, resolve_variable, shown_data, task_labels
from .results.tracks import KeyFrame, Track
from .tags import DEEPEST, DRAWINGS

TEXT = "Ada Lovelace wrote the first program in 1843."
SITE = "https://example.com/"
SIZE = (640, 480)

URLS: Mapping[str, str] = MappingProxyType(
    {
        "audio": f"{SITE}sample.wav",
        "audioplus": f"{SITE}sample.wav",
        "image": f"{SITE}sample.jpg",
        "pdf": f"{SITE}sample.pdf",
        "video": f"{SITE}sample.mp4",
    }
)
MOST_ITEMS = 100  # in a list of a sample
STEP = re.compile(r"{{\w*}}|[^.\[\]]+")
IN_LIST = re.compile(r"{{\w*}}|\d+")
RLE = (0, 0, 0, 16, 57, 27, 253, 255, 240)  # a 2 × 2 mask, fully painted


# -- tasks ---------------------------------------------------------------------------------------


def sample_task(config: ParsedConfig) -> dict[str, Any]:
    """Return data with a value for each variable."""
    data: dict[str, Any] = {}
    shown = {each.variable: each for each in config.objects.values() if each.variable}
    asked = {
        each.options["value"].lstrip("$"): each
        for each in config.controls.values()
        if each.options.get("value", "").startswith("$")
    }
    for name, variable in config.variables.items():
        if name in shown:
            value = _object_data(shown[name])
        else:
            value = _choices() if name in asked else f"A {variable.tags[0].lower()}"
        _put(data, _path(name), value)
    return data


def _path(variable: str) -> list[str]:
    path: list[str] = STEP.findall(variable)
    if len(path) > DEEPEST:
        raise InvalidInput(
            f"The variable ${printable(variable, 40)} is nested deeper than {DEEPEST}."
        )
    return path


def _put(into: Any, path: list[str], value: Any) -> None:
    """Put a value at the end of a path: $text, $user.name, $images[{{idx}}].url."""
    step, *rest = path
    key: Any = step
    if isinstance(into, list):
        key = min(int(step[:9]), MOST_ITEMS) if step.isdecimal() else 0
        into.extend({} for _ in range(len(into), key + 1))
    if not rest:
        if isinstance(into, list) or not isinstance(into.get(key), (dict, list)):
            into[key] = value
        return
    inside: Any = [] if IN_LIST.fullmatch(rest[0]) else {}
    there = into[key] if isinstance(into, list) else into.get(key)
    if type(there) is not type(inside) or not there:
        into[key] = inside
    _put(into[key], rest, value)


def _object_data(shown: Object) -> Any:
    if "valuelist" in shown.options:
        return [URLS.get(shown.type, TEXT)]
    if shown.options.get("valuetype") == "url":
        return f"{SITE}sample.txt"
    make = OBJECT_MAKERS.get(shown.type)
    return make(shown) if make else URLS.get(shown.type, TEXT)


def _html(_: Object) -> str:
    return f"<p>{TEXT}</p>"


def _dialogue(shown: Object) -> list[dict[str, str]]:
    name, text = shown.options.get("namekey", "author"), shown.options.get("textkey", "text")
    return [{name: "Ada", text: TEXT}, {name: "Charles", text: "It did!"}]


def _items(_: Object) -> list[dict[str, Any]]:
    return [{"id": str(n), "title": f"Item {n}", "body": TEXT} for n in (1, 2, 3)]


def _series(shown: Object) -> Any:
    if shown.options.get("valuetype", "url") == "url":
        return f"{SITE}sample.csv"
    parts = (part.options() for top in shown.parts for part in top.walk())
    columns = [part["column"] for part in parts if part.get("column")]
    return {name: list(range(10)) for name in (shown.options.get("timecolumn", "time"), *columns)}


def _messages(_: Object) -> list[dict[str, str]]:
    return [{"role": "user", "content": TEXT}]


def _choices() -> list[dict[str, str]]:
    return [{"value": "One"}, {"value": "Two"}]


OBJECT_MAKERS: Mapping[str, Callable[[Object], Any]] = MappingProxyType(
    {
        "chat": _messages,
        "hypertext": _html,
        "list": _items,
        "paragraphs": _dialogue,
        "table": lambda _: {"Name": "Ada Lovelace", "Year": 1843},
        "timeseries": _series,
    }
)


# -- results -------------------------------------------------------------------------------------


def sample_result(config: ParsedConfig, data: Mapping[str, Any]) -> Result:
    """Return a result with an answer or region for each control that can be built here."""
    # Controls in a Repeater have other names in results.
    controls = [each for each in config.controls.values() if each.pattern is None]
    per_region = {each.name: _answer(each, data) for each in controls if each.per_region}
    answers: dict[str, Any] = {}
    for control in controls:
        if control.labels_regions or control.type in DRAWINGS:
            answers[control.name] = shape = _region(config, control, per_region, data)
            per_region = per_region if shape is None else {}  # the first region has them
        elif not control.per_region:
            answer = _answer(control, data)
            answers[control.name] = {0: answer} if control.per_item else answer
    builder = Builder(config, data)
    result = builder.build(answers)
    raise_result(builder.problems)
    return result


def _answer(control: Control, data: Mapping[str, Any]) -> Any:
    """Return a made-up answer, or None if none is possible."""
    make = ANSWER_MAKERS.get(control.type)
    return make(control, data) if make else None


def _choice(control: Control, data: Mapping[str, Any]) -> Any:
    """Return a label of the config, or the first of the task data, or None."""
    if control.labels:
        leaf = control.labels[-1]
        if leaf in control.template_labels:
            return leaf.rendered(lambda variable: str(resolve_variable(variable, data)))
        return [leaf.path] if control.nested else leaf.name
    from_task = task_labels(control, data)
    unknown = control.dynamic and not isinstance(from_task, list)
    name = next(label_names_in(from_task), "One" if unknown else None)
    return [(name,)] if name and control.nested else name


def _number(control: Control, _: Mapping[str, Any]) -> Any:
    return next((n for n in map(control.number, ("min", "max")) if n is not None), 0)


def _date(control: Control, _: Mapping[str, Any]) -> str:
    return format_date(datetime(_year(control), 9, 1, 12, 30), date_format(control))


def _year(control: Control) -> int:
    """Return a year within the bounds of a control."""
    ends = [control.options.get(end, "")[:4] for end in ("max", "min")]
    return next((int(end) for end in ends if end.isdecimal() and int(end)), 1843)


def _ranking(control: Control, _: Mapping[str, Any]) -> Any:
    return {control.buckets[0]: ["1", "2"]} if control.buckets else ["1", "2", "3"]


ANSWER_MAKERS: Mapping[str, Callable[[Control, Mapping[str, Any]], Any]] = MappingProxyType(
    {
        "choices": _choice,
        "datetime": _date,
        "number": _number,
        "pairwise": lambda *_: PAIRWISE_SIDES[0],
        "ranker": _ranking,
        "rating": lambda *_: 1,
        "taxonomy": _choice,
        "textarea": lambda *_: TEXT,
    }
)


def _region(
    config: ParsedConfig, control: Control, answers: Mapping[str, Any], data: Mapping[str, Any]
) -> Shape | None:
    """Return a region of a control, or None if another control draws its regions."""
    shown = config.objects.get(control.to_name[0])
    kind = shape_type(control, shown)
    if kind is None or shown is None:
        return None
    beside = next((c for c in config.controls.values() if c.type == "labels"), control)
    labelled = control if control.labels_regions else beside
    label = _choice(labelled, data) if labelled.labels_regions else None
    if control.labels_regions and label is None and not control.is_on("allowEmpty"):
        return None
    make: Callable[..., Shape] = kind
    where = _span(shown, data) if kind is Span else COORDINATES[kind]
    return make(label, answers=answers, **where)


def _span(shown: Object, data: Mapping[str, Any]) -> dict[str, Any]:
    text = shown_data(shown, shown.name, data)
    if shown.type == "paragraphs":
        return {"paragraph": 0, "start": 0, "end": 12, "text": TEXT[:12]}
    if shown.type == "hypertext" and (is_url(shown) or not isinstance(text, str)):
        return {"xpaths": (("/p[1]/text()[1]", 0), ("/p[1]/text()[1]", 12)), "text": TEXT[:12]}
    known = isinstance(text, str) and shown.type == "text" and not is_url(shown)
    return {"start": 0, "end": min(12, len(text)) if known else 12}


QUARTER = (10, 20, 25, 25)
FIRST, LAST = KeyFrame(percent=QUARTER, frame=1), KeyFrame(percent=(50, 50, 25, 25), frame=25)
COORDINATES: Mapping[type[Shape], Mapping[str, Any]] = MappingProxyType(
    {
        Box: {"percent": QUARTER, "size": SIZE},
        Brush: {"rle": RLE, "size": (2, 2)},
        Ellipse: {"percent": (50, 50, 25, 20), "size": SIZE},
        Frames: {"ranges": (1, 25)},
        Interval: {"start": 1, "end": 2.5},
        KeyPoint: {"percent": (10, 20), "size": SIZE},
        Polygon: {"percent": ((10, 10), (50, 10), (30, 60)), "size": SIZE},
        Track: {"keyframes": (FIRST, LAST), "frames": 25, "duration": 1.0},
    }
)
