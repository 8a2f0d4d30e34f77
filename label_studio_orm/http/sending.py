"""Send a request once and follow redirects; give each destination only what it may see."""

from __future__ import annotations

import logging
from typing import Any

import requests
from attrs import evolve, frozen
from requests import Response, Session
from urllib3.exceptions import HTTPError

from ..errors import InvalidInput, LabelStudioError, LimitExceeded
from .auth import STRIP_CREDENTIALS, Signature
from .call import Answer, Call
from .connection_errors import bad_redirect, without_frames
from .connections import Connections
from .destinations import Destination, set_destination
from .request_secrets import PUBLIC_HEADERS
from .response_limits import conflicting_lengths, limit_hooks, with_request
from .retry import SAFE_METHODS

log = logging.getLogger(__name__)

MAX_REDIRECTS = 5
CONTENT_HEADERS = ("Range", "Accept-Encoding")


def send_once(call: Call, connections: Connections, signature: Signature) -> Answer:
    """Send once; return the response, or the error: a traceback of it would expose the key."""
    try:
        with connections.session_for(call) as session:
            response = _Attempt(call, connections, session, signature).to(call.destination)
    except LimitExceeded as error:
        raise with_request(error, call).with_traceback(None) from None
    except LabelStudioError as error:  # an unreadable body; some of these are ValueErrors
        raise error.with_traceback(None) from None  # frames of requests refer to the key
    except requests.RequestException as error:
        return without_frames(conflicting_lengths(error) or error)
    except (HTTPError, ValueError) as error:  # an invalid URL in a redirect
        return requests.exceptions.InvalidURL(str(error))
    log_debug("%s → %s", call, response.status_code)
    _strip_secrets(response, call)
    return response


@frozen(repr=False)
class _Attempt:
    """One attempt to send a request."""

    call: Call
    connections: Connections
    session: Session  # to the server
    signature: Signature

    def to(self, there: Destination) -> Response:
        """Send once; follow redirects of reads. Record the destination in response and error."""
        try:
            return self._send(there)
        except requests.RequestException as error:
            set_destination(error, there)
            raise

    def _send(self, there: Destination) -> Response:
        call, external = self.call, self.connections.external
        session = self.session if there.trusted else external(private=there.private_allowed)
        response = session.request(
            call.method,
            there.url,
            **self._options(there),
            timeout=call.settings.timeouts,
            allow_redirects=False,
            stream=True,
            hooks=limit_hooks(session, call),
        )
        set_destination(response, there)
        if there.trusted:
            self.connections.record_response(response)
        target = Session.get_redirect_target(self.session, response)
        if target is None or call.method not in SAFE_METHODS or there.redirects >= MAX_REDIRECTS:
            if not call.stream or response.status_code >= 300:
                _ = response.content  # read here, so that a lost connection is handled here
            return response
        response.close()
        try:
            onward = there.redirected_to(target)
        except InvalidInput:
            raise bad_redirect(response, target, call) from None
        following = evolve(call, body={**call.body, "params": None})  # the target has them already
        return evolve(self, call=following).to(onward)

    def _options(self, there: Destination) -> dict[str, Any]:
        """Return the options of a request: the user's for the server, none of them elsewhere."""
        call, session = self.call, self.connections.session
        settings = call.settings
        if there.trusted:
            return {
                **call.body,
                "headers": {**settings.headers, **call.body["headers"]},
                "auth": self.signature if there.signed else STRIP_CREDENTIALS,
                "verify": settings.verify,
                "cert": settings.cert,
                "proxies": dict(settings.proxies or {}),
            }
        verify = session.verify if settings.verify is None else settings.verify
        return {
            "headers": _content_headers(call),
            "auth": STRIP_CREDENTIALS,  # without one, requests would look in .netrc
            "verify": verify if there.own or there.named else None,
            "proxies": dict(settings.proxies or session.proxies),
        }


def log_debug(text: str, call: Call, *more: object) -> None:
    if log.isEnabledFor(logging.DEBUG):  # `call.what` is expensive
        log.debug(text, call.what, *more)


def _strip_secrets(response: Response, call: Call) -> None:
    """Remove secrets from the request of a response."""
    sent = response.request
    given = (*call.settings.headers, *(call.body.get("headers") or ()))
    for name in ("Authorization", "Proxy-Authorization", "Cookie", *given):
        if name.lower() not in PUBLIC_HEADERS:
            sent.headers.pop(name, None)
    if call.secrets:
        sent.body = None


def _content_headers(call: Call) -> dict[str, Any]:
    """Return the headers for another host: only those about the content."""
    return {name: value for name, value in call.body["headers"].items() if name in CONTENT_HEADERS}
