"""What the editor or the server would reject in a config."""

from __future__ import annotations

import pytest

from label_studio_orm.labeling import LabelConfig

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


# -- tags ----------------------------------------------------------------------------------------


def test_an_unknown_tag_is_told_with_the_nearest() -> None:
    assert told("<Hedaer/>") == "<Hedaer>: is not a tag of the editor. Did you mean 'Header'?"


def test_an_unknown_root_is_told() -> None:
    (problem,) = LabelConfig.parse("<Veiw/>").check()
    assert problem.message == "is not a tag of the editor. Did you mean 'View'?"


@pytest.mark.parametrize("root", ["div", "Panle"])
def test_an_unknown_root_is_told_with_tags_in_it(root: str) -> None:
    assert len(LabelConfig.parse(f"<{root}>{TEXT}</{root}>").check()) == 1


@pytest.mark.parametrize(
    "tag", ["Chat", "CustomInterface", "OcrLabels", "ReactCode", "VideoVector", "VideoVectorLabels"]
)
def test_tags_of_the_enterprise_editor_are_told_with_the_edition(tag: str) -> None:
    xml = f'<{tag} name="x" toName="text" value="$x"><Label value="A"/></{tag}>'
    problems = LabelConfig.parse(f"<View>{TEXT}{xml}</View>").check()
    (problem,) = [each for each in problems if each.edition]
    assert problem.edition == "Enterprise"
    assert problem.message.startswith("is an Enterprise tag")


