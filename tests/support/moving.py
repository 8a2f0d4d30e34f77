"""The rows of docs/moving.md, and what the names in them mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import label_studio_sdk
import pytest
import requests
from attrs import frozen
from label_studio_sdk.label_interface import create as create_interface
from label_studio_sdk.label_interface.interface import LabelInterface

import label_studio_orm
from label_studio_orm import LabelConfig, LabelStudio, NotFound, Project, Task, choices, compat
from label_studio_orm.compat import data_manager, users
from label_studio_orm.compat import project as old_projects
from label_studio_orm.compat.client import ClientCredentials
from label_studio_orm.compat.objects import PredictionValue
from label_studio_orm.server import LocalServer

from .texts import SENTIMENT, sentiment

PAGE = Path(__file__).parents[2] / "docs/moving.md"
CODE = re.compile(r"`([^`]+)`")
# What other rows read is changed by these.
CHANGES = re.compile(r"delete|save\(\)|update|set_|accept|create_annotations")
DONE = {"filter": "filter:tasks:total_annotations", "operator": "greater", "type": "Number"}
ITEM = {**DONE, "value": 0}
FILTERS = {"conjunction": "and", "items": [ITEM]}

Factory = Callable[["Names"], Any]


@frozen
class Row:
    """A row of a table: the calls of the old package, and those of ours."""

    section: str
    old: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.section}: {self.old[0]}"

    @property
    def changes(self) -> bool:
        """Whether it needs a project of its own."""
        return any(CHANGES.search(code) for code in (*self.old, *self.new))


def rows() -> Iterator[Row]:
    """Yield the rows of all tables."""
    section = ""
    for line in PAGE.read_text().splitlines():
        if line.startswith("#"):
            section = line.lstrip("# ")
        elif line.startswith("| `"):
            old, new = (cell.replace(r"\|", "|") for cell in line.strip("| ").split(" | "))
            yield Row(section, tuple(CODE.findall(old)), tuple(CODE.findall(new)))


class Names(dict[str, Any]):
    """What the names in a cell mean; each value is made when its name is used."""

    def __init__(self, factories: Mapping[str, Factory], **known: Any) -> None:
        super().__init__(known)
        self.factories = factories

    def __missing__(self, name: str) -> Any:
        if name not in self.factories:
            raise KeyError(name)
        self[name] = self.factories[name](self)
        return self[name]

    def run(self, cell: tuple[str, ...]) -> None:
        """Run the calls of a cell; its names are globals, which comprehensions see."""
        for code in cell:
            for name in set(re.findall(r"\b[a-zA-Z_]\w*\b", code)) & self.factories.keys():
                self[name]
            exec(code, dict(self), self)


class World:
    """A server with a project, and what the names of each package mean there."""

    def __init__(self, server: LocalServer, folder: Path) -> None:
        self.server, self.folder, self.ls = server, folder, server.client()

    def new_project(self) -> Project:
        """Return a project of two tasks, the first of which is annotated and predicted."""
        project = self.ls.projects.create(title="Film reviews", label_config=SENTIMENT)
        project.import_tasks([{"text": "Rarely seen a worse film."}, {"text": "What a cast!"}])
        first = project.tasks[0]
        first.annotate(sentiment("Negative"))
        first.predict(sentiment("Negative"), score=0.9, model_version="m1")
        return project

    @cached_property
    def project(self) -> Project:
        """A project for rows that change nothing that others read."""
        return self.new_project()

    def tidy(self, row: Row) -> None:
        """Remove what a row leaves behind."""
        if row.changes:
            self.ls.projects.delete()
            self.__dict__.pop("project", None)
        for token in self.ls.tokens:
            token.revoke()

    def old(self, row: Row) -> Names:
        """Return the names of a script for 0.x."""
        client = compat.Client(self.server.url, self.server.api_key)
        credentials = ClientCredentials(email=self.server.username, password=self.server.password)
        own: dict[str, Factory] = {
            "project": lambda names: names["record"].compat,
            "status": lambda names: names["project"].export_snapshot_status(names["export_id"]),
        }
        known = {"credentials": credentials, "item": ITEM, "client": client, **OLD}
        return Names({**self._factories(row), **own}, **known, **self._known("old"))

    def new(self, row: Row) -> Names:
        """Return the names of a script for this package."""
        own: dict[str, Factory] = {"project": lambda names: names["record"]}
        return Names({**self._factories(row), **own}, ls=self.ls, **NEW, **self._known("new"))

    def sdk(self, row: Row, client: Any) -> Names:
        """Return the names of a script for 2.x."""
        own = {"LabelInterface": LabelInterface, "choices": create_interface.choices}
        names = {"ls": client, "LabelStudio": label_studio_sdk.LabelStudio, **own}
        return Names(self._factories(row), **names, **self._known("sdk"))

    def _known(self, side: str) -> dict[str, Any]:
        server, number = self.server, len(self.ls.users)
        return {
            **{"url": server.url, "key": server.api_key, "folder": str(self.folder)},
            **{"email": server.username, "password": server.password, "xml": SENTIMENT},
            **{"new_email": f"{side}{number}@example.com", "receiver_url": server.url},
            "rows": [{"text": f"Text {n}.", "sentiment": "Positive"} for n in range(2)],
            **{"filters": FILTERS, "query": json.dumps({"filters": FILTERS})},
            **{"result": sentiment("Positive"), "moment": datetime(2024, 5, 1)},
            **{"Task": Task, "LabelConfig": LabelConfig},
        }

    def _factories(self, row: Row) -> dict[str, Factory]:
        def storage(names: Names) -> Any:
            local = names["record"].import_storages.local
            return local.create(path=folder, use_blob_urls=True)

        folder = str(self.folder)
        return {
            "record": lambda names: self.new_project() if row.changes else self.project,
            "project_id": lambda names: names["record"].id,
            "task": lambda names: names["record"].tasks[0],
            "task_id": lambda names: names["task"].id,
            "annotation": lambda names: names["task"].annotations[0],
            "annotation_id": lambda names: names["annotation"].id,
            "ids": lambda names: names["record"].tasks.ids()[:1],
            "selected": lambda names: {"all": False, "included": names["ids"]},
            "view": lambda names: names["record"].views.create("Done", Task.total_annotations > 0),
            "view_id": lambda names: names["view"].id,
            "snapshot": lambda names: names["record"].exports.create(title="v1").wait(),
            "export_id": lambda names: names["snapshot"].id,
            "storage": storage,
            "storage_id": lambda names: names["storage"].id,
            "target": lambda names: names["record"].export_storages.local.create(path=folder),
            "target_id": lambda names: names["target"].id,
            "error": lambda names: self._error(),
            "response": lambda names: requests.get(f"{self.ls.server}/api/projects/", timeout=30),
            "with_photos": lambda names: self._photos(),
            "session": lambda names: requests.Session(),
        }

    def _error(self) -> NotFound:
        with pytest.raises(NotFound) as caught:
            self.ls.projects.get(999999).refresh()
        return caught.value

    def _photos(self) -> Project:
        config = LabelConfig.create({"photo": "Image", "mood": choices("Good")})
        project = self.ls.projects.create(title="Photos", label_config=config)
        project.upload_files(self.folder)
        return project


OLD: Mapping[str, Any] = {
    **{"Client": compat.Client, "Project": compat.Project, "ClientCredentials": ClientCredentials},
    **{"PredictionValue": PredictionValue, "UserRole": users.UserRole},
    "ProjectSampling": old_projects.ProjectSampling,
    **{name: getattr(data_manager, name) for name in ("Filters", "Column", "Operator", "Type")},
}
NEW: Mapping[str, Any] = {
    **{"LabelStudio": LabelStudio, "Project": label_studio_orm.Project, "choices": choices},
}


@contextmanager
def sdk_client(server: Any) -> Iterator[Any]:
    """Yield a client of label-studio-sdk 2.x, which has no way to close its connections."""
    client: Any = label_studio_sdk.LabelStudio
    with httpx.Client(timeout=60) as connections:
        yield client(base_url=server.url, api_key=server.api_key, httpx_client=connections)
