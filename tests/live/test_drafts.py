"""Drafts on a real server: begun, changed, submitted, and annotations that are taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cleaning import delete
from support.texts import SENTIMENT, sentiment

from label_studio_orm import Project, Task
from label_studio_orm.errors import InvalidResult, NotFound, UnsavedChanges
from label_studio_orm.server import LocalServer
from label_studio_orm.testing import FakeServer


@pytest.fixture(scope="module", params=["real", "fake"])
def shared(request: pytest.FixtureRequest, local_server: LocalServer) -> Iterator[Project]:
    """A project of the real server, and one of the fake server, which answers alike."""
    with FakeServer() as fake:
        ls = local_server.client() if request.param == "real" else fake.client
        project = ls.projects.create(title="Drafts", label_config=SENTIMENT)
        yield project
        delete(project)


@pytest.fixture
def task(shared: Project) -> Task:
    return shared.tasks.create(text="Rarely seen a worse film.")


def test_a_draft_is_begun_changed_and_submitted(task: Task) -> None:
    draft = task.draft({"sentiment": "Positive"}, lead_time=2.5)
    assert task.drafts == [draft]
    assert draft["sentiment"] == "Positive"
    draft["sentiment"] = "Negative"
    draft.was_postponed = True
    draft.save()
    [read] = task.refresh().drafts
    assert (read["sentiment"], read.lead_time, read.was_postponed) == ("Negative", 2.5, True)
    annotation = read.submit(ground_truth=True)
    assert task.refresh().annotations == [annotation]
    assert task.drafts == []
    assert (annotation["sentiment"], annotation.lead_time) == ("Negative", 2.5)
    assert annotation.refresh().ground_truth is True
    assert annotation.draft_created_at == draft.created_at


def test_a_draft_is_submitted_once(task: Task) -> None:
    draft = task.draft({"sentiment": "Positive"})
    draft.submit()
    for changed in (False, True):
        if changed:
            draft.result = sentiment("Negative")
        with pytest.raises(NotFound, match="It was submitted or deleted"):
            draft.submit()
    assert len(task.refresh().annotations) == 1


def test_a_draft_that_does_not_fit_the_config_is_refused(task: Task) -> None:
    with pytest.raises(InvalidResult, match="Did you mean 'Positive'"):
        task.draft({"sentiment": "Positiv"})
    draft = task.draft({})
    draft.result = sentiment("Positiv")
    with pytest.raises(InvalidResult):
        draft.save()
    with pytest.raises(InvalidResult):
        draft.submit()
    assert draft.submit(validate=False).result[0]["value"] == {"choices": ["Positiv"]}


def test_a_draft_of_an_annotation_becomes_its_result(task: Task) -> None:
    annotation = task.annotate({"sentiment": "Positive"})
    draft = annotation.draft({"sentiment": "Negative"})
    assert draft.annotation == annotation
    assert annotation.refresh()["sentiment"] == "Positive"
    assert draft.submit() == annotation
    assert annotation.refresh()["sentiment"] == "Negative"
    assert task.refresh().drafts == []
    assert len(task.annotations) == 1


def test_an_annotation_is_taken_back(task: Task) -> None:
    annotation = task.annotate({"sentiment": "Positive"}, lead_time=7.0)
    annotation.ground_truth = True
    with pytest.raises(UnsavedChanges):
        annotation.to_draft()
    draft = annotation.refresh(discard_changes=True).to_draft()
    assert (draft["sentiment"], draft.lead_time, draft.task) == ("Positive", 7.0, task)
    assert task.refresh().annotations == []
    with pytest.raises(NotFound):
        annotation.to_draft()
    assert draft.submit()["sentiment"] == "Positive"


def test_the_drafts_of_all_users_are_a_query(task: Task) -> None:
    draft = task.draft({"sentiment": "Positive"})
    assert [each["sentiment"] for each in task.all_drafts] == ["Positive"]
    assert task.all_drafts.filter(user=draft.user).one() == draft
    assert task.all_drafts.delete() == 1
    assert task.refresh().drafts == []


def test_drafts_are_made_at_once_within_a_batch(shared: Project, task: Task) -> None:
    with shared.batch():
        draft = task.draft({"sentiment": "Positive"})
        annotation = draft.submit()
        assert annotation.id
    assert task.refresh().annotations == [annotation]
