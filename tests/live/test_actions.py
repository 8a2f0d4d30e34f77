"""Actions on many tasks, and model versions, at a real server."""

from __future__ import annotations

import pytest
from support.texts import SENTIMENT, sentiment

from label_studio_orm import (
    EditionError,
    InvalidInput,
    LabelStudio,
    NotFound,
    Project,
    Task,
    UnknownName,
)
from label_studio_orm.orm.pagination import NumberedPages
from label_studio_orm.orm.selection import Selection
from label_studio_orm.server import LocalServer

POSITIVE, NEGATIVE = sentiment("Positive"), sentiment("Negative")
FIRST = Task.data["n"] < 3


@pytest.fixture
def filled(project: Project) -> Project:
    """A project of four tasks, each with a prediction of two model versions."""
    predictions = [
        {"result": POSITIVE, "model_version": "m1", "score": 0.9},
        {"result": NEGATIVE, "model_version": "m2", "score": 0.4},
    ]
    tasks = [
        {"data": {"text": f"Review {n}", "n": n}, "predictions": predictions} for n in range(4)
    ]
    project.import_tasks(tasks)
    return project


@pytest.mark.operations("actions.create")
def test_predictions_of_a_version_become_annotations_once(filled: Project) -> None:
    tasks = filled.tasks.filter(FIRST)
    assert tasks.accept_predictions(model_version="m1") == 3
    assert tasks.accept_predictions(model_version="m1") == 0
    found = [task.annotations for task in filled.tasks]
    assert [[each["sentiment"] for each in annotations] for annotations in found] == [
        *[["Positive"]] * 3,
        [],
    ]
    assert filled.tasks.accept_predictions() == 5


def test_a_mistyped_model_version_is_an_error(filled: Project) -> None:
    with pytest.raises(NotFound, match=r"has the model version 'm1x'. Did you mean 'm1'\?"):
        filled.tasks.accept_predictions(model_version="m1x")


def test_annotations_of_one_user_are_deleted_with_the_drafts(
    ls: LabelStudio, filled: Project
) -> None:
    new = {"username": "acts", "email": "acts@example.com", "active_organization": 1}
    ann = ls.users.get(ls.json("POST", "/api/users/", json=new)["id"])
    task, other = filled.tasks[:2]
    for each in (task, other):
        each.annotate(POSITIVE)
        each.annotate(NEGATIVE, completed_by=ann)
    ls.json("POST", f"/api/tasks/{task.id}/drafts", json={"result": POSITIVE, "lead_time": 1})
    assert filled.tasks.filter(id=task.id).delete_annotations(of=ann) == 1
    task.refresh()
    assert [each["sentiment"] for each in task.annotations] == ["Positive"]
    assert len(task.drafts) == 1
    assert filled.tasks.filter(id=task.id).delete_annotations() == 1
    task.refresh()
    assert not task.drafts
    assert not task.annotations
    assert [len(each.annotations) for each in filled.tasks] == [0, 2, 0, 0]


def test_predictions_of_tasks_are_deleted(filled: Project) -> None:
    assert filled.tasks.filter(FIRST).delete_predictions() == 6
    assert [len(task.predictions) for task in filled.tasks] == [0, 0, 0, 2]


def test_duplicates_are_removed_and_keep_their_annotations(filled: Project) -> None:
    filled.import_tasks([{"text": "Review 1", "n": 1}, {"text": "Review 2", "n": 2}])
    filled.tasks[-1].annotate(POSITIVE)
    assert filled.tasks.filter(Task.data["n"] == 1).remove_duplicates() == 1
    assert filled.tasks.remove_duplicates() == 1
    assert sorted(task.data["n"] for task in filled.tasks) == [0, 1, 2, 3]
    assert filled.annotations.count() == 1


def test_an_annotation_is_copied_to_other_tasks(filled: Project) -> None:
    annotation = filled.tasks[0].annotate(POSITIVE)
    assert filled.tasks.filter(FIRST).propagate(annotation) == 2
    assert [len(task.annotations) for task in filled.tasks] == [1, 1, 1, 0]


def test_an_annotation_of_another_project_is_not_copied(ls: LabelStudio, filled: Project) -> None:
    other = ls.projects.create(title="Other", label_config=filled.label_config)
    annotation = other.tasks.create(text="x").annotate(POSITIVE)
    with pytest.raises(InvalidInput, match=f"of project {filled.id}, not .* of {other.id}"):
        filled.tasks.propagate(annotation.id)
    other.delete()


