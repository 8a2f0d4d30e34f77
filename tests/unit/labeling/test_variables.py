"""Variables of configs, as the editor reads them, and keys of the data that none can name."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.errors import InvalidConfig, InvalidInput, InvalidResult
from label_studio_orm.labeling import LabelConfig, choices, labels, tag, taxonomy
from label_studio_orm.labeling.variables import invalid_character, invalid_key_hint


def shown(value: str) -> LabelConfig:
    return LabelConfig.parse(f'<View><Text name="t" value="{value}"/></View>')


def problem(value: str) -> str:
    (found,) = shown(value).check()
    return found.message


# -- keys that no variable reaches ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "char"),
    [
        ("$étiquette", "é"),
        ("$技术", "技"),
        ("$tëxt", "ë"),
        ("$label-1", "-"),
        ("$my text", " "),
        ("$a/b", "/"),
        ("$a:b", ":"),
        ("$text ", " "),
        ("$$a", "$"),
        ("$a😀", "😀"),
        ("$a.b-c", "-"),
    ],
)
def test_a_variable_that_the_editor_does_not_find_is_reported_with_the_character(
    value: str, char: str
) -> None:
    assert f"must not contain {char!r}" in problem(value)


def test_the_problem_names_a_key_that_would_do() -> None:
    assert problem("$Étiquette (1)").endswith("Rename the data key to 'Etiquette_1'.")


@pytest.mark.parametrize("value", ["$who.", "$a..b", "$.a"])
def test_a_dot_without_a_key_is_reported(value: str) -> None:
    assert "a dot must have a key on both sides" in problem(value)


@pytest.mark.parametrize(
    "value",
    ["$text", "$_x", "$A1", "$5", "$a.b", "$a[0]", "$a[0].b", "$x{{idx}}", "Dear $who, $what"],
)
def test_text_that_the_editor_finds_is_accepted(value: str) -> None:
    assert shown(value).check() == []


def test_two_variables_without_a_text_before_them_are_one_key_for_the_server() -> None:
    assert 'start with text: "Name: $first $last"' in problem("$first $last")
    assert shown("Name: $first $last").check() == []


def test_a_heading_with_an_unknown_alphabet_is_reported() -> None:
    (found,) = LabelConfig.parse('<View><Header value="Tag: $技术"/></View>').check()
    assert "must not contain '技'" in found.message
    assert LabelConfig.parse('<View><Header value="价格 $price元"/></View>').check() == []


@pytest.mark.parametrize(
    "xml",
    [
        '<Repeater on="$my list"><Header value="x"/></Repeater>',
        '<Image name="i" valueList="$my-pages"/>',
        '<Text name="t" value="$t"/><Choices name="c" toName="t" value="$my-choices"/>',
    ],
)
def test_variables_are_checked_wherever_they_stand(xml: str) -> None:
    (found,) = LabelConfig.parse(f"<View>{xml}</View>").check()
    assert "a variable must not contain" in found.message


def test_variables_end_where_the_editor_ends_them() -> None:
    config = LabelConfig.parse('<View><Header value="$who von $größe, $n."/></View>')
    assert list(config.variables) == ["who", "gr", "n"]


@pytest.mark.parametrize("key", ["étiquette", "label-1", "my text", "a/b", "技术", "a@b"])
def test_an_object_that_would_show_another_variable_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput, match=r"which the editor cannot read"):
        LabelConfig.create({key: "Text"})


def test_a_name_of_any_letters_can_show_another_key() -> None:
    config = LabelConfig.create({"étiquette": tag("Text", value="$etiquette"), "Größe": "Rating"})
    assert config.objects["étiquette"].variable == "etiquette"
    assert config.controls["Größe"].to_name == ("étiquette",)


@pytest.mark.parametrize(
    ("key", "char"),
    [
        ("text", ""),
        ("a_1", ""),
        ("my text", " "),
        ("é", "é"),
        ("a.b", "."),
        ("a[0]", "["),
        ("", ""),
    ],
)
def test_a_key_that_no_config_can_name_is_reported_by_its_character(key: str, char: str) -> None:
    assert invalid_character(key) == char
    assert (invalid_key_hint(key) == "") == (char == "")


def test_a_key_of_other_letters_only_has_no_plain_form() -> None:
    assert invalid_key_hint("技术").endswith("because it contains '技': rename it.")


# -- amounts and the like in labels --------------------------------------------------------------


@pytest.mark.parametrize("name", ["$5 bill", "5 $5", "US$A", "a$b", "costs $price", "$a-b"])
@pytest.mark.parametrize("make", [labels, choices])
def test_a_name_with_a_dollar_that_would_be_shown_otherwise_is_refused(
    make: Any, name: str
) -> None:
    with pytest.raises(InvalidInput, match=r"the editor reads|it reads .* as a key of the task"):
        make(name)


@pytest.mark.parametrize("name", ["5$", "$", "A $ B", "$ 5"])
def test_a_dollar_that_the_editor_shows_is_no_problem(name: str) -> None:
    assert LabelConfig.create({"t": "Text", "c": choices(name), "l": labels(name)}).check() == []


@pytest.mark.parametrize("name", ["$5", "$5 bill", "US$A", "$.5"])
@pytest.mark.parametrize(("control", "item"), [("Choices", "Choice"), ("Labels", "Label")])
def test_a_config_with_such_a_name_has_a_problem(control: str, item: str, name: str) -> None:
    xml = f'<{control} name="c" toName="t"><{item} value="{name}"/></{control}>'
    (found,) = LabelConfig.parse(f'<View><Text name="t" value="$t"/>{xml}</View>').check()
    assert "as a data key" in found.message
    assert f"html={name!r}" in found.message


def test_a_choice_can_be_shown_with_a_dollar_all_the_same() -> None:
    bill = {"value": "5 dollars", "html": "$5 bill"}
    assert LabelConfig.create({"t": "Text", "c": choices(bill, "none")}).check() == []


def test_a_taxonomy_reads_no_variables() -> None:
    config = LabelConfig.create({"t": "Text", "c": taxonomy(["$5 bill", "US$A"])})
    assert config.check() == []
    config.result({"c": ["$5 bill"]})
    with pytest.raises(InvalidResult):
        config.result({"c": ["$6 bill"]})


# -- choices that the task fills in --------------------------------------------------------------

FILLED = LabelConfig.create(
    {"t": "Text", "c": choices({"value": "Page $n"}, "$other", {"value": "Fixed"})}
)
PAGES = LabelConfig.create({"t": "Text", "c": choices({"value": "Page $n"}, "None")})


def test_one_choice_of_the_task_does_not_switch_off_the_checks_of_others() -> None:
    with pytest.raises(InvalidResult, match=r"no label 'Nnoe'\. Did you mean 'None'"):
        PAGES.result({"c": "Nnoe"})
    PAGES.result({"c": "Page 7"})  # of some task


def test_with_the_task_a_filled_choice_is_known() -> None:
    data = {"t": "Hi", "n": 3, "other": "Cover"}
    for name in ("Page 3", "Cover", "Fixed"):
        FILLED.result({"c": name}, data=data)
    for name in ("Page 4", "Back"):
        with pytest.raises(InvalidResult, match=f"no label '{name}'"):
            FILLED.result({"c": name}, data=data)


def test_a_sample_has_the_filled_choice() -> None:
    config = LabelConfig.create({"t": "Text", "c": choices("None", {"value": "Page $n"})})
    data = {"t": "Hi", "n": 3}
    assert config.sample_result(data)[0]["value"] == {"choices": ["Page 3"]}


def test_labels_of_regions_have_their_variable_in_results() -> None:
    config = LabelConfig.create({"t": "Text", "l": labels({"value": "$brand"}, "B")})
    item = {"from_name": "l", "to_name": "t", "type": "labels", "value": {"start": 0, "end": 1}}
    assert config.problems([{**item, "value": {**item["value"], "labels": ["$brand"]}}]) == []
    assert config.problems([{**item, "value": {**item["value"], "labels": ["Acme"]}}]) != []


def test_problems_of_a_created_config_name_the_tag() -> None:
    with pytest.raises(InvalidConfig) as caught:
        LabelConfig.create({"t": "Text", "c": choices("A", "A")})
    assert str(caught.value).endswith("<Choices name='c'>: the choice 'A' is used twice.")
    assert len(caught.value.problems) == 1
