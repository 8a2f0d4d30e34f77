"""A sync is started once, whatever the outcome of the request; long syncs show progress.

A proxy between the server and S3 delays an object, so that a sync runs for as long as a test
requires.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from support.clock import tuned
from support.emulators.s3 import S3
from support.faults import Fault, FaultProxy, Faults, impatient, once, running_proxy
from support.storages import S3Place, task

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import JobFailed, JobTimeout, OutcomeUnknown, ServerError
from label_studio_orm.records.storages import S3ImportStorage
from label_studio_orm.server import LocalServer

SYNC = r"/sync$"
LONGEST = 60.0  # seconds that anything may take
SOME = 3  # objects
MANY = 5_000


class Gate:
    """Holds back the second object until the gate is opened; others are served at once."""

    def __init__(self) -> None:
        self.reached, self._opened = threading.Event(), threading.Event()

    def __call__(self, method: str, path: str, number: int) -> None:
        if method == "GET" and re.search(r"/1\.json", path):
            self.reached.set()
            self._opened.wait(LONGEST)

    def open(self) -> None:
        self._opened.set()

    def wait(self) -> None:
        """Wait until the sync is running."""
        assert self.reached.wait(LONGEST)

    def opened_by_a_look(self, harm: Faults | None = None) -> Faults:
        """Cause a fault, then open when the client polls the storage the second time."""
        looks = 0

        def faults(method: str, path: str, number: int) -> Fault | None:
            nonlocal looks
            looks += method == "GET" and bool(re.search(r"/storages/s3/\d+$", path))
            if looks > 1 and self.reached.is_set():
                self.open()
            return harm(method, path, number) if harm else None

        return faults


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.open()


@pytest.fixture
def s3_place(s3: S3) -> S3Place:
    return S3Place(s3)


@pytest.fixture
def made(s3: S3, gate: Gate, project: Project, s3_place: S3Place) -> Iterator[S3ImportStorage]:
    """A storage of some objects; the gate holds one of them back."""
    for number in range(SOME):
        s3_place.put(f"{number}.json", task(f"{number}"))
    with running_proxy(s3.url, gate) as proxy:
        s3_place.fields["s3_endpoint"] = proxy.url
        yield project.import_storages.s3.create(**s3_place.fields)
        gate.open()
        proxy.quiet()


@pytest.fixture
def proxy(storage_server: LocalServer, made: S3ImportStorage, gate: Gate) -> Iterator[FaultProxy]:
    """Stands between the client and the server."""
    with running_proxy(storage_server.url) as proxy:
        yield proxy
        gate.open()
        proxy.faults = None
        proxy.quiet()


@pytest.fixture
def storage(proxy: FaultProxy, ls: LabelStudio, made: S3ImportStorage) -> S3ImportStorage:
    """The storage, read by a client behind the proxy."""
    client = impatient(ls, proxy.url, timeout=30.0)
    return client.projects.get(made.project.id).import_storages.s3.get(made.id)


def begun(proxy: FaultProxy) -> int:
    return sum(method == "POST" and path.endswith("/sync") for method, path, _ in proxy.log)


@pytest.mark.parametrize("kind", ["cut during", "504 during"])
def test_a_sync_that_continues_after_its_request_broke_is_waited_for(
    kind: str, gate: Gate, proxy: FaultProxy, project: Project, storage: S3ImportStorage
) -> None:
    proxy.faults = gate.opened_by_a_look(once(kind, "POST", SYNC))
    assert storage.sync().last_sync_count == SOME
    assert storage.status == "completed"
    assert begun(proxy) == 1
    assert storage.refresh().meta["attempts"] == 1
    assert len(project.tasks) == SOME


@pytest.mark.parametrize("kind", ["cut after", "502 after", "drop out"])
def test_a_sync_with_a_lost_response_is_not_started_again(
    kind: str, gate: Gate, proxy: FaultProxy, project: Project, storage: S3ImportStorage
) -> None:
    gate.open()
    proxy.faults = once(kind, "POST", SYNC)
    assert storage.sync().last_sync_count == SOME
    assert begun(proxy) == 1
    assert storage.refresh().meta["attempts"] == 1
    assert len(project.tasks) == SOME


def test_a_sync_with_a_slow_response_ends_when_the_storage_says_so(
    gate: Gate, proxy: FaultProxy, project: Project, storage: S3ImportStorage
) -> None:
    gate.open()
    proxy.faults = once("slow", "POST", SYNC)
    assert storage.sync().last_sync_count == SOME
    assert len(project.tasks) == SOME


@pytest.mark.parametrize("kind", ["cut before", "503"])
def test_a_sync_request_that_never_arrived_is_not_repeated_silently(
    kind: str,
    gate: Gate,
    proxy: FaultProxy,
    project: Project,
    storage: S3ImportStorage,
) -> None:
    tuned(storage.client, sync_begin_timeout=0.5)
    gate.open()
    proxy.faults = once(kind, "POST", SYNC)
    with pytest.raises((OutcomeUnknown, ServerError)):
        storage.sync()
    assert len(project.tasks) == 0
    assert storage.sync().last_sync_count == SOME
    assert len(project.tasks) == SOME


def test_a_failed_sync_with_a_lost_response_reports_the_reason(
    gate: Gate, s3_place: S3Place, proxy: FaultProxy, storage: S3ImportStorage
) -> None:
    s3_place.put("1.json", "5")
    proxy.faults = gate.opened_by_a_look(once("cut during", "POST", SYNC))
    with pytest.raises(JobFailed, match=r"tasks from 1\.json"):
        storage.sync()
    assert begun(proxy) == 1


def test_wait_false_returns_when_the_sync_has_started(
    gate: Gate,
    proxy: FaultProxy,
    project: Project,
    storage: S3ImportStorage,
) -> None:
    storage.sync(wait=False)  # returns, though the gate is closed
    gate.wait()
    assert storage.sync(wait=False).status == "in_progress"
    proxy.faults = gate.opened_by_a_look()
    assert storage.sync().last_sync_count == SOME  # which waits for that one
    assert begun(proxy) == 1
    assert len(project.tasks) == SOME


def test_a_sync_that_timed_out_can_be_waited_for_again(
    gate: Gate, proxy: FaultProxy, project: Project, storage: S3ImportStorage
) -> None:
    with pytest.raises(JobTimeout, match=r"sync\(\) waits on"):
        storage.sync(timeout=0.5)
    gate.wait()
    with pytest.raises(JobTimeout, match=r"in_progress.* last heartbeat"):
        storage.sync(timeout=0.1)
    proxy.faults = gate.opened_by_a_look()
    assert storage.sync().last_sync_count == SOME
    assert begun(proxy) == 1
    assert len(project.tasks) == SOME


def test_a_sync_started_by_somebody_else_is_waited_for(
    gate: Gate,
    proxy: FaultProxy,
    project: Project,
    made: S3ImportStorage,
    storage: S3ImportStorage,
) -> None:
    somebody = threading.Thread(target=made.sync)
    somebody.start()
    gate.wait()
    proxy.faults = gate.opened_by_a_look()
    assert storage.sync().last_sync_count == SOME
    somebody.join()
    assert begun(proxy) == 0
    assert len(project.tasks) == SOME


def test_five_thousand_objects_are_synced_with_progress(
    s3: S3, project: Project, s3_place: S3Place
) -> None:
    tuned(project.client, sync_interval=1.0)
    s3.fill(s3_place.bucket, MANY)
    storage = project.import_storages.s3.create(use_blob_urls=True, **s3_place.fields)
    seen: list[tuple[int, int | None]] = []
    storage.sync(progress=lambda done, total: seen.append((done, total)))
    done = [each for each, _ in seen]
    assert done == sorted(set(done))
    assert len(done) > 1, "there was no progress to see"  # the server tells of it every 5 s
    assert done[-1] == storage.last_sync_count == MANY
    assert len(project.tasks) == MANY
