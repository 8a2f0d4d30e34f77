"""Results are edited in the terms of the config, and keep everything else as it is stored."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from support.editor_results import CONFIG, WRITTEN, item, relation
from support.edits import ARROW, BREED, CAT, DOG, ELSE, VIEW, check_edits, reading
from support.made_projects import MadeProject, made_projects
from support.region_kinds import KINDS, Drawn

from label_studio_orm.errors import InvalidResult, NotFound
from label_studio_orm.labeling import (
    Box,
    LabelConfig,
    Polygon,
    Region,
    Relation,
    Shape,
    Span,
)

# -- any result ------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", WRITTEN.values(), ids=list(WRITTEN))
def test_edits_of_results_of_the_editor_change_nothing_else(result: list[dict[str, Any]]) -> None:
    if not any(each.get("parentID") == "x" for each in result):  # whose parent is not there
        check_edits(CONFIG, result, {})


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@settings(max_examples=3, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_edits_of_drawn_regions_change_nothing_else(kind: Drawn, data: st.DataObject) -> None:
    shapes = data.draw(st.lists(kind.shapes, min_size=1, max_size=3, unique_by=lambda s: s.id))
    arrows = [Relation(shapes[0], shapes[-1], "owns")]
    check_edits(kind.config, kind.config.result({kind.control: shapes}, relations=arrows), {})


def changed(draw: Any, region: Region, kind: Drawn) -> Region | Shape:
    """Draw a region, or a shape for it, with another label, other answers or other coordinates."""
    other = draw(kind.shapes)
    return draw(
        st.sampled_from(
            [
                region,
                region.shape,
                region.replace(label=other.label),
                region.replace(answers=other.answers),
                evolve(other, id=region.id),
            ]
        )
    )


@pytest.mark.parametrize("name", sorted(KINDS.keys() - {"mask"}))  # those must be of one size
@settings(max_examples=6, deadline=None, derandomize=True, database=None)
@given(data=st.data())
def test_regions_read_back_as_they_were_assigned(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    drawn = st.lists(kind.shapes, max_size=3, unique_by=lambda shape: shape.id)
    made = kind.config.read(kind.config.result({kind.control: data.draw(drawn)}))
    kept = data.draw(st.permutations(made.regions))[: data.draw(st.integers(0, 3))]
    new = [changed(data.draw, each, kind) for each in kept]
    new += [each for each in data.draw(drawn) if each.id not in {region.id for region in kept}]
    new = data.draw(st.permutations(new))

    made[kind.control] = new

    expected = [each.shape if isinstance(each, Region) else each for each in new]
    read = made[kind.control]
    assert [each.id for each in read] == [each.id for each in new]
    assert [each.shape for each in read] == [evolve(each, to="shown") for each in expected]
    assert kind.config.problems(made.items) == []


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(made=made_projects())
def test_edits_of_made_up_projects_change_nothing_else(made: MadeProject) -> None:
    for task in made.tasks:
        for each in (*task["annotations"], *task["predictions"]):
            check_edits(made.config, each["result"], task["data"])


# -- all regions and relations ---------------------------------------------------------------------


def test_regions_are_changed_and_left_out_together() -> None:
    made = reading(VIEW, CAT, BREED, ELSE, DOG, ARROW)
    made.regions = [r.replace(label="D") for r in made.regions if r.control == "bbox"]
    value = {**CAT["value"], "rectanglelabels": ["D"]}
    assert made.items == [VIEW, {**CAT, "value": value}, BREED, {**DOG, "value": value}, ARROW]


def test_relations_are_replaced_and_equal_ones_kept() -> None:
    made = reading(CAT, DOG, ARROW)
    made.relations = [*made.relations, Relation("b", "a", "owns")]
    assert made.items[2:] == [ARROW, relation(from_id="b", to_id="a", labels=["owns"])]
    made.relations = [made.relations[1]]
    assert [each.source for each in made.relations] == ["b"]
    made.relations = []
    assert made.items == [CAT, DOG]


def test_what_is_not_understood_stays_where_it_is() -> None:
    strange: list[Any] = [{"type": "hologram", "id": "?", "value": {"z": 1}}, {"so": "what"}, 7]
    made = CONFIG.read([strange[0], CAT, strange[1], VIEW, strange[2]])
    made["bbox"] = []
    made["view"] = None
    made["stars"] = 1
    made.relations = []
    assert made.items[:3] == strange


def test_items_of_a_control_that_the_config_no_longer_has_can_be_removed() -> None:
    old = item("gone", "rectanglelabels", {**CAT["value"]}, id="g")
    made = reading(old, CAT)
    del made["gone"]
    assert made.items == [CAT]
    with pytest.raises(NotFound, match=r"no control 'gone'"):
        del made["gone"]


def test_a_control_without_items_can_be_deleted() -> None:
    made = reading(CAT)
    del made["stars"]
    assert made.items == [CAT]


def test_regions_without_ids_are_told_apart_by_what_they_are() -> None:
    one, other = ({k: v for k, v in each.items() if k != "id"} for each in (CAT, ELSE))
    made = reading(one, other, one)
    made.regions = made.regions[1:]
    assert made.items == [other, one]


# -- what is refused -------------------------------------------------------------------------------

OTHER = LabelConfig.parse(
    '<View><Image name="image" value="$image"/>'
    '<RectangleLabels name="box" toName="image"><Label value="cat"/></RectangleLabels></View>'
)
FOREIGN = OTHER.read(OTHER.result({"box": Box("cat", percent=(1, 2, 3, 4), id="f")})).regions


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("cat", "must be a list of regions, not 'cat'"),
        (7, "must be a list of regions, not 7"),
        ({"bbox": []}, "must be a list of regions, not {'bbox': ..}"),
        ([7], "must be regions that were read, not 7"),
        ([Box("cat", percent=(1, 2, 3, 4))], "not a new Box: add it to its control"),
        ([Polygon("cat", percent=[(1, 2), (3, 4), (5, 5)], id="a")], r'annotation."outline". \+='),
        (FOREIGN, r"<Region f: cat by box> is of another config: this one has no 'box'"),
    ],
)
def test_no_regions_are_refused(value: Any, says: str) -> None:
    made = reading(CAT)
    with pytest.raises(InvalidResult, match=f"regions: .*{says}"):
        made.regions = value
    assert made.items == [CAT]


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("bbx", [], "no control 'bbx'. Did you mean 'bbox'"),
        ("bbox", "cat", "takes regions, such as Box or Span, not 'cat'"),
        ("bbox", [Span("cat", start=0, end=1)], "takes Box, not Span"),
        ("bbox", [Polygon("cat", percent=[(1, 2), (3, 4), (5, 5)], id="a")], "takes Box, not Poly"),
        ("bbox", reading(ELSE)["point"], "'c' is a region of 'point', not of 'bbox'"),
        ("bbox", reading(CAT)["bbox"] * 2, "the region 'a' is there twice"),
        ("bbox", [Box("cat", percent=(1, 2, 3, 4), parent="zz")], "parent='zz' is not the id"),
    ],
)
def test_what_does_not_fit_a_control_is_refused(name: str, value: Any, says: str) -> None:
    made = reading(CAT)
    with pytest.raises(InvalidResult, match=says):
        made[name] = value
    assert made["bbox"] == reading(CAT)["bbox"]


def test_relations_of_another_type_are_refused() -> None:
    made = reading(CAT)
    with pytest.raises(InvalidResult, match="relations: must be a list of Relation objects"):
        made.relations = [ARROW]  # type: ignore[list-item]
