"""A label renamed in the XML of a config: nothing else changes."""

from __future__ import annotations

import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import LabelConfig
from label_studio_orm.labeling.results.rename import rename_label
from label_studio_orm.labeling.xml_rename import (
    check_label,
    check_merge,
    path_to,
    with_copy,
    without_old,
)

XML = """<View>
  <!-- größer als > "x" -->
  <Text name="text" value="$text"/>
  <Labels name="ner" toName="text">
    <Label value="PER" background="red" hint="a > b"/>
    <Label alias='ORG' value="Firma"></Label>
  </Labels>
  <Choices name="sure" toName="text" perRegion="true" whenTagName="ner" whenLabelValue="ORG,PER">
    <Choice value="yes"/>
  </Choices>
  <Taxonomy name="kind" toName="text">
    <Choice value="A">
      <Choice value="B"/>
    </Choice>
    <Choice value="C"><Choice value="B"/></Choice>
  </Taxonomy>
</View>"""
CONFIG = LabelConfig.parse(XML)


def renamed_in_two_steps(control: str, path: tuple[str, ...], new: str) -> str:
    both = with_copy(CONFIG, control, path, new)
    return str(without_old(both, control, path, new))


def test_a_renamed_label_is_all_that_changes() -> None:
    found = renamed_in_two_steps("ner", ("PER",), "Person")
    assert found == XML.replace('value="PER"', 'value="Person"').replace("ORG,PER", "ORG,Person")


def test_of_a_label_with_an_alias_the_alias_is_renamed() -> None:
    found = renamed_in_two_steps("ner", ("ORG",), "COMPANY")
    assert found == XML.replace("alias='ORG'", 'alias="COMPANY"').replace("ORG,PER", "COMPANY,PER")


def test_meanwhile_both_labels_are_there_with_the_same_looks() -> None:
    both = with_copy(CONFIG, "ner", ("PER",), "Person")
    assert [label.name for label in both.labels["ner"]] == ["Person", "PER", "ORG"]
    assert both.labels["ner"][0].options["background"] == "red"


def test_a_class_is_renamed_with_all_below_it() -> None:
    both = with_copy(CONFIG, "kind", ("A",), "Z")
    assert ("Z", "B") in both.controls["kind"].paths
    found = renamed_in_two_steps("kind", ("A",), "Z")
    assert found == XML.replace('<Choice value="A">', '<Choice value="Z">')


def test_of_two_classes_of_one_name_the_one_at_the_path_is_renamed() -> None:
    found = renamed_in_two_steps("kind", ("C", "B"), "D")
    assert found == XML.replace('"C"><Choice value="B"/>', '"C"><Choice value="D"/>')


def test_special_characters_are_written_as_xml() -> None:
    found = LabelConfig.parse(renamed_in_two_steps("ner", ("PER",), 'a <b> & "c" ü'))
    assert found.labels["ner"][0].name == 'a <b> & "c" ü'


def test_a_label_becomes_one_with_another_that_is_there() -> None:
    assert with_copy(CONFIG, "ner", ("PER",), "ORG") == CONFIG
    found = without_old(CONFIG, "ner", ("PER",), "ORG")
    assert [label.name for label in found.labels["ner"]] == ["ORG"]


def test_each_step_done_twice_is_done_once() -> None:
    both = with_copy(CONFIG, "ner", ("PER",), "Person")
    assert with_copy(both, "ner", ("PER",), "Person").xml == both.xml
    done = without_old(both, "ner", ("PER",), "Person")
    assert without_old(done, "ner", ("PER",), "Person").xml == done.xml


def test_an_unknown_label_names_the_nearest() -> None:
    with pytest.raises(InvalidInput, match=r"'ner' has no label 'PRE'. Did you mean 'PER'?"):
        check_label(CONFIG, "ner", path_to(CONFIG, "ner", "PRE", "Person"))


def test_a_duplicate_name_needs_its_path() -> None:
    with pytest.raises(InvalidInput, match="'kind' has 'B' 2 times: pass its path"):
        path_to(CONFIG, "kind", "B", "D")


