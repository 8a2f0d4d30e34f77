"""Roles: what people may do in an organization or a project."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...orm.fields import Converter, one_of

ROLES: Mapping[str, str] = MappingProxyType(
    {
        "OW": "owner",
        "AD": "administrator",
        "MA": "manager",
        "RE": "reviewer",
        "AN": "annotator",
        "NO": "not activated",
        "DI": "deactivated",
        "VO": "view only",
    }
)
CODES: Mapping[str, str] = MappingProxyType({word: code for code, word in ROLES.items()})


def word_of(role: Any) -> Any:
    """Return the word for a role; what is unknown is passed on.

    >>> word_of("RE"), word_of("reviewer")
    ('reviewer', 'reviewer')
    """
    return ROLES.get(role, role) if isinstance(role, str) else role


def code_of(role: Any) -> Any:
    """Return the server's code of a role, which can be given by word or by code.

    >>> code_of("reviewer"), code_of("RE")
    ('RE', 'RE')
    """
    return CODES.get(role, role) if isinstance(role, str) else role


USER_TYPES = ("standard", "flex", "viewonly")  # of seat
role_problem = one_of(*CODES, *ROLES)
ROLE = Converter(word_of, code_of, comparable=word_of)


def roles_problem(value: Any) -> str | None:
    """Return what is wrong with a list of roles, or None."""
    if not isinstance(value, (list, tuple)):
        return f"must be a list of roles, not {value!r}"
    return next((problem for role in value if (problem := role_problem(role))), None)


def words_of(roles: Any) -> Any:
    """Return the words for a list of roles."""
    return [*map(word_of, roles)] if isinstance(roles, list) else roles


ROLE_LIST = Converter(
    words_of,
    lambda roles: [*map(code_of, roles)] if isinstance(roles, (list, tuple)) else roles,
    comparable=words_of,
)
