"""Configs in the real editor: check() predicts what the editor does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from support.cleaning import delete
from support.editor import Editor
from support.editor_configs import ConfigEditor, attributes_in

from label_studio_orm.labeling import LabelConfig, attributes, choices
from label_studio_orm.labeling.tags import KNOWN
from label_studio_orm.labeling.variables import invalid_character
from label_studio_orm.server import LocalServer

TEXT = '<Text name="t" value="$t"/>'
DATA = {"t": "hello", "x": "Z"}


@pytest.fixture(scope="module")
def configs(editor: Editor, local_server: LocalServer) -> Iterator[ConfigEditor]:
    config = LabelConfig.create({"t": "Text", "c": choices("A")})
    project = local_server.client().projects.create(title="Configs", label_config=config)
    project.import_tasks([{"t": "hello"}])
    yield ConfigEditor(editor, project.tasks[0])
    delete(project)


# -- tags and attributes -------------------------------------------------------------------------


def test_our_table_of_tags_equals_that_of_the_editor(configs: ConfigEditor) -> None:
    found = attributes_in(configs)
    if os.environ.get("WRITE_TAGS"):
        _write(found)
    assert found == attributes.attributes()


def _write(tags: dict[str, dict[str, str]]) -> None:
    path = Path(attributes.__file__)
    lines = [
        f"{tag}: {' '.join(f'{name}{sign}' for name, sign in tags[tag].items())}" for tag in tags
    ]
    how: Any = {"width": 98, "subsequent_indent": "  ", "break_on_hyphens": False}
    table = "\n".join(line for each in lines for line in wrap(each, break_long_words=False, **how))
    before, _, rest = path.read_text().partition('TABLE = """\n')
    path.write_text(f'{before}TABLE = """\n{table}\n"""{rest.partition(chr(34) * 3)[2]}')


@pytest.mark.parametrize(
    "tag", ["Chat", "OcrLabels", "ReactCode", "VideoVector", "VideoVectorLabels"]
)
def test_community_cannot_open_a_task_with_an_enterprise_tag(
    configs: ConfigEditor, tag: str
) -> None:
    xml = f'<View>{TEXT}<{tag} name="x" toName="t" value="$x"><Label value="A"/></{tag}></View>'
    assert any("Not expecting tag" in error for error in configs.open(xml, DATA).errors)
    assert any(each.edition for each in LabelConfig.parse(xml).check())


def test_community_knows_all_other_tags() -> None:
    assert {*attributes.attributes()} | {"repeater", "chat", "ocrlabels", "reactcode"} | {
        "videovector",
        "videovectorlabels",
    } == {*KNOWN}


# -- configs that the editor cannot open ---------------------------------------------------------

LABELS = '<Labels name="l" toName="t" {}><Label value="A" {}/></Labels>'
CHOICES = '<Choices name="c" toName="t"><Choice value="A"/></Choices>'
CONDITION = 'visibleWhen="choice-selected" whenTagName="{}" whenChoiceValue="A"'
NOT_OPENED = {
    "no colour": LABELS.format("", 'background="redd"'),
    "an empty colour": LABELS.format("", 'background=""'),
    "a colour of browsers only": LABELS.format("", 'background="rgb(1 2 3 / 50%)"'),
    "an alias like a switch": LABELS.format("", 'alias="true"'),
    "a width like a switch": LABELS.format('strokeWidth="true"', ""),
    "no share": LABELS.format('opacity="5"', ""),
    "no switch": CHOICES.replace("toName", 'required="TRUE" toName'),
    "a name like a switch": CHOICES.replace('"c"', '"true"'),
    "a name twice": CHOICES + CHOICES,
    "a heading's name": f'<Header name="c" value="x"/>{CHOICES}',
    "a filter of nothing": '<Filter name="f"/>',
    "a filter of what is not there": '<Filter name="f" toName="x"/>',
    "a filter of itself": '<Filter name="f" toName="f"/>',
    "a ranking of a text": '<Ranker name="r" toName="t"/>',
    "a label in relations": '<Relations><Label value="y"/></Relations>',
}


@pytest.mark.parametrize("xml", NOT_OPENED.values(), ids=[*NOT_OPENED])
def test_check_finds_a_problem_in_what_the_editor_cannot_open(
    configs: ConfigEditor, xml: str
) -> None:
    config = f"<View>{TEXT}{xml}</View>"
    assert configs.open(config, DATA).errors
    assert LabelConfig.parse(config).check()


