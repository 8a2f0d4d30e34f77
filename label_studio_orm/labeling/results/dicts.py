"""Regions and answers from plain dicts, such as language models write.

`{"start": 0, "end": 3, "labels": ["PER"], "text": "Ada"}` is a Span, `{"label": "Good",
"score": 0.9}` an answer. Ambiguous dicts are refused with a hint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ...errors import InvalidInput
from ..controls import Control
from ..tags import LABELINGS
from .answer_values import AnswerType
from .coerce import as_labels
from .shapes import Box, Ellipse, KeyPoint, Planar, Polygon, Shape, check_fields
from .spans import Frames, Span
from .tracks import KeyFrame, Track
from .values import short_repr

Fields = Mapping[str, Any]
LABEL_KEYS = ("label", "labels")
ANSWER_KEYS = ("label", "labels", "value", "answer")  # of answers, besides the control's own key
SINGULAR: Mapping[str, str] = MappingProxyType({"choices": "choice"})
EXAMPLES: Mapping[type[Shape], str] = MappingProxyType(
    {
        Box: "percent=(10, 20, 30, 40), or pixels=… with size=(width, height)",
        Ellipse: "percent=(50, 50, 10, 20), or pixels=… with size=(width, height)",
        KeyPoint: "percent=(10, 20), or pixels=… with size=(width, height)",
        Polygon: "percent=[(10, 10), (50, 10), (30, 60)], or pixels=… with size=(width, height)",
    }
)


# -- regions -------------------------------------------------------------------------------------


def shape_from(given: Fields, kind: type[Shape], control: Control) -> Shape:
    """Make a shape from a dict of its fields and labels."""
    parts = dict(given)
    inner = parts.pop("value", None)
    if isinstance(inner, Mapping):
        parts.update(inner)
    size = _size(parts)
    key = _label_key(parts, control)
    labels = as_labels(parts.pop(key)) if key else ()
    # Dicts with the keys of results also have their unit.
    like_results = key not in ("", *LABEL_KEYS) or isinstance(inner, Mapping) or bool(size)
    made = {**size, **MAKERS.get(kind, _unchanged)(parts, like_results)}
    check_fields(kind, made)
    return kind(labels, **made)


def _size(parts: dict[str, Any]) -> dict[str, Any]:
    """Remove the keys of the image, and return its size."""
    parts.pop("image_rotation", None)
    if parts.get("format") == "rle":
        del parts["format"]
    sides = [parts.pop(f"original_{side}", None) for side in ("width", "height")]
    return {} if None in sides else {"size": tuple(sides)}


def _label_key(parts: Fields, control: Control) -> str:
    """Return the key of the labels, or ""."""
    known = dict.fromkeys((*LABEL_KEYS, *LABELINGS, "taxonomy"))
    keys = [key for key in known if key in parts]
    if len(keys) > 1:
        raise InvalidInput(
            f"a region must have its labels under one key, not under {' and '.join(keys)}."
        )
    if keys and keys[0] not in (*LABEL_KEYS, control.type):
        raise InvalidInput(
            f"{control.name!r} is a {control.tag}: its key is {control.type!r}, not {keys[0]!r}."
        )
    return keys[0] if keys else ""


def _unchanged(parts: dict[str, Any], _: bool) -> dict[str, Any]:
    return parts


def _planar(kind: type[Planar[Any]]) -> Callable[[dict[str, Any], bool], dict[str, Any]]:
    """Make a function for shapes on images: results have percent, other dicts any unit."""

    def make(parts: dict[str, Any], like_results: bool) -> dict[str, Any]:
        keys = [name for name in (*kind.parts, "points") if name in parts]
        if not keys:
            return parts
        if not like_results:
            coordinates = ", ".join(keys)
            raise InvalidInput(
                f"{coordinates} could be pixels or percent: use {kind.__name__}({EXAMPLES[kind]})."
            )
        known = {name: parts.pop(name) for name in keys}
        percent = known.get("points") or tuple(known.get(name) for name in kind.parts)
        return {**parts, "percent": percent}

    return make


def _span(parts: dict[str, Any], _: bool) -> dict[str, Any]:
    """Use text without offsets as a quote; with offsets it is compared with the data."""
    placed = {"start", "end", "quote", "xpaths"} & parts.keys()
    if "text" in parts and not placed:
        parts["quote"] = parts.pop("text")
    if "startOffset" in parts or "endOffset" in parts:
        return _from_result_keys(parts)
    return parts


def _from_result_keys(parts: dict[str, Any]) -> dict[str, Any]:
    """Convert the ends of a result: paragraph numbers or paths of text nodes, with offsets."""
    try:
        first, last = parts.pop("start"), parts.pop("end")
        from_, to = parts.pop("startOffset"), parts.pop("endOffset")
    except KeyError as missing:
        raise InvalidInput(f"{missing} is missing.") from None
    offsets = parts.pop("globalOffsets", None) or {}
    if not str(first).isdecimal():
        return {**parts, **offsets, "xpaths": ((first, from_), (last, to))}
    return {**parts, "paragraph": int(first), "end_paragraph": int(last), "start": from_, "end": to}


def _frames(parts: dict[str, Any], _: bool) -> dict[str, Any]:
    if "start" in parts and "end" in parts and "ranges" not in parts:
        parts["ranges"] = [(parts.pop("start"), parts.pop("end"))]
    given = parts.get("ranges")
    if isinstance(given, list) and given and all(isinstance(each, Mapping) for each in given):
        parts["ranges"] = [(each.get("start"), each.get("end")) for each in given]
    return parts


def _track(parts: dict[str, Any], like_results: bool) -> dict[str, Any]:
    given = parts.pop("sequence", parts.get("keyframes"))
    raw = "keyframes" not in parts
    frames = {"framesCount": "frames"}
    parts = {frames.get(name, name): part for name, part in parts.items()}
    if isinstance(given, list):
        parts["keyframes"] = [_keyframe(each, raw or like_results) for each in given]
    return parts


def _keyframe(given: Any, like_results: bool) -> Any:
    if not isinstance(given, Mapping):
        return given
    parts = _planar(KeyFrame)(dict(given), like_results)
    check_fields(KeyFrame, parts)
    return KeyFrame(**parts)


MAKERS: Mapping[type[Shape], Callable[[dict[str, Any], bool], dict[str, Any]]] = MappingProxyType(
    {
        Box: _planar(Box),
        Ellipse: _planar(Ellipse),
        Frames: _frames,
        KeyPoint: _planar(KeyPoint),
        Polygon: _planar(Polygon),
        Span: _span,
        Track: _track,
    }
)


# -- answers -------------------------------------------------------------------------------------


def answer_from(given: Any, control: Control, kind: AnswerType) -> tuple[Any, Any]:
    """Return an answer and its score, which a dict can have both."""
    if isinstance(given, list) and given and all(isinstance(each, Mapping) for each in given):
        return _list_answer(given, control, kind)
    if not isinstance(given, Mapping) or control.type == "ranker":
        return given, None
    names = {kind.key, SINGULAR.get(kind.key, kind.key), control.type, *ANSWER_KEYS}
    found = [name for name in given if name in names]
    others = [name for name in given if name not in names and name not in ("score", "value")]
    if len(found) != 1 or others:
        raise InvalidInput(
            f"{control.name!r} needs a plain answer, or a dict such as "
            f"{{{kind.key!r}: …, 'score': 0.9}}, not {short_repr(given)}."
        )
    return given[found[0]], given.get("score")


def _list_answer(given: list[Fields], control: Control, kind: AnswerType) -> tuple[Any, Any]:
    pairs = [answer_from(each, control, kind) for each in given]
    scores = {score for _, score in pairs}
    if len(scores) > 1:
        raise InvalidInput(
            f"the answers of {control.name!r} must have the same score, not {scores}."
        )
    answers = [each for answer, _ in pairs for each in _as_list(answer)]
    return (answers if len(pairs) > 1 else pairs[0][0]), scores.pop()


def _as_list(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]
