"""Controls, objects, labels and variables of a config."""

from __future__ import annotations

import pytest
from support.config_views import PAGES, TEXT, view

from label_studio_orm.labeling import LabelConfig
from label_studio_orm.labeling.tags import ANSWERS, DRAWINGS, LABELINGS, OBJECTS

# -- objects ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", OBJECTS.values())
def test_each_tag_that_shows_data_is_an_object(tag: str) -> None:
    config = view(f'<{tag} name="it" value="$data"/>')
    shown = config.objects["it"]
    assert (shown.tag, shown.type, shown.value, shown.variable) == (
        tag,
        tag.lower(),
        "$data",
        "data",
    )
    assert not config.controls


def test_several_images_are_an_object_as_well() -> None:
    shown = view('<Image name="pages" valueList="$pages"/>').objects["pages"]
    assert (shown.value, shown.variable) == ("$pages", "pages")


def test_an_object_without_a_variable_shows_always_the_same() -> None:
    shown = view('<Text name="hint" value="Read closely"/>').objects["hint"]
    assert (shown.value, shown.variable) == ("Read closely", "")


def test_an_object_may_have_its_text_within() -> None:
    config = view('<Text name="hint">Read closely</Text>')
    assert config.objects["hint"].value == "Read closely"


def test_html_in_a_hypertext_is_neither_object_nor_control() -> None:
    config = view('<HyperText name="page" value="$page"><p name="x" value="y">Hi</p></HyperText>')
    assert list(config.objects) == ["page"]


def test_visual_tags_are_not_objects() -> None:
    config = view('<Header name="h" value="$title"/><Style name="s" value="x">.a {}</Style>')
    assert not config.objects
    assert not config.controls


# -- controls --------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", LABELINGS.values())
def test_each_kind_of_labels_is_a_control(tag: str) -> None:
    config = view(f'<{tag} name="ner" toName="x"><Label value="A"/><Label value="B"/></{tag}>')
    control = config.controls["ner"]
    assert (control.tag, control.type, control.to_name) == (tag, tag.lower(), ("x",))
    assert [label.name for label in config.labels["ner"]] == ["A", "B"]


@pytest.mark.parametrize("tag", [*DRAWINGS.values(), *ANSWERS.values()])
def test_each_answer_tag_is_a_control(tag: str) -> None:
    config = view(f'<{tag} name="it" toName="x" value="$default"/>')
    control = config.controls["it"]
    assert (control.tag, control.type) == (tag, tag.lower())
    assert not config.objects
    assert not config.labels


def test_a_control_can_be_about_two_objects() -> None:
    config = view('<Pairwise name="better" toName="one,two"/>')
    assert config.controls["better"].to_name == ("one", "two")


def test_spaces_between_the_names_of_objects_are_no_part_of_them() -> None:
    config = view('<Pairwise name="better" toName="one, two"/>')
    assert config.controls["better"].to_name == ("one", "two")


def test_a_filter_is_not_a_control() -> None:
    assert not view('<Filter name="find" toName="ner"/>').controls


def test_controls_come_in_the_order_of_the_document() -> None:
    config = view(
        '<View><Rating name="z" toName="t"/></View>', '<Rating name="a" toName="t"/>', TEXT
    )
    assert list(config.controls) == ["z", "a"]


def test_controls_lie_at_any_depth() -> None:
    config = view(
        "<Collapse><Panel value='More'><View><Rating name='r' toName='text'/></View></Panel>",
        "</Collapse>",
    )
    assert list(config.controls) == ["r"]


def test_a_control_may_be_the_root() -> None:
    config = LabelConfig.parse('<Choices name="c" toName="t"><Choice value="a"/></Choices>')
    assert list(config.controls) == ["c"]


def test_options_of_a_control_are_read_whatever_their_case() -> None:
    control = view('<Choices name="c" toName="t" perregion="true" CHOICE="multiple"/>').controls[
        "c"
    ]
    assert control.per_region
    assert control.multiple
    assert control.options["choice"] == "multiple"


