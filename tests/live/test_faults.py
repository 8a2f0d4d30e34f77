"""The outcome of each operation under each fault, under random faults, and after a kill.

RELIABILITY=1 tests each cell of docs/explanation/reliability.md and regenerates the page; otherwise
one of each group of similar faults is tested. tests/faults runs the same rounds many more times.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.batch_rounds import batch_kill_round, batch_round
from support.faults import ALL_KINDS, FaultProxy, running_proxy
from support.kills import kill_round
from support.postgres import NewDatabase
from support.reliability import (
    OPERATIONS,
    ExportToFile,
    Operation,
    Predictions,
    Reading,
    Stage,
    Upload,
    alike,
    outcome,
)
from support.reliability_page import PAGE, page, read, version
from support.rounds import Round, import_round, operation_round

from label_studio_orm.server import LocalServer

TIMEOUT = 0.7  # seconds, of rounds
WRITE = bool(os.environ.get("RELIABILITY"))


@pytest.fixture(scope="module")
def local_server(
    tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase
) -> Iterator[LocalServer]:
    """A separate server, whose storages may use each test's folder."""
    files = tmp_path_factory.getbasetemp()
    with LocalServer(database=new_database(), files=files) as server:
        yield server


@pytest.fixture(scope="module")
def proxy(local_server: LocalServer) -> Iterator[FaultProxy]:
    with running_proxy(local_server.url) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def cells(local_server: LocalServer) -> Iterator[dict[tuple[str, str], str]]:
    """The cells of the page; with RELIABILITY=1, changes to them are written."""
    cells = read()
    yield cells
    if WRITE:
        release = local_server.client().json("GET", "/api/version")["release"]
        PAGE.write_text(page(cells, release))


@pytest.fixture(scope="module")
def prepared(
    local_server: LocalServer, proxy: FaultProxy, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Operation, Path], Stage]:
    """Prepare an operation; operations that only read share a project."""
    shared = Stage(local_server, proxy, tmp_path_factory.mktemp("shared"))
    ExportToFile().prepare(shared)

    def prepare(operation: Operation, folder: Path) -> Stage:
        if not operation.writes:
            return shared.at(folder)
        stage = Stage(local_server, proxy, folder, operation.config)
        operation.prepare(stage)
        return stage

    return prepare


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        pytest.param(operation, kind, id=f"{operation.__name__}-{kind}")
        for operation in OPERATIONS
        for kind in ALL_KINDS
        if WRITE or alike(operation, kind) == kind
    ],
)
def test_the_outcome_equals_that_on_the_page(
    operation: type[Operation],
    kind: str,
    prepared: Callable[[Operation, Path], Stage],
    cells: dict[tuple[str, str], str],
    tmp_path: Path,
) -> None:
    tried = operation()
    found = outcome(tried, kind, prepared(tried, tmp_path))
    if WRITE:
        cells[operation.__name__, kind] = found
    assert cells.get((operation.__name__, kind)) == found, "make reliability regenerates it"


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_similar_faults_have_the_same_outcome(operation: type[Operation]) -> None:
    cells = {kind: said for (name, kind), said in read().items() if name == operation.__name__}
    assert {kind: cells[alike(operation, kind)] for kind in cells} == cells


@pytest.mark.skipif(WRITE, reason="it is being written")
def test_the_page_equals_the_generated_one() -> None:
    assert PAGE.read_text() == page(read(), version())


# -- random faults -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_an_import_under_random_faults_creates_each_task_once(
    seed: int, local_server: LocalServer, proxy: FaultProxy
) -> None:
    import_round(Round(seed, local_server, proxy, TIMEOUT), keyed=seed % 2 == 0, rows=200, chunk=40)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    "operation",
    [Upload, ExportToFile, Reading, Predictions],
    ids=lambda operation: operation.__name__,
)
def test_operations_under_random_faults_complete_or_report_what_is_missing(
    operation: type[Operation],
    seed: int,
    local_server: LocalServer,
    proxy: FaultProxy,
    tmp_path: Path,
) -> None:
    operation_round(Round(seed, local_server, proxy, TIMEOUT), operation(), tmp_path)


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_import_with_a_key_is_resumed_by_a_rerun(
    seed: int, local_server: LocalServer, proxy: FaultProxy, tmp_path: Path
) -> None:
    kill_round(seed, local_server, proxy, folder=tmp_path, many=200, chunk=40)


@pytest.mark.parametrize("seed", [3, 7, 13])  # most annotations are equal, none, none and late
def test_a_batch_under_random_faults_creates_each_annotation_and_prediction_once(
    seed: int, local_server: LocalServer, proxy: FaultProxy
) -> None:
    batch_round(Round(seed, local_server, proxy, TIMEOUT), writes=300, tasks=100, chunk=100)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_killed_batch_leaves_nothing_that_the_next_one_does_not_remove(
    seed: int, local_server: LocalServer, proxy: FaultProxy, tmp_path: Path
) -> None:
    batch_kill_round(seed, local_server, proxy, folder=tmp_path, writes=120, tasks=40, chunk=60)
