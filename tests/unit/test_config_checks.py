"""What the editor or the server would reject in a config."""

from __future__ import annotations

import pytest

from label_studio_orm.labels import LabelConfig

TEXT = '<Text name="text" value="$text"/>'
IMAGE = '<Image name="image" value="$image"/>'
A = '<Choice value="A"/>'


def found(*parts: str) -> list[str]:
    """Return what is wrong with what stands in a <View>."""
    return [str(each) for each in LabelConfig.parse(f"<View>{''.join(parts)}</View>").check()]


def told(*parts: str) -> str:
    """Return the only thing that is wrong, without its line."""
    (problem,) = found(*parts)
    return problem.removeprefix("line 1, ")


# -- what is right -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "xml",
    [
        "",
        TEXT,
        f'{TEXT}<Choices name="c" toName="text">{A}</Choices>',
        f'<Choices name="c" toName="text">{A}</Choices>{TEXT}',
        f'{TEXT}<Choices name="c" toName="text" value="$choices"/>',
        f'{TEXT}<Labels name="l" toName="text" value="$labels"/>',
        f'{TEXT}<Labels name="l" toName="text"><View><Header value="x"/><Label value="a"/></View>'
        "</Labels>",
        f'{TEXT}<Taxonomy name="x" toName="text" apiUrl="https://example.com"/>',
        f'{TEXT}<Taxonomy name="x" toName="text"><Choice value="A">{A}</Choice></Taxonomy>',
        f'{TEXT}<Text name="more" value="$more"/><Pairwise name="p" toName="text,more"/>',
        f'{TEXT}<Labels name="l" toName="text"><Label value="a"/></Labels>'
        '<Rating name="r" toName="text" perRegion="true" required="false"/>'
        '<Relations><Relation value="is"/></Relations>',
        f'{TEXT}<Labels name="l" toName="text"><Label value="a"/></Labels>'
        '<Filter name="f" toName="l" hotkey="shift+f"/>',
        '<HyperText name="h" value=""><div class="a"><Unknown/></div></HyperText>',
        '<Text name="t" value="Always the same"/>',
        '<Image name="i" valueList="$i"/>',
        '<List name="l" value="$l"/><Ranker name="r" toName="l"><Bucket name="good"/></Ranker>',
        '<TimeSeries name="ts" value="$ts"><MultiChannel><Channel column="a"/></MultiChannel>'
        '<Channel column="b"/></TimeSeries>'
        '<TimeSeriesLabels name="l" toName="ts"><Label value="a"/></TimeSeriesLabels>',
        '<Video name="v" value="$v"/><VideoRectangle name="b" toName="v"/>'
        '<Labels name="l" toName="v"><Label value="a"/></Labels>',
        "<Style>.a { color: red }</Style><Header>Hi</Header><Markdown>**hi**</Markdown>"
        f'<Collapse><Panel value="x">{TEXT}</Panel></Collapse>',
        '<Repeater on="$p"><Text name="t{{idx}}" value="$p[{{idx}}].text"/>'
        f'<Choices name="c{{{{idx}}}}" toName="t{{{{idx}}}}">{A}</Choices></Repeater>',
        f'{TEXT}<Choices name="c" toName="text" whatever="x">{A}</Choices>',
    ],
)
def test_a_config_that_the_editor_takes_has_no_problems(xml: str) -> None:
    assert found(xml) == []


# -- where it is ---------------------------------------------------------------------------------


def test_a_problem_has_its_line_and_its_tag() -> None:
    config = LabelConfig.parse(f"<View>\n  {TEXT}\n\n  <Rating name='r'\n toName='txt'/></View>")
    (problem,) = config.check()
    assert problem.path == "line 4, <Rating name='r'>"
    assert problem.message == "toName='txt' is no tag of this config. Did you mean 'text'?"
    assert str(problem) == f"{problem.path}: {problem.message}"


def test_lines_count_from_the_xml_declaration() -> None:
    (problem,) = LabelConfig.parse('<?xml version="1.0"?>\n<View>\n<Rate/></View>').check()
    assert problem.path == "line 3, <Rate>"


def test_all_problems_are_found_in_the_order_of_the_document() -> None:
    assert found("<Foo/>\n", '<Choices name="c" toName="t">\n', "</Choices>\n", "<Channel/>") == [
        "line 1, <Foo>: the editor has no such tag.",
        "line 2, <Choices name='c'>: toName='t' is no tag of this config. There is 'c'.",
        "line 2, <Choices name='c'>: has no <Choice>: there is nothing to choose.",
        "line 4, <Channel>: stands in none of TimeSeries.",
    ]


# -- tags ----------------------------------------------------------------------------------------


def test_an_unknown_tag_is_told_with_the_nearest() -> None:
    assert told("<Hedaer/>") == "<Hedaer>: the editor has no such tag. Did you mean 'Header'?"