def test_a_control_has_one_answer_for_the_whole_task_by_default() -> None:
    control = view('<Choices name="c" toName="t"/>').controls["c"]
    assert not control.per_region
    assert not control.multiple


def test_conditions_of_a_control_are_kept() -> None:
    control = view(
        '<Choices name="c" toName="t" visibleWhen="choice-selected" whenTagName="other" '
        'whenChoiceValue="Yes"/>'
    ).controls["c"]
    assert control.options["visiblewhen"] == "choice-selected"
    assert control.options["whenchoicevalue"] == "Yes"


def test_a_control_knows_its_line() -> None:
    config = LabelConfig.parse('<View>\n\n  <Rating name="r"\n   toName="t"/>\n</View>')
    assert config.controls["r"].line == 3


@pytest.mark.parametrize(
    "xml",
    [
        '<choices name="c" toname="t"><choice value="a"/></choices>',
        '<CHOICES NAME="c" TONAME="t"><CHOICE value="a"/></CHOICES>',
        '<Choices Name="c" ToName="t"><Choice Value="a"/></Choices>',
        '<Choices name="c" toName="t"><Choice value="b" ALIAS="a"/></Choices>',
    ],
)
def test_tags_and_attributes_may_be_written_in_any_case(xml: str) -> None:
    config = view(xml)
    assert config.controls["c"].type == "choices"
    assert config.controls["c"].to_name == ("t",)
    assert [label.name for label in config.labels["c"]] == ["a"]


# -- labels ----------------------------------------------------------------------------------------


def test_a_label_is_called_by_its_alias() -> None:
    config = view('<Labels name="n" toName="t"><Label value="Person" alias="PER"/></Labels>')
    (label,) = config.labels["n"]
    assert (label.name, label.path) == ("PER", ("PER",))
    assert label.options["value"] == "Person"


def test_an_empty_alias_counts_for_nothing() -> None:
    config = view('<Labels name="n" toName="t"><Label value="Person" alias=""/></Labels>')
    assert config.labels["n"][0].name == "Person"


def test_a_choice_may_have_its_value_within() -> None:
    config = view('<Choices name="c" toName="t"><Choice>Yes</Choice></Choices>')
    assert [label.name for label in config.labels["c"]] == ["Yes"]


def test_nested_choices_have_paths() -> None:
    config = view(
        '<Choices name="c" toName="t" allowNested="true"><Choice value="Animal">',
        '<Choice value="Cat" alias="C"/></Choice><Choice value="Plant"/></Choices>',
    )
    assert [label.path for label in config.labels["c"]] == [
        ("Animal",),
        ("Animal", "C"),
        ("Plant",),
    ]
    assert config.controls["c"].nested


def test_a_taxonomy_is_a_tree_of_any_depth() -> None:
    config = view(
        '<Taxonomy name="x" toName="t"><Choice value="A"><Choice value="B"><Choice value="C"/>',
        "</Choice></Choice></Taxonomy>",
    )
    assert config.labels["x"][-1].path == ("A", "B", "C")
    assert config.controls["x"].nested


def test_choices_are_found_in_views_within_their_control() -> None:
    config = view(
        '<Choices name="c" toName="t"><View><Header value="One of"/><View><Choice value="a"/>',
        "</View></View></Choices>",
    )
    assert [label.path for label in config.labels["c"]] == [("a",)]


def test_labels_can_come_from_the_task() -> None:
    config = view(TEXT, '<Labels name="n" toName="text" value="$labels"/>')
    assert config.controls["n"].dynamic
    assert "labels" in config.variables
    assert "n" not in config.labels


def test_a_single_label_can_come_from_the_task() -> None:
    config = view('<Choices name="n" toName="t"><Choice value="$it"/><Choice value="A"/></Choices>')
    assert [label.dynamic for label in config.labels["n"]] == [True, False]
    assert config.controls["n"].dynamic


