"""What a query remembers of its last reading."""

from __future__ import annotations

import copy
import pickle
from itertools import islice

import pytest
from support.tasks import TaskServer

from label_studio_orm import InvalidInput, Project, Records, Task
from label_studio_orm.orm.query import Query


def loaded(query: Query[Task]) -> tuple[int, int | None]:
    """Return how many records the last reading had, and how many there are, if that is known."""
    reading = query._loaded.reading
    return reading.count if reading else -1, query._loaded.total


def test_head_reads_one_page_and_knows_the_number_of_all() -> None:
    server = TaskServer(25)
    found = server.tasks.head(4)
    assert isinstance(found, Records)
    assert [task.id for task in found] == server.ids[:4]
    assert (found.total, len(server.pages)) == (25, 1)
    assert found.title == "tasks of project 1"


@pytest.mark.parametrize("count", [-1, 1.5, "3", None])
def test_head_needs_a_number_of_records(count: int) -> None:
    with pytest.raises(InvalidInput, match="head must be 0 or more records"):
        TaskServer(1).tasks.head(count)


def test_a_query_that_has_read_nothing_knows_nothing() -> None:
    assert loaded(TaskServer(3).tasks) == (-1, None)


def test_a_loop_to_the_end_counts() -> None:
    tasks = TaskServer(25).tasks
    first = list(tasks)[:10]
    assert loaded(tasks) == (25, 25)
    assert tasks._loaded.reading is not None
    assert tasks._loaded.reading.first == first


def test_a_loop_that_ends_early_knows_the_number_of_all() -> None:
    tasks = TaskServer(25).tasks
    assert len([*islice(tasks, 13)]) == 13
    assert loaded(tasks) == (13, 25)


def test_a_limit_is_the_number_of_all() -> None:
    tasks = TaskServer(25).tasks.limit(7)
    assert tasks.head(3).total == 7
    assert loaded(tasks) == (3, 7)


def test_the_length_is_remembered() -> None:
    tasks = TaskServer(25).tasks
    assert len(tasks) == 25
    assert loaded(tasks) == (-1, 25)


def test_conditions_that_the_client_checks_leave_the_number_open() -> None:
    client = TaskServer().client
    rows = [{"id": id, "project": 1, "data": {"title": f"View {id}"}} for id in (1, 2)]
    client.answers["GET /api/dm/views/"] = rows
    chosen = Project(1, client=client).views.filter(title="View 2")
    assert next(iter(chosen)).id == 2
    assert chosen._loaded.total is None
    assert len(list(chosen)) == 1
    assert chosen._loaded.total == 1


def test_another_query_starts_anew() -> None:
    tasks = TaskServer(3).tasks
    list(tasks)
    for other in (tasks.order_by("-id"), copy.deepcopy(tasks)):
        assert loaded(other) == (-1, None)


def test_one_record_does_not_replace_what_was_read() -> None:
    tasks = TaskServer(3).tasks
    list(tasks)
    assert tasks.first() == tasks[0]
    assert loaded(tasks) == (3, 3)


def test_a_list_of_records_can_be_pickled() -> None:
    again = pickle.loads(pickle.dumps(Records([1, 2], title="numbers", total=9)))  # type: ignore[type-var]
    assert (again, again.title, again.total) == ([1, 2], "numbers", 9)
