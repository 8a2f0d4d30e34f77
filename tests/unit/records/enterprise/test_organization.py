"""The organization on Enterprise: what is refused, sent in parts, read to its end, and hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Activity, Member, MemberTag, Organization, ProjectGroup, Secret, User
from label_studio_orm.errors import (
    InvalidInput,
    JobFailed,
    Rejected,
    UnknownName,
    Unsupported,
)
from label_studio_orm.server_version import info_of, version_of

TAGS = "/api/organizations/1/member-tags"
LOG = "GET /api/activity-logs/"
MOMENT = datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.fixture
def client() -> FakeClient:
    fake = FakeClient()
    fake.answers["GET /api/current-user/whoami"] = {"id": 5, "active_organization": 1}
    return fake


@pytest.fixture
def team(client: FakeClient) -> Organization:
    return Organization(1, client=client)


# -- roles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["RE", "reviewer"])
def test_a_condition_takes_a_role_by_word_and_by_code(client: FakeClient, given: str) -> None:
    found = [Member._from_answer(client, {"id": 1, "role": role}) for role in ("RE", "AN")]
    assert [each.role for each in found if (Member.role == given).holds(each)] == ["reviewer"]
    assert [each.role for each in found if Member.role.in_([given]).holds(each)] == ["reviewer"]


@pytest.mark.parametrize(
    ("conditions", "error", "problem"),
    [
        ({"role": "anotator"}, InvalidInput, "role must be one of .*did you mean 'annotator'"),
        ({"rol": "annotator"}, UnknownName, r"search\(\) has no 'rol'. Did you mean 'role'"),
        ({"tag": "Radiology"}, InvalidInput, "member_tag must be an integer"),
    ],
)
def test_a_mistyped_search_of_members_is_refused(
    team: Organization, client: FakeClient, conditions: Any, error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        team.members.search("ann", **conditions)
    assert client.calls == []


def test_new_members_have_the_role_that_an_endpoint_of_its_own_sets(team: Organization) -> None:
    with pytest.raises(UnknownName, match=r"set_default_role\('annotator'\)"):
        team.default_role = "annotator"  # type: ignore[misc]


def test_the_default_role_is_read_anew_once_it_was_set(
    client: FakeClient, team: Organization
) -> None:
    roles = iter(["AN", "RE"])
    client.answers["GET /api/organizations/1"] = lambda _: {"id": 1, "default_role": next(roles)}
    answer = {"organization": 1, "default_role": "RE"}
    client.answers["PATCH /api/organizations/1/set-default-role"] = answer
    assert team.default_role == "annotator"
    assert team.set_default_role("reviewer").role == "reviewer"
    assert team.default_role == "reviewer"


# -- mistakes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        (lambda team: team.invite("ann"), "email must be an address"),
        (lambda team: team.invite([]), "at least one address"),
        (lambda team: team.invite("a@b.c", role="anotator"), "(?i)did you mean 'annotator'"),
        (lambda team: team.invite("a@b.c", user_type="guest"), "user_type must be one of"),
        (lambda team: team.invite("a@b.c", projects=2), "projects must be a list"),
        (lambda team: team.revoke_invite("ann"), "email must be an address"),
        (lambda team: team.set_default_role("boss"), "role must be one of"),
        (
            lambda team: team.set_default_role(custom_scripts_enabled_at=True),
            "must be a datetime or None",
        ),
        (lambda team: team.tags.create(""), "needs label="),
        (lambda team: team.tags.create_many("Radiology"), "labels must be a list"),
        (lambda team: team.tags.assign([7]), "needs the members, or everyone=True"),
        (lambda team: team.tags.assign([], [5]), "at least one tag"),
        (lambda team: team.tags.assign([7], []), "at least one member"),
        (lambda team: team.tags.assign([7], [5], role="RE"), "only be given with everyone=True"),
        (lambda team: team.tags.assign("Radiology", [5]), "tags must be a list"),
        (lambda team: team.tags.assign([7], [[5, 6]]), "Name them one by one"),
        (lambda team: team.members.search(user_type="guest"), "user_type must be one of"),
        (lambda team: team.members.search(active_since="2026"), "must be a datetime, not '2026'"),
        (lambda team: team.permissions.create("x", roles=["boss"]), "roles must be one of"),
        (lambda team: team.permissions.create("x", roles="RE"), "roles must be a list"),
        (lambda team: team.permissions.get(7), "by its key"),
        (lambda team: team.tags.import_file("none.csv"), "must be a CSV file"),
    ],
)
def test_mistakes_are_refused_before_anything_is_sent(
    client: FakeClient, team: Organization, use: Callable[[Any], Any], problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        use(team)
    assert client.said == []


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("roles_groups", [("reviewers", "a")], "did you mean 'reviewer'"),
        ("roles_groups", "reviewer", "must be a list of pairs"),
        ("user_type_groups", [("guest", "a")], "must be one of 'standard'"),
        ("workspaces_groups", [("Vision", 7)], "must have pairs"),
        ("projects_groups", [{"project_id": 2}], "must have ProjectGroup"),
        ("projects_groups", [ProjectGroup(2, "a", "owner")], "whose role must be one of"),
    ],
)
def test_mistyped_groups_are_refused(
    team: Organization, field: str, value: Any, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=f"(?i){problem}"):
        setattr(team.saml, field, value)


# -- tags ------------------------------------------------------------------------------------------


def test_members_users_and_ids_get_tags(client: FakeClient, team: Organization) -> None:
    client.answers[f"POST {TAGS}/assignments"] = {"assigned": 3}
    tag = MemberTag._from_answer(client, {"id": 7}, known={"organization": 1})
    member = Member._lazy(client, 6, {"organization": 1})
    assert team.tags.assign([tag, 8], [User(5, client=client), member, 9]) == 3
    body = {"all": False, "tags": [7, 8], "included": [5, 6, 9]}
    assert client.calls == [(f"POST {TAGS}/assignments", body)]


def test_a_tag_counts_its_members_anew_once_it_was_assigned(
    client: FakeClient, team: Organization
) -> None:
    counts = iter([0, 1])
    client.answers[f"GET {TAGS}/7"] = lambda _: {"id": 7, "member_count": next(counts)}
    client.answers[f"POST {TAGS}/assignments"] = {"assigned": 1}
    tag = team.tags.get(7)
    assert tag.member_count == 0
    assert tag.assign([5]) == 1
    assert tag.member_count == 1


def test_deleting_many_tags_tells_how_far_it_came(client: FakeClient, team: Organization) -> None:
    sent: list[str] = []

    def answer(options: Any) -> Any:
        sent.append(options["params"]["ids"])
        return {"deleted": 100} if len(sent) == 1 else Rejected("too many", status=400)

    client.answers[f"DELETE {TAGS}/bulk"] = answer
    with pytest.raises(Rejected) as caught:
        team.tags.delete_many(range(1, 151))
    assert [len(ids.split(",")) for ids in sent] == [100, 50]
    assert "100 of 150 tags were deleted before that." in str(caught.value)


def test_a_file_of_tags_needs_its_columns(team: Organization, tmp_path: Path) -> None:
    path = tmp_path / "tags.csv"
    path.write_text("email,labels\nann@example.com,Radiology\n")
    with pytest.raises(InvalidInput, match="needs the column 'tags'"):
        team.tags.import_file(path)


def test_an_import_that_failed_says_so(client: FakeClient, team: Organization) -> None:
    client.answers[f"GET {TAGS}/imports/9"] = {"id": 9, "status": "failed"}
    with pytest.raises(JobFailed, match="The import 9 of member tags failed"):
        team.tags.job(9).wait()


# -- permissions -----------------------------------------------------------------------------------


def test_a_permission_is_saved_under_its_key(client: FakeClient, team: Organization) -> None:
    path = "/api/organizations/1/permissions/tasks%2Fdelete"
    client.answers[f"GET {path}"] = {"id": 3, "permission": "tasks/delete", "roles": ["AD"]}
    client.answers[f"PATCH {path}"] = {"id": 3, "permission": "tasks/delete", "roles": ["RE"]}
    permission = team.permissions.get("tasks/delete")
    assert permission.roles == ["administrator"]
    permission.roles = ["RE"]
    assert permission.save().roles == ["reviewer"]
    assert client.calls[-1] == (f"PATCH {path}", {"roles": ["RE"]})
    assert permission.refresh().roles == ["administrator"]


def test_a_role_that_is_appended_is_saved_by_code(client: FakeClient, team: Organization) -> None:
    path = "/api/organizations/1/permissions/x"
    client.answers[f"GET {path}"] = {"id": 3, "permission": "x", "roles": ["AD"]}
    client.answers[f"PATCH {path}"] = {"id": 3, "permission": "x", "roles": ["AD", "RE"]}
    permission = team.permissions.get("x")
    permission.roles.append("reviewer")
    permission.save()
    assert client.calls[-1] == (f"PATCH {path}", {"roles": ["AD", "RE"]})


# -- sign-on ---------------------------------------------------------------------------------------


def test_settings_send_what_was_changed(client: FakeClient, team: Organization) -> None:
    stored = {"domain": "a.b", "roles_groups": [["View Only", "x"]], "token": "s3cret-token"}
    client.answers["GET /api/saml/settings"] = stored
    client.answers["POST /api/saml/settings"] = lambda options: options["json"]
    saml = team.saml
    assert saml.roles_groups == [("view only", "x")]
    saml.roles_groups.append(("AD", "y"))
    saml.save()
    changed = {"roles_groups": [["View Only", "x"], ["Administrator", "y"]]}
    assert client.calls[-1] == ("POST /api/saml/settings", changed)


def test_the_token_of_saml_is_shown_nowhere(client: FakeClient, team: Organization) -> None:
    client.answers["GET /api/saml/settings"] = {"roles_groups": [], "token": "s3cret-token"}
    saml = team.saml.refresh()
    token = saml.token
    assert isinstance(token, Secret)
    assert token.reveal() == "s3cret-token"
    assert "s3cret" not in f"{saml!r} {saml.params} {token} {vars(saml)} {saml._row()}"
    assert "token" not in saml._state.params


def test_settings_of_another_organization_are_refused(client: FakeClient) -> None:
    other = Organization(2, client=client)
    for use in (lambda: other.saml, lambda: other.scim, lambda: other.billing):
        with pytest.raises(InvalidInput, match="not the active organization"):
            use()
    with pytest.raises(InvalidInput, match="not the active organization"):
        other.invite("a@b.c")


def test_a_reset_is_read_anew(client: FakeClient, team: Organization) -> None:
    domains = iter(["a.b", ""])
    client.answers["GET /api/saml/settings"] = lambda _: {
        "domain": next(domains),
        "roles_groups": [],
    }
    client.answers["DELETE /api/saml/settings"] = None
    saml = team.saml
    assert saml.domain == "a.b"
    assert saml.reset().domain == ""


# -- the activity log ------------------------------------------------------------------------------


def log_of(count: int, sent: list[Any], *, listed: bool = False) -> Callable[[Any], Any]:
    rows = [{"id": number, "request_method": "GET", "user_id": 5} for number in range(count)]

    def page(options: Any) -> Any:
        params = options["params"]
        sent.append(params)
        start = (params["page"] - 1) * params["page_size"]
        part = rows[start : start + params["page_size"]]
        answer = {"recordsTotal": 999, "recordsFiltered": count, "data": part}
        return [answer] if listed else answer

    return page


@pytest.mark.parametrize("listed", [False, True])
def test_the_log_is_read_to_its_end(client: FakeClient, team: Organization, listed: bool) -> None:
    sent: list[Any] = []
    client.answers[LOG] = log_of(250, sent, listed=listed)
    assert [each.id for each in team.activity] == [*range(250)]
    assert len(team.activity) == 250
    assert {params["ordering"] for params in sent} == {"id"}


def test_conditions_of_the_log_are_sent_and_checked(client: FakeClient, team: Organization) -> None:
    sent: list[Any] = []
    client.answers[LOG] = log_of(2, sent)
    log = team.activity.of_workspace(10).filter(
        Activity.method == "get", Activity.user == 5, Activity.project == 2
    )
    assert list(iter(log)) == []  # the fake ignores conditions, and its rows have no project
    assert {"method": "GET", "user": 5, "project": 2, "workspace": 10}.items() <= sent[0].items()


def test_moments_are_sent_in_utc(client: FakeClient, team: Organization) -> None:
    sent: list[Any] = []
    client.answers[LOG] = log_of(0, sent)
    local = MOMENT.astimezone()
    assert team.activity.filter(Activity.time >= local, Activity.time < local).first() is None
    expected = {"start_date": MOMENT.isoformat(), "end_date": MOMENT.isoformat()}
    assert expected.items() <= sent[0].items()


def test_a_moment_without_a_zone_is_local_for_searches_and_for_tags(
    client: FakeClient, team: Organization
) -> None:
    sent: list[Any] = []

    def answer(options: Any) -> Any:
        sent.append(options["params"]["user__last_activity__gte"])
        return {"results": [], "count": 0, "assigned": 0}

    client.answers["GET /api/organizations/1/memberships/search"] = answer
    client.answers[f"POST {TAGS}/assignments"] = answer
    local = MOMENT.astimezone().replace(tzinfo=None)
    assert team.members.search(active_since=local, tag=None).to_dicts() == []  # type: ignore[typeddict-item]
    team.tags.assign([7], everyone=True, active_since=local)
    assert sent == [MOMENT.isoformat()] * 2


def test_requests_of_the_log_are_only_in_the_list(client: FakeClient, team: Organization) -> None:
    client.answers[LOG] = log_of(1, [])
    request = team.activity[0]
    assert request.refresh() is request
    for use in (lambda: team.activity.get(7).url, request.delete):
        with pytest.raises(Unsupported):
            use()
    assert client.said.count(LOG) == 1


# -- the license and the version -------------------------------------------------------------------


def test_the_license_has_dates_and_limits(client: FakeClient, team: Organization) -> None:
    users = {"count": 3, "limit": 5, "reached": False}
    client.answers["GET /api/billing/info"] = {
        "billing_checks": {"users": users, "license_expires": "2027-01-31"},
        "billing_flags": {"allow_sso": True, "activated_at": "2026-01-01T00:00:00Z"},
    }
    billing = team.billing
    assert (billing.checks.users and billing.checks.users.limit) == 5
    assert str(billing.checks.license_expires) == "2027-01-31"
    assert (billing.flags.allow_sso, billing.flags.activated_at) == (True, MOMENT)


@pytest.mark.parametrize(
    "answer",
    [
        {"label-studio-os-package": {"version": "1.23.2"}},
        {"label-studio-os-backend": {"version": "1.23.2"}},
    ],
)
def test_enterprise_has_two_versions(client: FakeClient, answer: dict[str, Any]) -> None:
    client.answers["GET /api/version"] = {
        "release": "2.30.0",
        "edition": "Enterprise",
        **answer,
    }
    info = info_of(client)
    assert (info.version, info.edition, info.community_version) == (
        "2.30.0",
        "Enterprise",
        "1.23.2",
    )
    assert version_of(client) == (1, 23, 2)


def test_community_has_one_version(client: FakeClient) -> None:
    assert info_of(client).community_version == info_of(client).version == "1.23.2"
