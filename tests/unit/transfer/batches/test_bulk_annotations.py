"""Annotations made of predictions: each once, and nothing temporary stays."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from support.batching import failing
from support.bulk import (
    CONVERT,
    FAILED,
    IMPORT,
    LOST,
    REMOVE,
    VERSIONS,
    BulkServer,
    distinct,
)

from label_studio_orm.errors import (
    BatchFailed,
    IncompleteResult,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
)
from label_studio_orm.transfer.batches.batch import Batch

ALL = list(range(1, 31))
BUSY = ServerError("Busy.", status=429)


def annotate(bulk: BulkServer) -> Batch:
    """Annotate all tasks in a batch, each differently."""
    with bulk.project.batch() as batch:
        annotate_all(bulk)
    return batch


def annotate_all(bulk: BulkServer) -> None:
    for task in bulk.tasks:
        task.annotate(distinct(task.id))


def check_complete(bulk: BulkServer, batch: Batch) -> None:
    assert bulk.annotated == ALL
    assert bulk.versions == {}
    assert (batch.created, batch.failed, batch.unknown) == (30, [], [])


# -- the import -----------------------------------------------------------------------------------


def test_a_lost_import_that_arrived_is_used(bulk: BulkServer) -> None:
    bulk.loses(IMPORT, done=True)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(IMPORT) == 1


def test_an_import_that_did_not_arrive_is_sent_again(bulk: BulkServer) -> None:
    bulk.loses(IMPORT)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(IMPORT) == 2


def test_what_the_import_drops_is_sent_one_by_one_also_a_whole_slice(
    bulk: BulkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = bulk._do

    def dropping(method: str, path: str, options: dict[str, Any]) -> Any:
        if path.endswith("import/predictions") and options.get("data"):
            options = {"json": json.loads(options["data"])[20:]}
        return do(method, path, options)

    monkeypatch.setattr(bulk, "_do", dropping)
    check_complete(bulk, annotate(bulk))
    assert sum(each.endswith("/annotations/") for each in bulk.writes) == 20


@pytest.mark.parametrize("moment", [IMPORT, CONVERT, REMOVE])
def test_an_import_that_comes_late_makes_no_annotations(moment: str, bulk: BulkServer) -> None:
    bulk.loses(IMPORT, late=moment)
    check_complete(bulk, annotate(bulk))


@pytest.mark.parametrize("error", [BUSY, OutcomeUnknown("Gateway.", status=502)])
def test_an_import_that_is_busy_is_sent_again(error: Exception, bulk: BulkServer) -> None:
    bulk.refuses(IMPORT, error, times=1)
    check_complete(bulk, annotate(bulk))


def test_an_import_named_by_its_error_is_sent_without_that(bulk: BulkServer) -> None:
    problem = {"result": ["Prediction 4: Missing required field"]}
    bulk.refuses(IMPORT, Rejected("Bad.", detail="", validation_errors=problem), times=1)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count("POST /api/tasks/5/annotations/") == 1


def test_an_import_that_fails_each_time_ends(bulk: BulkServer) -> None:
    bulk.refuses(IMPORT, FAILED)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(IMPORT) < 10


def test_a_forbidden_import_is_not_tried_again(bulk: BulkServer) -> None:
    bulk.refuses(IMPORT, PermissionDenied("No.", status=403))
    check_complete(bulk, annotate(bulk))
    annotate(bulk)
    assert bulk.writes.count(IMPORT) == 1


def test_a_persistent_outage_in_the_import_makes_nothing(bulk: BulkServer) -> None:
    bulk.loses(IMPORT, times=99)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk), OutcomeUnknown)
    assert "30 not sent" in str(error)
    assert (batch.created, batch.unknown, bulk.annotated, bulk.versions) == (
        0,
        [],
        [],
        {},
    )


# -- the action -----------------------------------------------------------------------------------


def test_a_lost_action_that_arrived_is_not_repeated(bulk: BulkServer) -> None:
    bulk.loses(CONVERT, done=True)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(CONVERT) == 2


def test_an_action_that_did_not_arrive_is_repeated(bulk: BulkServer) -> None:
    bulk.loses(CONVERT, nth=2)
    check_complete(bulk, annotate(bulk))
    assert bulk.writes.count(CONVERT) == 3


def test_an_action_that_comes_late_makes_nothing_twice(bulk: BulkServer) -> None:
    bulk.loses(CONVERT, late=REMOVE)
    check_complete(bulk, annotate(bulk))


def test_annotations_that_were_made_twice_are_removed(bulk: BulkServer) -> None:
    bulk.loses(CONVERT)
    bulk.twice(CONVERT, nth=1)
    check_complete(bulk, annotate(bulk))
    assert len([call for call in bulk.writes if call.startswith("DELETE /api/annotations")]) == 20


def test_a_request_that_is_repeated_on_its_way_makes_nothing_twice(bulk: BulkServer) -> None:
    bulk.twice(CONVERT)
    check_complete(bulk, annotate(bulk))


def test_annotations_of_others_are_not_taken_for_ours(bulk: BulkServer) -> None:
    body = {"result": distinct(1)}
    bulk.before[CONVERT] = lambda: bulk.send("POST", "/api/tasks/1/annotations/", body)
    batch = annotate(bulk)
    assert (batch.created, bulk.annotated) == (30, sorted([1, *ALL]))


@pytest.mark.parametrize("error", [FAILED, Rejected("No.", status=422)])
def test_an_action_that_the_server_does_not_have_is_tried_once(
    error: Exception, bulk: BulkServer
) -> None:
    bulk.refuses(CONVERT, error)
    check_complete(bulk, annotate(bulk))
    annotate(bulk)
    assert bulk.writes.count(CONVERT) == 1


def test_an_action_that_fails_after_its_work_makes_nothing_twice(bulk: BulkServer) -> None:
    bulk.loses(CONVERT, done=True)
    bulk.faults[0].error = FAILED
    check_complete(bulk, annotate(bulk))


def test_an_outage_in_the_action_reports_what_exists(bulk: BulkServer) -> None:
    bulk.loses(CONVERT, nth=2, times=99)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk), OutcomeUnknown)
    assert "<Batch: 20 created, 0 saved, 0 deleted, 0 failed>, 10 not sent." in str(error)
    assert (batch.created, batch.unknown, len(bulk.annotated)) == (20, [], 20)
    assert bulk.versions == {}


def test_a_complete_outage_leaves_the_outcome_unknown(bulk: BulkServer) -> None:
    bulk.loses(CONVERT, nth=2, times=99)
    bulk.before[CONVERT] = lambda: bulk.refuses("(GET|DELETE)", LOST)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk), OutcomeUnknown)
    assert "0 failed>, 10 of unknown outcome." in str(error)
    assert (batch.created, batch.unknown) == (20, list(range(20, 30)))
    assert "could not be removed" in str(error)


def removed_by_others(bulk: BulkServer) -> None:
    for version in bulk.versions:
        bulk.send("DELETE", "/api/projects/1/model-versions", {"model_version": version})


def test_what_others_remove_before_the_action_is_sent_one_by_one(bulk: BulkServer) -> None:
    bulk.before[CONVERT] = lambda: removed_by_others(bulk)
    check_complete(bulk, annotate(bulk))


def test_what_others_remove_is_unknown_if_the_answer_is_lost(bulk: BulkServer) -> None:
    bulk.loses(CONVERT, done=True)
    bulk.before["GET /api/tasks/"] = lambda: removed_by_others(bulk)
    batch, error = failing(bulk.project, lambda: annotate_all(bulk), IncompleteResult)
    assert "Somebody else has removed temporary predictions" in str(error)
    assert (batch.created, batch.unknown) == (0, list(range(30)))
    assert len(bulk.annotated) == 20


# -- the removal ----------------------------------------------------------------------------------


@pytest.mark.parametrize("done", [True, False])
def test_a_lost_removal_is_repeated(done: bool, bulk: BulkServer) -> None:
    bulk.loses(REMOVE, done=done)
    check_complete(bulk, annotate(bulk))


def test_a_locked_database_is_waited_for(bulk: BulkServer) -> None:
    locked = ServerError("Locked.", status=500, detail="database is locked", error_id="f00")
    bulk.refuses(REMOVE, locked, times=3)
    check_complete(bulk, annotate(bulk))


def test_a_removal_that_fails_is_logged_and_made_up_for(
    bulk: BulkServer, caplog: pytest.LogCaptureFixture
) -> None:
    bulk.refuses(REMOVE, Rejected("No.", status=400), times=1)
    batch = annotate(bulk)
    assert batch.created == 30
    assert "could not be removed" in caplog.text
    assert bulk.versions == {}  # as the end looks for what was left behind


@pytest.mark.parametrize("moment", [IMPORT, CONVERT, REMOVE])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError(), GeneratorExit()])
def test_nothing_temporary_stays_after_an_interruption(
    error: BaseException, moment: str, bulk: BulkServer, caplog: pytest.LogCaptureFixture
) -> None:
    bulk.loses(moment, done=True)
    bulk.faults[0].error = error
    batch, _ = failing(bulk.project, lambda: annotate_all(bulk), type(error))
    assert bulk.versions == {}
    exist = {row["task"] - 1 for row in bulk.annotations}
    assert batch.created + len(batch.unknown) >= len(exist)
    assert exist - set(batch.unknown) == set() or batch.created == len(exist - set(batch.unknown))
    assert not caplog.records


@pytest.mark.parametrize("moment", [VERSIONS, REMOVE])
def test_an_import_that_is_interrupted_on_its_way_leaves_nothing(
    moment: str, bulk: BulkServer
) -> None:
    bulk.loses(IMPORT, late=moment)
    bulk.faults[0].error = KeyboardInterrupt()
    failing(bulk.project, lambda: annotate_all(bulk), KeyboardInterrupt)
    assert not bulk.before  # it has arrived
    assert (bulk.annotated, bulk.versions) == ([], {})


def test_a_slow_removal_leaves_time_for_an_import_on_its_way(bulk: BulkServer) -> None:
    bulk.loses(IMPORT, late=VERSIONS)
    bulk.faults[0].error = KeyboardInterrupt()
    bulk.before[IMPORT] = lambda: bulk.before.update({REMOVE: lambda: bulk.clock.clock.sleep(60)})
    later = bulk.clock.time + 63
    bulk.when(VERSIONS, lambda: bulk.clock.time >= later)
    failing(bulk.project, lambda: annotate_all(bulk), KeyboardInterrupt)
    assert not bulk.before  # it has arrived
    assert (bulk.annotated, bulk.versions) == ([], {})


def test_removals_end_with_the_first_that_fails(
    bulk: BulkServer, caplog: pytest.LogCaptureFixture
) -> None:
    bulk.refuses(REMOVE, Rejected("No.", status=400), nth=2)
    assert annotate(bulk).created == 30
    assert "1 temporary model versions could not be removed: No." in caplog.text


# -- reports --------------------------------------------------------------------------------------


def test_the_result_of_the_block_is_told_with_its_failures(bulk: BulkServer) -> None:
    tasks = bulk.tasks
    bulk.send("DELETE", "/api/tasks/30/")

    def block() -> None:
        for task in tasks:
            task.annotate(distinct(task.id))

    _, error = failing(bulk.project, block, BatchFailed)
    assert str(error).startswith("<Batch: 29 created, 0 saved, 0 deleted, 1 failed>.\n[29] annot")


def test_leftovers_are_removed_and_logged(
    bulk: BulkServer, caplog: pytest.LogCaptureFixture
) -> None:
    name = "label-studio-orm batch 00000000 1 1000000000 abcd 1234 0000"
    body = [{"task": 1, "result": [], "model_version": name}]
    bulk.send("POST", "/api/projects/1/import/predictions", body)
    with caplog.at_level(logging.WARNING, "label_studio_orm"):
        check_complete(bulk, annotate(bulk))
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "<Project 1> has 1 temporary predictions of a batch that process 1 did not end"
    )
