"""Projects: created, found, changed, deleted; their fields and labeling configs."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.texts import SENTIMENT

from label_studio_orm import LabelConfig, LabelStudio, Project, choices
from label_studio_orm.errors import NotFound, Rejected

TITLE = "Reviews of reach"


@pytest.fixture(scope="module")
def own(ls: LabelStudio) -> Project:
    made: Project = ls.projects.create(title=TITLE, label_config=SENTIMENT, color="#00AA88")
    return made


def test_a_new_project_has_its_arguments(own: Project, ls: LabelStudio) -> None:
    read = ls.projects.get(own.id)
    assert (read.title, read.label_config, read.color) == (TITLE, SENTIMENT, "#00AA88")


def test_a_project_is_found_by_its_title(own: Project, ls: LabelStudio) -> None:
    assert ls.projects.get(title=TITLE) == own


def test_projects_are_filtered(own: Project, ls: LabelStudio) -> None:
    assert ls.projects.filter(Project.title.contains("OF REACH")).one() == own


def test_projects_are_listed_by_id(own: Project, ls: LabelStudio) -> None:
    ids = ls.projects.ids()
    assert ids == sorted(ids)
    assert own.id in ids


def test_a_changed_project_is_saved(own: Project, ls: LabelStudio) -> None:
    own.description = "What people say – “très bien”."
    own.maximum_annotations = 2
    own.save()
    read = ls.projects.get(own.id)
    assert (read.description, read.maximum_annotations) == ("What people say – “très bien”.", 2)
    assert read.title == TITLE


def test_a_project_has_its_creator_and_time(own: Project, ls: LabelStudio) -> None:
    assert own.created_by == ls.whoami()
    assert isinstance(own.created_at, datetime)


def test_a_project_counts_its_tasks(own: Project) -> None:
    before = own.task_number
    own.import_tasks([{"text": "one"}, {"text": "two"}])
    assert own.task_number == before + 2


def test_a_project_counts_its_annotations(own: Project) -> None:
    own.tasks.create({"text": "three"}).annotate({"sentiment": "Positive"})
    own.refresh()
    assert (own.total_annotations_number, own.num_tasks_with_annotations) == (1, 1)


def test_the_labeling_config_is_parsed(own: Project) -> None:
    assert list(own.config.controls) == ["sentiment"]


@pytest.mark.since("1.13")
def test_the_server_parses_the_labeling_config_alike(own: Project) -> None:
    found = own.parsed_label_config["sentiment"]
    assert found["labels"] == ["Positive", "Negative"]
    assert found["inputs"][0]["value"] == "text"


def test_the_labeling_config_is_changed(fresh: Project, ls: LabelStudio) -> None:
    fresh.label_config = str(LabelConfig.create({"text": "Text", "mood": choices("Good", "Bad")}))
    fresh.save()
    assert list(ls.projects.get(fresh.id).config.controls) == ["mood"]


def test_a_broken_labeling_config_is_rejected(ls: LabelStudio) -> None:
    with pytest.raises(Rejected):
        ls.projects.create(title="Broken", label_config="<View><Text")


def test_a_custom_class_creates_and_gets_its_projects(own: Project, ls: LabelStudio) -> None:
    class Reviews(Project):
        def shout(self) -> str:
            return self.title.upper()

    assert Reviews.get(own.id, client=ls).shout() == TITLE.upper()


@pytest.mark.since("1.23")
def test_an_unknown_field_is_not_silently_dropped(fresh: Project, ls: LabelStudio) -> None:
    """Saving either changes the field, or raises an error that names the version."""
    fresh.annotator_evaluation_enabled = True
    fresh.save()
    assert ls.projects.get(fresh.id).annotator_evaluation_enabled is True


def test_a_deleted_project_is_gone(ls: LabelStudio) -> None:
    project = ls.projects.create(title="Short-lived")
    project.delete()
    with pytest.raises(NotFound):
        _ = ls.projects.get(project.id).title


def test_the_annotators_of_a_project_are_listed(own: Project, ls: LabelStudio) -> None:
    own.tasks.create(text="So so.").annotate({"sentiment": "Positive"})
    assert list(own.annotators) == [ls.whoami()]


def test_the_next_task_is_unlabeled(own: Project) -> None:
    task = own.next_task()
    assert task is not None
    assert task.project == own
    assert not task.is_labeled


def test_a_new_config_is_checked(own: Project) -> None:
    assert own.check_config(own.label_config)
    assert not own.check_config(own.label_config.replace("Positive", "Good"))


def test_the_summary_of_a_project_is_read(own: Project) -> None:
    assert "Positive" in own.summary.labels["sentiment"]
    assert own.summary.common_data_columns == ["text"]


@pytest.mark.since("1.13")
def test_the_summary_of_a_project_is_counted_again(own: Project) -> None:
    assert list(own.recount().controls) == ["sentiment"]


def test_the_server_has_templates(ls: LabelStudio) -> None:
    assert "Text Classification" in ls.templates
