"""API keys: personal access tokens and legacy tokens, distinguished by their format.

A personal access token is a JSON Web Token, and a *refresh* token: it is exchanged for access
tokens that live a few minutes. Anything else is a legacy token, sent unchanged.
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

RENEWAL_MARGIN = 30.0  # seconds
DEFAULT_LIFETIME = 300.0  # seconds; the server's own, for a token without `exp`
MAX_LIFETIME = 10 * 365 * 24 * 3600.0  # seconds; a token that claims more is renewed sooner
MAX_TOKEN_LENGTH = 8_000  # characters; servers and proxies accept no longer header

# Exchanges a refresh token for an access token; supplied by the transport.
Exchange = Callable[[Secret], Secret]


class Hidden:
    """Base class of what has a key: neither shown nor pickled."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} (hidden)>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key must not be pickled: set it in the worker's own environment")


class Signature(Hidden, AuthBase):
    """The signature of a request; empty for a request without a key."""

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


NO_SIGNATURE = Signature()


class StripCredentials(Signature):
    """Remove credentials that the user's own session may have added."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        for name in ("Authorization", "Cookie"):
            request.headers.pop(name, None)
        return request


STRIP_CREDENTIALS = StripCredentials()


class ApiKey(Hidden):
    """A key that signs requests and never shows itself."""

    kind = "API key"
    where = "Account & Settings"

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The secrets that no error may show, even if the server echoes them."""
        return ()

    def signature(self, exchange: Exchange) -> Signature:
        """Return the signature for the next request."""
        return NO_SIGNATURE

    def renew(self, refused: Signature, exchange: Exchange) -> bool:
        """Replace a refused signature; return False if this kind of key has no other."""
        return False

    @property
    def token_id(self) -> str:
        """The id of a personal access token; "" for other keys."""
        return ""

    @property
    def text(self) -> Secret:
        """The key itself, for requests that replace it and for clients of `compat`."""
        return Secret("")

    def replace(self, key: Secret) -> None:
        """Go on with another key of this kind, in all clients that share this one."""

    def after_fork(self) -> None:
        """Reset locks in a child process."""


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

    @property
    def text(self) -> Secret:
        return self._signature.secrets[0]

    def replace(self, key: Secret) -> None:
        self._signature = Signature("Token", checked_key(key))


class KeyOfHeader(LegacyToken):
    """What a user's own header `Authorization` says, such as "Bearer eyJh…"."""

    kind = "header Authorization"
    where = "the headers of the client"

    def __init__(self, header: Secret) -> None:
        scheme, _, key = header.reveal().partition(" ")
        self._signature = Signature(scheme, checked_key(Secret(key)))


class PersonalAccessToken(ApiKey):
    """Exchange the refresh token for access tokens, one exchange at a time for all threads."""

    kind = "personal access token"
    where = "Account & Settings → Personal Access Token"

    def __init__(self, key: Secret, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = key
        self._clock = clock
        self._lock = threading.Lock()
        self._signature = NO_SIGNATURE
        self._renew_at = 0.0

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return (self._key, *self._signature.secrets)

    def signature(self, exchange: Exchange) -> Signature:
        with self._lock:
            if self._signature is NO_SIGNATURE or self._clock() >= self._renew_at:
                self._fetch(exchange)
            return self._signature

    def renew(self, refused: Signature, exchange: Exchange) -> bool:
        with self._lock:
            if self._signature is refused:  # else another thread has renewed it
                self._fetch(exchange)
        return True

    @property
    def token_id(self) -> str:
        return str((jwt_claims(self._key) or {}).get("jti", ""))

    @property
    def text(self) -> Secret:
        return self._key

    def replace(self, key: Secret) -> None:
        with self._lock:  # else a thread could keep an access token made of the old key
            self._key = checked_key(key)
            self._signature = NO_SIGNATURE

    def after_fork(self) -> None:
        self._lock = threading.Lock()  # another thread of the parent may have held the old one

    def _fetch(self, exchange: Exchange) -> None:
        access = exchange(self._key)
        lifetime = _lifetime(access)
        self._signature = Signature("Bearer", access)
        # Measured on the local clock, as the server's may be minutes off.
        self._renew_at = self._clock() + max(lifetime - RENEWAL_MARGIN, lifetime / 2)


class UnsignedKey(ApiKey):
    """A personal access token while it is exchanged: signs nothing, but errors name its kind."""

    kind = PersonalAccessToken.kind
    where = PersonalAccessToken.where


class MissingKey(ApiKey):
    """The key of a process that has none: refuses the first request."""

    def signature(self, exchange: Exchange) -> Signature:
        raise AuthenticationError(
            "A client that was unpickled takes its API key from LABEL_STUDIO_API_KEY, which is not "
            "set in this process: set it before the worker starts."
        )


def api_key(key: Secret) -> ApiKey:
    """Return the `ApiKey` for a key of either kind."""
    key = checked_key(key)
    return LegacyToken(key) if jwt_claims(key) is None else PersonalAccessToken(key)


def checked_key(key: Secret) -> Secret:
    """Return a key that can be sent in a header, or raise `InvalidInput`."""
    key = guarded(Secret(key.reveal().strip()))
    if not fits_in_header(key):
        raise InvalidInput(
            "The API key must not contain spaces, line breaks or non-ASCII characters: copy it "
            "again from Account & Settings, without quotes or the word 'Token'."
        )
    return key


def fits_in_header(token: Secret) -> bool:
    """Tell whether a token can be sent in a header; an error of requests would quote it."""
    text: object = token.reveal()
    if not isinstance(text, str):  # a server may send anything
        return False
    plain = text.isascii() and text.isprintable() and " " not in text
    return plain and 0 < len(text) <= MAX_TOKEN_LENGTH


def jwt_claims(token: Secret) -> dict[str, Any] | None:
    """Read the claims of a JSON Web Token without checking them; None for any other string."""
    try:
        claims = decoded(_payload(token))
    except (ValueError, LimitExceeded):  # not the JSON of a token
        return None
    return claims if isinstance(claims, dict) else None


def _payload(token: Secret) -> bytes:
    """Return the JSON of a JSON Web Token; b"" for any other string."""
    parts = token.reveal().split(".", 3)
    if len(parts) != 3 or len(parts[1]) > MAX_TOKEN_LENGTH:
        return b""
    return base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))


def _lifetime(access: Secret) -> float:
    """Return the lifetime that a token claims, in seconds."""
    claims = jwt_claims(access) or {}
    try:
        seconds = float(claims["exp"]) - float(claims["iat"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return DEFAULT_LIFETIME
    return min(seconds, MAX_LIFETIME) if seconds > 0 else DEFAULT_LIFETIME
