"""A fake Label Studio Enterprise: nobody here has a real one.

What the official SDK describes (tests/contract/facts) it answers with made-up values, in which it
shows what was sent; all else it answers as `FakeServer` does, as Community would.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

from contract.call import FACTS

from label_studio_orm import LabelStudio
from label_studio_orm.testing import FakeServer
from label_studio_orm.testing.requests import Answer, Request

VERSION = {
    "release": "2.30.0",
    "edition": "Enterprise",
    "label-studio-os-package": {"version": "1.23.2"},
}
UNASSIGN = ("delete_annotators", "delete_reviewers")  # actions of the Data Manager
CONFIG = '<View><Text name="text" value="$text"/></View>'


@cache
def all_facts() -> Mapping[str, Mapping[str, Any]]:
    """Return the request and the answer of each operation, by its name."""
    files = (path for path in sorted(FACTS.glob("*.json")) if path.stem != "operations")
    return {name: each for path in files for name, each in json.loads(path.read_text()).items()}


class EnterpriseServer(FakeServer):
    """A fake server with the endpoints of Enterprise; `answered` lists what it made up."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[tuple[Request, Any]] = []
        self.is_enterprise = False  # until it has what calls name by id

    def _dispatch(self, request: Request) -> Any:
        if request.path == "/api/version" and self.is_enterprise:
            return VERSION
        if (request.method, request.path) == ("GET", "/api/webhooks/"):
            return []  # none: annotations may be sent together
        if request.query.get("id") in UNASSIGN and request.path == "/api/dm/actions/":
            return {"processed_items": len(request.json["selectedItems"]["included"])}
        found = _facts_for(request.method, request.path) if self.is_enterprise else None
        if found is None:
            return super()._dispatch(request)
        answer = echoed(found["answer"], request)
        self.answered.append((request, answer))
        return Answer(status=204, body=b"") if answer is None else Answer(answer)


def _facts_for(method: str, path: str) -> Mapping[str, Any] | None:
    """Return the facts of a route; one with fewer ids in it comes first."""
    found = (each for pattern, each in _routes() if pattern.fullmatch(f"{method} {path}"))
    return next(found, None)


@cache
def _routes() -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
    routes = sorted(all_facts().values(), key=lambda each: each["route"].count("{}"))
    patterns = (re.escape(each["route"]).replace(r"\{\}", "[^/]+") for each in routes)
    return [
        (re.compile(f"{each['method']} {pattern}"), each)
        for each, pattern in zip(routes, patterns, strict=True)
    ]


def echoed(answer: Any, request: Request) -> Any:
    """Return an answer with the id of the path, and with values that were sent."""
    if not isinstance(answer, dict):
        return answer
    sent = request.json if "json" in request.headers.get("Content-Type", "") else None
    sent = sent if isinstance(sent, dict) else {}
    last = request.path.rstrip("/").rpartition("/")[2]
    own = {"id": int(last)} if last.isdigit() and "id" in answer else {}
    same = {name: _shown(sent[name], answer[name]) for name in sent.keys() & answer.keys()}
    return {**answer, **same, **own}


def _shown(sent: Any, made_up: Any) -> Any:
    """Return a value as an answer shows it: settings complete, records by more than their id."""
    if isinstance(sent, dict) and isinstance(made_up, dict):
        return {**made_up, **sent}
    objects = made_up if isinstance(made_up, list) else [made_up]
    return made_up if any(isinstance(each, dict) and "id" in each for each in objects) else sent


@contextmanager
def running() -> Iterator[EnterpriseServer]:
    """Run a fake server that has what calls name by id."""
    with EnterpriseServer() as server:
        populate(server.client)
        server.is_enterprise = True
        yield server


def populate(ls: LabelStudio) -> None:
    """Create project 2 with tasks 1 to 3, the last of which has annotations 1 to 4."""
    ls.projects.create(title="Other")
    project = ls.projects.create(title="Reviews", label_config=CONFIG)
    project.import_tasks([{"text": f"Film {number}."} for number in range(3)])
    for _ in range(4):
        project.tasks.get(3).annotate([])
