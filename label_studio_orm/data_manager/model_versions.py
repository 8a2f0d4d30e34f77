"""Requests for the model versions of a project's predictions."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidInput, NotFound, nearest
from ..orm.context import Context
from ..orm.response_shape import NUMBER, shaped


def path_of(project: int) -> str:
    """Return the path of a project's model versions."""
    return f"/api/projects/{project}/model-versions"


def read_versions(context: Context, project: int) -> dict[str, int]:
    """Return how many predictions each model version has, the latest version first."""
    answer = context.json("GET", path_of(project))
    names = answer if isinstance(answer, dict) else {}
    counts: dict[str, int] = shaped(answer, dict.fromkeys(names, NUMBER))
    return counts


def checked_name(version: Any) -> str:
    """Return the name of a model version, or raise `InvalidInput`."""
    if not isinstance(version, str):
        raise InvalidInput(f"A model version must be a text such as 'm1', not {version!r}.")
    return version


def check_version(context: Context, project: int, version: str) -> None:
    """Raise `NotFound` with the nearest name if no prediction is of a model version."""
    known = read_versions(context, project)
    if version not in known:
        there = f" There are {', '.join(map(repr, known))}." if known else ""
        raise NotFound(
            f"No prediction of project {project} has the model version {version!r}."
            f"{nearest(version, known) or there}"
        )
