"""Invitations by email."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, check_items, check_value
from ...orm.context import Context
from ...orm.fields import check_word
from ...orm.identity import ids_of
from ..user import address_problem
from .roles import USER_TYPES, code_of, role_problem

if TYPE_CHECKING:
    from ..project import Project
    from .workspaces import Workspace


def invitation(
    client: Context,
    emails: str | Iterable[str],
    role: str | None,
    user_type: str | None,
    projects: Iterable[Project | int],
    workspaces: Iterable[Workspace | int],
) -> dict[str, Any]:
    """Return the body of a request that invites people; see `Organization.invite`."""
    check_value("role", role_problem(role))
    check_word("user_type", user_type, USER_TYPES)
    given = [emails] if isinstance(emails, str) else emails
    check_items(given, name="emails", example="['ann@example.com']")
    addresses = [checked_address(each) for each in given]
    if not addresses:
        raise InvalidInput("emails must have at least one address.")
    body = {
        "emails": addresses,
        "role": code_of(role),
        "user_type": user_type,
        "projects": ids_of(projects, "Project", client=client, name="projects"),
        "workspaces": ids_of(workspaces, "Workspace", client=client, name="workspaces"),
    }
    return {name: value for name, value in body.items() if value}


def checked_address(email: Any) -> str:
    """Return an address, or raise `InvalidInput`."""
    check_value("email", address_problem(email))
    return str(email)
