"""Send a request, retry what may be retried, and turn every failure into one of our errors."""

from __future__ import annotations

import logging
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
    EditionError,
    InvalidInput,
    LabelStudioError,
    LimitExceeded,
    NotFound,
    OutcomeUnknown,
    checked_options,
)
from ..redaction import blanked, guarded
from ..secret import Sealed, Secret, hidden
from ..text import shown
from .adapter import PacedAdapter
from .answers import error_for, is_json
from .auth import WITHOUT_KEY, ApiKey, Exchanged, MissingKey, Signature, api_key, can_be_sent
from .body import checked_params, to_json, to_send
from .bounded import bounding, of_two_lengths, told_of
from .call import Call, Outcome, key_was_refused, may_be_repeated
from .connections import Connections
from .decoding import decoded
from .destinations import Destination, checked_path, destination_of, mark
from .echoes import OPEN_HEADERS, of_body
from .failures import (
    TOKENS,
    bad_redirect,
    connection_error,
    foreign,
    no_personal_access_tokens,
    not_signed,
    redirected,
    root_cause,
    without_frames,
)
from .retry import DEFAULT_BACKOFF, SAFE_METHODS, Backoff
from .settings import Settings, Timeout

log = logging.getLogger(__name__)

MOST_REDIRECTS = 5
MOST_SENT = 100  # secrets in bodies that are kept in mind
OF_THE_BODY = ("Range", "Accept-Encoding")


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
        return self._checked(self._deliver(call), call)

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: Timeout | None = None,
        stream: bool = False,
    ) -> Response:
        """Read a URL, which may be anywhere; the key goes to files of the server only."""
        if not url.startswith(("/", "http://", "https://")):
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
        return self._checked(self._deliver(call), call)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request and return the decoded answer; None where it is empty."""
        response = self.request(method, path, **options)
        if not response.content:
            return None
        try:
            return decoded(response.content, self.settings.limits)
        except ValueError:
            raise self._not_label_studio(response) from None

    # -- sending ---------------------------------------------------------------------------

    def _deliver(self, call: Call) -> Response:
        """Send, and send again as long as that is allowed and may help."""
        if self.connections.forked():
            call.key.after_fork()
        exchange = partial(self._exchange, call.settings)
        backoff, renewed = self.backoff, False
        while True:
            signature = call.key.signature(exchange)
            outcome = self._attempt(call, signature)
            if not renewed and key_was_refused(outcome, call):
                renewed = call.key.renew(signature, exchange)
                if renewed:
                    cast("Response", outcome).close()
                    continue
            following = backoff.after(outcome) if may_be_repeated(outcome, call) else None
            if following is None:
                break
            _note("%s: again", call)
            backoff = following
        if isinstance(outcome, Response):
            return outcome
        error = connection_error(outcome, call)
        del outcome  # its words may quote a header
        raise error

    def _attempt(self, call: Call, signature: Signature) -> Outcome:
        """Send once; return the answer, or the error, which the key would leave by if raised."""
        try:
            with self.connections.lent(call) as session:
                response = self._send(call, call.destination, signature, session)
        except LimitExceeded as error:
            raise told_of(error, call).with_traceback(None) from None
        except LabelStudioError as error:  # of a body that cannot be read; some are ValueErrors
            raise error.with_traceback(None) from None  # frames of requests have the key
        except requests.RequestException as error:
            return without_frames(of_two_lengths(error) or error)
        except (HTTPError, ValueError) as error:  # what is wrong with the URL of a redirect
            return requests.exceptions.InvalidURL(str(error))
        _note("%s → %s", call, response.status_code)
        _forget_secrets(response, call)
        return response

    def _send(
        self, call: Call, there: Destination, signature: Signature, session: Session
    ) -> Response:
        """Send once; follow redirects of reading requests. Mark who has answered, or failed to."""
        try:
            return self._followed(call, there, signature, session)
        except requests.RequestException as error:
            mark(error, there)
            raise

    def _followed(
        self, call: Call, there: Destination, signature: Signature, session: Session
    ) -> Response:
        at = session if there.trusted else self.connections.bare(private=there.private_allowed)
        response = at.request(
            call.method,
            there.url,
            **self._along(call, there, signature),
            timeout=call.settings.timeouts,
            allow_redirects=False,
            stream=True,
            hooks=bounding(at, call),
        )
        mark(response, there)
        if there.trusted:
            self.connections.answered(response)
        target = Session.get_redirect_target(session, response)
        if target is None or call.method not in SAFE_METHODS or there.redirects >= MOST_REDIRECTS:
            if not call.stream or response.status_code >= 300:
                _ = response.content  # read here, so that what breaks is seen as broken
            return response
        response.close()
        try:
            onward = there.onward(target)
        except InvalidInput:
            raise bad_redirect(response, target, call) from None
        return self._send(
            evolve(call, body={**call.body, "params": None}), onward, signature, session
        )

    def _along(self, call: Call, there: Destination, signature: Signature) -> dict[str, Any]:
        """Return what goes along: what is the user's to the server, nothing elsewhere."""
        settings, session = call.settings, self.session
        if there.trusted:
            return {
                **call.body,
                "headers": {**settings.headers, **call.body["headers"]},
                "auth": signature if there.signed else WITHOUT_KEY,
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
        answer = self._checked(self._deliver(call), call)
        try:
            access = guarded(Secret(decoded(answer.content)["access"]))
        except (ValueError, KeyError, TypeError):
            raise self._not_label_studio(answer) from None
        if not can_be_sent(access):
            raise AuthenticationError(
                f"{settings.server} gave an access token that cannot be sent in a header: it is "
                "no text, has spaces, line breaks or other characters in it, or is too long.",
                **call.facts,
            )
        return access

    # -- judging ---------------------------------------------------------------------------

    def _checked(self, response: Response, call: Call) -> Response:
        """Return a good answer; raise the error that a bad one stands for."""
        status, there = response.status_code, destination_of(response)
        refused = status in (401, 403) or (status < 300 and there.is_login)
        if status < 300 and (there.signed or not refused):
            return response
        response.close()  # what it says is read by now, if it was to be read
        if there.own and not there.signed and refused:
            raise not_signed(response, call)
        if not there.own:
            raise foreign(response, call)
        if status < 400:
            raise redirected(response, call)
        if status == 404 and not is_json(response):
            raise self._nothing_there(response, call)
        error = error_for(response, call)
        if status in (502, 504) and not call.repeatable:
            raise OutcomeUnknown(
                f"{error} A gateway gave up waiting: the change may have been made or not.",
                **error.__dict__,
            )
        raise error

    def _nothing_there(self, response: Response, call: Call) -> LabelStudioError:
        """Tell a missing record from a missing endpoint: both answer a 404 that is a web page.

        A method that no endpoint has is refused (405) before the record is looked up, so what
        answers 404 even to that is not an endpoint of this server.
        """
        bare = evolve(call, body={"headers": {}}, repeatable=True)
        known = evolve(bare, method="GET", path="/api/version", files_only=False)
        try:
            answer = self._deliver(known)
            version = decoded(answer.content)
            server = shown(f"{version.get('edition', 'Label Studio')} {version['release']}")
        except (LabelStudioError, ValueError, KeyError, TypeError, AttributeError):
            return self._not_label_studio(response)
        said = f"{call.what} → 404"
        if self._deliver(evolve(bare, method="PROPFIND")).status_code != 404:
            return NotFound(f"{said}: there is no such record.", status=404, **call.facts)
        if call.path.startswith(TOKENS):
            return no_personal_access_tokens(version["release"], call)
        return EditionError(
            f"{said}: this server ({server}) has no such endpoint. It may need "
            f"{'Enterprise or a newer' if 'Community' in server else 'another'} version, "
            "or be mistyped.",
            status=404,
            **call.facts,
        )

    def _not_label_studio(self, response: Response) -> ConnectionFailed:
        said = blanked(
            response.headers.get("Content-Type", "nothing").partition(";")[0],
            (*self.key.secrets, *self.settings.secrets),
        )
        return ConnectionFailed(
            f"{self.settings.server} answered with {shown(said, 60)} (status "
            f"{response.status_code}) where Label Studio sends JSON. Is it the address of "
            "a Label Studio server, without a login page or another site in front?",
            status=response.status_code,
        )


def blocks(response: Response, size: int) -> Iterator[bytes]:
    """Yield the body of a streamed answer; raise `ConnectionFailed` where it breaks off."""
    try:
        yield from response.iter_content(size)
    except (requests.RequestException, HTTPError) as error:
        raise ConnectionFailed(
            f"The connection broke off in the middle of an answer: {shown(root_cause(error))}."
        ) from None


def _note(text: str, call: Call, *more: object) -> None:
    if log.isEnabledFor(logging.DEBUG):  # what a request is called takes a while to find out
        log.debug(text, call.what, *more)


def _sealed_headers(headers: Any, json: Any) -> Sealed:
    """Return the headers of a request, with what its body needs."""
    needed = {} if json is None else {"Content-Type": "application/json"}
    return Sealed({**needed, **Sealed(headers)})


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


def _own_session() -> Session:
    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, PacedAdapter())
    # The server sets a session cookie with every answer; the key is all that should count.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session
