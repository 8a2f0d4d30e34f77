"""Filters compiled from conditions: items, clauses, pieces, null."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from support.fake import FakeClient
from support.filters import (
    ITEM_A,
    ITEM_B,
    ONE,
    SPLIT,
    UTC,
    A,
    B,
    N,
    both,
    either,
    item,
    wire,
)

from label_studio_orm import DataField, Task, User
from label_studio_orm.data_manager import dnf
from label_studio_orm.data_manager.filters import Filter, compile_filter
from label_studio_orm.errors import InvalidInput
from label_studio_orm.orm.expressions import Expression
from label_studio_orm.orm.fields import DATETIME


class Review(Task):
    split = DataField[str]()
    when = DataField[datetime](key="When", converter=DATETIME)


@pytest.mark.parametrize(
    ("condition", "sent"),
    [
        # numbers
        (Task.id == 3, item("id", "equal", "Number", 3)),
        (Task.id != 3, item("id", "not_equal", "Number", 3)),
        (Task.id < 3, item("id", "less", "Number", 3)),
        (Task.id <= 3, item("id", "less_or_equal", "Number", 3)),
        (Task.id > 3, item("id", "greater", "Number", 3)),
        (Task.id >= 3, item("id", "greater_or_equal", "Number", 3)),
        (~(Task.id > 3), item("id", "less_or_equal", "Number", 3)),
        (~(Task.id <= 3), item("id", "greater", "Number", 3)),
        (Task.id.between(3, 9), item("id", "in", "Number", {"min": 3, "max": 9})),
        (~Task.id.between(3, 9), item("id", "not_in", "Number", {"min": 3, "max": 9})),
        (Task.id.in_([3, 9]), item("id", "in_list", "Number", [3, 9])),
        (~Task.id.in_([3, 9]), item("id", "not_in_list", "Number", [3, 9])),
        (Task.avg_lead_time > 0.5, item("avg_lead_time", "greater", "Number", 0.5)),
        (Task.avg_lead_time.is_null(), item("avg_lead_time", "empty", "Number", True)),
        (Task.avg_lead_time == None, item("avg_lead_time", "empty", "Number", True)),  # noqa: E711
        (Task.avg_lead_time != None, item("avg_lead_time", "empty", "Number", False)),  # noqa: E711
        (Task.id == np.int64(3), item("id", "equal", "Number", 3)),
        # moments
        (
            Task.created_at >= datetime(2026, 1, 31, 12, tzinfo=UTC),
            item("created_at", "greater_or_equal", "Datetime", "2026-01-31T12:00:00.000000Z"),
        ),
        (
            Task.created_at < datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            item("created_at", "less", "Datetime", "2025-12-31T22:00:00.000000Z"),
        ),
        (Task.completed_at.is_null(False), item("completed_at", "empty", "Datetime", False)),
        # texts
        (
            Task.annotations_results.contains("Positive"),
            item("annotations_results", "contains", "String", "Positive"),
        ),
        (
            ~Task.annotations_results.contains("Positive"),
            item("annotations_results", "not_contains", "String", "Positive"),
        ),
        (Task.annotations_ids == 3, item("annotations_ids", "equal", "String", "3")),
        (
            Task.annotations_ids.contains([3, 4]),
            item("annotations_ids", "contains", "String", "3,4"),
        ),
        # booleans
        (Task.is_labeled == True, item("is_labeled", "equal", "Boolean", True)),  # noqa: E712
        (Task.is_labeled != True, item("is_labeled", "not_equal", "Boolean", True)),  # noqa: E712
        (Task.draft_exists == False, item("draft_exists", "equal", "Boolean", False)),  # noqa: E712
        # lists
        (Task.annotators.contains(7), item("annotators", "contains", "List", 7)),
        (~Task.annotators.contains(7), item("annotators", "not_contains", "List", 7)),
        (Task.annotators.is_null(), item("annotators", "empty", "List", True)),
        (
            Task.predictions_model_versions.contains("m1"),
            item("predictions_model_versions", "contains", "List", ["m1"]),
        ),
        # keys of the data: the type is that of the value
        (SPLIT == "train", item("data.split", "equal", "String", "train")),
        (SPLIT.in_(["train", "dev"]), item("data.split", "in_list", "String", ["train", "dev"])),
        (SPLIT.contains("tr"), item("data.split", "contains", "String", "tr")),
        (SPLIT.regex("^tr"), item("data.split", "regex", "String", "^tr")),
        (N > 2, item("data.n", "greater", "Number", 2)),
        (N == 1.5, item("data.n", "equal", "Number", 1.5)),
        (N.between(1, 9), item("data.n", "in", "Number", {"min": 1, "max": 9})),
        (Task.data["flag"] == True, item("data.flag", "equal", "Boolean", True)),  # noqa: E712
        (Task.data["mixed"] == "x", item("data.mixed", "equal", "String", "x")),
        (Review.split == "train", item("data.split", "equal", "String", "train")),
        (
            Review.when == datetime(2026, 1, 31, tzinfo=UTC),
            item("data.When", "in", "String", {"min": "2026-01-30", "max": "2026-02-02"}),  # held
        ),
    ],
    ids=repr,
)
def test_a_condition_becomes_an_item(condition: Expression, sent: Any, client: FakeClient) -> None:
    found = wire(condition, client)
    assert found == both(sent)
    assert type(found["items"][0]["value"]) is type(sent["value"])


def test_a_user_is_an_annotator_by_the_id(client: FakeClient) -> None:
    found = wire(Task.annotators.contains(User(7, client=client)), client)
    assert found["items"][0]["value"] == 7


def test_no_condition_is_no_filter(client: FakeClient) -> None:
    assert (compile_filter(None, client, 1).wire(), client.said) == (both(), [])


@pytest.fixture
def tokyo() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("tokyo")
@pytest.mark.parametrize("moment", [date(2026, 1, 1), datetime(2026, 1, 1)])
def test_a_date_is_sent_in_utc_and_meant_in_the_users_zone(
    moment: date, client: FakeClient
) -> None:
    found = wire(Task.created_at.between(moment, moment), client)
    assert found["items"][0]["value"] == dict.fromkeys(
        ("min", "max"), "2025-12-31T15:00:00.000000Z"
    )


# -- several conditions ---------------------------------------------------------------------------

NOT_A = item("total_annotations", "less_or_equal", "Number", 0)
NOT_B = item("total_predictions", "less_or_equal", "Number", 0)


@pytest.mark.parametrize(
    ("where", "sent"),
    [
        (A & B, both(ITEM_A, ITEM_B)),
        ((A & B) & (Task.id == 1), both(ITEM_A, ITEM_B, ONE)),
        (A | B, either(ITEM_A, ITEM_B)),
        (~(A & B), either(NOT_A, NOT_B)),
        (~(A | B), both(NOT_A, NOT_B)),
        ((Task.id == 1) | (Task.id == 2), both(item("id", "in_list", "Number", [1, 2]))),
        (
            ((Task.id == 1) | (Task.id == 2)) & A,
            both(item("id", "in_list", "Number", [1, 2]), ITEM_A),
        ),
        ((A & (Task.id == 1)) | B, either({**ITEM_A, "child_filter": ONE}, ITEM_B)),
        (
            (A | B) & (Task.id == 1),
            either({**ITEM_A, "child_filter": ONE}, {**ITEM_B, "child_filter": ONE}),
        ),
    ],
    ids=repr,
)
def test_conditions_are_joined_as_the_server_can(
    where: Expression, sent: Any, client: FakeClient
) -> None:
    found = compile_filter(where, client, 1)
    assert (found.wire(), found.fits) == (sent, True)


@pytest.mark.parametrize(
    "where",
    [
        (Task.created_at == date(2026, 1, 1)) | (Task.created_at == date(2026, 1, 2)),
        (Task.is_labeled == True) | (Task.is_labeled == False),  # noqa: E712
        (Task.annotations_ids == 3) | (Task.annotations_ids == 4),
        (Task.data["flag"] == True) | (Task.data["flag"] == False),  # noqa: E712
    ],
    ids=["dates", "booleans", "annotation ids", "types"],
)
def test_conditions_that_cannot_be_a_list_stay_separate(
    where: Expression, client: FakeClient
) -> None:
    found = wire(where, client)
    assert (found["conjunction"], len(found["items"])) == ("or", 2)
    assert {each["operator"] for each in found["items"]} == {"equal"}


def test_a_filter_that_the_server_cannot_express_is_split(client: FakeClient) -> None:
    found = compile_filter((A & B & (Task.id > 3)) | (Task.id == 1), client, 1)
    assert not found.fits
    assert [piece.wire() for piece in found.pieces()] == [
        both(ITEM_A, ITEM_B, item("id", "greater", "Number", 3)),
        both(ONE),
    ]


def test_a_filter_that_fits_is_one_piece(client: FakeClient) -> None:
    found = compile_filter(A | B, client, 1)
    assert found.pieces() == [found]


@pytest.mark.parametrize(
    ("where", "takes"), [(A & B, True), (A | B, True), ((A & B) | (Task.id == 1), False)]
)
def test_a_key_is_added_where_it_fits(where: Expression, takes: bool, client: FakeClient) -> None:
    assert compile_filter(where, client, 1).accepts_key is takes


def test_a_key_is_added_to_every_clause(client: FakeClient) -> None:
    assert Filter().wire(ONE) == both(ONE)
    assert compile_filter(A & B, client, 1).wire(ONE) == both(ITEM_A, ITEM_B, ONE)
    assert compile_filter(A | B, client, 1).wire(ONE) == either(
        {**ITEM_A, "child_filter": ONE}, {**ITEM_B, "child_filter": ONE}
    )


def test_too_many_alternatives_are_refused_with_what_can_be_done(
    client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dnf, "MAX_CLAUSES", 4)
    compile_filter((A | B) & (A | B), client, 1)
    with pytest.raises(
        InvalidInput, match=r"must not have more than 4 alternatives(.|\n)*in Python"
    ):
        compile_filter((A | B) & (A | B) & (A | B), client, 1)


def test_a_long_list_of_values_becomes_several(
    client: FakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dnf, "MAX_LIST_VALUES", 2)
    assert wire(Task.id.in_(range(5)), client) == either(
        *(item("id", "in_list", "Number", values) for values in ([0, 1], [2, 3], [4]))
    )


def test_a_filter_too_long_for_a_url_is_split(client: FakeClient) -> None:
    found = compile_filter(Task.id.in_(range(10**6, 10**6 + 1000)), client, 1)
    assert not found.fits
    lists = [piece.wire()["items"][0]["value"] for piece in found.pieces()]
    assert [id for ids in lists for id in ids] == list(range(10**6, 10**6 + 1000))


def test_a_piece_that_is_too_long_for_a_url_is_refused(client: FakeClient) -> None:
    with pytest.raises(
        InvalidInput, match=r"must not exceed 6,000 characters in a URL, but has \d,\d+"
    ):
        compile_filter(SPLIT.contains("x" * 6000), client, 1)


@pytest.mark.parametrize(
    ("condition", "repeating"),
    [
        (Task.annotators.contains(7), True),
        (Task.annotations_ids == 3, True),
        (Task.predictions_model_versions.contains("m1"), True),
        (A | Task.annotators.contains(7), True),
        (Task.annotations_results.contains("x"), False),
    ],
    ids=repr,
)
def test_filters_that_repeat_tasks_are_known(
    condition: Expression, repeating: bool, client: FakeClient
) -> None:
    assert compile_filter(condition, client, 1).repeating is repeating


# -- null -----------------------------------------------------------------------------------------

NO_N = item("data.n", "empty", "String", True)
SOME_N = item("data.n", "regex", "String", "^-?[0-9]")
WORD_N = item("data.n", "regex", "String", "^[^-0-9]|^-[^0-9]")
MORE_THAN_BLANK = item("data.split", "greater", "String", "")  # numbers are less than any text
NO_SPLIT = item("data.split", "empty", "String", True)
SOME_SPLIT = item("data.split", "empty", "String", False)
TEXT_SPLIT = item("data.split", "not_equal", "String", "")
BLANK_N, BLANK_SPLIT = (item(f"data.{name}", "equal", "String", "") for name in ("n", "split"))


@pytest.mark.parametrize(
    ("condition", "sent"),
    [
        # What is turned round finds what is null or missing too.
        (SPLIT != "train", either(item("data.split", "not_equal", "String", "train"), NO_SPLIT)),
        (
            ~SPLIT.contains("tr"),
            either(item("data.split", "not_contains", "String", "tr"), NO_SPLIT),
        ),
        (
            ~SPLIT.in_(["train"]),
            either(item("data.split", "not_in_list", "String", ["train"]), NO_SPLIT),
        ),
        (~(N < 3), either(item("data.n", "greater_or_equal", "Number", 3), NO_N, BLANK_N, WORD_N)),
        (
            Task.predictions_score != 0.5,
            either(
                item("predictions_score", "not_equal", "Number", 0.5),
                item("predictions_score", "empty", "Number", True),
            ),
        ),
        (
            ~(Task.completed_at > datetime(2026, 1, 1, tzinfo=UTC)),
            either(
                item("completed_at", "less_or_equal", "Datetime", "2026-01-01T00:00:00.000000Z"),
                item("completed_at", "empty", "Datetime", True),
            ),
        ),
        # Null and texts in the data must not be taken for 0.
        (N == 0, both(item("data.n", "equal", "Number", 0), SOME_N)),
        (N < 3, both(item("data.n", "less", "Number", 3), SOME_N)),
        (N.between(-1, 1), both(item("data.n", "in", "Number", {"min": -1, "max": 1}), SOME_N)),
        (N != 3, either(item("data.n", "not_equal", "Number", 3), NO_N)),
        (
            ~(N > 3),
            either(
                item("data.n", "less_or_equal", "Number", 3, child_filter=SOME_N),
                NO_N,
                BLANK_N,
                WORD_N,
            ),
        ),
        # … nor for the text "null" or empty text, where texts are ordered.
        (SPLIT < "b", both(item("data.split", "less", "String", "b"), MORE_THAN_BLANK)),
        # Empty is null, and what the server takes for empty depends on the first task.
        (SPLIT.is_null(), either(NO_SPLIT, BLANK_SPLIT)),
        (SPLIT.is_null(False), both(SOME_SPLIT, TEXT_SPLIT)),
    ],
    ids=repr,
)
def test_comparisons_exclude_null_and_negations_include_it(
    condition: Expression, sent: Any, client: FakeClient
) -> None:
    assert wire(condition, client) == sent


def test_computed_columns_are_never_child_filters(client: FakeClient) -> None:
    found = compile_filter(((N == 5) | (SPLIT == "a")) & Task.completed_at.is_null(), client, 1)
    assert found.fits
    assert {each["filter"] for each in found.wire()["items"]} == {"filter:tasks:completed_at"}
    both_worked_out = (Task.completed_at.is_null() & (Task.avg_lead_time > 1)) | (Task.id == 1)
    assert not compile_filter(both_worked_out, client, 1).fits


def test_a_list_of_long_texts_becomes_several(client: FakeClient) -> None:
    paths = [f"/data/{n:03}/{'x' * 50}.png" for n in range(150)]
    pieces = compile_filter(SPLIT.in_(paths), client, 1).pieces()
    assert len(pieces) > 1
    sent = [value for piece in pieces for value in piece.clauses[0][0]["value"]]
    assert sent == paths
