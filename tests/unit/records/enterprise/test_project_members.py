"""Members of projects, their roles and pauses."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Organization, Project, User, Workspace
from label_studio_orm.errors import InvalidInput, NotFound
from label_studio_orm.records.enterprise.project_members import ProjectMembers

LIST = "GET /api/projects/1/members/paginated/"
ROWS = [{"id": id, "email": f"user{id}@example.com", "project_role": "AN"} for id in range(1, 151)]


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.answers[LIST] = page
    client.answers["POST /api/projects/roles/"] = {"id": 3, "role": "RE"}
    return client


def page(options: Any) -> dict[str, Any]:
    params = options["params"]
    if "ids" in params:
        return {"results": [row for row in ROWS if str(row["id"]) == params["ids"]], "count": 1}
    start = (params["page"] - 1) * params["page_size"]
    return {"results": ROWS[start : start + params["page_size"]], "count": len(ROWS)}


def members(client: FakeClient) -> ProjectMembers:
    return Project(1, client=client).members


def test_members_are_read_to_the_end(client: FakeClient) -> None:
    assert members(client).count() == 150
    assert len(list(members(client))) == 150
    assert list(members(client))[-1].role == "annotator"


@pytest.mark.parametrize("role", ["annotator", "AN"])
def test_members_are_filtered_by_word_or_by_code(client: FakeClient, role: str) -> None:
    assert len(members(client).filter(role=role, id=7)) == 1


def test_a_member_is_read_from_the_list(client: FakeClient) -> None:
    assert members(client).get(User(7, client=client)).email == "user7@example.com"
    with pytest.raises(NotFound, match="User 999 is no member of project 1"):
        _ = members(client).get(999).email


def test_a_role_is_set_and_taken_away(client: FakeClient) -> None:
    client.answers["GET /api/projects/1/roles"] = [{"id": 3, "user": 7, "role": "RE"}]
    client.answers["DELETE /api/projects/roles/3/"] = None
    member = members(client).get(7)
    member.role = "reviewer"
    member.save()
    assert client.calls[-1] == (
        "POST /api/projects/roles/",
        {"project": 1, "user": 7, "role": "RE"},
    )
    member.role = None
    member.save()
    assert client.said[-1] == "DELETE /api/projects/roles/3/"


def test_what_did_not_change_is_not_sent(client: FakeClient) -> None:
    members(client).get(7).save()
    assert client.calls == []


@pytest.mark.parametrize(
    ("mistake", "problem"),
    [
        (lambda found: found.add(7, role="boss"), "role must be one of"),
        (lambda found: found.add_many([]), "users must name at least one user"),
        (lambda found: found.add_many([7], roles={7: "boss"}), r"roles\[7\] must be one of"),
        (lambda found: found.get(7).pause(reason="slow"), "reason must be one of 'MANUAL'"),
    ],
)
def test_mistakes_are_refused_before_anything_is_sent(
    client: FakeClient, mistake: Any, problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        mistake(members(client))
    assert client.calls == []


def test_to_resume_deletes_every_pause(client: FakeClient) -> None:
    pauses = "/api/projects/1/members/7/pauses/"
    client.answers[f"GET {pauses}"] = [{"id": 3, "reason": "MANUAL"}, {"id": 4, "reason": "MANUAL"}]
    client.answers |= {f"DELETE {pauses}{id}/": None for id in (3, 4)}
    assert members(client).get(7).resume() == 2
    assert client.said[-2:] == [f"DELETE {pauses}3/", f"DELETE {pauses}4/"]


def test_a_project_that_joins_a_workspace_is_read_anew(client: FakeClient) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "title": "Films", "workspace": 2}
    client.answers["POST /api/workspaces/7/projects/"] = None
    project = Project(1, client=client)
    assert project.workspace == Workspace(2, client=client)
    Workspace(7, client=client).projects.add(project)
    client.answers["GET /api/projects/1/"] = {"id": 1, "title": "Films", "workspace": 7}
    assert Project(1, client=client).workspace == Workspace(7, client=client)


def test_a_member_of_an_organization_is_saved_at_the_list(client: FakeClient) -> None:
    client.answers["PATCH /api/organizations/1/memberships"] = {"user": {"id": 7}, "role": "MA"}
    member = Organization(1, client=client).members.get(7)
    member.role = "manager"
    member.save()
    assert client.calls[-1] == (
        "PATCH /api/organizations/1/memberships",
        {"role": "MA", "user_id": 7},
    )
