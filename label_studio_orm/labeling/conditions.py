"""Checks of visibility conditions: whenTagName, whenChoiceValue, visibleWhen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .attributes import attributes
from .controls import labels_of
from .elements import Element
from .problems import suggestion

OF_CHOICES = ("choice-selected", "choice-unselected")


def check_conditions(
    kind: str, options: Mapping[str, str], named: Mapping[str, Element]
) -> Iterator[str]:
    """Yield a message for each tag or choice in a condition that the config does not have.

    The tag would never be shown, and an annotation with an answer for it could not be saved.
    """
    name = options.get("whentagname")
    if not name or "whentagname" not in attributes().get(kind, {}):
        return
    if name not in named:
        yield f"whenTagName={name!r} is not in this config.{suggestion(name, named)}"
    elif options.get("visiblewhen") in OF_CHOICES:
        yield from _check_choices(name, named[name], options.get("whenchoicevalue", ""))


def _check_choices(name: str, tag: Element, chosen: str) -> Iterator[str]:
    if tag.kind not in ("choices", "taxonomy"):
        yield f"whenTagName={name!r} is a {tag.tag}; it must name a Choices or Taxonomy."
        return
    names = {step for each in labels_of(tag) for step in each.path}
    if not names or any(each.startswith("$") for each in names) or "apiurl" in tag.options():
        return
    if tag.options().get("value", "").startswith("$") or chosen in names:
        return
    for value in filter(None, chosen.split(",")):
        if value not in names:
            hint = suggestion(value, names)
            yield f"whenChoiceValue={value!r} is not a choice of {name!r}.{hint}"
