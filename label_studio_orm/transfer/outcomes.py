"""What a request that got no good answer may have done."""

from __future__ import annotations

import re

from ..errors import ConnectionFailed, LabelStudioError, OutcomeUnknown, ServerError
from ..http.database_errors import meaning, primary

# What the server says of itself where it is over soon; any other error of its own comes again.
# A row may contain these words, too: see `primary`.
TRANSIENT = re.compile(r"lock|connect|time.?out|too many|terminat|memory|disk|recovery", re.I)

REDIRECTED, TOO_LARGE, TOO_MANY_REQUESTS, FAILED = 300, 413, 429, 500  # status codes


def may_be_made(error: LabelStudioError) -> bool:
    """Tell whether the change may have been made all the same."""
    if isinstance(error, ConnectionFailed):
        return error.status is not None  # it was answered, by whatever
    if isinstance(error, (OutcomeUnknown, ServerError)):
        return error.status != TOO_MANY_REQUESTS
    return False  # refused


def worth_another_try(error: LabelStudioError) -> bool:
    """Tell whether there is a use in looking what was made, and sending the rest again."""
    if isinstance(error, ConnectionFailed):
        return error.status is None or error.status < REDIRECTED
    return isinstance(error, (OutcomeUnknown, ServerError))


def failed_itself(error: LabelStudioError) -> bool:
    """Tell whether Label Studio itself failed on a request, and would fail again.

    It has answered, so nothing is in progress: whatever it created exists already.
    """
    passing = TRANSIENT.search(primary(error.detail or "")) and not refused_by_database(error)
    return _own(error) and not passing


def refused_by_database(error: LabelStudioError) -> bool:
    """Tell whether the server's database could not store what was sent: nothing was created."""
    return _own(error) and bool(meaning(error.detail or ""))


def _own(error: LabelStudioError) -> bool:
    """Tell whether Label Studio itself failed, not a proxy in front of it."""
    failed = isinstance(error, ServerError) and error.status == FAILED
    return failed and error.error_id is not None
