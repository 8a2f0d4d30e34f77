"""Filters of views are read back as conditions that would be saved the same way again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from support.fake import FakeClient
from support.filters import UTC, A, B, both, either, item

from label_studio_orm import InvalidInput, Task, User
from label_studio_orm.data_manager.filters import compile_filter
from label_studio_orm.data_manager.raw_filters import RawItem
from label_studio_orm.data_manager.stored_filters import stored_filter
from label_studio_orm.orm.expressions import Column, Expression, Group

SPLIT, N = Task.data["split"], Task.data["n"]
MOMENT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def column(wire: str) -> Column | None:
    fields = {field.wire: field for field in Task.fields.values()}
    return Task.data[wire[5:]] if wire.startswith("data.") else fields.get(wire)


def read(filters: Any) -> Expression | None:
    return stored_filter(filters, column)


def leaves(where: Expression | None) -> list[Expression]:
    if isinstance(where, Group):
        return [leaf for part in where.parts for leaf in leaves(part)]
    return [] if where is None else [where]


@pytest.mark.parametrize(
    "where",
    [
        Task.id == 3,
        Task.id.in_([1, 2]),
        Task.id.between(1, 9),
        ~(Task.total_annotations == 0),
        Task.created_at >= MOMENT,
        Task.completed_at.is_null(),
        Task.completed_at.is_null(False),
        Task.draft_exists == True,  # noqa: E712
        Task.annotators.contains(User(3, client=FakeClient())),
        Task.annotations_results.contains("cat"),
        SPLIT == "train",
        SPLIT.contains("tra"),
        SPLIT.in_(["train", "test"]),
        N < 3,
        N.between(1, 2),
        A & B,
        A & (N < 3) & (SPLIT == "train"),
        A | B,
        (A & (Task.id > 3)) | B,
    ],
    ids=repr,
)
def test_what_was_saved_is_read_back(where: Expression, client: FakeClient) -> None:
    saved = compile_filter(where, client, 1).wire()
    found = read(saved)
    assert not any(isinstance(leaf, RawItem) for leaf in leaves(found))
    assert compile_filter(found, client, 1).wire() == saved


def test_a_condition_that_was_saved_as_several_items_is_one_again(client: FakeClient) -> None:
    saved = compile_filter(A & (N < 3), client, 1).wire()
    assert len(saved["items"]) > 2
    assert repr(read(saved)) == "(total_annotations > 0) & (data['n'] < 3)"


@pytest.mark.parametrize(
    "stored",
    [
        item("data.n", "equal", "Unknown", "3"),
        item("data.n", "less", "Number", 3),  # without what excludes null
        item("id", "equal", "String", "3"),
        item("id", "in", "Number", 3),
        item("id", "in_list", "Number", None),
        item("agreement", "greater", "Number", 50),
        item("created_at", "less", "Datetime", "yesterday"),
        item("completed_at", "empty", "Datetime", "false"),
    ],
    ids=repr,
)
def test_other_items_stay_as_they_are(stored: Any) -> None:
    (leaf,) = leaves(read(both(stored)))
    assert isinstance(leaf, RawItem)
    assert leaf.item == stored


def test_items_of_both_kinds_are_combined(client: FakeClient) -> None:
    raw = item("id", "equal", "String", "3")
    parent = item("total_annotations", "greater", "Number", 0, child_filter=raw)
    found = read(either(parent, item("id", "less", "Number", 9)))
    assert [isinstance(leaf, RawItem) for leaf in leaves(found)] == [False, True, False]


def test_no_filter_is_none() -> None:
    assert read({}) is None
    assert read(both()) is None


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="operator of items"):
        read(both(item("id", "sounds_like", "Number", 3)))
