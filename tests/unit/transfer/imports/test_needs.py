"""The data that a labeling config requires, checked like the server does."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import LabelConfig
from label_studio_orm.transfer.imports.needs import check_needs, needs_of


def problem(tags: str, data: dict[str, Any]) -> str:
    needs = needs_of(LabelConfig.parse(f"<View>{tags}</View>"))
    try:
        check_needs(needs, data, "Task [0]")
    except InvalidInput as error:
        return str(error)
    return ""


TEXT = '<Text name="t" value="$text"/>'


@pytest.mark.parametrize(
    ("tags", "data", "says"),
    [
        (TEXT, {"txt": "a"}, "Task [0] has no 'text', which <Text> shows. Did you mean 'txt'?"),
        (TEXT, {"n": 1, "m": 2}, "has no 'text', which <Text> shows. Its keys are 'n', 'm'."),
        (TEXT, {}, "has no 'text', which <Text> shows."),
        (
            '<Text name="t" value="$my_text"/>',
            {"id": 1, "my text": "a"},
            "<Text> shows. No config can show the key 'my text', because "
            "it contains ' ': rename it to "
            "'my_text'.",
        ),
        (
            '<Text name="t" value="$cafe"/>',
            {"Café": "a"},
            ("because it contains 'é': rename it to 'cafe'."),
        ),
        (
            TEXT,
            {"text": None},
            ("has None under 'text', but <Text> needs a text or a number or a list."),
        ),
        (TEXT, {"text": {"a": 1}}, "has {'a': 1} under 'text'"),
        (
            '<Image name="i" value="$i"/>',
            {"i": 7},
            "has 7 under 'i', but <Image> needs a text or a list",
        ),
        (
            '<Audio name="a" value="$a"/>',
            {"a": ["x"]},
            "has ['x'] under 'a', but <Audio> needs a text.",
        ),
        ('<Text name="t" value="$a.b"/>', {"a": {}}, "has no 'a.b'"),
        (
            '<Text name="t" value="$a.b"/>',
            {"a": "x"},
            "which <Text> shows: 'a' is not an object",
        ),
        ('<Text name="t" value="$a.b"/>', {"a.b": "x"}, "has no 'a'"),
        ('<Image name="i" value="$pages[0].url"/>', {"pages": "x"}, "<Image> needs a list"),
        ('<Header name="h" value="See $title"/>', {}, "has no 'title', which <Header> shows"),
        (
            '<Choices name="c" toName="t" value="$of"/>',
            {"of": {}},
            "<Choices> needs a text or a list",
        ),
    ],
)
def test_data_that_cannot_be_shown(tags: str, data: dict[str, Any], says: str) -> None:
    assert says in problem(tags, data)


@pytest.mark.parametrize(
    ("tags", "data"),
    [
        (TEXT, {"text": "a"}),
        (TEXT, {"text": 7}),
        (TEXT, {"text": True}),
        (TEXT, {"text": ""}),
        (TEXT, {"text": np.int64(7)}),
        (TEXT, {"text": date(2026, 1, 1)}),
        (TEXT, {"$undefined$": "the server puts it under the first variable"}),
        ('<Image name="i" value="$i"/>', {"i": np.array(["a.jpg"])}),
        ('<Image name="i" value="$i"/>', {"i": ["a.jpg"]}),
        ('<Image name="i" valueList="$images"/>', {}),
        ('<Text value="$text"/>', {}),
        ('<Text name="t" value="no variable"/>', {}),
        ('<Text name="t" value="$a.b"/>', {"a": {"b": "x"}}),
        ('<Image name="i" value="$pages[0].url"/>', {"pages": [{"url": "x"}]}),
        ('<Taxonomy name="x" toName="t" value="$of"/>', {"of": None}),
        ('<TimeSeries name="s" value="$s"/>', {"s": {"time": [1]}}),
        ('<Choices name="c" toName="t"><Choice value="$not_a_variable"/></Choices>', {}),
        ('<Video name="v" value="$u"/><Audio name="a" value="$u"/>', {"u": "a.mp4"}),
    ],
)
def test_data_that_can_be_shown(tags: str, data: dict[str, Any]) -> None:
    assert problem(tags, data) == ""


def test_an_error_about_a_row_with_many_columns_names_the_first_few() -> None:
    said = problem(TEXT, {f"column {n}": n for n in range(100)})
    assert said.endswith("'column 11' and 88 more.")
    assert len(said) < 300
