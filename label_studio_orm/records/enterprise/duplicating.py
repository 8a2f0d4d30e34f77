"""Copies of projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...orm.identity import id_of
from ...orm.record import model_of
from ...orm.response_shape import expect

if TYPE_CHECKING:
    from ..project import Project
    from .workspaces import Workspace


def duplicate(
    project: Project,
    title: str,
    workspace: Workspace | int,
    description: str | None,
    *,
    tasks: bool,
    members: bool,
) -> Project:
    """Copy a project, and return the copy."""
    body: dict[str, Any] = {
        "mode": "settings,data" if tasks else "settings",
        "title": title,
        "workspace": id_of(workspace, of="Workspace", client=project.client),
    }
    if description is not None:
        body["description"] = description
    if members:
        body["include_members"] = True
    path = f"/api/projects/{project.id}/duplicate/"
    made = expect(project.client.json("POST", path, json=body), "id")
    return model_of(project.client, type(project))._lazy(project.client, made, {})
