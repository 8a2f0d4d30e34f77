"""Send a request once, along all redirects, with what may go along to each destination."""

from __future__ import annotations

import logging
from typing import Any

import requests
from attrs import evolve, frozen
from requests import Response, Session
from urllib3.exceptions import HTTPError

from ..errors import InvalidInput, LabelStudioError, LimitExceeded
from .auth import WITHOUT_KEY, Signature
from .call import Call, Outcome
from .connection_errors import bad_redirect, without_frames
from .connections import Connections
from .destinations import Destination, mark
from .request_secrets import OPEN_HEADERS
from .response_limits import bounding, of_two_lengths, told_of
from .retry import SAFE_METHODS

log = logging.getLogger(__name__)

MOST_REDIRECTS = 5
OF_THE_BODY = ("Range", "Accept-Encoding")


def attempt(call: Call, connections: Connections, signature: Signature) -> Outcome:
    """Send once; return the answer, or the error, which the key would leave by if raised."""
    try:
        with connections.lent(call) as session:
            response = _Attempt(call, connections, session, signature).to(call.destination)
    except LimitExceeded as error:
        raise told_of(error, call).with_traceback(None) from None
    except LabelStudioError as error:  # of a body that cannot be read; some are ValueErrors
        raise error.with_traceback(None) from None  # frames of requests have the key
    except requests.RequestException as error:
        return without_frames(of_two_lengths(error) or error)
    except (HTTPError, ValueError) as error:  # what is wrong with the URL of a redirect
        return requests.exceptions.InvalidURL(str(error))
    note("%s → %s", call, response.status_code)
    _forget_secrets(response, call)
    return response


@frozen(repr=False)
class _Attempt:
    """What is needed to send a request once."""

    call: Call
    connections: Connections
    session: Session  # to the server
    signature: Signature

    def to(self, there: Destination) -> Response:
        """Send once; follow redirects of reading requests. Mark who has answered, or failed to."""
        try:
            return self._followed(there)
        except requests.RequestException as error:
            mark(error, there)
            raise

    def _followed(self, there: Destination) -> Response:
        call = self.call
        at = self.session if there.trusted else self.connections.bare(private=there.private_allowed)
        response = at.request(
            call.method,
            there.url,
            **self._along(there),
            timeout=call.settings.timeouts,
            allow_redirects=False,
            stream=True,
            hooks=bounding(at, call),
        )
        mark(response, there)
        if there.trusted:
            self.connections.answered(response)
        target = Session.get_redirect_target(self.session, response)
        if target is None or call.method not in SAFE_METHODS or there.redirects >= MOST_REDIRECTS:
            if not call.stream or response.status_code >= 300:
                _ = response.content  # read here, so that what breaks is seen as broken
            return response
        response.close()
        try:
            onward = there.onward(target)
        except InvalidInput:
            raise bad_redirect(response, target, call) from None
        following = evolve(call, body={**call.body, "params": None})  # the target has them already
        return evolve(self, call=following).to(onward)

    def _along(self, there: Destination) -> dict[str, Any]:
        """Return what goes along: what is the user's to the server, nothing elsewhere."""
        call, session = self.call, self.connections.session
        settings = call.settings
        if there.trusted:
            return {
                **call.body,
                "headers": {**settings.headers, **call.body["headers"]},
                "auth": self.signature if there.signed else WITHOUT_KEY,
                "verify": settings.verify,
                "cert": settings.cert,
                "proxies": dict(settings.proxies or {}),
            }
        verify = session.verify if settings.verify is None else settings.verify
        return {
            "headers": _harmless(call),
            "auth": WITHOUT_KEY,  # any, lest requests looks for one in a .netrc
            "verify": verify if there.own or there.named else None,
            "proxies": dict(settings.proxies or session.proxies),
        }


def note(text: str, call: Call, *more: object) -> None:
    if log.isEnabledFor(logging.DEBUG):  # what a request is called takes a while to find out
        log.debug(text, call.what, *more)


def _forget_secrets(response: Response, call: Call) -> None:
    """Take out of a request that was answered what nobody needs to see there."""
    sent = response.request
    given = (*call.settings.headers, *(call.body.get("headers") or ()))
    for name in ("Authorization", "Proxy-Authorization", "Cookie", *given):
        if name.lower() not in OPEN_HEADERS:
            sent.headers.pop(name, None)
    if call.secrets:
        sent.body = None


def _harmless(call: Call) -> dict[str, Any]:
    """Return the headers for another host: what part of the body is wanted, and in which form."""
    return {name: value for name, value in call.body["headers"].items() if name in OF_THE_BODY}
