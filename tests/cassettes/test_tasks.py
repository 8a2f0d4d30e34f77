"""Tasks, annotations, predictions and drafts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.texts import sentiment

from label_studio_orm import (
    Annotation,
    LabelConfig,
    LabelStudio,
    Prediction,
    Project,
    Task,
    choices,
    labels,
)
from label_studio_orm.errors import InvalidInput, InvalidResult, NotFound, Rejected
from label_studio_orm.labeling import Span
from label_studio_orm.labeling.results import build

# Fields of Enterprise servers only.
ENTERPRISE = {field.wire for field in Task.fields.values() if field.edition}


@pytest.fixture
def task(project: Project) -> Task:
    return project.tasks.create({"text": "A fine film."}, meta={"source": "web"})


def test_a_task_is_created_saved_and_deleted(project: Project, task: Task) -> None:
    task.data["split"] = "train"
    assert task.dirty == {"data"}
    task.save()
    again = project.tasks.get(task.id)
    assert again.data == {"text": "A fine film.", "split": "train"}
    assert again.meta == {"source": "web"}
    task.delete()
    with pytest.raises(NotFound):
        again.refresh()


def test_the_declared_fields_of_a_task_equal_those_of_the_server(task: Task) -> None:
    params = task.refresh().params
    declared = {field.wire for field in Task.fields.values()}
    assert declared - set(params) == ENTERPRISE
    assert set(params) - declared == {"annotations", "predictions", "drafts"}


def test_tasks_are_loaded_with_their_data_in_one_request(
    project: Project, sent: Callable[[], int]
) -> None:
    project.import_tasks([{"text": f"Review {number}"} for number in range(3)])
    assert [task.data["text"] for task in project.tasks] == ["Review 0", "Review 1", "Review 2"]
    assert len(project.tasks) == 3
    assert project.tasks[1].data["text"] == "Review 1"
    # Create, read the labeling config, find the newest task, import, list, count, one.
    assert sent() == 7


def test_a_task_has_its_project(project: Project, task: Task) -> None:
    assert task.project == project
    assert task.project.title == "Reviews"


def test_a_task_of_another_project_is_not_found(
    ls: LabelStudio, project: Project, task: Task
) -> None:
    other = ls.projects.create(title="Another")
    with pytest.raises(NotFound, match=f"belongs to project {project.id}, not {other.id}"):
        _ = other.tasks.get(task.id).data


def test_an_annotation_is_created_saved_and_deleted(task: Task) -> None:
    annotation = task.annotate(sentiment("Positive"), ground_truth=True, lead_time=2.5)
    assert (annotation.ground_truth, annotation.lead_time) == (True, 2.5)
    annotation.result[0]["value"]["choices"] = ["Negative"]
    annotation.ground_truth = False
    assert annotation.dirty == {"result", "ground_truth"}
    annotation.save()
    found = task.annotations
    assert [each.result for each in found] == [sentiment("Negative")]
    annotation.delete()
    assert task.refresh().annotations == []


def test_the_declared_fields_of_an_annotation_equal_those_of_the_server(task: Task) -> None:
    params = task.annotate(sentiment("Positive")).refresh().params
    declared = {field.wire for field in Annotation.fields.values()}
    assert declared - set(params) == {"draft_id", "state", "unique_id"}
    assert set(params) - declared == set()


def test_annotate_updates_the_counts_of_the_task(task: Task) -> None:
    assert (task.total_annotations, task.annotations) == (0, [])
    annotation = task.annotate(sentiment("Positive"))
    assert (task.total_annotations, task.annotations) == (1, [annotation])


def test_annotations_of_a_task_keep_their_changes_until_they_are_saved(task: Task) -> None:
    task.annotate(sentiment("Positive"))
    task.annotations[0].ground_truth = True
    task.annotations[0].save()
    assert task.refresh().annotations[0].ground_truth


def test_an_annotation_has_its_annotator(task: Task, ls: LabelStudio) -> None:
    annotation = task.annotate(sentiment("Positive"))
    assert annotation.completed_by == ls.whoami()
    assert task.annotations[0].completed_by.email == "demo@example.com"
    assert (annotation.task, annotation.project) == (task, task.project)


def test_a_prediction_is_created_saved_and_deleted(task: Task) -> None:
    prediction = task.predict(sentiment("Negative"), score=0.91, model_version="m1")
    assert (prediction.score, prediction.model_version) == (0.91, "m1")
    prediction.score = 0.5
    prediction.save()
    assert [each.score for each in task.predictions] == [0.5]
    prediction.delete()
    assert task.refresh().predictions == []


def test_the_declared_fields_of_a_prediction_equal_those_of_the_server(task: Task) -> None:
    params = task.predict(sentiment("Positive")).refresh().params
    declared = {field.wire for field in Prediction.fields.values()}
    assert (declared - set(params), set(params) - declared) == (set(), set())


def test_a_result_must_be_a_list_of_regions(task: Task) -> None:
    with pytest.raises(InvalidInput, match="or a list, not 'Positive'"):
        task.annotate("Positive")
    with pytest.raises(InvalidResult, match=r"\[1\]: must be a region \(a dict\), not 'Negative'"):
        task.predict([*sentiment("Positive"), "Negative"])
    with pytest.raises(InvalidInput, match=r"\[1\] is a str"):  # no server accepts it
        task.predict([*sentiment("Positive"), "Negative"], validate=False)


def test_python_values_are_read_back_as_python_values(
    ls: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "new_id", lambda: "the answer")  # as it is in the cassette
    config = LabelConfig.create(
        {"text": "Text", "ner": labels("PER", "ORG"), "sentiment": choices("Good", "Bad")}
    )
    project = ls.projects.create(title="People", label_config=config)
    task = project.tasks.create({"text": "Ada joined ACME."})
    who = [Span("PER", quote="Ada", id="1"), Span("ORG", quote="ACME", id="2")]
    task.annotate({"ner": who, "sentiment": "Good"})

    again = Project.get(project.id, client=ls)
    (annotation,) = again.tasks[0].annotations
    assert annotation["sentiment"] == "Good"
    assert annotation.answers == {"sentiment": "Good"}
    found = [(each.label, each.span.start, each.span.text) for each in annotation.regions]
    assert found == [("PER", 0, "Ada"), ("ORG", 11, "ACME")]
    assert again.config == config
    assert again.config.as_dict() == again.parsed_label_config


def test_the_server_stores_invalid_results_silently(task: Task) -> None:
    wrong = [{**sentiment("Positve")[0], "from_name": "sentimnt"}]
    with pytest.raises(InvalidResult, match="Did you mean 'sentiment'"):
        task.annotate(wrong)
    annotation = task.annotate(wrong, validate=False)
    assert annotation.refresh().result == wrong
    with pytest.raises(NotFound, match="sentimnt"):
        _ = annotation["sentimnt"]
    assert annotation["sentiment"] is None


def test_a_draft_can_be_read_and_deleted(task: Task, ls: LabelStudio) -> None:
    path = f"/api/tasks/{task.id}/drafts"
    ls.json("POST", path, json={"result": sentiment("Positive"), "lead_time": 1.5})
    (draft,) = task.refresh().drafts
    assert (draft.result, draft.lead_time, draft.task) == (sentiment("Positive"), 1.5, task)
    draft.delete()
    assert task.refresh().drafts == []


def test_a_task_without_required_data_is_rejected_with_its_index(project: Project) -> None:
    rows = [{"text": "A fine film."}, {"txt": "Dull."}]
    with pytest.raises(Rejected, match=r'"text" key is expected') as caught:
        project.import_tasks(rows, validate=False)
    assert "400: Task [1]: " in str(caught.value)
    assert caught.value.imported.created == 0


def test_predictions_are_created_from_data_fields(project: Project) -> None:
    rows = [{"text": "A fine film.", "sentiment": "Positive"}]
    result = project.import_tasks(rows, preannotated_from_fields=["sentiment"])
    assert result.predictions == 1
    assert project.tasks[0].predictions[0].result == sentiment("Positive")