def test_a_label_of_regions_has_its_variable_in_results() -> None:
    config = view('<Labels name="n" toName="t"><Label value="$it"/><Label value="A"/></Labels>')
    assert not config.controls["n"].dynamic  # annotators see what the task has; results have $it


def test_classes_can_come_from_another_server() -> None:
    config = view('<Taxonomy name="x" toName="t" apiUrl="https://example.com/tree"/>')
    assert config.controls["x"].dynamic


def test_a_control_with_labels_of_its_own_is_not_dynamic() -> None:
    config = view('<Choices name="c" toName="t"><Choice value="costs 5$"/></Choices>')
    assert not config.controls["c"].dynamic


def test_relations_have_labels() -> None:
    config = view(
        '<Relations><Relation value="is a"/><Relation value="part of" alias="in"/></Relations>'
    )
    assert config.relation_labels == ("is a", "in")


def test_labels_keep_all_that_is_in_xml() -> None:
    config = view(
        '<Choices name="c" toName="t"><Choice value="a &lt; b &amp; &quot;c&quot; &#233; 🐈"/>',
        "</Choices>",
    )
    assert config.labels["c"][0].name == 'a < b & "c" é 🐈'


# -- variables -------------------------------------------------------------------------------------


def test_variables_name_the_tags_that_use_them() -> None:
    config = view(TEXT, '<Header value="$text"/><Header value="$text"/>')
    assert config.variables["text"].tags == ("Text", "Header")


def test_variables_are_found_within_words() -> None:
    config = view('<Header value="Hello $first and $last!"/>')
    assert list(config.variables) == ["first", "last"]


def test_a_variable_leads_into_the_data() -> None:
    config = view('<Image name="i" value="$pages[0].image.url"/>')
    assert config.objects["i"].variable == "pages[0].image.url"
    assert config.variables["pages[0].image.url"].key == "pages"


def test_a_price_is_not_a_variable() -> None:
    assert not view('<Header value="It costs 5$ or 5 $"/>').variables


@pytest.mark.parametrize(
    "xml",
    [
        "<Header>Dear $who</Header>",
        '<Video name="v" value="video.mp4" frameRate="$who"/>',
        '<Taxonomy name="x" toName="t" apiUrl="$who"/>',
    ],
)
def test_variables_are_found_wherever_the_editor_replaces_them(xml: str) -> None:
    assert list(view(xml).variables) == ["who"]


def test_a_variable_may_begin_with_a_digit() -> None:
    assert view('<Text name="t" value="$2nd"/>').objects["t"].variable == "2nd"


# -- repeaters -------------------------------------------------------------------------------------


def test_a_repeater_makes_many_controls_of_one() -> None:
    control = view(PAGES).controls["kind_{{i}}"]
    assert control.pattern is not None
    assert control.pattern.fullmatch("kind_12")
    assert not control.pattern.fullmatch("kind_x")
    assert control.to_name == ("page_{{i}}",)


def test_a_repeater_uses_the_list_that_it_is_on() -> None:
    assert list(view(PAGES).variables) == ["pages", "pages[{{i}}].url"]


def test_a_repeater_has_an_index_of_its_own_accord() -> None:
    config = view('<Repeater on="$a"><Rating name="r{{idx}}" toName="t"/></Repeater>')
    pattern = config.controls["r{{idx}}"].pattern
    assert pattern is not None
    assert pattern.fullmatch("r0")


def test_names_outside_of_a_repeater_have_no_pattern() -> None:
    config = view(PAGES, '<Rating name="r" toName="t"/>')
    assert config.controls["r"].pattern is None


def test_signs_in_a_repeated_name_mean_themselves() -> None:
    config = view('<Repeater on="$a"><Rating name="r.({{idx}})" toName="t"/></Repeater>')
    pattern = config.controls["r.({{idx}})"].pattern
    assert pattern is not None
    assert pattern.fullmatch("r.(3)")
    assert not pattern.fullmatch("rx(3)")
