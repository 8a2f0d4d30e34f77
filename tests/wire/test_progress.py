"""Bars of all that can last, while a slow server works."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import tqdm.std  # noqa: F401 - it takes longer to load than the work here

from label_studio_orm import LabelConfig, Project, progress
from label_studio_orm.labeling import choices
from label_studio_orm.testing import FakeServer
from label_studio_orm.testing.requests import Answer, Request

Work = Callable[[Project], object]
CONFIG = LabelConfig.create({"text": "Text", "mood": choices("Good", "Bad")})


class SlowServer(FakeServer):
    """A server that takes its time for each request."""

    seconds = 0.0

    def _answer(self, request: Request) -> Answer:
        time.sleep(self.seconds)
        return super()._answer(request)


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A project of a slow server, of which all bars are shown."""
    with SlowServer() as server:
        project = server.client.projects.create(title="Reviews", label_config=CONFIG.xml)
        project.import_tasks([{"text": f"Film {number}"} for number in range(3)])
        monkeypatch.setenv("LABEL_STUDIO_ORM_PROGRESS", "1")
        monkeypatch.setattr(progress, "BAR_DELAY", 0)
        monkeypatch.setattr(progress, "BAR_INTERVAL", 0.01)
        server.seconds = 0.03
        yield project


def predict(project: Project) -> None:
    with project.batch():
        for task in project.tasks:
            task.predict({"mood": "Good"})


def annotate(project: Project) -> None:
    with project.batch():
        for task in project.tasks:
            task.annotate({"mood": "Good"})


def delete_one_by_one(project: Project) -> None:
    annotate(project)
    project.annotations.delete()


@pytest.mark.parametrize(
    ("work", "bar"),
    [
        (lambda project: project.import_tasks([{"text": "Film"}]), "Importing: "),
        (lambda project: project.export(), "Preparing the export: "),
        (lambda project: project.export("CSV", "out/"), "Converting to CSV: "),
        (lambda project: list(project.iter_export()), "Preparing the export: "),
        (predict, "Predicting: "),
        (annotate, "Annotating: "),
        (delete_one_by_one, "Deleting: "),
        (lambda project: project.tasks.delete(), "Delete tasks: "),
        (lambda project: project.tasks.update(meta={"seen": True}), "Updating: "),
        (lambda project: project.tasks.to_dicts(), "Reading: "),
        (lambda project: project.annotations.to_dicts(), "Reading: "),
        (lambda project: project.rename_label("mood", "Bad", "Poor", backup="b"), "Searching: "),
    ],
)
def test_work_that_lasts_shows_a_bar(
    work: Work,
    bar: str,
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    work(project)
    assert bar in capsys.readouterr().err
