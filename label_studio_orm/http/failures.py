"""From a broken connection or a redirect to an error that names the server and the cause."""

from __future__ import annotations

from http.client import HTTPException
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from ..errors import (
    ConnectionFailed,
    InvalidInput,
    LabelStudioError,
    OutcomeUnknown,
    ServerTimeout,
    Unsupported,
)
from ..text import shown
from .call import Call
from .retry import never_arrived
from .settings import same_server

TOKENS = "/api/token/"  # all endpoints for personal access tokens


def connection_error(error: requests.RequestException, call: Call) -> LabelStudioError:
    """Name the server and the cause; leave out the request, which has the key in it."""
    server, said = _origin(call), call.what
    cause = shown(call.blanked(root_cause(error)))
    if never_arrived(error):
        return ConnectionFailed(f"Cannot connect to {server}: {cause}.", **call.facts)
    if isinstance(error, ValueError):  # found before sending; a bad header would be quoted
        what = "a header" if isinstance(error, requests.exceptions.InvalidHeader) else cause
        return InvalidInput(f"{said} cannot be sent to {server}: {what} is invalid.", **call.facts)
    if not call.repeatable:
        return OutcomeUnknown(
            f"{said} was sent to {server}, but no answer came back ({cause}): "
            "the change may have been made or not.",
            **call.facts,
        )
    if isinstance(error, requests.Timeout):
        return ServerTimeout(
            f"{server} gave no answer to {said} in {call.settings.timeouts[1]:g} s. "
            "Give it longer with timeout=.",
            **call.facts,
        )
    return ConnectionFailed(f"Lost {server} during {said}: {cause}.", **call.facts)


def _origin(call: Call) -> str:
    if same_server(call.url, call.settings.server):
        return call.settings.server
    parts = urlsplit(call.url)
    return shown(f"{parts.scheme}://{parts.hostname}")


def foreign(response: requests.Response, call: Call) -> LabelStudioError:
    host, reason = (
        shown(call.blanked(text or ""))
        for text in (urlsplit(response.url).hostname, response.reason)
    )
    redirected = "" if same_server(response.url, call.url) else f" was redirected to {host}, which"
    return ConnectionFailed(
        f"{call.what}{redirected} answered {response.status_code} {reason}.",
        status=response.status_code,
        **call.facts,
    )


def redirected(response: requests.Response, call: Call) -> LabelStudioError:
    target = shown(call.blanked(response.headers.get("Location", "nowhere")))
    return ConnectionFailed(
        f"{call.what} was redirected to {target}, which was not followed: use the "
        f"server's final URL in place of {call.settings.server}.",
        status=response.status_code,
        **call.facts,
    )


def no_personal_access_tokens(release: str, call: Call) -> LabelStudioError:
    return Unsupported(
        f"Label Studio {shown(release)} has no personal access tokens; 1.17 and later have them. "
        f"Use the user's legacy token: it is at {call.settings.server} under Account & Settings.",
        status=404,
        **call.facts,
    )


def root_cause(error: BaseException) -> str:
    """Return the innermost reason in few words: "Connection refused", not three wrappers."""
    while isinstance(error.__context__, (OSError, HTTPError, HTTPException)):
        error = error.__context__
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).rstrip(".")


def without_frames(error: requests.RequestException) -> requests.RequestException:
    """Return an error of `requests` without its request and its frames, which have the key."""
    error.request = None
    cause: BaseException | None = error
    while cause is not None:
        cause.__traceback__ = None
        cause = cause.__context__
    return error
