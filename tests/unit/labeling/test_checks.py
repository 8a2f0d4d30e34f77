"""Checks of tags, names and targets of a config."""

from __future__ import annotations

import pytest
from support.config_problems import IMAGE, TEXT, A, found, reported

from label_studio_orm.labeling import LabelConfig

# -- what is right ---------------------------------------------------------------------------------


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
def test_a_config_that_the_editor_accepts_has_no_problems(xml: str) -> None:
    assert found(xml) == []


# -- where it is -----------------------------------------------------------------------------------


def test_a_problem_has_its_line_and_its_tag() -> None:
    config = LabelConfig.parse(f"<View>\n  {TEXT}\n\n  <Rating name='r'\n toName='txt'/></View>")
    (problem,) = config.check()
    assert problem.path == "line 4, <Rating name='r'>"
    assert problem.message == "toName='txt' is not a tag of this config. Did you mean 'text'?"
    assert str(problem) == f"{problem.path}: {problem.message}"


def test_lines_count_from_the_xml_declaration() -> None:
    (problem,) = LabelConfig.parse('<?xml version="1.0"?>\n<View>\n<Rate/></View>').check()
    assert problem.path == "line 3, <Rate>"


def test_all_problems_are_found_in_the_order_of_the_document() -> None:
    assert found("<Foo/>\n", '<Choices name="c" toName="t">\n', "</Choices>\n", "<Channel/>") == [
        "line 1, <Foo>: is not a tag of the editor.",
        "line 2, <Choices name='c'>: toName='t' is not a tag of this config. There is 'c'.",
        "line 2, <Choices name='c'>: must contain at least one <Choice>.",
        "line 4, <Channel>: must be inside one of TimeSeries.",
    ]


# -- tags ------------------------------------------------------------------------------------------


def test_an_unknown_tag_is_reported_with_the_nearest() -> None:
    assert reported("<Hedaer/>") == "<Hedaer>: is not a tag of the editor. Did you mean 'Header'?"


def test_an_unknown_root_is_reported() -> None:
    (problem,) = LabelConfig.parse("<Veiw/>").check()
    assert problem.message == "is not a tag of the editor. Did you mean 'View'?"


@pytest.mark.parametrize("root", ["div", "Panle"])
def test_an_unknown_root_is_reported_with_tags_in_it(root: str) -> None:
    assert len(LabelConfig.parse(f"<{root}>{TEXT}</{root}>").check()) == 1


@pytest.mark.parametrize(
    "tag", ["Chat", "CustomInterface", "OcrLabels", "ReactCode", "VideoVector", "VideoVectorLabels"]
)
def test_tags_of_the_enterprise_editor_are_reported_with_the_edition(tag: str) -> None:
    xml = f'<{tag} name="x" toName="text" value="$x"><Label value="A"/></{tag}>'
    problems = LabelConfig.parse(f"<View>{TEXT}{xml}</View>").check()
    (problem,) = [each for each in problems if each.edition]
    assert problem.edition == "Enterprise"
    assert problem.message.startswith("is an Enterprise tag")


def test_html_belongs_into_hypertext() -> None:
    assert reported("<div/>") == (
        "<div>: is not a tag of the editor; HTML goes into <HyperText> or <Markdown>."
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
def test_a_part_outside_its_parent_is_reported(tag: str, parents: str) -> None:
    assert reported(tag).endswith(f">: must be inside one of {parents}.")


def test_a_label_in_choices_is_reported() -> None:
    problems = found(f'{TEXT}<Choices name="c" toName="text">{A}<Label value="B"/></Choices>')
    assert len(problems) == 1
    assert "<Label>: must be inside one of " in problems[0]
    assert "RectangleLabels" in problems[0]


# -- names -----------------------------------------------------------------------------------------


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
def test_a_config_without_names_is_reported(xml: str) -> None:
    assert reported(xml).endswith(">: must have a name=.")


@pytest.mark.parametrize(
    ("attrs", "message"),
    [
        ("", "must have a toName=, the name of the labels that it filters."),
        ('toName="ner"', "toName='ner' is not a tag of this config. There are 'text', 'f'."),
        (
            'toName="f"',
            "toName= must be the name of the labels to filter, not of the filter itself.",
        ),
    ],
)
def test_a_filter_is_about_a_tag_that_is_there(attrs: str, message: str) -> None:
    assert reported(f'{TEXT}<Filter name="f" {attrs}/>').endswith(message)


def test_a_duplicate_name_is_reported_at_the_second() -> None:
    assert found(TEXT, "\n", TEXT) == ["line 2, <Text name='text'>: the name 'text' is used twice."]


def test_a_control_and_an_object_cannot_share_a_name() -> None:
    assert reported(TEXT, '<Rating name="text" toName="text"/>').endswith("'text' is used twice.")


def test_labels_need_no_name() -> None:
    assert found(TEXT, f'<Choices name="c" toName="text">{A}</Choices>', "<Header/>") == []


# -- what it is about ------------------------------------------------------------------------------


def test_a_control_without_to_name_is_reported() -> None:
    assert reported('<Rating name="r"/>') == (
        "<Rating name='r'>: must have a toName=, the name of the tag that it is for."
    )


def test_a_wrong_to_name_is_reported_with_those_there_are() -> None:
    assert reported(TEXT, '<Rating name="r" toName="picture"/>') == (
        "<Rating name='r'>: toName='picture' is not a tag of this config. There are 'text', 'r'."
    )


def test_each_wrong_to_name_is_reported() -> None:
    problems = found(TEXT, '<Pairwise name="p" toName="one,text,two"/>')
    assert [problem.split()[4] for problem in problems[:2]] == ["toName='one'", "toName='two'"]


def test_spaces_in_to_name_count_as_they_do_for_the_editor() -> None:
    assert "toName=' more'" in reported(
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
def test_labels_for_an_object_they_cannot_be_drawn_on_are_reported(tag: str, right: str) -> None:
    problem = reported(TEXT, f'<{tag} name="l" toName="text"><Label value="A"/></{tag}>')
    assert (
        problem == f"<{tag} name='l'>: toName= must name a tag of type {right}; 'text' is a Text."
    )


@pytest.mark.parametrize(
    ("tag", "right"),
    [("Polygon", "Image"), ("Vector", "Image"), ("VideoRectangle", "Video"), ("Ranker", "List")],
)
def test_drawings_for_an_object_they_cannot_be_drawn_on_are_reported(tag: str, right: str) -> None:
    problem = reported(TEXT, f'<{tag} name="x" toName="text"/>')
    assert problem.endswith(f"toName= must name a tag of type {right}; 'text' is a Text.")


def test_an_object_shows_something() -> None:
    assert reported('<Image name="i"/>') == (
        "<Image name='i'>: must have a value= such as value=\"$text\": the data key that it shows."
    )
