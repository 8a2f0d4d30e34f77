"""Results against the config: everything that the editor would drop, or not show."""

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
from .common_keys import IN_VALUE, check_keys, check_on_image, check_value_keys, image_count
from .data_checks import CHECKS as DATA_CHECKS
from .data_checks import check_against_data
from .image_checks import check_repeated_region
from .reader import GEOMETRY
from .region_rules import check_for
from .relations import DIRECTIONS
from .texts import task_label_names
from .values import Check, Issue, check_labels, is_number, short_repr

# On which <Labels> leave the drawing to other controls.
LABELED_ELSEWHERE = frozenset({"image", "video"})
# Objects that are controls, too.
SELF_ANSWERING = MappingProxyType({"chat": "chatmessage", "reactcode": "reactcode"})


@frozen(slots=False)
class Rule:
    """What results of a control look like, worked out once."""

    control: Control
    checks: Mapping[str, Check]  # by the names of what the control is about
    shown: Mapping[str, Object | None]
    kinds: Mapping[str, str]  # what these are: "image", "text", …

    @functools.cached_property
    def label_key(self) -> str:
        """Where the labels of a region stand, if it has them in itself."""
        return self.control.type if self.control.type in LABELINGS else ""

    @functools.cached_property
    def of_others(self) -> frozenset[str]:
        """Which parts of a value have a type, and are not written by the control itself."""
        return frozenset(IN_VALUE) - {self.label_key or "labels"}

    @functools.cached_property
    def images(self) -> frozenset[str]:
        """The images that are drawn on."""
        answers = self.control.type in ANSWERS
        return frozenset(
            name for name, kind in self.kinds.items() if kind == "image" and not answers
        )

    @functools.cached_property
    def apart(self) -> frozenset[str]:
        """What results of the control may lie on where others of their id do."""
        if self.control.type == "labels":
            return frozenset(name for name, kind in self.kinds.items() if kind in LABELED_ELSEWHERE)
        return frozenset(self.kinds if self.control.per_region else ())


def rule_for(control: Control, objects: Mapping[str, Object]) -> Rule:
    """Work out the rule of a control."""
    to_names = [*control.to_name, *([control.name] if control.type == "pairwise" else [])]
    shown = {name: find_tag(objects, name) for name in to_names}
    kinds = {name: each.type if each else "" for name, each in shown.items()}
    checks = {name: check_for(control, each) for name, each in shown.items()}
    return Rule(control, checks, shown, kinds)


