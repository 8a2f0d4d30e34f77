"""Type checks and completion of users' code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest
from mypy import api

CACHE = Path(__file__).parents[2] / ".mypy_cache" / "user"

START = """
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from label_studio_orm import (
    Annotation, Box, Brush, DataField, ExportedPath, ExportedTasks, LabelConfig, LabelStudio,
    Member, Prediction, Project, Query, Records, Secret, Span, Task, Tasks, Token, User, View,
    Views, choices, connect
)
from typing_extensions import assert_type

class Review(Task):
    split = DataField[str](default="train")

class Reviews(Project[Review]):
    pass

"""
CHECK = "ls: LabelStudio, project: Project, task: Task, annotation: Annotation, reviews: Reviews"

GOOD = [
    "assert_type(task.id, int)",
    "assert_type(reviews.tasks.filter(Review.split == 'dev').one(), Review)",
    "assert_type(reviews.tasks[0].split, str)",
    "assert_type(project.title, str)",
    "assert_type(project.created_at, datetime)",
    "assert_type(project.created_by, User)",
    "assert_type(ls.projects.get(1), Project)",
    "assert_type(ls.projects[0], Project)",
    "assert_type(project.tasks.first(), Task | None)",
    "assert_type([task for task in project.tasks], list[Task])",
    "assert_type(project.tasks[1:3], Records[Task])",
    "first: list[Task] = project.tasks.head(3)",
    "assert_type(task.annotations, Records[Annotation])",
    "assert_type(task.project.title, str)",
    "assert_type(project.save(), Project)",
    "assert_type(ls.with_options(timeout=5), LabelStudio)",
    "annotation.completed_by = 3",
    "task.overlap = 3",
    "assert_type(task.total_annotations, int)",
    "assert_type(task.completed_at, datetime | None)",
    "assert_type(project.model_version, str | None)",
    "annotation.completed_by = ls.whoami()",
    "assert_type(annotation.completed_by, User | None)",
    "assert_type(ls.users.create(email='a@b.c', first_name='Ann'), User)",
    "assert_type(ls.organization.members.get(ls.whoami()), Member)",
    "assert_type(ls.organization.members[0].contributed_to[0].title, str)",
    "ls.organization.title = 'Ours'; ls.organization.token_settings.save(force=True)",
    "assert_type(ls.tokens[0], Token)",
    "assert_type(LabelStudio('', api_key=ls.tokens.rotate()).tokens.legacy, Secret)",
    "project.import_tasks([{'text': 'a'}], progress=False)",
    "assert_type(project.export('CSV', 'out/', only_finished=True), ExportedPath)",
    "written: Path = project.export('YOLO', 'out/', media=True)",
    "assert_type(project.export(), ExportedTasks)",
    "tasks: list[dict[str, Any]] = project.export(since=datetime.now())",
    "assert_type(project.iter_export(only_finished=True), Iterator[dict[str, Any]])",
    "assert_type(project.tasks.filter(Task.total_annotations > 0).first(), Task | None)",
    "assert_type(project.tasks.filter((Task.id > 3) & ~(Task.id == 7)).one(), Task)",
    "project.tasks.filter(Task.data['split'] == 'train', view=3).order_by('-id')",
    "project.tasks.filter({'conjunction': 'and', 'items': []}).order_by(-Task.created_at)",
    "project.tasks.exclude(Task.annotators.contains(7)).only('data', Task.meta).limit(3)",
    "assert_type(project.tasks.limit(3).count(), int)",
    "assert_type(project.tasks.ids(), list[int])",
    "assert_type(project.tasks.update(overlap=2), int)",
    "assert_type(project.tasks.save_as_view('x'), View)",
    "assert_type(project.annotations.first(), Annotation | None)",
    "assert_type(project.predictions[0], Prediction)",
    "assert_type(project.views, Views)",
    "assert_type(ls.projects.filter(title='x').one(), Project)",
    "assert_type(ls.projects.filter(Project.title == 'x').first(), Project | None)",
    "assert_type(Review.get(1).split, str)",
    "Review.get(1).split = 'dev'",
    "project.tasks.filter(Review.split.in_(['train'])).order_by(-Review.split)",
    "assert_type(ls.register(Review), type[Review])",
    "with project.batch() as batch: assert_type(batch.created, int)",
    "assert_type(project.config, LabelConfig)",
    "assert_type(project.config.result({'mood': 'Good'}), list[dict[str, Any]])",
    "assert_type(annotation.regions[0].box.pixels, tuple[float, float, float, float])",
    "assert_type(annotation.regions[0].span.text, str | None)",
    "assert_type(annotation.regions[0].label, str | None)",
    "assert_type(annotation.regions[0].polygon.percent, tuple[tuple[float, float], ...])",
    "Box('cat', pixels=(1, 2, 3, 4), size=(640, 480), answers={'breed': 'Siamese'})",
    "Box('cat', percent=[1, 2, 3, 4])",
    "Span('PER', quote='Ada'); Brush('road', rle=[0, 1])",
    "assert_type(LabelConfig.create({'text': 'Text', 'mood': choices('Good')}), LabelConfig)",
    "assert_type(project.tasks.to_dicts(), list[dict[str, Any]])",
    "assert_type(connect(api_key='k', timeout=5, hosts=['h']), LabelStudio)",
    "assert_type(task.annotate([], ground_truth=True, lead_time=1.5, validate=False), Annotation)",
    "assert_type(task.predict([], score=0.5, model_version='m1'), Prediction)",
    "assert_type(Project.create(title='x', config='<View/>', color=None, client=ls), Project)",
    "assert_type(project.tasks.export('CSV', 'out/', media=True), ExportedPath)",
]
BAD = {
    "project.titel": '"Project[Task]" has no attribute "titel"',
    "project.titel = 'x'": '"Project[Task]" has no attribute "titel"',
    "project.title = 3": "Incompatible types in assignment",
    "project.export('CSV', 'out/', only_finised=True)": 'keyword argument "only_finised"',
    "project.exports.create(timeout=3)": 'keyword argument "timeout"',
    "project.tasks.export(ids=[3])": 'No overload variant of "export"',
    "connect(timout=5)": 'keyword argument "timout"',
    "ls.with_options(api_key='k')": 'keyword argument "api_key"',
    "task.annotate([], ground_thruth=True)": 'keyword argument "ground_thruth"',
    "task.predict([], score='high')": 'Argument "score" to "predict"',
    "ls.projects.create(titel='x')": 'keyword argument "titel"',
    "ls.projects.get_or_create(titel='x')": 'keyword argument "titel"',
    "project.import_storages.s3.create(buckett='b')": 'keyword argument "buckett"',
    "project.import_storages.local.get_or_create(bucket='b')": 'keyword argument "bucket"',
    "project.export_storages.redis.create(use_blob_urls=True)": 'argument "use_blob_urls"',
    "project.import_storages.databricks.create(auth_type='oauth')": 'Argument "auth_type"',
    "project.import_storages.gcs_sa.check(bucket=3)": 'Argument "bucket" to "check"',
    "project.import_storages.s3.create({'bucket': 'b'})": "Too many positional arguments",
    "Project[int]": 'Value of type variable "T" of "Project" cannot be "int"',
    "from label_studio_orm import Projekt": 'has no attribute "Projekt"',
    "project.tasks.filter('id > 3')": 'Argument 1 to "filter" of "Tasks"',
    "project.tasks.filter(Task.overlap)": 'Argument 1 to "filter" of "Tasks"',
    "project.tasks.filter(Task.totl == 3)": 'has no attribute "totl"',
    "project.tasks.order_by(3)": 'Argument 1 to "order_by"',
    "project.tasks.limit('3')": 'Argument 1 to "limit"',
    "project.tasks.first().id": 'Item "None" of "Task | None"',
    "project.annotations.first().titel": 'Item "Annotation" of "Annotation | None" has no',
    "task.total_annotations = 3": "Incompatible types in assignment",
    "task.created_at = datetime.now()": "Incompatible types in assignment",
    "task.id = 3": "Incompatible types in assignment",
    "task.project = project": "Incompatible types in assignment",
    "annotation.updated_by = ls.whoami()": "Incompatible types in assignment",
    "annotation.completed_by.email": 'Item "None" of "User | None"',
    "ls.whoami().email = 'a@b.c'": "Incompatible types in assignment",
    "ls.users.create(first_name='Ann')": 'Missing named argument "email"',
    "ls.users.create(email='a@b.c', password='x')": 'keyword argument "password"',
    "ls.organization.members[0].contributed_to = []": "Incompatible types in assignment",
    "project.created_by = ls.whoami()": "Incompatible types in assignment",
    "Review.get(1).split = 3": "Incompatible types in assignment",
    "Review.get(1).spilt": '"Review" has no attribute "spilt"',
    "(Task.overlap > 3) & 7": "Unsupported operand types for &",
    "ls.register(int)": 'Value of type variable "R" of "register"',
}


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """What mypy says of each line, all read in one go."""
    folder = tmp_path_factory.mktemp("mypy")
    path = folder / "user.py"
    lines = [*GOOD, *BAD]
    checks = (f"def check_{n}({CHECK}) -> None:\n    {line}\n" for n, line in enumerate(lines))
    path.write_text(START + "".join(checks))
    options = ["--strict", "--config-file=", "--cache-dir", str(CACHE), "--no-error-summary"]
    first = START.count("\n") + 2
    found: dict[str, str] = defaultdict(str)
    for at, message in re.findall(r"user\.py:(\d+): (.*)", api.run([*options, str(path)])[0]):
        found[lines[(int(at) - first) // 2]] += message
    return found


@pytest.mark.parametrize("line", GOOD)
def test_correct_code_passes(line: str, said: Mapping[str, str]) -> None:
    assert said[line] == ""


@pytest.mark.parametrize(("line", "says"), BAD.items())
def test_mistakes_are_errors(line: str, says: str, said: Mapping[str, str]) -> None:
    assert says in said[line]
