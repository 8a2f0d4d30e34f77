"""Send a request, retry what may be retried, and turn every failure into one of our errors."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
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
    checked_options,
)
from ..redaction import guarded
from ..secret import Sealed, Secret, hidden
from ..text import shown
from .adapter import PacedAdapter
from .auth import ApiKey, Exchanged, MissingKey, api_key, can_be_sent
from .call import Call, key_was_refused, may_be_repeated
from .connection_errors import (
    TOKENS,
    connection_error,
    root_cause,
)
from .connections import Connections
from .decoding import decoded
from .destinations import checked_path
from .encoding import checked_params, to_json, to_send
from .request_secrets import of_body
from .response_check import checked, not_label_studio
from .retry import DEFAULT_BACKOFF, SAFE_METHODS, Backoff
from .sending import attempt, note
from .settings import Settings, Timeout

MOST_SENT = 100  # secrets in bodies that are kept in mind


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
        # What was sent lately may come back later: the server connects to a storage again.
        self._sent: deque[Secret] = deque(maxlen=MOST_SENT)

    @property
    def session(self) -> Session:
        return self.connections.session

    def with_options(self, **changes: Any) -> Transport:
        """Return a sibling on the same connections and key."""
        sibling = Transport(
            evolve(self.settings, **changes), connections=self.connections, backoff=self.backoff
        )
        sibling.key, sibling._sent = self.key, self._sent
        return sibling

    @checked_options
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
    ) -> Response:
        """Send a request and return the answer, which is of status 2xx.

        `path` starts with a slash and is relative to the server's URL; `timeout` is in seconds.
        """
        checked_path(path)
        checked_params(params or {})
        own = _sealed_headers(headers, json)
        secrets = tuple(map(guarded, of_body(json)))
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
                    "data": data if json is None else to_send(json),
                    "files": files,
                    "headers": {**own},
                }
            ),
            secrets=secrets,
            stream=stream,
            repeatable=method in SAFE_METHODS,
            resendable=not files and isinstance(data, (bytes, str, Mapping, type(None))),
        )
        return checked(self._deliver(call), call, self._deliver)

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: Timeout | None = None,
        stream: bool = False,
    ) -> Response:
        """Read a URL, which may be anywhere; the key goes to files of the server only."""
        if not url.lower().startswith(("/", "http://", "https://")):
            raise InvalidInput(f"{shown(url)!r} is neither a URL nor a path on the server.")
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
        return checked(self._deliver(call), call, self._deliver)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request and return the decoded answer; None where it is empty."""
        response = self.request(method, path, **options)
        if not response.content:
            return None
        try:
            return decoded(response.content, self.settings.limits)
        except ValueError:
            raise not_label_studio(response, self.key, self.settings) from None

    # -- sending ---------------------------------------------------------------------------

    def _deliver(self, call: Call) -> Response:
        """Send, and send again as long as that is allowed and may help."""
        if self.connections.forked():
            call.key.after_fork()
        exchange = partial(self._exchange, call.settings)
        backoff, renewed = self.backoff, False
        while True:
            signature = call.key.signature(exchange)
            outcome = attempt(call, self.connections, signature)
            if not renewed and key_was_refused(outcome, call):
                renewed = call.key.renew(signature, exchange)
                if renewed:
                    cast("Response", outcome).close()
                    continue
            following = backoff.after(outcome) if may_be_repeated(outcome, call) else None
            if following is None:
                break
            note("%s: again", call)
            backoff = following
        if isinstance(outcome, Response):
            return outcome
        error = connection_error(outcome, call)
        del outcome  # its words may quote a header
        raise error

    def _exchange(self, settings: Settings, refresh: Secret) -> Secret:
        """Trade a personal access token for an access token that lives a few minutes."""
        call = Call(
            method="POST",
            path=f"{TOKENS}refresh",
            settings=settings,
            key=Exchanged(),
            body=Sealed(
                {
                    "data": to_json({"refresh": refresh}),
                    "headers": {"Content-Type": "application/json"},
                }
            ),
            secrets=(refresh,),
            repeatable=True,
        )
        answer = checked(self._deliver(call), call, self._deliver)
        try:
            access = guarded(Secret(decoded(answer.content)["access"]))
        except (ValueError, KeyError, TypeError):
            raise not_label_studio(answer, call.key, settings) from None
        if not can_be_sent(access):
            raise AuthenticationError(
                f"{settings.server} gave an access token that cannot be sent in a header: it is "
                "no text, has spaces, line breaks or other characters in it, or is too long.",
                **call.facts,
            )
        return access


def blocks(response: Response, size: int) -> Iterator[bytes]:
    """Yield the body of a streamed answer; raise `ConnectionFailed` where it breaks off."""
    try:
        yield from response.iter_content(size)
    except (requests.RequestException, HTTPError) as error:
        raise ConnectionFailed(
            f"The connection broke off in the middle of an answer: {shown(root_cause(error))}."
        ) from None


def _sealed_headers(headers: Any, json: Any) -> Sealed:
    """Return the headers of a request, with what its body needs."""
    needed = {} if json is None else {"Content-Type": "application/json"}
    return Sealed({**needed, **Sealed(headers)})


def _own_session() -> Session:
    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, PacedAdapter())
    # The server sets a session cookie with every answer; the key is all that should count.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
