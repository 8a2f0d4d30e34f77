"""The server's `parsed_label_config`: a config as a nested dict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .elements import Element

# Like the server, this module alone is case-sensitive about tags and attributes.
LABELS = frozenset({"Label", "Choice", "Relation"})
NO_CONTROLS = frozenset({"Filter"})
CONDITIONS = (("whenTagName", "tag"), ("whenLabelValue", "label"), ("whenChoiceValue", "choice"))
DYNAMIC = re.compile(r"\$[A-Za-z_]+")


def as_dict(root: Element) -> dict[str, Any]:
    """Return the controls by name: type, to_name, inputs, labels, labels_attrs."""
    controls, objects = dict[str, Any](), dict[str, Any]()
    labels: dict[str, dict[str, Any]] = {}
    flags: list[str] = []
    for element, above in _with_parents(root, ()):
        attrs = element.attrs
        flags += [attrs["indexFlag"]] if "indexFlag" in attrs else []
        if _is_control(element):
            controls[attrs["name"]] = _control(element, flags)
        elif attrs.get("name") and (attrs.get("value") or attrs.get("valueList")):
            objects[attrs["name"]] = _object(element)
        if element.tag in LABELS:
            _add_label(element, above, controls, labels)
    for name, control in controls.items():
        own = labels.get(name, {})
        inputs = [objects[each] for each in control["to_name"] if each in objects]
        control.update(inputs=inputs, labels=list(own), labels_attrs=own)
    return controls


def _with_parents(
    element: Element, above: tuple[str, ...]
) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Yield elements with the names of those above them, the nearest first."""
    yield element, above
    own = (element.attrs["name"], *above) if "name" in element.attrs else above
    for child in element.children:
        yield from _with_parents(child, own)


def _is_control(element: Element) -> bool:
    named = element.attrs.get("name") and element.attrs.get("toName")
    return bool(named) and element.tag not in NO_CONTROLS


def _control(element: Element, flags: list[str]) -> dict[str, Any]:
    attrs = element.attrs
    control: dict[str, Any] = {"type": element.tag, "to_name": attrs["toName"].split(",")}
    repeated = {flag: ".*" for flag in flags if any(flag in to for to in control["to_name"])}
    if repeated:
        control["regex"] = repeated
    if attrs.get("perRegion") == "true":
        conditions = ((kind, attrs[name]) for name, kind in CONDITIONS if attrs.get(name))
        for kind, name in conditions:
            control["conditionals"] = {"type": kind, "name": name}
            break
    if DYNAMIC.fullmatch(attrs.get("value", "")) or attrs.get("apiUrl"):
        control["dynamic_labels"] = True
    return control


def _object(element: Element) -> dict[str, Any]:
    attrs = element.attrs
    source = "value" if "value" in attrs else "valueList"
    return {
        "type": element.tag,
        "valueType": attrs.get("valueType"),
        source: attrs[source].lstrip("$"),
    }


def _add_label(
    element: Element,
    above: tuple[str, ...],
    controls: dict[str, Any],
    labels: dict[str, dict[str, Any]],
) -> None:
    """Add a label to the nearest control above it."""
    attrs = element.attrs
    name = attrs.get("alias") or attrs.get("value") or attrs.get("valueList")
    control = next((each for each in above if each in controls), None)
    if control is not None and name:
        labels.setdefault(control, {})[name] = dict(attrs)
