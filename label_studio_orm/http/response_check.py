"""Check of responses: return a successful one, raise the error for any other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import evolve
from requests import Response

from ..errors import (
    ConnectionFailed,
    EditionError,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
)
from ..redaction import blanked
from ..text import shown
from .auth import ApiKey
from .call import Call
from .connection_errors import TOKENS, foreign, no_personal_access_tokens, not_signed, redirected
from .decoding import decoded
from .destinations import destination_of
from .error_responses import INTERNAL_ERROR, error_for, is_json
from .settings import Settings

Deliver: TypeAlias = Callable[[Call], Response]  # sends a request, with retries

NO_SUCH_METHOD = 405
NO_ACTION = re.compile(r"Can't find ('.*') in registered actions")  # of the Data Manager


def checked_response(response: Response, call: Call, deliver: Deliver) -> Response:
    """Return a successful response; raise the error for any other."""
    status, there = response.status_code, destination_of(response)
    refused = status in (401, 403) or (status < 300 and there.is_login)
    if status < 300 and (there.signed or not refused):
        return response
    response.close()  # its body is read by now, if it is needed
    if there.own and not there.signed and refused:
        raise not_signed(response, call)
    if not there.own:
        raise foreign(response, call)
    if status < 400:
        raise redirected(response, call)
    if status == 404 and not is_json(response):
        raise _nothing_there(response, call, deliver)
    error = error_for(response, call)
    if what := _missing(error, call):
        raise _edition_error(what, error, call, deliver)
    if status in (502, 504) and not call.repeatable:
        raise OutcomeUnknown(
            f"{error} A gateway gave up waiting: the change may have been made or not.",
            **error.__dict__,
        )
    raise error


def _nothing_there(response: Response, call: Call, deliver: Deliver) -> LabelStudioError:
    """Distinguish a missing record from a missing endpoint: both give a 404 with an HTML page.

    An endpoint refuses a method that it does not have (405) before it looks up the record. So a
    404 even to such a method means that the endpoint is missing.
    """
    bare = _bare(call)
    version = _version(bare, deliver)
    if version is None:
        return not_label_studio(response, call.key, call.settings)
    said = f"{call.what} → 404"
    if deliver(evolve(bare, method="PROPFIND")).status_code != 404:
        return NotFound(f"{said}: there is no such record.", status=404, **call.facts)
    if call.path.startswith(TOKENS):
        return no_personal_access_tokens(version["release"], call)
    text = f"{said}: {_lacks(version, 'no such endpoint', call)}"
    return EditionError(text, status=404, **call.facts)


def _missing(error: LabelStudioError, call: Call) -> str:
    """Return what the server does not have, a method or an action; or "".

    A refusal of an existing method can have status 405 too, with a text of its own.
    """
    if error.status == NO_SUCH_METHOD and error.detail == f'Method "{call.method}" not allowed.':
        return f"no {call.method} at this path"
    found = NO_ACTION.fullmatch(error.detail or "") if error.status == INTERNAL_ERROR else None
    return f"no action {shown(found[1])}" if found else ""


def _edition_error(
    what: str, error: LabelStudioError, call: Call, deliver: Deliver
) -> LabelStudioError:
    """Return the error for what other editions or versions may have."""
    version = _version(_bare(call), deliver)
    if version is None:
        return error
    text = f"{call.what} → {error.status}: {_lacks(version, what, call)}"
    return EditionError(text, **error.__dict__)


def _bare(call: Call) -> Call:
    """Return a call that asks about the server instead."""
    return evolve(call, body={"headers": {}}, repeatable=True)


def _version(bare: Call, deliver: Deliver) -> dict[str, Any] | None:
    """Return what the server says of its version; None if it is no Label Studio."""
    try:
        answer = deliver(evolve(bare, method="GET", path="/api/version", files_only=False))
        version: dict[str, Any] = decoded(answer.content)
        version["release"]
    except (LabelStudioError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return version


def _lacks(version: dict[str, Any], what: str, call: Call) -> str:
    from .enterprise_features import feature_of  # late, as only this error needs it

    server = shown(f"{version.get('edition', 'Label Studio')} {version['release']}")
    feature = feature_of(call.method, call.path, call.body.get("params") or {})
    if feature and "Enterprise" not in server:
        return f"only Label Studio Enterprise has {feature}; this server is {server}."
    return (
        f"this server ({server}) has {what}. It may need "
        f"{'Enterprise or a newer' if 'Community' in server else 'another'} version, "
        "or be mistyped."
    )


def not_label_studio(response: Response, key: ApiKey, settings: Settings) -> ConnectionFailed:
    """Return the error for a response that is not JSON."""
    said = blanked(
        response.headers.get("Content-Type", "nothing").partition(";")[0],
        (*key.secrets, *settings.secrets),
    )
    return ConnectionFailed(
        f"{settings.server} answered with {shown(said, 60)} (status "
        f"{response.status_code}) where Label Studio sends JSON. Is it the address of "
        "a Label Studio server, without a login page or another site in front?",
        status=response.status_code,
    )
