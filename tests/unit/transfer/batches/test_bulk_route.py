"""Annotations by the bulk route of Enterprise: each once, also after lost responses."""

from __future__ import annotations

import pytest
from support.batching import failing
from support.bulk import BULK_ROUTE, FAILED, BulkServer
from support.clock import tuned

from label_studio_orm.errors import EditionError, OutcomeUnknown, PermissionDenied, Rejected
from label_studio_orm.transfer.batches import copies
from label_studio_orm.transfer.batches.batch import Batch

ALL = list(range(1, 31))
ROUTE = f"POST {BULK_ROUTE}"


@pytest.fixture
def bulk() -> BulkServer:
    server = BulkServer()
    server.edition = "Enterprise"
    return server


def annotate(bulk: BulkServer) -> Batch:
    with bulk.project.batch() as batch:
        annotate_all(bulk)
    return batch


def annotate_all(bulk: BulkServer) -> None:
    for task in bulk.tasks:
        task.annotate({"sentiment": "Positive"})


def check_complete(bulk: BulkServer, batch: Batch) -> None:
    assert bulk.annotated == ALL
    assert (batch.created, batch.failed, batch.unknown) == (30, [], [])


def test_equal_annotations_go_together_and_refer_to_the_first(bulk: BulkServer) -> None:
    check_complete(bulk, annotate(bulk))
    assert bulk.writes == ["POST /api/tasks/1/annotations/", ROUTE]
    source, *others = bulk.annotations
    assert {row["parent_annotation"] for row in others} == {source["id"]}
    assert all(row["result"][0]["value"] == {"choices": ["Positive"]} for row in others)


def test_few_equal_ones_go_one_by_one(bulk: BulkServer) -> None:
    tuned(bulk.client, batch_annotations_from=20)
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate({"sentiment": "Negative" if task.id % 2 else "Positive"})
    check_complete(bulk, batch)
    assert ROUTE not in bulk.writes


def test_a_project_with_webhooks_gets_annotations_one_by_one(bulk: BulkServer) -> None:
    bulk.webhooks = [{"id": 7, "project": 1}]
    check_complete(bulk, annotate(bulk))
    assert ROUTE not in bulk.writes


def test_a_lost_answer_makes_nothing_twice(bulk: BulkServer) -> None:
    bulk.loses(ROUTE, done=True)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(ROUTE) == 1


def test_a_lost_request_is_sent_again(bulk: BulkServer) -> None:
    bulk.loses(ROUTE)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(ROUTE) == 2


def test_what_comes_late_is_removed(bulk: BulkServer) -> None:
    bulk.loses(ROUTE, late=ROUTE)
    check_complete(bulk, annotate(bulk))
    assert len([call for call in bulk.writes if call.startswith("DELETE /api/annotations")]) == 29


def test_a_request_that_is_repeated_on_its_way_makes_nothing_twice(bulk: BulkServer) -> None:
    bulk.twice(ROUTE)
    check_complete(bulk, annotate(bulk))


@pytest.mark.parametrize(
    "error",
    [
        EditionError("No such endpoint.", status=404),
        Rejected("No.", status=400),
        PermissionDenied("No.", status=403),
        FAILED,
    ],
)
def test_a_server_without_the_route_gets_them_one_by_one_and_is_not_asked_again(
    error: Exception, bulk: BulkServer
) -> None:
    bulk.refuses(ROUTE, error)
    check_complete(bulk, annotate(bulk))
    annotate(bulk)
    assert bulk.writes.count(ROUTE) == 1
    assert bulk.annotated == sorted([*ALL, *ALL])


def test_a_request_that_fails_in_part_is_completed(bulk: BulkServer) -> None:
    bulk.refuses(ROUTE, FAILED, times=1)
    bulk.before[ROUTE] = lambda: [
        bulk.send(
            "POST",
            f"/api/tasks/{task}/annotations/",
            {"result": [], "parent_annotation": bulk.annotations[0]["id"]},
        )
        for task in (2, 3)
    ]
    check_complete(bulk, annotate(bulk))


def test_an_outage_reports_which_exist(bulk: BulkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "TASKS_PER_REQUEST", 10)
    bulk.loses(ROUTE, nth=2, times=99)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk), OutcomeUnknown)
    assert "<Batch: 11 created, 0 saved, 0 deleted, 0 failed>, 19 not sent." in str(error)
    assert (batch.unknown, len(bulk.annotated)) == ([], 11)


def test_community_is_not_asked_for_the_route(bulk: BulkServer) -> None:
    bulk.edition = "Community"
    check_complete(bulk, annotate(bulk))
    assert ROUTE not in bulk.writes
