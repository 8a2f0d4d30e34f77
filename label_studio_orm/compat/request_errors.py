"""Errors of requests, as the old SDK raised them: exceptions of the package `requests`."""

from __future__ import annotations

import json

from ..errors import LabelStudioError
from ..http import ConnectionError, HTTPError, Response, Timeout
from .exceptions import LabelStudioException


class RequestRefused(LabelStudioException, HTTPError):
    """The server refused a request, or failed; `response` has its status and its answer."""


class RequestLost(LabelStudioException, ConnectionError):
    """The server could not be reached, or did not answer."""


class RequestTimedOut(LabelStudioException, Timeout):
    """The server did not answer in time."""


def refused(error: LabelStudioError) -> RequestRefused:
    """Return the error for a status of 400 or more."""
    response = Response()
    response.status_code = error.status or 0
    said = {
        "detail": error.detail,
        "validation_errors": error.validation_errors,
        "id": error.error_id,
    }
    response._content = json.dumps(said).encode()
    response.url = error.path or ""
    return RequestRefused(str(error), response=response)


def lost(error: LabelStudioError) -> RequestLost | RequestTimedOut:
    """Return the error for a request without an answer."""
    return (RequestTimedOut if isinstance(error, TimeoutError) else RequestLost)(str(error))
