"""Conditions and orders: made of fields, combined with & | ~, and evaluated in Python."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.fake import FakeClient

from label_studio_orm import Task
from label_studio_orm.errors import InvalidInput, UnknownName
from label_studio_orm.orm.expressions import Condition, Expression, Order, all_of, in_utc
from label_studio_orm.orm.fields import DATETIME, Field, Reference
from label_studio_orm.orm.meta import Meta
from label_studio_orm.orm.record import Record


class Shelf(Record):
    _meta = Meta(kind="shelf", path="/shelves/{id}")


class Book(Record):
    _meta = Meta(kind="book", path="/books/{id}")

    title = Field[str | None]()
    pages = Field[int | None]()
    tags = Field[list[str]]()
    notes = Field[dict[str, Any]]()
    printed = Field[datetime | None](converter=DATETIME)
    shelf: Reference[Shelf | None] = Reference("shelf")


EMMA = {
    "title": "Emma",
    "pages": 474,
    "tags": ["novel"],
    "notes": {"split": "train", "stars": 5},
    "printed": "1815-12-23T00:00:00Z",
    "shelf": 7,
}
NOTHING: dict[str, Any] = dict.fromkeys(EMMA)


def book(**params: Any) -> Book:
    client = FakeClient(Book, Shelf)
    return Book._from_answer(client, {"id": 1, **EMMA, **params}, complete=True)


@pytest.mark.parametrize(
    "condition",
    [
        Book.pages == 474,
        Book.pages != 475,
        Book.pages > 473,
        Book.pages >= 474,
        Book.pages < 475,
        Book.pages <= 474,
        Book.pages.in_([1, 474]),
        Book.pages.in_(iter([474])),
        Book.pages.between(474, 500),
        Book.pages.between(400, 474),
        Book.title.contains("MM"),
        Book.tags.contains("novel"),
        Book.title.regex("^Em+a$"),
        Book.title.is_null(False),
        ~Book.title.is_null(),
        Book.notes["split"] == "train",
        Book.notes["stars"] > 4,
        Book.notes["missing"].is_null(),
        Book.notes["missing"] == None,  # noqa: E711 that is how null is asked for
        Book.shelf == 7,
        Book.shelf.in_([7, 8]),
        ~(Book.pages == 475),
        (Book.pages > 100) & (Book.title == "Emma"),
        (Book.pages > 900) | (Book.title == "Emma"),
        ~((Book.pages > 900) | (Book.title == "Persuasion")),
        ~((Book.pages > 100) & (Book.title == "Persuasion")),
    ],
    ids=repr,
)
def test_a_condition_holds_for_a_matching_record(condition: Expression) -> None:
    assert condition.holds(book())
    assert not (~condition).holds(book())


@pytest.mark.parametrize(
    "condition",
    [
        Book.pages == 474,
        Book.pages > 0,
        Book.pages.between(0, 999),
        Book.pages.in_([474]),
        Book.title.contains(""),
        Book.title.regex(".*"),
        Book.tags.contains("novel"),
        Book.notes["split"] == "train",
        Book.printed < datetime(2026, 1, 1, tzinfo=timezone.utc),
        Book.shelf == 7,
        Book.pages.is_null(False),
    ],
    ids=repr,
)
def test_null_matches_no_condition_but_every_negated_one(condition: Condition) -> None:
    assert not condition.holds(book(**NOTHING))
    assert (~condition).holds(book(**NOTHING))


@pytest.mark.parametrize("nothing", [None, "", []])
def test_null_and_empty_values_are_null(nothing: Any) -> None:
    assert Book.title.is_null().holds(book(title=nothing))


@pytest.mark.parametrize("something", [0, False, "x", [0]])
def test_zero_and_false_are_not_null(something: Any) -> None:
    assert not Book.title.is_null().holds(book(title=something))


@pytest.mark.parametrize(
    "wanted", [lambda client: Shelf(7, client=client), lambda client: 7], ids=["record", "id"]
)
def test_records_are_compared_by_their_ids(wanted: Callable[[Any], Any]) -> None:
    emma = book()
    assert (Book.shelf == wanted(emma.client)).holds(emma)
    assert Book.shelf.in_([wanted(emma.client)]).holds(emma)


# -- dates ----------------------------------------------------------------------------------------


@pytest.fixture
def tokyo() -> Iterator[None]:
    """The local time zone is Tokyo, nine hours ahead of UTC."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("tokyo")
