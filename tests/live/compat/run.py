"""Run cases with one of the two packages, and print the outcome of each as JSON.

`python run.py label_studio_sdk cases URL KEY EMAIL PASSWORD FOLDER`, in the package's environment.
"""

from __future__ import annotations

import importlib
import itertools
import json
import logging
import sys
import warnings
from functools import cached_property
from pathlib import Path
from typing import Any

CONFIG = (
    '<View><Text name="text" value="$text"/><Choices name="sentiment" toName="text">'
    '<Choice value="Positive"/><Choice value="Negative"/></Choices></View>'
)


class Side:
    """One of the two packages, at a server."""

    def __init__(self, package: str, url: str, key: str, email: str, password: str, folder: str):
        self.package, self.url, self.key = package, url, key
        self.email, self.password, self.folder = email, password, folder
        self.sdk = importlib.import_module(package)
        self.client_module, self.project_module = self.module("client"), self.module("project")
        self.config, self._numbers = CONFIG, itertools.count()
        self.client = self.sdk.Client(url, key)

    @cached_property
    def project(self) -> Any:
        """A project for cases that change nothing."""
        return self.new_project()

    @cached_property
    def tasks(self) -> list[int]:
        """The ids of its tasks."""
        return self.project.get_tasks_ids()  # type: ignore[no-any-return]

    def module(self, name: str) -> Any:
        """Return a module of the package: `data_manager`, `users`, …"""
        return importlib.import_module(f"{self.package}.{name}")

    def unique(self, name: str) -> str:
        """Return a name that the other side does not use; the comparison ignores the prefix."""
        side = "old" if self.package == "label_studio_sdk" else "new"
        return f"{side}{next(self._numbers)}-{name}"

    def new_user(self) -> Any:
        """Return a user as the package describes them."""
        given = {
            **{"id": 1, "email": "ann@example.com", "username": "ann", "phone": ""},
            **{"first_name": "Ann", "last_name": "Lee", "initials": "A"},
            **{"last_activity": "2024-05-01T00:00:00Z", "active_organization": 1},
        }
        return self.module("users").User(**given, client=self.client)

    def new_project(self) -> Any:
        """Return a project of three tasks: annotated and predicted, predicted, and neither."""
        project = self.client.start_project(title="Compared", label_config=CONFIG)
        made = {"result": self._result("Positive"), "lead_time": 2.5}
        one = {"data": {"text": "Text one"}, "annotations": [made]}
        two = {"data": {"text": "Text two"}, "meta": {"n": 2}}
        three = {"data": {"text": "Text three"}}
        guess = {"result": self._result("Negative"), "score": 0.75, "model_version": "m0"}
        project.make_request(
            "POST",
            f"/api/projects/{project.id}/import",
            json=[{**one, "predictions": [guess]}, {**two, "predictions": [guess]}, three],
        )
        return project

    @staticmethod
    def _result(choice: str) -> list[dict[str, Any]]:
        names = {"from_name": "sentiment", "to_name": "text", "type": "choices"}
        return [{"id": "r1", **names, "value": {"choices": [choice]}}]

    @staticmethod
    def read_json(path: Path) -> Any:
        return json.loads(path.read_text())


def outcome(side: Side, case: Any) -> Any:
    """Return what a case returns, or its error."""
    try:
        return case(side)
    except Exception as error:
        return {"failed": type(error).__name__, "message": str(error)[:300]}


def main() -> None:
    logging.disable()
    warnings.simplefilter("ignore")
    package, module, *given = sys.argv[1:]
    side = Side(package, *given)
    cases, found = importlib.import_module(module), {}
    for name, case in cases.CASES.items():
        if module == "enterprise_cases":  # tells the stub whose requests follow
            side.client.make_request("GET", f"/case/{name}", raise_exceptions=False)
        found[name] = outcome(side, case)
    json.dump(found, sys.stdout, default=str)


if __name__ == "__main__":
    main()
