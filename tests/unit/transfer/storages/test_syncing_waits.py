"""Syncs are never begun beside another one, and waited for no longer than was asked."""

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
def test_a_sync_that_is_under_way_is_waited_for_and_no_other_is_begun(
    status: str, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {**working(10), "status": status}
    server._begun_at = 0.0
    server.story = {5: working(50), 10: done(80)}
    told: list[int] = []
    sync(storage, server, progress=lambda done, total: told.append(done))
    assert (storage.last_sync_count, server.posts) == (80, 0)
    assert told[-2:] == [50, 80]


def test_a_sync_that_is_under_way_and_fails_says_why(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= working(10)
    server._begun_at = 0.0
    server.story = {5: {"status": "failed", "traceback": TRACEBACK}}
    with pytest.raises(JobFailed, match="UnsupportedFileFormatError"):
        sync(storage, server)
    assert server.posts == 0


@pytest.mark.parametrize("status", ["queued", "in_progress"])
def test_a_sync_that_is_under_way_is_left_alone_where_nobody_waits(
    status: str, storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {**working(10), "status": status}
    sync(storage, server, wait=False)
    assert (server.posts, storage.status) == (0, status)


def test_a_dead_sync_is_given_up_by_the_server_and_a_new_one_is_begun(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= working(10, ping=600)
    server.story = {0: done(5)}
    sync(storage, server)
    assert (server.listings, server.posts, storage.status) == (1, 1, "completed")


def test_a_sync_that_dies_while_it_is_waited_for_has_failed(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {1: working(10), 20: working(10, ping=600)}
    server.answer, server.answers_after = LOST, 10
    with pytest.raises(JobFailed, match="the job was failed"):
        sync(storage, server)
    assert (server.listings, server.posts) == (1, 1)


def test_a_sync_that_was_under_way_and_dies_has_failed(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= working(10)
    server._begun_at = 0.0
    server.story = {20: working(10, ping=600)}
    with pytest.raises(JobFailed, match="the job was failed"):
        sync(storage, server)
    assert (server.listings, server.posts) == (1, 0)


def test_one_slow_object_is_not_taken_for_a_dead_sync_while_the_request_is_open(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    # Pings come between objects only. To list storages now would have the server give it up.
    server.story = {1: working(10), 30: working(10, ping=650), 60: done(11)}
    server.answers_after = 60
    sync(storage, server)
    assert (storage.last_sync_count, server.listings, server.posts) == (11, 0, 1)


def test_a_silent_sync_is_checked_once_in_a_while(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.stored |= {"status": "in_progress", "meta": working(1, ping=650)["meta"]}
    listed: list[float] = []
    server.answers["GET /api/storages/s3/"] = lambda options: listed.append(server.nap.time)
    with pytest.raises(JobTimeout, match="last heartbeat"):
        sync(storage, server, timeout=700)
    assert listed == pytest.approx([0, 600], abs=2)


def test_a_living_sync_is_not_checked_for_silence(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    pings = {second: working(second, ping=100 - second) for second in range(1, 100, 5)}
    server.story = {**pings, 100: done()}
    server.answer = GATEWAY
    sync(storage, server)
    assert server.listings == 0


def test_a_second_call_while_the_server_connects_begins_no_second_sync(
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
def test_a_sync_whose_answer_was_lost_may_begin_yet_and_no_other_is_begun(
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


def test_after_a_request_that_never_arrived_another_sync_can_begin(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    tuned(server, sync_begin_timeout=0.01)
    server.arrives, server.answer = False, LOST
    with pytest.raises(OutcomeUnknown, match="call it again"):
        storage.sync()
    server.arrives, server.answer, server.story = True, None, {0: done(7)}
    assert storage.sync().last_sync_count == 7
    assert server.posts == 2


def test_a_sync_that_was_left_alone_and_has_ended_is_not_taken_for_the_next(
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


def test_an_error_of_a_gateway_after_it_has_begun_is_not_its_end(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {0: working(1), 60: done(9)}, 20
    server.answer = ServerError("oh", status=500)
    sync(storage, server)
    assert (storage.last_sync_count, server.posts) == (9, 1)


# -- for how long ---------------------------------------------------------------------------------


def test_a_sync_that_stays_queued_times_out(storage: S3ImportStorage, server: SyncServer) -> None:
    server.story = {}  # no worker takes it
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


def test_no_time_at_all_begins_a_sync_and_does_not_wait(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {1: working(10)}, FOREVER
    with pytest.raises(JobTimeout):
        sync(storage, server, timeout=0)
    assert server.nap.time == 0


# -- without waiting ------------------------------------------------------------------------------


def test_a_sync_that_is_not_waited_for_has_begun(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story, server.answers_after = {0: working(None), 60: done(5)}, 60
    server.connects_for = 20
    sync(storage, server, wait=False)
    assert (storage.status, server.posts) == ("in_progress", 1)
    assert 20 <= server.nap.time < 60


def test_a_sync_that_is_not_waited_for_and_cannot_begin_says_so(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.arrives, server.answer = False, ServerError("no", status=500, detail="no such bucket")
    with pytest.raises(JobFailed, match="no such bucket"):
        sync(storage, server, wait=False)


def test_a_sync_that_is_not_waited_for_may_be_done_at_once(
    storage: S3ImportStorage, server: SyncServer
) -> None:
    server.story = {0: done(5)}
    sync(storage, server, wait=False)
    assert (storage.status, storage.last_sync_count) == ("completed", 5)
