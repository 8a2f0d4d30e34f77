"""Validation of results: everything that the editor would drop or not show."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from attrs import define, field, frozen

from ..controls import Control, Object, find_tag
from ..parsed import ParsedConfig
from ..problems import Problem, suggestion
from ..tags import ANSWERS, LABELINGS
from . import Item, Value
from .common_keys import IN_VALUE, check_keys, check_on_image, check_value_keys, image_count
from .data_checks import CHECKS as DATA_CHECKS
from .data_checks import check_against_data
from .image_checks import check_repeated_region
from .item_kinds import GEOMETRY
from .region_rules import check_for
from .relations import DIRECTIONS
from .texts import task_label_names
from .values import Check, Issue, check_labels, is_number, short_repr

# Objects on which other controls draw the regions of <Labels>.
LABELED_ELSEWHERE = frozenset({"image", "video"})
# Objects that are also controls.
SELF_ANSWERING = MappingProxyType({"chat": "chatmessage", "reactcode": "reactcode"})


@frozen(slots=False)
class Rule:
    """The checks for results of a control, computed once."""

    control: Control
    checks: Mapping[str, Check]  # by object name
    shown: Mapping[str, Object | None]
    kinds: Mapping[str, str]  # the types of the objects: "image", "text", …

    @functools.cached_property
    def label_key(self) -> str:
        """The key of the labels of a region, or ""."""
        return self.control.type if self.control.type in LABELINGS else ""

    @functools.cached_property
    def of_others(self) -> frozenset[str]:
        """The typed keys of a value that other controls write."""
        return frozenset(IN_VALUE) - {self.label_key or "labels"}

    @functools.cached_property
    def images(self) -> frozenset[str]:
        """The names of the images that the control draws on."""
        answers = self.control.type in ANSWERS
        return frozenset(
            name for name, kind in self.kinds.items() if kind == "image" and not answers
        )

    @functools.cached_property
    def apart(self) -> frozenset[str]:
        """The names of objects where results take coordinates from another of their id."""
        if self.control.type == "labels":
            return frozenset(name for name, kind in self.kinds.items() if kind in LABELED_ELSEWHERE)
        return frozenset(self.kinds if self.control.per_region else ())


def rule_for(control: Control, objects: Mapping[str, Object]) -> Rule:
    """Return the rule of a control."""
    to_names = [*control.to_name, *([control.name] if control.type == "pairwise" else [])]
    shown = {name: find_tag(objects, name) for name in to_names}
    kinds = {name: each.type if each else "" for name, each in shown.items()}
    checks = {name: check_for(control, each) for name, each in shown.items()}
    return Rule(control, checks, shown, kinds)


def _check_value_parts(value: Value, rule: Rule, check: Check, extra: Any) -> list[Issue]:
    """Return the issues of a value: those of its own check, then of keys of other controls."""
    wrong = list(check(rule.control, value, extra))
    if not rule.of_others.isdisjoint(value):
        known = {path for path, _ in wrong}
        wrong += (each for each in check_value_keys(value, rule.of_others) if each[0] not in known)
    return wrong


@define(eq=False)
class Validator:
    """Checks one result against a config's rules."""

    config: ParsedConfig
    rules: Mapping[str, Rule]
    data: Mapping[str, Any] | None = None
    problems: list[Problem] = field(factory=list)
    _result: list[Any] = field(init=False)
    _seen: set[Any] = field(factory=set)
    _index: int = 0
    _first_by_id: dict[str, int] | None = None  # by id, the first item with coordinates
    _rle: Any = None  # the last one checked: the labels of a mask repeat it
    _ids: Counter[Any] | None = None  # the number of items by id, computed on demand

    def check(self, result: Any) -> list[Problem]:
        """Return all problems of a result."""
        if not isinstance(result, list):
            message = f"A result must be a list of dicts, not {short_repr(result)}."
            return [Problem("", message)]
        self._result, rules = result, self.rules
        for index, item in enumerate(result):
            self._index = index
            try:
                rule = rules[item["from_name"]]
                check = rule.checks[item["to_name"]]
                good = item["type"] == rule.control.type and type(item["value"]) is dict
            except (KeyError, TypeError):
                good = False
            if good:
                self._check_value(item, rule, check)
            else:
                self._check_names(item)
        return self.problems

    def _add(self, path: str, message: str, control: str = "") -> None:
        self.problems.append(Problem(f"[{self._index}]{path}", message, control))

    def _add_all(self, issues: Iterable[Issue], control: str = "") -> None:
        for path, message in issues:
            self._add(f".value{path}", message, control)

    # -- values -----------------------------------------------------------------------------------

    def _check_value(self, item: Item, rule: Rule, check: Check) -> None:
        """Check the value of an item with valid names."""
        value, control = item["value"], rule.control
        extra = self._task_labels(control) if control.dynamic else None
        wrong = _check_value_parts(value, rule, check, extra)
        self._add_all(wrong, control.name)
        if self.data is not None and (control.labels_regions or control.type == "ranker"):
            self._check_by_data(item, rule)
        if rule.label_key:
            self._check_labels(rule, value, extra)
        elif control.type == "videorectangle" and "labels" in value:
            self._check_video_labels(value["labels"], item["to_name"])
        if item["to_name"] in rule.images:
            self._check_on_image(item, control, good=not wrong)
        if item["to_name"] in rule.images or control.per_item:
            self._check_index(item)
        if item["to_name"] in rule.apart:
            self._check_coordinates(item, control, rule.kinds[item["to_name"]])
        if control.per_item and item.get("item_index") is None:
            message = f"is missing: {control.name!r} is answered per image, by its index from 0."
            self._add(".item_index", message)
        self._check_unique(item, control)
        for path, message in check_keys(item):
            self._add(path, message)

    def _check_on_image(self, item: Item, control: Control, *, good: bool) -> None:
        """Run the checks that need the image size."""
        rle = item["value"].get("rle")
        if good and (rle is None or rle is not self._rle):
            for path, message in check_on_image(item):
                self._add(path, message, control.name)
        self._rle = rle

    def _check_index(self, item: Item) -> None:
        """Check the index of the image."""
        index = item.get("item_index")
        if not is_number(index):
            return
        name = item["to_name"]
        pages = image_count(find_tag(self.config.objects, name), name, self.data)
        if pages is not None and index >= pages:
            of = "one image" if pages == 1 else f"{pages} images"
            self._add(".item_index", f"must be less than {pages}, not {index}: the task has {of}.")

    def _check_coordinates(self, item: Item, control: Control, kind: str) -> None:
        """Check that an item without coordinates comes after one that has them."""
        if control.type == "labels" and kind == "video":
            if not self._has_coordinates(item):
                self._add(
                    ".type", "would be lost on saving: labels must be in the VideoRectangle result."
                )
        elif not GEOMETRY.isdisjoint(item["value"]):
            if control.per_region and kind == "image" and not self._has_coordinates(item):
                # An answer before its region stands for it.
                self._add_all(check_repeated_region(control, item["value"], None), control.name)
        elif not self._has_coordinates(item):
            self._add_missing_coordinates(item)

    def _has_coordinates(self, item: Item) -> bool:
        """Tell whether an earlier item of the same id has coordinates."""
        if self._first_by_id is None:
            self._first_by_id = {}
            for index, each in enumerate(self._result):
                value = each.get("value") if isinstance(each, Mapping) else None
                if isinstance(value, Mapping) and not GEOMETRY.isdisjoint(value):
                    self._first_by_id.setdefault(str(each.get("id")), index)
        return (
            bool(item.get("id")) and self._first_by_id.get(str(item["id"]), math.inf) < self._index
        )

    def _add_missing_coordinates(self, item: Item) -> None:
        name, id = item["from_name"], short_repr(item.get("id"))
        if item.get("id") and self._count(item["id"]) > 1:
            self._add(
                ".id", f"{name!r} must come after the result with the coordinates of region {id}."
            )
        else:
            message = f"{name!r} is a per-region answer, and no region in this result has this id"
            self._add(".id", f"{message}: {id}.")

    def _check_by_data(self, item: Item, rule: Rule) -> None:
        shown, name = rule.shown[item["to_name"]], item["to_name"]
        if shown is not None and shown.type in DATA_CHECKS and self.data is not None:
            issues = check_against_data(shown, name, item["value"], self.data)
            self._add_all(issues, rule.control.name)

    def _check_labels(self, rule: Rule, value: Value, extra: Any) -> None:
        key = rule.label_key
        if key in value:
            self._add_all(check_labels(rule.control, key, value[key], extra))
        elif not rule.control.is_on("allowEmpty"):
            message = f"is missing: a region of a {rule.control.tag} must have a label."
            self._add(f".value.{key}", message)

    def _check_video_labels(self, stored: Any, to_name: str) -> None:
        controls = self.config.controls.values()
        found = [each for each in controls if each.type == "labels" and to_name in each.to_name]
        wrong = [list(check_labels(each, "labels", stored, None)) for each in found]
        if wrong and all(wrong):
            self._add_all(wrong[0])
        elif not found and stored:
            self._add(
                ".value.labels", f"must be omitted: the config has no <Labels> for {to_name!r}."
            )

    def _check_unique(self, item: Item, control: Control) -> None:
        """Check that nothing is answered twice: the editor would keep one of the two."""
        of_task = control.type in ANSWERS and not control.per_region
        id = None if of_task else item.get("id")
        key = (control.name, item["to_name"] if of_task else id, item.get("item_index"))
        if not isinstance(id, str) and not of_task:
            return
        if of_task and GEOMETRY & item["value"].keys():
            return  # it belongs to a region
        if key in self._seen:
            what = (
                f"{control.name!r} is answered"
                if of_task
                else f"{control.name!r} has the id {id!r}"
            )
            self._add(f".{'from_name' if of_task else 'id'}", f"{what} twice.")
        self._seen.add(key)

    def _count(self, id: Any) -> int:
        """Return the number of items with an id."""
        if self._ids is None:
            items = (each for each in self._result if isinstance(each, Mapping))
            self._ids = Counter(i["id"] for i in items if isinstance(i.get("id"), str))
        return self._ids[id] if isinstance(id, str) else 0

    def _task_labels(self, control: Control) -> frozenset[str] | None:
        """Return the labels from task data, or None if unknown."""
        if "apiurl" in control.options or self.data is None:
            return None
        return frozenset(task_label_names(control, self.data))

    # -- invalid names --------------------------------------------------------------------------

    def _check_names(self, item: Any) -> None:
        """Check an item whose names are not in the config: invalid, a relation, or a Repeater's."""
        if not isinstance(item, Mapping):
            self._add("", f"must be a region (a dict), not {short_repr(item)}.")
        elif item.get("type") == "relation":
            self._check_relation(item)
        elif not self._is_self_answering(item):
            control: Control | None = find_tag(self.config.controls, str(item.get("from_name")))
            if control is None:
                self._add_unknown_name(item, "from_name", self.config.controls)
            else:
                self._check_of_control(item, control.repeated_as(str(item["from_name"])))

    def _check_of_control(self, item: Item, control: Control) -> None:
        rule = rule_for(control, self.config.objects)
        check = rule.checks.get(str(item.get("to_name")))
        if check is None:
            self._add_unknown_name(item, "to_name", control.to_name)
        if item.get("type") != control.type:
            shown = short_repr(item.get("type"))
            message = f"must be {control.type!r} for results of {control.name!r}, not {shown}."
            self._add(".type", message)
        elif not isinstance(item.get("value"), Mapping):
            message = f"must be an object (dict), not {short_repr(item.get('value'))}."
            self._add(".value", message)
        elif check is not None:
            self._check_value(item, rule, check)

    def _add_unknown_name(self, item: Any, key: str, known: Iterable[str]) -> None:
        what = f"the labeling config has no {short_repr(item.get(key))} here"
        message = "is missing" if item.get(key) is None else what
        self._add(f".{key}", f"{message}.{suggestion(item.get(key), known)}")

    def _is_self_answering(self, item: Item) -> bool:
        """Tell whether an item is of an object with answers of its own, such as a Chat."""
        shown = find_tag(self.config.objects, str(item.get("from_name")))
        return shown is not None and SELF_ANSWERING.get(shown.type) == item.get("type")

    # -- relations --------------------------------------------------------------------------------

    def _check_relation(self, item: Item) -> None:
        for end in ("from_id", "to_id"):
            if not self._count(item.get(end)):
                self._add(f".{end}", f"no region here has the id {short_repr(item.get(end))}.")
        if item.get("direction", "right") not in DIRECTIONS:
            message = f"must be 'right', 'left' or 'bi', not {short_repr(item['direction'])}."
            self._add(".direction", message)
        labels = item.get("labels") or []
        if not isinstance(labels, list):
            self._add(".labels", f"must be a list of strings, not {short_repr(labels)}.")
            return
        known = self.config.relation_labels
        for index, label in enumerate(labels):
            if label not in known:
                message = f"must be a <Relation> of the config, not {short_repr(label)}."
                self._add(f".labels[{index}]", f"{message}{suggestion(label, known)}")
