"""Parts of a labeling config: controls with their labels, objects, variables."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from attrs import define, evolve, field, frozen

from .elements import Element
from .repeats import INDEX, number_in, pattern_of
from .tags import ANSWERS, LABELINGS, LABELS, NO_CONTROLS, NO_OBJECTS, PER_ITEM
from .variables import VARIABLE, matches_template

LEAF_TAGS = frozenset({"label", "choice"})


@frozen
class Label:
    """A label, choice or class of a control.

    `name` is the text in results: the alias if there is one, else the value. `path` is the name
    after the names of its parents, for nested choices.
    """

    name: str
    path: tuple[str, ...]
    element: Element = field(repr=False)

    @property
    def options(self) -> Mapping[str, str]:
        """The attributes by lower-case name, like `background` and `hotkey`."""
        return self.element.options()

    @property
    def dynamic(self) -> bool:
        """Whether the name contains variables: value="$label", value="Page $n".

        Only a <Choice> in <Choices> has its variables replaced in results, too; other labels are
        shown with task data, but results have the text of the config.
        """
        return self.element.kind == "choice" and bool(VARIABLE.search(self.name))

    def rendered(self, text_of: Callable[[str], str]) -> str:
        """Return the name with its variables replaced by `text_of(variable)`."""
        return VARIABLE.sub(lambda found: text_of(found[1]), self.name)


@frozen(slots=False)
class Tag:
    """A tag with a name; `options` are its attributes by lower-case name."""

    name: str
    tag: str
    options: Mapping[str, str] = field(repr=False)
    line: int = field(default=0, eq=False)
    index: str = field(
        default="", kw_only=True, repr=False
    )  # the placeholder of a Repeater, replaced by numbers
    parts: tuple[Element, ...] = field(default=(), kw_only=True, repr=False)  # its children

    def is_on(self, option: str) -> bool:
        """Tell whether an option is "true"."""
        return self.options.get(option.lower(), "").lower() == "true"

    @functools.cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """The pattern of names in results, if a Repeater makes many tags of this one."""
        return pattern_of(self.name, self.index) if self.index and self.index in self.name else None


@frozen(slots=False)
class Control(Tag):
    """A tag that annotators answer with, like Choices, RectangleLabels or Rating."""

    to_name: tuple[str, ...] = ()
    labels: tuple[Label, ...] = field(default=(), repr=False)

    @property
    def type(self) -> str:
        """The `type` of results of this control."""
        return self.tag.lower()

    def repeated_as(self, name: str) -> Control:
        """Return the copy of this control that a Repeater made: with a number in its names."""
        if name == self.name:
            return self
        number = number_in(name, self.name, self.index)
        to_name = tuple(each.replace(self.index, number) for each in self.to_name)
        return evolve(self, name=name, to_name=to_name)

    @property
    def per_region(self) -> bool:
        """Whether each region has an answer of its own."""
        return self.is_on("perRegion")

    @functools.cached_property
    def labels_regions(self) -> bool:
        """Whether this control gives regions their labels: Labels, RectangleLabels, …"""
        return self.type in LABELINGS or (self.type == "taxonomy" and self.is_on("labeling"))

    @property
    def per_item(self) -> bool:
        """Whether each image of a list has an answer of its own."""
        return self.is_on("perItem") and not self.per_region and self.type in PER_ITEM

    @property
    def multiple(self) -> bool:
        """Whether several labels may be chosen."""
        return self.options.get("choice", "single").lower() == "multiple"

    @functools.cached_property
    def dynamic(self) -> bool:
        """Whether labels come from task data or another server."""
        return self.has_external_labels or bool(self.template_labels)

    @functools.cached_property
    def has_external_labels(self) -> bool:
        """Whether labels are defined outside the config: value="$labels", apiUrl="…"."""
        return self.options.get("value", "").startswith("$") or "apiurl" in self.options

    @functools.cached_property
    def template_labels(self) -> tuple[Label, ...]:
        """The labels whose names contain variables."""
        dynamic = (label for label in self.labels if label.dynamic)
        return tuple(dynamic) if self.type == "choices" else ()

    def may_have_label(self, name: str) -> bool:
        """Tell whether the control could have a label of this name in some task."""
        return self.has_external_labels or any(
            matches_template(each.name, name) for each in self.template_labels
        )

    @functools.cached_property
    def names(self) -> frozenset[str]:
        """The names of the labels."""
        return frozenset(label.name for label in self.labels)

    @functools.cached_property
    def accepted_names(self) -> frozenset[str]:
        """The names that results may contain: the editor also finds a label by its value."""
        if self.type in ANSWERS:
            return self.names
        values = (label.options.get("value", label.name) for label in self.labels)
        return self.names.union(values)

    @functools.cached_property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """The paths of the labels, each with its parents."""
        return frozenset(label.path for label in self.labels)

    def number(self, option: str) -> float | None:
        """Return an option as a number; None if it is missing or not a finite number."""
        try:
            number = float(self.options[option])
        except (KeyError, ValueError):
            return None
        return number if math.isfinite(number) else None

    @functools.cached_property
    def buckets(self) -> tuple[str, ...]:
        """The names of a Ranker's buckets."""
        parts = (part.options() for part in self.parts if part.kind == "bucket")
        return tuple(part["name"] for part in parts if part.get("name"))

    @functools.cached_property
    def nested(self) -> bool:
        """Whether answers are paths: a label after its parents."""
        return self.type == "taxonomy" or self.is_on("allowNested")


