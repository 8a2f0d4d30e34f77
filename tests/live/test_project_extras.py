"""What a project tells of itself, and the templates of labeling configs, on a real server."""

from __future__ import annotations

import pytest
from support.cleaning import delete
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelConfig, LabelStudio, Project, User
from label_studio_orm.errors import NotFound, Rejected
from label_studio_orm.records.project import SAMPLING, SKIP_QUEUE
from label_studio_orm.server import LocalServer

GOOD = SENTIMENT.replace("Positive", "Good")


def add_task(project: Project, *answers: str, **options: object) -> None:
    """Import a task with an annotation for each answer."""
    annotations = [{"result": sentiment(each), **options} for each in answers]
    project.import_tasks([{"data": {"text": "So so."}, "annotations": annotations}])


# -- checking a config -----------------------------------------------------------------------------


def test_a_check_lists_the_labels_in_use_and_saves_nothing(project: Project) -> None:
    project.tasks.create(text="So so.").annotate({"sentiment": "Positive"})
    check = project.check_config(GOOD)
    assert (bool(check), check.accepted, check.changes_essentials) == (False, False, True)
    refusal, misfit = check.problems
    assert (refusal.path, misfit.path) == ("the server", "annotations")
    assert "Positive (1 annotation)" in refusal.message
    assert misfit.message.startswith("1 annotation: 'sentiment' has no label 'Positive'.")
    assert project.refresh().label_config == SENTIMENT


def test_a_save_is_refused_without_a_control_in_use_but_not_without_a_label(
    project: Project,
) -> None:
    project.tasks.create(text="So so.").annotate({"sentiment": "Positive"})
    project.label_config = GOOD
    project.save()
    other = GOOD.replace('name="sentiment"', 'name="mood"')
    assert not project.check_config(other).accepted
    project.label_config = other
    with pytest.raises(Rejected, match="incompatible"):
        project.save()


def test_a_check_counts_imported_annotations_of_which_the_server_does_not_know(
    project: Project,
) -> None:
    add_task(project, "Positive", "Positive", "Negative")
    check = project.check_config(GOOD)
    assert check.accepted
    assert not check
    [problem] = check.problems
    assert problem.message.startswith("2 annotations: 'sentiment' has no label 'Positive'.")
    assert problem.control == "sentiment"
    assert check.diff is not None
    assert check.diff.lost == ("'sentiment' loses 'Positive'",)


@pytest.mark.operations("projects.validate_config")
def test_a_config_that_only_adds_is_fine(project: Project) -> None:
    add_task(project, "Positive")
    more = SENTIMENT.replace("</View>", '<TextArea name="why" toName="text"/></View>')
    check = project.check_config(LabelConfig.parse(more))
    assert check
    assert check.accepted
    assert check.changes_essentials
    assert not project.check_config(SENTIMENT).changes_essentials


@pytest.mark.parametrize("xml", ["<View>", '<View><Choices name="a" toName="b"/></View>'])
def test_an_invalid_config_has_the_reasons_of_the_server(xml: str, project: Project) -> None:
    for check in (project.check_config(xml), project.client.projects.check_config(xml)):
        assert not check.accepted
        assert check.problems[0].path == "the server"


def test_the_config_of_a_new_project_is_checked(ls: LabelStudio) -> None:
    assert ls.projects.check_config(SENTIMENT)
    unknown = ls.projects.check_config(SENTIMENT.replace('toName="text"', 'toName="txt"'))
    assert "Did you mean 'text'" in str(unknown)


# -- summary, annotators, next task ----------------------------------------------------------------


def test_the_summary_has_the_labels_and_the_keys_of_the_data(project: Project) -> None:
    assert project.summary.labels == {}
    task = project.tasks.create(text="So so.")
    task.annotate({"sentiment": "Positive"})
    summary = project.summary
    assert summary.labels == {"sentiment": {"Positive": 1}}
    assert summary.draft_labels == {}
    assert summary.controls == {"sentiment": 1}
    assert list(summary.data_columns) == summary.common_data_columns == ["text"]


def test_a_recount_corrects_what_the_server_counted_wrongly(project: Project) -> None:
    add_task(project, "Positive")
    assert project.summary.labels == {}
    summary = project.recount()
    assert summary.labels == {"sentiment": {"Positive": 1}}
    assert summary.data_columns == {"text": 1}


