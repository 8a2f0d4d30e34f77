"""Each row of the tables in docs/moving.md runs: the old spelling, and ours."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import label_studio_sdk
import pytest
import requests
from attrs import frozen
from label_studio_sdk.label_interface import LabelInterface
from label_studio_sdk.label_interface import create as create_interface
from support.enterprise import running as running_enterprise
from support.old_enterprise import answer_as_enterprise
from support.stub import running_stub
from support.texts import SENTIMENT, sentiment

import label_studio_orm
from label_studio_orm import LabelConfig, LabelStudio, NotFound, Task, choices, compat
from label_studio_orm.compat import data_manager, users
from label_studio_orm.compat import project as old_projects
from label_studio_orm.compat.client import ClientCredentials
from label_studio_orm.compat.objects import PredictionValue
from label_studio_orm.server import LocalServer

PAGE = Path(__file__).parents[2] / "docs/moving.md"
CODE = re.compile(r"`([^`]+)`")
UNREACHABLE = ("s3", "google", "azure", "gcs")  # storages that no test can reach

Factory = Callable[["Names"], Any]


@frozen
class Row:
    """A row of a table: what people wrote, and what they write now."""

    section: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.section}: {self.old[0]}"


def rows() -> Iterator[Row]:
    section = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        elif line.startswith("| `"):
            old, new = (cell.replace(r"\|", "|") for cell in line.strip("| ").split(" | "))
            yield Row(section, tuple(CODE.findall(old)), tuple(CODE.findall(new)))


ROWS = list(rows())


class Names(dict[str, Any]):
    """The names in a cell, each made when it is used."""

    def __init__(self, factories: Mapping[str, Factory], **known: Any) -> None:
        super().__init__(known)
        self.factories = factories

    def __missing__(self, name: str) -> Any:
        if name not in self.factories:
            raise KeyError(name)
        self[name] = self.factories[name](self)
        return self[name]


def run(cell: tuple[str, ...], names: Names) -> None:
    """Run what is in a cell; comprehensions see the names in it as globals."""
    for code in cell:
        for name in set(re.findall(r"\b[a-zA-Z_]\w*\b", code)) & names.factories.keys():
            names[name]
        exec(code, dict(names), names)


# -- what the names mean ---------------------------------------------------------------------------

ROWS_TO_IMPORT = [{"text": "A fine film.", "sentiment": "Positive"}, {"text": "Dull."}]
DONE = {"filter": "filter:tasks:total_annotations", "operator": "greater", "type": "Number"}
FILTERS = {"conjunction": "and", "items": [{**DONE, "value": 0}]}


def shared(ls: LabelStudio, folder: Path) -> dict[str, Factory]:
    """Return what both sides use: a project, its records and their ids."""

    def new_project(names: Names) -> Any:
        project = ls.projects.create(title="Film reviews", label_config=SENTIMENT)
        project.import_tasks([{"text": "Rarely seen a worse film."}, {"text": "What a cast!"}])
        project.tasks[0].annotate(sentiment("Negative"))
        project.tasks[0].predict(sentiment("Negative"), score=0.9, model_version="m1")
        return project

    def snapshot(names: Names) -> Any:
        return names["record"].exports.create(title="v1").wait()

    return {
        "record": new_project,
        "project_id": lambda names: names["record"].id,
        "task": lambda names: names["record"].tasks[0],
        "task_id": lambda names: names["task"].id,
        "annotation": lambda names: names["task"].annotations[0],
        "annotation_id": lambda names: names["annotation"].id,
        "ids": lambda names: names["record"].tasks.ids()[:1],
        "selected": lambda names: {"all": False, "included": names["ids"]},
        "view": lambda names: names["record"].views.create("Done", Task.total_annotations > 0),
        "view_id": lambda names: names["view"].id,
        "snapshot": snapshot,
        "export_id": lambda names: names["snapshot"].id,
        "storage": lambda names: names["record"].import_storages.local.create(path=str(folder)),
        "storage_id": lambda names: names["storage"].id,
        "target_id": lambda n: n["record"].export_storages.local.create(path=str(folder)).id,
        "query": lambda names: json.dumps({"filters": FILTERS}),
        "error": lambda names: error_of(ls),
        "response": lambda names: requests.get(f"{ls.server}/api/projects/", timeout=30),
        "with_photos": lambda names: photos(ls, folder),
        "session": lambda names: requests.Session(),
        "moment": lambda names: datetime(2024, 5, 1),
        "rows": lambda names: ROWS_TO_IMPORT,
        "filters": lambda names: FILTERS,
        "folder": lambda names: str(folder),
        "xml": lambda names: SENTIMENT,
        "result": lambda names: sentiment("Positive"),
        "Task": lambda names: Task,
        "LabelConfig": lambda names: LabelConfig,
    }


def error_of(ls: LabelStudio) -> NotFound:
    with pytest.raises(NotFound) as caught:
        ls.projects.get(999999).refresh()
    return caught.value


def photos(ls: LabelStudio, folder: Path) -> Any:
    config = LabelConfig.create({"photo": "Image", "mood": choices("Good")})
    project = ls.projects.create(title="Photos", label_config=config)
    project.upload_files(folder)
    return project


OLD = {
    **{"Client": compat.Client, "Project": compat.Project, "ClientCredentials": ClientCredentials},
    **{"PredictionValue": PredictionValue, "UserRole": users.UserRole},
    "ProjectSampling": old_projects.ProjectSampling,
    **{name: getattr(data_manager, name) for name in ("Filters", "Column", "Operator", "Type")},
}
NEW = {
    **{"LabelStudio": LabelStudio, "Project": label_studio_orm.Project, "choices": choices},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files") / "photos"
    folder.mkdir()
    (folder / "cat.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[LocalServer]:
    with LocalServer(files=folder.parent) as server:
        yield server


@pytest.fixture
def names(
    server: LocalServer, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Any:
    """Return the names of a side: `old`, `new` or `sdk`, that of 2.x."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT", str(folder.parent))
    monkeypatch.setenv("LABEL_STUDIO_URL", server.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", server.api_key)
    ls = server.client()
    for project in ls.projects:
        project.delete()
    given = {"url": server.url, "key": server.api_key, "email": server.username}
    counter = f"{len(ls.users)}@example.com"

    def of(side: str) -> Names:
        factories, known = shared(ls, folder), {**given, "password": server.password}
        known["new_email"] = f"{side}{counter}"
        if side == "old":
            client = compat.Client(server.url, server.api_key)
            factories["project"] = lambda names: names["record"].compat
            factories["credentials"] = lambda names: ClientCredentials(
                email=server.username, password=server.password
            )
            factories["status"] = lambda names: names["project"].export_snapshot_status(
                names["export_id"]
            )
            factories["item"] = lambda names: FILTERS["items"][0]  # type: ignore[index]
            return Names(factories, client=client, **OLD, **known)
        if side == "new":
            factories["project"] = lambda names: names["record"]
            return Names(factories, ls=ls, **NEW, **known)
        sdk = label_studio_sdk.LabelStudio(base_url=server.url, api_key=server.api_key)
        own = {"LabelInterface": LabelInterface, "choices": create_interface.choices}
        return Names(factories, ls=sdk, LabelStudio=label_studio_sdk.LabelStudio, **own, **known)

    return of


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "Enterprise" not in row.section], ids=lambda row: row.name
)
def test_a_row_runs_on_both_sides(row: Row, names: Callable[[str], Names]) -> None:
    for side, cell in (("sdk" if "2.x" in row.section else "old", row.old), ("new", row.new)):
        if any(kind in code for code in cell for kind in UNREACHABLE):
            with pytest.raises(Exception, match=r"(?i)400|bucket|container|storage|credential"):
                run(cell, names(side))
        else:
            run(cell, names(side))


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.section == "Enterprise"], ids=lambda row: row.name
)
def test_a_row_of_0x_runs_on_enterprise(row: Row) -> None:
    with running_stub() as stub:
        answer_as_enterprise(stub)
        client = compat.Client(stub.url, "key")
        factories: dict[str, Factory] = {
            "project": lambda names: client.get_project(1),
            "workspace": lambda names: client.get_workspaces()[0],
            "users": lambda names: client.get_users(),
            "user": lambda names: client.get_users()[0],
            "ids": lambda names: [101, 102],
        }
        run(row.old, Names(factories, client=client, **OLD))
    run_on_enterprise(row.new)


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.section == "Enterprise of 2.x"], ids=lambda row: row.name
)
def test_a_row_of_2x_runs_on_enterprise(row: Row) -> None:
    with running_enterprise() as server:
        sdk = label_studio_sdk.LabelStudio(base_url=server.url, api_key=server.api_key)
        ids = {"project_id": 2, "task_id": 3, "annotation_id": 4, "user_id": 5, "workspace_id": 7}
        selected = {"all": False, "included": [3]}
        run(row.old, Names({}, ls=sdk, selected=selected, **ids))
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
            "ids": lambda names: [3],
            "user_id": lambda names: 5,
            "Task": lambda names: Task,
        }
        run(cell, Names(factories, ls=ls))


def test_every_member_of_0x_is_in_a_table() -> None:
    old = " ".join(code for row in ROWS if "2.x" not in row.section for code in row.old)
    known = (Path(__file__).parent / "compat/members.txt").read_text().split()
    never_written = {"get_predictions_conflict", "get_predictions_precision"}
    names = {name.partition(".")[2] for name in known} - never_written
    assert {name for name in names if not re.search(rf"\b{name}\b", old)} == set()
