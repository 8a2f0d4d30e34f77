"""One sync at a time: never a second one beside it, and no wait beyond the timeout."""

from __future__ import annotations

import pytest
from support.clock import tuned
from support.syncing import (
    FOREVER,
    GATEWAY,
    LOST,
    TRACEBACK,
    SyncServer,
    done,
    sync,
    working,
)

from label_studio_orm.errors import (
    JobFailed,
    JobTimeout,
    LabelStudioError,
    OutcomeUnknown,
    ServerError,
)
from label_studio_orm.records.storages import S3ImportStorage
from label_studio_orm.transfer.storages.syncing import Syncing

# -- one at a time --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_running_sync_is_waited_for_and_no_other_is_started(
    status: str, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {**working(10), "status": status}
    server._begun_at = 0.0
    server.story = {5: working(50), 10: done(80)}
    told: list[int] = []
    sync(storage, server, progress=lambda done, total: told.append(done))
    assert (storage.last_sync_count, server.posts) == (80, 0)
    assert told[-2:] == [50, 80]


def test_a_running_sync_that_fails_reports_the_reason(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= working(10)
    server._begun_at = 0.0
    server.story = {5: {"status": "failed", "traceback": TRACEBACK}}
    with pytest.raises(JobFailed, match="UnsupportedFileFormatError"):
        sync(storage, server)
    assert server.posts == 0


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_wait_false_leaves_a_running_sync_alone(
    status: str, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {**working(10), "status": status}
    sync(storage, server, wait=False)
    assert (server.posts, storage.status) == (0, status)


def test_a_dead_sync_is_marked_as_failed_and_a_new_one_is_started(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= working(10, ping=600)
    server.story = {0: done(5)}
    sync(storage, server)
    assert (server.listings, server.posts, storage.status) == (1, 1, "completed")


def test_a_sync_that_dies_during_the_wait_raises_an_error(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {1: working(10), 20: working(10, ping=600)}
    server.answer, server.answers_after = LOST, 10
    with pytest.raises(JobFailed, match="the job was failed"):
        sync(storage, server)
    assert (server.listings, server.posts) == (1, 1)


def test_a_running_sync_that_dies_raises_an_error(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= working(10)
    server._begun_at = 0.0
    server.story = {20: working(10, ping=600)}
    with pytest.raises(JobFailed, match="the job was failed"):
        sync(storage, server)
    assert (server.listings, server.posts) == (1, 0)


def test_a_slow_object_is_not_mistaken_for_a_dead_sync_during_the_request(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    # Pings come between objects only. Listing storages now would mark the sync as failed.
    server.story = {1: working(10), 30: working(10, ping=650), 60: done(11)}
    server.answers_after = 60
    sync(storage, server)
    assert (storage.last_sync_count, server.listings, server.posts) == (11, 0, 1)


def test_a_sync_without_pings_is_checked_from_time_to_time(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {"status": "in_progress", "meta": working(1, ping=650)["meta"]}
    listed: list[float] = []
    server.answers["GET /api/storages/s3/"] = lambda options: listed.append(server.nap.time)
    with pytest.raises(JobTimeout, match="last heartbeat"):
        sync(storage, server, timeout=700)
    assert listed == pytest.approx([0, 600], abs=2)


def test_a_sync_with_pings_is_not_checked(storage: S3ImportStorage, server: SyncServer) -> None:
    pings = {second: working(second, ping=100 - second) for second in range(1, 100, 5)}
    server.story = {**pings, 100: done()}
    server.answer = GATEWAY
    sync(storage, server)
    assert server.listings == 0


def test_a_second_call_during_connecting_starts_no_second_sync(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.connects_for, server.answers_after = {5: done(7)}, 30, 35
    syncing = Syncing(storage)
    syncing.begin()
    with pytest.raises(JobTimeout, match=r"'connecting' after 10 s.*has not started") as caught:
        syncing.wait(10)
    assert not syncing.has_ended()
    assert caught.value.job.wait() is storage
    assert (storage.status, storage.last_sync_count, server.posts) == ("completed", 7, 1)


def test_a_second_call_waits_for_the_sync_of_the_first(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.connects_for, server.answers_after = {5: done(7)}, 1_000, 1_005
    with pytest.raises(JobTimeout):
        storage.sync(timeout=0.01)
    storage.sync()
    assert (storage.last_sync_count, server.posts) == (7, 1)


@pytest.mark.parametrize("loss", [LOST, GATEWAY], ids=["cut", "504"])
def test_after_a_lost_response_no_second_sync_is_started(
    loss: LabelStudioError, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.begins_after, server.answer = {5: done(7)}, 60, loss
    syncing = Syncing(storage)
    syncing.begin()
    with pytest.raises(JobTimeout):
        syncing.wait(10)
    assert not syncing.has_ended()  # so that storage.sync() goes on with it
    assert syncing.wait().last_sync_count == 7
    assert syncing.has_ended()
    assert server.posts == 1


def test_after_an_unsent_request_another_sync_can_start(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    tuned(server, sync_begin_timeout=0.01)
    server.arrives, server.answer = False, LOST
    with pytest.raises(OutcomeUnknown, match="call it again"):
        storage.sync()
    server.arrives, server.answer, server.story = True, None, {0: done(7)}
    assert storage.sync().last_sync_count == 7
    assert server.posts == 2


def test_an_earlier_unwaited_sync_is_not_mistaken_for_the_next(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {0: working(None), 5: done(7)}, FOREVER
    storage.sync(wait=False)
    server.nap.time += 10
    server.story, server.answers_after = {0: done(2)}, 0
    assert storage.sync().last_sync_count == 2
    assert server.posts == 2


def test_a_failed_sync_whose_request_is_still_open_does_not_block_the_next(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {0: {"status": "failed", "traceback": TRACEBACK}}, FOREVER
    for _ in range(2):
        with pytest.raises(JobFailed):
            storage.sync()
    assert server.posts == 2


def test_a_gateway_error_after_the_start_does_not_end_the_wait(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {0: working(1), 60: done(9)}, 20
    server.answer = ServerError("oh", status=500)
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (9, 1)


# -- timeouts -------------------------------------------------------------------------------------


def test_a_sync_that_stays_queued_times_out(storage: S3ImportStorage, server: SyncServer) -> None:
    server.story = {}  # no worker runs it
    with pytest.raises(JobTimeout, match=r"still 'queued' after 30 s.*sync\(\) waits on") as caught:
        sync(storage, server, timeout=30)
    assert server.nap.time == pytest.approx(30, abs=1)
    assert caught.value.job is not None
    with pytest.raises(JobTimeout):
        sync(storage, server, timeout=30)
    assert server.posts == 1


def test_a_wait_that_was_too_short_can_be_continued(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {1: working(10), 100: done(80)}, 100
    with pytest.raises(JobTimeout, match=r"still 'in_progress' after 20 s.*last heartbeat"):
        sync(storage, server, timeout=20)
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (80, 1)


def test_a_timeout_of_zero_starts_a_sync_without_waiting(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {1: working(10)}, FOREVER
    with pytest.raises(JobTimeout):
        sync(storage, server, timeout=0)
    assert server.nap.time == 0


# -- without waiting ------------------------------------------------------------------------------


def test_wait_false_starts_the_sync(storage: S3ImportStorage, server: SyncServer) -> None:
    server.story, server.answers_after = {0: working(None), 60: done(5)}, 60
    server.connects_for = 20
    sync(storage, server, wait=False)
    assert (storage.status, server.posts) == ("in_progress", 1)
    assert 20 <= server.nap.time < 60


def test_wait_false_raises_an_error_if_the_sync_cannot_start(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.arrives, server.answer = False, ServerError("no", status=500, detail="no such bucket")
    with pytest.raises(JobFailed, match="no such bucket"):
        sync(storage, server, wait=False)


def test_wait_false_may_return_a_complete_sync(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {0: done(5)}
    sync(storage, server, wait=False)
    assert (storage.status, storage.last_sync_count) == ("completed", 5)
