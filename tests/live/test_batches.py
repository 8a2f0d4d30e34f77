"""Batches: all writes arrive, and refused ones are reported by their index in the block."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from support.stub import counted
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import (
    BatchFailed,
    FieldMissing,
    InvalidInput,
    NotFound,
)
from label_studio_orm.transfer.batches.batch import Batch

# A result that the bulk import drops; only `validate=False` sends it.
NOT_IN_THE_CONFIG = [{**sentiment("Positive")[0], "from_name": "mood"}]


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Batches", label_config=SENTIMENT)
    project.import_tasks([{"text": f"Review {number}", "n": number} for number in range(6)])
    yield project
    project.delete()


@pytest.fixture
def tasks(project: Project) -> list[Task]:
    return list(project.tasks)


# -- successful writes ----------------------------------------------------------------------------


def test_predictions_go_in_one_request(project: Project) -> None:
    requests = counted(project.client)  # type: ignore[arg-type]
    with project.batch() as batch:
        for task in project.tasks:
            task.predict(sentiment("Positive"), score=task.data["n"] / 10, model_version="m1")
    # The page of tasks, the number of predictions, the import, then reading and setting the
    # project's model version. The import of tasks loaded the config.
    assert requests == ["GET", "GET", "POST", "GET", "PATCH"]
    assert (batch.created, batch.saved, batch.deleted, batch.failed) == (6, 0, 0, [])
    found = [prediction for task in project.tasks for prediction in task.predictions]
    assert [prediction.score for prediction in found] == [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    assert {prediction.model_version for prediction in found} == {"m1"}
    assert all(prediction.result == sentiment("Positive") for prediction in found)


def test_a_prediction_in_a_batch_has_no_id_yet(project: Project, tasks: list[Task]) -> None:
    with project.batch():
        prediction = tasks[0].predict(sentiment("Positive"), score=0.5)
        assert prediction.score == 0.5
        with pytest.raises(FieldMissing, match="read it from its task"):
            prediction.id  # noqa: B018
    assert [each.score for each in project.tasks[0].predictions] == [0.5]


def test_predictions_of_one_task_keep_their_order(project: Project, tasks: list[Task]) -> None:
    scores = [0.3, 0.1, 0.2]
    with project.batch():
        for score in scores:
            tasks[2].predict(sentiment("Positive"), score=score)
    found = sorted(project.tasks[2].predictions, key=lambda prediction: prediction.id)
    assert [prediction.score for prediction in found] == scores


def test_annotations_saves_and_deletes_arrive(project: Project, tasks: list[Task]) -> None:
    with project.batch() as batch:
        annotation = tasks[0].annotate(sentiment("Positive"), lead_time=2.5)
        tasks[1].data["text"] = "Changed."
        tasks[1].save()
        tasks[1].save()  # nothing is left to save
        tasks[2].delete()
        tasks[3].delete()
    assert (batch.created, batch.saved, batch.deleted) == (1, 1, 2)
    assert project.tasks.ids() == [task.id for task in tasks if task not in tasks[2:4]]
    assert project.annotations.ids() == [annotation.id]
    assert project.tasks[1].data["text"] == "Changed."


def test_annotations_are_changed_and_deleted(project: Project, tasks: list[Task]) -> None:
    for task in tasks[:2]:
        task.annotate(sentiment("Positive"))
    with project.batch() as batch:
        first, second = project.annotations
        first.result = sentiment("Negative")
        first.save()
        second.delete()
    assert (batch.saved, batch.deleted) == (1, 1)
    assert [each.result for each in project.annotations] == [sentiment("Negative")]


def test_counters_are_right_at_once(project: Project, tasks: list[Task]) -> None:
    assert (project.task_number, project.total_predictions_number) == (6, 0)
    assert tasks[1].total_predictions == 0
    with project.batch():
        tasks[0].annotate(sentiment("Positive"))
        for task in tasks[1:4]:
            task.predict(sentiment("Positive"))
        tasks[5].delete()
    project.refresh()
    assert (project.task_number, project.total_predictions_number) == (5, 3)
    assert (project.total_annotations_number, project.finished_task_number) == (1, 1)
    assert [task.total_predictions for task in project.tasks] == [0, 1, 1, 1, 0]
    assert project.tasks.filter(Task.total_predictions > 0).count() == 3
    assert project.tasks.filter(is_labeled=True).ids() == [tasks[0].id]


def test_deleting_a_task_drops_its_queued_predictions(project: Project, tasks: list[Task]) -> None:
    with project.batch() as batch:
        tasks[0].predict(sentiment("Positive"))
        tasks[0].delete()
        with pytest.raises(InvalidInput, match="was deleted before, in this batch"):
            tasks[0].annotate(sentiment("Positive"))
    assert (batch.created, batch.deleted) == (1, 1)
    assert project.predictions.count() == 0


def test_flush_sends_the_queued_writes(project: Project, tasks: list[Task]) -> None:
    with project.batch() as batch:
        tasks[0].predict(sentiment("Positive"))
        assert project.predictions.count() == 0
        batch.flush()
        assert project.predictions.count() == 1


def test_an_error_in_the_block_is_raised_after_the_queued_writes_are_sent(
    project: Project, tasks: list[Task]
) -> None:
    error = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError), project.batch() as batch:  # noqa: PT012
        tasks[0].predict(sentiment("Positive"))
        raise error
    assert error.batch is batch  # type: ignore[attr-defined]
    assert project.predictions.count() == 1


def test_other_threads_and_other_projects_are_not_in_the_batch(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    other = ls.projects.create(title="Other", label_config=SENTIMENT)
    stranger = other.tasks.create({"text": "Elsewhere."})
    made: list[Any] = []
    with project.batch() as batch:
        thread = threading.Thread(
            target=lambda: made.append(tasks[0].predict(sentiment("Positive")))
        )
        thread.start()
        thread.join()
        made.append(stranger.predict(sentiment("Positive")))
        assert all(prediction.id for prediction in made)
    assert batch.created == 0
    assert made == [*project.predictions, *other.predictions]
    other.delete()


def test_the_innermost_batch_of_a_project_queues_the_write(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    other = ls.projects.create(title="Other", label_config=SENTIMENT)
    stranger = other.tasks.create({"text": "Elsewhere."})
    with project.batch() as ours, other.batch() as theirs:
        tasks[0].predict([])
        stranger.predict([])
        stranger.predict([])
    assert (ours.created, theirs.created) == (1, 2)
    other.delete()


# -- refusals -------------------------------------------------------------------------------------


@contextmanager
def failing_batch(project: Project) -> Iterator[Batch]:
    with pytest.raises(BatchFailed), project.batch() as batch:
        yield batch


def failures(batch: Batch) -> list[tuple[int, type[Exception]]]:
    return [(failure.index, type(failure.error)) for failure in batch.failed]


def test_a_batch_stores_predictions_that_the_bulk_import_drops(
    project: Project, tasks: list[Task]
) -> None:
    # Equal older predictions are not mistaken for those of the batch.
    tasks[0].predict(NOT_IN_THE_CONFIG, model_version="m1", validate=False)
    with project.batch() as batch:
        tasks[0].predict(sentiment("Positive"), model_version="m1")
        tasks[0].predict(NOT_IN_THE_CONFIG, model_version="m1", validate=False)
        tasks[2].predict(NOT_IN_THE_CONFIG, validate=False)
    assert (batch.created, batch.failed) == (3, [])
    assert [task.total_predictions for task in project.tasks] == [3, 0, 1, 0, 0, 0]
    assert {each.model_version for each in project.predictions} == {"m1", "undefined"}


def test_predictions_for_deleted_tasks_and_tasks_of_other_projects_are_reported(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    other = ls.projects.create(title="Other", label_config=SENTIMENT)
    stranger = other.tasks.create({"text": "Elsewhere."})
    ls.request("DELETE", f"/api/tasks/{tasks[5].id}/")
    with failing_batch(project) as batch:
        tasks[0].predict(sentiment("Positive"))
        tasks[5].predict(sentiment("Positive"))  # gone
        tasks[1].predict(sentiment("Positive"))
        project.tasks.get(stranger.id).predict(sentiment("Positive"))
        tasks[2].predict(NOT_IN_THE_CONFIG, validate=False)
        tasks[3].predict(sentiment("Positive"))
    assert [index for index, _ in failures(batch)] == [1, 3]
    assert f"prediction for task {tasks[5].id}" in str(batch.failed[0])
    assert [task.total_predictions for task in project.tasks] == [1, 1, 1, 1, 0]
    assert other.predictions.count() == 0
    other.delete()


def test_annotations_and_changes_of_deleted_tasks_are_reported(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    ls.request("DELETE", f"/api/tasks/{tasks[5].id}/")
    with failing_batch(project) as batch:
        tasks[5].annotate(sentiment("Positive"))
        tasks[0].annotate(sentiment("Positive"))
        tasks[5].overlap = 2
        tasks[5].save()
        tasks[1].overlap = 2
        tasks[1].save()
    assert repr(batch) == "<Batch: 1 created, 1 saved, 0 deleted, 2 failed>"
    assert failures(batch) == [(0, NotFound), (2, NotFound)]
    assert tasks[5].dirty == {"overlap"}
    assert project.tasks.filter(overlap=2).ids() == [tasks[1].id]


def test_an_annotation_in_a_batch_stays_in_its_project(project: Project, ls: LabelStudio) -> None:
    other = ls.projects.create(title="Other", label_config=SENTIMENT)
    stranger = other.tasks.create({"text": "Elsewhere."})
    with failing_batch(project) as batch:
        project.tasks.get(stranger.id).annotate(sentiment("Positive"))
    assert failures(batch) == [(0, NotFound)]
    assert other.annotations.count() == 0
    other.delete()


def test_deleting_a_deleted_task_is_reported(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    ls.request("DELETE", f"/api/tasks/{tasks[5].id}/")
    with project.batch() as batch:
        for task in tasks[3:]:
            task.delete()
    assert batch.deleted == 2
    assert project.tasks.ids() == [task.id for task in tasks[:3]]


# -- queries that write ---------------------------------------------------------------------------


def test_update_changes_all_tasks_of_a_query(project: Project) -> None:
    large = project.tasks.filter(Task.data["n"] >= 4)
    assert large.update(overlap=3, meta={"checked": True}) == 2
    assert [task.overlap for task in project.tasks] == [1, 1, 1, 1, 3, 3]
    assert [task.meta for task in large] == [{"checked": True}] * 2
    assert project.tasks.filter(Task.data["n"] > 99).update(overlap=3) == 0


def test_update_changes_annotations_and_projects(project: Project, tasks: list[Task]) -> None:
    for task in tasks[:2]:
        task.annotate(sentiment("Positive"))
    assert project.annotations.update(ground_truth=True) == 2
    assert [each.ground_truth for each in project.annotations] == [True, True]
    ls = project.client
    assert isinstance(ls, LabelStudio)
    assert ls.projects.filter(title="Batches").update(description="Done.") == 1
    assert project.refresh().description == "Done."


@pytest.mark.operations("actions.create")
def test_delete_removes_the_tasks_of_a_query(project: Project, tasks: list[Task]) -> None:
    assert project.tasks.filter(Task.data["n"].between(1, 2)).delete() == 2
    assert project.tasks.order_by("-id").limit(1).delete() == 1
    assert project.tasks.ids() == [tasks[0].id, tasks[3].id, tasks[4].id]
    assert project.task_number == 3
    assert project.tasks.delete() == 3
    assert not project.tasks


def test_deleting_nothing_deletes_nothing(project: Project, tasks: list[Task]) -> None:
    tasks[0].annotate(sentiment("Positive"))
    tasks[0].predict(sentiment("Positive"))
    assert project.tasks.filter(Task.data["n"] > 99).delete() == 0
    assert project.tasks.filter(Task.id.in_([])).delete() == 0
    assert project.tasks.limit(0).delete() == 0
    assert project.annotations.filter(ground_truth=True).delete() == 0
    assert project.predictions.filter(score=0.5).delete() == 0
    with project.batch() as batch:
        pass
    assert batch.deleted == 0
    assert project.tasks.count() == 6
    assert (project.annotations.count(), project.predictions.count()) == (1, 1)


def test_delete_removes_annotations_predictions_and_projects(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    for task in tasks[:3]:
        task.annotate(sentiment("Positive"), ground_truth=task == tasks[0])
        task.predict(sentiment("Positive"), model_version="m1")
    assert project.annotations.filter(ground_truth=True).delete() == 1
    assert project.annotations.count() == 2
    assert project.annotations.delete() == 2
    assert project.predictions.filter(model_version="m1").limit(1).delete() == 1
    assert project.predictions.delete() == 2
    assert project.annotations.count() == project.predictions.count() == 0
    assert [task.total_annotations for task in project.tasks] == [0] * 6
    for _ in range(2):
        ls.projects.create(title="Old things", label_config=SENTIMENT)
    assert ls.projects.filter(title="Old things").delete() == 2
    assert not ls.projects.filter(title="Old things")
    assert project in ls.projects
