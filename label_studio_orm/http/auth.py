"""The two kinds of API key, told apart by their shape.

A personal access token is a JSON Web Token, and a *refresh* token: it is exchanged for access
tokens that live a few minutes. Anything else is a legacy token, sent as it is.
See https://labelstud.io/guide/access_tokens
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from requests import PreparedRequest
from requests.auth import AuthBase

from ..errors import AuthenticationError, InvalidInput, LimitExceeded
from ..redaction import guarded
from ..secret import Secret
from .decoding import decoded

RENEW_BEFORE_EXPIRY = 30.0  # seconds
USUAL_LIFETIME = 300.0  # seconds; what the server gives where the token does not say


LONGEST_LIFETIME = 10 * 365 * 24 * 3600.0  # seconds; a token that claims more is renewed sooner
LONGEST_TOKEN = 8_000  # characters; servers and proxies take no longer header

# Trades a refresh token for an access token: the transport that sends the request does it.
Exchange = Callable[[Secret], Secret]


class Signature(AuthBase):
    """What signs a request; empty for one that goes out without a key."""

    def __init__(self, scheme: str = "", key: Secret | None = None) -> None:
        self._scheme = scheme
        self._key = key

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return () if self._key is None else (self._key,)

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._key is not None:
            request.headers["Authorization"] = f"{self._scheme} {self._key.reveal()}"
        return request

    def __repr__(self) -> str:
        return f"<{type(self).__name__} (hidden)>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not pickled: give the worker its own environment")


UNSIGNED = Signature()


class WithoutKey(Signature):
    """Takes away what could log the user in: a session of theirs may have put it there."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        for name in ("Authorization", "Cookie"):
            request.headers.pop(name, None)
        return request


WITHOUT_KEY = WithoutKey()


class ApiKey:
    """A key that signs requests and never shows itself."""

    kind = "API key"
    where = "Account & Settings"

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What an error must not show, even if the server does."""
        return ()

    def signature(self, exchange: Exchange) -> Signature:
        """Return what signs the next request."""
        return UNSIGNED

    def renew(self, refused: Signature, exchange: Exchange) -> bool:
        """Get a new signature in place of the refused one; False where there is none to get."""
        return False

    def after_fork(self) -> None:
        """Be of use in a child process."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} (hidden)>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not pickled: give the worker its own environment")


class LegacyToken(ApiKey):
    kind = "legacy token"
    where = "Account & Settings → Legacy Token"

    def __init__(self, key: Secret) -> None:
        self._signature = Signature("Token", key)

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return self._signature.secrets

    def signature(self, exchange: Exchange) -> Signature:
        return self._signature


class PersonalAccessToken(ApiKey):
    """Exchange the refresh token for access tokens, one exchange at a time for all threads."""

    kind = "personal access token"
    where = "Account & Settings → Personal Access Token"

    def __init__(self, key: Secret, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = key
        self._clock = clock
        self._lock = threading.Lock()
        self._signature = UNSIGNED
        self._renew_at = 0.0

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self._key, *self._signature.secrets)

    def signature(self, exchange: Exchange) -> Signature:
        with self._lock:
            if self._signature is UNSIGNED or self._clock() >= self._renew_at:
                self._fetch(exchange)
            return self._signature

    def renew(self, refused: Signature, exchange: Exchange) -> bool:
        with self._lock:
            if self._signature is refused:  # else another thread was quicker
                self._fetch(exchange)
        return True

    def after_fork(self) -> None:
        self._lock = threading.Lock()  # another thread of the parent may have held the old one

    def _fetch(self, exchange: Exchange) -> None:
        access = exchange(self._key)
        lifetime = _lifetime(access)
        self._signature = Signature("Bearer", access)
        # Measured on our own clock: the server's may be minutes off.
        self._renew_at = self._clock() + max(lifetime - RENEW_BEFORE_EXPIRY, lifetime / 2)


class Exchanged(ApiKey):
    """Stand for a key that is being exchanged: it signs nothing, but an error may name it."""

    kind = PersonalAccessToken.kind
    where = PersonalAccessToken.where


class MissingKey(ApiKey):
    """Stand in for the key in a process that has none; refuse at the first request."""

    def signature(self, exchange: Exchange) -> Signature:
        raise AuthenticationError(
            "This client came here by pickling, which leaves the API key behind, and "
            "LABEL_STUDIO_API_KEY is not set in this process. Set it before the worker starts."
        )


def api_key(key: Secret) -> ApiKey:
    """Make the auth for a key of either kind."""
    key = guarded(Secret(key.reveal().strip()))
    if not can_be_sent(key):
        raise InvalidInput(
            "The API key has spaces, line breaks or non-ASCII characters in it: copy it again "
            "from Account & Settings, without quotes or the word 'Token'."
        )
    return LegacyToken(key) if jwt_claims(key) is None else PersonalAccessToken(key)


def can_be_sent(token: Secret) -> bool:
    """Tell whether a token fits into a header; `requests` would quote one that does not."""
    text: object = token.reveal()
    if not isinstance(text, str):  # a server may give anything
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return plain and 0 < len(text) <= LONGEST_TOKEN


def jwt_claims(token: Secret) -> dict[str, Any] | None:
    """Read the claims of a JSON Web Token without checking them; None for any other string."""
    try:
        claims = decoded(_payload(token))
    except (ValueError, LimitExceeded):  # no JSON, or of another kind than a token's
        return None
    return claims if isinstance(claims, dict) else None


def _payload(token: Secret) -> bytes:
    """Return the JSON of a JSON Web Token; b"" for any other string."""
    parts = token.reveal().split(".", 3)
    if len(parts) != 3 or len(parts[1]) > LONGEST_TOKEN:
        return b""
    return base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))


def _lifetime(access: Secret) -> float:
    """Return for how many seconds a token says that it is good."""
    claims = jwt_claims(access) or {}
    try:
        seconds = float(claims["exp"]) - float(claims["iat"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return USUAL_LIFETIME
    return min(seconds, LONGEST_LIFETIME) if seconds > 0 else USUAL_LIFETIME
