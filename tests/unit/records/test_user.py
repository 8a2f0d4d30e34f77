"""Users: what is checked before anything is sent, and what is sent along."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient
from support.leaks import leaks

from label_studio_orm import Annotation, LabelStudio, User, Users
from label_studio_orm.errors import (
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
    UnknownName,
)

ME = {"id": 1, "email": "demo@example.com", "username": "demo", "active_organization": 7}
ANN = {"id": 2, "email": "ann@example.com", "username": "ann", "active_organization": 7}
TAKEN = {"email": ["user with this email address already exists."]}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.answers |= {
        "GET /api/current-user/whoami": ME,
        "GET /api/organizations/7": {"id": 7, "title": "Ours", "created_by": 1},
        "GET /api/organizations/7/memberships/2/": {"user": 2, "annotations_count": 0},
        "GET /api/users/": [ME, ANN],
        "GET /api/users/2/": ANN,
        "DELETE /api/users/2/": None,
    }
    return client


@pytest.fixture
def everyone(client: FakeClient) -> Users:
    return LabelStudio.users.__get__(client, FakeClient)


@pytest.fixture
def ann(everyone: Users) -> User:
    return everyone.get(2)


def created(client: FakeClient) -> list[Any]:
    """Answer with a new user, and return the bodies that were sent."""
    bodies: list[Any] = []

    def answer(options: dict[str, Any]) -> dict[str, Any]:
        bodies.append(options["json"])
        return {"id": 3, **options["json"]}

    client.answers["POST /api/users/"] = answer
    return bodies


def test_name_and_organization_are_sent_along(client: FakeClient, everyone: Users) -> None:
    bodies = created(client)
    assert everyone.create(email="Bob.Lee@example.com", first_name="Bob").id == 3
    assert bodies == [
        {
            "email": "bob.lee@example.com",
            "username": "bob.lee",
            "first_name": "Bob",
            "active_organization": 7,
        }
    ]


def test_a_name_and_an_organization_of_ones_own_are_kept(
    client: FakeClient, everyone: Users
) -> None:
    bodies = created(client)
    everyone.create(email="bob@example.com", username="bobby", active_organization=9)
    assert (bodies[0]["username"], bodies[0]["active_organization"]) == ("bobby", 9)
    assert client.said == ["POST /api/users/"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"email": "ann"}, "email must be an address like ann@example.com, not 'ann'"),
        ({"email": "a b@c.d"}, "email must be an address"),
        ({"email": None}, "email must be an address"),
        ({"email": "a@b.c", "first_name": 3}, "first_name must be a string, not 3"),
        ({"email": "a@b.c", "username": ""}, "username must have 1 to 256 characters, not 0"),
        ({"email": "a@b.c", "custom_hotkeys": {"delete": {"key": "x"}}}, "like 'section:action'"),
        ({"email": "a@b.c", "custom_hotkeys": {"a:b": "x"}}, r"\['a:b'\] must be a dict with a 'k"),
        ({"email": "a@b.c", "custom_hotkeys": {"a:": {"key": "x"}}}, "like 'section:action'"),
        ({"email": "a@b.c", "custom_hotkeys": "x"}, "custom_hotkeys must be a dict"),
        ({"email": "a@b.c", "firstname": "Ann"}, "Did you mean 'first_name'?"),
    ],
)
def test_a_bad_user_is_refused_before_anything_is_sent(
    fields: dict[str, Any], error: str, client: FakeClient, everyone: Users
) -> None:
    for make in (everyone.create, everyone.get_or_create):
        with pytest.raises((InvalidInput, UnknownName), match=error):
            make(**fields)
    assert client.calls == []


def test_without_an_organization_the_error_says_what_is_missing(
    client: FakeClient, everyone: Users
) -> None:
    client.answers["GET /api/current-user/whoami"] = {**ME, "active_organization": None}
    with pytest.raises(PermissionDenied, match=r"has no active organization.*log in once"):
        everyone.create(email="bob@example.com")


def test_a_user_who_exists_is_found_in_any_case(client: FakeClient, everyone: Users) -> None:
    assert everyone.get_or_create(email="ANN@example.com").id == 2
    assert client.said == ["GET /api/users/"]


@pytest.mark.parametrize(
    "error", [Rejected("taken", status=400, validation_errors=TAKEN), OutcomeUnknown("lost")]
)
def test_who_was_created_meanwhile_is_found(
    error: Exception, client: FakeClient, everyone: Users
) -> None:
    def answer(options: dict[str, Any]) -> Exception:
        client.answers["GET /api/users/"] = [ME, ANN, {"id": 3, "email": "bob@example.com"}]
        return error

    client.answers["POST /api/users/"] = answer
    assert everyone.get_or_create(email="bob@example.com").id == 3
    assert client.changed == ["POST /api/users/"]


def test_an_address_of_somebody_removed_says_why_nobody_is_found(
    client: FakeClient, everyone: Users
) -> None:
    client.answers["POST /api/users/"] = Rejected("taken", validation_errors=TAKEN)
    with pytest.raises(Rejected, match=r"with is_removed, as the server hides theirs"):
        everyone.get_or_create(email="bob@example.com")


def test_an_address_is_not_changed(client: FakeClient, ann: User) -> None:
    with pytest.raises(UnknownName, match="takes an address only from ls"):
        ann.email = "bob@example.com"  # type: ignore[misc, unused-ignore]
    assert client.calls == []


def test_only_changes_are_saved(client: FakeClient, ann: User) -> None:
    client.answers["PATCH /api/users/2/"] = {**ANN, "phone": "030"}
    ann.phone = "030"
    ann.save()
    assert client.calls[-1] == ("PATCH /api/users/2/", {"phone": "030"})


def test_hotkeys_that_are_changed_in_place_are_checked(client: FakeClient, ann: User) -> None:
    client.answers["GET /api/users/2/"] = {**ANN, "custom_hotkeys": {}}
    ann.custom_hotkeys["delete"] = {"key": "x"}
    with pytest.raises(InvalidInput, match="must have keys like 'section:action', not 'delete'"):
        ann.save()
    assert client.changed == []


def test_oneself_is_not_deleted(client: FakeClient, everyone: Users) -> None:
    with pytest.raises(InvalidInput, match="is the user of this key, and cannot be deleted"):
        everyone.get(1).delete()
    with pytest.raises(InvalidInput, match="is the user of this key"):
        everyone.delete()
    assert client.changed == []


def test_the_owner_is_not_deleted(client: FakeClient, ann: User) -> None:
    client.answers["GET /api/organizations/7"] = {"id": 7, "title": "Ours", "created_by": 2}
    with pytest.raises(InvalidInput, match="owns <Organization 7 'Ours'>, and cannot be deleted"):
        ann.delete()
    assert client.changed == []


def test_a_warning_counts_what_loses_its_annotator(client: FakeClient, ann: User) -> None:
    member = {"user": 2, "annotations_count": 12}
    client.answers["GET /api/organizations/7/memberships/2/"] = member
    with pytest.warns(UserWarning, match=r"\(12\) stay, with completed_by None") as caught:
        ann.delete()
    assert caught[0].filename == __file__
    assert client.changed == ["DELETE /api/users/2/"]


def test_a_warning_can_stop_the_deletion(client: FakeClient, ann: User) -> None:
    member = {"user": 2, "annotations_count": 12}
    client.answers["GET /api/organizations/7/memberships/2/"] = member
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="stay"):
            ann.delete()
    assert client.changed == []


@pytest.mark.parametrize(
    "answer", [NotFound("no member"), Rejected("GET not allowed", status=405), {"user": 2}]
)
def test_without_a_count_there_is_no_warning(answer: Any, client: FakeClient, ann: User) -> None:
    client.answers["GET /api/organizations/7/memberships/2/"] = answer
    ann.delete()
    assert client.changed == ["DELETE /api/users/2/"]


@pytest.mark.parametrize("email", [None, 3.5, ["ann@example.com"]])
def test_an_address_of_another_type_is_not_found(
    email: Any, client: FakeClient, everyone: Users
) -> None:
    client.answers |= {"GET /api/users/": [{"id": 2, "email": email, "username": "ann"}]}
    created(client)
    assert everyone.get_or_create(email="ann@example.com").id == 3
    assert everyone[0].dirty == set()


def test_addresses_are_filtered_by_as_texts(everyone: Users) -> None:
    assert everyone.get(email="ann@example.com").id == 2
    with pytest.raises(InvalidInput, match="a text, not with 3"):
        everyone.filter(email=3).ids()


def test_who_was_removed_is_told_by_what_the_server_shows(client: FakeClient, ann: User) -> None:
    assert not ann.is_removed
    client.answers["GET /api/users/2/"] = {**ANN, "email": "Deleted", "username": "Deleted"}
    assert ann.refresh().is_removed


@pytest.mark.parametrize("name", ["me.txt", "missing.png", "empty.png", "large.png"])
def test_a_bad_picture_is_refused(
    name: str, tmp_path: Path, client: FakeClient, everyone: Users
) -> None:
    (tmp_path / "me.txt").write_bytes(b"x")
    (tmp_path / "empty.png").touch()
    (tmp_path / "large.png").write_bytes(bytes(1024 * 1024 + 1))
    with pytest.raises(InvalidInput, match=r"must be a \.gif, \.jpg or .png file of at most 1 MB"):
        everyone.get(1).set_avatar(tmp_path / name)
    assert client.changed == []


def test_the_picture_of_somebody_else_is_not_changed(client: FakeClient, ann: User) -> None:
    with pytest.raises(InvalidInput, match="Only the picture of the key's own user, <User 1"):
        ann.remove_avatar()
    assert client.changed == []


def test_an_annotation_may_have_no_annotator(client: FakeClient) -> None:
    annotation = Annotation._from_answer(client, {"id": 5, "completed_by": None})
    assert annotation.completed_by is None


@pytest.mark.parametrize("path", [None, 7, b"me.png", ["me.png"]])
def test_what_is_no_path_is_no_picture(path: Any, client: FakeClient, everyone: Users) -> None:
    with pytest.raises(InvalidInput, match="path must be the path of a picture"):
        everyone.get(1).set_avatar(path)
    assert client.changed == []


def test_a_picture_that_the_server_cannot_read_is_a_mistake(
    tmp_path: Path, client: FakeClient, everyone: Users
) -> None:
    (tmp_path / "me.png").write_bytes(b"x")
    detail = '["Can\'t read image, try another one"]'
    client.answers["POST /api/users/1/avatar/"] = ServerError("500", status=500, detail=detail)
    with pytest.raises(Rejected, match="must be a GIF, JPEG or PNG of at most 1200 x 1200"):
        everyone.get(1).set_avatar(tmp_path / "me.png")


@pytest.mark.parametrize("verb", ["create", "get_or_create"])
def test_a_password_that_users_do_not_have_is_in_no_traceback(verb: str, everyone: Users) -> None:
    with pytest.raises(UnknownName, match="no 'password'") as caught:
        getattr(everyone, verb)(email="a@example.com", **{"password": "hush-" + "hush-hush"})
    assert leaks(caught.value, "hush-" + "hush-hush") == []


def test_a_mistyped_secret_of_an_update_is_in_no_traceback(everyone: Users) -> None:
    with pytest.raises(UnknownName, match="no 'password'") as caught:
        everyone.update(**{"password": "hush-" + "hush-hush"})
    assert leaks(caught.value, "hush-" + "hush-hush") == []
