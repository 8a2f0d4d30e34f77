"""Invitations by email."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ...orm.context import Context
from ...orm.fields import one_of
from ...orm.identity import id_of
from ..user import address_problem
from .roles import code_of, role_problem
from .tag_assignment import USER_TYPES

if TYPE_CHECKING:
    from ..project import Project
    from .workspaces import Workspace


def send_invitation(
    client: Context,
    emails: str | Iterable[str],
    *,
    role: str | None,
    user_type: str | None,
    projects: Iterable[Project | int],
    workspaces: Iterable[Workspace | int],
) -> None:
    """Send invitations; see `Organization.invite`."""
    _check("role", role_problem(role))
    _check("user_type", one_of(*USER_TYPES)(user_type))
    ids = {
        "projects": [id_of(each, of="Project", client=client) for each in projects],
        "workspaces": [id_of(each, of="Workspace", client=client) for each in workspaces],
    }
    given = [checked_address(each) for each in ([emails] if isinstance(emails, str) else emails)]
    if not given:
        raise InvalidInput("emails must have at least one address.")
    body: dict[str, Any] = {"emails": given, "role": code_of(role), "user_type": user_type, **ids}
    sent = {name: value for name, value in body.items() if value}
    client.json("POST", "/api/invite/send-email", json=sent)


def checked_address(email: Any) -> str:
    """Return an address, or raise `InvalidInput`."""
    _check("email", address_problem(email))
    return str(email)


def _check(name: str, problem: str | None) -> None:
    if problem:
        raise InvalidInput(f"{name} {problem}.")