def test_an_unknown_root_is_told() -> None:
    (problem,) = LabelConfig.parse("<Veiw/>").check()
    assert problem.message == "the editor has no such tag. Did you mean 'View'?"


@pytest.mark.parametrize("root", ["div", "Panle"])
def test_an_unknown_root_is_told_with_tags_in_it(root: str) -> None:
    assert len(LabelConfig.parse(f"<{root}>{TEXT}</{root}>").check()) == 1


@pytest.mark.parametrize("tag", ["Chat", "ReactCode", "VideoVector"])
def test_tags_of_the_enterprise_editor_are_known(tag: str) -> None:
    assert "no such tag" not in "".join(found(f'<{tag} name="x" toName="x" value="$x"/>'))


def test_html_belongs_into_hypertext() -> None:
    assert told("<div/>") == (
        "<div>: the editor has no tag 'div'; HTML goes into <HyperText> or <Markdown>."
    )


@pytest.mark.parametrize(
    ("tag", "parents"),
    [
        ("<Choice value='a'/>", "Choices, Taxonomy"),
        ("<Channel column='a'/>", "TimeSeries"),
        ("<MultiChannel/>", "TimeSeries"),
        ("<Relation value='a'/>", "Relations"),
        ("<Bucket name='a'/>", "Ranker"),
    ],
)
def test_a_part_stands_in_its_own_tag(tag: str, parents: str) -> None:
    assert told(tag).endswith(f">: stands in none of {parents}.")


def test_a_label_does_not_stand_in_choices() -> None:
    problems = found(f'{TEXT}<Choices name="c" toName="text">{A}<Label value="B"/></Choices>')
    assert len(problems) == 1
    assert "<Label>: stands in none of " in problems[0]
    assert "RectangleLabels" in problems[0]


# -- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "xml",
    [
        '<Text value="$text"/>',
        f'{TEXT}<Choices toName="text">{A}</Choices>',
        f'{TEXT}<Rating toName="text"/>',
        f'{IMAGE}<Brush toName="image"/>',
        '<List name="l" value="$l"/><Ranker name="r" toName="l"><Bucket/></Ranker>',
        f'{TEXT}<Filter toName="text"/>',
    ],
)
def test_a_config_without_names_is_told(xml: str) -> None:
    assert told(xml).endswith(">: has no name=.")


def test_a_name_that_is_there_twice_is_told_at_the_second() -> None:
    assert found(TEXT, "\n", TEXT) == [
        "line 2, <Text name='text'>: the name 'text' is there twice."
    ]


def test_a_control_and_an_object_cannot_share_a_name() -> None:
    assert told(TEXT, '<Rating name="text" toName="text"/>').endswith("'text' is there twice.")


def test_labels_need_no_name() -> None:
    assert found(TEXT, f'<Choices name="c" toName="text">{A}</Choices>', "<Header/>") == []


# -- what it is about ----------------------------------------------------------------------------


def test_a_control_without_to_name_is_told() -> None:
    assert told('<Rating name="r"/>') == (
        "<Rating name='r'>: has no toName=, the name of what it is about."
    )


def test_a_wrong_to_name_is_told_with_those_there_are() -> None:
    assert told(TEXT, '<Rating name="r" toName="picture"/>') == (
        "<Rating name='r'>: toName='picture' is no tag of this config. There are 'text', 'r'."
    )


def test_each_wrong_to_name_is_told() -> None:
    problems = found(TEXT, '<Pairwise name="p" toName="one,text,two"/>')
    assert [problem.split()[4] for problem in problems[:2]] == ["toName='one'", "toName='two'"]


def test_spaces_in_to_name_count_as_they_do_for_the_editor() -> None:
    assert "toName=' more'" in told(
        TEXT, '<Text name="more" value="$m"/><Pairwise name="p" toName="text, more"/>'
    )


@pytest.mark.parametrize(
    ("tag", "right"),
    [
        ("BitmaskLabels", "Image"),
        ("BrushLabels", "Image"),
        ("HyperTextLabels", "HyperText"),
        ("KeyPointLabels", "Image"),
        ("ParagraphLabels", "Paragraphs"),
        ("PolygonLabels", "Image"),
        ("RectangleLabels", "Image"),
        ("TimeSeriesLabels", "TimeSeries"),
        ("TimelineLabels", "Video"),
        ("VectorLabels", "Image"),
    ],
)
def test_labels_are_about_what_they_can_be_drawn_on(tag: str, right: str) -> None:
    problem = told(TEXT, f'<{tag} name="l" toName="text"><Label value="A"/></{tag}>')
    assert problem == f"<{tag} name='l'>: toName='text' is a Text; it can only be about {right}."


