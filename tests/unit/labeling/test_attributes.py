"""Checks of attributes against the models of the editor."""

from __future__ import annotations

import pytest
from support.config_problems import IMAGE, TEXT, A, found, reported

# -- attributes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        (
            f'{TEXT}<Choices name="c" toName="text" choice="multi">{A}</Choices>',
            "choice= must be one of single, single-radio, multiple, not 'multi'.",
        ),
        (
            f'{TEXT}<Choices name="c" toName="text" LAYOUT="row">{A}</Choices>',
            "layout= must be one of select, inline, vertical, not 'row'.",
        ),
        (
            f'{TEXT}<Labels name="c" toName="text" choice="many"><Label value="A"/></Labels>',
            "choice= must be one of single, multiple, not 'many'.",
        ),
        (
            '<Text name="t" value="$t" valueType="html"/>',
            "valuetype= must be one of text, url, not 'html'.",
        ),
        (
            '<Text name="t" value="$t" granularity="letter"/>',
            "granularity= must be one of symbol, word, sentence, paragraph, not 'letter'.",
        ),
        (
            '<HyperText name="t" value="$t" granularity="letter"/>',
            "granularity= must be one of symbol, word, sentence, paragraph, not 'letter'.",
        ),
        (
            '<Paragraphs name="p" value="$p" layout="chat"/>',
            "layout= must be one of none, dialogue, not 'chat'.",
        ),
        (
            '<TimeSeries name="ts" value="$ts" valueType="csv"/>',
            "valuetype= must be one of url, json, not 'csv'.",
        ),
        (
            '<Image name="i" value="$i" defaultZoom="big"/>',
            "defaultzoom= must be one of auto, original, fit, not 'big'.",
        ),
    ],
)
def test_a_word_that_an_attribute_does_not_know_is_reported(xml: str, problem: str) -> None:
    assert reported(xml).endswith(f">: {problem}")


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_a_switch_is_true_or_false(value: str) -> None:
    assert reported(TEXT, f'<Rating name="r" toName="text" required="{value}"/>') == (
        f"<Rating name='r'>: required= must be 'true' or 'false', not {value!r}."
    )


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ('<Image name="i" value="$i" zoom="yes"/>', "zoom= must be 'true' or 'false', not 'yes'."),
        (
            f'{TEXT}<Choices name="c" toName="text"><Choice value="A" selected="yes"/></Choices>',
            "selected= must be 'true' or 'false', not 'yes'.",
        ),
        (
            f'{TEXT}<Text name="t" value="$t"/>'
            '<Pairwise name="p" toName="text,t" selected="both"/>',
            "selected= must be one of left, right, none, not 'both'.",
        ),
        (
            '<Audio name="a" value="$a" decoder="mp3"/>',
            "decoder= must be one of ffmpeg, webaudio, none, not 'mp3'.",
        ),
    ],
)
def test_attributes_of_each_tag_are_checked(xml: str, problem: str) -> None:
    assert reported(xml).endswith(f">: {problem}")


@pytest.mark.parametrize(
    "xml",
    [
        f"<Panel value='x'>{TEXT}</Panel>",
        f"{TEXT}<TextArea name='a' toName='text'/><Shortcut value='x'/>",
        f"{TEXT}<Choices name='c' toName='text'>{A}<Rating name='r' toName='text'/></Choices>",
        f"{TEXT}<Labels name='l' toName='text'><Label value='A'/><Rating name='r' toName='text'/>"
        "</Labels>",
        "<TimeSeries name='ts' value='$ts'/><TimeSeriesLabels name='l' toName='ts'>"
        "<Label value='A'/><Header value='x'/></TimeSeriesLabels>",
    ],
)
def test_a_tag_that_cannot_stand_in_another_is_reported(xml: str) -> None:
    assert len(found(xml)) == 1  # the editor shows nothing at all then


def test_per_region_and_per_item_exclude_one_another() -> None:
    xml = f'<Choices name="c" toName="image" perRegion="true" perItem="true">{A}</Choices>'
    assert reported(IMAGE, xml).endswith(">: perRegion and perItem must not both be true.")


def test_ten_thousand_labels_are_checked() -> None:
    labels = "".join(f'<Label value="{n}"/>' for n in range(10_000))
    assert found(TEXT, f'<Labels name="n" toName="text">{labels}</Labels>') == []


BOXES = '<RectangleLabels name="r" toName="image" {}><Label value="A"/></RectangleLabels>'


