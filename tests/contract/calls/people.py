"""Members of workspaces and projects, roles and pauses."""

from __future__ import annotations

from typing import Any

from contract.call import ORGANIZATION, PROJECT, USER, Call, saved

WORKSPACE, PAUSE, ROLE = 7, 8, 9
OF_WORKSPACE, OF_PROJECT = {"id": WORKSPACE}, {"id": PROJECT}
OF_MEMBER = {"project_pk": PROJECT, "user_pk": USER}
OF_PAUSE = {**OF_MEMBER, "id": PAUSE}
WHERE = {"page": 1, "page_size": 100}
COUNTED = "the caller is told the number"


def workspace(ls: Any) -> Any:
    return ls.workspaces.get(WORKSPACE)


def project(ls: Any) -> Any:
    return ls.projects.get(PROJECT)


def pauses(ls: Any) -> Any:
    return project(ls).members.get(USER).pauses


def members(ls: Any) -> Any:
    return ls.organizations.get(ORGANIZATION).members


USERS_OWN = "of the user: member.user reads it"
OF_A_USER = dict.fromkeys(
    (
        *("active_organization", "active_organization_meta", "allow_newsletters", "avatar"),
        *("custom_hotkeys", "date_joined", "first_name", "initials", "last_activity"),
        *("last_name", "lse_fields", "org_membership", "organization_membership", "pause"),
        *("phone", "username", "contributed_to_projects", "created_projects"),
    ),
    USERS_OWN,
)

CALLS = [
    Call(
        "workspaces.members.paginated.list",
        lambda ls: list(workspace(ls).members),
        sdk={**OF_WORKSPACE, **WHERE},
    ),
    Call(
        "workspaces.members.list",
        lambda ls: list(workspace(ls).members),
        sdk=OF_WORKSPACE,
        differs=dict.fromkeys(("path", "query"), "we read the pages: the same users, to the end"),
    ),
    Call(
        "workspaces.members.create",
        lambda ls: workspace(ls).members.add(USER),
        sdk={**OF_WORKSPACE, "user": USER},
        unread=dict.fromkeys(("user", "workspace"), "what was sent"),
    ),
    Call(
        "workspaces.members.delete",
        lambda ls: workspace(ls).members.remove(USER),
        sdk={**OF_WORKSPACE, "user_id": USER},
    ),
    Call(
        "workspaces.members.bulk.post",
        lambda ls: workspace(ls).members.add_many([USER, 6]),
        sdk={**OF_WORKSPACE, "all_": False, "included": [USER, 6]},
    ),
    Call(
        "workspaces.members.bulk.delete",
        lambda ls: workspace(ls).members.remove_many(excluding=[USER, 6]),
        sdk={**OF_WORKSPACE, "all_": True, "excluded": f"{USER},6"},
    ),
    Call("workspaces.projects.list", lambda ls: list(workspace(ls).projects), sdk=OF_WORKSPACE),
    Call(
        "workspaces.projects.add",
        lambda ls: workspace(ls).projects.add(PROJECT),
        sdk={**OF_WORKSPACE, "project": PROJECT},
    ),
    Call(
        "workspaces.projects.remove",
        lambda ls: workspace(ls).projects.remove(PROJECT),
        sdk={**OF_WORKSPACE, "project": PROJECT},
    ),
    Call(
        "projects.members.paginated.list",
        lambda ls: list(project(ls).members.filter(role="RE")),
        sdk={**OF_PROJECT, **WHERE, "role": "RE"},
        answer={"project_role": "RE"},
    ),
    Call(
        "projects.members.add",
        lambda ls: project(ls).members.add(USER),
        sdk={**OF_PROJECT, "user": USER},
        unread=dict.fromkeys(("id", "user"), "what was sent"),
    ),
    Call(
        "projects.members.remove",
        lambda ls: project(ls).members.remove(USER),
        sdk={**OF_PROJECT, "user": USER},
    ),
    Call(
        "projects.members.bulk.post",
        lambda ls: project(ls).members.add_many([USER], roles={USER: "reviewer"}),
        sdk={
            **OF_PROJECT,
            "all_": False,
            "included": [USER],
            "roles": [{"user_id": USER, "role": "RE"}],
        },
        unread={"skipped_user_ids": COUNTED},
    ),
    Call(
        "projects.members.bulk.delete",
        lambda ls: project(ls).members.remove_many([USER, 6]),
        sdk={**OF_PROJECT, "all_": False, "included": f"{USER},6"},
    ),
    Call(
        "projects.members.export_csv",
        lambda ls: project(ls).members.export("members.csv"),
        sdk=OF_PROJECT,
    ),
    Call("projects.roles.get", lambda ls: list(project(ls).roles), sdk=OF_PROJECT),
    Call("projects.roles.list", lambda ls: list(ls.project_roles)),
    Call(
        "projects.roles.add",
        lambda ls: saved(project(ls).members.get(USER), role="reviewer"),
        sdk={"project": PROJECT, "user": USER, "role": "RE"},
        unread=dict.fromkeys(
            ("id", "project", "user", "role_source"), "of the role, which project.roles reads"
        ),
    ),
    Call(
        "projects.roles.remove",
        lambda ls: project(ls).roles.get(ROLE).delete(),
        sdk={"id": ROLE},
    ),
    Call("projects.pauses.list", lambda ls: list(pauses(ls)), sdk=OF_MEMBER),
    Call(
        "projects.pauses.create",
        lambda ls: project(ls).members.get(USER).pause("Too fast."),
        sdk={**OF_MEMBER, "reason": "MANUAL", "verbose_reason": "Too fast."},
    ),
    Call("projects.pauses.get", lambda ls: pauses(ls).get(PAUSE).refresh(), sdk=OF_PAUSE),
    Call(
        "projects.pauses.update",
        lambda ls: saved(pauses(ls).get(PAUSE), text="Much too fast."),
        sdk={**OF_PAUSE, "verbose_reason": "Much too fast."},
    ),
    Call("projects.pauses.delete", lambda ls: pauses(ls).get(PAUSE).delete(), sdk=OF_PAUSE),
    Call(
        "organizations.members.update",
        lambda ls: saved(members(ls).get(USER), role="manager", user_type="flex"),
        sdk={"id": ORGANIZATION, "user_id": USER, "role": "MA", "user_type": "flex"},
        unread={
            **OF_A_USER,
            **dict.fromkeys(
                ("user", "tags", "flex", "concurrency", "id", "role_source"), "read anew"
            ),
        },
    ),
    Call(
        "organizations.members.list_filtered",
        lambda ls: list(members(ls).search("ann", role="reviewer", tag=3)),
        sdk={"id": ORGANIZATION, "search": "ann", "role": "RE", "tags": 3, **WHERE},
        unread={**OF_A_USER, "id": "of the membership: ours is that of the user"},
    ),
    Call(
        "organizations.members.get_filter_schema",
        lambda ls: members(ls).filter_schema(),
        sdk={"id": ORGANIZATION},
    ),
    Call(
        "organizations.api_organizations_memberships_filter_options_membership_list",
        lambda ls: members(ls).membership_options("vision"),
        sdk={"id": ORGANIZATION, "search": "vision"},
    ),
    Call(
        "organizations.api_organizations_memberships_filter_options_skills_list",
        lambda ls: members(ls).skill_options("med"),
        sdk={"id": ORGANIZATION, "search": "med"},
    ),
]
