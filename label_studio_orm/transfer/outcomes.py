"""What a request that got no good answer may have done."""

from __future__ import annotations

from ..errors import ConnectionFailed, LabelStudioError, OutcomeUnknown, ServerError

REDIRECTED, TOO_LARGE, TOO_MANY_REQUESTS = 300, 413, 429  # status codes


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
