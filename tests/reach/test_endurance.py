"""Many writes in a row on servers that close kept-alive connections: none is lost or duplicated."""

from __future__ import annotations

import pytest
from support.fronts import Front
from support.texts import sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.server import LocalServer

pytestmark = pytest.mark.within(300)  # seconds for each
ANNOTATIONS, IMPORTS, SAVES = 200, 50, 50


@pytest.fixture(autouse=True)
def _behind_something(target_server: LocalServer | Front) -> None:
    if not isinstance(target_server, Front):
        pytest.skip("it is of servers behind gunicorn, uWSGI or nginx")


@pytest.fixture
def task(fresh: Project) -> Task:
    made: Task = fresh.tasks.create({"text": "A fine film."})
    return made


def test_200_annotations_arrive_once(task: Task) -> None:
    times = [float(number) for number in range(ANNOTATIONS)]
    for each in times:
        task.annotate(sentiment("Positive"), lead_time=each)
    found = sorted(each.lead_time for each in Task(task.id, client=task.client).annotations)
    assert found == times


def test_50_imports_arrive_once(fresh: Project) -> None:
    for number in range(IMPORTS):
        assert fresh.import_tasks([{"text": f"Review {number}"}]).created == 1
    found = [task.data["text"] for task in fresh.tasks]
    assert found == [f"Review {number}" for number in range(IMPORTS)]


def test_50_saves_arrive(task: Task, ls: LabelStudio) -> None:
    for number in range(SAVES):
        task.data["n"] = number
        task.save()
        assert Task(task.id, client=ls).data["n"] == number
