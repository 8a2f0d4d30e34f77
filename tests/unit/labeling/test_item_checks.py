"""Checks of labels, choices and classes."""

from __future__ import annotations

import pytest
from support.config_problems import TEXT, A, found, reported

# -- labels ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tag", "item"), [("Choices", "Choice"), ("Labels", "Label")])
def test_a_control_without_labels_is_reported(tag: str, item: str) -> None:
    assert reported(TEXT, f'<{tag} name="x" toName="text"/>') == (
        f"<{tag} name='x'>: must contain at least one <{item}>."
    )


def test_a_duplicate_label_is_reported() -> None:
    xml = '<Labels name="l" toName="text"><Label value="A"/><Label value="B"/><Label value="A"/>'
    assert reported(TEXT, xml, "</Labels>") == "<Labels name='l'>: the label 'A' is used twice."


def test_labels_with_the_same_alias_are_duplicates() -> None:
    xml = '<Labels name="l" toName="text"><Label value="A"/><Label value="B" alias="A"/></Labels>'
    assert reported(TEXT, xml).endswith("the label 'A' is used twice.")


def test_a_label_without_a_value_is_reported() -> None:
    problem = reported(TEXT, '<Labels name="l" toName="text"><Label/></Labels>')
    assert "twice" not in problem
    assert "value=" in problem


# -- items -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["single", "multiple"])
def test_a_duplicate_choice_is_reported(mode: str) -> None:
    xml = f'<Choices name="c" toName="text" choice="{mode}">{A}{A}</Choices>'
    assert reported(TEXT, xml).endswith("the choice 'A' is used twice.")


def test_a_class_may_be_there_below_two_others() -> None:
    below = f'<Choice value="X">{A}</Choice><Choice value="Y">{A}</Choice>'
    assert found(TEXT, f'<Taxonomy name="x" toName="text">{below}</Taxonomy>') == []
    twice = f'<Choice value="X">{A}{A}</Choice>'
    assert reported(TEXT, f'<Taxonomy name="x" toName="text">{twice}</Taxonomy>').endswith(
        "the class 'X / A' is used twice."
    )


def test_an_alias_that_is_the_value_of_an_earlier_label_is_reported() -> None:
    first, second = '<Label value="B" alias="C"/>', '<Label value="A" alias="B"/>'
    assert reported(TEXT, f'<Labels name="l" toName="text">{first}{second}</Labels>').endswith(
        "the alias 'B' is the value of another label, which the editor shows."
    )
    assert found(TEXT, f'<Labels name="l" toName="text">{second}{first}</Labels>') == []


def test_an_empty_alias_of_a_choice_is_reported() -> None:
    xml = '<Choices name="c" toName="text"><Choice value="A" alias=""/></Choices>'
    assert "an empty alias=" in reported(TEXT, xml)


def test_a_hotkey_of_two_labels_is_reported() -> None:
    xml = '<Label value="A" hotkey="q"/><Label value="B" hotkey="Q"/>'
    assert reported(TEXT, f'<Labels name="l" toName="text">{xml}</Labels>').endswith(
        "the hotkey 'q' is used twice: it would select both."
    )
