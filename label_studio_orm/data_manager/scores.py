"""The model version of a project, whose predictions `predictions_score` averages.

A new project has none (""), and every score is null. The server sets it when it imports tasks with
predictions, but not when predictions are created. With None, all versions are averaged.
"""

from __future__ import annotations

from contextlib import suppress

from ..errors import InvalidInput, LabelStudioError
from ..orm.context import Context
from ..orm.identity import record_key
from ..orm.response_shape import expect
from ..orm.selection import Selection
from .model_versions import read_versions

MODEL_VERSION = "model_version"  # its kind in the cache
SCORE = "predictions_score"


def set_version(context: Context, project: int, version: str) -> None:
    """Set the model version of a project that has none, as an import of predictions does.

    It is tried once; failure is no error, because the predictions exist already.
    """
    tried = record_key(context, f"{MODEL_VERSION} tried", project)
    with suppress(LabelStudioError):
        if not version or context._cache.get(tried) or _version(context, project) != "":
            return
        context._cache.replace(tried, {MODEL_VERSION: version})
        try:
            path = f"/api/projects/{project}/"
            context.json("PATCH", path, json={"model_version": version})
        finally:
            context._cache.replace(record_key(context, "project", project), None)
        keep_version(context, project, version)


def keep_version(context: Context, project: int, version: str | None) -> None:
    """Cache the model version that was read with a project."""
    cache = context._cache
    cache.fill(record_key(context, MODEL_VERSION, project), {MODEL_VERSION: version}, cache.stamp())


def check_scores(selection: Selection, context: Context, project: int) -> None:
    """Refuse to filter or order by scores while all of them are null."""
    where = (
        [] if selection.where is None else [each.column for each in selection.where.conditions()]
    )
    columns = [*where, *(order.column for order in selection.order)]
    if all(getattr(column, "wire", "") != SCORE for column in columns):
        return
    if _version(context, project) != "":
        return
    named = sorted(filter(None, read_versions(context, project)))
    if named:
        raise InvalidInput(
            f"To use {SCORE}, project.model_version must be set; it is null for all tasks "
            f"otherwise. Set it: project.model_version = {named[0]!r}; project.save()."
        )


def _version(context: Context, project: int) -> str | None:
    key = record_key(context, MODEL_VERSION, project)
    known = context._cache.get(key)
    if known is None:
        stamp, path = context._cache.stamp(), f"/api/projects/{project}/"
        answer = context.json("GET", path, params={"include": f"id,{MODEL_VERSION}"})
        known = {MODEL_VERSION: expect(answer, MODEL_VERSION)}
        context._cache.fill(key, known, stamp)
    version: str | None = known[MODEL_VERSION]
    return version
