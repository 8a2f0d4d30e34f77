"""What the editor, or the server, would reject in a config."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from attrs import define, field

from .controls import label_name
from .elements import Element
from .problems import Problem, instead
from .tags import (
    ABOUT,
    CHILDREN,
    CONTROLS,
    KNOWN,
    LABELINGS,
    NAMELESS,
    NOT_IN_VIEW,
    OBJECTS,
    PARENTS,
    SWITCHES,
    SWITCHES_OF,
    WORDS,
)

NEED_LABELS = MappingProxyType({"choices": "Choice", **dict.fromkeys(LABELINGS, "Label")})


def check(root: Element) -> Iterator[Problem]:
    """Yield what is wrong, tag by tag, in the order of the document."""
    checker = _Checker(_named(root))
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
    """Walks down a config; knows the tags that have a name."""

    named: Mapping[str, Element]
    seen: set[str] = field(factory=set)

    def below(self, element: Element, above: tuple[str, ...]) -> Iterator[Problem]:
        for message in self._wrong(element, above):
            name = element.options().get("name")
            tag = f"<{element.tag} name={name!r}>" if name else f"<{element.tag}>"
            yield Problem(f"line {element.line}, {tag}", message)
        if element.kind != "hypertext":  # which holds HTML
            for child in element.children:
                yield from self.below(child, (*above, element.kind))

    def _wrong(self, element: Element, above: tuple[str, ...]) -> Iterator[str]:
        kind, options = element.kind, element.options()
        if kind not in KNOWN:
            yield _unknown(element.tag)
            return
        yield from self._parent(kind, above)
        yield from self._children(kind, element)
        yield from self._name(kind, options)
        yield from self._to_name(kind, options)
        yield from self._shown(kind, element, options)
        yield from self._filled(kind, element, options)
        yield from self._attributes(kind, options)
        if options.get("perregion") == "true" and options.get("peritem") == "true":
            yield "perRegion and perItem exclude one another."

    def _children(self, kind: str, element: Element) -> Iterator[str]:
        """Check what stands right in a tag; unknown tags tell that themselves."""
        allowed = CHILDREN.get(kind)
        for tag in dict.fromkeys(child.tag for child in element.children):
            if tag.lower() in PARENTS or tag.lower() not in KNOWN:
                continue
            if allowed and tag.lower() not in allowed:
                yield f"takes {', '.join(allowed.values())}, not <{tag}>."
            elif kind == "view" and tag.lower() in NOT_IN_VIEW:
                yield f"takes no <{tag}> by itself."

    def _parent(self, kind: str, above: tuple[str, ...]) -> Iterator[str]:
        allowed = PARENTS.get(kind)
        if allowed and not any(tag in allowed for tag in above):
            yield f"stands in none of {', '.join(allowed.values())}."

    def _name(self, kind: str, options: Mapping[str, str]) -> Iterator[str]:
        name = options.get("name")
        if name is None:
            if kind not in NAMELESS:
                yield "has no name=."
        elif name in self.seen:
            yield f"the name {name!r} is there twice."
        else:
            self.seen.add(name)

    def _to_name(self, kind: str, options: Mapping[str, str]) -> Iterator[str]:
        if kind not in CONTROLS:
            return
        if not options.get("toname"):
            yield "has no toName=, the name of what it is about."
            return
        for name in options["toname"].split(","):
            if name not in self.named:
                yield f"toName={name!r} is no tag of this config.{instead(name, self.named)}"
                continue
            about, allowed = self.named[name].tag, ABOUT.get(kind)
            if allowed and about.lower() not in allowed:
                right = " or ".join(allowed.values())
                yield f"toName={name!r} is a {about}; it can only be about {right}."

    def _shown(self, kind: str, element: Element, options: Mapping[str, str]) -> Iterator[str]:
        has_text = bool(element.text or element.children)
        if (
            kind in OBJECTS
            and kind not in ("chat", "reactcode", "custominterface")
            and not has_text
            and not (options.get("value") or options.get("valuelist"))
        ):
            yield 'has no value=, as value="$text": the key of the data that it shows.'

    def _filled(self, kind: str, element: Element, options: Mapping[str, str]) -> Iterator[str]:
        """Check that there is something to choose, and nothing twice."""
        if kind in ("label", "choice") and not label_name(element):
            yield "has no value=."
        if kind not in NEED_LABELS or options.get("value", "").startswith("$"):
            return
        names = [label_name(each) for each in element.walk() if each.kind in ("label", "choice")]
        if not names:
            yield f"has no <{NEED_LABELS[kind]}>: there is nothing to choose."
        if kind in LABELINGS:
            for name, count in Counter(filter(None, names)).items():
                if count > 1:
                    yield f"the label {name!r} is there twice."

    def _attributes(self, kind: str, options: Mapping[str, str]) -> Iterator[str]:
        for name, words in WORDS.get(kind, {}).items():
            if name in options and options[name] not in words:
                yield f"{name}={options[name]!r} is one of {', '.join(words)}."
        switches = SWITCHES | SWITCHES_OF.get(kind, frozenset())
        for name in sorted(switches & options.keys()):
            if options[name] not in ("true", "false"):
                yield f"{name}={options[name]!r} is 'true' or 'false'."


def _unknown(tag: str) -> str:
    if tag.islower():
        return f"the editor has no tag {tag!r}; HTML goes into <HyperText> or <Markdown>."
    return f"the editor has no such tag.{instead(tag, KNOWN.values())}"
