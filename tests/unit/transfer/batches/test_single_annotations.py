"""Annotations in requests of their own: each once, also after lost responses."""

from __future__ import annotations

import pytest
from support.batching import failing
from support.bulk import FAILED, POST_ONE, BulkServer
from support.texts import sentiment

from label_studio_orm.errors import OutcomeUnknown, Rejected
from label_studio_orm.transfer.batches.batch import Batch


@pytest.fixture
def bulk() -> BulkServer:
    return BulkServer(3)


def annotate(bulk: BulkServer) -> Batch:
    with bulk.project.batch() as batch:
        annotate_all(bulk)
    return batch


def annotate_all(bulk: BulkServer) -> None:
    for task in bulk.tasks:
        task.annotate(sentiment("Positive"))


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_request_is_repeated_without_doubles(done: bool, bulk: BulkServer) -> None:
    bulk.loses(POST_ONE, nth=2, done=done)
    assert (annotate(bulk).created, bulk.annotated) == (3, [1, 2, 3])


def test_a_request_that_comes_late_makes_no_double(bulk: BulkServer) -> None:
    bulk.loses(POST_ONE, nth=2, late=POST_ONE)
    assert (annotate(bulk).created, bulk.annotated) == (3, [1, 2, 3])


def test_a_server_that_fails_after_its_work_has_created_it(bulk: BulkServer) -> None:
    bulk.loses(POST_ONE, done=True)
    bulk.faults[0].error = FAILED
    assert (annotate(bulk).created, bulk.annotated) == (3, [1, 2, 3])


def test_an_annotation_at_which_the_server_fails_is_reported(bulk: BulkServer) -> None:
    bulk.refuses("POST /api/tasks/2/annotations/", FAILED)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk))
    assert "[1] annotation for task 2: It broke." in str(error)
    assert (batch.created, bulk.annotated) == (2, [1, 3])


def test_a_refused_annotation_is_reported(bulk: BulkServer) -> None:
    bulk.refuses("POST /api/tasks/2/annotations/", Rejected("No such control.", status=400))
    batch, _ = failing(bulk.project, lambda: annotate_all(bulk))
    assert [(each.index, str(each.error)) for each in batch.failed] == [(1, "No such control.")]


def test_an_outage_reports_what_is_unknown_and_what_was_not_sent(bulk: BulkServer) -> None:
    bulk.loses(POST_ONE, nth=2, times=99)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk), OutcomeUnknown)
    assert "<Batch: 1 created, 0 saved, 0 deleted, 0 failed>, 1 not sent, 1 of unknown" in str(
        error
    )
    assert batch.unknown == [1]
