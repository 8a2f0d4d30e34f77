"""Copies of an annotation: each once, also after lost responses."""

from __future__ import annotations

import pytest
from support.batching import failing
from support.bulk import COPY, FAILED, IMPORT, BulkServer
from support.clock import tuned

from label_studio_orm.errors import OutcomeUnknown, PermissionDenied, Rejected, ServerError
from label_studio_orm.transfer.batches import copies
from label_studio_orm.transfer.batches.batch import Batch

ALL = list(range(1, 31))
BUSY = ServerError("Busy.", status=429)


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


def test_copies_refer_to_their_source(bulk: BulkServer) -> None:
    check_complete(bulk, annotate(bulk))
    source, *others = bulk.annotations
    assert source["parent_annotation"] is None
    assert {row["parent_annotation"] for row in others} == {source["id"]}
    assert all(row["result"] == source["result"] for row in others)


def test_each_result_has_a_source_of_its_own(bulk: BulkServer) -> None:
    tuned(bulk.client, batch_annotations_from=10)
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate({"sentiment": "Negative" if task.id % 2 else "Positive"})
    check_complete(bulk, batch)
    assert bulk.writes.count(COPY) == 2
    for row in bulk.annotations:
        answer = "Negative" if row["task"] % 2 else "Positive"
        assert row["result"][0]["value"] == {"choices": [answer]}


def test_lost_copies_that_arrived_are_not_made_again(bulk: BulkServer) -> None:
    bulk.loses(COPY, done=True)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(COPY) == 1


def test_copies_that_did_not_arrive_are_made(bulk: BulkServer) -> None:
    bulk.loses(COPY)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(COPY) == 2


def test_copies_that_come_late_are_removed(bulk: BulkServer) -> None:
    bulk.loses(COPY, late=COPY)
    check_complete(bulk, annotate(bulk))
    assert len([call for call in bulk.writes if call.startswith("DELETE /api/annotations")]) == 29


def test_a_request_that_is_repeated_on_its_way_makes_nothing_twice(bulk: BulkServer) -> None:
    bulk.twice(COPY)
    check_complete(bulk, annotate(bulk))


def test_a_busy_server_makes_nothing_twice(
    bulk: BulkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "TASKS_PER_REQUEST", 10)
    bulk.refuses(COPY, BUSY, nth=2, times=1)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(COPY) == 4


def test_annotations_of_others_are_not_taken_for_copies(bulk: BulkServer) -> None:
    body = {"result": []}
    bulk.before[COPY] = lambda: bulk.send("POST", "/api/tasks/2/annotations/", body)
    batch = annotate(bulk)
    assert (batch.created, bulk.annotated) == (30, sorted([2, *ALL]))


@pytest.mark.parametrize("error", [FAILED, Rejected("No.", status=422), PermissionDenied("No.")])
def test_where_the_server_does_not_copy_predictions_are_used(
    error: Exception, bulk: BulkServer
) -> None:
    bulk.refuses(COPY, error)
    check_complete(bulk, annotate(bulk))
    annotate(bulk)
    assert (bulk.writes.count(COPY), bulk.writes.count(IMPORT)) == (1, 2)


def test_if_the_source_is_refused_the_others_are_made_in_other_ways(
    bulk: BulkServer,
) -> None:
    bulk.refuses("POST /api/tasks/1/annotations/", Rejected("No.", status=400))
    batch, _ = failing(bulk.project, lambda: annotate_all(bulk))
    assert [each.index for each in batch.failed] == [0]
    assert (batch.created, bulk.annotated) == (29, ALL[1:])


def test_an_outage_reports_which_copies_exist(
    bulk: BulkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "TASKS_PER_REQUEST", 10)
    bulk.loses(COPY, nth=2, times=99)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk), OutcomeUnknown)
    assert "<Batch: 11 created, 0 saved, 0 deleted, 0 failed>, 19 not sent." in str(error)
    assert (batch.unknown, len(bulk.annotated)) == ([], 11)


def test_an_interruption_leaves_the_outcome_unknown(bulk: BulkServer) -> None:
    bulk.loses(COPY, done=True)
    bulk.faults[0].error = KeyboardInterrupt()
    batch, _ = failing(bulk.project, lambda: annotate_all(bulk), KeyboardInterrupt)
    assert (batch.created, batch.unknown) == (1, list(range(1, 30)))
