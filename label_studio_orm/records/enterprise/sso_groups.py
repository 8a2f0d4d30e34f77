"""What groups of an identity provider give: roles, workspaces, seats, projects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from ...orm.fields import Converter, one_of
from .roles import ROLES, word_of

SEATS = ("standard", "flex", "view only")
PROJECT_ROLES = ("inherit", "annotator", "reviewer")


def _id(project: Any) -> Any:
    return getattr(project, "id", project)


def _lower(role: Any) -> Any:
    return role.lower() if isinstance(role, str) else role


@frozen
class ProjectGroup:
    """A project whose members a group is, with a role there.

    Enterprise; checked against the official SDK's requests, not against a server.

    >>> ProjectGroup(project=7, group="radiologists", role="reviewer")
    ProjectGroup(project=7, group='radiologists', role='reviewer')
    """

    project: int = field(converter=_id)  # its id; a project can be given
    group: str
    role: str = field(default="inherit", converter=_lower)  # "inherit", "annotator", "reviewer"


def _pairs(load: Callable[[Any], Any], dump: Callable[[Any], Any]) -> Converter:
    """Return how pairs are read and written, of which the first item is read and written so."""

    def loaded(rows: Any) -> Any:
        if pairs_problem(rows):
            return [] if rows is None else rows  # a surprising value is passed on
        return [(load(first), group) for first, group in rows]

    def dumped(pairs: Any) -> Any:
        return pairs if pairs_problem(pairs) else [[dump(first), group] for first, group in pairs]

    return Converter(loaded, dumped)


def _same(value: Any) -> Any:
    return value


def _role(text: Any) -> Any:
    """Return the word for a role, which the server names as people do: "View Only"."""
    lower = _lower(text)
    return lower if lower in ROLES.values() else word_of(text)


def _title(text: Any) -> Any:
    return text.title()


PAIRS = _pairs(_same, _same)
ROLE_PAIRS = _pairs(_role, lambda role: _title(_role(role)))
SEAT_PAIRS = _pairs(lambda text: _lower(text) if _lower(text) in SEATS else text, _title)


def _load_groups(rows: Any) -> Any:
    try:
        return [ProjectGroup(row["project_id"], row["group"], row["role"]) for row in rows or ()]
    except (TypeError, KeyError):
        return rows  # a surprising value is passed on


def _dump_groups(groups: Any) -> Any:
    if not isinstance(groups, (list, tuple)):
        return groups
    return [_dump_group(each) if isinstance(each, ProjectGroup) else each for each in groups]


def _dump_group(group: ProjectGroup) -> dict[str, Any]:
    return {"project_id": group.project, "group": group.group, "role": group.role.title()}


PROJECT_GROUPS = Converter(_load_groups, _dump_groups)


def pairs_problem(
    value: Any, check: Callable[[Any], str | None] = lambda first: None
) -> str | None:
    """Return what is wrong with pairs of texts, or None; `check` is for the first of each."""
    if not isinstance(value, (list, tuple)):
        return f"must be a list of pairs, not {value!r}"
    for pair in value:
        if not isinstance(pair, (list, tuple)) or [*map(type, pair)] != [str, str]:
            return f"must have pairs like ('reviewer', 'name of a group'), not {pair!r}"
        problem = check(pair[0])
        if problem:
            return f"has {pair!r}, of which the first {problem}"
    return None


def role_pairs_problem(value: Any) -> str | None:
    """Return what is wrong with pairs of a role and a group, or None."""
    return pairs_problem(value, lambda role: one_of(*ROLES.values())(_role(role)))


def seat_pairs_problem(value: Any) -> str | None:
    """Return what is wrong with pairs of a seat and a group, or None."""
    return pairs_problem(value, lambda seat: one_of(*SEATS)(_lower(seat)))


def project_groups_problem(value: Any) -> str | None:
    """Return what is wrong with a list of groups of projects, or None."""
    if not isinstance(value, (list, tuple)):
        return f"must be a list of ProjectGroup, not {value!r}"
    for each in value:
        if not isinstance(each, ProjectGroup):
            return f"must have ProjectGroup(project=…, group=…, role=…), not {each!r}"
        problem = one_of(*PROJECT_ROLES)(each.role)
        if problem:
            return f"has {each!r}, whose role {problem}"
    return None
