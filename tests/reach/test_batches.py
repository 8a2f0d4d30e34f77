"""Batches: all writes of a block arrive."""

from __future__ import annotations

import pytest

from label_studio_orm import Project
from label_studio_orm.errors import BatchFailed


@pytest.fixture
def reviews(fresh: Project) -> Project:
    fresh.import_tasks([{"text": f"Review {number}", "n": number} for number in range(20)])
    return fresh


def test_each_prediction_reaches_its_task(reviews: Project) -> None:
    with reviews.batch() as batch:
        for task in reviews.tasks:
            task.predict({"sentiment": "Positive"}, score=task.data["n"] / 20, model_version="m1")
    assert (batch.created, batch.failed) == (20, [])
    found = {task.data["n"]: [each.score for each in task.predictions] for task in reviews.tasks}
    assert found == {number: [number / 20] for number in range(20)}


def test_each_annotation_reaches_its_task(reviews: Project) -> None:
    with reviews.batch() as batch:
        for task in reviews.tasks[::2]:
            task.annotate({"sentiment": "Positive"}, lead_time=task.data["n"])
    assert batch.created == 10
    found = {each.task.data["n"]: each.lead_time for each in reviews.annotations}
    assert found == {number: number for number in range(0, 20, 2)}


def test_changed_tasks_are_saved(reviews: Project) -> None:
    with reviews.batch() as batch:
        for task in reviews.tasks:
            task.data["seen"] = task.data["n"] % 2 == 0
            task.save()
    assert batch.saved == 20
    assert [task.data["seen"] for task in reviews.tasks] == [True, False] * 10


def test_tasks_are_deleted(reviews: Project) -> None:
    with reviews.batch() as batch:
        for task in reviews.tasks[5:]:
            task.delete()
    assert batch.deleted == 15
    assert [task.data["n"] for task in reviews.tasks] == [0, 1, 2, 3, 4]


def test_refused_writes_do_not_stop_the_rest(reviews: Project) -> None:
    def write() -> None:
        with reviews.batch():
            reviews.tasks.get(999_999).predict({"sentiment": "Positive"})
            for task in reviews.tasks[:2]:
                task.predict({"sentiment": "Positive"}, score=0.7)

    with pytest.raises(BatchFailed) as caught:
        write()
    assert [failure.index for failure in caught.value.batch.failed] == [0]
    assert reviews.predictions.count() == 2


def test_the_version_of_new_predictions_is_shown_to_annotators(reviews: Project) -> None:
    with reviews.batch():
        reviews.tasks[0].predict({"sentiment": "Positive"}, score=0.5, model_version="m7")
    reviews.refresh()
    assert reviews.model_version == "m7"
