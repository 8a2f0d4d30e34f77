"""Tasks: created, read page by page, changed, deleted."""

from __future__ import annotations

from datetime import datetime

import pytest

from label_studio_orm import DataField, LabelStudio, Project, Task
from label_studio_orm.errors import Conflict, NotFound

DATA = {
    "text": "“Très bien” 技术 \U0001f600",
    "big": 2**53 + 1,
    "share": 0.1,
    "none": None,
    "deep": {"list": [1, "a", None, {"b": True}], "empty": {}},
}


@pytest.fixture(scope="module")
def many(project: Project) -> list[int]:
    return list(project.import_tasks([{"text": f"Review {n}", "n": n} for n in range(520)]))


@pytest.fixture
def task(project: Project) -> Task:
    made: Task = project.tasks.create({"text": "A fine film.", "split": "train"})
    return made


def again(task: Task) -> Task:
    """Return the task as it is at the server."""
    return Task(task.id, client=task.client)


def test_a_task_keeps_its_data(project: Project) -> None:
    task = project.tasks.create(DATA)
    assert again(task).data == DATA


def test_tasks_of_several_pages_are_read_in_order(project: Project, many: list[int]) -> None:
    assert [task.id for task in project.tasks if task.id in many] == many
    assert [id for id in project.tasks.ids() if id in many] == many


def test_tasks_are_counted_and_sliced(fresh: Project) -> None:
    ids = list(fresh.import_tasks([{"text": str(n)} for n in range(5)]))
    assert len(fresh.tasks) == fresh.tasks.count() == 5
    assert [task.id for task in fresh.tasks[1:3]] == ids[1:3]
    assert (fresh.tasks.first(), fresh.tasks[-1]) == (fresh.tasks[0], fresh.tasks[4])


def test_a_task_is_labeled_and_has_its_times(task: Task) -> None:
    assert task.is_labeled is False
    assert isinstance(task.created_at, datetime)
    assert again(task).inner_id > 0


def test_a_changed_task_is_saved(task: Task) -> None:
    task.data["split"] = "test"
    task.data["more"] = [1, 2]
    task.save()
    assert again(task).data == {"text": "A fine film.", "split": "test", "more": [1, 2]}


def test_meta_is_saved(task: Task) -> None:
    task.meta = {"source": "web", "pages": [1]}
    task.save()
    assert again(task).meta == {"source": "web", "pages": [1]}


def test_the_overlap_is_saved(task: Task) -> None:
    task.overlap = 3
    task.save()
    assert again(task).overlap == 3


def test_changes_of_two_people_are_merged(task: Task) -> None:
    mine, theirs = again(task), again(task)
    mine.data["mine"], theirs.data["theirs"] = 1, 2
    mine.save()
    theirs.save()
    assert {"mine": 1, "theirs": 2}.items() <= again(task).data.items()


def test_two_changes_of_one_key_are_a_conflict(task: Task) -> None:
    mine, theirs = again(task), again(task)
    mine.data["split"], theirs.data["split"] = "dev", "test"
    mine.save()
    with pytest.raises(Conflict):
        theirs.save()
    assert again(task).data["split"] == "dev"


def test_a_task_of_another_project_is_not_found(task: Task, fresh: Project) -> None:
    with pytest.raises(NotFound):
        _ = fresh.tasks.get(task.id).data


def test_many_tasks_are_changed(fresh: Project) -> None:
    fresh.import_tasks([{"text": str(n), "n": n} for n in range(4)])
    assert fresh.tasks.filter(Task.data["n"] >= 2).update(overlap=2) == 2
    assert [task.overlap for task in fresh.tasks] == [1, 1, 2, 2]


def test_many_tasks_are_deleted(fresh: Project) -> None:
    fresh.import_tasks([{"text": str(n), "n": n} for n in range(6)])
    assert fresh.tasks.filter(Task.data["n"] >= 2).delete() == 4
    assert [task.data["n"] for task in fresh.tasks] == [0, 1]


def test_a_deleted_task_is_gone(task: Task, project: Project) -> None:
    task.delete()
    with pytest.raises(NotFound):
        _ = project.tasks.get(task.id).data


def test_data_fields_are_typed(task: Task, ls: LabelStudio) -> None:
    class Review(Task):
        split = DataField[str](default="none")
        stars = DataField[int](default=0)

    review = Review.get(task.id, client=ls)
    review.stars = 5
    review.save()
    assert (review.split, again(task).data["stars"]) == ("train", 5)


def test_a_text_with_nul_is_refused_and_changes_nothing(task: Task) -> None:
    """Databases cannot store it, so the caller's text is invalid."""
    task.data["text"] = "a\0b"
    with pytest.raises(ValueError, match="NUL"):
        task.save()
    assert again(task).data["text"] == "A fine film."
