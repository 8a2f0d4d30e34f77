"""Webhooks: a real server calls a receiver on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cleaning import delete
from support.receiver import Receiver, running
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import (
    NotFound,
    PermissionDenied,
    Rejected,
    ServerError,
    Unsupported,
)
from label_studio_orm.server import LocalServer

KEY = "hush-hush-hush"


@pytest.fixture
def calling(calling_server: LocalServer) -> LabelStudio:
    return calling_server.client()


@pytest.fixture
def called(calling: LabelStudio) -> Iterator[Project]:
    """A project whose server calls receivers on loopback."""
    project = calling.projects.create(title="Reviews", label_config=SENTIMENT)
    project.import_tasks([{"text": "Rarely seen a worse film."}])
    yield project
    delete(project)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with running(Receiver()) as receiver:
        yield receiver


@pytest.mark.operations("webhooks.create")
def test_a_webhook_is_told_of_its_events_with_its_headers(
    called: Project, receiver: Receiver
) -> None:
    called.webhooks.create(url=receiver.url, events=["ANNOTATION_CREATED"], headers={"X-Key": KEY})
    task = called.tasks[0]
    task.annotate({"sentiment": "Negative"})
    task.predict({"sentiment": "Negative"})
    [delivery] = receiver.requests
    assert (delivery.json["action"], delivery.headers["X-Key"]) == ("ANNOTATION_CREATED", KEY)
    assert delivery.json["annotation"]["task"] == task.id


def test_a_webhook_without_events_is_told_of_all(called: Project, receiver: Receiver) -> None:
    called.webhooks.create(url=receiver.url, send_payload=False)
    called.title = "Film reviews"
    called.save()
    called.tasks[0].annotate({"sentiment": "Negative"}).delete()
    called.tasks.delete()
    deleted = ["ANNOTATIONS_DELETED", "TASKS_DELETED"]
    assert receiver.events == ["PROJECT_UPDATED", "ANNOTATION_CREATED", *deleted]
    assert receiver.requests[0].json == {"action": "PROJECT_UPDATED"}


@pytest.mark.operations("webhooks.update")
def test_a_save_keeps_the_events(called: Project, receiver: Receiver) -> None:
    hook = called.webhooks.create(url=receiver.url, events=["ANNOTATION_CREATED"])
    hook.is_active = False
    hook.save()
    called.tasks[0].annotate({"sentiment": "Negative"})
    hook.is_active = True
    hook.headers["X-Key"] = KEY
    hook.save()
    called.tasks[0].annotate({"sentiment": "Positive"})
    assert receiver.events == ["ANNOTATION_CREATED"]
    assert receiver.requests[0].headers["X-Key"] == KEY


def test_events_that_are_set_later_are_all_that_is_sent(
    called: Project, receiver: Receiver
) -> None:
    hook = called.webhooks.create(url=receiver.url)
    hook.events = ["TASKS_CREATED", "TASKS_DELETED"]
    hook.save()
    task = called.tasks.create(text="Not for me.")
    task.annotate({"sentiment": "Negative"})
    called.tasks.delete()
    assert receiver.events == ["TASKS_CREATED", "TASKS_DELETED"]
    assert hook.refresh().events == ["TASKS_CREATED", "TASKS_DELETED"]
    assert not hook.send_for_all_actions


@pytest.mark.operations("webhooks.list", "webhooks.get")
def test_webhooks_are_listed_by_project_and_all_together(
    called: Project, calling: LabelStudio, receiver: Receiver
) -> None:
    other = calling.projects.create(title="Others", label_config=SENTIMENT)
    one, two = (each.webhooks.create(url=receiver.url) for each in (called, other))
    assert [*called.webhooks] == [one]
    assert [*calling.webhooks] == [one, two]
    assert calling.webhooks.get(two.id).project == other
    delete(other)


@pytest.mark.operations("webhooks.delete")
def test_a_deleted_webhook_is_told_nothing(called: Project, receiver: Receiver) -> None:
    hook = called.webhooks.create(url=receiver.url)
    hook.delete()
    called.tasks[0].annotate({"sentiment": "Negative"})
    assert receiver.requests == []
    with pytest.raises(NotFound):
        hook.refresh()


@pytest.mark.operations("webhooks.info")
def test_the_server_names_its_events(called: Project, calling: LabelStudio) -> None:
    assert called.webhooks.events()["TASKS_CREATED"] == "Task created"
    assert calling.webhooks.events().keys() - called.webhooks.events() == {
        "PROJECT_CREATED",
        "PROJECT_DELETED",
    }


def test_this_server_makes_no_webhook_of_the_organization(
    calling: LabelStudio, receiver: Receiver
) -> None:
    with pytest.raises(Unsupported, match=r"project\.webhooks\.create"):
        calling.webhooks.create(url=receiver.url)


def test_headers_that_the_server_echoes_are_not_shown(
    called: Project, calling: LabelStudio, receiver: Receiver
) -> None:
    headers = {"X Key": KEY, "X-Sent-By": "the reviews of Ann"}
    body = {"url": receiver.url, "project": called.id, "headers": headers}
    with pytest.raises(Rejected, match="failed JSON schema check") as error:
        calling.request("POST", "/api/webhooks/", json=body)
    assert KEY not in str(error.value)
    assert "Ann" not in str(error.value)


def test_a_server_that_calls_no_private_address_says_which_variable_lets_it(
    project: Project, receiver: Receiver
) -> None:
    with pytest.raises(PermissionDenied, match="SSRF_PROTECTION_ENABLED=false"):
        project.webhooks.create(url=receiver.url)
    with pytest.raises(ServerError, match="Is it mistyped"):
        project.webhooks.create(url="http://nowhere.invalid")
    assert project.webhooks.count() == 0


def test_an_older_server_has_them_too(old_server: LocalServer, receiver: Receiver) -> None:
    project = old_server.client().projects.create(title="Reviews", label_config=SENTIMENT)
    hook = project.webhooks.create(url=receiver.url, events=["TASKS_CREATED"])
    hook.headers["X-Key"] = KEY
    hook.save()
    project.tasks.create(text="Not for me.")
    [delivery] = receiver.requests
    assert (delivery.json["action"], delivery.headers["X-Key"]) == ("TASKS_CREATED", KEY)
    delete(project)
