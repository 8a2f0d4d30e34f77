"""Configs made of Python, and the XML that comes out."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from label_studio_orm.errors import InvalidConfig, InvalidInput, InvalidResult
from label_studio_orm.labeling import (
    LabelConfig,
    Relation,
    Span,
    choices,
    labels,
    relations,
    tag,
    taxonomy,
)


def test_a_config_of_boxes_reads_well() -> None:
    config = LabelConfig.create({"image": "Image", "boxes": labels("Cat", "Dog")})
    assert (
        str(config)
        == """\
<View>
  <Image name="image" value="$image" />
  <RectangleLabels name="boxes" toName="image">
    <Label value="Cat" />
    <Label value="Dog" />
  </RectangleLabels>
</View>"""
    )


def test_a_config_of_many_questions_reads_well() -> None:
    config = LabelConfig.create(
        {
            "review": "Text",
            "mood": choices("Good", "Bad", choice="multiple", required=True),
            "topic": taxonomy({"Food": ["Soup", "Bread"], "Service": []}),
            "stars": tag("Rating", maxRating=5),
            "why": "TextArea",
        }
    )
    assert (
        str(config)
        == """\
<View>
  <Text name="review" value="$review" />
  <Choices name="mood" toName="review" choice="multiple" required="true">
    <Choice value="Good" />
    <Choice value="Bad" />
  </Choices>
  <Taxonomy name="topic" toName="review">
    <Choice value="Food">
      <Choice value="Soup" />
      <Choice value="Bread" />
    </Choice>
    <Choice value="Service" />
  </Taxonomy>
  <Rating name="stars" toName="review" maxRating="5" />
  <TextArea name="why" toName="review" />
