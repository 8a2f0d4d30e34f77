"""Fields of each kind of record: a value, None, or an error that names the version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest
from support.targets import Target
from support.texts import sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.orm.record import Record

# What only Enterprise sends, or no server: they can be written, or filtered by.
UNSENT = frozenset(
    {
        *("agreement", "ground_truth", "reviewed", "reviewers", "reviews_accepted"),
        *("reviews_rejected", "state", "unique_id", "draft_id"),
    }
)


@pytest.fixture(scope="module")
def task(project: Project) -> Task:
    task: Task = project.tasks.create({"text": "A fine film."})
    task.annotate({"sentiment": "Positive"})
    task.predict({"sentiment": "Positive"}, score=0.5, model_version="m1")
    path = f"/api/tasks/{task.id}/drafts"
    project.client.json("POST", path, json={"result": sentiment("Positive")})
    project.tasks.filter(Task.id > 0).save_as_view("All")
    return Task(task.id, client=project.client)


KINDS: Mapping[str, Callable[[Project, Task], Record]] = MappingProxyType(
    {
        "projects": lambda project, task: project,
        "tasks": lambda project, task: task,
        "tasks of a list": lambda project, task: project.tasks[0],
        "annotations": lambda project, task: task.annotations[0],
        "predictions": lambda project, task: task.predictions[0],
        "drafts": lambda project, task: task.drafts[0],
        "views": lambda project, task: project.views[0],
        "snapshots": lambda project, task: project.exports.create(title="v1").wait(),
        "users": lambda project, task: task.client.whoami(),  # type: ignore[attr-defined]
    }
)


@pytest.mark.parametrize("kind", KINDS)
def test_each_field_has_a_value_or_names_its_first_version(
    kind: str,
    project: Project,
    task: Task,
    target: Target,
    record_property: Callable[[str, object], None],
) -> None:
    errors = errors_of_fields(KINDS[kind](project, task))
    assert {name: text for name, text in errors.items() if target.version not in text} == {}
    if errors:
        record_property("lacks", f"no {', '.join(sorted(errors))}")  # for the page


def errors_of_fields(record: Record) -> dict[str, str]:
    """Return the unreadable fields and the texts of their errors."""
    found = {}
    for name in record.fields.keys() - UNSENT:
        try:
            getattr(record, name)
        except LabelStudioError as error:
            found[name] = str(error)
    return found


def test_a_mistyped_field_is_an_error(ls: LabelStudio, project: Project) -> None:
    with pytest.raises(AttributeError, match="title"):
        _ = project.titel  # type: ignore[attr-defined]
