"""Columns of a project: names and types, and conditions that are refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from support.fake import FakeClient
from support.filters import (
    COLUMNS,
    SAMPLE,
    SPLIT,
    A,
    N,
    both,
    columns,
    item,
    sample,
    wire,
)

from label_studio_orm import Task
from label_studio_orm.data_manager.filters import compile_filter
from label_studio_orm.errors import InvalidInput, Unsupported
from label_studio_orm.orm.expressions import Expression


def test_a_column_that_the_server_fails_at_is_refused(client: FakeClient) -> None:
    client.is_of_version("1.10.1")
    with pytest.raises(
        Unsupported,
        match=r"1\.10\.1 cannot filter or order tasks by storage_filename; 1\.12 and later can",
    ):
        compile_filter(Task.storage_filename.contains("a.png"), client, 1)


# -- names and types ------------------------------------------------------------------------------


def test_usual_columns_are_known_without_asking(client: FakeClient) -> None:
    wire(A & (Task.id > 3) & Task.annotators.contains(7), client)
    assert client.said == []


def test_columns_and_types_of_the_data_are_requested_once(client: FakeClient) -> None:
    for _ in range(3):
        wire((SPLIT == "train") & (N > 2) & (SPLIT == "test"), client)
    assert client.said == [COLUMNS, SAMPLE, SAMPLE]  # a sample a key
    assert client.calls[0] == (COLUMNS, None)


def test_each_project_has_its_own_columns(client: FakeClient) -> None:
    compile_filter(SPLIT.regex("t"), client, 1)
    compile_filter(SPLIT.regex("t"), client, 2)
    assert client.said == [COLUMNS, COLUMNS]


def test_an_unknown_key_reloads_the_columns_once(client: FakeClient) -> None:
    wire(SPLIT.regex("x"), client)
    client.answers[COLUMNS] = columns("split", "new")  # came with an import
    assert wire(Task.data["new"].regex("x"), client) == both(
        item("data.new", "regex", "String", "x")
    )
    assert client.said == [COLUMNS, COLUMNS]


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (
            Task.data["spilt"] == "x",
            "No task of project 1 has data 'spilt'. Did you mean 'split'?",
        ),
        (
            Task.data["whatever"] == "x",
            "has data 'whatever'. There are When, a__b, flag, mixed, n, split.",
        ),
        (Task.meta == "x", "has no column 'meta' to filter or order"),
        (Task.project == 3, "in Python: [task for task in project.tasks if …]"),
    ],
    ids=repr,
)
def test_an_unknown_name_is_told_with_what_there_is(
    condition: Expression, says: str, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_filter(condition, client, 1)
    assert says in str(caught.value)
    assert client.said == [COLUMNS, COLUMNS]


def test_a_project_without_any_data_says_so(client: FakeClient) -> None:
    client.answers[COLUMNS] = columns()
    says = r"No task of project 1 has data 'split'\. It has no tasks with data yet\."
    with pytest.raises(InvalidInput, match=says):
        compile_filter(SPLIT == "train", client, 1)


def test_a_column_of_this_server_only_has_the_servers_type(client: FakeClient) -> None:
    class Enterprise(Task):
        pass

    wait = Enterprise.fields["agreement"]
    client.answers[COLUMNS]["columns"].append({"id": "agreement", "type": "Number"})
    assert wire(wait > 50, client) == both(item("agreement", "greater", "Number", 50))


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (Task.id.contains(3), "id is of type Number: it must be filtered by one of <"),
        (Task.created_at.regex("2026"), "of type Datetime: it must be filtered by one of"),
        (
            Task.is_labeled > False,
            "of type Boolean: it must be filtered by one of ==, null, not '>'",
        ),
        (
            Task.annotators == 7,
            "of type List: it must be filtered by one of contains, null, not '=='",
        ),
        (Task.annotations_results.is_null(), "For tasks without any: Task.total_annotations == 0."),
        (Task.annotations_results == None, "must be filtered by one of ==, contains, not 'null'"),  # noqa: E711
        (Task.file_upload == "a.csv", "must be filtered by one of contains, null, not '=='"),
        (~SPLIT.regex("^tr"), "must not be negated"),
        (Task.id == "3", "id must be compared with numbers, not '3'"),
        (Task.id == True, "id must be compared with numbers, not True"),  # noqa: E712
        (Task.id == float("nan"), "id must be compared with numbers, not nan"),
        (Task.id < float("inf"), "id must be compared with numbers, not inf"),
        (float("nan") < N, "must be compared with numbers, not nan"),
        (Task.id.in_([1, None]), "id must be compared with numbers, not None"),
        (
            Task.created_at > "2026-01-01",
            "created_at must be compared with dates, not '2026-01-01'",
        ),
        (Task.created_at > 2026, "must be compared with dates, not 2026"),
        (Task.is_labeled == 1, "is_labeled must be True or False, not 1"),
        (Task.annotations_results.contains(3), "must be compared with texts, not 3"),
        (Task.annotators.contains("ann"), "must be compared with numbers, not 'ann'"),
        (SPLIT.in_(["a", 1]), "must be compared with values of one type"),
        (N.between(1, "9"), "must be compared with values of one type"),
        (
            date(2026, 1, 1) < SPLIT,
            "data must be compared with texts, numbers or booleans; dates with",
        ),
        (SPLIT == ["train"], "data must be compared with texts, numbers or booleans"),
        (Task.data["a__b"] == 1, "must not contain spaces, quotes or '__'"),
        (N == "1", "would find nothing: 'n' is of type Number in the data (of the first 20"),
        (SPLIT == "a\x00", "must not contain NUL (\\x00): PostgreSQL cannot store it"),
        (SPLIT.in_(["a", "b\x00"]), "must not contain NUL"),
        (SPLIT.contains("\x00"), "must not contain NUL"),
        (~SPLIT.contains("\x00"), "must not contain NUL"),
        (SPLIT > 3, "would find nothing: 'split' is of type String in the data (of the first 20"),
        (Task.data["flag"] == 1, "'flag' is of type Boolean in the data (of the first 20"),
    ],
    ids=repr,
)
def test_conditions_that_would_match_nothing_are_refused(
    condition: Expression, says: str, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput) as caught:
        compile_filter(condition, client, 1)
    assert says in str(caught.value)


@pytest.mark.parametrize("column", [Task.id, SPLIT, N], ids=repr)
def test_in_without_values_is_no_error(column: Any, client: FakeClient) -> None:
    assert wire(column.in_([]), client)["items"][0]["value"] == []


def test_an_unexpected_type_is_sampled_again(client: FakeClient) -> None:
    wire(N > 2, client)
    client.answers[SAMPLE] = sample({"n": 1}, {"n": "one"})  # texts were imported since
    assert wire(N == "one", client) == both(item("data.n", "equal", "String", "one"))
    assert client.said.count(SAMPLE) == 2


def test_without_sampled_values_any_type_is_accepted(client: FakeClient) -> None:
    client.answers[SAMPLE] = sample({"n": None}, {})
    assert wire(N == "one", client) == both(item("data.n", "equal", "String", "one"))
