"""Ids that are given by records: those of another kind or server are refused."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
from support.fake import FakeClient

from label_studio_orm import Annotation, Member, Organization, Project, Task, User, View
from label_studio_orm.errors import InvalidInput
from label_studio_orm.orm.identity import MOST, id_of


@pytest.fixture
def client() -> FakeClient:
    return FakeClient(Project, Task, Annotation, User, View, Member, Organization)


def test_an_id_is_given_by_a_record_or_a_number(client: FakeClient) -> None:
    assert id_of(Task(7, client=client), of="Task", client=client) == 7
    assert id_of(np.int64(7), of="Task") == 7


def test_a_member_counts_as_its_user(client: FakeClient) -> None:
    for member in (
        Organization(1, client=client).members.get(5),
        Project(1, client=client).members.get(5),
    ):
        assert id_of(member, of="User", client=client) == 5
        with pytest.raises(InvalidInput, match="must be a Task or its id"):
            id_of(member, of="Task")


def test_a_record_of_another_kind_is_no_id(client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="must be an Annotation or its id, not the task <Task 7"):
        id_of(Task(7, client=client), of="Annotation")
    with pytest.raises(InvalidInput, match="must be a User or its id, not the project"):
        Organization(1, client=client).members.get(Project(7, client=client))  # type: ignore[arg-type]


@pytest.mark.parametrize("id", [True, "7", 7.0, None, MOST + 1, -MOST - 1])
def test_what_no_database_has_is_no_id(id: Any) -> None:
    with pytest.raises(InvalidInput, match="The id of a User must be an integer"):
        id_of(id, of="User")


def test_an_address_is_not_taken_for_a_user(client: FakeClient) -> None:
    task, address = Task(1, client=client), cast("Any", "ann@x.org")
    with pytest.raises(InvalidInput, match=r"not 'ann@x\.org'\. Look .* ls\.users\.get\(email="):
        Annotation.create(task, [], completed_by=address, validate=False)
    assert client.changed == []


def test_a_record_of_another_server_is_refused(client: FakeClient) -> None:
    other = FakeClient(User, View, server="http://other")
    project = Project(1, client=client)
    refused: list[Any] = [
        lambda: project.tasks.delete_annotations(of=User(2, client=other)),
        lambda: project.tasks.filter(view=View(2, client=other)),
        lambda: setattr(Annotation(1, client=client), "completed_by", User(2, client=other)),
        lambda: Task.create(Project(2, client=other), {"text": "Fine."}, client=client),
        lambda: Annotation.create(
            Task(1, client=client), [], completed_by=User(2, client=other), validate=False
        ),
    ]
    for call in refused:
        with pytest.raises(InvalidInput, match="must be of the server http://fake"):
            call()
    assert client.changed == []
    assert other.calls == []


def test_a_member_is_found_by_a_member(client: FakeClient) -> None:
    members = Organization(1, client=client).members
    assert members.get(members.get(7)) == members.get(User(7, client=client))
