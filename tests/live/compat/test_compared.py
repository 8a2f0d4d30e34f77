"""Scripts for label-studio-sdk 0.0.34 get the same from `label_studio_orm.compat`.

Both packages run the same cases at the same server, each in an environment of its own, with the
same arguments. Requests may differ, results must not, but for ids and times.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import enterprise_cases
import pytest
from cases import CASES
from compared import HERE, MISSING, OLD, results_of
from normalized import Normal, same

from label_studio_orm.server import LocalServer

# What differs, why, and what ours gives.
DIFFERS: dict[str, tuple[str, Any]] = {
    "get_tasks_of_no_project": ("the old one takes a missing project for an empty one", 404),
    "import_of_nothing": ("nothing to import is no error", []),
    "import_of_a_task_without_the_field_to_preannotate_from": (
        "it is refused before anything is sent, by a ValueError",
        None,
    ),
    "hasattr_of_a_missing_parameter": ("the old error is no AttributeError", False),
    "a_project_in_a_worker": ("the old one recurses without end", ["id 1", "id 2", "id 3"]),
    "copies_of_a_project": (
        "the old one recurses without end",
        ["Compared", ["id 1", "id 2", "id 3"]],
    ),
}

pytestmark = pytest.mark.skipif(not OLD.exists(), reason=MISSING)


@pytest.fixture(scope="module")
def both_results(folder: Path) -> Iterator[tuple[Any, Any]]:
    """The results of the old SDK, and ours."""
    with LocalServer(files=folder.parent) as local:
        server = (local.url, local.api_key, local.username, local.password)
        old = results_of(OLD, "label_studio_sdk", server, folder)
        yield old, results_of(sys.executable, "label_studio_orm.compat", server, folder)


@pytest.mark.parametrize("name", CASES)
def test_it_is_as_with_the_old_sdk(name: str, both_results: tuple[Any, Any]) -> None:
    old, new = (Normal().of(side[name]) for side in both_results)
    assert not (isinstance(new, dict) and "failed" in new), new
    if name not in DIFFERS:
        assert same(old, new), f"{old}\n\n{new}"
        return
    _, expected = DIFFERS[name]
    assert not same(old, new)
    assert expected in (new, new.get("status") if isinstance(new, dict) else new)


def test_every_member_of_the_old_sdk_is_compared() -> None:
    known = {*(HERE / "members.txt").read_text().split()}
    assert len(known) == 103
    assert CASES.members | enterprise_cases.CASES.members == known