# -- what the editor's models take -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        (
            '<Label value="A" background="redd"/>',
            ("background= must be a colour such as 'red' or '#ff8800', not 'redd'"),
        ),
        (
            '<Label value="A" background=""/>',
            ("background= must be a colour such as 'red' or '#ff8800', not ''"),
        ),
        (
            '<Label value="A" background="#ff00f"/>',
            ("background= must be a colour such as 'red' or '#ff8800', not '#ff00f'"),
        ),
        (
            '<Label value="A" selectedColor="ff0000"/>',
            ("selectedcolor= must be a colour such as 'red' or '#ff8800', not 'ff0000'"),
        ),
        ('<Label value="A" alias="true"/>', "alias= must be text, but the editor reads 'true'"),
        ('<Label value="A" hotkey="false"/>', "hotkey= must be text, but the editor reads 'false'"),
        ('<Label value="A" showAlias="yes"/>', "showalias= must be 'true' or 'false', not 'yes'"),
    ],
)
def test_a_label_that_the_editor_does_not_open_is_reported(xml: str, problem: str) -> None:
    assert problem in reported(TEXT, f'<Labels name="l" toName="text">{xml}</Labels>')


@pytest.mark.parametrize(
    "colour",
    [
        "red",
        "RebeccaPurple",
        "#f80",
        "#FF8800",
        "#ff880080",
        "rgb(1, 2, 3)",
        "rgb(-1,2,300)",
        "rgba(1,2,3,.5)",
        "rgb(10%, 20.5%, 30%)",
        "hsl(120.5, 50%, 50%)",
        "hsla(120,50%,50%,1)",
    ],
)
def test_colours_of_the_editor_are_accepted(colour: str) -> None:
    label = f'<Label value="A" background="{colour}"/>'
    assert found(TEXT, f'<Labels name="l" toName="text">{label}</Labels>') == []


@pytest.mark.parametrize(
    "colour",
    [
        "Mark",
        "transparent",
        "inherit",
        " red ",
        "var(--x)",
        "rgb(1 2 3 / 50%)",
        "rgb(1.5,2,3)",
        "rgb( 1 , 2 , 3 )",
        "rgb(1,2,3,.5)",
        "rgba(1,2,3,50%)",
        "hsl(120deg,50%,50%)",
        "RGB(1,2,3)",
        "oklch(0.5 0.1 20)",
    ],
)
def test_a_colour_that_only_a_browser_knows_is_reported(colour: str) -> None:
    label = f'<Label value="A" background="{colour}"/>'
    problem = reported(TEXT, f'<Labels name="l" toName="text">{label}</Labels>')
    assert f"background= must be a colour such as 'red' or '#ff8800', not {colour!r}" in problem


@pytest.mark.parametrize(
    ("attrs", "problem"),
    [
        ('opacity="5"', "opacity= must be a number between 0 and 1, not '5'"),
        ('opacity="half"', "opacity= must be a number between 0 and 1, not 'half'"),
        ('fillColor="no"', "fillcolor= must be a colour such as 'red' or '#ff8800', not 'no'"),
        ('strokeWidth="true"', "strokewidth= must be text, but the editor reads 'true'"),
    ],
)
def test_labels_that_the_editor_does_not_open_are_reported(attrs: str, problem: str) -> None:
    assert problem in reported(IMAGE, BOXES.format(attrs))


def test_numbers_may_have_a_unit_as_for_javascript() -> None:
    assert found(IMAGE, BOXES.format('opacity="0.4px" strokeWidth="2"')) == []


def test_a_name_that_is_a_switch_is_reported() -> None:
    problems = found(TEXT, '<Rating name="true" toName="text"/>')
    assert problems[0].endswith(
        "name= must be text, but the editor reads 'true' as a boolean: "
        "the editor cannot open tasks with it."
    )


def test_a_name_with_an_at_sign_is_reported() -> None:
    assert "must not contain @" in reported(TEXT, '<Rating name="me@home" toName="text"/>')


@pytest.mark.parametrize(
    "tag", ["Rectangle", "Ellipse", "EllipseLabels", "Brush", "KeyPoint", "MagicWand", "Bitmask"]
)
def test_what_is_drawn_is_drawn_on_images(tag: str) -> None:
    inner = '<Label value="A"/>' if tag.endswith("Labels") else ""
    problem = reported(TEXT, f'<{tag} name="x" toName="text">{inner}</{tag}>')
    assert problem.endswith("toName= must name a tag of type Image; 'text' is a Text.")


def test_a_control_as_the_target_of_a_control_is_reported() -> None:
    stars = '<Rating name="r" toName="text"/>'
    assert reported(TEXT, stars, f'<Choices name="c" toName="r">{A}</Choices>').endswith(
        "toName= must name a tag that shows task data; 'r' is a Rating."
    )


@pytest.mark.parametrize("names", ["text", "text,text", "text,more,third"])
def test_a_pair_is_two(names: str) -> None:
    more = '<Text name="more" value="$more"/><Text name="third" value="$third"/>'
    problem = reported(TEXT, more, f'<Pairwise name="p" toName="{names}"/>')
    assert problem.endswith('toName= must name two different tags, such as toName="left,right".')
