"""Users of a real server: created, changed, removed and deleted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.newcomer import newcomer, temporary_users
from support.texts import sentiment

from label_studio_orm import Annotation, LabelStudio, Project, User
from label_studio_orm.errors import (
    EditionError,
    InvalidInput,
    PermissionDenied,
    Rejected,
    UnknownName,
)
from label_studio_orm.server import LocalServer

NUMBERS = itertools.count(1)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture(scope="module", autouse=True)
def _temporary_users(local_server: LocalServer) -> Iterator[None]:
    with temporary_users(local_server.client()):
        yield


@pytest.fixture
def email() -> str:
    return f"ann{next(NUMBERS)}@example.com"


@pytest.fixture
def ann(ls: LabelStudio, email: str) -> User:
    return ls.users.create(email=email, first_name="Ann")


@pytest.mark.operations("users.create", "users.list", "users.whoami")
def test_a_new_user_is_a_member_of_the_organization(ls: LabelStudio, email: str) -> None:
    ann = ls.users.create(email=email.title(), first_name="Ann", phone="1")
    assert (ann.email, ann.username, ann.first_name) == (email, email.split("@")[0], "Ann")
    assert ann.active_organization == ls.organization.id
    assert ls.users.get(email=email) == ann
    assert ann.id in ls.organization.members.ids()


def test_a_new_user_can_annotate(project: Project, ann: User) -> None:
    project.import_tasks([{"text": "So good"}])
    project.tasks[0].annotate(sentiment("Positive"), completed_by=ann)
    assert project.annotations.filter(Annotation.completed_by == ann).count() == 1


@pytest.mark.operations("users.update", "users.get")
def test_changes_of_a_user_are_saved(ls: LabelStudio, ann: User) -> None:
    ann.first_name, ann.last_name, ann.phone, ann.username = "Anna", "Lee", "030", "anna"
    ann.custom_hotkeys = {"regions:delete": {"key": "ctrl+d", "active": True}}
    ann.allow_newsletters = False
    ann.save()
    now = ls.with_options().users.get(ann.id).refresh()
    assert (now.first_name, now.last_name, now.phone, now.username) == (
        "Anna",
        "Lee",
        "030",
        "anna",
    )
    assert now.custom_hotkeys["regions:delete"]["key"] == "ctrl+d"
    assert now.allow_newsletters is False


def test_an_address_is_never_changed(ann: User, email: str) -> None:
    with pytest.raises(UnknownName, match="email cannot be changed"):
        ann.email = "bob@example.com"
    assert ann.refresh().email == email


def test_who_exists_is_not_created_again(ls: LabelStudio, ann: User) -> None:
    assert ls.users.get_or_create(email=ann.email.upper()) == ann
    with pytest.raises(Rejected, match=r"already exists[^$]*get_or_create"):
        ls.users.create(email=ann.email)


@pytest.mark.operations("users.delete")
def test_annotations_of_a_deleted_user_stay(ls: LabelStudio, project: Project, ann: User) -> None:
    project.import_tasks([{"text": "So good"}])
    project.tasks[0].annotate(sentiment("Positive"), completed_by=ann)
    with pytest.warns(UserWarning, match=r"Ann|ann.* annotations \(1\) stay"):
        ann.delete()
    assert ann not in ls.users
    assert project.annotations[0].completed_by is None
    assert project.tasks[0].annotations[0].refresh().completed_by is None
    assert project.annotations.filter(Annotation.completed_by == ls.whoami()).count() == 0


def test_annotations_of_a_deleted_user_are_exported_and_imported(
    project: Project, ann: User, tmp_path: Path
) -> None:
    project.import_tasks([{"text": "So good"}])
    project.tasks[0].annotate(sentiment("Positive"), completed_by=ann)
    with pytest.warns(UserWarning, match="annotations"):
        ann.delete()
    path = project.export("JSON", tmp_path / "tasks.json")
    project.import_tasks(path)
    assert [each["sentiment"] for each in project.annotations] == ["Positive"] * 2


def test_oneself_and_the_owner_are_not_deleted(ls: LabelStudio) -> None:
    with pytest.raises(InvalidInput, match="is the user of this key"):
        ls.whoami().delete()
    with pytest.raises(InvalidInput, match="owns"):
        newcomer(ls).users.get(email="demo@example.com").delete()
    assert ls.users.get(email="demo@example.com") == ls.whoami()


def test_only_the_owner_deletes_users(ls: LabelStudio, ann: User) -> None:
    with pytest.raises(PermissionDenied, match="Only the organization owner"):
        newcomer(ls).users.get(ann.id).delete()
    assert ann in ls.users


def test_who_was_removed_has_no_name_and_keeps_the_address(ls: LabelStudio, ann: User) -> None:
    email = ann.email
    ls.organization.members.get(ann).remove()
    removed = ls.users.get(ann.id)
    assert (removed.is_removed, removed.email) == (True, "Deleted")
    assert not ls.users.filter(email=email)
    with pytest.raises(Rejected, match="the users with is_removed"):
        ls.users.get_or_create(email=email)
    removed.delete()
    assert ls.users.get_or_create(email=email).is_removed is False


def test_my_picture_is_set_and_removed(ls: LabelStudio, tmp_path: Path, ann: User) -> None:
    picture = tmp_path / "me.png"
    picture.write_bytes(PNG)
    me = ls.whoami()
    me.set_avatar(picture)
    assert me.avatar
    with pytest.raises(InvalidInput, match="Only the picture of the key's own user"):
        ann.set_avatar(picture)
    me.remove_avatar()
    assert me.avatar is None


def test_my_hotkeys_are_replaced_and_those_of_a_project_are_refused(
    ls: LabelStudio, project: Project
) -> None:
    me = newcomer(ls)
    assert me.account.hotkeys() == {}
    hotkeys = {"regions:delete": {"key": "del", "active": True}}
    assert me.account.set_hotkeys(hotkeys) == me.account.hotkeys() == hotkeys
    assert me.whoami().custom_hotkeys == hotkeys
    with pytest.raises(EditionError, match="only Label Studio Enterprise has hotkeys of projects"):
        me.account.hotkeys(project=project)
