"""Queries: filters at the server, lazy loading and bulk writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.texts import sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import InvalidInput

ROWS = [
    {"text": "A fine film.", "split": "train", "stars": 5},
    {"text": "Dull.", "split": "test", "stars": 1},
    {"text": "It has its moments.", "split": "train", "stars": 3},
]


@pytest.fixture
def project(project: Project) -> Project:
    project.import_tasks(ROWS)
    return project


def test_the_server_filters_and_orders_tasks(project: Project) -> None:
    good = project.tasks.filter(Task.data["split"] == "train", Task.data["stars"] > 2)
    assert [task.data["stars"] for task in good.order_by(-Task.data["stars"])] == [5, 3]
    assert good.exclude(Task.data["text"].contains("FINE")).one().data["stars"] == 3


def test_a_filter_on_an_unknown_data_key_is_refused(project: Project) -> None:
    with pytest.raises(InvalidInput, match=r"has data 'splt'\. Did you mean 'split'\?"):
        project.tasks.filter(Task.data["splt"] == "train").ids()


def test_a_saved_view_is_a_filter(project: Project) -> None:
    view = project.tasks.filter(Task.data["stars"] < 4).save_as_view("Not so good")
    assert [each.title for each in project.views] == ["Not so good"]
    assert project.tasks.filter(Task.data["split"] == "train", view=view).count() == 1
    view.delete()


def test_annotations_of_a_page_are_loaded_in_one_request(
    project: Project, sent: Callable[[], int]
) -> None:
    for task in project.tasks:
        task.annotate(sentiment("Positive"))
    found = [task.annotations[0].result for task in project.tasks]
    assert found == [sentiment("Positive")] * 3
    # To create, import (three, with the labeling config), read the tasks, annotate (three); a page,
    # its annotations.
    assert sent() == 10


def test_a_batch_sends_predictions_in_one_request(
    project: Project, sent: Callable[[], int]
) -> None:
    with project.batch() as batch:
        for task in project.tasks:
            task.predict(sentiment("Negative"), score=0.5, model_version="m1")
    assert batch.created == 3
    assert [each.score for each in project.predictions] == [0.5] * 3
    # To create, import (three, with the labeling config), read the tasks, send the batch (two),
    # read and set the project's model version, and read the predictions (two).
    assert sent() == 11


def test_a_prediction_dropped_by_the_bulk_import_is_sent_alone(project: Project) -> None:
    wrong = [{**sentiment("Negative")[0], "from_name": "sentimnt"}]
    one, other = project.tasks[:2]
    with project.batch() as batch:
        one.predict(sentiment("Positive"))
        other.predict(wrong, validate=False)
    assert batch.created == 2
    assert [each.result for each in project.predictions] == [sentiment("Positive"), wrong]


def test_the_tasks_of_a_query_are_deleted(project: Project) -> None:
    assert project.tasks.filter(Task.data["split"] == "train").delete() == 2
    assert [task.data["split"] for task in project.tasks] == ["test"]


def test_projects_are_filtered_by_the_server_and_checked_by_the_client(ls: LabelStudio) -> None:
    ls.projects.create(title="Queries, one")
    ls.projects.create(title="Queries, two", maximum_annotations=2)
    found = ls.projects.filter(Project.title.contains("queries"), Project.maximum_annotations > 1)
    assert [each.title for each in found] == ["Queries, two"]


def test_annotations_as_a_table_have_a_row_for_each_region(project: Project) -> None:
    task = project.tasks[0]
    annotation = task.annotate(sentiment("Positive"), ground_truth=True)
    (row,) = project.annotations.to_dicts()
    assert (row["annotation"], row["task"], row["annotator"]) == (annotation.id, task.id, 1)
    assert (row["control"], row["type"], row["label"]) == ("sentiment", "choices", "Positive")