def test_annotators_are_the_users_who_annotated(project: Project, ls: LabelStudio) -> None:
    assert list(project.annotators) == []
    me = ls.whoami()
    other = ls.json("POST", "/api/users/", json={"username": "ann", "email": "ann@example.com"})
    add_task(project, "Positive", "Negative")
    add_task(project, "Positive", completed_by=other["id"])
    assert list(project.annotators) == [me, User.get(other["id"], client=ls)]
    assert project.annotators.get(email="ann@example.com").id == other["id"]
    ls.json("DELETE", f"/api/users/{other['id']}/")


def test_an_older_server_tells_its_annotators_task_by_task(old_server: LocalServer) -> None:
    ls = old_server.client()
    project = ls.projects.create(title="Old", label_config=SENTIMENT)
    add_task(project, "Positive", "Negative")
    assert [user.email for user in project.annotators] == [ls.whoami().email]
    project.delete()


def test_the_next_task_is_the_same_until_it_is_annotated(project: Project) -> None:
    assert project.next_task() is None
    first, second = project.import_tasks([{"text": "one"}, {"text": "two"}])
    task = project.next_task()
    assert task is not None
    assert (task.id, task.data, project.next_task()) == (first, {"text": "one"}, task)
    task.annotate({"sentiment": "Positive"})
    other = project.next_task()
    assert other is not None
    assert other.id == second
    other.annotate({"sentiment": "Negative"})
    assert project.next_task() is None
    delete(project)
    with pytest.raises(NotFound):
        project.next_task()


# -- fields ----------------------------------------------------------------------------------------


def test_a_new_project_takes_every_field_that_the_server_takes(ls: LabelStudio) -> None:
    offered = ls.json("OPTIONS", "/api/projects/")["actions"]["POST"]
    writable = {name for name in offered if not offered[name]["read_only"]}
    ours = {name for name in Project.writable() if not Project.fields[name].edition}
    assert writable - {"created_by"} == ours  # that one is always the key's user
    for name, known in (("sampling", SAMPLING), ("skip_queue", SKIP_QUEUE)):
        assert {*known} == {choice["value"] for choice in offered[name]["choices"]}


def test_a_project_is_created_with_many_fields(ls: LabelStudio) -> None:
    project = ls.projects.create(
        title="Reviews",
        sampling="Uniform sampling",
        skip_queue="IGNORE_SKIPPED",
        is_published=True,
        show_ground_truth_first=True,
        maximum_annotations=2,
        model_version=None,
    )
    project.refresh()
    assert (project.sampling, project.skip_queue) == ("Uniform sampling", "IGNORE_SKIPPED")
    assert project.is_published
    assert project.show_ground_truth_first
    assert project.maximum_annotations == 2
    project.delete()


def test_the_model_version_is_chosen_and_dropped(project: Project) -> None:
    task = project.tasks.create(text="So so.")
    task.predict({"sentiment": "Positive"}, model_version="m1")
    project.model_version = "m1"
    project.save()
    assert project.refresh().model_version == "m1"
    project.model_version = None
    project.save()
    assert not project.refresh().model_version


def test_projects_are_listed_with_their_counts(ls: LabelStudio, project: Project) -> None:
    add_task(project, "Positive", "Negative")
    add_task(project)
    (listed,) = (each for each in ls.projects if each == project)
    answer = ls.json("GET", "/api/projects/counts/", params={"ids": project.id})
    (counts,) = answer["results"]
    assert counts["task_number"] == 2
    assert {name: getattr(listed, name) for name in counts} == counts


# -- templates -------------------------------------------------------------------------------------


def test_the_shipped_templates_are_those_of_the_server(ls: LabelStudio) -> None:
    titles = LabelConfig.templates()
    assert {title: ls.templates[title] for title in ls.templates} == {
        title: LabelConfig.template(title) for title in titles
    }
    assert {title for group in ls.templates.groups.values() for title in group} == {*titles}


def test_a_project_is_created_from_a_template(ls: LabelStudio) -> None:
    config = ls.templates["Text Classification"]
    assert config == LabelConfig.template("Text Classification")
    project = ls.projects.create(title="From a template", config=config)
    project.tasks.create(config.sample_task()).annotate({"sentiment": "Positive"})
    project.delete()
