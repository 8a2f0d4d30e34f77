"""What existing annotations would lose by a new config."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.labeling import (
    Box,
    ConfigDiff,
    KeyFrame,
    LabelConfig,
    Track,
    choices,
    labels,
    tag,
    taxonomy,
)

TEXT = '<Text name="text" value="$text"/>'


def diff(old: str, new: str) -> ConfigDiff:
    return view(old).diff(view(new))


def view(xml: str) -> LabelConfig:
    return LabelConfig.parse(f"<View>{xml}</View>")


def diff_of(old: Any, new: Any) -> ConfigDiff:
    """Compare two questions about a text."""
    one = LabelConfig.create({"text": "Text", "it": old})
    return one.diff(LabelConfig.create({"text": "Text", "it": new}))


def test_nothing_changes_with_the_same_config() -> None:
    same = diff(TEXT, f"\n<!-- the same -->{TEXT}")
    assert not same
    assert (same.lost, same.gained, str(same)) == ((), (), "no change")


def test_other_looks_lose_nothing() -> None:
    other = diff(TEXT, f"<Header value='Read this'/>{TEXT}")
    assert other
    assert (other.lost, other.gained, str(other)) == ((), (), "changes of appearance only")


def test_removed_labels_are_lost_and_added_ones_gained() -> None:
    changed = diff_of(choices("Good", "Bad"), choices("Good", "So-so"))
    assert changed.lost == ("'it' loses 'Bad'",)
    assert changed.gained == ("'it' gains 'So-so'",)
    assert str(changed) == "- 'it' loses 'Bad'\n+ 'it' gains 'So-so'"


def test_the_order_of_labels_makes_no_difference() -> None:
    assert str(diff_of(choices("A", "B"), choices("B", "A"))) == "changes of appearance only"


def test_a_colour_makes_no_difference() -> None:
    coloured = labels({"value": "A", "background": "red"})
    assert str(diff_of(labels("A"), coloured)) == "changes of appearance only"


def test_an_alias_is_another_name() -> None:
    changed = diff_of(choices("Good"), choices({"value": "Good", "alias": "1"}))
    assert (changed.lost, changed.gained) == (("'it' loses 'Good'",), ("'it' gains '1'",))


def test_a_value_may_change_under_its_alias() -> None:
    old, new = ({"value": value, "alias": "1"} for value in ("Good", "Great"))
    assert diff_of(choices(old), choices(new)).lost == ()


def test_a_branch_that_moves_is_lost() -> None:
    changed = diff_of(taxonomy({"A": ["B"], "C": []}), taxonomy({"A": [], "C": ["B"]}))
    assert (changed.lost, changed.gained) == (("'it' loses 'A / B'",), ("'it' gains 'C / B'",))


def test_controls_that_go_are_lost_and_those_that_come_are_gained() -> None:
    changed = diff(
        f'{TEXT}<Rating name="r" toName="text"/>', f'{TEXT}<TextArea name="t" toName="text"/>'
    )
    assert (changed.lost, changed.gained) == (("'r' (Rating) is gone",), ("'t' (TextArea) is new",))


def test_another_kind_of_control_loses_all() -> None:
    assert diff_of(choices("A"), taxonomy("A")).lost == ("'it' was a Choices and is a Taxonomy",)


def test_one_answer_instead_of_several_loses_some() -> None:
    several, one = choices("A", choice="multiple"), choices("A")
    assert diff_of(several, one).lost == ("'it' accepts only one answer now",)
    assert diff_of(one, several).lost == ()


def test_asking_for_regions_instead_of_the_task_loses_all() -> None:
    task, region = choices("A"), choices("A", perRegion=True)
    assert diff_of(task, region).lost == ("'it' is now answered for each region",)
    assert diff_of(region, task).lost == ("'it' is now answered for the whole task",)


def test_a_control_that_is_about_less_loses_some() -> None:
    both, one = ('<Pairwise name="p" toName="a,b"/>', '<Pairwise name="p" toName="a"/>')
    assert diff(both, one).lost == ("'p' is no longer for 'b'",)
    assert diff(one, both).lost == ()


def test_labels_that_come_from_the_task_lose_nothing() -> None:
    changed = diff_of(choices("A"), choices(value="$all"))
    assert (changed.lost, changed.gained) == ((), ("$all is used",))


def test_objects_that_go_are_lost() -> None:
    assert diff(TEXT, '<Text name="body" value="$text"/>').lost == ("'text' (Text) is gone",)


def test_an_object_of_another_kind_is_reported() -> None:
    changed = diff(TEXT, '<HyperText name="text" value="$text"/>')
    assert changed.lost == ("'text' was a Text and is a HyperText",)


def test_other_data_is_reported() -> None:
    changed = diff(TEXT, '<Text name="text" value="$body"/>')
    assert changed.lost == ("'text' showed $text and shows $body",)
    assert changed.gained == ("$body is used",)


def test_relations_lose_their_labels() -> None:
    old = '<Relations><Relation value="is"/><Relation value="has"/></Relations>'
    new = '<Relations><Relation value="is"/></Relations>'
    assert diff(old, new).lost == ("relations lose 'has'",)


def test_another_case_of_tags_loses_nothing() -> None:
    old = '<Choices name="c" toName="t"><Choice value="A"/></Choices>'
    new = '<choices NAME="c" TONAME="t"><choice value="A"/></choices>'
    assert str(diff(old, new)) == "changes of appearance only"


RANKS = '<List name="text" value="$text"/><Ranker name="it" toName="text">{}</Ranker>'
VIDEO = (
    '<Video name="v" value="$v"/><VideoRectangle name="it" toName="v"/>'
    '<Labels name="l" toName="v"><Label value="{}"/></Labels>'
)
BOXES = (
    '<Image name="i" value="$i"/><RectangleLabels name="it" toName="i" {}><Label value="A"/>'
    '<Label value="B"/></RectangleLabels>'
)


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        (tag("Rating", maxRating=10), tag("Rating", maxRating=5), 9),
        (tag("Number", max=10), tag("Number", max=5), 9),
        (tag("Number"), tag("Number", min=5), 1),
        (tag("DateTime"), tag("DateTime", only="date"), "2020-01-01T10:00"),
        (tag("DateTime"), tag("DateTime", format="%d.%m.%Y"), "2020-01-01T10:00"),
        (choices("A"), choices("A", allowNested=True), "A"),
        (choices("A", allowNested=True), choices("A"), "A"),
        (choices("A"), taxonomy("A"), "A"),
    ],
)
def test_an_answer_that_no_longer_fits_is_a_loss(old: Any, new: Any, answer: Any) -> None:
    before = LabelConfig.create({"text": "Text", "it": old})
    after = LabelConfig.create({"text": "Text", "it": new})
    assert after.problems(before.result({"it": answer}))
    assert before.diff(after).lost


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        (RANKS.format('<Bucket name="x"/>'), RANKS.format('<Bucket name="y"/>'), {"x": ["1"]}),
        (RANKS.format(""), RANKS.format('<Bucket name="y"/>'), ["1"]),
        (
            VIDEO.format("A"),
            VIDEO.format("B"),
            [Track("A", keyframes=[KeyFrame(percent=(1, 1, 1, 1), frame=1)], frames=5)],
        ),
        (
            BOXES.format('choice="multiple"'),
            BOXES.format(""),
            [Box(["A", "B"], percent=(1, 1, 1, 1))],
        ),
        (BOXES.format('allowEmpty="true"'), BOXES.format(""), [Box(percent=(1, 1, 1, 1))]),
    ],
)
def test_a_region_that_no_longer_fits_is_a_loss(old: str, new: str, answer: Any) -> None:
    before, after = view(old), view(new)
    assert after.problems(before.result({"it": answer}))
    assert before.diff(after).lost


def test_labels_that_no_longer_come_from_the_task_are_a_loss() -> None:
    assert diff_of(choices(value="$all"), choices("A")).lost
