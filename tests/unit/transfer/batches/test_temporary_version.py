"""Temporary model versions: whose they are, and when they are removed."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest
from support.bulk import REMOVE, BulkServer
from support.clock import tuned

from label_studio_orm.errors import Rejected
from label_studio_orm.transfer.batches.maker import LOADED, Maker
from label_studio_orm.transfer.batches.temporary_version import TemporaryVersions


@pytest.fixture
def bulk() -> BulkServer:
    return BulkServer(2)


@pytest.fixture
def now(bulk: BulkServer) -> Maker:
    return Maker.here(bulk.client)


def versions_of(bulk: BulkServer) -> TemporaryVersions:
    return TemporaryVersions(bulk.project, bulk.client)


def put(bulk: BulkServer, *names: str) -> None:
    items = [{"task": 1, "result": [], "model_version": name} for name in names]
    bulk.send("POST", "/api/projects/1/import/predictions", items)


def named(maker: Maker) -> str:
    return f"{maker} 1234 0000"


# -- names ----------------------------------------------------------------------------------------


def test_a_name_tells_its_maker(bulk: BulkServer, now: Maker) -> None:
    one, other = versions_of(bulk).new(2)
    assert one != other
    assert one.startswith("label-studio-orm batch ")
    assert Maker.of(one) == Maker.of(other) == Maker(now.host, os.getpid(), now.time, now.client)


@pytest.mark.parametrize(
    "name",
    [
        "m1",
        "",
        "undefined",
        "label-studio-orm batch",
        "label-studio-orm batch of Ann",
        "label-studio-orm batch h x 1 c 1 0",
        "label-studio-orm batch h 1 ² c 1 0",
        "label-studio-orm batch h 1 1 c 1 0 0",
        "my label-studio-orm batch h 1 1 c 1 0",
    ],
)
def test_other_names_have_no_maker(name: str) -> None:
    assert Maker.of(name) is None


# -- who has ended --------------------------------------------------------------------------------


def ended() -> int:
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_process_that_runs_has_not_ended(now: Maker) -> None:
    assert not Maker(now.host, os.getppid(), now.time, "other").has_ended(now)


def test_a_process_that_does_not_run_has_ended(now: Maker) -> None:
    assert Maker(now.host, ended(), now.time, "other").has_ended(now)


def test_a_process_of_another_host_ends_after_an_hour(now: Maker) -> None:
    assert not Maker("other", 1, now.time - 3_500, "other").has_ended(now)
    assert Maker("other", 1, now.time - 3_700, "other").has_ended(now)


def test_another_client_of_this_process_has_not_ended(now: Maker) -> None:
    assert not Maker(now.host, now.process, now.time, "other").has_ended(now)


def test_an_earlier_process_of_the_same_id_has_ended(now: Maker) -> None:
    earlier = int(LOADED) - 60
    assert Maker(now.host, now.process, earlier, "other").has_ended(now)


# -- removal --------------------------------------------------------------------------------------


def test_only_leftovers_are_removed(bulk: BulkServer, now: Maker) -> None:
    kept = [
        "m1",
        "label-studio-orm batch of Ann",
        named(Maker(now.host, os.getppid(), now.time, "other")),
        named(Maker("other", 1, now.time, "other")),
        named(Maker(now.host, now.process, now.time, "other")),
        *versions_of(bulk).new(1),
    ]
    left = [named(Maker(now.host, ended(), now.time, "other")), named(now)]
    put(bulk, *kept, *left)
    versions_of(bulk).remove_leftovers()
    assert set(bulk.versions) == set(kept)


def test_a_failing_removal_of_leftovers_is_logged(
    bulk: BulkServer, now: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    put(bulk, named(now))
    bulk.refuses(REMOVE, Rejected("No.", status=400))
    versions_of(bulk).remove_leftovers()
    assert "Temporary predictions of <Project 1> were not removed: No." in caplog.text


def test_versions_are_removed_at_the_end(bulk: BulkServer) -> None:
    with versions_of(bulk) as versions:
        put(bulk, *versions.new(2))
    assert bulk.versions == {}


def test_the_removal_goes_on_after_an_interruption(bulk: BulkServer) -> None:
    bulk.loses(REMOVE, nth=2)
    bulk.faults[0].error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt), versions_of(bulk) as versions:
        put(bulk, *versions.new(3))
    assert bulk.versions == {}


def test_the_removal_after_an_interruption_is_waited_for_only_briefly(
    bulk: BulkServer,
) -> None:
    tuned(bulk.client, interrupt_timeout=0.01)
    bulk.before[REMOVE] = lambda: time.sleep(0.1)
    still = pytest.raises(KeyboardInterrupt, match="still being removed")
    with still, versions_of(bulk) as versions:
        put(bulk, *versions.new(1))
        raise KeyboardInterrupt
    while bulk.versions:
        time.sleep(0.01)
