"""Pages of servers that repeat, drop or miscount rows are an error, never shown as the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.fake import FakeClient
from support.tasks import TaskServer, set_page_sizes

from label_studio_orm import Task
from label_studio_orm.errors import IncompleteResult
from label_studio_orm.orm.pagination import NumberedPages, WholeList
from label_studio_orm.orm.selection import Selection

MOST = 8  # pages until a reading counts as endless


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    set_page_sizes(monkeypatch, 3, by_ids=3, of_ids=3)


def canned(key: str, count: str, *answers: tuple[list[int], int]) -> Callable[[Any], Any]:
    """Answer with these ids and counts, one after the other, and then with the last again."""
    left: Iterator[Any] = iter([*answers, *[answers[-1]] * MOST])

    def answer(options: Any) -> Any:
        ids, total = next(left)  # StopIteration is an endless reading
        return {key: [{"id": id} for id in ids], count: total}

    return answer


def read_all(query: Any) -> list[int]:
    return [record.id for record in query]  # list() would ask for the length first


# -- tasks, by key --------------------------------------------------------------------------------


def tasks(*answers: tuple[list[int], int]) -> Any:
    server = TaskServer(1)
    server.client.answers["GET /api/tasks/"] = canned("tasks", "total", *answers)
    return server.tasks


@pytest.mark.parametrize(
    "answers",
    [
        [([1, 2, 3], 7)],
        [([1, 2, 3], 7), ([2, 3, 4], 4)],
        [([4, 5, 6], 7), ([1, 2, 3], 4)],
        [([1, 2, 3], 7), ([], 4)],
        [([1, 2, 3], 7), ([5, 4, 6], 4)],
        [([1, 1, 2], 7), ([3, 4, 5], 4)],
        [([1, 2, 3, 4], 4)],
        [([], 7)],
        [([1, 2, 3], 4), ([3], 1)],
    ],
    ids=[
        "the first page again",
        "some again",
        "ids below the key",
        "nothing, though some are counted",
        "in no order",
        "twice in a page",
        "larger than it was asked for",
        "nothing at all, though some are counted",
        "the key itself",
    ],
)
def test_tasks_that_do_not_add_up_are_an_error(answers: Any) -> None:
    for read in (read_all, lambda query: query.ids()):
        with pytest.raises(IncompleteResult):
            read(tasks(*answers))


def test_descending_pages_that_do_not_add_up_are_an_error() -> None:
    with pytest.raises(IncompleteResult, match=r"task 9 of project 1 after task 7,.* descending"):
        read_all(tasks(([9, 8, 7], 7), ([9, 8, 7], 7)).order_by("-id"))


def test_the_message_says_what_the_server_did() -> None:
    with pytest.raises(IncompleteResult, match="The server sent task 1 of project 1 after task 3"):
        read_all(tasks(([1, 2, 3], 7)))


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([([1, 2, 3], 4), ([4, 5, 6], 5), ([7, 8], 2)], [1, 2, 3, 4, 5, 6, 7, 8]),
        ([([1, 2, 3], 9), ([8], 1)], [1, 2, 3, 8]),
        ([([1, 2], 5), ([3], 3), ([4, 5], 2)], [1, 2, 3, 4, 5]),
        ([([1, 2, 3], 2), ([4], 1)], [1, 2, 3, 4]),
        ([([1, 2, 3], 2), ([], 0)], [1, 2, 3]),
    ],
    ids=["some came", "some went", "short pages", "came after it was counted", "counted too few"],
)
def test_tasks_that_come_and_go_are_no_error(answers: Any, found: list[int]) -> None:
    assert [task.id for task in tasks(*answers)] == found


def test_tasks_that_were_not_requested_are_an_error() -> None:
    query = tasks(([3, 2, 1], 3), ([7, 8, 9], 3)).order_by(Task.overlap)
    with pytest.raises(IncompleteResult, match="by their ids, but the server sent tasks 7, 8"):
        read_all(query)


def test_ids_missing_from_a_page_are_requested_again() -> None:
    query = tasks(([3, 2, 1], 3), ([1, 2], 3), ([3], 1)).order_by(Task.overlap)
    assert [task.id for task in query] == [3, 2, 1]


def test_ids_that_come_twice_in_one_response_are_an_error() -> None:
    with pytest.raises(IncompleteResult):
        tasks(([3, 3, 1], 3)).order_by(Task.overlap).ids()


def test_a_window_larger_than_requested_is_an_error() -> None:
    with pytest.raises(IncompleteResult, match="sent 3 tasks of project 1 as a page of 2"):
        read_all(tasks(([1, 2, 3], 3)).limit(2))


@pytest.mark.parametrize("kind", ["annotations", "predictions"])
def test_annotations_of_tasks_that_come_again_are_an_error(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = TaskServer(1)
    monkeypatch.setattr("label_studio_orm.data_manager.annotation_pages.MAX_AT_ONCE", 0)
    server.rows[1]["total_predictions"] = 1
    project = server.tasks[0].project
    server.client.answers["GET /api/tasks/"] = canned("tasks", "total", ([1, 2, 3], 7))
    with pytest.raises(IncompleteResult, match="sent task 1 of project 1 after task 3"):
        read_all(getattr(project, kind))


# -- lists in numbered pages ----------------------------------------------------------------------


def numbered(pages: dict[int, tuple[list[int], int]]) -> Any:
    """Answer by the number of the page; one row is the last of the page that it ends."""
    client = FakeClient()

    def answer(options: Any) -> Any:
        number, size = options["params"]["page"], options["params"]["page_size"]
        ids, count = pages.get(number, pages[max(pages)])
        if size == 1:
            ids = [id for ids, _ in pages.values() for id in ids][number - 1 : number]
        client.calls = client.calls[: 4 * MOST]
        assert len(client.calls) < 4 * MOST, "an endless reading"
        return {"results": [{"id": id} for id in ids], "count": count}

    client.answers["GET /rows"] = answer
    source = NumberedPages("/rows", page_size=3)
    found = source.pages(client, Selection())  # type: ignore[arg-type]
    return [row["id"] for page in found for row in page.rows]


@pytest.mark.parametrize(
    "pages",
    [
        {1: ([1, 2, 3], 6), 2: ([1, 2, 3], 6)},
        {1: ([1, 2, 3], 6), 2: ([3, 4, 5], 6)},
        {1: ([1, 2, 3], 6), 2: ([], 6)},
        {1: ([], 6)},
        {1: ([1, 1, 2], 3)},
        {1: ([1, 2, 3, 4], 4)},
        {1: ([1, 2, 3], 2)},
        {1: ([1, 2, 3], 6), 2: ([4, 5], 5)},
    ],
    ids=[
        "the first page again",
        "one again",
        "an empty page",
        "nothing at all",
        "twice in a page",
        "larger than it was asked for",
        "more than are counted",
        "fewer than before",
    ],
)
def test_numbered_pages_that_do_not_add_up_are_an_error(pages: Any) -> None:
    with pytest.raises(IncompleteResult):
        numbered(pages)


def test_rows_that_are_added_meanwhile_are_no_error() -> None:
    assert numbered({1: ([1, 2, 3], 5), 2: ([4, 5, 6], 6)}) == [1, 2, 3, 4, 5, 6]


# -- whole lists that are paged after all ---------------------------------------------------------


def whole(*answers: dict[str, Any]) -> list[int]:
    client = FakeClient()
    left = iter([*answers, *[answers[-1]] * MOST])
    client.answers["GET /rows"] = lambda options: next(left)
    return [row["id"] for row in WholeList("/rows").rows(client)]  # type: ignore[arg-type]


def page(*ids: int, more: bool = False, **count: int) -> dict[str, Any]:
    return {"results": [{"id": id} for id in ids], "next": "…" if more else None, **count}


@pytest.mark.parametrize(
    "answers",
    [
        [page(1, 2, more=True)],
        [page(1, 2, more=True), page(2, 3)],
        [page(1, 2, more=True), page(more=True)],
        [page(1, 2, more=True, count=5), page(3, count=5)],
    ],
    ids=["the first page again", "one again", "empty, and more", "fewer than are counted"],
)
def test_a_whole_list_that_does_not_add_up_is_an_error(answers: Any) -> None:
    with pytest.raises(IncompleteResult):
        whole(*answers)


def test_a_whole_list_in_pages_is_read_to_its_end() -> None:
    assert whole(page(1, 2, more=True, count=3), page(3, count=3)) == [1, 2, 3]
