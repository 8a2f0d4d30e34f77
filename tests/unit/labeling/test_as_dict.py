"""`.as_dict()` beside what label-studio-sdk makes of the same configs."""

from __future__ import annotations

import pytest
from label_studio_sdk._extensions.label_studio_tools.core.label_config import parse_config

from label_studio_orm.labeling import LabelConfig

TEXT = '<Text name="t" value="$text"/>'
CHOICES = '<Choices name="c" toName="t">{}</Choices>'

CONFIGS = {
    "nothing": "",
    "no controls": TEXT,
    "choices": TEXT + CHOICES.format('<Choice value="A"/><Choice value="B"/>'),
    "control before object": CHOICES.format('<Choice value="A"/>') + TEXT,
    "no labels": f'{TEXT}<Rating name="r" toName="t" maxRating="10"/>',
    "aliases": TEXT + CHOICES.format('<Choice value="A" alias="a" hint="x"/><Choice value="B"/>'),
    "alias alone": CHOICES.format('<Choice alias="a"/><Choice/><Choice alias="" value="b"/>'),
    "same label twice": CHOICES.format('<Choice value="A" hint="1"/><Choice value="A"/>'),
    "nested choices": CHOICES.format('<Choice value="A"><Choice value="B"/></Choice>'),
    "choices in views": CHOICES.format('<View><View name="v"><Choice value="B"/></View></View>'),
    "nested views": f"<View><View name='x'><View>{TEXT}</View>{CHOICES.format('')}</View></View>",
    "taxonomy": f'{TEXT}<Taxonomy name="x" toName="t"><Choice value="A"><Choice value="A"/>'
    "</Choice></Taxonomy>",
    "two objects": f'{TEXT}<Text name="u" value="$u"/><Pairwise name="p" toName="t,u"/>',
    "spaces in toName": f'{TEXT}<Text name="u" value="$u"/><Pairwise name="p" toName="t, u"/>',
    "object that is missing": CHOICES.format('<Choice value="A"/>'),
    "object twice": f'{TEXT}<Image name="t" value="$image"/>{CHOICES.format("")}',
    "control twice": CHOICES.format('<Choice value="A"/>') + CHOICES.format('<Choice value="B"/>'),
    "one name for both": f'<Text name="c" value="$text"/>{CHOICES.format("")}',
    "valueType": '<Text name="t" value="$text" valueType="url"/>' + CHOICES.format(""),
    "valueList": '<Image name="t" valueList="$images"/>' + CHOICES.format(""),
    "value and valueList": '<Image name="t" value="$a" valueList="$b"/>' + CHOICES.format(""),
    "empty value": '<Image name="t" value="" valueList="$b"/>' + CHOICES.format(""),
    "fixed text": '<Text name="t" value="Hello $name"/>' + CHOICES.format(""),
    "text within": '<Text name="t">Hello</Text>' + CHOICES.format(""),
    "two dollars": '<Text name="t" value="$$text"/>' + CHOICES.format(""),
    "data within": '<Text name="t" value="$a[0].b"/>' + CHOICES.format(""),
    "dynamic labels": f'{TEXT}<Labels name="l" toName="t" value="$labels"/>',
    "dynamic labels by a path": f'{TEXT}<Labels name="l" toName="t" value="$a.labels"/>',
    "dynamic labels with a digit": f'{TEXT}<Labels name="l" toName="t" value="$labels2"/>',
    "a dynamic label": f'{TEXT}<Labels name="l" toName="t"><Label value="$it"/></Labels>',
    "apiUrl": f'{TEXT}<Taxonomy name="x" toName="t" apiUrl="https://x.org"/>',
    "default text": f'{TEXT}<TextArea name="a" toName="t" value="$before"/>',
    "Filter": f'{TEXT}{CHOICES.format("")}<Filter name="f" toName="c"/>',
    "Filter with a value": f'<Filter name="f" toName="c" value="x"/>{CHOICES.format("")}',
    "Relations": "<Relations><Relation value='is'/></Relations>",
    "Relations with a name": "<Relations name='r' toName='t'><Relation value='is'/></Relations>",
    "Buckets": '<List name="t" value="$l"/><Ranker name="r" toName="t"><Bucket name="b"/></Ranker>',
    "label of no control": f"{TEXT}<Label value='A'/>",
    "control in a control": '<Choices name="o" toName="t"><Choices name="c" toName="t">'
    '<Choice value="A"/></Choices><Choice value="B"/></Choices>',
    "label with the name of its control": CHOICES.format('<Choice name="c" value="A"/>'),
    "choice that is a control": CHOICES.format(
        '<Choice name="d" toName="t" value="A"><Choice value="B"/></Choice>'
    ),
    "when a tag": '<Choices name="c" toName="t" perRegion="true" whenTagName="l"/>',
    "when a label": '<Choices name="c" toName="t" perRegion="true" whenLabelValue="A"/>',
    "when a choice": '<Choices name="c" toName="t" perRegion="true" whenChoiceValue="A"/>',
    "when all": '<Choices name="c" toName="t" perRegion="true" whenChoiceValue="A" '
    'whenLabelValue="B" whenTagName="l"/>',
    "when not per region": '<Choices name="c" toName="t" whenTagName="l"/>',
    "Repeater": '<Repeater on="$a" indexFlag="{{i}}"><Text name="t{{i}}" value="$a[{{i}}].x"/>'
    '<Choices name="c{{i}}" toName="t{{i}}"><Choice value="A"/></Choices></Repeater>',
    "Repeater without a flag": '<Repeater on="$a"><Text name="t{{idx}}" value="$a[{{idx}}]"/>'
    '<Choices name="c{{idx}}" toName="t{{idx}}"/></Repeater>',
    "Repeaters within": '<Repeater on="$a" indexFlag="{{i}}"><Repeater on="$b" indexFlag="{{j}}">'
    '<Pairwise name="p{{i}}{{j}}" toName="t{{i}},t{{i}}{{j}}"/></Repeater></Repeater>',
    "after a Repeater": '<Repeater on="$a" indexFlag="{{i}}"/><Rating name="r" toName="t{{i}}"/>',
    "before a Repeater": '<Rating name="r" toName="t{{i}}"/><Repeater on="$a" indexFlag="{{i}}"/>',
    "names in lower case": '<choices name="c" toname="t"><choice value="A"/></choices>',
    "tags in lower case": f'{TEXT}<choices name="c" toName="t"><choice value="A"/></choices>',
    "attributes in lower case": '<Choices name="c" toName="t" perregion="true" whentagname="x"/>',
    "empty names": '<Text name="" value="$t"/><Choices name="" toName="t"/>',
    "empty toName": f'{TEXT}<Choices name="c" toName="" value="x"/>',
    "HTML within": '<HyperText name="t"><p name="x" value="y">Hi</p></HyperText>'
    '<HyperTextLabels name="l" toName="t,x"><Label value="A"/></HyperTextLabels>',
    "comments and notes": f"<!-- a --><?b c?>{TEXT}{CHOICES.format('<!-- d -->')}",
    "signs": CHOICES.format('<Choice value="&lt;&#10;&amp; ü 🐈"/><Choice value="a\n\tb"/>'),
}


