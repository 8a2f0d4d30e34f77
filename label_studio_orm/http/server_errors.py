"""Failures of Label Studio itself (status 500): whether the same request would fail again."""

from __future__ import annotations

import re

from ..errors import LabelStudioError, ServerError
from .database_errors import meaning, primary

# What the server says of itself where it is over soon; any other error of its own comes again.
# A row may contain these words, too: see `primary`.
TRANSIENT = re.compile(r"lock|connect|time.?out|too many|terminat|memory|disk|recovery", re.I)
FAILED = 500


def failed_itself(error: LabelStudioError) -> bool:
    """Tell whether Label Studio itself failed on a request, and would fail again.

    It has answered, so nothing is in progress: whatever it created exists already.
    """
    transient = TRANSIENT.search(primary(error.detail or "")) and not refused_by_database(error)
    return _is_own(error) and not transient


def refused_by_database(error: LabelStudioError) -> bool:
    """Tell whether the server's database could not store what was sent: nothing was created."""
    return _is_own(error) and bool(meaning(error.detail or ""))


def _is_own(error: LabelStudioError) -> bool:
    """Tell whether Label Studio itself failed, not a proxy in front of it."""
    failed = isinstance(error, ServerError) and error.status == FAILED
    return failed and error.error_id is not None
