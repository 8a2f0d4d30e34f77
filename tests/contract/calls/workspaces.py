"""Workspaces, their members and projects."""

from __future__ import annotations

from contract.call import Call, saved

WORKSPACE = 7

CALLS = [
    Call("workspaces.list", lambda ls: list(ls.workspaces)),
    Call(
        "workspaces.create",
        lambda ls: ls.workspaces.create(title="Vision", color="#FF8800", description="Images"),
        sdk={"title": "Vision", "color": "#FF8800", "description": "Images"},
    ),
    Call(
        "workspaces.get", lambda ls: ls.workspaces.get(WORKSPACE).refresh(), sdk={"id": WORKSPACE}
    ),
    Call(
        "workspaces.update",
        lambda ls: saved(ls.workspaces.get(WORKSPACE), title="Images"),
        sdk={"id": WORKSPACE, "title": "Images"},
    ),
    Call(
        "workspaces.delete", lambda ls: ls.workspaces.get(WORKSPACE).delete(), sdk={"id": WORKSPACE}
    ),
]
