"""Reading the tasks of a project: all of them, each once, whatever comes and goes meanwhile."""

from __future__ import annotations

import functools
import json
import operator
from typing import Any
from urllib.parse import urlencode

import pytest
from support.tasks import TaskServer, set_page_sizes

from label_studio_orm import Project, Task
from label_studio_orm.errors import IncompleteResult, InvalidInput, NotFound
from label_studio_orm.orm.expressions import Expression

ANN = Task.annotators.contains(7)  # the server sends a task as often as it has such an annotation
N = Task.data["n"]


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    set_page_sizes(monkeypatch, 10, by_ids=4, of_ids=20)


# -- all of them, each once -----------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 25, 40, 41])
def test_all_tasks_are_read_by_key(count: int) -> None:
    server = TaskServer(count)
    assert [task.id for task in server.tasks] == server.ids
    assert len(server.pages) == max(1, -(-count // 10))
    assert {page["page"] for page in server.pages} == {1}


@pytest.mark.parametrize("count", [0, 1, 20, 21, 41])
def test_ids_are_read_in_larger_pages(count: int) -> None:
    server = TaskServer(count)
    assert server.tasks.ids() == server.ids
    assert server.sizes == [20] * max(1, -(-count // 20))


@pytest.mark.parametrize("count", [0, 1, 10, 25])
def test_descending_pages_are_read_by_key(count: int) -> None:
    server = TaskServer(count)
    assert [task.id for task in server.tasks.order_by("-id")] == server.ids[::-1]


@pytest.mark.parametrize("count", [1, 3, 4, 5, 20, 21, 45])
def test_in_another_order_the_ids_are_read_first(count: int) -> None:
    server = TaskServer(count)
    query = server.tasks.order_by(N)  # n is -id
    assert [task.id for task in query] == server.ids[::-1]
    assert [task.id for task in query.only()] == server.ids[::-1]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Task.id > 20, [21, 22, 23, 24, 25]),
        ((Task.id < 3) & (Task.overlap == 1), [1, 2]),
        ((Task.id < 3) | (Task.id > 23), [1, 2, 24, 25]),
        (((Task.id < 3) & (Task.overlap == 1)) | (Task.id > 23), [1, 2, 24, 25]),
        (((Task.id < 3) & (Task.overlap == 1) & (Task.id > 1)) | (Task.id > 23), [2, 24, 25]),
        (((Task.id < 5) & (Task.overlap == 1) & (Task.id > 1)) | (Task.id < 3), [1, 2, 3, 4]),
        ((Task.id < 3) & (Task.id > 3), []),
    ],
    ids=["one", "and", "or", "a pair", "pieces", "pieces that overlap", "none"],
)
def test_each_task_comes_once_for_every_filter(where: Expression, found: list[int]) -> None:
    query = TaskServer(25).tasks.filter(where)
    assert [task.id for task in query] == query.ids() == found
    assert (len(query), bool(query)) == (len(found), bool(found))
    assert [task.id for task in query.order_by("-id")] == found[::-1]
    assert [task.id for task in query[:2]] == found[:2]


def test_a_task_that_the_server_sends_twice_is_counted_and_read_once() -> None:
    server = TaskServer(25)
    for id in (2, 3, 24):
        server.rows[id]["annotators"] = [7]
    server.times = {2: 3, 24: 2}
    query = server.tasks.filter(ANN)
    assert [task.id for task in query] == query.ids() == [2, 3, 24]
    assert (len(query), query[1].id, query[-1].id) == (3, 3, 24)
    assert [task.id for task in query.limit(2)] == [2, 3]
    assert [task.id for task in query.order_by(N)] == [24, 3, 2]


# -- parts of them --------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["id", "-id", N], ids=str)
def test_tasks_can_be_indexed_and_sliced_like_a_list(order: Any) -> None:
    query = TaskServer(35).tasks.order_by(order)
    plain = query.ids()
    ends = [(3, 8), (8, 12), (9, 31), (20, 99), (40, 50), (0, 4), (5, 5), (30, None), (-3, None)]
    for part in [slice(*each) for each in ends]:
        assert [task.id for task in query[part]] == plain[part], part
    assert [query[at].id for at in (0, 10, 34, -1)] == [plain[at] for at in (0, 10, 34, -1)]
    with pytest.raises(IndexError, match=r"There is no \[35\]"):
        query[35]


@pytest.mark.parametrize("order", ["id", N], ids=str)
@pytest.mark.parametrize("limit", [0, 1, 3, 10, 11, 25, 99])
def test_a_limit_is_how_many_there_are_at_most(order: Any, limit: int) -> None:
    query = TaskServer(25).tasks.order_by(order)
    limited = query.limit(limit)
    assert [task.id for task in limited] == limited.ids() == query.ids()[:limit]
    assert len(limited) == min(limit, 25)
    assert [task.id for task in limited[1:4]] == query.ids()[:limit][1:4]


def test_deleting_none_of_the_tasks_sends_no_deletion() -> None:
    server = TaskServer(3)
    assert server.tasks.limit(0).delete() == 0
    assert "POST /api/dm/actions/" not in server.client.said


def test_the_first_one_costs_one_small_request() -> None:
    server = TaskServer(25)
    first = server.tasks.order_by("-id").first()
    assert first is not None
    assert (first.id, server.sizes) == (25, [1])
    assert TaskServer(0).tasks.first() is None


def test_a_limited_list_costs_one_page_of_that_size() -> None:
    server = TaskServer(25)
    assert [task.id for task in server.tasks.limit(7)] == [1, 2, 3, 4, 5, 6, 7]
    assert server.sizes == [7]


def test_the_length_costs_one_small_request() -> None:
    server = TaskServer(25)
    assert len(server.tasks.filter(Task.id > 5).including("annotations")) == 20
    assert server.sizes == [1]


@pytest.mark.parametrize("narrowed", [lambda tasks: tasks, lambda tasks: tasks.order_by(N)])
def test_ids_are_read_alone_whatever_else_is_to_be_loaded(narrowed: Any) -> None:
    server = TaskServer(3)
    assert len(narrowed(server.tasks.including("annotations")).ids()) == 3
    assert {page["include"] for page in server.pages} == {"id"}


# -- how long a request is ------------------------------------------------------------------------

LONG = "https://labels.example.org/label-studio/api/tasks/?"


@pytest.mark.parametrize(
    "where",
    [
        Task.id.in_(range(10**9, 10**9 + 900)),
        Task.data["text"].in_([f"Größe {number}" for number in range(500)]),
        ~Task.data["text"].in_([f"text {number}" for number in range(900)]),
        Task.data["text"].in_(["x" * 900, "y" * 900, "é" * 300, "z" * 900]),
        functools.reduce(operator.or_, [(n == N) & (Task.overlap == 1) for n in range(40)]),
        functools.reduce(operator.or_, [Task.data["text"].contains(f"t{n}") for n in range(40)]),
    ],
    ids=["ids", "texts", "none of these", "long texts", "pairs", "alternatives"],
)
def test_a_request_is_no_longer_than_gunicorn_takes(where: Expression) -> None:
    server = TaskServer(25)
    query = server.tasks.filter(where).including("annotations", "drafts", "avg_lead_time")
    found = [task.id for task in query.order_by(-Task.data["text"])]
    assert len(query) == len(found)
    lines = [LONG + urlencode({**page, "query": _compact(page["query"])}) for page in server.pages]
    assert max(map(len, lines)) < 4_094


def _compact(query: Any) -> str:
    return json.dumps(query, separators=(",", ":"))


# -- what comes and goes --------------------------------------------------------------------------


def test_tasks_that_come_and_go_do_not_shift_pages() -> None:
    server = TaskServer(35)
    server.before = {
        2: lambda: server.remove(1, 2, 3, 12),
        3: server.add,
        4: lambda: server.remove(5),
    }
    assert [task.id for task in server.tasks] == [i for i in range(1, 37) if i != 12]


def test_in_descending_order_other_tasks_do_not_shift() -> None:
    server = TaskServer(25)
    server.before = {2: lambda: (server.add(), server.remove(20, 7))}
    assert [t.id for t in server.tasks.order_by("-id")] == [i for i in range(25, 0, -1) if i != 7]


def test_tasks_that_leave_the_filter_do_not_shift_others() -> None:
    server = TaskServer(25)
    seen = []
    for task in server.tasks.filter(Task.overlap == 1):
        seen.append(task.id)
        server.rows[task.id]["overlap"] = 2
    assert seen == server.ids


def test_in_another_order_a_task_that_goes_is_left_out() -> None:
    server = TaskServer(9)
    server.before = {3: lambda: server.remove(3)}  # after the ids and the first tasks
    assert [task.id for task in server.tasks.order_by(N)] == [9, 8, 7, 6, 5, 4, 2, 1]


def test_in_another_order_a_task_that_changes_keeps_its_place() -> None:
    server = TaskServer(4)
    server.before = {2: lambda: server.rows[1]["data"].update(n=-99)}
    assert [task.id for task in server.tasks.order_by(N)] == [4, 3, 2, 1]


def test_in_another_order_all_ids_are_read_in_one_response() -> None:
    server = TaskServer(30)
    assert server.tasks.order_by(Task.overlap).ids() == server.ids
    assert len(server.pages) == 1


def test_the_first_ones_by_the_data_need_no_ids_of_all() -> None:
    server = TaskServer(30)
    assert [task.id for task in server.tasks.order_by(N).limit(2)] == [30, 29]
    assert [page["page_size"] for page in server.pages][-2:] == [2, 4]


def test_null_in_the_data_comes_last_whatever_the_server_makes_of_it() -> None:
    server = TaskServer(4)
    server.rows[2]["data"]["n"] = None
    assert server.tasks.order_by(N).ids() == [4, 3, 1, 2]
    assert server.tasks.order_by(-N).ids() == [1, 3, 4, 2]


def test_smaller_pages_of_the_server_do_not_shorten_the_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = TaskServer(30)
    server.most = 4
    assert server.tasks.ids() == [task.id for task in server.tasks] == server.ids
    for cut_short in (
        lambda: server.tasks.limit(6).ids(),
        lambda: server.tasks[12:],
        lambda: server.tasks.order_by(Task.overlap).ids(),
    ):
        with pytest.raises(IncompleteResult, match="sends no more than 4 tasks"):
            cut_short()


@pytest.mark.parametrize("order", ["id", N], ids=str)
def test_a_count_that_the_server_does_not_deliver_is_an_error(order: Any) -> None:
    server = TaskServer(1)
    server.client.answers["GET /api/tasks/"] = {"total": 3, "tasks": []}
    server.client._cache.clear()
    with pytest.raises(IncompleteResult, match=r"3 more tasks in project 1|came or went"):
        server.tasks.order_by(Task.overlap if order is N else order).ids()


def test_an_unexpected_response_is_reported() -> None:
    server = TaskServer(1)
    server.client.answers["GET /api/tasks/"] = {"results": []}
    with pytest.raises(ConnectionError, match="no 'tasks' in it"):
        list(server.tasks)


# -- what is heavy --------------------------------------------------------------------------------


def annotated(count: int) -> TaskServer:
    server = TaskServer(count)
    for id, row in server.rows.items():
        row["annotations"] = [{"id": 100 + id, "task": id, "project": 1, "result": []}]
        row["avg_lead_time"] = id / 2
    return server


def test_annotations_are_loaded_for_a_whole_page_when_they_are_touched() -> None:
    server = annotated(25)
    found = [[annotation.id for annotation in task.annotations] for task in server.tasks]
    assert found == [[100 + id] for id in server.ids]
    assert [(page["page_size"], "expand" in page) for page in server.pages] == [
        (10, False),
        (10, True),
        (10, False),
        (10, True),
        (10, False),
        (5, True),
    ]


def test_the_other_columns_come_together() -> None:
    server = annotated(5)
    for task in server.tasks:
        assert (task.avg_lead_time, task.annotators, task.overlap) == (task.id / 2, [], 1)
    assert len(server.pages) == 2
    assert "annotations" not in server.pages[1]["include"].split(",")


def test_light_columns_that_were_not_loaded_come_together_too() -> None:
    server = TaskServer(5)
    assert [(task.data["n"], task.meta) for task in server.tasks.only()] == [
        (-id, {}) for id in server.ids
    ]
    assert len(server.pages) == 2
    assert "fields" not in server.pages[1]


@pytest.mark.parametrize(
    "narrowed",
    [
        lambda tasks: tasks.order_by(N),
        lambda tasks: tasks.order_by(N).limit(9),
        lambda tasks: tasks.filter(ANN),
        lambda tasks: tasks.filter((Task.id > 0) | (Task.overlap == 1)),
        lambda tasks: tasks.order_by("-id").limit(7),
    ],
    ids=["ordered", "one page", "repeating", "alternatives", "downwards"],
)
def test_pages_of_all_kinds_can_be_loaded_more_of(narrowed: Any) -> None:
    server = annotated(9)
    for row in server.rows.values():
        row["annotators"] = [7]
    server.times = {2: 2}
    found = {task.id: [each.id for each in task.annotations] for task in narrowed(server.tasks)}
    assert found == {id: [100 + id] for id in found}
    assert len(found) >= 7
    assert not [said for said in server.client.said if said.startswith("GET /api/tasks/1")]


def test_included_fields_come_with_the_page() -> None:
    server = annotated(5)
    for task in server.tasks.including("annotations", Task.avg_lead_time):
        assert (len(task.annotations), task.avg_lead_time) == (1, task.id / 2)
    assert len(server.pages) == 1


def test_a_task_that_is_not_in_the_page_any_more_is_read_by_itself() -> None:
    server = annotated(5)
    tasks = server.tasks.filter(Task.overlap == 1)[:]
    server.rows[3]["overlap"] = 2
    assert [len(task.annotations) for task in tasks] == [1] * 5
    assert [said for said in server.client.said if said != "GET /api/tasks/"] == [
        "GET /api/tasks/3/"
    ]


def test_a_task_that_has_vanished_is_not_found_and_the_others_are() -> None:
    server = annotated(5)
    tasks = server.tasks[:]
    server.remove(3)
    assert [len(task.annotations) for task in tasks if task.id != 3] == [1] * 4
    with pytest.raises(NotFound):
        _ = tasks[2].annotations


def test_a_column_that_the_server_does_not_send_is_requested_once() -> None:
    server = annotated(5)
    for row in server.rows.values():
        row["reviewed"] = True
    tasks = server.tasks[:]
    del server.rows[2]["reviewed"]
    with pytest.raises(AttributeError, match="Task 2 has no reviewed"):
        _ = tasks[1].reviewed
    assert [task.reviewed for task in tasks if task.id != 2] == [True] * 4
    read = [call for call in server.client.said if call != "GET /api/version"]  # for the error
    assert read == ["GET /api/tasks/", "GET /api/tasks/", "GET /api/tasks/2/"]


def test_after_save_a_task_is_newer_than_its_page() -> None:
    server = annotated(5)
    tasks = server.tasks[:]
    server.client.answers["PATCH /api/tasks/1/"] = {"id": 1, "meta": {"seen": True}}
    _ = tasks[1].annotations  # the page has them now
    tasks[0].meta = {"seen": True}
    tasks[0].save()
    server.rows[1]["annotations"] = []
    assert tasks[0].annotations == []
    assert len(tasks[1].annotations) == 1
    assert server.client.said[-2:] == ["PATCH /api/tasks/1/", "GET /api/tasks/1/"]


def test_after_a_prediction_a_task_is_newer_than_its_page() -> None:
    server = annotated(2)
    first, _ = tasks = server.tasks[:]
    assert [task.predictions for task in tasks] == [[], []]
    server.client.answers["POST /api/predictions/"] = {"id": 9, "task": 1}
    first.predict([])
    server.rows[1]["predictions"] = [{"id": 9, "task": 1, "project": 1, "result": []}]
    assert [each.id for each in first.predictions] == [9]


def test_edits_survive_what_is_loaded_later() -> None:
    server = annotated(3)
    task, *_ = server.tasks
    task.data["text"] = "new"
    _ = task.annotations
    assert (task.data["text"], task.dirty) == ("new", {"data"})


# -- changing many --------------------------------------------------------------------------------


def test_tasks_are_deleted_by_their_ids_in_one_action() -> None:
    server = TaskServer(25)
    server.client.answers["POST /api/dm/actions/"] = {"processed_items": 5}
    assert server.tasks.filter(Task.id > 20).delete() == 5
    assert server.client.calls[-1] == (
        "POST /api/dm/actions/",
        {"selectedItems": {"all": False, "included": [21, 22, 23, 24, 25]}},
    )


def test_after_tasks_were_deleted_their_project_is_counted_anew() -> None:
    server = TaskServer(3)
    server.client.answers["GET /api/projects/1/"] = {"id": 1, "task_number": 3}
    server.client.answers["POST /api/dm/actions/"] = {"processed_items": 3}
    assert Project(1, client=server.client).task_number == 3
    server.tasks.delete()
    server.client.answers["GET /api/projects/1/"] = {"id": 1, "task_number": 0}
    assert Project(1, client=server.client).task_number == 0


def test_tasks_are_updated_where_that_changes_them() -> None:
    server = TaskServer(3)
    server.rows[2]["meta"] = {"seen": True}
    for id in server.ids:
        server.client.answers[f"PATCH /api/tasks/{id}/"] = lambda options: {
            "id": 1,
            **options["json"],
        }
    assert server.tasks.update(meta={"seen": True}) == 3
    assert [call for call in server.client.calls if "PATCH" in call[0]] == [
        ("PATCH /api/tasks/1/", {"meta": {"seen": True}}),
        ("PATCH /api/tasks/3/", {"meta": {"seen": True}}),
    ]


def test_nothing_to_export_is_told_before_anything_is_exported() -> None:
    with pytest.raises(
        InvalidInput, match="at least one task: none is in <Tasks: the tasks of project 1"
    ):
        TaskServer(0).tasks.export()


@pytest.mark.parametrize("task_is_there", [True, False])
def test_a_task_is_in_the_query_if_it_meets_the_conditions(task_is_there: bool) -> None:
    server = TaskServer(5)
    task = server.tasks[4 if task_is_there else 0]
    assert (task in server.tasks.filter(Task.id > 3)) is task_is_there
    assert (task in server.tasks.order_by("-id").limit(1)) is task_is_there
    assert server.sizes == [1, 1, 1]


def test_a_task_does_not_keep_its_page_in_memory() -> None:
    server = TaskServer(10)
    kept = server.tasks[3]
    assert kept._page is not None
    assert kept._page.rows == ()


def test_a_page_that_could_not_be_loaded_is_retried() -> None:
    server = annotated(3)
    tasks = list(server.tasks)
    server.client.answers["GET /api/tasks/"] = ConnectionError("Lost.")
    with pytest.raises(ConnectionError):
        _ = tasks[0].annotations
    server.client.answers["GET /api/tasks/"] = server.answer
    assert [len(task.annotations) for task in tasks] == [1, 1, 1]
    assert not [call for call in server.client.said if call.startswith("GET /api/tasks/1")]


def test_writing_annotations_keeps_loaded_task_data() -> None:
    server = TaskServer(2)
    server.client.answers["POST /api/predictions/"] = {"id": 9, "task": 1}
    task = server.tasks[0]
    task.predict([])
    sent = len(server.client.said)
    assert task.data["text"] == "t1"
    assert len(server.client.said) == sent
    assert task.total_predictions == 0  # read anew
    assert len(server.client.said) == sent + 1
