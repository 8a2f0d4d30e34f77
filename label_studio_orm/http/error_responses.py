"""From an answer of status 400 or above to an error."""

from __future__ import annotations

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

SOME = 3  # problems of a field that a message tells; all are in error.validation_errors
LONG = 2_000  # characters of a detail
FAILED = 500
SHALLOW = Limits(levels=100)  # an error is looked through and shown, which takes frames

# Status → which part of a request was too large, and what to do about it.
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

# Texts of gunicorn and nginx with status 400 → the status that would fit.
TEXTS_OF_400 = {
    "Request Line is too large": 414,
    "Request Header Or Cookie Too Large": 431,
}

ERRORS_BY_STATUS: dict[int, type[LabelStudioError]] = {
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    429: ServerError,
}


def is_json(response: requests.Response) -> bool:
    return "json" in response.headers.get("Content-Type", "")


def error_for(response: requests.Response, call: Call) -> LabelStudioError:
    """Build the error for an answer of status 400 or above."""
    status = response.status_code
    kind = ERRORS_BY_STATUS.get(status) or (ServerError if status >= 500 else Rejected)
    body = call.blanked(_body(response))
    detail = body.get("detail", body.get("message"))
    problems = body.get("validation_errors")
    says = _validation_text(problems) if problems else _text(detail, response)
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
    """Return what an answer says; for a database error, also what that means."""
    meant = meaning(str(detail)) if response.status_code == FAILED else ""
    if meant:
        return f"{shown(readable(str(detail)), LONG)}. {meant}"
    return shown(detail or response.reason or "", LONG)


def _hint(response: requests.Response, detail: str, call: Call) -> str:
    """Return what to do about an error."""
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
    """Return the status; for a 400 whose text says more, the one that fits."""
    if response.status_code != 400 or is_json(response):
        return response.status_code
    exact = (status for words, status in TEXTS_OF_400.items() if words.encode() in response.content)
    return next(exact, 400)


def _body(response: requests.Response) -> dict[str, Any]:
    try:
        body = decoded_or({}, response.content, SHALLOW)
    except requests.RequestException:  # it broke off
        return {}
    return body if isinstance(body, dict) else {"detail": body}


def _validation_text(problems: Any) -> str:
    """Flatten {"title": ["too long"]} to "title: too long"."""
    if not isinstance(problems, dict):
        return shown(problems, LONG)
    lines = []
    for field, texts in problems.items():
        texts = texts if isinstance(texts, list) else [texts]
        text = listed((item for item in texts if item), most=SOME, between="; ")
        lines.append(text if field == "non_field_errors" else f"{shown(field)}: {text}")
    return listed(lines, between="; ")
