"""The transport: send a request, retry where it is safe, and raise failures as our errors."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast

import requests
from attrs import evolve
from requests import Response, Session
from urllib3.exceptions import HTTPError

from ..errors import (
    AuthenticationError,
    ConnectionFailed,
    InvalidInput,
)
from ..redaction import guarded
from ..secret import Sealed, Secret, hidden, with_secrets
from ..text import shown
from .adapter import LimitedAdapter
from .auth import ApiKey, MissingKey, UnsignedKey, api_key, fits_in_header
from .call import Call, key_was_refused
from .connection_errors import (
    TOKENS,
    connection_error,
    root_cause,
)
from .connections import Connections
from .decoding import decoded
from .destinations import checked_path
from .encoding import checked_params, request_json, to_json
from .relayed import relayed_error
from .request_secrets import body_secrets
from .response_check import checked_response, not_label_studio
from .retry import DEFAULT_BACKOFF, SAFE_METHODS, Backoff, may_be_repeated
from .sending import log_debug, send_once
from .settings import Settings, Timeout

MAX_SENT_SECRETS = 100  # latest secrets of request bodies to blank out


class Transport:
    """One server, one key, and their connections."""

    def __init__(
        self,
        settings: Settings,
        *,
        key: str | Secret | None = None,
        session: Session | None = None,
        backoff: Backoff = DEFAULT_BACKOFF,
        connections: Connections | None = None,
    ) -> None:
        key = hidden(key)  # before anything can fail
        self.settings = settings
        self.connections = connections or Connections(session or _own_session())
        self.backoff = backoff
        self.key: ApiKey = api_key(Secret.of(key)) if key else MissingKey()
        # A later response may echo a secret: the server connects to a storage again.
        self._sent: deque[Secret] = deque(maxlen=MAX_SENT_SECRETS)
        self.before_send: Callable[[Call], None] = _allow  # raises to refuse a request

    @property
    def session(self) -> Session:
        return self.connections.session

    def with_options(self, **changes: Any) -> Transport:
        """Return a transport with changed settings on the same connections and key."""
        sibling = Transport(
            evolve(self.settings, **changes), connections=self.connections, backoff=self.backoff
        )
        sibling.key, sibling._sent = self.key, self._sent
        sibling.before_send = self.before_send
        return sibling

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        data: Any = None,
        files: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout: Timeout | None = None,
        stream: bool = False,
        relayed: bool = False,
        checked: bool = True,
    ) -> Response:
        """Send a request and return the response, of status 2xx.

        `path` starts with a slash and is relative to the server's URL; `timeout` is in seconds.
        `relayed` tells that the status may be that of an ML backend, which is not asked again.
        With `checked=False`, a response of any status is returned.
        """
        headers, json = hidden(headers), with_secrets(json)  # tracebacks show variables
        checked_path(path)
        checked_params(params or {})
        own = _sealed_headers(headers, json)
        secrets = tuple(map(guarded, body_secrets(json)))
        self._sent.extend(secrets)
        method = method.upper()
        call = Call(
            method=method,
            path=path,
            settings=self.settings if timeout is None else evolve(self.settings, timeout=timeout),
            key=self.key,
            body=Sealed(
                {
                    "params": params,
                    "data": data if json is None else request_json(json),
                    "files": files,
                    "headers": {**own},
                }
            ),
            secrets=secrets,
            stream=stream,
            relayed=relayed,
            repeatable=method in SAFE_METHODS,
            resendable=not files and isinstance(data, (bytes, str, Mapping, type(None))),
        )
        response = self._send(call)
        return checked_response(response, call, self._send) if checked else response

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: Timeout | None = None,
        stream: bool = False,
    ) -> Response:
        """Read a URL, at any host; the key goes only to files of the server."""
        if not url.lower().startswith(("/", "http://", "https://")):
            raise InvalidInput(
                f"An address must be a URL or a path that starts with '/', not {shown(url)!r}."
            )
        own = Sealed(headers)
        call = Call(
            method="GET",
            path=url,
            settings=self.settings if timeout is None else evolve(self.settings, timeout=timeout),
            key=self.key,
            body=Sealed({"headers": {**own}}),
            stream=stream,
            repeatable=True,
            files_only=True,
        )
        return checked_response(self._send(call), call, self._send)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request and return its decoded response; None if that is empty."""
        response = self.request(method, path, **options)
        if not response.content:
            return None
        try:
            return decoded(response.content, self.settings.limits)
        except ValueError:
            raise not_label_studio(response, self.key, self.settings) from None

    # -- sending ---------------------------------------------------------------------------

    def _send(self, call: Call) -> Response:
        """Send, with retries where they are allowed."""
        if self.connections.forked():
            call.key.after_fork()
        exchange = partial(self._exchange, call.settings)
        backoff, renewed = self.backoff, False
        while True:
            self.before_send(call)
            signature = call.key.signature(exchange)
            outcome = send_once(call, self.connections, signature)
            if error := relayed_error(outcome, call):
                raise error
            if not renewed and key_was_refused(outcome, call):
                renewed = call.key.renew(signature, exchange)
                if renewed:
                    cast("Response", outcome).close()
                    continue
            again = call.resendable and may_be_repeated(outcome, call.repeatable)
            following = backoff.after(outcome) if again else None
            if following is None:
                break
            log_debug("%s: again", call)
            backoff = following
        if isinstance(outcome, Response):
            return outcome
        lost = connection_error(outcome, call)
        del outcome  # its text may quote a header
        raise lost

    def _exchange(self, settings: Settings, refresh: Secret) -> Secret:
        """Exchange a personal access token for an access token that lives a few minutes."""
        call = Call(
            method="POST",
            path=f"{TOKENS}refresh",
            settings=settings,
            key=UnsignedKey(),
            body=Sealed(
                {
                    "data": to_json({"refresh": refresh}),
                    "headers": {"Content-Type": "application/json"},
                }
            ),
            secrets=(refresh,),
            repeatable=True,
        )
        answer = checked_response(self._send(call), call, self._send)
        try:
            access = guarded(Secret(decoded(answer.content)["access"]))
        except (ValueError, KeyError, TypeError):
            raise not_label_studio(answer, call.key, settings) from None
        if not fits_in_header(access):
            raise AuthenticationError(
                f"{settings.server} sent an access token that cannot be sent in a header: it must "
                "be ASCII text without spaces and line breaks, and not too long.",
                **call.facts,
            )
        return access


def blocks(response: Response, size: int) -> Iterator[bytes]:
    """Yield the body of a streamed response; raise `ConnectionFailed` if the connection is lost."""
    try:
        yield from response.iter_content(size)
    except (requests.RequestException, HTTPError) as error:
        raise ConnectionFailed(
            f"The connection was lost within a response: {shown(root_cause(error))}."
        ) from None


def _sealed_headers(headers: Any, json: Any) -> Sealed:
    """Return the headers of a request, with those that its body needs."""
    needed = {} if json is None else {"Content-Type": "application/json"}
    return Sealed({**needed, **Sealed(headers)})


def _allow(call: Call) -> None:
    """Send any request."""


def _own_session() -> Session:
    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, LimitedAdapter())
    # The server sets a session cookie in every response; only the key should authenticate.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
