"""Enterprise features on Community: every call is refused."""

from __future__ import annotations

from typing import Any

from .case import case, failed


@case(
    *("Project.get_members", "Project.add_member", "Project.assign_annotators"),
    *("Project.assign_reviewers", "Project.delete_annotators_assignment"),
    *("Project.delete_reviewers_assignment", "Project.assign_annotators_by_sampling"),
    *("Project.assign_reviewers_by_sampling", "User.set_role"),
)
def enterprise_on_community(side: Any) -> Any:
    project, ids = side.project, side.tasks
    user = side.new_user()
    return [
        failed(project.get_members),
        failed(project.add_member, user),
        failed(project.assign_annotators, [user], ids),
        failed(project.assign_reviewers, users=[user], tasks_ids=ids),
        failed(project.delete_annotators_assignment, ids),
        failed(project.delete_reviewers_assignment, ids),
        failed(project.assign_annotators_by_sampling, []),
        failed(project.assign_annotators_by_sampling, [user], overlap=2),
        failed(project.assign_reviewers_by_sampling, [user]),
        failed(user.set_role, side.module("users").UserRole.REVIEWER),
    ]
