"""Who gets which tags."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from ...errors import InvalidInput, check_names, check_value
from ...orm.expressions import utc_text
from ...orm.fields import check_word
from ...orm.identity import id_of, ids_of
from ...orm.query import Query
from ...signatures import given
from .roles import USER_TYPES, code_of, role_problem

if TYPE_CHECKING:
    from ..member import Member
    from ..project import Project
    from ..user import User
    from .tags import MemberTag
    from .workspaces import Workspace

Who: TypeAlias = "Member | User | int"


class AssignmentOptions(TypedDict, total=False):
    """Which members get tags, where `everyone=True` is given."""

    role: str
    user_type: str  # "standard", "flex" or "viewonly"
    having: Iterable[MemberTag | int]  # members who have these tags
    is_deleted: bool
    not_in_project: Project | int  # not its members
    not_in_workspace: Workspace | int  # not its members
    active_since: datetime
    active_until: datetime


def assignment(
    query: Query[MemberTag],
    tags: Iterable[MemberTag | int],
    members: Iterable[Who] | None,
    *,
    everyone: bool,
    excluding: Iterable[Who],
    among: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the body and the parameters of an assignment; see `MemberTags.assign`."""
    check_names(among, AssignmentOptions.__annotations__, of="assign()")
    if everyone is (members is not None):
        raise InvalidInput("assign() needs the members, or everyone=True, and not both.")
    if among and not everyone:
        raise InvalidInput(f"{', '.join(among)} can only be given with everyone=True.")
    body: dict[str, Any] = {"all": everyone, "tags": _some(tag_ids(query, tags), "tag")}
    if members is not None:
        body["included"] = _some(_users(query, members, "members"), "member")
    if excluding:
        body["excluded"] = _users(query, excluding, "excluding")
    return body, _params(query, among)


def _params(query: Query[MemberTag], among: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that describe members."""
    check_value("role", role_problem(among.get("role")))
    check_word("user_type", among.get("user_type"), USER_TYPES)
    wires: Mapping[str, Callable[[Any], Any]] = {
        "role": code_of,
        "user_type": str,
        "having": lambda tags: ",".join(map(str, tag_ids(query, tags))),
        "is_deleted": lambda value: str(value).lower(),
        "not_in_project": lambda project: id_of(project, of="Project", client=query.client),
        "not_in_workspace": lambda space: id_of(space, of="Workspace", client=query.client),
        "active_since": partial(utc_text, "active_since"),
        "active_until": partial(utc_text, "active_until"),
    }
    sent = given(**among).items()
    return {WIRES.get(name, name): wires[name](value) for name, value in sent}


WIRES = {
    "having": "tags",
    "not_in_project": "exclude_project_id",
    "not_in_workspace": "exclude_workspace_id",
    "active_since": "user__last_activity__gte",
    "active_until": "user__last_activity__lte",
}


def tag_ids(query: Query[Any], tags: Iterable[MemberTag | int]) -> list[int]:
    """Return the ids of tags, or raise `InvalidInput`."""
    return ids_of(tags, "member_tag", client=query.client, name="tags")


def _users(query: Query[Any], users: Iterable[Who], name: str) -> list[int]:
    return ids_of(users, "User", client=query.client, name=name)


def _some(ids: list[int], noun: str) -> list[int]:
    if not ids:
        raise InvalidInput(f"assign() needs at least one {noun}.")
    return ids
