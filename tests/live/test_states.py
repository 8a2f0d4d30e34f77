"""States on a real Community server: without the feature flag, and with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from support.postgres import NewDatabase
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import EditionError, InvalidInput, NotFound, Rejected
from label_studio_orm.server import LocalServer

FLAG = {"fflag_feat_fit_568_finite_state_management": "true"}


@pytest.fixture(scope="module")
def keeps_states(new_database: NewDatabase) -> Iterator[LabelStudio]:
    """A server that keeps states."""
    with LocalServer(database=new_database(), environ=FLAG) as server:
        yield server.client()


@pytest.fixture
def task(keeps_states: LabelStudio) -> Task:
    """A task that was annotated."""
    project = keeps_states.projects.create(title="Reviews", label_config=SENTIMENT)
    task = project.tasks.create(text="Fine.")
    task.annotate(sentiment("Positive"))
    return task


def test_an_empty_history_of_a_server_without_states_is_not_shown(project: Project) -> None:
    task = project.tasks.create(text="Fine.")
    annotation = task.annotate(sentiment("Positive"))
    for record in (project, task, annotation):
        for read in (list, len, lambda history: history.filter(state="COMPLETED").to_dicts()):
            with pytest.raises(EditionError, match=r"empty list: only Label Studio Enterprise has"):
                read(record.state_history)


def test_a_transition_that_does_nothing_is_no_success(project: Project) -> None:
    task = project.tasks.create(text="Fine.")
    with pytest.raises(EditionError, match="nothing was done"):
        task.transition("task_completed")
    with pytest.raises(NotFound):
        project.tasks.get(task.id + 1000).transition("task_completed")


def test_states_are_listed_from_the_oldest_on(keeps_states: LabelStudio, task: Task) -> None:
    first, last = task.state_history
    assert (first.state, first.previous_state, first.transition) == (
        "CREATED",
        None,
        "task_created",
    )
    assert (last.state, last.previous_state) == ("COMPLETED", "CREATED")
    assert last.triggered_by is not None
    assert last.triggered_by.email == keeps_states.whoami().email
    assert [each.state for each in task.annotations[0].state_history] == ["CREATED"]
    assert task.project.state_history[-1].state == "COMPLETED"


def test_the_server_filters_states(keeps_states: LabelStudio, task: Task) -> None:
    states, me = task.state_history, keeps_states.whoami()
    hour = timedelta(hours=1)
    now = datetime.now(timezone.utc)
    assert [each.state for each in states.filter(state="completed")] == ["COMPLETED"]
    assert len(states.filter(previous_state="CREATED", transition="task_completed")) == 1
    assert len(states.filter(triggered_by=me, since=now - hour, until=now + hour)) == 2
    assert list(states.filter(since=now + hour)) == []
    assert list(states.filter(triggered_by=me.id + 100)) == []


def test_a_transition_returns_the_new_state(task: Task) -> None:
    change = task.transition("task_in_progress")
    assert (change.state, change.previous_state) == ("IN_PROGRESS", "COMPLETED")
    assert task.state_history[-1] == change


def test_transitions_of_the_server_itself_are_refused(task: Task) -> None:
    with pytest.raises(Rejected, match="auto-triggered"):
        task.transition("task_created")
    with pytest.raises(Rejected, match="Unknown transition"):
        task.transition("task_finished")
    with pytest.raises(InvalidInput, match="name must be that of a transition"):
        task.transition("")


def test_an_older_server_has_no_states(old_server: LocalServer) -> None:
    project = old_server.client().projects.create(title="Reviews", label_config=SENTIMENT)
    with pytest.raises(EditionError, match="only Label Studio Enterprise has states"):
        list(project.state_history)
    with pytest.raises(EditionError, match="only Label Studio Enterprise has states"):
        project.transition("project_completed")