@pytest.mark.parametrize("xml", CONFIGS.values(), ids=CONFIGS)
def test_a_config_as_a_dict_is_as_the_sdk_has_it(xml: str) -> None:
    config = LabelConfig.parse(f"<View>{xml}</View>")
    expected = parse_config(config.xml)
    assert config.as_dict() == expected
    assert list(config.as_dict()) == list(expected)


def test_labels_come_in_the_same_order() -> None:
    config = LabelConfig.parse(CHOICES.format('<Choice value="B"/><Choice value="A" alias="C"/>'))
    assert config.as_dict()["c"]["labels"] == parse_config(config.xml)["c"]["labels"] == ["B", "C"]


def test_a_config_as_a_dict_is_readable() -> None:
    one = CHOICES.format('<Choice value="A"/>')
    config = LabelConfig.parse(f"<View>{TEXT}{one}</View>")
    assert config.as_dict() == {
        "c": {
            "type": "Choices",
            "to_name": ["t"],
            "inputs": [{"type": "Text", "valueType": None, "value": "text"}],
            "labels": ["A"],
            "labels_attrs": {"A": {"value": "A"}},
        }
    }


def test_what_comes_back_is_a_copy() -> None:
    config = LabelConfig.parse(CHOICES.format('<Choice value="A"/>'))
    config.as_dict()["c"]["labels_attrs"]["A"]["value"] = "B"
    assert config.as_dict()["c"]["labels_attrs"]["A"]["value"] == "A"


# -- where the SDK is wrong ----------------------------------------------------------------------


def test_an_encoding_in_the_declaration_is_too_much_for_the_sdk() -> None:
    """Its parser takes no text with a declared encoding; the editor does."""
    xml = f'<?xml version="1.0" encoding="UTF-8"?><View>{TEXT}{CHOICES.format("")}</View>'
    with pytest.raises(ValueError, match="Unicode strings with encoding declaration"):
        parse_config(xml)
    assert list(LabelConfig.parse(xml).as_dict()) == ["c"]


def test_space_before_the_declaration_is_too_much_for_the_sdk() -> None:
    """It is no XML in the strict sense, and stands in many configs written by hand."""
    xml = f'\n<?xml version="1.0"?><View>{TEXT}{CHOICES.format("")}</View>'
    with pytest.raises(Exception, match="XML declaration allowed only at the start"):
        parse_config(xml)
    assert list(LabelConfig.parse(xml).as_dict()) == ["c"]


def test_the_sdk_expands_entities() -> None:
    """Which makes gigabytes of a few lines; here a DOCTYPE is refused: see test_label_config."""
    xml = '<!DOCTYPE View [<!ENTITY a "A">]>' + CHOICES.format('<Choice value="&a;"/>')
    assert parse_config(xml)["c"]["labels"] == ["A"]


def test_the_sdk_has_an_empty_text_for_no_controls() -> None:
    """Here an empty text is no config: `project.label_config` cannot be one either."""
    assert parse_config("") == {}


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_the_sdk_writes_namespaces_out(prefix: str) -> None:
    """The editor knows none: it takes names as they are written, and so does this."""
    declared = f'xmlns{":x" if prefix else ""}="urn:x"'
    xml = f'<{prefix}Choices {declared} name="c" toName="t"/>'
    assert parse_config(xml)["c"]["type"] == "{urn:x}Choices"
    assert LabelConfig.parse(xml).as_dict()["c"]["type"] == f"{prefix}Choices"
