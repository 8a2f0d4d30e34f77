"""Plain answers: what is given for each control, what is kept of it, and what is read back."""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import Any

import numpy as np
import pandas as pd
import pytest

from label_studio_orm.errors import InvalidInput, InvalidResult, NotFound
from label_studio_orm.labeling import LabelConfig

CONFIG = LabelConfig.parse("""<View>
  <Text name="text" value="$text"/><Text name="other" value="$other"/>
  <List name="items" value="$items"/>
  <Choices name="mood" toName="text">
    <Choice value="Good"/><Choice value="Bad" alias="bad"/>
  </Choices>
  <Choices name="topics" toName="text" choice="multiple">
    <Choice value="art"/><Choice value="law"/><Choice value="war"/>
  </Choices>
  <Choices name="nested" toName="text" allowNested="true" choice="multiple">
    <Choice value="A"/><Choice value="B"><Choice value="C"/></Choice>
  </Choices>
  <Taxonomy name="species" toName="text">
    <Choice value="Animal"><Choice value="Cat"/><Choice value="Orange"/></Choice>
    <Choice value="Plant"><Choice value="Orange"/></Choice>
  </Taxonomy>
  <Rating name="stars" toName="text" maxRating="5"/>
  <Number name="age" toName="text" min="0" max="120"/>
  <Number name="half" toName="text" min="0" max="10" step="0.5"/>
  <DateTime name="early" toName="text" only="date" min="2020-01-01" max="2020-12-31"/>
  <Taxonomy name="two" toName="text" maxUsages="2">
    <Choice value="x"/><Choice value="y"/><Choice value="z"/>
  </Taxonomy>
  <DateTime name="moment" toName="text"/>
  <DateTime name="day" toName="text" only="date"/>
  <DateTime name="hour" toName="text" only="time"/>
  <DateTime name="year" toName="text" only="year" format="%Y"/>
  <DateTime name="german" toName="text" only="date" format="%d.%m.%Y"/>
  <DateTime name="unpadded" toName="text" only="date" format="%-d.%-m.%Y"/>
  <DateTime name="milliseconds" toName="text" format="%Y-%m-%dT%H:%M:%S.%LZ"/>
  <TextArea name="note" toName="text"/>
  <TextArea name="title" toName="text" maxSubmissions="1"/>
  <Pairwise name="better" toName="text,other"/>
  <Ranker name="order" toName="items"/>
  <Ranker name="sorted" toName="items"><Bucket name="good"/><Bucket name="bad"/></Ranker>
  <Choices name="sure" toName="text" perRegion="true"><Choice value="yes"/></Choices>
  <Labels name="ner" toName="text"><Label value="PER"/></Labels>
</View>""")
NOON = datetime(2024, 2, 29, 12, 30)


def kept(name: str, given: Any) -> Any:
    """Return what is kept of an answer, as it comes out of JSON."""
    (item,) = json.loads(json.dumps(CONFIG.result({name: given})))
    assert item["from_name"] == name
    (value,) = item["value"].values()
    return value


