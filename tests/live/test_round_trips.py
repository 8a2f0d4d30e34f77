"""Exported projects can be imported into other projects without changes.

A few projects here; `make round-trips` runs 500, ROUND_TRIPS=50 runs 50.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.cleaning import delete
from support.made_projects import USERS, MadeProject, made_projects
from support.truth import as_kept

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import InvalidInput
from label_studio_orm.labeling import LabelConfig, choices
from label_studio_orm.server import LocalServer

Tasks = list[dict[str, Any]]

MANY = int(os.environ.get("ROUND_TRIPS", "0"))
rounds = settings(
    max_examples=MANY or 8,
    derandomize=not MANY,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # shrinking takes minutes where a round takes seconds
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# What a round trip preserves: not the ids, times and counters, which are new.
OF_TASK = ("data", "meta", "annotations", "predictions")
OF_ANNOTATION = ("result", "completed_by", "was_cancelled", "ground_truth", "lead_time")
OF_PREDICTION = ("result", "score", "model_version")


# -- ways out of a project -----------------------------------------------------------------------


def exported(project: Project, _: Path) -> Any:
    return project.export(predictions=True)


def exported_with_users(project: Project, _: Path) -> Any:
    return project.export(predictions=True, completed_by=True)


def as_file(project: Project, folder: Path) -> Any:
    return project.export("JSON", folder / "tasks.json", predictions=True)


def streamed(project: Project, _: Path) -> Any:
    return project.iter_export(predictions=True)


def as_lines(project: Project, folder: Path) -> Any:
    path = folder / "tasks.jsonl"
    lines = (json.dumps(task) for task in project.iter_export(predictions=True))
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


WAYS: Mapping[str, Callable[[Project, Path], Any]] = {
    "export()": exported,
    "export(completed_by=True)": exported_with_users,
    "export(path)": as_file,
    "iter_export()": streamed,
    "a .jsonl file": as_lines,
}


# -- comparing -----------------------------------------------------------------------------------


def kept(tasks: Tasks) -> Tasks:
    """Return the stable parts of exported tasks, ordered by id."""
    return [
        {
            "data": task["data"],
            "meta": task["meta"],
            "annotations": [part(each, OF_ANNOTATION) for each in task["annotations"]],
            "predictions": [part(each, OF_PREDICTION) for each in task["predictions"]],
        }
        for task in sorted(tasks, key=lambda task: int(task["id"]))
    ]


def in_any_order(tasks: Tasks) -> Tasks:
    """Return tasks and their parts, ordered by their contents."""

    def ordered(rows: Tasks) -> Tasks:
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))

    said = ("annotations", "predictions")
    return ordered([{**task, **{name: ordered(task[name]) for name in said}} for task in tasks])


def part(record: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: record[name] for name in names}
    user = found.get("completed_by")
    return {**found, "completed_by": user["id"]} if isinstance(user, dict) else found


def same(one: Any, other: Any) -> bool:
    """Tell whether two are the same JSON: 1, 1.0 and true are not."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def differences(one: Any, other: Any, at: str = "") -> Iterator[str]:
    """Yield the paths and values of differences."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(
                one.get(key, "nothing"), other.get(key, "nothing"), f"{at}.{key}"
            )
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differences(a, b, f"{at}[{index}]")
    elif not same(one, other):
        yield f"{at}: {one!r} became {other!r}"


# -- tests ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ls(local_server: LocalServer) -> LabelStudio:
    return local_server.client()


@pytest.fixture(scope="module")
def users(ls: LabelStudio) -> list[int]:
    """The ids of several annotators."""
    for n in range(1, USERS):
        user = {"email": f"annotator{n}@example.com", "username": f"annotator{n}"}
        ls.request("POST", "/api/users/", json=user)
    return sorted(user.id for user in ls.users)[:USERS]


def with_users(tasks: Any, users: list[int]) -> Tasks:
    return [
        {
            **task,
            "annotations": [
                {**each, "completed_by": users[each["completed_by"]]}
                for each in task["annotations"]
            ],
        }
        for task in tasks
    ]


@rounds
@given(made=made_projects(), way=st.sampled_from(sorted(WAYS)))
def test_exported_projects_import_unchanged(
    local_server: LocalServer,
    ls: LabelStudio,
    users: list[int],
    tmp_path_factory: pytest.TempPathFactory,
    made: MadeProject,
    way: str,
) -> None:
    first = ls.projects.create(title="First", label_config=made.config)
    second = ls.projects.create(title="Second", label_config=made.config)
    try:
        sent = with_users(made.tasks, users)
        first.import_tasks(sent)
        out = kept(first.export(predictions=True))
        assert not list(differences(as_kept(sent, local_server), out))
        second.import_tasks(WAYS[way](first, tmp_path_factory.mktemp("round")))
        back = kept(second.export(predictions=True))
        if local_server._database:  # files and streams have its order, which is any
            out, back = in_any_order(out), in_any_order(back)
        assert not list(differences(out, back))
    finally:
        delete(first)
        delete(second)


@rounds
@given(made=made_projects())
def test_rows_of_tables_import_as_tasks_without_annotations(
    local_server: LocalServer, ls: LabelStudio, users: list[int], made: MadeProject
) -> None:
    first = ls.projects.create(title="First", label_config=made.config)
    second = ls.projects.create(title="Second", label_config=made.config)
    try:
        first.import_tasks(with_users(made.tasks, users))
        second.import_tasks(first.tasks.to_dicts())
        left_out: Tasks = [{**task, "annotations": [], "predictions": []} for task in made.tasks]
        wanted = as_kept(left_out, local_server)
        assert not list(differences(wanted, kept(second.export(predictions=True))))
    finally:
        delete(first)
        delete(second)


CONFIG = LabelConfig.create({"text": "Text", "mood": choices("Good", "Bad")})
TASK: Mapping[str, Any] = {
    "data": {"text": "old/a", "n": 1.5, "more": [None, {"é": 2**60}]},
    "annotations": [{"result": {"mood": "Good"}}],
}


@pytest.fixture
def moved(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Moved", label_config=CONFIG)
    project.import_tasks([TASK])
    yield project
    delete(project)


def test_a_backup_of_data_can_be_imported(moved: Project, tmp_path: Path) -> None:
    moved.remap_data("text", "old/", "new/", backup=tmp_path / "before.jsonl")
    (id,) = moved.import_tasks(tmp_path / "before.jsonl").ids
    assert same(moved.tasks.get(id).data, TASK["data"])


def test_a_backup_of_results_cannot_be_imported_as_tasks(moved: Project, tmp_path: Path) -> None:
    moved.rename_label("mood", "Good", "Fine", backup=tmp_path / "before.jsonl")
    with pytest.raises(InvalidInput, match="text"):
        moved.import_tasks(tmp_path / "before.jsonl")
    assert moved.tasks.count() == 1
