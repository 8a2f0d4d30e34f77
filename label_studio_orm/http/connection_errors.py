"""Errors for failed connections and refused redirects, with the server and the cause."""

from __future__ import annotations

from http.client import HTTPException

import requests
from urllib3.exceptions import HTTPError

from ..errors import (
    ConnectionFailed,
    HostNotAllowed,
    InvalidInput,
    LabelStudioError,
    OutcomeUnknown,
    PermissionDenied,
    ServerTimeout,
    Unsupported,
)
from ..text import shown
from .call import Call
from .destinations import destination_of
from .error_responses import ERRORS_BY_STATUS
from .public_hosts import PrivateHost
from .retry import never_arrived

TOKENS = "/api/token/"  # all endpoints for personal access tokens


def connection_error(error: requests.RequestException, call: Call) -> LabelStudioError:
    """Return an error with the server and the cause, but without the request, which has the key."""
    there = destination_of(error, call.destination)
    server, said, facts = there.origin, call.what, {**call.facts, "host": there.address.netloc}
    cause = shown(call.blanked(root_cause(error)))
    if never_arrived(error):
        return ConnectionFailed(f"Cannot connect to {server}: {cause}.", **facts)
    if isinstance(error, PrivateHost):
        return _not_allowed(error, call)
    if isinstance(error, ValueError):  # raised before sending; its text quotes an invalid header
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
            **facts,
        )
    return ConnectionFailed(f"Lost {server} during {said}: {cause}.", **facts)


def _not_allowed(error: PrivateHost, call: Call) -> HostNotAllowed:
    host, where = shown(error.host), f"{error.address}, in a {error.network} network"
    return HostNotAllowed(
        f"{call.what} leads to {host}"
        f"{f' ({where})' if host != error.address else f', in a {error.network} network'}: "
        "nothing was sent there, as the address comes from data or a redirect. To allow it, name "
        f"the host, as in LabelStudio(…, hosts=[{host!r}]), or all hosts with allow_private=True.",
        **call.facts,
    )


def foreign(response: requests.Response, call: Call) -> LabelStudioError:
    there = destination_of(response)
    host, reason = (
        shown(call.blanked(text or "")) for text in (there.address.host, response.reason)
    )
    redirected = f" was redirected to {host}, which" if there.redirects else ""
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


def bad_redirect(response: requests.Response, target: str, call: Call) -> LabelStudioError:
    return ConnectionFailed(
        f"{call.what} was redirected to '{shown(call.blanked(target))}', which is not the "
        "valid URL of a web server.",
        status=response.status_code,
        **call.facts,
    )


def not_signed(response: requests.Response, call: Call) -> LabelStudioError:
    """Return the error for a refused request that was sent without the key."""
    status = response.status_code
    kind = ERRORS_BY_STATUS.get(status, PermissionDenied)
    answer = "a login page" if status < 300 else f"{status} {shown(call.blanked(response.reason))}"
    return kind(
        f"{call.what} → {answer}. The key was not sent, as this is not the "
        "path of a file: use ls.request() if you trust the address.",
        status=status,
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
    """Return the innermost cause, such as "Connection refused", without its wrappers."""
    while isinstance(error.__context__, (OSError, HTTPError, HTTPException)):
        error = error.__context__
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).rstrip(".")


def without_frames(error: requests.RequestException) -> requests.RequestException:
    """Return an error of `requests` without its request and its frames, which refer to the key."""
    error.request = None
    cause: BaseException | None = error
    while cause is not None:
        cause.__traceback__ = None
        cause = cause.__context__
    return error
