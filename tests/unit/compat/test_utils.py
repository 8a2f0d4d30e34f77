"""Helpers of the old SDK: the labeling config as a dict, and lists in chunks."""

from __future__ import annotations

from support.texts import SENTIMENT

from label_studio_orm.compat import parse_config
from label_studio_orm.compat.utils import chunk


def test_a_config_is_a_dict_of_its_controls() -> None:
    control = parse_config(SENTIMENT)["sentiment"]
    assert (control["type"], control["to_name"]) == ("Choices", ["text"])
    assert control["labels"] == ["Positive", "Negative"]
    assert control["inputs"] == [{"type": "Text", "value": "text"}]


def test_no_config_has_no_controls() -> None:
    assert parse_config("") == {}


def test_the_last_chunk_has_what_is_left() -> None:
    assert list(chunk([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]
    assert list(chunk([], 2)) == []
