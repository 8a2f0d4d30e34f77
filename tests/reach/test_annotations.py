"""Annotations, predictions and drafts."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.texts import sentiment

from label_studio_orm import Annotation, LabelStudio, Prediction, Project, Task
from label_studio_orm.errors import InvalidInput, InvalidResult, NotFound, Rejected


@pytest.fixture
def task(project: Project) -> Task:
    made: Task = project.tasks.create({"text": "A fine film."})
    return made


def again(task: Task) -> Task:
    return Task(task.id, client=task.client)


def test_a_task_is_annotated(task: Task) -> None:
    annotation = task.annotate({"sentiment": "Positive"}, lead_time=12.5, ground_truth=True)
    [read] = again(task).annotations
    assert (read, read["sentiment"]) == (annotation, "Positive")
    assert (read.lead_time, read.ground_truth) == (12.5, True)


def test_an_annotation_has_its_annotator_and_time(task: Task, ls: LabelStudio) -> None:
    annotation = task.annotate({"sentiment": "Positive"})
    assert annotation.completed_by == ls.whoami()
    assert isinstance(annotation.created_at, datetime)


def test_an_annotated_task_is_labeled(task: Task) -> None:
    task.annotate({"sentiment": "Positive"})
    read = again(task)
    assert (read.is_labeled, read.total_annotations) == (True, 1)


def test_a_task_is_skipped(task: Task) -> None:
    task.annotate([], was_cancelled=True)
    read = again(task)
    assert (read.total_annotations, read.cancelled_annotations) == (0, 1)
    assert read.annotations[0].was_cancelled


def test_a_changed_annotation_is_saved(task: Task) -> None:
    annotation = task.annotate({"sentiment": "Positive"})
    annotation.result = sentiment("Negative")
    annotation.lead_time = 3.25
    annotation.save()
    read = Annotation(annotation.id, client=task.client)
    assert (read["sentiment"], read.lead_time) == ("Negative", 3.25)


def test_a_deleted_annotation_is_gone(task: Task) -> None:
    annotation = task.annotate({"sentiment": "Positive"})
    annotation.delete()
    assert again(task).annotations == []
    with pytest.raises(NotFound):
        _ = Annotation(annotation.id, client=task.client).lead_time


def test_a_result_that_does_not_fit_is_refused(task: Task) -> None:
    with pytest.raises(InvalidResult, match="Positve"):
        task.annotate({"sentiment": "Positve"})
    assert again(task).annotations == []


def test_a_task_has_several_annotations(task: Task) -> None:
    for value in ("Positive", "Negative"):
        task.annotate({"sentiment": value})
    assert {each["sentiment"] for each in again(task).annotations} == {"Positive", "Negative"}


def test_annotations_of_a_page_of_tasks_are_read(fresh: Project) -> None:
    fresh.import_tasks([{"text": str(number)} for number in range(6)])
    for task in fresh.tasks[::2]:
        task.annotate({"sentiment": "Positive"})
    assert [len(task.annotations) for task in fresh.tasks] == [1, 0, 1, 0, 1, 0]
    assert [each.task for each in fresh.annotations] == fresh.tasks[::2]


def test_annotations_are_filtered(fresh: Project) -> None:
    task = fresh.tasks.create({"text": "A fine film."})
    task.annotate({"sentiment": "Positive"})
    truth = task.annotate({"sentiment": "Positive"}, ground_truth=True)
    assert fresh.annotations.filter(ground_truth=True).one() == truth


def test_a_task_is_predicted(task: Task) -> None:
    made = task.predict({"sentiment": "Negative"}, score=0.25, model_version="m1")
    [read] = again(task).predictions
    assert (read, read["sentiment"]) == (made, "Negative")
    assert (read.score, read.model_version) == (0.25, "m1")
    assert again(task).total_predictions == 1


def test_a_changed_prediction_is_saved(task: Task) -> None:
    made = task.predict({"sentiment": "Negative"}, score=0.25)
    made.score = 0.75
    made.save()
    assert Prediction(made.id, client=task.client).score == 0.75


def test_a_score_outside_0_to_1_is_refused(task: Task) -> None:
    with pytest.raises(InvalidInput, match="score"):
        task.predict({"sentiment": "Negative"}, score=25)
    assert again(task).predictions == []


def test_a_deleted_prediction_is_gone(task: Task) -> None:
    task.predict({"sentiment": "Negative"}).delete()
    assert again(task).predictions == []


def test_predictions_of_a_version_are_deleted(fresh: Project) -> None:
    for version in ("m1", "m1", "m2"):
        fresh.tasks.create({"text": "-"}).predict({"sentiment": "Positive"}, model_version=version)
    assert fresh.predictions.filter(model_version="m1").delete() == 2
    assert [each.model_version for each in fresh.predictions] == ["m2"]


def test_tasks_are_filtered_by_score(fresh: Project) -> None:
    for score in (0.2, 0.8):
        task = fresh.tasks.create({"text": "-"})
        task.predict({"sentiment": "Positive"}, score=score, model_version="m1")
    assert fresh.tasks.filter(Task.predictions_score > 0.5).ids() == [task.id]


def test_a_draft_is_read_and_deleted(task: Task) -> None:
    path = f"/api/tasks/{task.id}/drafts"
    task.client.json("POST", path, json={"result": sentiment("Positive"), "lead_time": 2})
    [draft] = again(task).drafts
    assert draft.result == sentiment("Positive")
    draft.delete()
    assert again(task).drafts == []


def test_a_text_with_nul_is_refused(task: Task) -> None:
    result = sentiment("Positive")
    result[0]["meta"] = {"text": ["a\0b"]}
    with pytest.raises((InvalidInput, Rejected), match="NUL"):
        task.annotate(result)
    assert again(task).annotations == []
