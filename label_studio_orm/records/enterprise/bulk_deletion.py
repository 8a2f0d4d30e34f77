"""Annotations that are deleted together, where the server has a way for that."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import EditionError, note
from ...orm.context import Context
from ...orm.response_shape import count_of
from ...progress import progress_bar
from ...server_version import COMMUNITY, info_of

PATH = "/api/annotations/bulk-delete/"
MOST = 100  # in a request, as the server has it
REFUSED = "no bulk deletion of annotations"  # a fact of a client


def delete_together(context: Context, project: int, ids: Sequence[int]) -> int | None:
    """Delete annotations; return how many the server says it has, None if it has no such way."""
    few = len(ids) < 2
    if few or context._facts.get(REFUSED) or info_of(context).edition == COMMUNITY:
        return None
    try:
        return _delete(context, project, ids)
    except EditionError:  # of the first request: nothing was deleted
        context._facts[REFUSED] = True
        return None


def _delete(context: Context, project: int, ids: Sequence[int]) -> int:
    done = 0
    try:
        with progress_bar(None, what="Deleting", unit=" annotations", total=len(ids)) as advance:
            for start in range(0, len(ids), MOST):
                some = list(ids[start : start + MOST])
                answer = context.json("POST", PATH, json={"ids": some, "project": project})
                done += count_of(answer, "deleted_count")
                advance(len(some))
    except BaseException as error:
        note(error, f"{done:,} of the {len(ids):,} annotations were deleted before that.")
        raise
    finally:
        context._cache.clear()
    return done
