"""Saved views: counting, exporting, changing and deleting their tasks."""

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


RAW = {
    "conjunction": "or",
    "items": [
        {
            **item("split", "equal", "String", "train"),
            "child_filter": item("text", "equal", "String", "Review 0"),
        },
        {
            **item("split", "equal", "String", "dev"),
            "child_filter": item("text", "equal", "String", "Review 8"),
        },
    ],
}


def of_somebody_else(project: Project) -> View:
    """Save a view that combines `or` with `and`, as another client does."""
    body = {"project": project.id, "data": {"title": "Few", "filters": RAW}}
    made = project.client.json("POST", "/api/dm/views/", json=body)
    return View(made["id"], client=project.client)


def meant(view: View) -> list[int]:
    """Return the tasks of that view: before 1.21 the server keeps only the outer conditions."""
    if "child_filter" in view.data["filters"]["items"][0]:
        return RIGHT
    return [number for number in range(COUNT) if row(number)["split"] in ("train", "dev")]


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


def test_a_view_combines_conditions_with_or(project: Project) -> None:
    view = project.tasks.filter((split == "train") | (n > 500)).save_as_view("Either")
    expected = [x for x in range(COUNT) if x % 3 == 0 or x > 500]
    assert numbers(list(project.tasks.filter(view=view))) == expected
    assert len(project.export(view=view.id)) == len(expected)


def test_a_view_is_exported(project: Project) -> None:
    view = project.tasks.filter(n < 10).save_as_view("Exported")
    assert [task["data"]["n"] for task in project.export(view=view.id)] == list(range(10))


@pytest.mark.since("1.21")
def test_a_view_with_and_inside_or(project: Project) -> None:
    view = project.tasks.filter(EITHER).save_as_view("Few")
    assert numbers(list(project.tasks.filter(view=view))) == RIGHT


@pytest.mark.since("1.21")
def test_a_view_with_and_inside_or_is_exported(project: Project) -> None:
    view = project.tasks.filter(EITHER).save_as_view("Few to export")
    assert [task["data"]["n"] for task in project.export(view=view.id)] == RIGHT


@pytest.mark.since("1.21")
def test_a_raw_filter_with_and_inside_or(project: Project) -> None:
    found = project.tasks.filter(RAW)
    assert (found.count(), numbers(list(found))) == (len(RIGHT), RIGHT)


def test_a_view_of_another_client_yields_the_tasks_of_the_server(project: Project) -> None:
    view = of_somebody_else(project)
    found = project.tasks.filter(view=view)
    assert (found.count(), numbers(list(found))) == (len(meant(view)), meant(view))


def test_a_view_of_another_client_is_exported(project: Project) -> None:
    view = of_somebody_else(project)
    assert [task["data"]["n"] for task in project.export(view=view.id)] == meant(view)


def test_tasks_of_a_view_are_deleted(doomed: Project) -> None:
    view = doomed.tasks.filter(n >= 3).save_as_view("Most")
    assert doomed.tasks.filter(view=view).delete() == COUNT - 3
    assert numbers(list(doomed.tasks)) == [0, 1, 2]


def test_delete_by_a_view_of_another_client_removes_matching_tasks_only(doomed: Project) -> None:
    view = of_somebody_else(doomed)
    assert doomed.tasks.filter(view=view).delete() == len(meant(view))
    assert numbers(list(doomed.tasks)) == [x for x in range(COUNT) if x not in meant(view)]


@pytest.mark.since("1.21")
def test_delete_by_a_raw_filter_with_and_inside_or_removes_matching_tasks_only(
    doomed: Project,
) -> None:
    try:
        deleted = doomed.tasks.filter(RAW).delete()
    finally:  # also where it is refused
        left = numbers(list(doomed.tasks))
        assert left in ([*range(COUNT)], [x for x in range(COUNT) if x not in RIGHT])
    assert deleted == len(RIGHT)


def test_tasks_of_a_view_are_changed(doomed: Project) -> None:
    view = doomed.tasks.filter((text == "Review 3") | (text == "Review 530")).save_as_view("Two")
    assert doomed.tasks.filter(view=view).update(overlap=2) == 2
    assert numbers([each for each in doomed.tasks if each.overlap == 2]) == [3, 530]


def test_tasks_are_deleted_by_a_filter_with_and_inside_or(doomed: Project) -> None:
    assert doomed.tasks.filter(EITHER).delete() == len(RIGHT)
    assert numbers(list(doomed.tasks)) == [x for x in range(COUNT) if x not in RIGHT]


def test_a_view_is_deleted(project: Project) -> None:
    view = project.tasks.filter(n < 10).save_as_view("Gone")
    view.delete()
    assert view not in project.views
    with pytest.raises(NotFound):
        project.tasks.filter(view=view).count()
