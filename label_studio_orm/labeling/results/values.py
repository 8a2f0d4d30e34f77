"""What an answer may be, by kind of control: each check yields (path in the value, what is wrong).

Labels are checked here as well; where regions may lie is in `places.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeGuard

from ..controls import Control
from ..problems import suggestion
from .answer_values import PAIRWISE_SIDES
from .dates import date_format, matches_format, parse_date

Issue = tuple[str, str]
Check = Callable[[Control, Mapping[str, Any], Any], Iterable[Issue]]
Expected = tuple[str, Callable[[Any], bool]]  # what a part must be, and how to tell
SLACK = 1e-8  # of what computing with fractions leaves over
NO_ISSUES: tuple[Issue, ...] = ()


def short_repr(value: Any) -> str:
    """Return a value as an error shows it, cut short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def is_number(value: Any) -> TypeGuard[float]:
    try:
        if type(value) in (int, float):
            return math.isfinite(value)
    except OverflowError:  # a whole number beyond all bounds
        return False
    plain = value.item() if hasattr(value, "item") and not getattr(value, "shape", 0) else None
    return type(plain) in (int, float) and is_number(plain)  # numpy's


def is_integer(value: Any) -> TypeGuard[int]:
    """Tell whether something is a whole number, also where it is written as 1.0."""
    return type(value) is int or (is_number(value) and value % 1 == 0)


def is_offset(value: Any) -> TypeGuard[int]:
    """Tell whether something counts from 0."""
    return is_integer(value) and value >= 0


def is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def check_parts(
    value: Mapping[str, Any], parts: Iterable[str], kinds: Mapping[str, Expected]
) -> Iterator[Issue]:
    """Yield what is wrong with parts that may be missing."""
    for part in parts:
        what, fits = kinds[part]
        if part in value and not fits(value[part]):
            yield f".{part}", f"must be {what}, not {short_repr(value[part])}."


# -- labels and choices --------------------------------------------------------------------------


def check_labels(control: Control, key: str, kept: Any, extra: Any) -> Iterable[Issue]:
    """Check the labels of a region, or choices; `extra` are those that the task brings."""
    if type(kept) is list and len(kept) == 1 and type(kept[0]) is str and kept[0] in control.names:
        return NO_ISSUES  # nearly always
    return _labels(control, key, kept, extra)


def _labels(control: Control, key: str, kept: Any, extra: Any) -> Iterator[Issue]:
    if not isinstance(kept, list):
        yield f".{key}", f"is a list of texts, not {short_repr(kept)}."
        return
    if not kept and not control.is_on("allowEmpty"):
        yield f".{key}", f"is empty: {control.name!r} takes one of its labels."
    if len(kept) > 1 and not control.multiple:
        yield (
            f".{key}",
            f'has {len(kept)} where {control.name!r} takes one (choice="multiple" takes more).',
        )
    for index, name in enumerate(kept):
        problem = _label(control, name, extra)
        if problem:
            yield f".{key}[{index}]", problem


def _label(control: Control, name: Any, extra: Any) -> str:
    if not isinstance(name, str):
        return f"is a text, not {short_repr(name)}."
    if name in control.accepted_names:
        return ""
    if control.dynamic and (control.may_have_label(name) if extra is None else name in extra):
        return ""
    known = [*(label.name for label in control.labels), *(extra or ())]
    return f"{control.name!r} has no label {name!r}.{suggestion(name, known)}"


def _choices(control: Control, value: Mapping[str, Any], extra: Any) -> Iterable[Issue]:
    kept = value.get("choices")
    if control.nested:
        return _paths(control, "choices", kept, extra)
    return check_labels(control, "choices", kept, extra)


def _taxonomy(control: Control, value: Mapping[str, Any], extra: Any) -> Iterable[Issue]:
    return _paths(control, "taxonomy", value.get("taxonomy"), extra)


def _paths(control: Control, key: str, kept: Any, extra: Any) -> Iterator[Issue]:
    if not isinstance(kept, list) or not kept:
        yield f".{key}", f"is a list of paths, as [['Animals', 'Cat']], not {short_repr(kept)}."
        return
    most = control.number("maxusages") if key == "taxonomy" else None
    if most is not None and len(kept) > most:
        yield (
            f".{key}",
            f"must have at most {most:g} paths (maxUsages of {control.name!r}), not {len(kept)}.",
        )
    for index, path in enumerate(kept):
        at = f".{key}[{index}]"
        if not isinstance(path, list) or not all(isinstance(step, str) for step in path):
            yield at, f"is a path, a list of texts, not {short_repr(path)}."
        elif tuple(path) not in control.paths and not _is_possible_path(control, path):
            known = [" / ".join(each) for each in control.paths]
            said = " / ".join(path)
            yield at, f"{control.name!r} has no {said!r}.{suggestion(said, known)}"


