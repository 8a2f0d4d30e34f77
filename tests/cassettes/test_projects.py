"""Projects: create, get, list, save, delete."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import MultipleFound, NotFound, Rejected


def test_a_project_is_created_changed_and_deleted(ls: LabelStudio) -> None:
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


def test_every_declared_field_is_what_the_server_sends(project: Project) -> None:
    params = project.refresh().params
    declared = {field.wire for field in Project.fields.values()}
    assert (declared - set(params), set(params) - declared) == (set(), set())


def test_the_counts_of_a_new_project_are_zero(project: Project) -> None:
    # The answer to the POST has null for them.
    assert (project.task_number, project.total_annotations_number) == (0, 0)


def test_who_made_a_project_and_when(project: Project, ls: LabelStudio) -> None:
    assert project.created_by == ls.whoami()
    assert project.created_by.email == "demo@example.com"
    assert isinstance(project.created_at, datetime)


def test_projects_are_listed_in_the_order_of_their_ids(ls: LabelStudio) -> None:
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


def test_the_formats_of_exports_are_the_servers(project: Project) -> None:
    assert {"JSON", "CSV", "COCO", "YOLO"} <= set(project.export_formats())