@pytest.mark.parametrize(
    "moment",
    [
        date(1970, 1, 2),
        datetime(1970, 1, 2),
        datetime(1970, 1, 1, 15, tzinfo=timezone.utc),
        datetime(1970, 1, 1, 17, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_a_date_without_a_time_zone_is_in_local_time(moment: date) -> None:
    printed = book(printed="1970-01-01T15:00:00Z")  # midnight in Tokyo
    assert (Book.printed == moment).holds(printed)
    assert Book.printed.between(moment, moment).holds(printed)
    assert not (Book.printed < moment).holds(printed)


# -- error messages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Book.pages > 1 and Book.pages < 9,
        lambda: Book.pages > 1 or Book.pages < 9,
        lambda: not Book.pages > 1,
        lambda: 1 < Book.pages < 9,
    ],
    ids=["and", "or", "not", "chained"],
)
def test_a_condition_has_no_truth_value(mistake: Callable[[], Any]) -> None:
    with pytest.raises(InvalidInput, match=r"Combine conditions with & \| ~, .*a < x < b is x"):
        mistake()


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Book.pages > 1 & Book.pages < 9,
        lambda: Book.pages == 1 | Book.pages == 9,
        lambda: (Book.pages == 1) & Book.tags | Book.title,
        lambda: Book.title == "Emma" & Book.pages > 9,
        lambda: Book.pages & (Book.pages > 9),
        lambda: Book.title == "Emma" & (Book.pages > 9),
        lambda: Book.pages == 1 | (Book.pages > 9),
    ],
)
def test_an_error_explains_missing_parentheses(mistake: Callable[[], Any]) -> None:
    with pytest.raises(InvalidInput, match=r"needs parentheses|needs a condition, not a field"):
        mistake()


@pytest.mark.parametrize("values", ["train", b"train", {"train": 1}, 7, None, Book.title])
def test_in_requires_a_list_not_a_text(values: Any) -> None:
    with pytest.raises(InvalidInput, match=r"title\.in_\(\) needs a list of values, not"):
        Book.title.in_(values)


def test_only_top_level_keys_can_be_compared() -> None:
    with pytest.raises(InvalidInput, match=r"notes\['a'\]\['b'\] lies too deep"):
        Book.notes["a"]["b"]


@pytest.mark.parametrize("pattern", ["(", "[a", None, 7])
def test_an_invalid_regular_expression_is_refused(pattern: Any) -> None:
    with pytest.raises(InvalidInput, match="must be a regular expression, not"):
        Book.title.regex(pattern)


def test_combining_needs_a_condition() -> None:
    with pytest.raises(InvalidInput, match=r"such as Task\.total_annotations > 0, not 'x'"):
        (Book.pages > 1) & "x"  # type: ignore[operator]
    with pytest.raises(InvalidInput, match="not a field: compare it, as in tags == True"):
        (Book.pages > 1) & Book.tags  # type: ignore[operator]


@pytest.mark.parametrize(
    "condition",
    [Book.title > 3, Book.pages.between(None, 3), Book.pages.contains("4"), Book.printed < "1900"],
    ids=repr,
)
def test_an_error_names_both_values_that_cannot_be_compared(condition: Condition) -> None:
    with pytest.raises(InvalidInput, match="cannot be compared with"):
        condition.holds(book())


# -- representation -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (Book.pages > 3, "pages > 3"),
        (Book.notes["split"] != "train", "not notes['split'] == 'train'"),
        ((Book.pages > 3) & ~(Book.title == "x"), "(pages > 3) & (not title == 'x')"),
        (~((Book.pages > 3) & (Book.title == "x")), "(not pages > 3) | (not title == 'x')"),
        (-Book.pages, "-pages"),
        (Order(Book.notes["stars"]), "notes['stars']"),
    ],
)
def test_the_repr_of_an_expression_is_readable(expression: Expression | Order, said: str) -> None:
    assert repr(expression) == said


def test_an_expression_lists_its_conditions() -> None:
    mixed = (Book.pages > 3) & ~((Book.title == "x") | Book.tags.contains("y"))
    assert [each.column.name for each in mixed.conditions()] == ["pages", "title", "tags"]


def test_all_of_no_conditions_is_none() -> None:
    only = Book.pages > 3
    assert (all_of(), all_of(None), all_of(None, only)) == (None, None, only)


def test_columns_are_hashable() -> None:
    assert {Book.pages: 1}[Book.pages] == 1
    assert len({Book.pages, Book.title, Book.pages}) == 2


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (Decimal("1.5"), 1.5),
        (Decimal("1770000000000000001"), 1770000000000000001),
        (Decimal("Infinity"), float("inf")),
        (pd.Timestamp(2026, 1, 31), datetime(2026, 1, 31)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_of_numpy_and_pandas_are_compared_like_python_values(given: Any, plain: Any) -> None:
    found = (Task.data["n"] == given).value
    assert (found, type(found)) == (plain, type(plain))
    assert (Task.data["n"].in_([given])).value == (plain,)


def test_nat_and_datetimes_out_of_range_are_refused() -> None:
    with pytest.raises(InvalidInput, match="must be a datetime"):
        _ = Task.created_at > pd.NaT
    with pytest.raises(InvalidInput, match="too early or too late"):
        in_utc(datetime.min.replace(tzinfo=timezone(timedelta(hours=14))))


@pytest.mark.parametrize(
    ("name", "hint"),
    [("split", r"If it is a key: Task\.data\['split'\]"), ("contain", "'contains'")],
)
def test_a_key_that_is_written_as_an_attribute_is_explained(name: str, hint: str) -> None:
    with pytest.raises(UnknownName, match=rf"Task\.data has no attribute '{name}'\. .*{hint}"):
        getattr(Task.data, name)
    assert not hasattr(Task.data, "__array__")
