"""Saved views, and what is counted, exported, changed and deleted by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from support.cleaning import delete
from support.filter_cases import n, row, rows, split, text
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project, Task, View
from label_studio_orm.errors import NotFound

COUNT = 540  # tasks: more than a page
RIGHT = [0, 8]  # of the view that combines `or` with `and`
EITHER = ((split == "train") & (text == "Review 0")) | ((split == "dev") & (text == "Review 8"))


@pytest.fixture(scope="module")
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Views", label_config=SENTIMENT)
    project.import_tasks(rows(COUNT))
    yield project
    delete(project)


@pytest.fixture
def doomed(ls: LabelStudio) -> Iterator[Project]:
    """A project for a step that deletes its tasks."""
    project = ls.projects.create(title="Doomed", label_config=SENTIMENT)
    project.import_tasks([{"data": row(number)} for number in range(COUNT)])
    yield project
    delete(project)


def item(key: str, operator: str, type: str, value: Any) -> dict[str, Any]:
    return {
        "filter": f"filter:tasks:data.{key}",
        "operator": operator,
        "type": type,
        "value": value,
    }


def of_somebody_else(project: Project) -> View:
    """Save a view that combines `or` with `and`, as another client of a newer server does."""
    items = [
        {
            **item("split", "equal", "String", "train"),
            "child_filter": item("text", "equal", "String", "Review 0"),
        },
        {
            **item("split", "equal", "String", "dev"),
            "child_filter": item("text", "equal", "String", "Review 8"),
        },
    ]
    data = {"title": "Few", "filters": {"conjunction": "or", "items": items}}
    body = {"project": project.id, "data": data}
    return View(
        project.client.json("POST", "/api/dm/views/", json=body)["id"], client=project.client
    )


def numbers(tasks: Sequence[Task]) -> list[int]:
    return [task.data["n"] for task in tasks]


def test_a_view_is_saved_and_listed(project: Project) -> None:
    view = project.tasks.filter(n < 10).save_as_view("First ten")
    assert "First ten" in [each.title for each in project.views]
    assert project.views.get(view.id).project == project


def test_a_view_is_a_filter(project: Project) -> None:
    view = project.tasks.filter(n < 10).save_as_view("Ten")
    assert numbers(list(project.tasks.filter(view=view))) == list(range(10))
    assert project.tasks.filter(split == "train", view=view).count() == 4


def test_a_view_with_many_tasks_is_read_to_its_end(project: Project) -> None:
    view = project.tasks.filter(n != 3).save_as_view("Many")
    assert numbers(list(project.tasks.filter(view=view))) == [x for x in range(COUNT) if x != 3]


def test_a_view_of_either_condition(project: Project) -> None:
    view = project.tasks.filter((split == "train") | (n > 500)).save_as_view("Either")
    expected = [x for x in range(COUNT) if x % 3 == 0 or x > 500]
    assert numbers(list(project.tasks.filter(view=view))) == expected
    assert len(project.export(view=view.id)) == len(expected)


def test_a_view_is_exported(project: Project) -> None:
    view = project.tasks.filter(n < 10).save_as_view("Exported")
    assert [task["data"]["n"] for task in project.export(view=view.id)] == list(range(10))


@pytest.mark.since("1.21")
def test_a_view_combines_or_with_and(project: Project) -> None:
    view = project.tasks.filter(EITHER).save_as_view("Few")
    assert numbers(list(project.tasks.filter(view=view))) == RIGHT


@pytest.mark.since("1.21")
def test_a_view_of_or_with_and_is_exported(project: Project) -> None:
    view = project.tasks.filter(EITHER).save_as_view("Few to export")
    assert [task["data"]["n"] for task in project.export(view=view.id)] == RIGHT


@pytest.mark.since("1.21")
def test_the_tasks_of_a_view_of_or_with_and_are_counted(project: Project) -> None:
    view = of_somebody_else(project)
    assert project.tasks.filter(view=view).count() == len(RIGHT)


@pytest.mark.since("1.21")
def test_a_view_of_or_with_and_that_somebody_else_saved_is_exported(project: Project) -> None:
    view = of_somebody_else(project)
    assert [task["data"]["n"] for task in project.export(view=view.id)] == RIGHT


def test_tasks_are_deleted_by_a_view(doomed: Project) -> None:
    view = doomed.tasks.filter(n >= 3).save_as_view("Most")
    assert doomed.tasks.filter(view=view).delete() == COUNT - 3
    assert numbers(list(doomed.tasks)) == [0, 1, 2]


@pytest.mark.since("1.21")
def test_a_view_of_or_with_and_deletes_no_other_tasks(doomed: Project) -> None:
    """Where the server cannot hold such a view, deleting by it is refused, and deletes nothing."""
    view = of_somebody_else(doomed)
    try:
        deleted = doomed.tasks.filter(view=view).delete()
    finally:
        left = numbers(list(doomed.tasks))
        assert left in (list(range(COUNT)), [x for x in range(COUNT) if x not in RIGHT])
    assert deleted == len(RIGHT)


@pytest.mark.since("1.21")
def test_a_view_of_or_with_and_changes_no_other_tasks(doomed: Project) -> None:
    view = of_somebody_else(doomed)
    try:
        changed = doomed.tasks.filter(view=view).update(overlap=2)
    finally:
        assert set(numbers([each for each in doomed.tasks if each.overlap == 2])) <= set(RIGHT)
    assert changed == len(RIGHT)


def test_tasks_are_deleted_by_a_filter_of_or_with_and(doomed: Project) -> None:
    assert doomed.tasks.filter(EITHER).delete() == len(RIGHT)
    assert numbers(list(doomed.tasks)) == [x for x in range(COUNT) if x not in RIGHT]


def test_a_view_is_deleted(project: Project) -> None:
    view = project.tasks.filter(n < 10).save_as_view("Gone")
    view.delete()
    assert view not in project.views
    with pytest.raises(NotFound):
        project.tasks.filter(view=view).count()
