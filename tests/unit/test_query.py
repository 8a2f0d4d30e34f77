"""Queries: lazy, and always read to their end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm.errors import (
    IncompleteResult,
    InvalidInput,
    MultipleFound,
    NotFound,
    UnknownName,
)
from label_studio_orm.orm.fields import Field
from label_studio_orm.orm.pages import NumberedPages, WholeList
from label_studio_orm.orm.query import Query
from label_studio_orm.orm.record import Record
from label_studio_orm.records.task import Task, TaskPages


class Book(Record):
    kind = "book"
    endpoint = "/books/{id}"
    title = Field[str]()


def past_the_end() -> NotFound:
    return NotFound("404", detail="Invalid page.")


class Shop:
    """Books that come in pages, and may come and go between two of them."""

    def __init__(self, count: int) -> None:
        self.ids = list(range(1, count + 1))
        self.pages = 0
        self.before_page = {}  # page number → what happens before it is read

    def answer(self, options: dict[str, Any]) -> Any:
        self.pages += 1
        number, size = options["params"]["page"], options["params"]["page_size"]
        self.before_page.get(number, lambda: None)()
        ids = self.ids[(number - 1) * size : number * size]
        if not ids and number > 1:
            return past_the_end()
        return {"count": len(self.ids), "results": [{"id": i, "title": f"b{i}"} for i in ids]}


def books(shop: Shop) -> Query[Book]:
    client = FakeClient(Book)
    client.answers["GET /books"] = shop.answer
    return Query(client, Book, NumberedPages("/books", page_size=10))


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 25])
def test_all_pages_are_read_and_none_past_the_end(count: int) -> None:
    shop = Shop(count)
    assert [book.id for book in books(shop)] == shop.ids
    pages = max(1, -(-count // 10))
    assert shop.pages == pages + (pages - 1)  # and a look at each page's edge: did it move?


def test_nothing_is_read_before_it_is_asked_for() -> None:
    shop = Shop(25)
    repr(books(shop))
    assert shop.pages == 0


def test_the_length_costs_one_request() -> None:
    shop = Shop(25)
    assert len(books(shop)) == books(shop).count() == 25
    assert shop.pages == 2


def test_each_loop_reads_anew() -> None:
    shop = Shop(3)
    query = books(shop)
    assert query.ids() == [1, 2, 3]
    shop.ids.append(4)
    assert query.ids() == [1, 2, 3, 4]


def test_books_can_be_indexed_and_sliced_like_a_list() -> None:
    shop = Shop(25)
    query = books(shop)
    plain = [book.id for book in query]
    assert [query[i].id for i in (0, 9, 10, 24, -1, -25)] == [1, 10, 11, 25, 25, 1]
    for part in (slice(3, 8), slice(8, 12), slice(20, 99), slice(30, 40), slice(5, 5), slice(2)):
        assert [book.id for book in query[part]] == plain[part]
    for part in (slice(-3, None), slice(None, None, 7), slice(None, None, -1), slice(20, -2)):
        assert [book.id for book in query[part]] == plain[part]


@pytest.mark.parametrize("index", [25, -26])
def test_an_index_past_the_end_is_an_index_error(index: int) -> None:
    with pytest.raises(IndexError, match=rf"\[{index}\]"):
        books(Shop(25))[index]


def test_the_first_one_costs_one_small_request() -> None:
    shop = Shop(25)
    assert books(shop).first() == books(shop)[0]
    assert bool(books(shop))
    assert shop.pages == 3


def test_an_empty_query_is_false_and_has_no_first() -> None:
    assert not books(Shop(0))
    assert books(Shop(0)).first() is None


def test_what_goes_away_while_it_is_read_is_never_passed_over_in_silence() -> None:
    shop = Shop(25)
    shop.before_page[2] = lambda: shop.ids.remove(1)
    with pytest.raises(IncompleteResult, match="Rows of /books went away"):
        list(books(shop).ids())


def test_one_that_goes_as_another_comes_is_noticed_too() -> None:
    shop = Shop(25)
    shop.before_page[2] = lambda: (shop.ids.remove(1), shop.ids.append(26))
    with pytest.raises(IncompleteResult, match="went away"):
        books(shop).ids()


def test_a_page_that_is_gone_before_it_is_read_is_no_404() -> None:
    shop = Shop(11)
    shop.before_page[2] = lambda: shop.ids.pop()
    with pytest.raises(IncompleteResult, match="went away"):
        books(shop).ids()


def test_what_is_added_at_the_end_is_seen() -> None:
    shop = Shop(15)
    shop.before_page[2] = lambda: shop.ids.append(16)
    assert books(shop).ids() == shop.ids


def test_get_with_an_id_reads_nothing() -> None:
    shop = Shop(3)
    assert books(shop).get(2).id == 2
    assert shop.pages == 0


def test_get_by_a_field_finds_exactly_one() -> None:
    assert books(Shop(25)).get(title="b17").id == 17


def test_get_by_a_field_that_none_has_is_not_found() -> None:
    with pytest.raises(LookupError, match="No book with title='b99' at http://fake"):
        books(Shop(3)).get(title="b99")


def test_get_by_a_field_that_several_have_is_refused() -> None:
    client = FakeClient(Book)
    client.answers["GET /books"] = [{"id": 1, "title": "x"}, {"id": 2, "title": "x"}]
    with pytest.raises(MultipleFound, match="<Book 1 'x'>, <Book 2 'x'>"):
        Query(client, Book, WholeList("/books")).get(title="x")


def test_get_by_a_mistyped_field_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="'title'"):
        books(Shop(3)).get(titel="b1")


def test_get_by_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match="Which book"):
        books(Shop(3)).get()


def test_a_list_in_one_answer_works_the_same() -> None:
    client = FakeClient(Book)
    client.answers["GET /books"] = [{"id": number} for number in range(5)]
    query = Query(client, Book, WholeList("/books"))
    assert (len(query), query[1:3], query[-1].id) == (5, [query[1], query[2]], 4)


class Tasks:
    """The tasks of a project as the server pages them: by number, after a key."""

    def __init__(self, count: int) -> None:
        self.ids = list(range(1, count + 1))
        self.pages = 0
        self.between: list[Any] = []

    def answer(self, options: dict[str, Any]) -> Any:
        if self.pages and self.between:
            self.between.pop(0)()
        self.pages += 1
        params = options["params"]
        number, size = params["page"], params["page_size"]
        items = json.loads(params["query"])["filters"]["items"]
        after = items[0]["value"] if items else 0
        left = [i for i in self.ids if i > after]
        page = left[(number - 1) * size : number * size]
        if not page and number > 1:
            return past_the_end()
        return {"total": len(left), "tasks": [{"id": i} for i in page]}


def tasks(server: Tasks) -> Query[Task]:
    client = FakeClient(Task)
    client.answers["GET /api/tasks/"] = server.answer
    return Query(client, Task, TaskPages(1, page_size=10))


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25, 30])
def test_all_tasks_are_read(count: int) -> None:
    server = Tasks(count)
    assert tasks(server).ids() == server.ids
    assert len(tasks(server)) == count


def test_tasks_can_be_indexed_and_sliced_like_a_list() -> None:
    query = tasks(Tasks(35))
    plain = query.ids()
    for part in (slice(3, 8), slice(8, 12), slice(9, 31), slice(20, 99), slice(40, 50), slice(4)):
        assert [task.id for task in query[part]] == plain[part]
    assert [query[i].id for i in (0, 10, 34, -1)] == [1, 11, 35, 35]


def test_tasks_that_come_and_go_move_no_other_task_off_a_page() -> None:
    server = Tasks(35)
    server.between = [
        lambda: [server.ids.remove(i) for i in (1, 2, 3, 12)],
        lambda: server.ids.append(36),
        lambda: server.ids.remove(5),
    ]
    assert tasks(server).ids() == [i for i in range(1, 37) if i != 12]


def test_a_count_that_the_server_does_not_deliver_is_an_error() -> None:
    client = FakeClient(Task)
    client.answers["GET /api/tasks/"] = {"total": 3, "tasks": []}
    with pytest.raises(IncompleteResult, match="3 more tasks in project 1"):
        Query(client, Task, TaskPages(1)).ids()
