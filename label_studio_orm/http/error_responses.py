"""Errors for responses of status 400 and above."""

from __future__ import annotations

import re
from typing import Any

import requests

from ..errors import (
    AuthenticationError,
    LabelStudioError,
    NotFound,
    PermissionDenied,
    Rejected,
    ServerError,
)
from ..limits import Limits
from ..text import listed, shown
from .call import Call
from .database_errors import meaning, readable
from .decoding import decoded_or

MAX_PROBLEMS = 3  # of a field in a message; all are in error.validation_errors
MAX_DETAIL = 2_000  # characters
INTERNAL_ERROR = 500
ERROR_LIMITS = Limits(levels=100)  # errors are processed recursively

# Status → the part of the request that is too large, and a remedy.
TOO_LARGE = {
    413: (
        "Its body has {body} bytes, too many for the server or a proxy in front of it: send less "
        "at once, or have the limit raised (client_max_body_size in nginx)."
    ),
    414: (
        "Its URL has {url:,} characters, too many for the server or a proxy in front of it "
        "(gunicorn allows 4,094, nginx 8,192): ask for less at once, for example with fewer values "
        "in a filter."
    ),
    431: (
        "Its headers are too large for the server or a proxy in front of it: check headers= and "
        "the cookies of your session."
    ),
}

# Texts of gunicorn and nginx with status 400 → the accurate status.
TEXTS_OF_400 = {
    "Request Line is too large": 414,
    "Request Header Or Cookie Too Large": 431,
}

# What the server fails with where an upload was deleted or replaced, in all versions.
UPLOADS = "/data/upload/"
LACKS_UPLOAD = "'NoneType' object has no attribute 'has_permission'"
NOT_THERE = re.compile(r"\w+ matching query does not exist\.?")  # what it names was deleted
GONE = "the server does not have this file any more: its upload was deleted or replaced."

ERRORS_BY_STATUS: dict[int, type[LabelStudioError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    429: ServerError,
}


def is_json(response: requests.Response) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def error_for(response: requests.Response, call: Call) -> LabelStudioError:
    """Build the error for a response of status 400 or above."""
    status = response.status_code
    kind = ERRORS_BY_STATUS.get(status) or (ServerError if status >= 500 else Rejected)
    body = call.blanked(_body(response))
    detail = body.get("detail", body.get("message"))
    problems = body.get("validation_errors") or _problems_of_fields(body)
    says = _validation_text(problems) if problems else _text(detail, response)
    if detail == LACKS_UPLOAD and UPLOADS in call.path:
        kind, says = NotFound, GONE
    if status == INTERNAL_ERROR and NOT_THERE.fullmatch(str(detail)):
        kind = NotFound
    message = f"{call.what} → {status}: {call.blanked(says)}".rstrip(": ")
    hint = _hint(response, str(detail), call)
    message += f"\n{hint}" if hint else ""
    return kind(
        message,
        status=status,
        detail=None if detail is None else str(detail),
        validation_errors=problems if isinstance(problems, dict) else None,
        error_id=body.get("id"),
        **call.facts,
    )


def _text(detail: Any, response: requests.Response) -> str:
    """Return the text of an error; with an explanation for a database error."""
    explanation = meaning(str(detail)) if response.status_code == INTERNAL_ERROR else ""
    if explanation:
        return f"{shown(readable(str(detail)), MAX_DETAIL)}. {explanation}"
    return shown(detail or response.reason or "", MAX_DETAIL)


def _hint(response: requests.Response, detail: str, call: Call) -> str:
    """Return a remedy for an error, or ""."""
    if response.status_code == 401 and "legacy token authentication has been disabled" in detail:
        return (
            f"Legacy tokens are switched off at {call.settings.server}. Use a personal access "
            "token (Account & Settings → Personal Access Token), or have legacy tokens switched on "
            "on its Organization page."
        )
    if response.status_code == 401:
        return (
            f"A {call.key.kind} was sent. Check it at {call.settings.server} under "
            f"{call.key.where}: it may be mistyped, expired, revoked, of another server, or that "
            "kind of key may be switched off for the organization."
        )
    status = _status(response)
    sent = response.request
    body = f"{int(sent.headers.get('Content-Length') or 0):,}"
    return TOO_LARGE.get(status, "").format(body=body, url=len(sent.url or ""))


def _status(response: requests.Response) -> int:
    """Return the status, corrected for a 400 with a more specific text."""
    if response.status_code != 400 or is_json(response):
        return response.status_code
    texts = TEXTS_OF_400.items()
    return next((status for text, status in texts if text.encode() in response.content), 400)


def _body(response: requests.Response) -> dict[str, Any]:
    try:
        body = decoded_or({}, response.content, ERROR_LIMITS)
    except requests.RequestException:  # the connection was lost
        return {}
    return body if isinstance(body, dict) else {"detail": body}


def _problems_of_fields(body: dict[str, Any]) -> dict[str, Any] | None:
    """Return problems by field where they are the whole body: {"label_config": ["not XML"]}."""
    return body if body and all(isinstance(each, list) for each in body.values()) else None


def _validation_text(problems: Any) -> str:
    """Flatten {"title": ["too long"]} to "title: too long"."""
    if not isinstance(problems, dict):
        return shown(problems, MAX_DETAIL)
    lines = []
    for field, texts in problems.items():
        texts = texts if isinstance(texts, list) else [texts]
        text = listed((item for item in texts if item), most=MAX_PROBLEMS, between="; ")
        lines.append(text if field == "non_field_errors" else f"{shown(field)}: {text}")
    return listed(lines, between="; ")
