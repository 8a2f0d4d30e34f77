"""Creation of configs: the functions that make tags, and the XML of a dict of tags."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve, frozen

from ..errors import InvalidInput, nearest
from .attributes import attributes
from .colours import is_colour
from .tags import ATTRIBUTES, CONTROLS, DEEPEST, OBJECTS
from .variables import VARIABLE, broken_variable

# A tree of classes: {"Animals": ["Cat", "Dog"], "Plants": {}}
Tree = str | Mapping[str, Any] | Iterable[Any]
INDENT = "  "
COLOURED = ("Label", "Relation")  # tags with a background=
_SINGLE_ITEM = (str, bytes, Mapping)  # types of a single label

# The usual labels for each type of object.
LABELS_FOR = MappingProxyType(
    {
        "hypertext": "HyperTextLabels",
        "image": "RectangleLabels",
        "paragraphs": "ParagraphLabels",
        "timeseries": "TimeSeriesLabels",
        "video": "TimelineLabels",
    }
)


@frozen
class NewTag:
    """A tag for `LabelConfig.create`.

    Made by `labels()`, `choices()`, `taxonomy()`, `relations()` or `tag()`.
    """

    tag: str
    attrs: Mapping[str, str]
    children: tuple[NewTag, ...] = ()


def tag(tag: str, **attrs: Any) -> NewTag:
    """Make any tag for `LabelConfig.create`, such as `tag("Rating", maxRating=10)`.

    Attributes are the editor's (https://labelstud.io/tags); True becomes "true", and a list of
    names is joined with commas: `tag("Pairwise", to=["left", "right"])`.
    """
    return _tag(tag, attrs)


def _tag(tag: str, attrs: Mapping[str, Any]) -> NewTag:
    """Make a tag, its attributes in the only spelling that the server accepts."""
    spelled = {ATTRIBUTES.get(name.lower(), name): value for name, value in attrs.items()}
    return NewTag(
        tag, {name: _attribute_text(each) for name, each in spelled.items() if each is not None}
    )


def labels(*names: Any, tag_type: str = "", **attrs: Any) -> NewTag:
    """Make labels for regions: boxes on an image, spans of a text.

    A label is a name or a dict of attributes; `{"cat": "red", "dog": "#0a0"}` sets colours.
    `tag_type` is the type of the labels if it is not the usual one for the object:
    "PolygonLabels", "BrushLabels", "KeyPointLabels", …

    >>> config = LabelConfig.create({"text": "Text", "ner": labels("PER", "ORG")})
    >>> [label.name for label in config.labels["ner"]]
    ['PER', 'ORG']
    """
    return evolve(tag(tag_type, **attrs), children=_items("Label", names))


def choices(*names: Any, **attrs: Any) -> NewTag:
    """Make choices, of which annotators pick one, or several with `choice="multiple"`.

    >>> config = LabelConfig.create({"text": "Text", "sentiment": choices("Good", "Bad")})
    >>> config.result({"sentiment": "Good"})[0]["value"]
    {'choices': ['Good']}
    """
    return evolve(tag("Choices", **attrs), children=_items("Choice", names))


def taxonomy(tree: Tree, **attrs: Any) -> NewTag:
    """Make a tree of classes: {"Animals": ["Cat", "Dog"], "Plants": []}."""
    return evolve(tag("Taxonomy", **attrs), children=tuple(_branches(tree)))


def relations(*names: Any, **attrs: Any) -> NewTag:
    """Make labels for the relations between regions; their key in the config is not used.

    A label is a name or a dict of attributes; `{"works for": "red"}` sets colours. Annotators pick
    one, or several with `choice="multiple"`.

    >>> tags = {"text": "Text", "ner": labels("PER", "ORG"), "links": relations("works for")}
    >>> LabelConfig.create(tags).relation_labels
    ('works for',)
    """
    return evolve(tag("Relations", **attrs), children=_items("Relation", names))


def build_xml(tags: Mapping[str, Any]) -> str:
    """Return the XML of a config from its tags by name."""
    if not isinstance(tags, Mapping) or not tags:
        raise InvalidInput('tags must be a dict such as {"text": "Text", "mood": choices("Good")}.')
    view = ET.Element("View")
    for name in tags:
        if not isinstance(name, str) or not name.strip():
            raise InvalidInput(f"The name of a tag must be a string, not {name!r}.")
    made = {name: _as_tag(name, value) for name, value in tags.items()}
    for name, each in made.items():
        view.append(_element(_with_defaults(name, each, made)))
    ET.indent(view, INDENT)
    return ET.tostring(view, encoding="unicode")


def _as_tag(name: str, value: Any) -> NewTag:
    """Convert any representation of a tag."""
    if isinstance(value, str):
        value = tag(value)
    elif _is_pair(value):
        value = _tag(*value)
    if not isinstance(value, NewTag):
        raise InvalidInput(
            f"{name!r} must be the type of a tag, or made by labels(), choices(), taxonomy(), "
            f"relations() or tag(), not {value!r}."
        )
    return evolve(value, tag=_canonical_tag(name, value.tag))


def _canonical_tag(name: str, tag: Any) -> str:
    """Return a tag as the editor's documentation writes it."""
    if not isinstance(tag, str):
        raise InvalidInput(f"{name!r}: a tag must be a string such as 'Text', not {tag!r}.")
    # The tag of labels follows from their object.
    known = {"": "", **OBJECTS, **CONTROLS, "relations": "Relations"}
    if tag.lower() not in known:
        hint = nearest(tag, known.values())
        raise InvalidInput(f"{name!r}: the editor has no tag {tag!r}.{hint}")
    return known[tag.lower()]