def read(name: str, given: Any) -> Any:
    return CONFIG.read(CONFIG.result({name: given}))[name]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("mood", "Good", ["Good"]),
        ("mood", ["Good"], ["Good"]),
        ("mood", "bad", ["bad"]),
        ("mood", np.str_("Good"), ["Good"]),
        ("mood", pd.Series(["Good"])[0], ["Good"]),
        ("topics", "art", ["art"]),
        ("topics", ["art", "war"], ["art", "war"]),
        ("topics", ("art", "war"), ["art", "war"]),
        ("topics", (each for each in ["art", "war"]), ["art", "war"]),
        ("topics", np.array(["art", "war"]), ["art", "war"]),
        ("topics", pd.Series(["art", "war"]), ["art", "war"]),
        ("nested", "A", [["A"]]),
        ("nested", "C", [["B", "C"]]),
        ("nested", ("B", "C"), [["B", "C"]]),
        ("nested", ["A", ("B", "C")], [["A"], ["B", "C"]]),
        ("nested", [["B"], ["B", "C"]], [["B"], ["B", "C"]]),
        ("species", "Cat", [["Animal", "Cat"]]),
        ("species", [("Animal",), ("Plant", "Orange")], [["Animal"], ["Plant", "Orange"]]),
        ("stars", 4, 4),
        ("stars", 4.0, 4),
        ("stars", np.int64(4), 4),
        ("stars", np.float64(4), 4),
        ("stars", np.float32(4), 4),
        ("age", 36, 36),
        ("age", 36.5, 36.5),
        ("age", np.int64(36), 36),
        ("age", np.float32(36.5), 36.5),
        ("moment", NOON, "2024-02-29T12:30"),
        ("moment", pd.Timestamp(NOON), "2024-02-29T12:30"),
        ("moment", "2024-02-29T12:30", "2024-02-29T12:30"),
        ("day", NOON.date(), "2024-02-29"),
        ("day", NOON, "2024-02-29"),
        ("day", date(987, 1, 2), "0987-01-02"),
        ("hour", time(12, 30), "12:30"),
        ("hour", NOON, "12:30"),
        ("year", 2024, "2024"),
        ("year", np.int64(2024), "2024"),
        ("german", NOON, "29.02.2024"),
        ("unpadded", date(2024, 2, 9), "9.2.2024"),
        ("unpadded", "9.2.2024", "9.2.2024"),
        ("milliseconds", "2024-02-29T12:30:00.000Z", "2024-02-29T12:30:00.000Z"),
        ("note", "one", ["one"]),
        ("note", ["one", "two"], ["one", "two"]),
        ("note", "", [""]),
        ("title", "one", ["one"]),
        ("better", "left", "left"),
        ("order", ["b", "a"], {"order": ["b", "a"]}),
        ("order", np.array([2, 1]), {"order": ["2", "1"]}),
        ("sorted", {"good": [1], "bad": []}, {"good": ["1"], "bad": []}),
    ],
)
def test_an_answer_is_kept_as_the_editor_keeps_it(name: str, given: Any, expected: Any) -> None:
    assert kept(name, given) == expected


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("mood", "Good", "Good"),
        ("topics", "art", ["art"]),
        ("nested", "C", [("B", "C")]),
        ("species", "Cat", [("Animal", "Cat")]),
        ("stars", 4.0, 4),
        ("age", 36.5, 36.5),
        ("moment", NOON, NOON),
        ("day", NOON, NOON.date()),
        ("hour", NOON, NOON.time()),
        ("year", 2024, date(2024, 1, 1)),
        ("german", NOON, NOON.date()),
        ("unpadded", NOON, NOON.date()),
        ("note", "one", ["one"]),
        ("title", "one", "one"),
        ("better", "right", "right"),
        ("order", ["b", "a"], ["b", "a"]),
        ("sorted", {"good": ["a"], "bad": []}, {"good": ["a"], "bad": []}),
    ],
)
def test_an_answer_is_read_in_plain_terms(name: str, given: Any, expected: Any) -> None:
    found = read(name, given)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("mood", "good", "'mood' has no label 'good'. Did you mean 'Good'?"),
        ("mood", "GOOD", "'mood' has no label 'GOOD'."),
        ("mood", "Bad", "Did you mean 'bad'?"),  # an alias takes the place of the value
        ("mood", ["Good", "bad"], "must have one label without"),
        ("mood", float("nan"), "must be a string, not nan"),
        ("mood", 1, "must be a string, not 1"),
        ("topics", ["art", "wra"], "choices[1]: 'topics' has no label 'wra'. Did you mean 'war'?"),
        ("nested", ("A", "C"), "'nested' has no 'A / C'. Did you mean 'B / C'?"),
        ("nested", 5, "nested"),
        ("species", "Dog", "'species' has no 'Dog'"),
        ("species", "Orange", "'Orange' is in 'species' more than once: pass the whole path"),
        ("species", 5, "species"),
        ("species", [None], "species"),
        ("stars", 6, "must be an integer from 1 to 5, not 6"),
        ("stars", 4.5, "must be an integer from 1 to 5, not 4.5"),
        ("stars", "4", "must be an integer from 1 to 5, not '4'"),
        ("stars", True, "must be an integer from 1 to 5, not True"),
        ("stars", float("nan"), "must be an integer from 1 to 5, not nan"),
        ("age", 121, "must be within bounds (0.0 to 120.0), not 121"),
        ("age", -1, "must be within bounds"),
        ("half", 2.3, "must be in steps of 0.5: 2 or 2.5, not 2.3"),
        ("early", "2024-01-31", "must be 2020-12-31 or earlier, not 2024-01-31"),
        ("early", date(2019, 1, 1), "must be 2020-01-01 or later, not 2019-01-01"),
        ("two", ["x", "y", "z"], "must have at most 2 paths (maxUsages), not 3"),
        ("age", "36", "'age' must be a finite number, not '36'"),
        ("age", float("inf"), "'age' must be a finite number, not inf"),
        ("age", True, "'age' must be a finite number, not True"),
        pytest.param("age", 10**400, "age", id="age-too-large"),
        ("moment", "2024-02-29", "must have the format %Y-%m-%dT%H:%M, not '2024-02-29'"),
        ("moment", pd.NaT, "NaT"),
        ("day", "29.2.2024", "must have the format %Y-%m-%d, not '29.2.2024'"),
        ("day", "2024-02-30", "must have the format %Y-%m-%d, not '2024-02-30'"),
        ("day", 0, "day"),
        ("day", time(12, 30), "day"),  # it is no day: 1900-01-01 would be made up
        ("hour", "12", "must have the format %H:%M, not '12'"),
        ("note", 5, "must be a string or a list of strings, not [5]"),
        ("better", "Left", "must be 'left' or 'right', not 'Left'"),
        ("order", 5, "order"),
        ("sorted", {"Good": ["a"]}, "has no such bucket. Did you mean 'good'?"),
        ("sorted", ["a"], "has no such bucket. There are 'good', 'bad', '_'."),
        ("modo", "Good", "The labeling config has no control 'modo'. Did you mean 'mood'?"),
        ("sure", "yes", "it is a per-region answer"),
        ("ner", "PER", "a Labels takes regions, such as Box or Span, not 'PER'"),
    ],
)
def test_a_wrong_answer_is_refused_by_its_name(name: str, given: Any, message: str) -> None:
    with pytest.raises(InvalidResult) as caught:
        CONFIG.result({name: given})
    assert message in str(caught.value)


