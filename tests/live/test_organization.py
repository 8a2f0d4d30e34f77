"""The organization of a real server: its members, invitations and settings."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.newcomer import newcomer, temporary_users
from support.texts import sentiment

from label_studio_orm import LabelStudio, Organization, Project
from label_studio_orm.errors import AuthenticationError, InvalidInput, PermissionDenied
from label_studio_orm.server import LocalServer


@pytest.fixture(scope="module", autouse=True)
def _temporary_users(local_server: LocalServer) -> Iterator[None]:
    with temporary_users(local_server.client()):
        yield


@pytest.fixture
def organization(ls: LabelStudio) -> Organization:
    return ls.organization


@pytest.fixture
def pat(local_server: LocalServer) -> LabelStudio:
    return local_server.client(api_key=local_server.personal_access_token)


def with_new_cache(ls: LabelStudio) -> LabelStudio:
    return LabelStudio(ls.server, api_key=ls.tokens.legacy, proxies={"no_proxy": "127.0.0.1"})


@pytest.fixture
def _legacy_again(pat: LabelStudio) -> Iterator[None]:
    yield
    settings = pat.organization.token_settings
    settings.legacy = True
    settings.save()


def test_the_organization_is_the_one_of_the_keys_user(ls: LabelStudio) -> None:
    assert ls.organizations.ids() == [ls.organization.id]
    assert ls.organizations.get(title="Label Studio") == ls.organization
    assert ls.organization.created_by == ls.whoami()


def test_its_title_is_saved(ls: LabelStudio, organization: Organization) -> None:
    organization.title = "Vision team"
    organization.contact_info = "vision@example.com"
    organization.save()
    assert ls.organization.refresh().contact_info == "vision@example.com"
    assert ls.organizations[0].title == "Vision team"
    organization.title, organization.contact_info = "Label Studio", None
    organization.save()


def test_the_invitation_lets_people_join(ls: LabelStudio, organization: Organization) -> None:
    ann = newcomer(ls).whoami()
    assert ann.active_organization == organization.id
    assert organization.members.get(ann).user.email == ann.email
    assert ann.id in organization.members.ids()


def test_a_new_invitation_replaces_the_old(organization: Organization) -> None:
    old = organization.invite_url
    new = organization.reset_invite()
    assert new.reveal().startswith(f"{organization.client.server}/user/signup/?token=")
    assert new == organization.invite_url != old
    assert new.reveal() not in f"{new!r} {new} {organization!r} {organization.refresh().params}"


def test_members_tell_what_they_work_at(ls: LabelStudio, project: Project) -> None:
    project.import_tasks([{"text": "So good"}])
    me = ls.organization.members.get(ls.whoami())
    before = me.annotations_count
    project.tasks[0].annotate(sentiment("Positive"))
    me = ls.organization.members.get(ls.whoami())
    assert me.annotations_count == before + 1
    assert project in me.contributed_to
    assert project in me.created_projects
    assert project in ls.organization.members.filter(id=me.id)[0].contributed_to


def test_a_member_is_removed(ls: LabelStudio, organization: Organization) -> None:
    ann = ls.users.create(email="removed@example.com")
    assert [each for each in organization.members if each.user == ann]
    organization.members.get(ann).remove()
    assert ann.id not in organization.members.ids()
    ls.users.get(ann.id).delete()


def test_oneself_is_not_removed_and_only_by_the_owner(ls: LabelStudio) -> None:
    ann = newcomer(ls)
    with pytest.raises(InvalidInput, match="is the user of this key"):
        ls.organization.members.get(ls.whoami()).remove()
    with pytest.raises(InvalidInput, match="owns <Organization"):
        ann.organization.members.get(ls.whoami()).remove()
    ls.organization.members.get(ann.whoami()).remove()
    assert ann.whoami().active_organization is None
    with pytest.raises(PermissionDenied, match="no active organization"):
        _ = with_new_cache(ann).organization


@pytest.mark.operations("jwt_settings.get", "jwt_settings.create")
@pytest.mark.usefixtures("_legacy_again")
def test_legacy_tokens_are_switched_off(ls: LabelStudio, pat: LabelStudio) -> None:
    settings = pat.organization.token_settings
    assert (settings.personal, settings.legacy) == (True, True)
    settings.legacy = False
    settings.save()
    with pytest.raises(AuthenticationError, match="legacy"):
        ls.whoami()
    assert pat.organization.token_settings.refresh().legacy is False


@pytest.mark.usefixtures("_legacy_again")
def test_the_kind_of_key_in_use_is_switched_off_by_force_only(ls: LabelStudio) -> None:
    settings = ls.organization.token_settings
    settings.legacy = False
    with pytest.raises(InvalidInput, match=r"uses a legacy token.*force=True"):
        settings.save()
    assert ls.whoami()
    settings.save(force=True)
    with pytest.raises(AuthenticationError):
        ls.whoami()


def test_the_session_policy_is_saved(organization: Organization) -> None:
    policy = organization.session_policy
    before = policy.max_session_age
    policy.max_session_age = 700
    policy.save()
    assert organization.session_policy.refresh().max_session_age == 700
    with pytest.raises(InvalidInput, match="must be 1 minute or more, not 0"):
        policy.max_time_between_activity = 0
    policy.max_session_age = before
    policy.save()
