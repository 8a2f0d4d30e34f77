"""The values of a `DataField` are converted and checked by its type."""

from __future__ import annotations

import enum
from datetime import date, datetime, timezone
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from support.fake import FakeClient
from support.tasks import TaskServer

from label_studio_orm import DataField, Project, Task
from label_studio_orm.errors import InvalidInput

UTC = timezone.utc
MOMENT = datetime(2026, 1, 31, 10, tzinfo=UTC)


class Mood(enum.Enum):
    GOOD = "good"
    BAD = "bad"


class Review(Task):
    stars = DataField[int]()
    share = DataField[float]()
    done = DataField[bool]()
    text = DataField[str]()
    when = DataField[datetime]()
    day = DataField[date]()
    mood = DataField[Mood]()
    split = DataField[Literal["train", "test"]]()
    note = DataField[str | None]()
    due = DataField[datetime | None]()
    tags = DataField[list[str]]()
    days = DataField[list[date]]()
    facts = DataField[dict[str, int]]()
    anything = DataField[Any]()
    untyped: Any = DataField()


def review(**data: Any) -> Any:
    client = FakeClient(Task, Project)
    return Review._from_answer(client, {"id": 1, "project": 1, "data": data}, complete=True)


GOOD = [
    ("stars", 4, 4),
    ("stars", np.int64(4), 4),
    ("stars", 4.0, 4),
    ("share", 0.5, 0.5),
    ("share", 1, 1),
    ("done", True, True),
    ("text", "a", "a"),
    ("when", MOMENT, "2026-01-31T10:00:00+00:00"),
    ("when", pd.Timestamp(MOMENT), "2026-01-31T10:00:00+00:00"),
    ("day", date(2026, 1, 31), "2026-01-31"),
    ("mood", Mood.GOOD, "good"),
    ("split", "test", "test"),
    ("note", None, None),
    ("due", None, None),
    ("due", MOMENT, "2026-01-31T10:00:00+00:00"),
    ("tags", ["a"], ["a"]),
    ("days", [date(2026, 1, 31)], ["2026-01-31"]),
    ("facts", {"a": 1}, {"a": 1}),
    ("anything", object, object),
    ("untyped", "x", "x"),
]


@pytest.mark.parametrize(("name", "value", "raw"), GOOD, ids=lambda each: repr(each)[:30])
def test_typed_values_are_written_as_json_and_read_back(name: str, value: Any, raw: Any) -> None:
    task = review()
    setattr(task, name, value)
    assert (task.data[name], type(task.data[name])) == (raw, type(raw))
    assert getattr(task, name) == value


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("stars", "seven", "stars must be a whole number, not 'seven'"),
        ("stars", "7", r"stars must be a whole number, not '7' \(text\)"),
        ("stars", 3.5, "stars must be a whole number, not 3.5"),
        ("stars", True, "stars must be a whole number, not True"),
        ("stars", None, r"not None\. To allow None: DataField\[… \| None\]"),
        ("share", "0.5", "share must be a number, not '0.5'"),
        ("done", 1, "done must be True or False, not 1"),
        ("text", 7, "text must be a text, not 7"),
        ("when", "2026-01-31", "when must be a date and time"),
        ("day", MOMENT, "day must be a date like 2026-01-31"),
        ("mood", "fine", "mood must be one of 'good', 'bad', not 'fine'"),
        ("split", "dev", "split must be one of 'train', 'test', not 'dev'"),
        ("note", 7, "note must be a text or None, not 7"),
        ("tags", "a", "tags must be a list, each item a text"),
        ("tags", [1], "tags must be a list, each item a text"),
        ("facts", {"a": "x"}, "facts must be an object, each value a whole number"),
    ],
)
def test_a_value_of_another_type_cannot_be_set(name: str, value: Any, says: str) -> None:
    task = review()
    with pytest.raises(InvalidInput, match=says):
        setattr(task, name, value)
    assert (task.data, task.dirty) == ({}, set())


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("stars", "7", 7),  # of a CSV file
        ("share", "0.5", 0.5),
        ("done", "True", True),
        ("when", "2026-01-31T10:00:00Z", MOMENT),
        ("when", "2026-01-31", datetime(2026, 1, 31)),
        ("mood", "bad", Mood.BAD),
        ("stars", None, None),
    ],
)
def test_received_values_are_converted(name: str, raw: Any, value: Any) -> None:
    assert getattr(review(**{name: raw}), name) == value


@pytest.mark.parametrize(
    ("name", "raw"),
    [("stars", "seven"), ("stars", [1]), ("when", "yesterday"), ("day", 7), ("mood", "fine")],
)
def test_a_received_value_of_another_type_raises_an_error(name: str, raw: Any) -> None:
    with pytest.raises(
        InvalidInput, match=(rf"{name} must be .*, but the data " rf"has .* under '{name}'")
    ):
        getattr(review(**{name: raw}), name)


def test_a_list_is_changed_in_place() -> None:
    task = review(tags=["a"])
    task.tags.append("b")
    assert task.data == {"tags": ["a", "b"]}


@pytest.fixture
def typed_tasks(monkeypatch: pytest.MonkeyPatch) -> Any:
    server = TaskServer()
    texts = ("2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z", "2026-01-31T23:00:00-01:00")
    for text in texts:
        server.add(data={"when": text, "stars": 3, "mood": "good"})

    class Reviews(Project):
        task_class = Review

    return Reviews(1, client=server.client).tasks


def test_datetimes_are_compared_as_datetimes_not_as_texts(typed_tasks: Any) -> None:
    assert typed_tasks.filter(Review.when == MOMENT).ids() == [1, 2]
    assert typed_tasks.filter(Review.when > MOMENT).ids() == [3]
    assert typed_tasks.filter(Review.when != MOMENT).ids() == [3]


def test_conditions_require_values_of_the_type(typed_tasks: Any) -> None:
    assert typed_tasks.filter(mood=Mood.GOOD).count() == 3
    for condition in (Review.stars == "3", Review.mood == "fine", Review.stars.in_([3, "4"])):
        with pytest.raises(InvalidInput, match=r" must be (a whole number|one of)"):
            typed_tasks.filter(condition).ids()


def test_values_of_new_tasks_are_checked(typed_tasks: Any) -> None:
    with pytest.raises(InvalidInput, match="stars must be a whole number, not 'x'"):
        typed_tasks.create({"text": "a"}, stars="x")
