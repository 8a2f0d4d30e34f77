"""Checks of what the server rejects or misreads in a config."""

from __future__ import annotations

import pytest
from support.config_problems import TEXT, A, found, reported

from label_studio_orm.labeling import LabelConfig


@pytest.mark.parametrize(
    ("xml", "problems"),
    [
        (
            '<choices name="c" toname="text"><Choice value="A"/></choices>',
            [
                "must be <Choices>: the server does not know <choices>.",
                "toname= must be toName=: the server ignores any other spelling.",
            ],
        ),
        (
            '<Choices name="c" toName="text"><choice value="A"/></Choices>',
            ["must be <Choice>: the server does not know <choice>."],
        ),
        ('<Rating Name="r" toName="text"/>', ["Name= must be name=: "]),
        ('<Rating name="r" ToName="text"/>', ["ToName= must be toName=: "]),
        (
            '<Choices name="c" toName="text"><Choice Value="A"/></Choices>',
            ["Value= must be value=: "],
        ),
        (
            '<Labels name="l" toName="text"><Label value="A" Alias="a"/></Labels>',
            ["Alias= must be alias=: "],
        ),
        ('<Image name="i" valuelist="$pages"/>', ["valuelist= must be valueList=: "]),
    ],
)
def test_another_case_than_the_server_knows_is_reported(xml: str, problems: list[str]) -> None:
    messages = [each.message for each in LabelConfig.parse(f"<View>{TEXT}{xml}</View>").check()]
    assert len(messages) == len(problems)
    assert all(
        message.startswith(message) for message, message in zip(messages, problems, strict=True)
    )


def test_a_misspelt_to_name_is_reported_with_the_right_one() -> None:
    xml = '<choices name="c" toname="text"><choice value="A"/></choices>'
    assert any("toname= must be toName=" in each for each in found(TEXT, xml))


@pytest.mark.parametrize(
    ("xml", "message"),
    [
        ('<View classname="x"/><View classname="x"/>', "use className="),
        ('<Rating name="r" fromname="text" toName="text"/>', "fromname='text' as a duplicate name"),
        (
            '<HyperText name="h" value=""><input name="text"/></HyperText>',
            ("name='text' as a duplicate name"),
        ),
    ],
)
def test_duplicate_names_by_the_rules_of_the_server_are_reported(xml: str, message: str) -> None:
    problems = found(TEXT, xml)
    assert problems
    assert all(message in each for each in problems) or message in problems[0]


def test_another_attribute_may_end_in_name_once() -> None:
    assert found(TEXT, '<View classname="x" className="y"/><View className="y"/>') == []


@pytest.mark.parametrize("name", ["1", "1.5", "1e5", "1_0", " 2 "])
def test_a_name_that_the_server_reads_as_a_number_is_reported(name: str) -> None:
    assert "must not be a number" in reported(
        TEXT, f'<Choices name="{name}" toName="text">{A}</Choices>'
    )


@pytest.mark.parametrize(
    "xml",
    [
        '<Rating name="1" toName="text"/>',
        '<Collapse><Panel value="x"><TextArea name="1" toName="text"/></Panel></Collapse>',
        f'<Choices name="nan" toName="text">{A}</Choices>',
    ],
)
def test_numeric_names_are_valid_where_the_server_accepts_them(xml: str) -> None:
    assert found(TEXT, xml) == []


@pytest.mark.parametrize(
    "xml",
    [
        '<Text name="t">Always the same</Text>',
        '<HyperText name="h"><b>Always the same</b></HyperText>',
        f'{TEXT}<Choices name="c" toName="text"><Choice>A</Choice></Choices>',
        f'{TEXT}<Labels name="l" toName="text"><Label>A</Label></Labels>',
    ],
)
def test_a_text_in_place_of_a_value_is_reported(xml: str) -> None:
    assert "must have a value=: the server ignores the content of the tag" in reported(xml)


@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ('defaultPlaybackSpeed="100"', "must be a number from 0.05 to 10"),
        ('defaultPlaybackSpeed="fast"', "must be a number from 0.05 to 10"),
        ('minPlaybackSpeed="2" defaultPlaybackSpeed="1"', "must not be greater than"),
    ],
)
def test_a_speed_that_the_server_rejects_is_reported(attrs: str, message: str) -> None:
    assert message in reported(f'<Video name="v" value="$v" {attrs}/>')
