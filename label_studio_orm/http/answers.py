"""From an answer of status 400 or above to an error."""

from __future__ import annotations

import json
from typing import Any

import requests

from ..errors import (
    AuthenticationError,
    LabelStudioError,
    NotFound,
    PermissionDenied,
    Rejected,
    ServerError,
    listed,
    shortened,
)
from .call import Call

SOME = 3  # problems of a field that a message tells; all are in error.validation_errors
LONG = 2_000  # characters of a detail

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
    body = _body(response)
    detail = body.get("detail", body.get("message"))
    problems = body.get("validation_errors")
    says = (
        _validation_text(problems) if problems else shortened(detail or response.reason or "", LONG)
    )
    message = f"{call.method} {call.path} → {status}: {says}".rstrip(": ")
    if status == 401:
        message += (
            f"\nA {call.key.kind} was sent. Check it at {call.settings.server} under "
            f"{call.key.where}: it may be mistyped, expired, revoked, of another server, or that "
            "kind of key may be switched off for the organization."
        )
    return kind(
        message,
        status=status,
        detail=None if detail is None else str(detail),
        validation_errors=problems if isinstance(problems, dict) else None,
        error_id=body.get("id"),
        **call.facts,
    )


def _body(response: requests.Response) -> dict[str, Any]:
    try:
        body = json.loads(response.content)
    except (ValueError, requests.RequestException):  # not JSON, or it broke off
        return {}
    return body if isinstance(body, dict) else {"detail": body}


def _validation_text(problems: Any) -> str:
    """Flatten {"title": ["too long"]} to "title: too long"."""
    if not isinstance(problems, dict):
        return str(problems)
    lines = []
    for field, texts in problems.items():
        texts = texts if isinstance(texts, list) else [texts]
        text = listed((item for item in texts if item), most=SOME, between="; ")
        lines.append(text if field == "non_field_errors" else f"{field}: {text}")
    return "; ".join(lines)
