"""Enterprise methods of the old SDK send the same requests with `label_studio_orm.compat`.

There is no Enterprise server to test on: a stub records them.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from compared import MISSING, OLD, results_of
from enterprise_cases import CASES
from support.old_enterprise import answer_as_enterprise
from support.stub import Stub, running_stub

pytestmark = pytest.mark.skipif(not OLD.exists(), reason=MISSING)

SAMPLED = {"share_among_annotators", "share_among_reviewers"}  # at random
PACKAGES = ((OLD, "label_studio_sdk"), (sys.executable, "label_studio_orm.compat"))

Sent = dict[str, list[Any]]  # by case


def changes(stub: Stub) -> Sent:
    """Return the writes of each case; reads may differ."""
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
    for python, package in PACKAGES:
        with running_stub() as stub:
            answer_as_enterprise(stub)
            server = (stub.url, "key", "ann@example.com", "password")
            results = results_of(python, package, server, folder, "enterprise_cases")
            found.append((results, changes(stub)))
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
    """Return what chance leaves alone: the number of tasks of each user, and of users of each."""
    bodies = [body for _, _, _, body in sent]
    pairs = [(u, t) for b in bodies for u in b["users"] for t in b["selectedItems"]["included"]]
    users, tasks = (Counter(pair[place] for pair in pairs) for place in (0, 1))
    types, paths = {body["type"] for body in bodies}, {path for _, path, _, _ in sent}
    assert len(set(pairs)) == len(pairs)
    return types, paths, users, sorted(tasks.values())
