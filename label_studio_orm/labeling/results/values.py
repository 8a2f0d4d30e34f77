"""Checks of answers and labels, by type of control; each yields (path in the value, message)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeGuard

from ..controls import Control
from ..problems import suggestion
from . import Value
from .answer_values import PAIRWISE_SIDES
from .dates import date_format, matches_format, parse_date

Issue = tuple[str, str]
Check = Callable[[Control, Value, Any], Iterable[Issue]]
Expected = tuple[str, Callable[[Any], bool]]  # what a part must be, and a test
Rules = Mapping[str, Expected]  # by key
SLACK = 1e-8  # tolerance for floating-point arithmetic
NO_ISSUES: tuple[Issue, ...] = ()


def short_repr(value: Any) -> str:
    """Return the repr of a value, truncated for messages."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def issue(path: str, expected: str, value: Any) -> Issue:
    """Return the issue of a value that must be something else."""
    return path, f"must be {expected}, not {short_repr(value)}."


def is_number(value: Any) -> TypeGuard[float]:
    try:
        if type(value) in (int, float):
            return math.isfinite(value)
    except OverflowError:  # an int too large for a float
        return False
    plain = value.item() if hasattr(value, "item") and not getattr(value, "shape", 0) else None
    return type(plain) in (int, float) and is_number(plain)  # of numpy


def is_integer(value: Any) -> TypeGuard[int]:
    """Tell whether a value is an integer or a whole float such as 1.0."""
    return type(value) is int or (is_number(value) and value % 1 == 0)


def is_offset(value: Any) -> TypeGuard[int]:
    """Tell whether a value is an integer from 0."""
    return is_integer(value) and value >= 0


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def check_parts(value: Value, parts: Iterable[str], rules: Rules) -> Iterator[Issue]:
    """Check parts that may be missing."""
    for part in parts:
        what, fits = rules[part]
        if part in value and not fits(value[part]):
            yield issue(f".{part}", what, value[part])


# -- labels and choices --------------------------------------------------------------------------


def check_labels(control: Control, key: str, stored: Any, extra: Any) -> Iterable[Issue]:
    """Check the labels of a region, or choices; `extra` are labels from task data."""
    if (
        type(stored) is list
        and len(stored) == 1
        and type(stored[0]) is str
        and stored[0] in control.names
    ):
        return NO_ISSUES  # nearly always
    return _labels(control, key, stored, extra)


def _labels(control: Control, key: str, stored: Any, extra: Any) -> Iterator[Issue]:
    if not isinstance(stored, list):
        yield issue(f".{key}", "a list of strings", stored)
        return
    if not stored and not control.is_on("allowEmpty"):
        yield f".{key}", f"must not be empty: {control.name!r} needs one of its labels."
    if len(stored) > 1 and not control.multiple:
        yield f".{key}", f'must have one label without choice="multiple", not {len(stored)}.'
    for index, name in enumerate(stored):
        problem = _label(control, name, extra)
        if problem:
            yield f".{key}[{index}]", problem


def _label(control: Control, name: Any, extra: Any) -> str:
    if not isinstance(name, str):
        return f"must be a string, not {short_repr(name)}."
    if name in control.accepted_names:
        return ""
    if control.dynamic and (control.may_have_label(name) if extra is None else name in extra):
        return ""
    known = [*(label.name for label in control.labels), *(extra or ())]
    return f"{control.name!r} has no label {name!r}.{suggestion(name, known)}"


def _choices(control: Control, value: Value, extra: Any) -> Iterable[Issue]:
    stored = value.get("choices")
    if control.nested:
        return _paths(control, "choices", stored, extra)
    return check_labels(control, "choices", stored, extra)


def _taxonomy(control: Control, value: Value, extra: Any) -> Iterable[Issue]:
    return _paths(control, "taxonomy", value.get("taxonomy"), extra)


def _paths(control: Control, key: str, stored: Any, extra: Any) -> Iterator[Issue]:
    if not isinstance(stored, list) or not stored:
        yield issue(f".{key}", "a list of paths, as [['Animals', 'Cat']]", stored)
        return
    most = control.number("maxusages") if key == "taxonomy" else None
    if most is not None and len(stored) > most:
        yield f".{key}", f"must have at most {most:g} paths (maxUsages), not {len(stored)}."
    for index, path in enumerate(stored):
        at = f".{key}[{index}]"
        if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
            yield issue(at, "a path, a list of strings", path)
        elif tuple(path) not in control.paths and not _is_possible_path(control, path):
            known = [" / ".join(each) for each in control.paths]
            message = " / ".join(path)
            yield at, f"{control.name!r} has no {message!r}.{suggestion(message, known)}"


