"""Projects: create, get, list, save, delete."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import MultipleFound, NotFound, Rejected


def test_a_project_is_created_saved_and_deleted(ls: LabelStudio) -> None:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT, maximum_annotations=2)
    project.title = "Film reviews"
    project.description = "Of films."
    assert project.dirty == {"title", "description"}
    project.save()
    assert ls.projects.get(project.id).refresh().title == "Film reviews"
    assert project.label_config == SENTIMENT
    assert project.maximum_annotations == 2
    project.delete()
    with pytest.raises(NotFound):
        project.refresh()


def test_the_declared_fields_of_a_project_equal_those_of_the_server(project: Project) -> None:
    params = project.refresh().params
    declared = {field.wire for field in Project.fields.values() if not field.edition}
    assert (declared - set(params), set(params) - declared) == (set(), set())


def test_the_counts_of_a_new_project_are_zero(project: Project) -> None:
    # The response to the POST has null for both.
    assert (project.task_number, project.total_annotations_number) == (0, 0)


def test_a_project_has_its_creator_and_creation_time(project: Project, ls: LabelStudio) -> None:
    assert project.created_by == ls.whoami()
    assert project.created_by.email == "demo@example.com"
    assert isinstance(project.created_at, datetime)


def test_projects_are_ordered_by_id(ls: LabelStudio) -> None:
    made = [ls.projects.create(title=f"Project {letter}") for letter in "abc"]
    ids = ls.projects.ids()
    assert ids == sorted(ids)
    assert [project for project in ls.projects if project in made] == made
    assert ls.projects[-1] == made[-1]
    assert len(ls.projects) == len(ids)


def test_a_project_is_found_by_its_title(ls: LabelStudio) -> None:
    only = ls.projects.create(title="The only one")
    ls.projects.create(title="The only one, or not")
    assert ls.projects.get(title="The only one") == only
    ls.projects.create(title="The only one")
    with pytest.raises(MultipleFound, match="More than one project with title='The only one'"):
        ls.projects.get(title="The only one")
    with pytest.raises(NotFound, match="No project with title='the only one'"):
        ls.projects.get(title="the only one")


def test_a_labeling_config_that_cannot_be_parsed_is_rejected(ls: LabelStudio) -> None:
    with pytest.raises(Rejected, match="400") as caught:
        ls.projects.create(title="Broken", label_config="<View><Text")
    assert caught.value.status == 400


def test_a_subclass_creates_and_gets_itself(ls: LabelStudio) -> None:
    class ReviewProject(Project):
        def shout(self) -> str:
            return self.title.upper()

    made = ReviewProject.create(title="Reviews", client=ls)
    assert ReviewProject.get(made.id, client=ls).shout() == "REVIEWS"


def test_export_formats_are_those_of_the_server(project: Project) -> None:
    assert {"JSON", "CSV", "COCO", "YOLO"} <= set(project.export_formats())
