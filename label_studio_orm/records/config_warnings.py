"""Warnings about a labeling config when it is sent."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from ..data_manager.project_config import parsed
from ..errors import ConfigWarning, InvalidConfig, Rejected
from ..server_version import info_of
from ..stack import stack_level
from ..text import message_of

if TYPE_CHECKING:
    from ..labeling.problems import Problem
    from ..orm.context import Context

T = TypeVar("T")

HEAD = "The labeling config has problems (see LabelConfig.check()):"


def with_problems(client: Context, xml: Any, send: Callable[[], T]) -> T:
    """Send a config; report its problems in the server's error, or as a warning.

    A config that the server accepts is never an error: other editions and versions support more.
    """
    try:
        result = send()
    except Rejected as error:
        if "label_config" in (error.validation_errors or {}):
            for problem in problems_of(client, xml):
                error.add(str(problem))
        raise
    problems = problems_of(client, xml)
    if problems:
        from ..labeling.problems import format_problems

        warnings.warn(
            message_of(format_problems(HEAD, problems)), ConfigWarning, stacklevel=stack_level()
        )
    return result


def problems_of(client: Context, xml: Any) -> Sequence[Problem]:
    """Return the problems of a config for the server's edition."""
    try:
        problems = parsed(str(xml)).check()
    except InvalidConfig:
        return []  # the server has rejected it
    if any(each.edition for each in problems):
        edition = info_of(client).edition
        return [each for each in problems if not each.edition or each.edition != edition]
    return problems
