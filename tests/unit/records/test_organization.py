"""The organization, its members and settings."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient
from support.tokens import refresh_token

from label_studio_orm import LabelStudio, Organization, User
from label_studio_orm.errors import ConnectionFailed, FieldMissing, InvalidInput, UnknownName
from label_studio_orm.http.auth import api_key
from label_studio_orm.records.caller import organization_of
from label_studio_orm.secret import Secret

SECRET = "nGygZjJGCEBlgIeORFZAOxyNDuKvuJcVxgZ7QLlI"
OURS = {"id": 7, "title": "Ours", "token": SECRET, "created_by": 1, "users": [1, 2, 3]}
DEMO = {"id": 1, "email": "demo@example.com", "username": "demo"}
ANN = {"id": 12, "email": "ann@example.com", "username": "ann"}
GONE = {"id": 13, "email": "Deleted", "username": "Deleted"}
MEMBERSHIPS = [
    {"id": 3, "organization": 7, "user": ANN, "contributed_to_projects": None},
    {"id": 1, "organization": 7, "user": DEMO, "contributed_to_projects": None},
    {"id": 2, "organization": 7, "user": GONE, "contributed_to_projects": None},
]
SETTINGS = {"api_tokens_enabled": True, "legacy_api_tokens_enabled": True}
PROJECTS = [{"id": 4, "title": "Reviews"}]


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.answers |= {
        "GET /api/current-user/whoami": {**DEMO, "active_organization": 7},
        "GET /api/organizations/7": OURS,
        "GET /api/organizations/7/memberships": {"count": 3, "next": None, "results": MEMBERSHIPS},
        "GET /api/organizations/7/memberships/12/": {
            "user": 12,
            "organization": 7,
            "annotations_count": 5,
            "contributed_to_projects": PROJECTS,
            "created_projects": [],
        },
        "GET /api/jwt/settings": SETTINGS,
        "GET /api/invite": {"token": SECRET, "invite_url": f"/user/signup/?token={SECRET}"},
    }
    return client


@pytest.fixture
def ours(client: FakeClient) -> Organization:
    return organization_of(client)


def test_who_the_caller_is_is_asked_once(client: FakeClient) -> None:
    assert organization_of(client).title == organization_of(client).title == "Ours"
    assert client.said == ["GET /api/current-user/whoami", "GET /api/organizations/7"]


@pytest.mark.parametrize("id", ["7", True, 1e9, [7]])
def test_an_organization_of_no_label_studio_is_refused(id: Any, client: FakeClient) -> None:
    client.answers["GET /api/current-user/whoami"] = {**DEMO, "active_organization": id}
    with pytest.raises(ConnectionFailed, match="which Label Studio never sends"):
        organization_of(client)


@pytest.mark.parametrize("answer", [None, [], "on", {}, {"token": SECRET}])
def test_settings_of_no_label_studio_are_refused(
    answer: Any, client: FakeClient, ours: Organization
) -> None:
    client.answers["GET /api/jwt/settings"] = answer
    with pytest.raises(ConnectionFailed, match="'api_tokens_enabled' in it, which Label Studio"):
        _ = ours.token_settings.legacy


def test_the_invitations_secret_is_no_param(client: FakeClient, ours: Organization) -> None:
    assert "token" not in ours.params
    client.answers["PATCH /api/organizations/7"] = {**OURS, "title": "Vision"}
    ours.title = "Vision"
    ours.save()
    assert "token" not in ours.params
    assert SECRET not in repr([ours, vars(ours), client._cache._cache])


def test_the_invitation_is_an_address_that_reprs_hide(ours: Organization) -> None:
    url = ours.invite_url
    assert url.reveal() == f"http://fake/user/signup/?token={SECRET}"
    assert f"{url} {url!r}" == "*** ***"


@pytest.mark.parametrize("use", ["invite_url", "token_settings", "session_policy", "reset_invite"])
def test_what_the_active_one_has_is_not_that_of_another(client: FakeClient, use: str) -> None:
    other = Organization(8, client=client)
    with pytest.raises(InvalidInput, match="is not the active organization of the key's user, <Or"):
        getattr(other, use) if use != "reset_invite" else other.reset_invite()
    assert client.said == ["GET /api/current-user/whoami"]


# -- members -------------------------------------------------------------------------------------


def test_members_have_the_ids_of_their_users(ours: Organization) -> None:
    assert [(member.id, member.user.id) for member in ours.members] == [(1, 1), (12, 12)]
    assert ours.members.filter(id=12)[0].user.email == "ann@example.com"
    assert len(ours.members) == 2


def test_members_of_a_server_that_pages_are_all_read(
    client: FakeClient, ours: Organization
) -> None:
    pages = {None: MEMBERSHIPS[:2], 2: MEMBERSHIPS[2:]}

    def page(options: dict[str, Any]) -> dict[str, Any]:
        number = options["params"].get("page")
        more = None if number else "http://fake/?page=2"
        return {"count": 3, "next": more, "results": pages[number]}

    client.answers["GET /api/organizations/7/memberships"] = page
    assert ours.members.ids() == [1, 12]


def test_members_have_the_address_of_their_user(client: FakeClient, ours: Organization) -> None:
    assert [*ours.members.to_dicts()[1].items()][:2] == [("id", 12), ("email", "ann@example.com")]
    assert ours.members.get(email="ann@example.com").id == 12
    client.answers["GET /api/users/12/"] = ANN
    asked = len(client.calls)
    assert ours.members.get(12).email == "ann@example.com"  # which no list has told
    assert client.said[asked:] == ["GET /api/users/12/"]


def test_a_user_is_among_the_members(client: FakeClient, ours: Organization) -> None:
    assert User(12, client=client) in ours.members
    assert ours.members.get(12) in ours.members
    assert User(13, client=client) not in ours.members  # was removed
    assert User(12, client=FakeClient(server="http://other")) not in ours.members


def test_members_say_how_people_become_members(ours: Organization) -> None:
    with pytest.raises(UnknownName, match=r"New members: ls\.users\.create\(email=…\), or who"):
        ours.members.create(email="a@example.com")  # type: ignore[attr-defined]


def test_a_member_is_got_by_the_user_without_a_request(
    client: FakeClient, ours: Organization
) -> None:
    ann = ours.members[1].user
    before = len(client.calls)
    assert ours.members.get(ann) == ours.members.get(12)
    assert len(client.calls) == before
    assert ours.members.get(ann).annotations_count == 5


def test_what_a_member_contributed_to_is_loaded_when_it_is_read(
    client: FakeClient, ours: Organization
) -> None:
    ann = ours.members[1]
    assert [project.title for project in ann.contributed_to] == ["Reviews"]
    assert ann.created_projects == []
    assert client.said.count("GET /api/organizations/7/memberships/12/") == 1


def test_what_older_servers_do_not_tell_of_members_is_named(
    client: FakeClient, ours: Organization
) -> None:
    client.is_of_version("1.20.0")
    client.answers["GET /api/organizations/7/memberships/12/"] = {"user": 12}
    with pytest.raises(FieldMissing, match=r"no contributed_to on .*1\.22 and later have it"):
        _ = ours.members.get(12).contributed_to


def test_neither_oneself_nor_the_owner_is_removed(client: FakeClient, ours: Organization) -> None:
    with pytest.raises(InvalidInput, match="is the user of this key, and cannot be removed"):
        ours.members.get(1).remove()
    client.answers["GET /api/organizations/7"] = {**OURS, "created_by": 12}
    with pytest.raises(InvalidInput, match="owns <Organization 7 'Ours'>, and cannot be removed"):
        ours.members.get(12).remove()
    assert client.changed == []


def test_a_member_is_removed_by_the_users_id(client: FakeClient, ours: Organization) -> None:
    client.answers["DELETE /api/organizations/7/memberships/12/"] = None
    ours.members[1].remove()
    assert client.changed == ["DELETE /api/organizations/7/memberships/12/"]


@pytest.mark.parametrize("row", [{"id": 1}, {"id": 1, "user": 1}, {"id": 1, "user": {"id": "x"}}])
def test_members_of_no_label_studio_are_refused(
    row: Any, client: FakeClient, ours: Organization
) -> None:
    client.answers["GET /api/organizations/7/memberships"] = {"count": 1, "results": [row]}
    with pytest.raises(ConnectionFailed, match="which Label Studio"):
        ours.members.ids()


# -- settings ------------------------------------------------------------------------------------


def test_token_settings_are_saved_with_post(client: FakeClient, ours: Organization) -> None:
    changed = {**SETTINGS, "api_tokens_enabled": False}
    client.answers["POST /api/jwt/settings"] = changed
    settings = ours.token_settings
    settings.personal = False
    settings.save()
    assert client.calls[-1] == ("POST /api/jwt/settings", {"api_tokens_enabled": False})
    assert (settings.personal, settings.legacy) == (False, True)


@pytest.mark.parametrize(
    ("key", "name"),
    [("0123456789abcdef", "legacy"), (refresh_token(jti="a"), "personal")],
)
def test_the_kind_of_key_in_use_is_not_switched_off(
    key: str, name: str, client: FakeClient, ours: Organization
) -> None:
    client._api_key = api_key(Secret(key))
    settings = ours.token_settings
    setattr(settings, name, False)
    with pytest.raises(InvalidInput, match=r"would be locked out.*save\(force=True\)"):
        settings.save()
    assert client.changed == []
    client.answers["POST /api/jwt/settings"] = {}
    settings.save(force=True)
    assert client.changed == ["POST /api/jwt/settings"]


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "9"])
def test_minutes_are_whole_numbers(value: Any, ours: Organization) -> None:
    with pytest.raises(InvalidInput, match="max_session_age must be 1 minute or more, not"):
        ours.session_policy.max_session_age = value


def test_switches_are_booleans(ours: Organization) -> None:
    with pytest.raises(InvalidInput, match="legacy must be True or False, not 'no'"):
        ours.token_settings.legacy = "no"  # type: ignore[assignment]


def test_the_client_has_the_organization_of_its_key() -> None:
    assert LabelStudio.organization.__doc__ == "The active organization of the key's user."


def test_what_is_only_read_says_that_it_cannot_be_set(client: FakeClient) -> None:
    with pytest.raises(UnknownName, match=r"Organization\.invite_url cannot be set"):
        Organization(1, client=client).invite_url = "x"  # type: ignore[misc, assignment]
