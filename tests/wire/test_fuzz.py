"""A share of the fuzzer in each run of the tests: see tests/fuzz, and `make fuzz` for all of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from fuzz.kinds import KINDS
from fuzz.mutations import Mutator
from support.stub import Answer, Stub

from label_studio_orm import LabelStudio
from label_studio_orm.errors import LabelStudioError

TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_mutated_responses_do_no_harm(kind: str) -> None:
    command = [sys.executable, "-m", "fuzz.run", "--worker", "--only", kind, "--rounds", "20"]
    paths = f"{TESTS.parent}:{TESTS}"
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, env={"PYTHONPATH": paths}
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert said[-1]["peak"] < 500
    assert [line for line in said if "found" in line] == []


def test_a_round_can_be_run_again() -> None:
    from random import Random

    value = {"id": 1, "rows": [{"title": "x"}]}
    assert Mutator(Random("7")).json(value) == Mutator(Random("7")).json(value)


@pytest.mark.parametrize("answer", [None, 3, ["JSON"], [3], [{}], [{"name": []}], {"name": "JSON"}])
def test_formats_of_another_shape_raise_our_error(
    answer: object, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/projects/1/export/formats", Answer(answer))
    with pytest.raises(LabelStudioError):
        ls.projects.get(1).export_formats()


@pytest.mark.parametrize(
    "row", [None, [], "x", {}, {"id": "1"}, {"id": None}, {"id": 1.5}, {"id": []}]
)
def test_rows_without_whole_ids_raise_our_error(row: object, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/users/", [row])
    stub.on("GET", "/api/tasks/", {"tasks": [row], "total": 1})
    for read in (lambda: list(ls.users), lambda: list(ls.projects.get(1).tasks)):
        with pytest.raises(LabelStudioError):
            read()


@pytest.mark.parametrize("total", ["1", None, [], {}, 1.5])
def test_counts_that_are_no_numbers_raise_our_error(
    total: object, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/tasks/", {"tasks": [{"id": 1, "data": {}}], "total": total})
    with pytest.raises(LabelStudioError):
        list(ls.projects.get(1).tasks)