def test_a_query_that_finds_nothing_acts_on_nothing(filled: Project) -> None:
    none = filled.tasks.filter(Task.data["n"] > 9)
    assert none.accept_predictions() == none.delete_predictions() == none.delete_annotations() == 0
    assert none.remove_duplicates() == 0
    assert none.act("delete_tasks") == {}
    assert (filled.tasks.count(), filled.predictions.count()) == (4, 8)


@pytest.mark.operations("actions.list", "actions.create")
def test_any_action_of_the_server_can_be_performed(filled: Project) -> None:
    assert filled.tasks.actions()["remove_duplicates"] == "Remove Duplicated Tasks"
    form = {"value_name": "seen", "value_type": "String", "value": "yes"}
    assert filled.tasks.filter(FIRST).act("add_data_field", **form) == {"detail": "Updated 3 tasks"}
    assert [task.data.get("seen") for task in filled.tasks] == ["yes", "yes", "yes", None]


def test_mistyped_options_and_actions_are_refused(filled: Project) -> None:
    tasks = filled.tasks
    with pytest.raises(UnknownName, match=r"no option 'version' .* Did you mean 'model_version'"):
        tasks.act("predictions_to_annotations", version="m1")
    with pytest.raises(UnknownName, match=r"no option 'of' at this server. It has none"):
        tasks.act("delete_tasks", of=1)
    with pytest.raises(InvalidInput, match="view must not be an option"):
        tasks.act("delete_tasks", view=1)
    with pytest.raises(EditionError, match=r"no action 'delete_task'(?s:.*)mean 'delete_tasks'\?"):
        tasks.act("delete_task")
    assert tasks.count() == 4


def test_actions_and_methods_of_enterprise_are_edition_errors(
    ls: LabelStudio, filled: Project
) -> None:
    with pytest.raises(EditionError, match=r"\(Community .*\) has no action 'delete_reviewers'"):
        filled.tasks.act("delete_reviewers")
    ids = {"selectedItems": {"all": False, "included": filled.tasks.ids()}}
    params = {"id": "delete_ground_truths", "project": filled.id}
    with pytest.raises(EditionError, match="has no action 'delete_ground_truths'"):
        ls.json("POST", "/api/dm/actions/", params=params, json=ids)
    with pytest.raises(EditionError, match="only Label Studio Enterprise has roles of members"):
        ls.json("PATCH", "/api/organizations/1/memberships", json={"user_id": 1, "role": "AN"})


def test_older_servers_check_actions_too(old_server: LocalServer) -> None:
    ls = old_server.client()
    project = ls.projects.create(title="Older", label_config=SENTIMENT)
    project.import_tasks([{"text": "Review", "n": 1}])
    project.tasks[0].annotate(POSITIVE)
    with pytest.raises(UnknownName, match="Did you mean 'model_version'"):
        project.tasks.act("predictions_to_annotations", version="m1")
    with pytest.raises(EditionError, match="has no action 'delete_task'"):
        project.tasks.act("delete_task")
    assert project.tasks.delete_annotations(of=99) == 0
    assert project.tasks.delete_annotations(of=ls.whoami()) == 1
    project.delete()


def test_model_versions_are_counted_and_deleted(filled: Project) -> None:
    filled.model_version = "m1"
    filled.save()
    versions = filled.model_versions
    assert versions == {"m1": 4, "m2": 4}
    with pytest.raises(NotFound, match=r"Did you mean 'm1'\?"):
        versions.delete("m11")
    assert versions.delete("m1") == 4
    assert versions == {"m2": 4}
    assert "m1" not in versions
    assert (filled.model_version, filled.total_predictions_number) == (None, 4)


def test_pages_past_the_end_are_empty_on_paths_without_a_slash(ls: LabelStudio) -> None:
    def read(organization: int, start: int) -> list[object]:
        pages = NumberedPages(f"/api/organizations/{organization}/memberships", page_size=2)
        found = pages.pages(ls, Selection(start=start))
        return [row for page in found for row in page.take()]

    assert len(read(1, 0)) == len(ls.users)
    assert read(1, 1_000) == []
    for start in (0, 1_000):
        with pytest.raises(NotFound):
            read(99, start)