@frozen(slots=False)
class Object(Tag):
    """A tag that shows task data, like Text, Image or Audio."""

    value: str = ""  # "$text"

    @property
    def variable(self) -> str:
        """The key of the data that it shows: "text" for value="$text"."""
        found = VARIABLE.match(self.value)
        return found[1] if found else ""

    @property
    def type(self) -> str:
        """The tag in lower case."""
        return self.tag.lower()


@frozen
class Variable:
    """A key of task data that the config uses, and the tags that use it."""

    name: str
    tags: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key of the data: "images" for $images[0].url."""
        return re.split(r"[.\[]", self.name, maxsplit=1)[0]


@define(eq=False)
class Collected:
    """The parts of a config by name, in the order of the document."""

    controls: dict[str, Control] = field(factory=dict)
    objects: dict[str, Object] = field(factory=dict)
    variables: dict[str, Variable] = field(factory=dict)
    relations: list[Label] = field(factory=list)


def collect(root: Element) -> Collected:
    """Collect the controls, objects and variables of a config."""
    found = Collected()
    _collect(root, found, index="")
    for element in root.walk():
        for name in _variables(element):
            before = found.variables.get(name)
            tags = before.tags if before else ()
            found.variables[name] = Variable(name, tuple(dict.fromkeys([*tags, element.tag])))
    return found


def _collect(element: Element, found: Collected, index: str) -> None:
    kind = element.kind
    if kind in LEAF_TAGS:
        return  # there may be thousands
    options = element.options()
    name = options.get("name", "")
    if kind == "repeater":
        index = options.get("indexflag", INDEX)
    if kind == "relation":
        found.relations += labels_of(element)
    if name and options.get("toname") and kind not in NO_CONTROLS:
        found.controls.setdefault(name, _control(element, options, index))
    elif name and kind not in NO_OBJECTS and _shows_data(element, options):
        value = options.get("value") or options.get("valuelist", "")
        where = (name, element.tag, options, element.line)
        shown = Object(*where, index=index, parts=element.children, value=value)
        found.objects.setdefault(name, shown)
    if kind not in ("relation", "hypertext"):  # whose content is empty or HTML
        for child in element.children:
            _collect(child, found, index)


def _shows_data(element: Element, options: Mapping[str, str]) -> bool:
    """Tell whether a tag shows task data or the HTML in it."""
    html = element.kind == "hypertext" and bool(element.children)
    return bool(options.get("value") or options.get("valuelist") or html)


def _control(element: Element, options: Mapping[str, str], index: str) -> Control:
    to_name = tuple(part.strip() for part in options["toname"].split(","))
    labels = tuple(label for child in element.children for label in labels_of(child))
    return Control(
        options["name"],
        element.tag,
        options,
        element.line,
        index=index,
        to_name=to_name,
        labels=labels,
        parts=element.children,
    )


def labels_of(element: Element, above: tuple[str, ...] = ()) -> Iterator[Label]:
    """Yield the labels in an element, nested ones included."""
    path = above
    if element.kind in LABELS:
        name = label_name(element)
        if name:
            path = (*above, name)
            yield Label(name, path, element)
    for child in element.children:
        yield from labels_of(child, path)


def label_name(element: Element) -> str:
    """Return the name of a label in results: its alias, or else its value."""
    if "value" in element.attrs and len(element.attrs) == 1 and not element.text:
        return element.attrs["value"]  # nearly always
    options = element.options()
    return options.get("alias") or options.get("value") or options.get("valuelist", "")


def _variables(element: Element) -> Iterator[str]:
    for value in (*element.attrs.values(), "" if element.children else element.text):
        if "$" in value:
            yield from VARIABLE.findall(value)


def find_tag(tags: Mapping[str, Any], name: str) -> Any:
    """Return the tag that a name in a result refers to, also if a Repeater made the name."""
    found = tags.get(name)
    if found is None:
        repeated = (tag for tag in tags.values() if tag.pattern and tag.pattern.fullmatch(name))
        found = next(repeated, None)
    return found
