"""What scripts did with label-studio-sdk below 1 on Enterprise; see `cases`.

There is no Enterprise server to test on, so a stub answers these and records the requests.
"""

from __future__ import annotations

from typing import Any

from cases.case import Cases

CASES = Cases()
case = CASES.add
TASKS = [101, 102, 103, 104]


def project_of(side: Any) -> Any:
    return side.sdk.Project.get_from_id(side.client, 1)


def described(user: Any) -> Any:
    roles = [(each.role.name, each.organization_id) for each in user.org_membership]
    return user.id, user.email, user.first_name, user.last_activity.isoformat(), roles


@case("Project.get_members", "User.set_role")
def members(side: Any) -> Any:
    found = project_of(side).get_members()
    answer = found[0].set_role(side.module("users").UserRole.REVIEWER)
    return [described(user) for user in found[1:]], answer.status_code


@case("Project.add_member")
def add_member(side: Any) -> Any:
    return project_of(side).add_member(side.new_user())


@case("Project.assign_annotators", "Project.assign_reviewers")
def assign(side: Any) -> Any:
    project, users = project_of(side), side.client.get_users()
    return project.assign_annotators(users, TASKS), project.assign_reviewers(users[:1], TASKS)


@case("Project.delete_annotators_assignment", "Project.delete_reviewers_assignment")
def unassign(side: Any) -> Any:
    project = project_of(side)
    return project.delete_annotators_assignment(TASKS), project.delete_reviewers_assignment(TASKS)


@case(
    *("Client.get_workspaces", "Client.get_workspace_by_title", "Workspace.add_user"),
    *("Workspace.remove_user", "Workspace.get_projects"),
)
def workspaces(side: Any) -> Any:
    found = side.client.get_workspaces()
    vision, user = side.client.get_workspace_by_title("Vision"), side.new_user()
    return (
        [(each.id, each.title, each.description, each.color, each.is_personal) for each in found],
        side.client.get_workspace_by_title("No such") is None,
        vision.add_user(user),
        vision.remove_user(user),
        [project.title for project in vision.get_projects()],
    )


@case("Project.connect_s3s_iam_import_storage")
def storage_by_role(side: Any) -> Any:
    project = project_of(side)
    return (
        project.connect_s3s_iam_import_storage("arn:aws:iam::1:role/x", bucket="b", title="T"),
        project.connect_s3s_iam_import_storage("arn", "external", "b", "p", ".*", False, False, 5),
    )


@case("Project.assign_annotators_by_sampling")
def share_among_annotators(side: Any) -> Any:
    answers = project_of(side).assign_annotators_by_sampling([5, 6])
    return sum(answer["assignments"] for answer in answers)


@case("Project.assign_reviewers_by_sampling")
def share_among_reviewers(side: Any) -> Any:
    users = side.client.get_users()
    random = side.project_module.AssignmentSamplingMethod.RANDOM
    answers = project_of(side).assign_reviewers_by_sampling(
        users, method=random, fraction=0.5, overlap=2
    )
    return sum(answer["assignments"] for answer in answers)