def test_no_answer_is_none() -> None:
    assert CONFIG.result({"mood": None, "stars": None}) == []
    assert CONFIG.read([])["mood"] is None


def test_all_wrong_answers_are_reported_at_once() -> None:
    with pytest.raises(InvalidResult) as caught:
        CONFIG.result({"mood": "god", "stars": 9, "better": "both"})
    assert [problem.path for problem in caught.value.problems] == [
        "[0].value.choices[0]",
        "[1].value.rating",
        "[2].value.selected",
    ]


def test_all_answers_that_cannot_be_written_are_reported_at_once() -> None:
    with pytest.raises(InvalidResult) as caught:
        CONFIG.result({"modo": "Good", "age": "old", "ner": 5})
    assert [problem.path for problem in caught.value.problems] == ["modo", "age", "ner"]


def test_an_answer_has_the_object_that_it_is_about() -> None:
    result = CONFIG.result({"mood": "Good", "order": ["a"]})
    assert [item["to_name"] for item in result] == ["text", "items"]


def test_answers_have_ids_of_their_own() -> None:
    result = CONFIG.result({"mood": "Good", "stars": 4})
    assert len({item["id"] for item in result}) == 2


def test_the_answer_of_an_unknown_control_cannot_be_read() -> None:
    with pytest.raises(NotFound, match="Did you mean 'stars'"):
        _ = CONFIG.read([])["star"]


def test_validate_false_skips_the_checks() -> None:
    result = CONFIG.result({"mood": "Awful"}, validate=False)
    assert CONFIG.read(result)["mood"] == "Awful"


def test_an_answer_that_is_not_as_it_should_be_is_read_as_it_is() -> None:
    odd = {
        "moment": ("datetime", {"datetime": "yesterday"}),
        "stars": ("rating", {"rating": 4.5}),
        "order": ("ranker", {"ranker": ["a"]}),
        "note": ("textarea", {"text": "one"}),
        "species": ("taxonomy", {"taxonomy": "Cat"}),
        "mood": ("choices", {"choices": "Good"}),
    }
    made = [
        {"from_name": name, "to_name": "text", "type": type, "value": value}
        for name, (type, value) in odd.items()
    ]
    reading = CONFIG.read(made)
    assert {name: reading[name] for name in odd} == {
        "moment": "yesterday",
        "stars": 4.5,
        "order": ["a"],
        "note": "one",
        "species": "Cat",
        "mood": "Good",
    }


def test_odd_values_never_stop_the_reading() -> None:
    for value in (None, 5, [5], [[None]], {"a": 5}, "x"):
        for name, (type, key) in {
            "species": ("taxonomy", "taxonomy"),
            "topics": ("choices", "choices"),
            "order": ("ranker", "ranker"),
            "title": ("textarea", "text"),
        }.items():
            item = {"from_name": name, "to_name": "text", "type": type, "value": {key: value}}
            _ = CONFIG.read([item])[name]


def test_a_result_of_dicts_is_taken_as_it_is() -> None:
    result = CONFIG.result({"mood": "Good"})
    assert CONFIG.result(result) == result
    assert CONFIG.result(tuple(result)) == result


def test_a_string_is_not_a_result() -> None:
    with pytest.raises(InvalidInput, match="A result must be a dict of control names to answers"):
        CONFIG.result("Good")
