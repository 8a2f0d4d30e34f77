"""Edits of a result in the terms of its config; everything else stays as it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from attrs import define, field

from ...errors import InvalidInput, InvalidResult
from ..controls import Control, Object, find_tag
from ..parsed import ParsedConfig
from ..problems import Problem, raise_result
from . import Item
from .build import Builder, takes_regions
from .coerce import as_answers
from .data_checks import check_against_data
from .edit_answers import region_answer_groups, replace_answers
from .edit_regions import (
    RegionBuilder,
    StoredRegion,
    edited_regions,
    grouped,
    image_sizes,
    stored_regions,
)
from .item_kinds import id_of, is_answer
from .places import NewGroup, replace_groups, without_dangling
from .region import check_name
from .region_edits import control_of
from .relations import Relation, read_relation
from .shapes import EMPTY
from .values import short_repr


@define(eq=False)
class ResultEdit:
    """An edit of a result: each method returns the items after it, and changes none of them."""

    items: Sequence[Any]
    config: ParsedConfig
    data: Mapping[str, Any] | None = None
    _regions: list[StoredRegion] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._regions = stored_regions(self.items, self.config, self.data)

    def set(self, name: str, value: Any) -> list[Any]:
        """Replace the answer of a control, its regions, or its answers for each region."""
        with _problems_at(name):
            control = control_of(self.config, name)
            if takes_regions(control):
                return self._set_regions_of(control, value)
            if control.per_region:
                new = region_answer_groups(name, value, self._regions)
                return replace_groups(self.items, [], new)
            return self._set_answer(control, value)

    def remove(self, name: str) -> list[Any]:
        """Remove all items of a control, and the regions that it draws or labels.

        Raises `NotFound` if neither the config nor the result has it.
        """
        if not any(_is_of(item, name) for item in self.items):
            check_name(self.config, name, None)
        drawn = [each.whole for each in self._regions if each.belongs_to(name)]
        left = replace_groups(self.items, drawn, [])
        return without_dangling(self.items, [item for item in left if not _is_of(item, name)])

    def set_regions(self, regions: Any) -> list[Any]:
        """Replace all regions."""
        with _problems_at("regions"):
            made = edited_regions(regions, self._regions, self.config)
        return self._replace(self._regions, grouped(made, self._regions))

    def set_relations(self, relations: Any) -> list[Any]:
        """Replace all relations."""
        with _problems_at("relations"):
            new = _checked_relations(relations)
        places: dict[Relation, list[int]] = {}
        for index, item in enumerate(self.items):
            relation = read_relation(item)
            if relation is not None:
                places.setdefault(relation, []).append(index)
        groups = [self._related(relation, places.get(relation, [])) for relation in new]
        return replace_groups(self.items, places.values(), groups)

    def _related(self, relation: Relation, places: list[int]) -> NewGroup:
        """Return the item of a relation: the next that is stored, or a new one."""
        if not places:
            return NewGroup([relation.item()])
        place = places.pop(0)
        return NewGroup([self.items[place]], [place])

    def set_answers(self, answers: Any) -> list[Any]:
        """Replace all answers about the task as a whole."""
        given = as_answers(answers)
        own = {str(self.items[index].get("from_name")): None for index in self._of_task()}
        items: Sequence[Any] = self.items
        for name, answer in {**own, **given}.items():
            edit = ResultEdit(items, self.config, self.data)
            items = edit.remove(name) if answer is None else edit.set(name, answer)
        return list(items)

    def _of_task(self) -> list[int]:
        """Return the indexes of the answers about the task as a whole."""
        ids = {each.region.id for each in self._regions}
        items = (pair for pair in enumerate(self.items) if isinstance(pair[1], Mapping))
        answers = (pair for pair in items if is_answer(pair[1], self.config))
        return [index for index, item in answers if id_of(item) not in ids]

    # -- one control ------------------------------------------------------------------------------

    def _set_answer(self, control: Control, value: Any) -> list[Any]:
        old = [index for index in self._of_task() if _is_of(self.items[index], control.name)]
        items = Builder(self.config).items_of(control, value)
        if control.type == "ranker":
            self._check_ranked(items)
        return replace_answers(self.items, old, items, control)

    def _check_ranked(self, items: Iterable[Item]) -> None:
        """Check that the task has what is ranked, as spans are looked up in it."""
        if self.data is None:
            return
        for item in items:
            name, value = str(item["to_name"]), item["value"]
            shown: Object | None = find_tag(self.config.objects, name)
            found = check_against_data(shown, name, value, self.data) if shown else ()
            for path, message in found:
                raise InvalidInput(f"{path} {message}")

    def _set_regions_of(self, control: Control, value: Any) -> list[Any]:
        old = [each for each in self._regions if each.has(control.name)]
        builder = self._builder(old)
        new = grouped(builder.items_of(control, value), old)
        made = self._replace(old, new, control.name)
        builder.check_parents(made)
        raise_result(builder.problems)
        return made

    def _builder(self, old: Iterable[StoredRegion]) -> RegionBuilder:
        known = {each.region.id: each.region for each in old if each.region.id}
        others = frozenset(each.region.id for each in self._regions) - known.keys() - {""}
        data, sizes = EMPTY if self.data is None else self.data, image_sizes(self.items)
        return RegionBuilder(self.config, data, known=known, others=others, sizes=sizes)

    def _replace(
        self, old: Iterable[StoredRegion], new: Sequence[NewGroup], name: str = ""
    ) -> list[Any]:
        """Replace regions, or what a control says about them where others draw and label them."""
        places = {group.place for group in new}
        gone = [each for each in old if each.place not in places]
        removed = [
            each.whole
            if not name or each.belongs_to(name)
            else [index for index in each.place if _is_of(self.items[index], name)]
            for each in gone
        ]
        return replace_groups(self.items, removed, new)


@contextmanager
def _problems_at(path: str) -> Iterator[None]:
    """Raise what is wrong with a value as a problem at its path."""
    try:
        yield
    except InvalidResult:
        raise
    except InvalidInput as error:
        raise_result([Problem(path, str(error))])


def _is_of(item: Any, name: str) -> bool:
    return isinstance(item, Mapping) and item.get("from_name") == name


def _checked_relations(relations: Any) -> list[Relation]:
    several = isinstance(relations, Iterable) and not isinstance(relations, (str, bytes, Mapping))
    found = list(relations) if several else [relations]
    for each in found:
        if not isinstance(each, Relation):
            raise InvalidInput(f"must be a list of Relation objects, not {short_repr(relations)}.")
    return found
