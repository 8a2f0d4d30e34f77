"""Each row of the tables in docs/moving.md runs: the old calls, and ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.enterprise import running as running_enterprise
from support.moving import OLD, Factory, Names, Row, World, rows, sdk_client
from support.old_enterprise import answer_as_enterprise
from support.receiver import ENVIRON
from support.stub import running_stub

from label_studio_orm import Task, compat
from label_studio_orm.server import LocalServer

ROWS = list(rows())
ENTERPRISE_OF_0X = [row for row in ROWS if row.section == "Enterprise"]
ENTERPRISE_OF_2X = [row for row in ROWS if row.section == "Enterprise of 2.x"]
OF_2X = [row for row in ROWS if row.section.endswith("of 2.x") and row not in ENTERPRISE_OF_2X]
OF_0X = [row for row in ROWS if row not in (*ENTERPRISE_OF_0X, *ENTERPRISE_OF_2X, *OF_2X)]
UNREACHABLE = re.compile("bucket|container|box")  # storages that no test can reach


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "photos"
    folder.mkdir()
    (folder / "cat.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return folder


@pytest.fixture(scope="module")
def shared_world(folder: Path) -> Iterator[World]:
    with LocalServer(files=folder.parent, environ=ENVIRON) as server:
        yield World(server, folder)


@pytest.fixture
def world(shared_world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """A server, also in the environment, and a folder to write to."""
    monkeypatch.chdir(tmp_path)
    root = str(shared_world.folder.parent)
    monkeypatch.setenv("LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT", root)
    monkeypatch.setenv("LABEL_STUDIO_URL", shared_world.server.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", shared_world.server.api_key)
    return shared_world


def check(names: Names, cell: tuple[str, ...]) -> None:
    """Run a cell; a server that looks for a bucket refuses it, as there is none."""
    if UNREACHABLE.search(" ".join(cell)):
        with pytest.raises(Exception, match=r"(?i)400|500|bucket|container|credential"):
            names.run(cell)
    else:
        names.run(cell)


@pytest.mark.parametrize("row", OF_0X, ids=lambda row: row.name)
def test_a_row_of_0x_runs(row: Row, world: World) -> None:
    for names, cell in ((world.old, row.old), (world.new, row.new)):
        check(names(row), cell)
        world.tidy(row)


@pytest.mark.parametrize("row", OF_2X, ids=lambda row: row.name)
def test_a_row_of_2x_runs(row: Row, world: World) -> None:
    with sdk_client(world.server) as client:
        check(world.sdk(row, client), row.old)
    world.tidy(row)
    check(world.new(row), row.new)
    world.tidy(row)


@pytest.mark.parametrize("row", ENTERPRISE_OF_0X, ids=lambda row: row.name)
def test_a_row_of_0x_runs_on_enterprise(row: Row) -> None:
    with running_stub() as stub:
        answer_as_enterprise(stub)
        client = compat.Client(stub.url, "key")
        factories: dict[str, Factory] = {
            "project": lambda names: client.get_project(1),
            "workspace": lambda names: client.get_workspaces()[0],
            "users": lambda names: client.get_users(),
            "user": lambda names: client.get_users()[0],
        }
        Names(factories, client=client, ids=[101, 102], **OLD).run(row.old)
    run_on_enterprise(row.new)


@pytest.mark.parametrize("row", ENTERPRISE_OF_2X, ids=lambda row: row.name)
def test_a_row_of_2x_runs_on_enterprise(row: Row) -> None:
    with running_enterprise() as server, sdk_client(server) as client:
        ids = {"project_id": 2, "task_id": 3, "annotation_id": 4, "user_id": 5, "workspace_id": 7}
        selected: Any = {"all": False, "included": [3]}
        Names({}, ls=client, selected=selected, **ids).run(row.old)
    run_on_enterprise(row.new)


def run_on_enterprise(cell: tuple[str, ...]) -> None:
    with running_enterprise() as server:
        ls = server.client
        factories: dict[str, Factory] = {
            "project": lambda names: ls.projects.get(2),
            "task": lambda names: names["project"].tasks.get(3),
            "annotation": lambda names: names["task"].annotations[0],
            "workspace": lambda names: ls.workspaces.get(7),
            "member": lambda names: ls.organization.members.get(5),
            "ann": lambda names: ls.users.get(5),
        }
        Names(factories, ls=ls, ids=[3], user_id=5, Task=Task).run(cell)


def test_every_member_of_0x_is_in_a_table() -> None:
    old = " ".join(code for row in (*OF_0X, *ENTERPRISE_OF_0X) for code in row.old)
    known = (Path(__file__).parent / "compat/members.txt").read_text().split()
    never_written = {"get_predictions_conflict", "get_predictions_precision"}
    names = {name.partition(".")[2] for name in known} - never_written
    assert {name for name in names if not re.search(rf"\b{name}\b", old)} == set()