OPENED = {
    "colours": LABELS.format(
        'opacity="0.4px"', 'background="rgb(1, 2, 3)" selectedColor="hsl(1, 2%, 3%)"'
    ),
    "a label like a switch": LABELS.replace('"A"', '"true"').format("", ""),
    "a name of any letters": CHOICES.replace('"c"', '"é 技 / ."'),
    "a condition": CHOICES + CHOICES.replace('"c"', f'"d" {CONDITION.format("c")}'),
    "labels without a drawing tool": '<Image name="i" value="$x"/>'
    '<Labels name="l" toName="i"><Label value="A"/></Labels>',
}


@pytest.mark.parametrize("xml", OPENED.values(), ids=[*OPENED])
def test_check_finds_no_problem_in_what_the_editor_opens(configs: ConfigEditor, xml: str) -> None:
    config = f"<View>{TEXT}{xml}</View>"
    assert configs.open(config, DATA).errors == []
    assert LabelConfig.parse(config).check() == []


@pytest.mark.parametrize("name", ["zz", "t", "stars"])
def test_an_answer_whose_condition_has_no_choices_cannot_be_saved(
    configs: ConfigEditor, name: str
) -> None:
    stars = '<Rating name="stars" toName="t"/>'
    xml = (
        f"<View>{TEXT}{stars}{CHOICES.replace('toName', f'{CONDITION.format(name)} toName')}</View>"
    )
    answer = {"from_name": "c", "to_name": "t", "type": "choices", "value": {"choices": ["A"]}}
    assert configs.open(xml, DATA, [answer]).errors
    assert any("whenTagName" in str(each) for each in LabelConfig.parse(xml).check())


def test_answers_of_a_control_name_with_an_at_sign_are_lost(configs: ConfigEditor) -> None:
    xml = f"<View>{TEXT}{CHOICES}</View>".replace('"c"', '"c@d"')
    answer = {"from_name": "c@d", "to_name": "t", "type": "choices", "value": {"choices": ["A"]}}
    assert configs.open(xml, DATA, [answer]).result == []
    assert LabelConfig.parse(xml).check()


# -- variables -----------------------------------------------------------------------------------

KEYS = [
    "text",
    "_x",
    "A1",
    "5",
    "étiquette",
    "label-1",
    "my text",
    "a/b",
    "技术",
    "tëxt",
    "a:b",
    "a😀",
]


@pytest.mark.parametrize("key", KEYS)
def test_the_editor_and_check_agree_on_data_keys(configs: ConfigEditor, key: str) -> None:
    config = f"<View><Header value={quoteattr(f'${key}')}/>{TEXT}</View>"
    shown = configs.open(config, {"t": "x", key: "FOUND"}).shown
    assert (shown == ["FOUND"]) == (invalid_character(key) == "")
    named = LabelConfig.parse(f'<View><Text name="t" value={quoteattr(f"${key}")}/></View>')
    assert (named.check() == []) == (invalid_character(key) == "")


@pytest.mark.parametrize(
    ("value", "shown"),
    [("$5 bill", "undefined bill"), ("US$A", "USundefined"), ("$5", ""), ("5$", "5$"), ("$x", "Z")],
)
def test_a_choice_with_a_dollar_sign_is_shown_as_check_says(
    configs: ConfigEditor, value: str, shown: str
) -> None:
    xml = f"<View>{TEXT}{CHOICES.replace(quoteattr('A'), quoteattr(value))}</View>"
    assert configs.open(xml, DATA).shown == [shown]
    problems = [str(each) for each in LabelConfig.parse(xml).check()]
    assert all(repr(shown) in each for each in problems)
    assert bool(problems) == (value in ("$5 bill", "US$A", "$5"))


def test_a_class_with_a_dollar_sign_is_shown_literally(configs: ConfigEditor) -> None:
    tree = '<Taxonomy name="c" toName="t"><Choice value="$5 bill"/></Taxonomy>'
    answer = {"from_name": "c", "to_name": "t", "type": "taxonomy"}
    result = [{**answer, "value": {"taxonomy": [["$5 bill"]]}}]
    found = configs.open(f"<View>{TEXT}{tree}</View>", DATA, result)
    assert (found.errors, found.result[0]["value"]) == ([], result[0]["value"])
