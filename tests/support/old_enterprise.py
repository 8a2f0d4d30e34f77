"""A stub that answers as Enterprise does to label-studio-sdk below 1."""

from __future__ import annotations

from typing import Any

from label_studio_orm.testing.requests import Request

from .stub import Answer, Stub

TASKS = (101, 102, 103, 104)


def user(id: int, email: str) -> dict[str, Any]:
    role = {"role": "AN", "active": True, "organization_id": 1}
    return {
        **{"id": id, "email": email, "username": email, "first_name": "Ann", "last_name": "Lee"},
        **{"initials": "AL", "phone": "", "last_activity": "2024-05-01T12:00:00Z"},
        **{"active_organization": 1, "org_membership": [role], "avatar": None},
    }


def workspace(id: int, title: str) -> dict[str, Any]:
    more = {"description": "Words", "color": "#FFF", "is_personal": False, "created_by": 5}
    return {"id": id, "title": title, **more, "is_archived": False}


def assignments(request: Request) -> Any:
    body = request.json
    return {"assignments": len(body["users"]) * len(body["selectedItems"]["included"])}


def answer_as_enterprise(stub: Stub) -> None:
    """Have a server answer as Enterprise does."""
    users = [user(5, "ann@example.com"), user(6, "bob@example.com")]
    version = {"release": "2.30.0", "edition": "Enterprise", "label-studio-enterprise-backend": {}}
    stub.on("GET", "/api/version", version)
    stub.on("GET", "/api/projects/1", {"id": 1, "title": "Reviews"})
    stub.on("GET", "/api/users", users)
    stub.on("GET", "/api/projects/1/members", users)
    stub.on("POST", "/api/projects/1/members", {"id": 9, "user": 1})
    stub.on("POST", "/api/projects/1/tasks/assignees", assignments)
    stub.on("POST", "/api/dm/actions", {"processed_items": 4})
    stub.on("GET", "/api/workspaces", [workspace(7, "Vision"), workspace(8, "Texts")])
    stub.on("POST", "/api/workspaces/7/memberships", {"user": 1, "workspace": 7})
    stub.on("DELETE", "/api/workspaces/7/memberships", Answer(status=204, body=b""))
    stub.on("GET", "/api/workspaces/7/projects", [{"id": 1}])
    stub.on("PATCH", "/api/organizations/1/memberships", {"role": "RE"})
    stub.on("GET", "/api/current-user/whoami", {"id": 5, "active_organization": 1})
    stub.on("GET", "/api/organizations/1", {"id": 1, "external_id": "external"})
    stub.on("POST", "/api/storages/s3s/", {"id": 3, "type": "s3s"})
    pages = {"tasks": [{"id": id} for id in TASKS], "total": len(TASKS), "end_pagination": True}
    stub.on("GET", "/api/tasks", pages)
    stub.on("GET", "/api/tasks/", pages)
