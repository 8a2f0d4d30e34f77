"""Several people change the data of one task: changes are merged, or raise a conflict."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from support.tasks import TaskServer

from label_studio_orm import Task
from label_studio_orm.errors import Conflict, Rejected
from label_studio_orm.orm.merging import merged


class OneTaskServer(TaskServer):
    """A server that applies changes to its tasks."""

    def __init__(self) -> None:
        super().__init__()
        self.id = self.add(data={"text": "a", "n": 1}, meta={"source": "web"})
        self.client.answers[f"PATCH /api/tasks/{self.id}/"] = self.patch

    def patch(self, options: Mapping[str, Any]) -> Any:
        self.rows[self.id] = {**self.rows[self.id], **options["json"]}
        return dict(self.rows[self.id])

    @property
    def task(self) -> Task:
        (task,) = self.tasks
        return task

    @property
    def data(self) -> Any:
        return self.rows[self.id]["data"]


@pytest.fixture
def one_task_server() -> OneTaskServer:
    return OneTaskServer()


def test_keys_set_by_others_are_kept(one_task_server: OneTaskServer) -> None:
    mine, theirs = one_task_server.task, one_task_server.task
    mine.data["split"], theirs.data["stars"] = "train", 5
    theirs.save()
    mine.save()
    assert one_task_server.data == {"text": "a", "n": 1, "split": "train", "stars": 5}
    assert (mine.data, mine.dirty) == (one_task_server.data, set())


def test_keys_removed_by_others_stay_removed(one_task_server: OneTaskServer) -> None:
    mine, theirs = one_task_server.task, one_task_server.task
    mine.data["split"] = "train"
    del theirs.data["n"]
    theirs.save()
    mine.save()
    assert one_task_server.data == {"text": "a", "split": "train"}


def test_a_key_changed_by_both_is_a_conflict_and_nothing_is_sent(
    one_task_server: OneTaskServer,
) -> None:
    mine, theirs = one_task_server.task, one_task_server.task
    mine.data["n"], theirs.data["n"] = 2, 3
    theirs.save()
    with pytest.raises(Conflict) as caught:
        mine.save()
    assert "data['n'] was 1 when read, is 3 on the server now, and you set it to 2" in str(
        caught.value
    )
    assert (one_task_server.data["n"], mine.data["n"], mine.dirty) == (3, 2, {"data"})
    mine.refresh(discard_changes=True)
    mine.data["n"] = 2
    mine.save()
    assert one_task_server.data["n"] == 2


def test_the_same_change_by_both_is_no_conflict(one_task_server: OneTaskServer) -> None:
    mine, theirs = one_task_server.task, one_task_server.task
    mine.data["n"] = theirs.data["n"] = 2
    theirs.save()
    mine.save()
    assert one_task_server.data["n"] == 2
    assert one_task_server.client.said.count("PATCH /api/tasks/1/") == 1


def test_meta_is_merged_as_well_even_if_it_was_null(one_task_server: OneTaskServer) -> None:
    one_task_server.rows[one_task_server.id]["meta"] = None
    mine, theirs = one_task_server.task, one_task_server.task
    mine.meta, theirs.meta = {"a": 1}, {"b": 2}
    theirs.save()
    mine.save()
    assert one_task_server.rows[one_task_server.id]["meta"] == {"a": 1, "b": 2}


def test_replaced_data_is_merged_as_well(one_task_server: OneTaskServer) -> None:
    mine, theirs = one_task_server.task, one_task_server.task
    mine.data = {"text": "b"}
    theirs.data["stars"] = 5
    theirs.save()
    mine.save()
    assert one_task_server.data == {"text": "b", "stars": 5}


def test_only_changes_of_data_read_the_task_first(one_task_server: OneTaskServer) -> None:
    task = one_task_server.task
    task.data["split"] = "train"
    task.save()
    task.overlap = 2
    task.save()
    sent = [each for each in one_task_server.client.said if "/api/tasks/1/" in each]
    assert sent == ["GET /api/tasks/1/", "PATCH /api/tasks/1/", "PATCH /api/tasks/1/"]


def test_threads_that_save_one_task_lose_no_changes(one_task_server: OneTaskServer) -> None:
    tasks = [one_task_server.task for _ in range(8)]

    def save(number: int) -> None:
        tasks[number].data[f"k{number}"] = number
        tasks[number].save()

    run_in_threads(save)
    assert one_task_server.data == {"text": "a", "n": 1, **{f"k{n}": n for n in range(8)}}


def test_threads_that_share_one_object_lose_no_changes(one_task_server: OneTaskServer) -> None:
    task = one_task_server.task
    _ = task.data

    def save(number: int) -> None:
        task.data[f"k{number}"] = number
        task.save()

    run_in_threads(save)
    assert one_task_server.data == {"text": "a", "n": 1, **{f"k{n}": n for n in range(8)}}
    assert task.data == one_task_server.data


def test_changes_made_during_a_request_stay_unsaved(one_task_server: OneTaskServer) -> None:
    task = one_task_server.task
    task.data["a"] = 1

    def patch(options: Mapping[str, Any]) -> Any:
        answer = one_task_server.patch({"json": {"data": dict(options["json"]["data"])}})
        task.data["b"] = 2
        return answer

    one_task_server.client.answers["PATCH /api/tasks/1/"] = patch
    task.save()
    assert (task.data["b"], task.dirty) == (2, {"data"})


def test_a_refused_save_keeps_the_changes(one_task_server: OneTaskServer) -> None:
    task = one_task_server.task
    task.data["a"] = 1
    one_task_server.client.answers["PATCH /api/tasks/1/"] = Rejected("no")
    with pytest.raises(Rejected):
        task.save()
    assert task.dirty == {"data"}
    one_task_server.client.answers["PATCH /api/tasks/1/"] = one_task_server.patch
    task.save()
    assert one_task_server.data["a"] == 1


@pytest.mark.parametrize(
    ("was", "mine", "theirs", "result"),
    [
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}),
        ({"a": 1}, {}, {"a": 1, "b": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1, "b": 1}, {}, {"b": 1}),
        ({"a": 1}, {}, {}, {}),
        ({"a": [1]}, {"a": [1, 2]}, {"a": [1], "b": 1}, {"a": [1, 2], "b": 1}),
        (None, {"a": 1}, None, {"a": 1}),
        ({"a": 1}, None, {"a": 1}, None),
        ({"a": -0.0}, {"a": 5}, {"a": 0.0}, {"a": 5}),  # as PostgreSQL keeps numbers
        ({"a": 1e22}, {"a": 5}, {"a": 10**22}, {"a": 5}),
        ({"a": [1.5e25]}, {"a": [2]}, {"a": [15 * 10**24]}, {"a": [2]}),
        ({"a": 1}, {"a": 1.0}, {"a": 1, "b": 2}, {"a": 1.0, "b": 2}),
    ],
)
def test_changes_that_merge(was: Any, mine: Any, theirs: Any, result: Any) -> None:
    assert merged("data", was, mine, theirs) == result


@pytest.mark.parametrize(
    ("was", "mine", "theirs"),
    [
        ({"a": 1}, {"a": 2}, {"a": 3}),
        ({"a": 1}, {"a": 2}, {}),
        ({"a": 1}, {}, {"a": 3}),
        ({"a": 1}, {"a": True}, {"a": 2.0}),
        ({}, {"a": 1}, {"a": 2}),
        ({"a": 1}, None, {"a": 2}),
    ],
)
def test_changes_that_conflict(was: Any, mine: Any, theirs: Any) -> None:
    with pytest.raises(Conflict):
        merged("data", was, mine, theirs)


def run_in_threads(work: Any) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