</View>"""
    )
    assert config.check() == []


def test_an_object_can_name_its_value() -> None:
    config = LabelConfig.create({"photo": tag("Image", value="$url", zoom=True)})
    assert '<Image name="photo" value="$url" zoom="true" />' in str(config)


def test_an_object_can_show_a_list() -> None:
    config = LabelConfig.create({"pages": tag("Image", valueList="$pages")})
    assert '<Image name="pages" valueList="$pages" />' in str(config)


def test_a_tag_is_a_pair_of_its_name_and_attributes_as_in_the_sdk() -> None:
    config = LabelConfig.create({"text": ("Text", {"value": "$body"}), "stars": ("Rating", {})})
    assert config.objects["text"].variable == "body"
    assert config.controls["stars"].to_name == ("text",)


def test_a_tag_may_be_written_in_any_case() -> None:
    config = LabelConfig.create({"text": "text", "mark": "textarea"})
    assert config.objects["text"].tag == "Text"
    assert config.controls["mark"].tag == "TextArea"


@pytest.mark.parametrize(
    ("shown", "drawn"),
    [
        ("Audio", "Labels"),
        ("HyperText", "HyperTextLabels"),
        ("Image", "RectangleLabels"),
        ("Paragraphs", "ParagraphLabels"),
        ("Text", "Labels"),
        ("TimeSeries", "TimeSeriesLabels"),
        ("Video", "TimelineLabels"),
    ],
)
def test_the_type_of_labels_follows_from_their_object(shown: str, drawn: str) -> None:
    config = LabelConfig.create({"it": shown, "marks": labels("A")})
    assert config.controls["marks"].tag == drawn
    assert config.check() == []


def test_labels_can_be_of_another_kind() -> None:
    config = LabelConfig.create({"i": "Image", "p": labels("A", tag_type="PolygonLabels")})
    assert config.controls["p"].tag == "PolygonLabels"


def test_a_label_can_have_attributes() -> None:
    config = LabelConfig.create(
        {"t": "Text", "n": labels({"value": "Person", "background": "red", "hint": None}, "Place")}
    )
    assert '<Label value="Person" background="red" />' in str(config)
    assert [label.name for label in config.labels["n"]] == ["Person", "Place"]


@pytest.mark.parametrize("given", [["a", "b"], ("a", "b"), iter(["a", "b"]), {"a": 1, "b": 2}])
def test_names_can_be_one_list(given: Any) -> None:
    names = given if not isinstance(given, dict) else given.keys()
    config = LabelConfig.create({"t": "Text", "c": choices(names)})
    assert [label.name for label in config.labels["c"]] == ["a", "b"]


def test_the_default_target_of_a_control_is_the_first_object() -> None:
    config = LabelConfig.create({"c": choices("A"), "one": "Text", "two": "Image"})
    assert config.controls["c"].to_name == ("one",)


@pytest.mark.parametrize("word", ["to", "toName"])
def test_a_control_can_be_about_something_else(word: str) -> None:
    config = LabelConfig.create({"t": "Text", "i": "Image", "b": labels("A", **{word: "i"})})
    assert (config.controls["b"].to_name, config.controls["b"].tag) == (("i",), "RectangleLabels")


def test_pairs_are_about_the_first_two() -> None:
    config = LabelConfig.create({"a": "Text", "b": "Text", "c": "Text", "better": "Pairwise"})
    assert config.controls["better"].to_name == ("a", "b")


def test_a_tree_can_have_any_shape() -> None:
    tree = ["A", {"B": "C", "D": {"E": ["F", "G"]}, "H": None}]
    config = LabelConfig.create({"t": "Text", "x": taxonomy(tree, showFullPath=True)})
    assert [" ".join(label.path) for label in config.labels["x"]] == [
        "A",
        "B",
        "B C",
        "D",
        "D E",
        "D E F",
        "D E G",
        "H",
    ]


def test_names_keep_all_their_signs() -> None:
    names = ['<"A" & B>', "ü 🐈", "two\nlines", " spaces "]
    config = LabelConfig.create({"t": "Text", "c": choices(*names)})
    assert [label.name for label in config.labels["c"]] == names


def test_a_created_config_is_parsed_back_the_same() -> None:
    config = LabelConfig.create({"t": "Text", "c": choices("A")})
    assert LabelConfig.parse(str(config)) == config


def test_the_target_of_a_control_can_be_named() -> None:
    config = LabelConfig.create(
        {"choices": choices("P", name="cls"), "input": tag("Text", name="message", value="$t")}
    )
    assert config.controls["cls"].to_name == ("message",)


@pytest.mark.parametrize("to", ["input", "message"])
def test_the_target_of_a_control_is_a_key_or_a_name(to: str) -> None:
    config = LabelConfig.create(
        {
            "first": "Text",
            "input": tag("Image", name="message", value="$i"),
            "c": labels("P", to=to),
        }
    )
    assert config.controls["c"].to_name == ("message",)
    assert config.controls["c"].tag == "RectangleLabels"


@pytest.mark.parametrize("word", ["toname", "ToName", "toName"])
def test_attributes_may_be_written_in_any_case(word: str) -> None:
    given = {"Name": "message", "Value": "$t"}
    config = LabelConfig.create(
        {"x": ("text", given), "c": tag("choices", Value="$all", **{word: "message"})}
    )
    assert '<Text name="message" value="$t" />' in str(config)
    assert '<Choices name="c" toName="message" value="$all" />' in str(config)


def test_the_targets_of_a_pairwise_can_be_named() -> None:
    shown = {key: tag("Text", name=f"{key}_text", value=f"${key}") for key in ("a", "b")}
    config = LabelConfig.create({**shown, "better": "Pairwise", "which": tag("Pairwise", to="b,a")})
    assert config.controls["better"].to_name == ("a_text", "b_text")
    assert config.controls["which"].to_name == ("b_text", "a_text")


@pytest.mark.parametrize("make", [partial(tag, "Pairwise"), partial(choices, "A")])
def test_several_targets_can_be_a_list(make: Any) -> None:
    config = LabelConfig.create({"a": "Text", "b": "Text", "x": make(to=["b", "a"])})
    assert config.controls["x"].to_name == ("b", "a")


def test_relations_have_labels_and_no_name() -> None:
    links = relations({"works for": "red"}, "owns", choice="multiple")
    config = LabelConfig.create({"t": "Text", "ner": labels("PER"), "links": links})
    assert '<Relation value="works for" background="red" />' in str(config)
    assert '<Relations choice="multiple">' in str(config)
    assert config.relation_labels == ("works for", "owns")
    assert LabelConfig.parse(str(config)) == config
    assert list(config.controls) == ["ner"]


def test_a_created_relation_can_be_in_a_result() -> None:
    tags = {"t": "Text", "ner": labels("PER"), "links": relations("knows")}
    config = LabelConfig.create(tags)
    ada, bob = Span("PER", start=0, end=3), Span("PER", start=4, end=7)
    made = config.result({"ner": [ada, bob]}, relations=[Relation(ada, bob, "knows")])
    assert config.read(made).relations == (Relation(ada.id, bob.id, ("knows",)),)
    with pytest.raises(InvalidResult, match="knows"):
        config.result({"ner": [ada, bob]}, relations=[Relation(ada, bob, "owns")])


def test_attributes_of_relations_are_checked() -> None:
    with pytest.raises(InvalidConfig, match="single, multiple"):
        LabelConfig.create({"t": "Text", "links": relations("a", choice="several")})


def test_labels_can_have_their_colours() -> None:
    config = LabelConfig.create({"i": "Image", "b": labels({"cat": "red", "dog": "#0a0"}, "cow")})
    assert [(each.name, each.options.get("background")) for each in config.labels["b"]] == [
        ("cat", "red"),
        ("dog", "#0a0"),
        ("cow", None),
    ]


# -- mistakes ------------------------------------------------------------------------------------


def refused(*, match: str, **tags: Any) -> None:
    with pytest.raises(InvalidInput, match=match):
        LabelConfig.create(tags)


@pytest.mark.parametrize("given", [{}, None, "Text", [("t", "Text")]])
def test_a_config_is_made_of_a_dict(given: Any) -> None:
    with pytest.raises(InvalidInput, match=r'tags must be a dict such as \{"text": "Text"'):
        LabelConfig.create(given)


def test_a_mistyped_tag_is_refused_with_the_right_one() -> None:
    refused(t="Txet", match="'t': the editor has no tag 'Txet'. Did you mean 'Text'?")


def test_a_mistyped_kind_of_labels_is_refused_with_the_right_one() -> None:
    wrong = labels("A", tag_type="PoligonLabels")
    refused(i="Image", p=wrong, match="'p': the editor has no tag .* Did you mean 'PolygonLabels'")


def test_something_else_than_a_tag_is_refused() -> None:
    refused(
        t="Text",
        c=["A", "B"],
        match=r"'c' must be the type of a tag, or made by labels\(\), choices",
    )


def test_a_control_about_nothing_is_refused() -> None:
    refused(c=choices("A"), match='\'c\' needs an object to label: add one, such as "text": "Text"')


@pytest.mark.parametrize("given", [1, None, "", ["A"], 1.5, b"A"])
@pytest.mark.parametrize("make", [choices, labels])
def test_a_name_that_is_not_a_string_is_refused(make: Any, given: Any) -> None:
    with pytest.raises(InvalidInput, match="must be a name or a dict of attributes, not"):
        make("A", given)


@pytest.mark.parametrize("given", [1, None])
@pytest.mark.parametrize("make", [choices, labels])
def test_the_only_name_is_a_text_as_well(make: Any, given: Any) -> None:
    with pytest.raises(InvalidInput, match="must be a name or a dict of attributes, not"):
        make(given)


@pytest.mark.parametrize("tree", [None, 5, {5: []}, {"A": 5}, ["A", None]])
def test_a_tree_of_something_else_than_names_is_refused(tree: Any) -> None:
    with pytest.raises(InvalidInput, match="name"):
        taxonomy(tree)


@pytest.mark.parametrize("depth", [101, 5000])
def test_a_tree_that_is_too_deep_is_refused(depth: int) -> None:
    tree: Any = []
    for _ in range(depth):
        tree = {"A": tree}
    with pytest.raises(InvalidInput, match="at most 100"):
        LabelConfig.create({"t": "Text", "x": taxonomy(tree)})


@pytest.mark.parametrize("made", [5, ("Text", 5), (5, {}), ("Text", {5: "x"})])
def test_a_wrong_pair_is_refused(made: Any) -> None:
    refused(t=made, match="'t' must be the type of a tag")


@pytest.mark.parametrize("name", [5, None, ""])
def test_a_name_of_a_tag_is_a_text(name: Any) -> None:
    with pytest.raises(InvalidInput, match="name"):
        LabelConfig.create({name: "Text"})


@pytest.mark.parametrize("name", [5, None])
def test_the_tag_is_a_text(name: Any) -> None:
    with pytest.raises(InvalidInput):
        LabelConfig.create({"t": tag(name)})


def test_attributes_that_no_xml_can_hold_are_refused() -> None:
    refused(t=tag("Text", **{"a b": "x"}), match="not valid XML")
    refused(t=tag("Text", value="\0"), match="not valid XML")
    refused(t=tag("Text", value="\ud800"), match="not valid XML")


def test_what_is_created_is_checked() -> None:
    refused(text="Text", c=choices("A", to="txt"), match="toName='txt' is not a tag .* 'text'?")


@pytest.mark.parametrize("given", [{"cat": "redd"}, {"cat": 1}, {"cat": "red", "dog": None}])
def test_an_invalid_colour_is_refused(given: Any) -> None:
    with pytest.raises(InvalidInput, match=r"must be like .*, not"):
        labels(given)


@pytest.mark.parametrize("given", [{"alias": "c"}, {"background": "red"}, {}, {"Hotkey": "c"}])
@pytest.mark.parametrize("make", [labels, choices])
def test_attributes_without_a_value_are_refused(make: Any, given: Any) -> None:
    with pytest.raises(InvalidInput, match=r"must have a value: \{'value': 'cat'"):
        make(given)


def test_choices_have_no_colours() -> None:
    with pytest.raises(InvalidInput, match="A choice must have a value"):
        choices({"cat": "red"})


def test_a_wrong_kind_of_labels_is_refused() -> None:
    wrong = labels("A", tag_type="RectangleLabels")
    refused(t="Text", b=wrong, match=r"toName= must name a tag of type Image; 't' is a Text\.")


def test_duplicate_names_are_refused() -> None:
    refused(t="Text", c=choices("A"), d=choices("B", name="c"), match="the name 'c' is used twice")


def test_two_objects_and_labels_for_each_are_created() -> None:
    config = LabelConfig.create(
        {"t": "Text", "i": "Image", "spans": labels("A"), "boxes": labels("A", to="i")}
    )
    assert [each.tag for each in config.controls.values()] == ["Labels", "RectangleLabels"]


def test_tags_of_enterprise_can_be_created() -> None:
    config = LabelConfig.create({"chat": "Chat", "good": choices("Yes", "No")})
    assert [problem.edition for problem in config.check()] == ["Enterprise"]
