"""Edits of any result that must change what they are told to, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from label_studio_orm.labeling import LabelConfig, Reading, Shape
from support.editor_results import CONFIG, box, item, relation

Result = list[dict[str, Any]]

VIEW = item("view", "choices", {"choices": ["front"], "of mine": 1}, score=0.9, of_mine=2)
CAT, DOG = box(id="a"), box(id="b", parentID="a")
BREED = item("breed", "choices", {"choices": ["tabby"]}, id="a")
ARROW = relation(of_mine=1)
ELSE = item("point", "keypointlabels", {"x": 1, "y": 2, "keypointlabels": ["eye"]}, id="c")


def reading(*items: dict[str, Any], config: LabelConfig = CONFIG) -> Reading:
    """Return a result of the editor's config, to be edited."""
    return config.read(copy.deepcopy([*items]), data={"text": "Ada joined ACME."})


def check_edits(config: LabelConfig, result: Result, data: Mapping[str, Any]) -> None:
    """Check the edits of each control, region and relation of a valid result."""

    def read() -> Reading:
        return config.read(copy.deepcopy(result), data=data)

    for name in names_of(result):
        check_assigned(read(), name, result)
        reading = read()
        del reading[name]
        assert name not in names_of(reading.items)
        check_left(config, reading, result, data)
    check_whole(read(), result)
    for region in read().regions:
        reading = read()
        reading.regions = [each for each in reading.regions if each.id != region.id]
        assert region.id not in [each.id for each in reading.regions]
        check_left(config, reading, result, data)
        check_changed(read(), region.id)


def names_of(result: Result) -> set[str]:
    """Return the names of the controls in a result."""
    return {str(item["from_name"]) for item in result if "from_name" in item}


def check_assigned(reading: Reading, name: str, result: Result) -> None:
    """Check that what was read of a control can be assigned, and changes nothing."""
    reading[name] = reading[name]
    assert reading.items == result
    if any(getattr(each, "shape", None) for each in _several(reading[name])):
        reading[name] = [each.shape or each for each in reading[name]]
        assert reading.items == result


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def check_whole(reading: Reading, result: Result) -> None:
    """Check that all regions, relations and answers can be assigned, and change nothing."""
    reading.regions = reading.regions
    reading.relations = reading.relations
    reading.answers = reading.answers
    assert reading.items == result
    reading.regions = [each.shape or each for each in reading.regions]
    assert reading.items == result


def check_changed(reading: Reading, id: str) -> None:
    """Check that a region with another score is another, and the same when it has its own again."""
    before = copy.deepcopy(reading.items)
    (region,) = [each for each in reading.regions if each.id == id]
    score = 0.125 if region.score != 0.125 else 0.25
    for new in (score, region.score):
        changed = region.replace(score=new)
        assert changed.score == new
        reading.regions = [changed if each.id == id else each for each in reading.regions]
    ours = [dict(item, score=None) for item in before]
    assert [dict(item, score=None) for item in reading.items] == ours
    check_moved(region.shape)


def check_moved(shape: Shape | None) -> None:
    if shape is not None:
        assert shape.replace(labels=shape.labels) == shape
        assert shape.replace(label="?").id == shape.id


def check_left(
    config: LabelConfig, reading: Reading, result: Result, data: Mapping[str, Any]
) -> None:
    """Check that what is left is as it was, in its order, and still a valid result."""
    assert config.problems(reading.items, data=data) == []
    ids = {item["id"] for item in reading.items if item.get("id")}
    for each in reading.items:
        assert each.get("parentID") is None or each["parentID"] in ids
        assert each.get("type") != "relation" or {each["from_id"], each["to_id"]} <= ids
    before = iter([_without_parent(item) for item in result])
    assert all(_without_parent(item) in before for item in reading.items)


def _without_parent(item: dict[str, Any]) -> dict[str, Any]:
    return {key: stored for key, stored in item.items() if key != "parentID"}
