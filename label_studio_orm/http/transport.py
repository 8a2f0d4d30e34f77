"""Send a request, retry what may be retried, and turn every failure into one of our errors."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from functools import partial
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

import requests
from attrs import evolve, field, frozen
from requests import Response, Session
from urllib3.exceptions import HTTPError

from ..errors import (
    ConnectionFailed,
    EditionError,
    InvalidInput,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    ServerTimeout,
)
from .answers import error_for, is_json
from .auth import UNSIGNED, ApiKey, Exchanged, MissingKey, Signature, api_key
from .body import to_json
from .retry import (
    DEFAULT_BACKOFF,
    SAFE_METHODS,
    Backoff,
    error_may_be_repeated,
    never_arrived,
    status_may_be_repeated,
)

log = logging.getLogger(__name__)

CONNECT_TIMEOUT = 10.0  # seconds
MOST_REDIRECTS = 5

Timeout = float | tuple[float, float]


def checked_url(url: str) -> str:
    """Return a server's base URL without its last slash; raise `InvalidInput` for a bad one.

    What is not a URL is not repeated: it may be a key that came into the wrong place.
    """
    url = url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise InvalidInput(
            "The URL of a server starts with http:// or https://, names a host and perhaps a "
            f"port, as in 'http://localhost:8080'; {_hint_of(url)}."
        )
    if parts.username or parts.password:
        raise InvalidInput(
            f"The URL of {parts.hostname} has a user or password in it. Give the key as api_key=."
        )
    if parts.query or parts.fragment:
        raise InvalidInput(
            f"The URL of {parts.hostname} has a query or fragment: give the base URL only."
        )
    return url


def _hint_of(url: str) -> str:
    plain = re.fullmatch(r"[a-z0-9.-]{1,30}(:\d{1,5})?", url)
    return f"perhaps you mean 'http://{url}'" if plain else "what was given does not"


def checked_timeout(timeout: Any) -> Timeout:
    """Return a timeout in seconds, or a pair of them; raise `InvalidInput` for anything else."""
    parts = timeout if isinstance(timeout, tuple) and len(timeout) == 2 else (timeout,)
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, (int, float)) or not part > 0:
            raise InvalidInput(
                f"timeout is in seconds, above 0, or a pair of such: not {timeout!r}."
            )
    return cast("Timeout", timeout)


def _mapping(headers: Mapping[str, str] | None) -> Mapping[str, str]:
    return headers or {}


@frozen
class Settings:
    """How to talk to one server; holds no secret but what the user puts into `headers`."""

    server: str = field(converter=checked_url)
    timeout: Timeout = field(default=60.0, converter=checked_timeout)
    verify: bool | str | None = None
    cert: str | tuple[str, str] | None = None
    proxies: Mapping[str, str] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False, converter=_mapping)

    @property
    def timeouts(self) -> tuple[float, float]:
        """Return (connect, read) in seconds."""
        if isinstance(self.timeout, tuple):
            return self.timeout
        return min(CONNECT_TIMEOUT, self.timeout), self.timeout


@frozen(kw_only=True)
class Call:
    """One request as it was asked for, whatever number of times it is sent."""

    method: str
    path: str
    settings: Settings
    key: ApiKey = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    repeatable: bool  # sending it twice does no more than sending it once
    resendable: bool = True  # the body can be sent from its start again

    @property
    def facts(self) -> dict[str, Any]:
        return {"method": self.method, "path": self.path}


class Transport:
    """One server, one key, one connection pool."""

    def __init__(
        self,
        settings: Settings,
        *,
        key: str | None = None,
        session: Session | None = None,
        backoff: Backoff = DEFAULT_BACKOFF,
    ) -> None:
        self.settings = settings
        self.session = session or _own_session()
        self.backoff = backoff
        self.key: ApiKey = api_key(key) if key else MissingKey()
        self._pid = os.getpid()

    def with_options(self, **changes: Any) -> Transport:
        """Return a sibling on the same connection pool and key."""
        sibling = Transport(
            evolve(self.settings, **changes), session=self.session, backoff=self.backoff
        )
        sibling.key, sibling._pid = self.key, self._pid
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
    ) -> Response:
        """Send a request and return the answer, which is of status 2xx.

        `path` starts with a slash and is relative to the server's URL; `timeout` is in seconds.
        """
        if not path.startswith("/"):
            raise InvalidInput(f"{path!r} is not a path on the server: it starts with '/'.")
        headers = dict(headers or {})
        if json is not None:
            data = to_json(json)
            headers.setdefault("Content-Type", "application/json")
        method = method.upper()
        call = Call(
            method=method,
            path=path,
            settings=self.settings if timeout is None else evolve(self.settings, timeout=timeout),
            key=self.key,
            body={
                "params": params,
                "data": data,
                "files": files,
                "headers": headers,
                "stream": stream,
            },
            repeatable=method in SAFE_METHODS,
            resendable=not files and isinstance(data, (bytes, str, Mapping, type(None))),
        )
        return self._checked(self._deliver(call), call)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request and return the decoded answer; None where it is empty."""
        response = self.request(method, path, **options)
        if not response.content:
            return None
        try:
            return json.loads(response.content)
        except ValueError:
            raise self._not_label_studio(response) from None

    # -- sending ---------------------------------------------------------------------------

    def _deliver(self, call: Call) -> Response:
        """Send, and send again as long as that is allowed and may help."""
        self._survive_fork(call.key)
        exchange = partial(self._exchange, call.settings)
        backoff, renewed = self.backoff, False
        while True:
            signature = call.key.signature(exchange)
            outcome = self._attempt(call, signature)
            if not renewed and _key_was_refused(outcome, call):
                renewed = call.key.renew(signature, exchange)
                if renewed:
                    cast("Response", outcome).close()
                    continue
            following = backoff.after(outcome) if _may_be_repeated(outcome, call) else None
            if following is None:
                break
            log.debug("%s %s: again", call.method, call.path)
            backoff = following
        if isinstance(outcome, Response):
            return outcome
        raise _connection_error(outcome, call)

    def _attempt(self, call: Call, signature: Signature) -> Response | requests.RequestException:
        """Send once; return the answer, or the error, which the key would leave by if raised."""
        try:
            response = self._send(call, call.settings.server + call.path, signature)
        except requests.RequestException as error:
            return error
        except (HTTPError, UnicodeError) as error:  # what urllib3 finds wrong with a URL
            return requests.exceptions.InvalidURL(str(error))
        log.debug("%s %s → %s", call.method, call.path, response.status_code)
        response.request.headers.pop("Authorization", None)  # nobody needs to see it there
        return response

    def _send(self, call: Call, url: str, signature: Signature, hops: int = 0) -> Response:
        """Send once; follow redirects of reading requests, and take the key to no other host."""
        settings = call.settings
        own = _same_server(url, settings.server)
        # A None takes away what a session of the user's own would send along.
        headers = {**settings.headers, **call.body["headers"]} if own else {"Authorization": None}
        response = self.session.request(
            call.method,
            url,
            **{**call.body, "headers": headers},
            auth=signature if own else UNSIGNED,
            timeout=settings.timeouts,
            verify=settings.verify,
            cert=settings.cert,
            proxies=dict(settings.proxies) if settings.proxies else None,
            allow_redirects=False,
        )
        target = self.session.get_redirect_target(response)
        if target is None or call.method not in SAFE_METHODS or hops >= MOST_REDIRECTS:
            return response
        response.close()
        onward = evolve(call, body={**call.body, "params": None})  # the target has them already
        return self._send(onward, urljoin(url, target), signature, hops + 1)

    def _survive_fork(self, key: ApiKey) -> None:
        """Drop the parent's connections in a forked child: two processes on one socket mix up."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self.session.close()
            key.after_fork()

    def _exchange(self, settings: Settings, refresh: str) -> str:
        """Trade a personal access token for an access token that lives a few minutes."""
        call = Call(
            method="POST",
            path="/api/token/refresh",
            settings=settings,
            key=Exchanged(),
            body={
                "data": to_json({"refresh": refresh}),
                "headers": {"Content-Type": "application/json"},
            },
            repeatable=True,
        )
        answer = self._checked(self._deliver(call), call)
        try:
            return str(json.loads(answer.content)["access"])
        except (ValueError, KeyError, TypeError):
            raise self._not_label_studio(answer) from None

    # -- judging ---------------------------------------------------------------------------

    def _checked(self, response: Response, call: Call) -> Response:
        """Return a good answer; raise the error that a bad one stands for."""
        status = response.status_code
        if status < 300:
            return response
        if not _same_server(response.url, call.settings.server):
            raise _foreign(response, call)
        if status < 400:
            raise _redirected(response, call)
        if status == 404 and not is_json(response):
            raise self._nothing_there(response, call)
        error = error_for(response, server=call.settings.server, key=call.key, **call.facts)
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
        try:
            answer = self._deliver(evolve(bare, method="GET", path="/api/version"))
            version = json.loads(answer.content)
            server = f"{version['edition']} {version['release']}"
        except (LabelStudioError, ValueError, KeyError, TypeError):
            return self._not_label_studio(response)
        said = f"{call.method} {call.path} → 404"
        if self._deliver(evolve(bare, method="PROPFIND")).status_code != 404:
            return NotFound(f"{said}: there is no such record.", status=404, **call.facts)
        return EditionError(
            f"{said}: this server ({server}) has no such endpoint. It may need "
            f"{'Enterprise' if 'Community' in server else 'another version'}, or be mistyped.",
            status=404,
            **call.facts,
        )

    def _not_label_studio(self, response: Response) -> ConnectionFailed:
        kind = response.headers.get("Content-Type", "nothing").partition(";")[0]
        return ConnectionFailed(
            f"{self.settings.server} answered with {kind} (status {response.status_code}) where "
            "Label Studio sends JSON. Is it the address of a Label Studio server, without a "
            "login page or another site in front?",
            status=response.status_code,
        )


def _may_be_repeated(outcome: Response | requests.RequestException, call: Call) -> bool:
    if not call.resendable:
        return False
    if isinstance(outcome, Response):
        return status_may_be_repeated(outcome.status_code, call.repeatable)
    return error_may_be_repeated(outcome, call.repeatable)


def _key_was_refused(outcome: Response | requests.RequestException, call: Call) -> bool:
    return (
        call.resendable
        and isinstance(outcome, Response)
        and outcome.status_code == 401
        and _same_server(outcome.url, call.settings.server)
    )


def blocks(response: Response, size: int) -> Iterator[bytes]:
    """Yield the body of a streamed answer; raise `ConnectionFailed` where it breaks off."""
    try:
        yield from response.iter_content(size)
    except requests.RequestException as error:
        raise ConnectionFailed(
            f"The connection broke off in the middle of an answer: {_root_cause(error)}."
        ) from None


def _connection_error(error: requests.RequestException, call: Call) -> LabelStudioError:
    """Name the server and the cause; leave out the request, which has the key in it."""
    server, said = call.settings.server, f"{call.method} {call.path}"
    cause = _root_cause(error)
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


def _foreign(response: Response, call: Call) -> LabelStudioError:
    host = urlsplit(response.url).hostname
    return ConnectionFailed(
        f"{call.method} {call.path} was redirected to {host}, which answered "
        f"{response.status_code} {response.reason}.",
        status=response.status_code,
        **call.facts,
    )


def _redirected(response: Response, call: Call) -> LabelStudioError:
    target = response.headers.get("Location", "nowhere")
    return ConnectionFailed(
        f"{call.method} {call.path} was redirected to {target}, which was not followed: use the "
        f"server's final URL in place of {call.settings.server}.",
        status=response.status_code,
        **call.facts,
    )


def _own_session() -> Session:
    session = Session()
    # The server sets a session cookie with every answer; the key is all that should count.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _same_server(url: str, server: str) -> bool:
    """Tell whether a URL is at the server, counting a step up from http to https as the same."""
    try:
        there, here = _address(url), _address(server)
    except (ValueError, KeyError):
        return False
    upgraded = (here[0], 80, 443) == (there[0], here[1], there[1])
    return there == here or upgraded


def _address(url: str) -> tuple[str | None, int, str]:
    parts = urlsplit(url)
    return parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme], parts.scheme


def _root_cause(error: BaseException) -> str:
    """Return the innermost reason in few words: "Connection refused", not three wrappers."""
    while isinstance(error.__context__, (OSError, HTTPError, HTTPException)):
        error = error.__context__
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).rstrip(".")
