"""Checks of visibility conditions."""

from __future__ import annotations

import pytest
from support.config_problems import TEXT, A, found, reported

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
def test_a_condition_that_never_holds_is_reported(attrs: str, problem: str) -> None:
    shown = f'<View visibleWhen="choice-selected" {attrs}>{STARS}</View>'
    assert problem in reported(TEXT, ASKED, '<Rating name="other" toName="text"/>', shown)


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