@pytest.mark.parametrize(
    ("tag", "right"),
    [("Polygon", "Image"), ("Vector", "Image"), ("VideoRectangle", "Video"), ("Ranker", "List")],
)
def test_shapes_are_about_what_they_can_be_drawn_on(tag: str, right: str) -> None:
    problem = told(TEXT, f'<{tag} name="x" toName="text"/>')
    assert problem.endswith(f"toName='text' is a Text; it can only be about {right}.")


def test_an_object_shows_something() -> None:
    assert told('<Image name="i"/>') == (
        "<Image name='i'>: has no value=, as value=\"$text\": the key of the data that it shows."
    )


# -- labels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tag", "item"), [("Choices", "Choice"), ("Labels", "Label")])
def test_a_control_without_labels_is_told(tag: str, item: str) -> None:
    assert told(TEXT, f'<{tag} name="x" toName="text"/>') == (
        f"<{tag} name='x'>: has no <{item}>: there is nothing to choose."
    )


def test_a_label_that_is_there_twice_is_told() -> None:
    xml = '<Labels name="l" toName="text"><Label value="A"/><Label value="B"/><Label value="A"/>'
    assert told(TEXT, xml, "</Labels>") == "<Labels name='l'>: the label 'A' is there twice."


def test_a_label_is_there_twice_by_its_alias() -> None:
    xml = '<Labels name="l" toName="text"><Label value="A"/><Label value="B" alias="A"/></Labels>'
    assert told(TEXT, xml).endswith("the label 'A' is there twice.")


def test_a_label_without_a_value_is_told() -> None:
    problem = told(TEXT, '<Labels name="l" toName="text"><Label/></Labels>')
    assert "twice" not in problem
    assert "value=" in problem


# -- attributes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        (
            f'{TEXT}<Choices name="c" toName="text" choice="multi">{A}</Choices>',
            "choice='multi' is one of single, single-radio, multiple.",
        ),
        (
            f'{TEXT}<Choices name="c" toName="text" LAYOUT="row">{A}</Choices>',
            "layout='row' is one of select, inline, vertical.",
        ),
        (
            f'{TEXT}<Labels name="c" toName="text" choice="many"><Label value="A"/></Labels>',
            "choice='many' is one of single, multiple.",
        ),
        (
            '<Text name="t" value="$t" valueType="html"/>',
            "valuetype='html' is one of text, url.",
        ),
        (
            '<Text name="t" value="$t" granularity="letter"/>',
            "granularity='letter' is one of symbol, word, sentence, paragraph.",
        ),
        (
            '<HyperText name="t" value="$t" granularity="letter"/>',
            "granularity='letter' is one of symbol, word, sentence, paragraph.",
        ),
        (
            '<Paragraphs name="p" value="$p" layout="chat"/>',
            "layout='chat' is one of none, dialogue.",
        ),
        (
            '<TimeSeries name="ts" value="$ts" valueType="csv"/>',
            "valuetype='csv' is one of url, json.",
        ),
        (
            '<Image name="i" value="$i" defaultZoom="big"/>',
            "defaultzoom='big' is one of auto, original, fit.",
        ),
    ],
)
def test_a_word_that_an_attribute_does_not_know_is_told(xml: str, problem: str) -> None:
    assert told(xml).endswith(f">: {problem}")


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_a_switch_is_true_or_false(value: str) -> None:
    assert told(TEXT, f'<Rating name="r" toName="text" required="{value}"/>') == (
        f"<Rating name='r'>: required={value!r} is 'true' or 'false'."
    )


@pytest.mark.parametrize(
    ("xml", "problem"),
    [
        ('<Image name="i" value="$i" zoom="yes"/>', "zoom='yes' is 'true' or 'false'."),
        (
            f'{TEXT}<Choices name="c" toName="text"><Choice value="A" selected="yes"/></Choices>',
            "selected='yes' is 'true' or 'false'.",
        ),
        (
            f'{TEXT}<Text name="t" value="$t"/>'
            '<Pairwise name="p" toName="text,t" selected="both"/>',
            "selected='both' is one of left, right, none.",
        ),
        (
            '<Audio name="a" value="$a" decoder="mp3"/>',
            "decoder='mp3' is one of ffmpeg, webaudio, none.",
        ),
    ],
)
def test_attributes_of_each_tag_are_checked(xml: str, problem: str) -> None:
    assert told(xml).endswith(f">: {problem}")


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
def test_a_tag_that_cannot_stand_in_another_is_told(xml: str) -> None:
    assert len(found(xml)) == 1  # the editor shows nothing at all then


def test_per_region_and_per_item_exclude_one_another() -> None:
    xml = f'<Choices name="c" toName="image" perRegion="true" perItem="true">{A}</Choices>'
    assert told(IMAGE, xml).endswith(">: perRegion and perItem exclude one another.")


def test_ten_thousand_labels_are_checked() -> None:
    labels = "".join(f'<Label value="{n}"/>' for n in range(10_000))
    assert found(TEXT, f'<Labels name="n" toName="text">{labels}</Labels>') == []
