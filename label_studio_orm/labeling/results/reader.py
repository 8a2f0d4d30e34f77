"""Reading of results: typed regions, relations and plain answers, which can be edited."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import define

from ..controls import Control, find_tag
from ..parsed import ParsedConfig
from . import Item, control_names
from .answer_values import ANSWER_TYPES
from .edit import ResultEdit
from .item_kinds import id_of, is_answer, plain_answer
from .region import Region, check_name, regions_of
from .relations import Relation, read_relation
from .shapes import Shape


@define(eq=False, repr=False, slots=False)
class Reading:
    """A parsed result: regions, relations, and answers for the whole task.

    >>> reading = config.read(config.result({"sentiment": "Good"}))
    >>> reading["sentiment"]
    'Good'

    It can be edited: `config.result(reading)` is the result after that.

    >>> reading["sentiment"] = "Bad"
    >>> config.result(reading)[0]["value"]
    {'choices': ['Bad']}
    """

    items: list[Item]
    config: ParsedConfig
    data: Mapping[str, Any] | None = None  # of the task

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions, in order, each with its answers.

        Regions that were read, changed with `region.replace()` or left out, can be assigned.
        """
        return self._regions

    @regions.setter
    def regions(self, regions: Iterable[Region | Shape]) -> None:
        self._take(self.edit.set_regions(regions))

    @functools.cached_property
    def _regions(self) -> tuple[Region, ...]:
        return regions_of(self.items, self.config, self.data)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """The relations between regions; others can be assigned."""
        found = map(read_relation, self.items)
        return tuple(relation for relation in found if relation is not None)

    @relations.setter
    def relations(self, relations: Iterable[Relation]) -> None:
        self._take(self.edit.set_relations(relations))

    @property
    def answers(self) -> dict[str, Any]:
        """The answers for the whole task, by control name; others can be assigned.

        With `perItem`, a dict of image numbers to answers: `{0: "cat", 1: "dog"}`.
        """
        return self._answers

    @answers.setter
    def answers(self, answers: Mapping[str, Any]) -> None:
        self._take(self.edit.set_answers(answers))

    @functools.cached_property
    def _answers(self) -> dict[str, Any]:
        ids = {region.id for region in self.regions if region.id}
        found: dict[str, Any] = {}
        for item in self._known:
            if is_answer(item, self.config) and id_of(item) not in ids:
                name, plain = plain_answer(item, self.config)
                control: Control | None = find_tag(self.config.controls, name)
                if control is not None and control.per_item:
                    found.setdefault(name, {})[item.get("item_index")] = plain
                else:
                    found[name] = plain
        return found

    def __getitem__(self, name: str) -> Any:
        """Return the plain answer, the regions, or the answers for each region, of a control."""
        control: Control | None = check_name(
            self.config, name, find_tag(self.config.controls, name)
        )
        if control is not None and (control.type not in ANSWER_TYPES or control.labels_regions):
            return [
                region
                for region in self.regions
                if any(i.get("from_name") == name for i in region.items)
            ]
        if control is not None and control.per_region:
            return [r.answers[name] for r in self.regions if name in r.answers]
        return self.answers.get(name)

    def __setitem__(self, name: str, value: Any) -> None:
        """Replace the answer, the regions, or the answers for each region, of a control."""
        self._take(self.edit.set(name, value))

    def __delitem__(self, name: str) -> None:
        """Remove all that a control has in the result, with what refers to it."""
        self._take(self.edit.remove(name))

    def _ipython_key_completions_(self) -> list[str]:
        return control_names(self.config.controls, self._known)

    def __contains__(self, name: Any) -> bool:
        return any(item.get("from_name") == name for item in self._known)

    __iter__ = None  # not a sequence in spite of __getitem__

    @property
    def _known(self) -> list[Item]:
        """The items that are dicts."""
        return [item for item in self.items if isinstance(item, Mapping)]

    @property
    def edit(self) -> ResultEdit:
        """What makes edited items of this result, and changes nothing here."""
        return ResultEdit(self.items, self.config, self.data)

    def _take(self, items: list[Item]) -> None:
        """Take over edited items; what was read of the old ones is forgotten."""
        self.items = items
        for name in ("_regions", "_answers"):
            self.__dict__.pop(name, None)
