"""Checks of a config: everything that the editor or the server would reject."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import define, field

from .attributes import check_attributes
from .conditions import check_conditions
from .elements import Element
from .item_checks import check_items
from .problems import Problem, suggestion
from .server_checks import ServerChecks
from .tags import (
    ABOUT,
    CHILDREN,
    CONTROLS,
    ENTERPRISE,
    KNOWN,
    NAMELESS,
    NOT_IN_VIEW,
    OBJECTS,
    PARENTS,
)
from .variables import broken_variable, ignored_variable

NO_VALUE_NEEDED = frozenset(
    {"chat", "reactcode", "custominterface"}
)  # can show something without value=
ONLY_ENTERPRISE = "is an Enterprise tag: the Community editor cannot open tasks with it."


def check(root: Element) -> Iterator[Problem]:
    """Yield the problems of each tag, in the order of the document."""
    checker = _Checker(_named(root), ServerChecks.of(root))
    yield from checker.below(root, ())


def _named(root: Element) -> dict[str, Element]:
    """Return the tags that have a name, the first of each."""
    named: dict[str, Element] = {}
    for element in root.walk():
        name = element.options().get("name")
        if name and element.kind != "bucket":
            named.setdefault(name, element)
    return named


@define(eq=False)
class _Checker:
    """Checks tags from the root down; `named` has the tags with a name."""

    named: Mapping[str, Element]
    server_checks: ServerChecks
    seen: set[str] = field(factory=set)

    def below(self, element: Element, above: tuple[str, ...]) -> Iterator[Problem]:
        if element.kind in ENTERPRISE:
            yield Problem(_location(element), ONLY_ENTERPRISE, edition="Enterprise")
        wrong = self._wrong_label if _is_plain(element) else self._wrong
        for message in wrong(element, above):
            yield Problem(_location(element), message)
        if element.kind != "hypertext":  # which holds HTML
            for child in element.children:
                yield from self.below(child, (*above, element.kind))

    def _wrong_label(self, element: Element, above: tuple[str, ...]) -> Iterator[str]:
        """Check a label with nothing but a value, of which there may be thousands."""
        yield from self._parent(element.kind, above)
        if "$" in element.attrs["value"]:
            yield from _check_variables(element.kind, element.attrs)
            yield from check_items(element, above)

    def _wrong(self, element: Element, above: tuple[str, ...]) -> Iterator[str]:
        kind, options = element.kind, element.options()
        if kind not in KNOWN:
            yield _unknown_tag(element.tag)
            return
        yield from self._parent(kind, above)
        yield from self._children(kind, element)
        yield from self._name(kind, options)
        yield from self._to_name(kind, options)
        yield from self._shown(kind, element, options)
        yield from _check_variables(kind, options)
        yield from check_items(element, above)
        yield from check_attributes(kind, options)
        yield from check_conditions(kind, options, self.named)
        yield from self.server_checks.of_tag(element, above)
        if options.get("perregion") == "true" and options.get("peritem") == "true":
            yield "perRegion and perItem must not both be true."

    def _children(self, kind: str, element: Element) -> Iterator[str]:
        """Check the children of a tag; unknown tags are reported on their own."""
        allowed = CHILDREN.get(kind)
        for tag in dict.fromkeys(child.tag for child in element.children):
            if tag.lower() in PARENTS or tag.lower() not in KNOWN:
                continue
            if allowed and tag.lower() not in allowed:
                yield f"may contain {', '.join(allowed.values())} only, not <{tag}>."
            elif kind == "view" and tag.lower() in NOT_IN_VIEW:
                yield f"must not contain <{tag}> directly."

    def _parent(self, kind: str, above: tuple[str, ...]) -> Iterator[str]:
        allowed = PARENTS.get(kind)
        if allowed and not any(tag in allowed for tag in above):
            yield f"must be inside one of {', '.join(allowed.values())}."

    def _name(self, kind: str, options: Mapping[str, str]) -> Iterator[str]:
        name = options.get("name")
        if not name:
            if kind not in NAMELESS:
                yield "must have a name=."
            return
        if name in self.seen:
            yield f"the name {name!r} is used twice."
        if "@" in name:
            yield f"the name {name!r} must not contain @: the editor would lose the answers."
        self.seen.add(name)

    def _to_name(self, kind: str, options: Mapping[str, str]) -> Iterator[str]:
        if kind == "filter":
            yield from self._filtered(options)
        if kind not in CONTROLS:
            return
        if not options.get("toname"):
            yield "must have a toName=, the name of the tag that it is for."
            return
        names = options["toname"].split(",")
        for name in names:
            if name in self.named:
                yield from self._about(kind, name, self.named[name].tag)
            else:
                yield f"toName={name!r} is not a tag of this config.{suggestion(name, self.named)}"
        if kind == "pairwise" and len({*names}) != 2:
            yield 'toName= must name two different tags, such as toName="left,right".'

    def _filtered(self, options: Mapping[str, str]) -> Iterator[str]:
        """Check the target of a Filter: without one, the editor opens no task."""
        name = options.get("toname")
        if not name:
            yield "must have a toName=, the name of the labels that it filters."
        elif name == options.get("name"):
            yield "toName= must be the name of the labels to filter, not of the filter itself."
        elif name not in self.named:
            yield f"toName={name!r} is not a tag of this config.{suggestion(name, self.named)}"

    def _about(self, kind: str, name: str, about: str) -> Iterator[str]:
        """Check that a control is for an object that it can be used on."""
        allowed = ABOUT.get(kind)
        if allowed and about.lower() not in allowed:
            right = " or ".join(allowed.values())
            yield f"toName= must name a tag of type {right}; {name!r} is a {about}."
        elif about.lower() in CONTROLS:
            yield f"toName= must name a tag that shows task data; {name!r} is a {about}."

    def _shown(self, kind: str, element: Element, options: Mapping[str, str]) -> Iterator[str]:
        has_text = bool(element.text or element.children)
        shown = options.get("value") or options.get("valuelist")
        if kind in OBJECTS and kind not in NO_VALUE_NEEDED and not has_text and not shown:
            yield 'must have a value= such as value="$text": the data key that it shows.'


def _location(element: Element) -> str:
    name = element.options().get("name")
    tag = f"<{element.tag} name={name!r}>" if name else f"<{element.tag}>"
    return f"line {element.line}, {tag}"


def _is_plain(element: Element) -> bool:
    """Tell whether an element is a label or choice with a value and nothing else."""
    plain = element.tag in ("Label", "Choice") and len(element.attrs) == 1 and not element.children
    return plain and bool(element.attrs.get("value")) and not element.text


def _check_variables(kind: str, options: Mapping[str, str]) -> Iterator[str]:
    """Check the variables of objects, of labels from task data, and of Repeaters."""
    whole = ("value", "valuelist") if options.get("name") else ()
    for name, value in options.items():
        is_whole = value.startswith("$") and len(value) > 1
        if is_whole and (name in whole or (kind, name) == ("repeater", "on")):
            problem = broken_variable(value)
            if problem:
                yield f"{name}={value!r}: {problem}"
        elif name == "value" and ignored_variable(value):
            yield f"value={value!r}: {broken_variable(ignored_variable(value))}"


def _unknown_tag(tag: str) -> str:
    if tag.islower():
        return "is not a tag of the editor; HTML goes into <HyperText> or <Markdown>."
    return f"is not a tag of the editor.{suggestion(tag, KNOWN.values())}"
