"""Custom classes of projects and tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.texts import SENTIMENT, sentiment

from label_studio_orm import DataField, LabelStudio, Project, Task
from label_studio_orm.errors import FieldMissing, UnknownName
from label_studio_orm.server import LocalServer


class ReviewTask(Task):
    text = DataField[str]()
    split = DataField[str](default="train")

    @property
    def verdict(self) -> str:
        return str(self.annotations[0].result[0]["value"]["choices"][0])


class ReviewProject(Project):
    task_class = ReviewTask
    config = SENTIMENT
    defaults = {"description": "Made by ReviewProject.", "maximum_annotations": 2}  # noqa: RUF012

    def share_labeled(self) -> float:
        return self.finished_task_number / max(self.task_number, 1)


@pytest.fixture
def review_project(ls: LabelStudio) -> Iterator[ReviewProject]:
    project = ReviewProject.create(title="Reviews", client=ls)
    project.import_tasks(
        [
            {"text": "A fine film.", "split": "test"},
            {"text": "Dull."},
            {"text": "Dull, dull.", "split": "train"},
            {"text": "", "split": None},
        ]
    )
    yield project
    project.delete()


def test_a_project_of_a_class_has_its_config_and_defaults(review_project: ReviewProject) -> None:
    assert type(review_project) is ReviewProject
    review_project.refresh()
    assert review_project.label_config == SENTIMENT
    assert review_project.description == "Made by ReviewProject."
    assert review_project.maximum_annotations == 2
    assert review_project.share_labeled() == 0


def test_arguments_override_the_defaults(ls: LabelStudio) -> None:
    project = ReviewProject.create(title="Other", description=None, client=ls)
    assert project.description is None
    assert project.maximum_annotations == 2
    project.delete()


def test_tasks_have_typed_data_fields(review_project: ReviewProject) -> None:
    first, second, _, last = review_project.tasks
    assert type(first) is ReviewTask
    assert (first.text, first.split) == ("A fine film.", "test")
    assert (second.text, second.split) == ("Dull.", "train")  # the default
    assert last.split is None  # null is a value
    assert "split" not in second.data
    first.annotate(sentiment("Positive"))
    assert first.verdict == review_project.tasks[0].verdict == "Positive"


def test_tasks_are_filtered_and_ordered_by_data_fields(
    review_project: ReviewProject,
) -> None:
    test = review_project.tasks.filter(ReviewTask.split == "test")
    assert [task.text for task in test] == ["A fine film."]
    assert review_project.tasks.filter(split="train").count() == 1  # not those with the default
    assert review_project.tasks.get(text="Dull.").split == "train"
    assert review_project.tasks.filter(ReviewTask.split.is_null()).count() == 2
    either = review_project.tasks.filter(
        (ReviewTask.split == "test") | ReviewTask.text.contains("DULL")
    )
    assert either.count() == 3
    assert [task.text for task in either.order_by("-text")] == [
        "Dull.",
        "Dull, dull.",
        "A fine film.",
    ]
    assert review_project.tasks.exclude(ReviewTask.split == "test").count() == 3


def test_data_fields_are_set_and_saved(review_project: ReviewProject) -> None:
    task = review_project.tasks[1]
    task.split = "dev"
    assert task.dirty == {"data"}
    task.save()
    assert review_project.tasks.filter(ReviewTask.split == "dev").one() == task
    assert review_project.tasks[1].data == {"text": "Dull.", "split": "dev"}
    assert review_project.tasks.filter(split="test").update(split="held out") == 1
    assert review_project.tasks[0].split == "held out"


def test_create_accepts_data_fields_as_options(review_project: ReviewProject) -> None:
    task = review_project.tasks.create({"text": "New."}, split="test")
    assert type(task) is ReviewTask
    assert review_project.tasks[-1].data == {"text": "New.", "split": "test"}
    with pytest.raises(UnknownName, match="Did you mean 'split'"):
        review_project.tasks.create({"text": "New."}, splt="test")


def test_a_missing_data_field_has_its_default(
    review_project: ReviewProject, ls: LabelStudio
) -> None:
    class Rated(Task):
        stars = DataField[int]()

    task = Rated.get(review_project.tasks[0].id, client=ls)
    with pytest.raises(FieldMissing, match="has no 'stars'"):
        task.stars  # noqa: B018


def test_related_records_have_the_custom_classes(review_project: ReviewProject) -> None:
    task = review_project.tasks[0]
    assert type(task.project) is ReviewProject
    annotation = task.annotate(sentiment("Positive"))
    assert review_project.tasks[0].annotations == [annotation]
    assert type(review_project.tasks[0].annotations[0].task) is ReviewTask


def test_ls_projects_yields_registered_classes(
    review_project: ReviewProject, ls: LabelStudio
) -> None:
    plain = ls.projects.create(title="Plain", label_config=SENTIMENT.replace("sentiment", "mood"))
    ls.register(ReviewProject)
    kinds = {found.id: type(found) for found in ls.projects}
    assert kinds[review_project.id] is ReviewProject
    assert kinds[plain.id] is Project
    assert type(ls.projects.filter(title="Reviews").one()) is ReviewProject
    assert type(ls.projects.get(title="Plain")) is Project
    only = [each for each in ls.projects.only("title") if each == review_project]
    assert type(only[0]) is ReviewProject
    assert [type(task) for task in ls.projects.filter(title="Reviews").one().tasks.limit(1)] == [
        ReviewTask
    ]
    plain.delete()


def test_classes_are_registered_per_client(
    review_project: ReviewProject, ls: LabelStudio, local_server: LocalServer
) -> None:
    ls.register(ReviewProject)
    ls.register(ReviewTask)
    assert type(ls.projects.filter(title="Reviews").one()) is ReviewProject
    other = local_server.client()
    found = other.projects.filter(title="Reviews").one()
    assert type(found) is Project
    assert type(found.tasks[0]) is Task
    sibling = ls.with_options(timeout=5)
    assert type(sibling.projects.filter(title="Reviews").one()) is ReviewProject


def test_a_registered_task_class_applies_to_all_projects(
    review_project: ReviewProject, ls: LabelStudio
) -> None:
    ls.register(ReviewTask)
    plain = Project.get(review_project.id, client=ls)
    assert {type(task) for task in plain.tasks} == {ReviewTask}


def test_matches_decides_which_projects_belong_to_a_class(
    review_project: ReviewProject, ls: LabelStudio
) -> None:
    class Large(Project):
        @classmethod
        def matches(cls, review_project: Project) -> bool:
            return review_project.task_number > 3

    ls.register(Large)
    assert type(ls.projects.filter(title="Reviews").one()) is Large
    ls.register(ReviewProject)  # the last one that matches is taken
    assert type(ls.projects.filter(title="Reviews").one()) is ReviewProject


def test_batches_and_tables_work_with_custom_classes(review_project: ReviewProject) -> None:
    with review_project.batch() as batch:
        for task in review_project.tasks:
            task.split = "all"
            task.save()
            task.predict(sentiment("Positive"))
    assert (batch.saved, batch.created) == (4, 4)
    assert [row["split"] for row in review_project.tasks.to_dicts()] == ["all"] * 4
