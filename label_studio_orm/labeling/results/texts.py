"""Texts of task data: what objects show, paragraphs, labels from tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..controls import Control, Object
from ..repeats import number_in

STEP = re.compile(r"[^.\[\]]+")


def shown_data(shown: Object, name: str, data: Mapping[str, Any]) -> Any:
    """Return the task data that an object shows, or None.

    `name` is the object's name in a result, with its number if a Repeater made it.
    """
    variable = shown.variable
    if shown.pattern and shown.index in variable:
        number = number_in(name, shown.name, shown.index)
        variable = variable.replace(shown.index, number)
    return resolve_variable(variable, data)


def resolve_variable(variable: str, data: Mapping[str, Any]) -> Any:
    """Return the data of a variable such as `images[0].url`, or None."""
    if variable in data:
        return data[variable]
    found: Any = data
    for step in STEP.findall(variable):
        if isinstance(found, list) and step.isdecimal() and len(step) < 10:
            found = found[int(step)] if int(step) < len(found) else None
        elif isinstance(found, Mapping):
            found = found.get(step)
        else:
            return None
    return found


def is_url(shown: Object) -> bool:
    """Tell whether the data has the URL of the content, not the content itself."""
    return shown.options.get("valuetype", "").lower() == "url"


def paragraphs_of(shown: Object, value: Any) -> list[str] | None:
    """Return the texts of a dialogue, or None if unknown."""
    if not isinstance(value, list) or is_url(shown):
        return None
    key = shown.options.get("textkey", "text")
    return [str(each.get(key, "")) if isinstance(each, Mapping) else "" for each in value]


def utf16(text: str) -> int:
    """Return the length of a text as JavaScript counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_between(texts: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return the text between two ends in a dialogue, each (paragraph, offset in UTF-16)."""
    pieces = [text.encode("utf-16-le", "surrogatepass") for text in texts[start[0] : end[0] + 1]]
    pieces[-1] = pieces[-1][: 2 * end[1]]
    pieces[0] = pieces[0][2 * start[1] :]
    return "\n".join(piece.decode("utf-16-le", "surrogatepass") for piece in pieces)


def task_labels(control: Control, data: Mapping[str, Any]) -> Any:
    """Return the labels that task data defines for a control: value="$labels"."""
    source = control.options.get("value", "")
    return shown_data(Object(control.name, control.tag, {}, value=source), control.name, data)


def task_label_names(control: Control, data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the labels that a control has in this task only."""
    yield from label_names_in(task_labels(control, data))
    for label in control.template_labels:
        yield label.rendered(lambda variable: str(resolve_variable(variable, data)))


def label_names_in(labels: Any) -> Iterator[str]:
    """Yield the names of labels from task data, nested ones included."""
    for each in labels if isinstance(labels, list) else ():
        if isinstance(each, Mapping):
            name = each.get("alias") or each.get("value")
            if isinstance(name, str):
                yield name
            yield from label_names_in(each.get("children"))
