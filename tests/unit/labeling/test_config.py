"""Configs as Python objects: equality, copies, repr."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from support.config_views import PAGES, TEXT, view

from label_studio_orm.labeling import LabelConfig


def test_configs_that_differ_in_whitespace_only_are_equal() -> None:
    one = view(TEXT, '<Rating name="r" toName="text"/>')
    other = LabelConfig.parse(
        "<View>\n  <!-- the text -->\n  <Text name='text' value='$text'></Text>\n"
        "  <Rating name='r' toName='text' />\n</View>"
    )
    assert one == other
    assert hash(one) == hash(other)


def test_the_order_of_attributes_makes_no_difference() -> None:
    one, other = view(TEXT), view('<Text value="$text" name="text"/>')
    assert one == other
    assert len({one, other}) == 1


@pytest.mark.parametrize(
    "xml",
    [
        '<Text name="text" value="$body"/>',
        '<Text name="text" value="$text" granularity="word"/>',
        f"{TEXT}{TEXT}",
        f"<Header>Hi</Header>{TEXT}",
        "",
    ],
)
def test_configs_with_other_content_differ(xml: str) -> None:
    assert view(xml) != view(TEXT)


def test_a_config_does_not_equal_its_xml() -> None:
    assert view(TEXT) != view(TEXT).xml


def test_a_config_is_written_as_it_was_read() -> None:
    xml = f"<View>\n\t<!-- kept -->{TEXT}\n</View>\n"
    assert str(LabelConfig.parse(xml)) == xml


def test_the_repr_of_a_config_lists_its_controls() -> None:
    config = view(TEXT, '<Rating name="stars" toName="text"/><TextArea name="why" toName="text"/>')
    assert repr(config) == "<LabelConfig: stars (Rating), why (TextArea)>"


def test_the_repr_of_a_config_without_controls_says_so() -> None:
    assert repr(view(TEXT)) == "<LabelConfig: no controls>"


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda c: pickle.loads(pickle.dumps(c))])
def test_a_config_can_be_copied_and_pickled(way: Any) -> None:
    config = view(TEXT, PAGES)
    assert config.controls  # worked out, and not part of what is pickled
    again = way(config)
    assert (again, str(again), list(again.controls)) == (config, config.xml, list(config.controls))


def test_a_config_cannot_be_changed() -> None:
    config = view(TEXT)
    with pytest.raises(AttributeError):
        config.xml = "<View/>"
