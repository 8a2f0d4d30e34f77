"""Queries are lazy and read every page."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project
from label_studio_orm.errors import (
    IncompleteResult,
    InvalidInput,
    MultipleFound,
    NotFound,
    Rejected,
    UnknownName,
)
from label_studio_orm.orm.fields import Field
from label_studio_orm.orm.meta import Meta
from label_studio_orm.orm.pagination import NumberedPages, WholeList
from label_studio_orm.orm.query import Query
from label_studio_orm.orm.record import Record
from label_studio_orm.records.projects import Projects


class Book(Record):
    _meta = Meta(kind="book", path="/books/{id}")
    title = Field[str]()
    pages = Field[int | None]()


def past_the_end() -> NotFound:
    return NotFound("404", detail="Invalid page.")


class Shop:
    """Books that come in pages, and may come and go between two of them."""

    def __init__(self, count: int) -> None:
        self.ids = list(range(1, count + 1))
        self.pages = 0
        self.before_page = {}  # page number → called before that page is read

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
def test_all_pages_are_read_and_none_after_the_last(count: int) -> None:
    shop = Shop(count)
    assert [book.id for book in books(shop)] == shop.ids
    pages = max(1, -(-count // 10))
    assert shop.pages == pages + (pages - 1)  # and one request at each page's edge: did it move?


def test_a_query_is_lazy() -> None:
    shop = Shop(25)
    repr(books(shop))
    assert shop.pages == 0


def test_the_length_costs_one_request() -> None:
    shop = Shop(25)
    assert len(books(shop)) == books(shop).count() == 25
    assert shop.pages == 2


def test_each_iteration_reads_again() -> None:
    shop = Shop(3)
    query = books(shop)
    assert query.ids() == [1, 2, 3]
    shop.ids.append(4)
    assert query.ids() == [1, 2, 3, 4]


def test_a_query_can_be_indexed_and_sliced_like_a_list() -> None:
    shop = Shop(25)
    query = books(shop)
    plain = [book.id for book in query]
    assert [query[i].id for i in (0, 9, 10, 24, -1, -25)] == [1, 10, 11, 25, 25, 1]
    for part in (slice(3, 8), slice(8, 12), slice(20, 99), slice(30, 40), slice(5, 5), slice(2)):
        assert [book.id for book in query[part]] == plain[part]
    for part in (slice(-3, None), slice(None, None, 7), slice(None, None, -1), slice(20, -2)):
        assert [book.id for book in query[part]] == plain[part]


@pytest.mark.parametrize("index", [25, -26])
def test_an_index_out_of_range_is_an_index_error(index: int) -> None:
    with pytest.raises(IndexError, match=rf"\[{index}\]"):
        books(Shop(25))[index]


def test_first_costs_one_small_request() -> None:
    shop = Shop(25)
    assert books(shop).first() == books(shop)[0]
    assert bool(books(shop))
    assert shop.pages == 3


def test_an_empty_query_is_false_and_has_no_first() -> None:
    assert not books(Shop(0))
    assert books(Shop(0)).first() is None


def test_deletions_during_a_read_are_detected() -> None:
    shop = Shop(25)
    shop.before_page[2] = lambda: shop.ids.remove(1)
    with pytest.raises(IncompleteResult, match="Rows of /books went away"):
        list(books(shop).ids())


def test_a_deletion_beside_an_addition_is_detected() -> None:
    shop = Shop(25)
    shop.before_page[2] = lambda: (shop.ids.remove(1), shop.ids.append(26))
    with pytest.raises(IncompleteResult, match="went away"):
        books(shop).ids()


def test_a_page_that_vanishes_during_a_read_raises_no_404() -> None:
    shop = Shop(11)
    shop.before_page[2] = lambda: shop.ids.pop()
    with pytest.raises(IncompleteResult, match="went away"):
        books(shop).ids()


def test_records_added_at_the_end_during_a_read_are_yielded() -> None:
    shop = Shop(15)
    shop.before_page[2] = lambda: shop.ids.append(16)
    assert books(shop).ids() == shop.ids


def test_get_by_id_sends_no_request() -> None:
    shop = Shop(3)
    assert books(shop).get(2).id == 2
    assert shop.pages == 0


def test_get_by_a_field_finds_exactly_one() -> None:
    assert books(Shop(25)).get(title="b17").id == 17


def test_get_by_a_field_without_a_match_raises_not_found() -> None:
    with pytest.raises(LookupError, match="No book with title='b99' at http://fake"):
        books(Shop(3)).get(title="b99")


def test_get_by_a_field_with_several_matches_is_refused() -> None:
    client = FakeClient(Book)
    client.answers["GET /books"] = [{"id": 1, "title": "x"}, {"id": 2, "title": "x"}]
    with pytest.raises(MultipleFound, match="<Book 1 'x'>, <Book 2 'x'>"):
        Query(client, Book, WholeList("/books")).get(title="x")


def test_get_by_a_mistyped_field_suggests_the_nearest() -> None:
    with pytest.raises(UnknownName, match="'title'"):
        books(Shop(3)).get(titel="b1")


def test_get_without_arguments_is_refused() -> None:
    with pytest.raises(InvalidInput, match="get\\(\\) needs a book id"):
        books(Shop(3)).get()


def test_an_unpaginated_list_works_the_same() -> None:
    client = FakeClient(Book)
    client.answers["GET /books"] = [{"id": number} for number in range(5)]
    query = Query(client, Book, WholeList("/books"))
    assert (len(query), query[1:3], query[-1].id) == (5, [query[1], query[2]], 4)


# -- filters --------------------------------------------------------------------------------------

PAGES = {"Emma": 474, "Persuasion": 249, "Sanditon": None, "Lady Susan": 80}
LIBRARY = [{"id": n, "title": t, "pages": p} for n, (t, p) in enumerate(PAGES.items(), start=1)]


def whole(client: FakeClient) -> Query[Book]:
    client.answers["GET /books"] = LIBRARY
    return Query(client, Book, WholeList("/books"))


def paged(client: FakeClient) -> Query[Book]:
    def answer(options: dict[str, Any]) -> Any:
        number, size = options["params"]["page"], options["params"]["page_size"]
        rows = LIBRARY[(number - 1) * size : number * size]
        return {"count": len(LIBRARY), "results": rows}

    client.answers["GET /books"] = answer
    return Query(client, Book, NumberedPages("/books", page_size=2))


@pytest.fixture
def client() -> FakeClient:
    return FakeClient(Book)


@pytest.fixture(params=[whole, paged])
def library(request: pytest.FixtureRequest, client: FakeClient) -> Query[Book]:
    query: Query[Book] = request.param(client)
    return query


@pytest.mark.parametrize(
    ("narrowed", "ids"),
    [
        (lambda q: q.filter(), [1, 2, 3, 4]),
        (lambda q: q.filter(Book.pages > 100), [1, 2]),
        (lambda q: q.filter(title="Emma"), [1]),
        (lambda q: q.filter(Book.pages > 100, Book.pages < 400), [2]),
        (lambda q: q.filter(Book.pages > 100).filter(title="Emma"), [1]),
        (lambda q: q.filter((Book.pages > 400) | (Book.title == "Lady Susan")), [1, 4]),
        (lambda q: q.filter(~(Book.pages > 100)), [3, 4]),
        (lambda q: q.exclude(), [1, 2, 3, 4]),
        (lambda q: q.exclude(title="Emma"), [2, 3, 4]),
        (lambda q: q.exclude(Book.pages > 100, title="Emma"), [2, 3, 4]),
        (lambda q: q.exclude(title="Emma").exclude(Book.id == 4), [2, 3]),
        (lambda q: q.order_by("-id"), [4, 3, 2, 1]),
        (lambda q: q.order_by(Book.pages), [4, 2, 1, 3]),
        (lambda q: q.order_by(-Book.pages), [1, 2, 4, 3]),
        (lambda q: q.order_by("title"), [1, 4, 2, 3]),
        (lambda q: q.order_by("title").order_by("-id"), [4, 3, 2, 1]),
        (lambda q: q.limit(3), [1, 2, 3]),
        (lambda q: q.limit(0), []),
        (lambda q: q.limit(3).limit(2), [1, 2]),
        (lambda q: q.limit(2).limit(3), [1, 2]),
        (lambda q: q.order_by("-id").limit(1), [4]),
        (lambda q: q.limit(1).order_by("-id"), [4]),
        (lambda q: q.filter(Book.pages < 400).limit(1), [2]),
        (lambda q: q.filter(Book.pages < 400).order_by("-id").limit(5), [4, 2]),
    ],
)
def test_filters_and_orders_select_the_records(
    narrowed: Any, ids: list[int], library: Query[Book]
) -> None:
    query = narrowed(library)
    assert query.ids() == [book.id for book in query] == ids
    assert (len(query), query.count(), query.exists()) == (len(ids), len(ids), bool(ids))
    assert [book.id for book in query[1:]] == ids[1:]
    assert [book.id for book in query[-2:]] == ids[-2:]
    assert query.first() == (query[0] if ids else None)


def test_a_limit_applies_after_the_filters(library: Query[Book]) -> None:
    assert library.limit(1).filter(Book.pages < 400).ids() == [2]


def test_several_orders_apply_in_turn(client: FakeClient) -> None:
    client.answers["GET /books"] = [
        {"id": 1, "title": "b", "pages": 2},
        {"id": 2, "title": "a", "pages": 1},
        {"id": 3, "title": "a", "pages": 2},
    ]
    query = Query(client, Book, WholeList("/books"))
    assert query.order_by("-pages", "title").ids() == [3, 1, 2]


def test_filtering_sends_no_request_and_does_not_change_the_query(
    library: Query[Book], client: FakeClient
) -> None:
    narrowed = (
        library.filter(Book.pages > 100)
        .exclude(title="Emma")
        .order_by("-id")
        .limit(1)
        .only("title")
    )
    repr(narrowed), narrowed.explain()
    assert client.said == []
    assert library.ids() == [1, 2, 3, 4]
    with pytest.raises(AttributeError):
        library._selection = narrowed._selection  # type: ignore[misc]


def test_the_repr_of_a_query_shows_its_conditions(client: FakeClient) -> None:
    query = whole(client).filter(Book.pages > 100).order_by("-id")
    assert repr(query) == "<Query: the books where pages > 100 by -id at http://fake>"


@pytest.mark.parametrize("count", [-1, True, "3", 1.5, None])
def test_a_limit_must_be_an_integer(count: Any, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="limit must be 0 or more records"):
        whole(client).limit(count)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda q: q.filter(titel="Emma"),
        lambda q: q.exclude(titel="Emma"),
        lambda q: q.order_by("titel"),
        lambda q: q.order_by("-titel"),
        lambda q: q.only("titel"),
        lambda q: q.including("titel"),
        lambda q: q.update(titel="x"),
    ],
)
def test_a_mistyped_name_suggests_the_nearest(mistake: Any, client: FakeClient) -> None:
    with pytest.raises((UnknownName, InvalidInput), match=r"Did you mean 'title'\?"):
        mistake(whole(client))
    assert client.said == []


@pytest.mark.parametrize("condition", ["title", True, Book.title])
def test_a_filter_needs_a_condition(condition: Any, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="A filter needs a condition"):
        whole(client).filter(condition)


def test_one_requires_exactly_one_match(library: Query[Book]) -> None:
    assert library.filter(title="Emma").one().id == 1
    with pytest.raises(MultipleFound, match="More than one book where pages > 100: <Book 1"):
        library.filter(Book.pages > 100).one()
    with pytest.raises(NotFound, match="No book where pages > 900 at http://fake"):
        library.filter(Book.pages > 900).one()


def test_a_query_contains_the_matching_records(library: Query[Book], client: FakeClient) -> None:
    emma = Book(1, client=client)
    assert emma in library
    assert emma in library.filter(Book.pages > 100)
    assert emma not in library.filter(Book.pages < 100)
    assert emma not in library.order_by("-id").limit(1)
    assert Book(1, client=FakeClient(Book, server="http://other")) not in library
    assert "Emma" not in library


def test_explain_distinguishes_the_server_from_the_client(client: FakeClient) -> None:
    assert whole(client).explain() == "One request for the whole list: GET /books."
    query = paged(client).filter(Book.pages > 100).order_by("-id")
    assert query.explain() == (
        "Pages of 2, one after the other: GET /books.\n"
        "Then here, from all of them: where pages > 100, by -id."
    )


def test_reading_stops_after_enough_matches(client: FakeClient) -> None:
    assert paged(client).filter(Book.pages > 100).first() == Book(1, client=client)
    assert client.said == ["GET /books"]


def test_exists_reads_one_page() -> None:
    shop = Shop(25)
    assert books(shop).exists()
    assert shop.pages == 1


# -- updates and deletes --------------------------------------------------------------------------


def changing(client: FakeClient) -> None:
    for row in LIBRARY:
        client.answers[f"PATCH /books/{row['id']}"] = lambda o, row=row: {**row, **o["json"]}
        client.answers[f"DELETE /books/{row['id']}"] = None


def test_update_saves_only_the_records_that_it_changes(
    library: Query[Book], client: FakeClient
) -> None:
    changing(client)
    assert library.filter(Book.pages < 400).update(pages=80) == 2
    assert [call for call in client.calls if "PATCH" in call[0]] == [
        ("PATCH /books/2", {"pages": 80})  # the other one has 80
    ]


def test_a_failed_update_reports_its_progress(library: Query[Book], client: FakeClient) -> None:
    changing(client)
    client.answers["PATCH /books/3"] = Rejected("no")
    with pytest.raises(Rejected, match="2 of the books were updated before that"):
        library.update(pages=1)


def interrupted(options: Any) -> Any:
    raise KeyboardInterrupt


def test_an_interrupted_update_or_deletion_reports_its_progress(
    library: Query[Book], client: FakeClient
) -> None:
    changing(client)
    client.answers["PATCH /books/3"] = client.answers["DELETE /books/3"] = interrupted
    with pytest.raises(KeyboardInterrupt, match=r"^2 of the books were updated before that"):
        library.update(pages=1)
    with pytest.raises(KeyboardInterrupt, match=r"^2 of the books were deleted before that"):
        library.delete()


def test_a_failed_deletion_reports_its_progress(library: Query[Book], client: FakeClient) -> None:
    changing(client)
    client.answers["DELETE /books/2"] = Rejected("no")
    with pytest.raises(Rejected, match="1 of the books were deleted before that"):
        library.delete()


def test_delete_removes_all_matching_records(library: Query[Book], client: FakeClient) -> None:
    changing(client)
    assert library.filter(Book.pages > 100).delete() == 2
    assert client.said[-2:] == ["DELETE /books/1", "DELETE /books/2"]


# -- projects -------------------------------------------------------------------------------------

TITLES = ["Reviews", "Film reviews", "Photos"]


@pytest.fixture
def all_projects(client: FakeClient) -> Projects:
    rows = [{"id": n, "title": title, "color": "#fff"} for n, title in enumerate(TITLES, start=1)]

    def answer(options: dict[str, Any]) -> Any:
        part = options["params"].get("title", "").casefold()
        found = [row for row in rows if part in str(row["title"]).casefold()]
        asked.append(options["params"])
        return {"count": len(found), "results": found}

    asked: list[dict[str, Any]] = []
    client.asked = asked  # type: ignore[attr-defined]
    client.answers["GET /api/projects/"] = answer
    return Projects._in(client, Project, {}, {})


def params(client: FakeClient) -> Any:
    (asked,) = client.asked  # type: ignore[attr-defined]
    return {name: asked[name] for name in asked if name not in ("page", "page_size", "ordering")}


@pytest.mark.parametrize(
    ("narrowed", "sent", "ids"),
    [
        (lambda q: q, {}, [1, 2, 3]),
        (lambda q: q.filter(title="Reviews"), {"title": "Reviews"}, [1]),
        (lambda q: q.filter(Project.title.contains("rev")), {"title": "rev"}, [1, 2]),
        (lambda q: q.filter(Project.id > 1, title="Reviews"), {"title": "Reviews"}, []),
        (lambda q: q.filter((Project.title == "Reviews") | (Project.id > 2)), {}, [1, 3]),
        (lambda q: q.exclude(title="Reviews"), {}, [2, 3]),
        (lambda q: q.filter(Project.title > "P"), {}, [1, 3]),
        (lambda q: q.filter(Project.title.contains("")), {}, [1, 2, 3]),
        (lambda q: q.only("title"), {"include": "id,title"}, [1, 2, 3]),
        (lambda q: q.only("title").order_by("color"), {"include": "id,title,color"}, [1, 2, 3]),
        (
            lambda q: q.only().filter(title="Photos"),
            {"include": "id,title", "title": "Photos"},
            [3],
        ),
    ],
)
def test_projects_are_filtered_by_the_server_and_checked_by_the_client(
    narrowed: Any, sent: Any, ids: list[int], all_projects: Projects, client: FakeClient
) -> None:
    assert [project.id for project in narrowed(all_projects)] == ids
    assert params(client) == sent


def test_projects_are_ordered_by_id(all_projects: Projects, client: FakeClient) -> None:
    assert all_projects.ids() == [1, 2, 3]
    assert client.asked[0]["ordering"] == "id"  # type: ignore[attr-defined]


def test_a_project_is_found_by_its_title(all_projects: Projects, client: FakeClient) -> None:
    assert all_projects.get(title="Reviews").id == 1
    assert params(client) == {"title": "Reviews"}
    with pytest.raises(NotFound, match="No project with title='reviews'"):
        all_projects.get(title="reviews")


def test_a_list_that_turns_out_to_be_paginated_is_read_completely() -> None:
    client = FakeClient(Book)

    def answer(options: dict[str, Any]) -> Any:
        number = options["params"].get("page", 1)
        return {"results": [{"id": number}], "next": "more" if number < 3 else None}

    client.answers["GET /books"] = answer
    assert Query(client, Book, WholeList("/books")).ids() == [1, 2, 3]


@pytest.mark.parametrize(("by_id", "ids"), [(True, [1, 2, 3]), (False, [3, 1, 2])])
def test_a_list_is_ordered_by_id_unless_the_server_orders_it(by_id: bool, ids: list[int]) -> None:
    client = FakeClient(Book)
    client.answers["GET /books"] = [{"id": id} for id in (3, 1, 2)]
    query = Query(client, Book, WholeList("/books", by_id=by_id))
    assert query.ids() == ids
    assert [book.id for book in query[1:]] == ids[1:]


@pytest.mark.parametrize("given", [None, 3, ["title"]], ids=str)
def test_only_of_something_else_than_a_field_says_so(library: Query[Book], given: Any) -> None:
    with pytest.raises(InvalidInput, match="Book has no"):
        library.only(given)