def test_only_results_of_the_control_are_rewritten() -> None:
    ner = {"id": "1", "from_name": "ner", "type": "labels", "value": {"labels": ["PER"]}}
    other = {**ner, "from_name": "other"}
    found = rename_label([ner, other, "odd"], CONFIG.controls["ner"], ("PER",), "Person")
    assert found == [{**ner, "value": {"labels": ["Person"]}}, other, "odd"]


def test_a_result_without_the_label_is_left_alone() -> None:
    ner = {"id": "1", "from_name": "ner", "type": "labels", "value": {"labels": ["ORG", "ORG"]}}
    assert rename_label([ner], CONFIG.controls["ner"], ("PER",), "Person") is None


def test_merged_labels_are_not_duplicated() -> None:
    ner = {"id": "1", "from_name": "ner", "type": "labels", "value": {"labels": ["ORG", "PER"]}}
    found = rename_label([ner], CONFIG.controls["ner"], ("PER",), "ORG")
    assert found == [{**ner, "value": {"labels": ["ORG"]}}]


def test_classes_below_a_renamed_one_have_it_in_their_paths() -> None:
    item = {"from_name": "kind", "type": "taxonomy", "value": {"taxonomy": [["A", "B"], ["C"]]}}
    found = rename_label([item], CONFIG.controls["kind"], ("A",), "Z")
    assert found == [{**item, "value": {"taxonomy": [["Z", "B"], ["C"]]}}]


def test_labels_of_video_boxes_are_renamed_though_another_control_drew_them() -> None:
    config = LabelConfig.parse(
        '<View><Video name="v" value="$v"/><VideoRectangle name="box" toName="v"/>'
        '<Labels name="l" toName="v"><Label value="car"/></Labels></View>'
    )
    box = {"from_name": "box", "to_name": "v", "type": "videorectangle"}
    found = rename_label(
        [{**box, "value": {"labels": ["car"]}}], config.controls["l"], ("car",), "bus"
    )
    assert found == [{**box, "value": {"labels": ["bus"]}}]


def test_conditions_name_both_labels_while_both_exist() -> None:
    both = with_copy(CONFIG, "ner", ("PER",), "Person")
    assert both.controls["sure"].options["whenlabelvalue"] == "ORG,Person,PER"


def test_conditions_that_may_mean_another_control_keep_the_old_name_as_well() -> None:
    config = LabelConfig.parse(
        '<View><Text name="t" value="$t"/><Choices name="a" toName="t"><Choice value="yes"/>'
        '</Choices><Choices name="b" toName="t"><Choice value="yes"/></Choices>'
        '<Choices name="c" toName="t" whenChoiceValue="yes"><Choice value="x"/></Choices></View>'
    )
    found = without_old(with_copy(config, "a", ("yes",), "ja"), "a", ("yes",), "ja")
    assert found.controls["c"].options["whenchoicevalue"] == "ja,yes"


def test_two_branches_become_one_only_if_nothing_below_is_lost() -> None:
    bare = LabelConfig.parse(XML.replace('"C"><Choice value="B"/></Choice>', '"C"/>'))
    with pytest.raises(InvalidInput, match=r"'A / B' would be lost: add such a class to 'C' first"):
        check_merge(bare, "kind", ("A",), "C")
    check_merge(CONFIG, "kind", ("A",), "C")  # which has a B as well


def test_a_renamed_label_is_found_under_its_new_name() -> None:
    config = LabelConfig.parse(XML.replace('<Choice value="C"><Choice value="B"/></Choice>', ""))
    assert path_to(config, "kind", "Old", "B") == ("A", "Old")


def test_a_label_is_renamed_by_its_value_as_well_where_it_has_an_alias() -> None:
    ner = {"id": "1", "from_name": "ner", "type": "labels", "value": {"labels": ["Firma"]}}
    found = rename_label([ner], CONFIG.controls["ner"], ("ORG",), "COMPANY")
    assert found == [{**ner, "value": {"labels": ["COMPANY"]}}]


def test_a_config_that_begins_with_a_declaration_is_edited_in_the_right_place() -> None:
    declared = '\n  <?xml version="1.0" encoding="UTF-8"?>\n' + XML
    found = with_copy(LabelConfig.parse(declared), "ner", ("PER",), "Person")
    assert [label.name for label in found.labels["ner"]] == ["Person", "PER", "ORG"]
