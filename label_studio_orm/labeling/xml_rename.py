"""Renaming of labels in the XML of a config, with all other text left as it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar
from xml.sax.saxutils import escape, quoteattr

from ..errors import InvalidInput
from .controls import Label
from .elements import Element
from .parsed import ParsedConfig
from .problems import suggestion

C = TypeVar("C", bound=ParsedConfig)

START_TAG = re.compile(rb"""<[^>"']*(?:"[^"]*"[^>"']*|'[^']*'[^>"']*)*>""")
CONDITIONS = ("whenlabelvalue", "whenchoicevalue")  # attributes that name labels of other tags


def label_at(config: ParsedConfig, control: str, path: tuple[str, ...]) -> Label | None:
    """Return a label by its path, or None."""
    found = config.controls.get(control)
    labels = found.labels if found else ()
    return next((label for label in labels if label.path == path), None)


def path_to(
    config: ParsedConfig, control: str, name: str | tuple[str, ...], new: str
) -> tuple[str, ...]:
    """Return the path of a label from its name or path.

    The path of a label that was renamed before is that of its new name.
    """
    if not isinstance(name, str):
        return tuple(name)
    labels = config.controls[control].labels
    found = [label.path for label in labels if label.name == name]
    if len(found) > 1:
        raise InvalidInput(f"{control!r} has {name!r} {len(found)} times: pass its path, a tuple.")
    renamed = [(*label.path[:-1], name) for label in labels if label.name == new]
    return found[0] if found else renamed[0] if len(renamed) == 1 else (name,)


def check_label(config: ParsedConfig, control: str, path: tuple[str, ...]) -> None:
    """Raise if a control has no such label."""
    if label_at(config, control, path) is None:
        known = [" / ".join(label.path) for label in config.controls[control].labels]
        label = " / ".join(path)
        raise InvalidInput(f"{control!r} has no label {label!r}.{suggestion(label, known)}")


def check_merge(config: ParsedConfig, control: str, path: tuple[str, ...], new: str) -> None:
    """Raise if the label would merge with one that lacks any of its children."""
    target = (*path[:-1], new)
    paths = config.controls[control].paths
    below = [each[len(path) :] for each in paths if each[: len(path)] == path and each != path]
    missing = [rest for rest in below if (*target, *rest) not in paths]
    if target in paths and missing:
        lost = " / ".join((*path, *missing[0]))
        raise InvalidInput(f"{lost!r} would be lost: add such a class to {new!r} first.")


def with_copy(config: C, control: str, path: tuple[str, ...], new: str) -> C:
    """Return a config with a copy of a label, under a new name, before the label itself.

    Conditions that name the old label name the new one, too.
    """
    label = label_at(config, control, path)
    if label is None:
        return config
    if label_at(config, control, (*path[:-1], new)) is None:
        source = config.xml.encode()
        start, end = _extent(label.element, source)
        copy = _renamed(source[start:end], label.element, new) + _space_before(source, start)
        config = _with_source(config, source[:start] + copy + source[start:])
    return _with_conditions(config, control, lambda names: _insert_before(names, path[-1], new))


def without_old(config: C, control: str, path: tuple[str, ...], new: str) -> C:
    """Return a config without a label, also in conditions."""
    label = label_at(config, control, path)
    if label is None:
        return config
    source = config.xml.encode()
    start, end = _extent(label.element, source)
    start -= len(_space_before(source, start))
    config = _with_source(config, source[:start] + source[end:])
    if any(path[-1] in other.names for other in config.controls.values()):
        return config  # the conditions may name that one
    return _with_conditions(config, control, lambda names: [n for n in names if n != path[-1]])


def _insert_before(names: list[str], old: str, new: str) -> list[str]:
    """Insert a new name before the old one, if that is there."""
    if old not in names or new in names:
        return names
    at = names.index(old)
    return [*names[:at], new, *names[at:]]


def _with_conditions(config: C, control: str, change: Callable[[list[str]], list[str]]) -> C:
    """Return a config with changed labels in the conditions on a control."""
    source = config.xml.encode()
    for element in reversed([*config.root.walk()]):  # from the end, so that offsets stay valid
        options = {name.lower(): (name, value) for name, value in element.attrs.items()}
        if options.get("whentagname", ("", control))[1] != control:
            continue
        for name, value in (options[key] for key in CONDITIONS if key in options):
            names = value.split(",")
            changed = change(names)
            if changed != names:
                source = _with_attr(source, element.span[0], name, ",".join(changed))
    return _with_source(config, source)


def _with_source(config: C, source: bytes) -> C:
    return type(config).parse(source.decode())


def _extent(element: Element, source: bytes) -> tuple[int, int]:
    """Return the start and end of an element, end tag included."""
    start, end = element.span
    tag = START_TAG.match(source, start)
    if tag is not None and tag[0].endswith(b"/>"):
        return start, tag.end()
    return start, source.index(b">", end) + 1


def _space_before(source: bytes, start: int) -> bytes:
    before = source[:start]
    return before[len(before.rstrip()) :]


def _renamed(text: bytes, element: Element, new: str) -> bytes:
    """Return the source of a label with a new name, which is its alias if it has one."""
    names = {name.lower(): name for name, value in element.attrs.items() if value}
    if "alias" in names or "value" in names:
        return _with_attr(text, 0, names.get("alias") or names["value"], new)
    return text.replace(escape(element.text).encode(), escape(new).encode(), 1)


def _with_attr(source: bytes, start: int, name: str, value: str) -> bytes:
    """Return the source with a new value for an attribute of the tag at `start`."""
    tag = START_TAG.match(source, start)
    if tag is None:
        return source
    pattern = rf"""(\s{re.escape(name)}\s*=\s*)("[^"]*"|'[^']*')""".encode()
    written = quoteattr(value).encode()
    changed = re.sub(pattern, lambda found: found[1] + written, tag[0], count=1)
    return source[:start] + changed + source[tag.end() :]
