"""Assignments: who gets which tasks, in which requests, and what is refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

import pytest
from support.fake import FakeClient
from support.tasks import TaskServer

from label_studio_orm import (
    ConnectionFailed,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Project,
    Task,
    User,
)
from label_studio_orm.records.tasks import Tasks

BULK = "POST /api/projects/1/tasks/assignees"
ONE = "/api/projects/1/tasks/3/assignees"
ROW = {"id": 9, "assignee": 5, "task": 3, "type": "AN", "created_at": None, "state": "active"}


@pytest.fixture
def task_server() -> TaskServer:
    task_server = TaskServer(40)
    task_server.client.answers[BULK] = lambda o: {"assignments": len(_pairs([o["json"]]))}
    return task_server


@pytest.fixture
def query(task_server: TaskServer) -> Tasks[Any]:
    return Project(1, client=task_server.client).tasks


def bodies(task_server: TaskServer) -> list[Any]:
    return [body for call, body in task_server.client.calls if call == BULK]


def _pairs(requests: list[Any]) -> list[tuple[int, int]]:
    """Return each assignment of some requests: the task and the user."""
    return [
        (task, user)
        for each in requests
        for task in each["selectedItems"].get("included", ())
        for user in each["users"]
    ]


# -- many tasks --------------------------------------------------------------------------------


def test_every_task_goes_to_every_user_in_one_request(
    task_server: TaskServer, query: Tasks[Any]
) -> None:
    ann = User(4, client=task_server.client)
    report = query.filter(Task.id <= 3).assign(annotators=[ann, 5, ann])
    assert bodies(task_server) == [
        {"selectedItems": {"all": False, "included": [1, 2, 3]}, "type": "AN", "users": [4, 5]}
    ]
    assert (report.assignments, report.seed, report.in_background) == (6, None, False)


def test_all_tasks_of_a_project_are_one_request_for_each_type(
    task_server: TaskServer, query: Tasks[Any]
) -> None:
    query.assign(annotators=[4], reviewers=[5])
    chosen = {"all": True, "excluded": []}
    assert bodies(task_server) == [
        {"selectedItems": chosen, "type": "AN", "users": [4]},
        {"selectedItems": chosen, "type": "RE", "users": [5]},
    ]
    assert task_server.pages == []


def test_an_overlap_gives_each_task_so_many_users_and_each_user_as_many_tasks(
    task_server: TaskServer, query: Tasks[Any]
) -> None:
    report = query.assign(annotators=[4, 5, 6, 7], overlap=2, seed=1)
    pairs = _pairs(bodies(task_server))
    assert report.assignments == len({*pairs}) == 80
    assert Counter(Counter(task for task, _ in pairs).values()) == {2: 40}
    assert Counter(user for _, user in pairs) == {4: 20, 5: 20, 6: 20, 7: 20}
    assert len(bodies(task_server)) == 4


def test_every_pair_of_users_meets(task_server: TaskServer, query: Tasks[Any]) -> None:
    query.assign(annotators=[4, 5, 6, 7], overlap=2, seed=1)
    users = defaultdict(set)
    for task, user in _pairs(bodies(task_server)):
        users[task].add(user)
    assert {frozenset(pair) for pair in combinations([4, 5, 6, 7], 2)} == {
        frozenset(each) for each in users.values()
    }


def test_numbers_that_do_not_come_out_even_differ_by_one(
    task_server: TaskServer, query: Tasks[Any]
) -> None:
    query.assign(reviewers=[4, 5, 6], overlap=1, seed=1)
    assert sorted(Counter(user for _, user in _pairs(bodies(task_server))).values()) == [13, 13, 14]


def test_a_fraction_takes_a_part_of_the_tasks(task_server: TaskServer, query: Tasks[Any]) -> None:
    query.assign(annotators=[4, 5], fraction=0.29, seed=1)
    (body,) = bodies(task_server)
    ids = body["selectedItems"]["included"]
    assert (len({*ids}), ids) == (12, sorted(ids))


def test_annotators_and_reviewers_get_the_same_part_of_the_tasks(
    task_server: TaskServer, query: Tasks[Any]
) -> None:
    query.assign(annotators=[4], reviewers=[5], fraction=0.5, seed=1)
    one, other = bodies(task_server)
    assert one["selectedItems"] == other["selectedItems"]


def test_a_seed_chooses_the_same_again(task_server: TaskServer, query: Tasks[Any]) -> None:
    seed = query.assign(annotators=[4, 5, 6], overlap=2, fraction=0.5).seed
    first = bodies(task_server)
    task_server.client.calls.clear()
    query.assign(annotators=[4, 5, 6], overlap=2, fraction=0.5, seed=seed)
    assert bodies(task_server) == first
    task_server.client.calls.clear()
    query.assign(annotators=[4, 5, 6], overlap=2, fraction=0.5, seed=(seed or 0) + 1)
    assert bodies(task_server) != first


def test_many_tasks_go_a_thousand_in_a_request(
    task_server: TaskServer, query: Tasks[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("label_studio_orm.records.enterprise.assigning.TASKS_PER_REQUEST", 15)
    assert query.filter(Task.id > 0).assign(annotators=[4]).assignments == 40
    assert [len(each["selectedItems"]["included"]) for each in bodies(task_server)] == [15, 15, 10]


def test_without_tasks_nothing_is_sent(task_server: TaskServer, query: Tasks[Any]) -> None:
    assert query.filter(Task.id < 0).assign(annotators=[4]).assignments == 0
    assert task_server.client.changed == []


def test_the_report_tells_that_the_server_goes_on(
    task_server: TaskServer, query: Tasks[Any]
) -> None:
    task_server.client.answers[BULK] = {"async": True, "task_ids": [1, 2]}
    report = query.assign(annotators=[4])
    assert (report.assignments, report.in_background, report.tasks) == (0, True, (1, 2))


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({}, "needs at least one user: annotators"),
        ({"annotators": []}, "needs at least one user: annotators"),
        ({"annotators": 5}, "annotators must be a list"),
        ({"annotators": ["ann@example.com"]}, r"ls.users.get\(email='ann@example.com'\)"),
        ({"annotators": [Task(3, client=FakeClient())]}, "must be a User or its id"),
        ({"annotators": [User(4, client=FakeClient(server="http://other"))]}, "of the server"),
        ({"annotators": [4, 5], "overlap": 3}, "between 1 and 2, the number of annotators"),
        ({"annotators": [4, 5], "reviewers": [6], "overlap": 2}, "the number of reviewers"),
        ({"annotators": [4], "overlap": 0}, "between 1 and 1"),
        ({"annotators": [4], "overlap": True}, "between 1 and 1"),
        ({"annotators": [4], "fraction": 0}, "fraction must be above 0"),
        ({"annotators": [4], "fraction": 50}, "at most 1, not 50"),
        ({"annotators": [4], "fraction": "1"}, "fraction"),
    ],
)
def test_bad_input_is_refused_before_anything_is_sent(
    options: dict[str, Any], told: str, task_server: TaskServer, query: Tasks[Any]
) -> None:
    with pytest.raises(InvalidInput, match=told):
        query.assign(**options)
    assert task_server.client.calls == []


def test_a_batch_refuses_it(task_server: TaskServer, query: Tasks[Any]) -> None:
    with (
        Project(1, client=task_server.client).batch(),
        pytest.raises(InvalidInput, match="must be called outside"),
    ):
        query.assign(annotators=[4])
    assert task_server.client.changed == []


@pytest.mark.parametrize("error", [ConnectionFailed("Gone."), OutcomeUnknown("Lost.")])
def test_an_error_tells_how_far_it_came(
    error: Exception, task_server: TaskServer, query: Tasks[Any]
) -> None:
    answers = iter([{"assignments": 20}, error])
    task_server.client.answers[BULK] = lambda options: next(answers)
    with pytest.raises(type(error), match=r"20 of 40 assignments were sent .* With seed=1 "):
        query.assign(annotators=[4, 5], overlap=1, seed=1)


def test_an_interruption_tells_how_far_it_came(task_server: TaskServer, query: Tasks[Any]) -> None:
    def interrupted(options: Any) -> Any:
        raise KeyboardInterrupt

    task_server.client.answers[BULK] = interrupted
    with pytest.raises(KeyboardInterrupt, match=r"0 of 3 assignments .* may still carry out"):
        query.filter(Task.id <= 3).assign(annotators=[4])


def test_unassigning_is_an_action_for_each_type(task_server: TaskServer, query: Tasks[Any]) -> None:
    sent: list[Any] = []
    task_server.client.answers["POST /api/dm/actions/"] = lambda options: (
        sent.append((options["params"]["id"], options["json"])) or {"processed_items": 2}
    )
    assert query.filter(Task.id <= 2).unassign(annotators=True, reviewers=True) == 4
    body = {"selectedItems": {"all": False, "included": [1, 2]}}
    assert sent == [("delete_annotators", body), ("delete_reviewers", body)]


@pytest.mark.parametrize("type", ["annotators", "reviewers"])
def test_unassigning_some_users_is_not_taken_for_all(query: Tasks[Any], type: str) -> None:
    with pytest.raises(InvalidInput, match=rf"{type} must be True or False.*task\.unassign"):
        query.unassign(**{type: [5]})  # type: ignore[arg-type]


def test_unassigning_must_say_whom(task_server: TaskServer, query: Tasks[Any]) -> None:
    with pytest.raises(InvalidInput, match="annotators=True, reviewers=True, or both"):
        query.unassign()
    assert task_server.client.calls == []


# -- one task ----------------------------------------------------------------------------------


@pytest.fixture
def task(task_server: TaskServer) -> Task:
    task_server.client.answers[f"GET {ONE}"] = [ROW, {**ROW, "id": 10, "type": "RE"}]
    return Project(1, client=task_server.client).tasks.get(3)


def test_assignees_are_users_with_a_type_as_a_word(task_server: TaskServer, task: Task) -> None:
    found = [(each.assignee.id, each.type) for each in task.assignees]
    assert found == [(5, "annotator"), (5, "reviewer")]
    assert [each.id for each in task.assignees.filter(type="reviewer")] == [10]


def test_after_assigning_the_task_and_its_assignees_are_read_anew(
    task_server: TaskServer, task: Task
) -> None:
    assert (task.overlap, len(task.assignees)) == (1, 2)
    task_server.client.answers[f"POST {ONE}"] = {**ROW, "id": 11}
    task_server.rows[3]["overlap"] = 2
    task_server.client.answers[f"GET {ONE}"] = [ROW]
    assert [each.id for each in task.assign(5)] == [11]
    assert (task.overlap, len(task.assignees)) == (2, 1)


def test_an_assignment_is_deleted_by_its_user_and_type(task_server: TaskServer, task: Task) -> None:
    sent: list[Any] = []
    task_server.client.answers[f"DELETE {ONE}"] = lambda options: sent.append(options["params"])
    assert task.assignees.filter(type="reviewer").delete() == 1
    task.unassign(5, 6)
    task.unassign()
    assert sent == [{"type": "RE", "users": "5"}, {"users": "5,6"}, {}]


def test_a_list_of_users_is_named_one_by_one(task: Task) -> None:
    with pytest.raises(InvalidInput, match="Name them one by one"):
        task.assign([5, 6])  # type: ignore[arg-type]


def test_an_assignment_that_is_gone_is_not_found(task_server: TaskServer, task: Task) -> None:
    first = task.assignees[0]
    assert first.refresh().type == "annotator"
    task_server.client.answers[f"GET {ONE}"] = []
    with pytest.raises(NotFound, match="the user is not assigned"):
        first.refresh()


def test_the_table_of_assignees_has_words_and_ids(task: Task) -> None:
    assert task.assignees.to_dicts()[0] == {
        "id": 9,
        "assignee": 5,
        "type": "annotator",
        "task": 3,
        "created_at": None,
        "state": "active",
    }


@pytest.mark.parametrize(
    ("users", "type", "told"),
    [
        ((), "annotator", "A user must be named"),
        ((5,), "owner", "type must be one of"),
        ((5,), None, "'annotator' or 'reviewer', not None"),
        (("ann",), "annotator", "The id of a User must be an integer, not 'ann'"),
    ],
)
def test_bad_assignees_are_refused(
    users: Any, type: Any, told: str, task_server: TaskServer, task: Task
) -> None:
    with pytest.raises(InvalidInput, match=told):
        task.assign(*users, type=type)
    assert task_server.client.changed == []