def _is_pair(value: Any) -> bool:
    """Tell whether a value is a tag with its attributes: ("Rating", {"maxRating": 10})."""
    pair = isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str)
    return pair and isinstance(value[1], Mapping) and all(isinstance(k, str) for k in value[1])


def _with_defaults(name: str, given: NewTag, made: Mapping[str, NewTag]) -> NewTag:
    """Add the attributes that follow from the rest: name, value, toName."""
    if given.tag == "Relations":
        return given  # without a name, as results do not refer to it
    attrs = {"name": name, **given.attrs}
    if given.tag.lower() in OBJECTS:
        shown = {} if attrs.keys() & {"value", "valueList"} else {"value": _variable(name)}
        return evolve(given, attrs={"name": attrs["name"], **shown, **attrs})
    about = attrs.pop("to", None) or attrs.pop("toName", None)
    about = _target_names(about, made) if about else _default_target(given, made)
    if not about:
        raise InvalidInput(f'{name!r} needs an object to label: add one, such as "text": "Text".')
    targets = [each for key, each in made.items() if _name_of(key, each) == about.split(",")[0]]
    drawn = LABELS_FOR.get(targets[0].tag.lower(), "Labels") if targets else "Labels"
    attrs = {"name": attrs["name"], "toName": about, **attrs}
    return evolve(given, tag=given.tag or drawn, attrs=attrs)


def _default_target(given: NewTag, made: Mapping[str, NewTag]) -> str:
    """Return the default target of a control: the first object."""
    shown = [_name_of(key, each) for key, each in made.items() if each.tag.lower() in OBJECTS]
    return ",".join(shown[: 2 if given.tag == "Pairwise" else 1])


def _name_of(key: str, tag: NewTag) -> str:
    """Return a tag's name: its key, unless it has another name=."""
    return tag.attrs.get("name", key)


def _target_names(about: str, made: Mapping[str, NewTag]) -> str:
    """Return the names of a control's targets, which may be keys of the dict."""
    keys = about.split(",")
    return ",".join(_name_of(key, made[key]) if key in made else key for key in keys)


def _variable(name: str) -> str:
    """Return the variable of an object, which has the name of its key."""
    problem = broken_variable(f"${name}")
    if problem:
        raise InvalidInput(
            f"{name!r} would show ${name}, which the editor cannot read: {problem}\n"
            f'Or set the key explicitly: {name!r}: tag("Text", value="$other").'
        )
    return f"${name}"


def _items(kind: str, names: tuple[Any, ...]) -> tuple[NewTag, ...]:
    if (
        len(names) == 1
        and isinstance(names[0], Iterable)
        and not isinstance(names[0], _SINGLE_ITEM)
    ):
        names = tuple(names[0])  # one list of items
    return tuple(item for name in names for item in _items_of(kind, name))


def _items_of(kind: str, given: Any) -> Iterator[NewTag]:
    """Yield one item, or one for each name in a dict of colours."""
    if not isinstance(given, Mapping) or not all(isinstance(key, str) for key in given):
        yield _item(kind, given)
    elif any(key.lower() == "value" for key in given):
        yield _tag(kind, given)
    elif kind in COLOURED and given and not _has_attribute(kind, given):
        yield from (_coloured(kind, name, colour) for name, colour in given.items())
    else:
        raise InvalidInput(
            f"A {kind.lower()} must have a value: {{'value': 'cat', …}}, not {given!r}."
        )


def _has_attribute(kind: str, given: Mapping[str, Any]) -> bool:
    """Tell whether a dict has any attribute of a label."""
    return any(key.lower() in attributes()[kind.lower()] for key in given)


def _coloured(kind: str, name: str, colour: Any) -> NewTag:
    """Make a label with a colour."""
    if not isinstance(colour, str) or not is_colour(colour):
        raise InvalidInput(
            f"The colour of {name!r} must be like {{'cat': 'red'}}, not {colour!r}; for "
            "other attributes use {'value': 'cat', 'hotkey': 'c'}."
        )
    return evolve(_item(kind, name), attrs={"value": name, "background": colour})


def _item(kind: str, name: Any, *, of_tree: bool = False) -> NewTag:
    if not isinstance(name, str) or not name:
        raise InvalidInput(
            f"A {kind.lower()} must be a name or a dict of attributes, not {name!r}."
        )
    found = VARIABLE.search(name)
    if found and found[0] != name and not of_tree:  # the editor reads no variables in a taxonomy
        raise InvalidInput(
            f"The editor would not show {name!r}: it reads {found[0]} as a key of the task data. "
            f"Omit the $, or use {{'value': 'another name', 'html': {name!r}}}; "
            f"if you mean the key, use {{'value': {name!r}}}."
        )
    return tag(kind, value=name)


def _branches(tree: Any, depth: int = 0) -> Iterator[NewTag]:
    if depth > DEEPEST:
        raise InvalidInput(f"A taxonomy must have at most {DEEPEST} levels.")
    if isinstance(tree, str):
        yield _item("Choice", tree, of_tree=True)
    elif isinstance(tree, Mapping):
        for name, below in tree.items():
            children = () if below is None else tuple(_branches(below, depth + 1))
            yield evolve(_item("Choice", name, of_tree=True), children=children)
    elif isinstance(tree, Iterable):
        for branch in tree:
            yield from _branches(branch, depth + 1)
    else:
        raise InvalidInput(
            f'A taxonomy must be of names, lists and dicts: {{"Animals": ["Cat"]}}, not {tree!r}.'
        )


def _element(tag: NewTag) -> ET.Element:
    element = ET.Element(tag.tag, dict(tag.attrs))
    element.extend(map(_element, tag.children))
    return element


def _attribute_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return ",".join(map(_attribute_text, value))
    return value if isinstance(value, str) else str(value)