def test_html_belongs_into_hypertext() -> None:
    assert told("<div/>") == (
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
def test_a_part_stands_in_its_own_tag(tag: str, parents: str) -> None:
    assert told(tag).endswith(f">: must be inside one of {parents}.")


def test_a_label_does_not_stand_in_choices() -> None:
    problems = found(f'{TEXT}<Choices name="c" toName="text">{A}<Label value="B"/></Choices>')
    assert len(problems) == 1
    assert "<Label>: must be inside one of " in problems[0]
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
    assert told(xml).endswith(">: must have a name=.")


@pytest.mark.parametrize(
    ("attrs", "said"),
    [
        ("", "must have a toName=, the name of the labels that it filters."),
        ('toName="ner"', "toName='ner' is not a tag of this config. There are 'text', 'f'."),
        (
            'toName="f"',
            "toName= must be the name of the labels to filter, not of the filter itself.",
        ),
    ],
)
def test_a_filter_is_about_a_tag_that_is_there(attrs: str, said: str) -> None:
    assert told(f'{TEXT}<Filter name="f" {attrs}/>').endswith(said)


def test_a_name_that_is_there_twice_is_told_at_the_second() -> None:
    assert found(TEXT, "\n", TEXT) == ["line 2, <Text name='text'>: the name 'text' is used twice."]


def test_a_control_and_an_object_cannot_share_a_name() -> None:
    assert told(TEXT, '<Rating name="text" toName="text"/>').endswith("'text' is used twice.")


def test_labels_need_no_name() -> None:
    assert found(TEXT, f'<Choices name="c" toName="text">{A}</Choices>', "<Header/>") == []


# -- what it is about ----------------------------------------------------------------------------


def test_a_control_without_to_name_is_told() -> None:
    assert told('<Rating name="r"/>') == (
        "<Rating name='r'>: must have a toName=, the name of the tag that it is for."
    )


def test_a_wrong_to_name_is_told_with_those_there_are() -> None:
    assert told(TEXT, '<Rating name="r" toName="picture"/>') == (
        "<Rating name='r'>: toName='picture' is not a tag of this config. There are 'text', 'r'."
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
    assert (
        problem == f"<{tag} name='l'>: toName= must name a tag of type {right}; 'text' is a Text."
    )


@pytest.mark.parametrize(
    ("tag", "right"),
    [("Polygon", "Image"), ("Vector", "Image"), ("VideoRectangle", "Video"), ("Ranker", "List")],
)
def test_shapes_are_about_what_they_can_be_drawn_on(tag: str, right: str) -> None:
    problem = told(TEXT, f'<{tag} name="x" toName="text"/>')
    assert problem.endswith(f"toName= must name a tag of type {right}; 'text' is a Text.")


def test_an_object_shows_something() -> None:
    assert told('<Image name="i"/>') == (
        "<Image name='i'>: must have a value= such as value=\"$text\": the data key that it shows."
    )


# -- labels --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tag", "item"), [("Choices", "Choice"), ("Labels", "Label")])
def test_a_control_without_labels_is_told(tag: str, item: str) -> None:
    assert told(TEXT, f'<{tag} name="x" toName="text"/>') == (
        f"<{tag} name='x'>: must contain at least one <{item}>."
    )


def test_a_label_that_is_there_twice_is_told() -> None:
    xml = '<Labels name="l" toName="text"><Label value="A"/><Label value="B"/><Label value="A"/>'
    assert told(TEXT, xml, "</Labels>") == "<Labels name='l'>: the label 'A' is used twice."


def test_a_label_is_there_twice_by_its_alias() -> None:
    xml = '<Labels name="l" toName="text"><Label value="A"/><Label value="B" alias="A"/></Labels>'
    assert told(TEXT, xml).endswith("the label 'A' is used twice.")


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
def test_a_word_that_an_attribute_does_not_know_is_told(xml: str, problem: str) -> None:
    assert told(xml).endswith(f">: {problem}")


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_a_switch_is_true_or_false(value: str) -> None:
    assert told(TEXT, f'<Rating name="r" toName="text" required="{value}"/>') == (
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
    assert told(IMAGE, xml).endswith(">: perRegion and perItem must not both be true.")


def test_ten_thousand_labels_are_checked() -> None:
    labels = "".join(f'<Label value="{n}"/>' for n in range(10_000))
    assert found(TEXT, f'<Labels name="n" toName="text">{labels}</Labels>') == []


# -- what the editor's models take ---------------------------------------------------------------

BOXES = '<RectangleLabels name="r" toName="image" {}><Label value="A"/></RectangleLabels>'


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
def test_a_label_that_the_editor_does_not_open_is_told(xml: str, problem: str) -> None:
    assert problem in told(TEXT, f'<Labels name="l" toName="text">{xml}</Labels>')


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
def test_what_the_editor_takes_for_a_colour_is_right(colour: str) -> None:
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
def test_a_colour_that_only_a_browser_knows_is_told(colour: str) -> None:
    label = f'<Label value="A" background="{colour}"/>'
    problem = told(TEXT, f'<Labels name="l" toName="text">{label}</Labels>')
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
def test_labels_that_the_editor_does_not_open_are_told(attrs: str, problem: str) -> None:
    assert problem in told(IMAGE, BOXES.format(attrs))


def test_numbers_may_have_a_unit_as_for_javascript() -> None:
    assert found(IMAGE, BOXES.format('opacity="0.4px" strokeWidth="2"')) == []


def test_a_name_that_is_a_switch_is_told() -> None:
    problems = found(TEXT, '<Rating name="true" toName="text"/>')
    assert problems[0].endswith(
        "name= must be text, but the editor reads 'true' as a boolean: "
        "the editor cannot open tasks with it."
    )


def test_a_name_with_an_at_sign_is_told() -> None:
    assert "must not contain @" in told(TEXT, '<Rating name="me@home" toName="text"/>')


@pytest.mark.parametrize(
    "tag", ["Rectangle", "Ellipse", "EllipseLabels", "Brush", "KeyPoint", "MagicWand", "Bitmask"]
)
def test_what_is_drawn_is_drawn_on_images(tag: str) -> None:
    inner = '<Label value="A"/>' if tag.endswith("Labels") else ""
    problem = told(TEXT, f'<{tag} name="x" toName="text">{inner}</{tag}>')
    assert problem.endswith("toName= must name a tag of type Image; 'text' is a Text.")


def test_a_control_about_a_control_is_told() -> None:
    stars = '<Rating name="r" toName="text"/>'
    assert told(TEXT, stars, f'<Choices name="c" toName="r">{A}</Choices>').endswith(
        "toName= must name a tag that shows task data; 'r' is a Rating."
    )


@pytest.mark.parametrize("names", ["text", "text,text", "text,more,third"])
def test_a_pair_is_two(names: str) -> None:
    more = '<Text name="more" value="$more"/><Text name="third" value="$third"/>'
    problem = told(TEXT, more, f'<Pairwise name="p" toName="{names}"/>')
    assert problem.endswith('toName= must name two different tags, such as toName="left,right".')


# -- items ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["single", "multiple"])
def test_a_choice_that_is_there_twice_is_told(mode: str) -> None:
    xml = f'<Choices name="c" toName="text" choice="{mode}">{A}{A}</Choices>'
    assert told(TEXT, xml).endswith("the choice 'A' is used twice.")


def test_a_class_may_be_there_below_two_others() -> None:
    below = f'<Choice value="X">{A}</Choice><Choice value="Y">{A}</Choice>'
    assert found(TEXT, f'<Taxonomy name="x" toName="text">{below}</Taxonomy>') == []
    twice = f'<Choice value="X">{A}{A}</Choice>'
    assert told(TEXT, f'<Taxonomy name="x" toName="text">{twice}</Taxonomy>').endswith(
        "the class 'X / A' is used twice."
    )


def test_an_alias_that_is_the_value_of_an_earlier_label_is_told() -> None:
    first, second = '<Label value="B" alias="C"/>', '<Label value="A" alias="B"/>'
    assert told(TEXT, f'<Labels name="l" toName="text">{first}{second}</Labels>').endswith(
        "the alias 'B' is the value of another label, which the editor shows."
    )
    assert found(TEXT, f'<Labels name="l" toName="text">{second}{first}</Labels>') == []


def test_an_empty_alias_of_a_choice_is_told() -> None:
    xml = '<Choices name="c" toName="text"><Choice value="A" alias=""/></Choices>'
    assert "an empty alias=" in told(TEXT, xml)


def test_a_hotkey_of_two_labels_is_told() -> None:
    xml = '<Label value="A" hotkey="q"/><Label value="B" hotkey="Q"/>'
    assert told(TEXT, f'<Labels name="l" toName="text">{xml}</Labels>').endswith(
        "the hotkey 'q' is used twice: it would select both."
    )


# -- conditions ----------------------------------------------------------------------------------

STARS = '<Rating name="stars" toName="text"/>'
ASKED = f'<Choices name="c" toName="text">{A}</Choices>'


@pytest.mark.parametrize(
    ("attrs", "problem"),
    [
        ('whenTagName="cc" whenChoiceValue="A"', "whenTagName='cc' is not in this config."),
        ('whenTagName="stars" whenChoiceValue="A"', "it must name a Choices or Taxonomy"),
        ('whenTagName="c" whenChoiceValue="B"', "whenChoiceValue='B' is not a choice of 'c'."),
        ('whenTagName="c" whenChoiceValue="A,B"', "whenChoiceValue='B' is not a choice of 'c'."),
    ],
)
def test_a_condition_that_never_holds_is_told(attrs: str, problem: str) -> None:
    shown = f'<View visibleWhen="choice-selected" {attrs}>{STARS}</View>'
    assert problem in told(TEXT, ASKED, '<Rating name="other" toName="text"/>', shown)


@pytest.mark.parametrize(
    "attrs",
    [
        'visibleWhen="choice-selected" whenTagName="c" whenChoiceValue="A"',
        'visibleWhen="choice-unselected" whenTagName="c"',
        'visibleWhen="choice-selected"',
        'visibleWhen="region-selected" whenTagName="l" whenLabelValue="x"',
        'visibleWhen="choice-selected" whenTagName="d" whenChoiceValue="whatever"',
    ],
)
def test_conditions_that_may_hold_are_right(attrs: str) -> None:
    more = (
        '<Labels name="l" toName="text"><Label value="x"/></Labels>'
        '<Choices name="d" toName="text" value="$choices"/>'
    )
    assert found(TEXT, ASKED, more, f"<View {attrs}>{STARS}</View>") == []


# -- what the server refuses, or does not see ----------------------------------------------------


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
def test_another_case_than_the_server_knows_is_told(xml: str, problems: list[str]) -> None:
    messages = [each.message for each in LabelConfig.parse(f"<View>{TEXT}{xml}</View>").check()]
    assert len(messages) == len(problems)
    assert all(message.startswith(said) for message, said in zip(messages, problems, strict=True))


def test_a_misspelt_to_name_is_told_with_the_right_one() -> None:
    xml = '<choices name="c" toname="text"><choice value="A"/></choices>'
    assert any("toname= must be toName=" in each for each in found(TEXT, xml))


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        ('<View classname="x"/><View classname="x"/>', "use className="),
        ('<Rating name="r" fromname="text" toName="text"/>', "fromname='text' as a duplicate name"),
        (
            '<HyperText name="h" value=""><input name="text"/></HyperText>',
            ("name='text' as a duplicate name"),
        ),
    ],
)
def test_what_the_server_counts_as_a_name_is_told(xml: str, said: str) -> None:
    problems = found(TEXT, xml)
    assert problems
    assert all(said in each for each in problems) or said in problems[0]


def test_another_attribute_may_end_in_name_once() -> None:
    assert found(TEXT, '<View classname="x" className="y"/><View className="y"/>') == []


@pytest.mark.parametrize("name", ["1", "1.5", "1e5", "1_0", " 2 "])
def test_a_name_that_the_server_reads_as_a_number_is_told(name: str) -> None:
    assert "must not be a number" in told(
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
def test_names_like_numbers_are_right_where_the_server_takes_them(xml: str) -> None:
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
def test_a_text_in_place_of_a_value_is_told(xml: str) -> None:
    assert "must have a value=: the server ignores the content of the tag" in told(xml)


@pytest.mark.parametrize(
    ("attrs", "said"),
    [
        ('defaultPlaybackSpeed="100"', "must be a number from 0.05 to 10"),
        ('defaultPlaybackSpeed="fast"', "must be a number from 0.05 to 10"),
        ('minPlaybackSpeed="2" defaultPlaybackSpeed="1"', "must not be greater than"),
    ],
)
def test_a_speed_that_the_server_refuses_is_told(attrs: str, said: str) -> None:
    assert said in told(f'<Video name="v" value="$v" {attrs}/>')