def _is_possible_path(control: Control, path: list[str]) -> bool:
    """Tell whether some task could have this path; only its last step is checked."""
    return control.dynamic and control.may_have_label(path[-1] if path else "")


# -- plain answers -------------------------------------------------------------------------------


def _rating(control: Control, value: Value, _: Any) -> Iterator[Issue]:
    stored, most = value.get("rating"), int(control.number("maxrating") or 5)
    if not is_number(stored) or stored % 1 or not 0 <= stored <= most:
        yield issue(".rating", f"an integer from 1 to {most}", stored)


def _number(control: Control, value: Value, _: Any) -> Iterator[Issue]:
    stored = value.get("number")
    if not is_number(stored):
        yield issue(".number", "a number", stored)
        return
    least, most = control.number("min"), control.number("max")
    if (least is not None and stored < least) or (most is not None and stored > most):
        bounds = f"{'' if least is None else least:} to {'' if most is None else most}"
        yield ".number", f"must be within bounds ({bounds.strip()}), not {stored}."
    yield from _check_step(stored, control.number("step") or 0, least or 0)


def _check_step(stored: float, step: float, start: float) -> Iterator[Issue]:
    """Check that a number is a multiple of the step, as the editor does on saving."""
    beyond = (stored - start) % step if step > 0 else 0.0
    if min(beyond, step - beyond) > max(SLACK, 4 * math.ulp(stored)):
        below = stored - beyond
        message = f"must be in steps of {step:g}: {below:g} or {below + step:g}, not {stored}."
        yield ".number", message


def _date(control: Control, value: Value, _: Any) -> Iterator[Issue]:
    stored, format = value.get("datetime"), date_format(control)
    if not isinstance(stored, str):
        yield issue(".datetime", f"a string with the format {format}", stored)
        return
    if not matches_format(stored, format):
        yield ".datetime", f"must have the format {format}, not {stored!r}."
    yield from _check_bounds(control, parse_date(stored, format))


def _check_bounds(control: Control, stored: datetime | None) -> Iterator[Issue]:
    """Check a date against min and max, which the editor compares as text on saving."""
    only = control.options.get("only", "")
    if stored is None or only == "time":
        return
    message = f"{stored:%Y}" if "year" in only else stored.date().isoformat()
    least, most = control.options.get("min", ""), control.options.get("max", "")
    if least[:1].isdigit() and message < least:
        yield ".datetime", f"must be {least} or later, not {message}."
    if most[:1].isdigit() and message > most:
        yield ".datetime", f"must be {most} or earlier, not {message}."


def _text(control: Control, value: Value, _: Any) -> Iterator[Issue]:
    stored = value.get("text")
    if isinstance(stored, str) and not control.per_region:
        return
    if not isinstance(stored, list) or not all(isinstance(each, str) for each in stored):
        what = "a list of strings" if control.per_region else "a string or a list of strings"
        yield issue(".text", what, stored)


def _pairwise(_: Control, value: Value, __: Any) -> Iterator[Issue]:
    stored = value.get("selected")
    if stored not in PAIRWISE_SIDES:
        yield issue(".selected", "'left' or 'right'", stored)


def _ranker(control: Control, value: Value, _: Any) -> Iterator[Issue]:
    stored = value.get("ranker")
    if not isinstance(stored, Mapping):
        yield issue(".ranker", "a dict of lists of ids by bucket", stored)
        return
    known = [*control.buckets, "_"] if control.buckets else [control.name]
    for bucket, ids in stored.items():
        if bucket not in known:
            message = f"{control.name!r} has no such bucket.{suggestion(bucket, known)}"
            yield f".ranker[{bucket!r}]", message
        elif not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            yield issue(f".ranker[{bucket!r}]", "a list of ids as strings", ids)


ANSWER_CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "choices": _choices,
        "datetime": _date,
        "number": _number,
        "pairwise": _pairwise,
        "ranker": _ranker,
        "rating": _rating,
        "taxonomy": _taxonomy,
        "textarea": _text,
    }
)
