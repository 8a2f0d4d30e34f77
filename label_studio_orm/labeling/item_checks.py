"""Checks of the labels, choices and classes of a control."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from types import MappingProxyType

from .controls import Label, label_name, labels_of
from .elements import Element
from .tags import LABELINGS
from .variables import misread_variable

NEED_ITEMS = MappingProxyType({"choices": "Choice", **dict.fromkeys(LABELINGS, "Label")})
TREES = frozenset({"choices", "taxonomy"})
NOUNS = MappingProxyType({"choices": "choice", "taxonomy": "class"})


def check_items(element: Element, above: Sequence[str]) -> Iterator[str]:
    """Yield a message for each problem of a label or choice, or of those of a control."""
    kind = element.kind
    if kind in ("label", "choice"):
        yield from _check_item(element, above)
    elif kind in NEED_ITEMS or kind in TREES:
        yield from _check_children(element)


def _check_item(element: Element, above: Sequence[str]) -> Iterator[str]:
    if not label_name(element):
        yield "must have a value=."
    if element.kind == "choice" and element.attrs.get("alias") == "":
        yield "must not have an empty alias=, which results would contain."
    value = element.attrs.get("value") or element.text
    read = misread_variable(value) if "taxonomy" not in above else ""
    if read:
        shown = value.replace(read, "undefined" if read != value else "")
        yield (
            f"value={value!r}: the editor reads {read} as a data key and shows {shown!r}. "
            f"Omit the $, or set html={value!r} and another value."
        )


def _check_children(control: Element) -> Iterator[str]:
    options = control.options()
    if options.get("value", "").startswith("$"):
        return
    labels = [each for child in control.children for each in labels_of(child)]
    if not labels and control.kind in NEED_ITEMS and not _has_items(control):
        yield f"must contain at least one <{NEED_ITEMS[control.kind]}>."
    yield from _check_duplicates(control.kind, labels)
    if control.kind in LABELINGS:
        yield from _check_aliases(labels)
    yield from _check_hotkeys(labels)


def _has_items(control: Element) -> bool:
    return any(each.kind in ("label", "choice") for each in control.walk())


def _check_duplicates(kind: str, labels: Sequence[Label]) -> Iterator[str]:
    """Check that answers are unambiguous: the editor would show, or choose, both."""
    paths = [each.path if kind in TREES else (each.name,) for each in labels]
    for path, count in Counter(paths).items():
        if count > 1:
            yield f"the {NOUNS.get(kind, 'label')} {' / '.join(path)!r} is used twice."


def _check_aliases(labels: Sequence[Label]) -> Iterator[str]:
    """Check that no alias is the value of another label: the editor uses the first match."""
    values: dict[str, str] = {}
    for label in labels if any(len(each.element.attrs) > 1 for each in labels) else ():
        taken = values.get(label.name, label.name)
        if taken != label.name:
            yield f"the alias {label.name!r} is the value of another label, which the editor shows."
        values.setdefault(label.options.get("value", label.name), label.name)


def _check_hotkeys(labels: Sequence[Label]) -> Iterator[str]:
    keys = Counter(each.options["hotkey"].lower() for each in labels if _has_hotkey(each))
    for key, count in keys.items():
        if count > 1:
            yield f"the hotkey {key!r} is used twice: it would select both."


def _has_hotkey(label: Label) -> bool:
    return len(label.element.attrs) > 1 and bool(label.options.get("hotkey"))
