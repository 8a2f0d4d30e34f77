"""Enterprise methods of the old SDK send the same requests with `label_studio_orm.compat`.

The server is a stub that writes them down: no Enterprise server can be had.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from compared import OLD, results_of
from enterprise_cases import CASES, TASKS
from support.stub import Answer, Stub, running_stub

from label_studio_orm.testing.requests import Request

pytestmark = pytest.mark.skipif(not OLD.exists(), reason="label-studio-sdk 0.0.34 is missing")

SAMPLED = {"share_among_annotators", "share_among_reviewers"}  # at random


def user(id: int, email: str) -> dict[str, Any]:
    role = {"role": "AN", "active": True, "organization_id": 1}
    return {
        **{"id": id, "email": email, "username": email, "first_name": "Ann", "last_name": "Lee"},
        **{"initials": "AL", "phone": "", "last_activity": "2024-05-01T12:00:00Z"},
        **{"active_organization": 1, "org_membership": [role], "avatar": None},
    }


def workspace(id: int, title: str) -> dict[str, Any]:
    more = {"description": "Words", "color": "#FFF", "is_personal": False, "created_by": 5}
    return {"id": id, "title": title, **more, "is_archived": False}


def assignments(request: Request) -> Any:
    body = request.json
    return {"assignments": len(body["users"]) * len(body["selectedItems"]["included"])}


def answer_as_enterprise(stub: Stub) -> None:
    """Have a server answer as Enterprise does."""
    users = [user(5, "ann@example.com"), user(6, "bob@example.com")]
    version = {"release": "2.30.0", "edition": "Enterprise", "label-studio-enterprise-backend": {}}
    stub.on("GET", "/api/version", version)
    stub.on("GET", "/api/projects/1", {"id": 1, "title": "Reviews"})
    stub.on("GET", "/api/users", users)
    stub.on("GET", "/api/projects/1/members", users)
    stub.on("POST", "/api/projects/1/members", {"id": 9, "user": 1})
    stub.on("POST", "/api/projects/1/tasks/assignees", assignments)
    stub.on("POST", "/api/dm/actions", {"processed_items": 4})
    stub.on("GET", "/api/workspaces", [workspace(7, "Vision"), workspace(8, "Texts")])
    stub.on("POST", "/api/workspaces/7/memberships", {"user": 1, "workspace": 7})
    stub.on("DELETE", "/api/workspaces/7/memberships", Answer(status=204, body=b""))
    stub.on("GET", "/api/workspaces/7/projects", [{"id": 1}])
    stub.on("PATCH", "/api/organizations/1/memberships", {"role": "RE"})
    stub.on("GET", "/api/current-user/whoami", {"id": 5, "active_organization": 1})
    stub.on("GET", "/api/organizations/1", {"id": 1, "external_id": "external"})
    stub.on("POST", "/api/storages/s3s/", {"id": 3, "type": "s3s"})
    pages = {"tasks": [{"id": id} for id in TASKS], "total": len(TASKS), "end_pagination": True}
    stub.on("GET", "/api/tasks", pages)
    stub.on("GET", "/api/tasks/", pages)


Sent = dict[str, list[Any]]


def changes(stub: Stub) -> Sent:
    """Return what each case sent to be changed; reading may take other requests."""
    sent: Sent = {}
    for request in stub.requests:
        if request.path.startswith("/case/"):  # of run.py
            sent[request.path.removeprefix("/case/")] = []
        elif request.method != "GET" and sent:
            query = sorted(request.query.items())
            sent[[*sent][-1]].append([request.method, request.path, query, request.json])
    return sent


@pytest.fixture(scope="module")
def both(folder: Path) -> list[tuple[Any, Sent]]:
    """The results and the requests of the old SDK, and ours."""
    found = []
    for python, package in ((OLD, "label_studio_sdk"), (sys.executable, "label_studio_orm.compat")):
        with running_stub() as stub:
            answer_as_enterprise(stub)
            server = (stub.url, "key", "ann@example.com", "password")
            found.append(
                (results_of(python, package, server, folder, "enterprise_cases"), changes(stub))
            )
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_requests_and_results_are_those_of_the_old_sdk(
    name: str, both: list[tuple[Any, Sent]]
) -> None:
    (old, sent), (new, ours) = both
    assert new[name] == old[name]
    assert "failed" not in str(new[name])
    if name in SAMPLED:
        assert shares(ours[name]) == shares(sent[name])
    else:
        assert ours[name] == sent[name] != []


def shares(sent: list[Any]) -> tuple[Any, ...]:
    """Return what is not left to chance: how many tasks each user gets, and how often each task."""
    bodies = [body for _, _, _, body in sent]
    pairs = [(u, t) for b in bodies for u in b["users"] for t in b["selectedItems"]["included"]]
    users, tasks = (Counter(pair[place] for pair in pairs) for place in (0, 1))
    types, paths = {body["type"] for body in bodies}, {path for _, path, _, _ in sent}
    assert len(set(pairs)) == len(pairs)
    return types, paths, users, sorted(tasks.values())
