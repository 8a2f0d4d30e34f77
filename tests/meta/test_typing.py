"""What a type checker and an editor make of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

START = """
from datetime import datetime
from pathlib import Path
from typing import Any
from label_studio_orm import Annotation, LabelStudio, Project, Task, User
from typing_extensions import assert_type

def check(ls: LabelStudio, project: Project, task: Task, annotation: Annotation) -> None:
"""


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


def mypy(line: str, tmp_path: Path, cache: Path) -> str:
    path = tmp_path / "user.py"
    path.write_text(f"{START}    {line}\n")
    options = ["--strict", "--config-file=", "--cache-dir", str(cache), "--no-error-summary"]
    return api.run([*options, str(path)])[0]


@pytest.mark.parametrize(
    "line",
    [
        "assert_type(project.title, str)",
        "assert_type(project.created_at, datetime)",
        "assert_type(project.created_by, User)",
        "assert_type(ls.projects.get(1), Project)",
        "assert_type(ls.projects[0], Project)",
        "assert_type(project.tasks.first(), Task | None)",
        "assert_type([task for task in project.tasks], list[Task])",
        "assert_type(project.tasks[1:3], list[Task])",
        "assert_type(task.annotations, list[Annotation])",
        "assert_type(task.project.title, str)",
        "assert_type(project.save(), Project)",
        "assert_type(ls.with_options(timeout=5), LabelStudio)",
        "annotation.completed_by = 3",
        "annotation.completed_by = ls.whoami()",
        "project.import_tasks([{'text': 'a'}], progress=False)",
        "assert_type(project.export('CSV', 'out/', only_finished=True), Path)",
        "assert_type(project.export(), list[dict[str, Any]])",
    ],
)
def test_good_use_passes(line: str, tmp_path: Path, cache: Path) -> None:
    assert mypy(line, tmp_path, cache) == ""


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("project.titel", '"Project" has no attribute "titel"'),
        ("project.titel = 'x'", '"Project" has no attribute "titel"'),
        ("project.title = 3", "Incompatible types in assignment"),
        ("project.export('CSV', 'out/', only_finised=True)", 'keyword argument "only_finised"'),
    ],
)
def test_a_mistake_is_an_error(line: str, says: str, tmp_path: Path, cache: Path) -> None:
    assert says in mypy(line, tmp_path, cache)