def _check_value_parts(
    value: Mapping[str, Any], rule: Rule, check: Check, extra: Any
) -> list[Issue]:
    """Return what is wrong with a value: first by its own check, then parts of other controls."""
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
    _places: dict[str, int] | None = None  # by ids, the first item that says where it is
    _rle: Any = None  # the last that was looked through: labels beside a mask have it again
    _ids: Counter[Any] | None = None  # how many items have an id, once somebody asks

    def check(self, result: Any) -> list[Problem]:
        """Return all that is wrong with a result."""
        if not isinstance(result, list):
            given = short_repr(result)
            return [Problem("", f"A result is a list of regions (dicts), not {given}.")]
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
                self._check_value(f"[{index}]", item, rule, check)
            else:
                self._check_names(f"[{index}]", item)
        return self.problems

    def _add(self, path: str, message: str, control: str = "") -> None:
        self.problems.append(Problem(path, message, control))

    # -- values -----------------------------------------------------------------------------------

    def _check_value(self, at: str, item: Mapping[str, Any], rule: Rule, check: Check) -> None:
        """Check the value of an item whose names are right."""
        value, control = item["value"], rule.control
        extra = self._brought(control) if control.dynamic else None
        wrong = _check_value_parts(value, rule, check, extra)
        for path, said in wrong:
            self._add(f"{at}.value{path}", said, control.name)
        if self.data is not None and (control.labels_regions or control.type == "ranker"):
            self._check_by_data(at, item, rule)
        if rule.label_key:
            self._check_labels(at, rule, value, extra)
        elif control.type == "videorectangle" and "labels" in value:
            self._check_video_labels(at, value["labels"], item["to_name"])
        if item["to_name"] in rule.images:
            self._check_on_image(at, item, control, good=not wrong)
        if item["to_name"] in rule.images or control.per_item:
            self._check_index(at, item)
        if item["to_name"] in rule.apart:
            self._check_the_place(at, item, control, rule.kinds[item["to_name"]])
        if control.per_item and item.get("item_index") is None:
            said = (
                f"is missing: {control.name!r} has an answer per image, so give its number, from 0."
            )
            self._add(f"{at}.item_index", said)
        self._check_that_it_is_new(at, item, control)
        for path, said in check_keys(item):
            self._add(f"{at}{path}", said)

    def _check_on_image(
        self, at: str, item: Mapping[str, Any], control: Control, *, good: bool
    ) -> None:
        """Check what depends on how large the image is."""
        rle = item["value"].get("rle")
        if good and (rle is None or rle is not self._rle):
            for path, said in check_on_image(item):
                self._add(f"{at}{path}", said, control.name)
        self._rle = rle

    def _check_index(self, at: str, item: Mapping[str, Any]) -> None:
        """Check which of several images it is about."""
        index = item.get("item_index")
        if not is_number(index):
            return
        pages = image_count(
            find_tag(self.config.objects, item["to_name"]), item["to_name"], self.data
        )
        if pages is not None and index >= pages:
            of = "one image" if pages == 1 else f"{pages} images"
            self._add(
                f"{at}.item_index",
                f"must be less than {pages}, not {index}: the task has {of}.",
            )

    def _check_the_place(
        self, at: str, item: Mapping[str, Any], control: Control, kind: str
    ) -> None:
        """Check that what has no place of its own comes after a region that has one."""
        if control.type == "labels" and kind == "video":
            if not self._has_place(item):
                said = "would be lost on saving: put a box's labels into its VideoRectangle result."
                self._add(f"{at}.type", said)
        elif not GEOMETRY.isdisjoint(item["value"]):
            if control.per_region and kind == "image" and not self._has_place(item):
                self._check_place_of_answer(at, item, control)
        elif not self._has_place(item):
            self._no_place(at, item)

    def _has_place(self, item: Mapping[str, Any]) -> bool:
        """Tell whether an item before this one says where the region is."""
        if self._places is None:
            self._places = {}
            for index, each in enumerate(self._result):
                value = each.get("value") if isinstance(each, Mapping) else None
                if isinstance(value, Mapping) and not GEOMETRY.isdisjoint(value):
                    self._places.setdefault(str(each.get("id")), index)
        return bool(item.get("id")) and self._places.get(str(item["id"]), math.inf) < self._index

    def _check_place_of_answer(self, at: str, item: Mapping[str, Any], control: Control) -> None:
        """Check where an answer lies that comes before its region, and so stands for it."""
        for path, said in check_repeated_region(control, item["value"], None):
            self._add(f"{at}.value{path}", said, control.name)

    def _no_place(self, at: str, item: Mapping[str, Any]) -> None:
        name, id = item["from_name"], short_repr(item.get("id"))
        if item.get("id") and self._count(item["id"]) > 1:
            self._add(
                f"{at}.id",
                f"{name!r} must come after the result with the coordinates of region {id}.",
            )
        else:
            said = f"{name!r} is a per-region answer, and no region in this result has this id"
            self._add(f"{at}.id", f"{said}: {id}.")

    def _check_by_data(self, at: str, item: Mapping[str, Any], rule: Rule) -> None:
        shown, name = rule.shown[item["to_name"]], item["to_name"]
        if shown is not None and shown.type in DATA_CHECKS and self.data is not None:
            for path, said in check_against_data(shown, name, item["value"], self.data):
                self._add(f"{at}.value{path}", said, rule.control.name)

    def _check_labels(self, at: str, rule: Rule, value: Mapping[str, Any], extra: Any) -> None:
        key = rule.label_key
        if key in value:
            for path, said in check_labels(rule.control, key, value[key], extra):
                self._add(f"{at}.value{path}", said)
        elif not rule.control.is_on("allowEmpty"):
            said = f"is missing: a {rule.control.tag} says which label it is."
            self._add(f"{at}.value.{key}", said)

    def _check_video_labels(self, at: str, kept: Any, to_name: str) -> None:
        controls = self.config.controls.values()
        found = [each for each in controls if each.type == "labels" and to_name in each.to_name]
        wrong = [list(check_labels(each, "labels", kept, None)) for each in found]
        if wrong and all(wrong):
            for path, said in wrong[0]:
                self._add(f"{at}.value{path}", said)
        elif not found and kept:
            self._add(f"{at}.value.labels", f"no <Labels> of the config are about {to_name!r}.")

    def _check_that_it_is_new(self, at: str, item: Mapping[str, Any], control: Control) -> None:
        """Check that nothing is said twice: the editor keeps one of both."""
        of_task = control.type in ANSWERS and not control.per_region
        id = None if of_task else item.get("id")
        key = (control.name, item["to_name"] if of_task else id, item.get("item_index"))
        if not isinstance(id, str) and not of_task:
            return
        if of_task and GEOMETRY & item["value"].keys():
            return  # it is about a region all the same
        if key in self._seen:
            what = (
                f"{control.name!r} is answered"
                if of_task
                else f"{control.name!r} has the id {id!r}"
            )
            self._add(f"{at}.{'from_name' if of_task else 'id'}", f"{what} twice.")
        self._seen.add(key)

    def _count(self, id: Any) -> int:
        """Return how many items have an id."""
        if self._ids is None:
            items = (each for each in self._result if isinstance(each, Mapping))
            self._ids = Counter(i["id"] for i in items if isinstance(i.get("id"), str))
        return self._ids[id] if isinstance(id, str) else 0

    def _brought(self, control: Control) -> frozenset[str] | None:
        """Return the labels that the task brings; None if that is not known."""
        if "apiurl" in control.options or self.data is None:
            return None
        return frozenset(task_label_names(control, self.data))

    # -- names, of which some are wrong -----------------------------------------------------------

    def _check_names(self, at: str, item: Any) -> None:
        """Say what is wrong with an item's names; a relation has none, and Repeaters make many."""
        if not isinstance(item, Mapping):
            self._add(at, f"is a region (a dict), not {short_repr(item)}.")
        elif item.get("type") == "relation":
            self._check_relation(at, item)
        elif not self._is_self_made(item):
            control: Control | None = find_tag(self.config.controls, str(item.get("from_name")))
            if control is None:
                self._no_name(at, item, "from_name", self.config.controls)
            else:
                self._check_of_control(at, item, control.repeated_as(str(item["from_name"])))

    def _check_of_control(self, at: str, item: Mapping[str, Any], control: Control) -> None:
        rule = rule_for(control, self.config.objects)
        check = rule.checks.get(str(item.get("to_name")))
        if check is None:
            self._no_name(at, item, "to_name", control.to_name)
        if item.get("type") != control.type:
            given = short_repr(item.get("type"))
            said = f"results of {control.name!r} are of {control.type!r}, not {given}."
            self._add(f"{at}.type", said)
        elif not isinstance(item.get("value"), Mapping):
            said = f"is an object (dict), not {short_repr(item.get('value'))}."
            self._add(f"{at}.value", said)
        elif check is not None:
            self._check_value(at, item, rule, check)

    def _no_name(self, at: str, item: Any, key: str, known: Iterable[str]) -> None:
        what = f"the labeling config has no {short_repr(item.get(key))} here"
        said = "is missing" if item.get(key) is None else what
        self._add(f"{at}.{key}", f"{said}.{suggestion(item.get(key), known)}")

    def _is_self_made(self, item: Mapping[str, Any]) -> bool:
        """Tell whether an item is of an object that takes answers itself, as a Chat does."""
        shown = find_tag(self.config.objects, str(item.get("from_name")))
        return shown is not None and SELF_ANSWERING.get(shown.type) == item.get("type")

    # -- relations --------------------------------------------------------------------------------

    def _check_relation(self, at: str, item: Mapping[str, Any]) -> None:
        for end in ("from_id", "to_id"):
            if not self._count(item.get(end)):
                self._add(f"{at}.{end}", f"no region here has the id {short_repr(item.get(end))}.")
        if item.get("direction", "right") not in DIRECTIONS:
            said = f"is 'right', 'left' or 'bi', not {short_repr(item['direction'])}."
            self._add(f"{at}.direction", said)
        labels = item.get("labels") or []
        if not isinstance(labels, list):
            self._add(f"{at}.labels", f"is a list of texts, not {short_repr(labels)}.")
            return
        known = self.config.relation_labels
        for index, label in enumerate(labels):
            if label not in known:
                said = f"the config's <Relations> have no {short_repr(label)}."
                self._add(f"{at}.labels[{index}]", f"{said}{suggestion(label, known)}")