def _is_possible_path(control: Control, path: list[str]) -> bool:
    """Tell whether some task could have this path; those of filled labels are not told apart."""
    return control.dynamic and (
        control.has_external_labels or control.may_have_label(path[-1] if path else "")
    )


# -- plain answers -------------------------------------------------------------------------------


def _rating(control: Control, value: Mapping[str, Any], _: Any) -> Iterator[Issue]:
    kept, most = value.get("rating"), int(control.number("maxrating") or 5)
    if not is_number(kept) or kept % 1 or not 0 <= kept <= most:
        yield ".rating", f"is a whole number from 1 to {most}, not {short_repr(kept)}."


def _number(control: Control, value: Mapping[str, Any], _: Any) -> Iterator[Issue]:
    kept = value.get("number")
    if not is_number(kept):
        yield ".number", f"is a number, not {short_repr(kept)}."
        return
    least, most = control.number("min"), control.number("max")
    if (least is not None and kept < least) or (most is not None and kept > most):
        bounds = f"{'' if least is None else least:} to {'' if most is None else most}"
        yield ".number", f"is out of bounds ({bounds.strip()}): {kept}."
    yield from _check_step(kept, control.number("step") or 0, least or 0)


def _check_step(kept: float, step: float, start: float) -> Iterator[Issue]:
    """Check that a number is so many steps from the start, as the editor does when it saves."""
    beyond = (kept - start) % step if step > 0 else 0.0
    if min(beyond, step - beyond) > max(SLACK, 4 * math.ulp(kept)):
        below = kept - beyond
        yield ".number", f"must be in steps of {step:g}: {below:g} or {below + step:g}, not {kept}."


def _date(control: Control, value: Mapping[str, Any], _: Any) -> Iterator[Issue]:
    kept, format = value.get("datetime"), date_format(control)
    if not isinstance(kept, str):
        yield ".datetime", f"is a text, as {format}, not {short_repr(kept)}."
        return
    if not matches_format(kept, format):
        yield ".datetime", f"is written {format}, not {kept!r}."
    yield from _check_bounds(control, parse_date(kept, format))


def _check_bounds(control: Control, kept: datetime | None) -> Iterator[Issue]:
    """Check a date against min and max, which the editor compares as texts when it saves."""
    only = control.options.get("only", "")
    if kept is None or only == "time":
        return
    said = f"{kept:%Y}" if "year" in only else kept.date().isoformat()
    least, most = control.options.get("min", ""), control.options.get("max", "")
    if least[:1].isdigit() and said < least:
        yield ".datetime", f"must be {least} or later, not {said}."
    if most[:1].isdigit() and said > most:
        yield ".datetime", f"must be {most} or earlier, not {said}."


def _text(control: Control, value: Mapping[str, Any], _: Any) -> Iterator[Issue]:
    kept = value.get("text")
    if isinstance(kept, str) and not control.per_region:
        return
    if not isinstance(kept, list) or not all(isinstance(each, str) for each in kept):
        what = "a list of texts" if control.per_region else "a text or a list of texts"
        yield ".text", f"is {what}, not {short_repr(kept)}."


def _pairwise(_: Control, value: Mapping[str, Any], __: Any) -> Iterator[Issue]:
    kept = value.get("selected")
    if kept not in PAIRWISE_SIDES:
        yield ".selected", f"is 'left' or 'right', not {short_repr(kept)}."


def _ranker(control: Control, value: Mapping[str, Any], _: Any) -> Iterator[Issue]:
    kept = value.get("ranker")
    if not isinstance(kept, Mapping):
        yield ".ranker", f"is a dict of lists of ids by bucket, not {short_repr(kept)}."
        return
    known = [*control.buckets, "_"] if control.buckets else [control.name]
    for bucket, ids in kept.items():
        if bucket not in known:
            yield (
                f".ranker[{bucket!r}]",
                f"{control.name!r} has no such bucket.{suggestion(bucket, known)}",
            )
        elif not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
            yield f".ranker[{bucket!r}]", f"is a list of ids as texts, not {short_repr(ids)}."


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
