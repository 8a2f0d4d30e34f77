"""Errors of a service behind the server, whose status the server answers as its own."""

from __future__ import annotations

import requests

from ..errors import BackendFailed
from ..text import shown
from .call import Answer, Call
from .decoding import decoded_or
from .error_responses import ERROR_LIMITS, MAX_DETAIL


def relayed_error(outcome: Answer, call: Call) -> BackendFailed | None:
    """Return the error of an ML backend: its body has an `error`, and those of the server none."""
    if not (call.relayed and isinstance(outcome, requests.Response) and not outcome.ok):
        return None
    body = decoded_or({}, outcome.content, ERROR_LIMITS)
    if not isinstance(body, dict) or "error" not in body or "detail" in body:
        return None
    text = shown(call.blanked(str(body["error"])), MAX_DETAIL)
    return BackendFailed(f"{call.what}: the ML backend failed: {text}", **call.facts)
