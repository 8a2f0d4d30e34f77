"""The two kinds of API key, told apart by their shape.

A personal access token is a JSON Web Token, and a *refresh* token: it is exchanged for access
tokens that live a few minutes. Anything else is a legacy token, sent as it is.
See https://labelstud.io/guide/access_tokens
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

from requests import PreparedRequest
from requests.auth import AuthBase

from ..errors import AuthenticationError, InvalidInput

RENEW_BEFORE_EXPIRY = 30.0  # seconds
USUAL_LIFETIME = 300.0  # seconds; what the server gives where the token does not say


class ApiKey(AuthBase):
    """A key that signs requests and never shows itself."""

    kind = "API key"
    where = "Account & Settings"

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self.header()
        return request

    def header(self) -> str:
        """Return the value of the Authorization header."""
        raise NotImplementedError

    def renew(self, refused: str) -> bool:
        """Get a new header in place of the refused one; False where there is none to get."""
        return False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} (hidden)>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is not pickled: give the worker its own environment")


class LegacyToken(ApiKey):
    kind = "legacy token"
    where = "Account & Settings → Legacy Token"

    def __init__(self, key: str) -> None:
        self._key = key

    def header(self) -> str:
        return f"Token {self._key}"


class PersonalAccessToken(ApiKey):
    """Exchange the refresh token for access tokens, one exchange at a time for all threads."""

    kind = "personal access token"
    where = "Account & Settings → Personal Access Token"

    def __init__(
        self,
        key: str,
        exchange: Callable[[str], str],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._key = key
        self._exchange = exchange
        self._clock = clock
        self._lock = threading.Lock()
        self._header = ""
        self._renew_at = 0.0

    def header(self) -> str:
        with self._lock:
            if not self._header or self._clock() >= self._renew_at:
                self._fetch()
            return self._header

    def renew(self, refused: str) -> bool:
        with self._lock:
            if self._header == refused:  # else another thread was quicker
                self._fetch()
        return True

    def _fetch(self) -> None:
        access = self._exchange(self._key)
        lifetime = _lifetime(access)
        self._header = f"Bearer {access}"
        # Measured on our own clock: the server's may be minutes off.
        self._renew_at = self._clock() + max(lifetime - RENEW_BEFORE_EXPIRY, lifetime / 2)


class NoKey(ApiKey):
    """Sign nothing: the exchange of a key goes out without one, but an error may name it."""

    def __init__(self, exchanged: ApiKey) -> None:
        self.kind = exchanged.kind
        self.where = exchanged.where

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request

    def header(self) -> str:
        return ""


class MissingKey(ApiKey):
    """Stand in for the key in a process that has none; refuse at the first request."""

    def header(self) -> str:
        raise AuthenticationError(
            "This client came here by pickling, which leaves the API key behind, and "
            "LABEL_STUDIO_API_KEY is not set in this process. Set it before the worker starts."
        )


def api_key(key: str, exchange: Callable[[str], str]) -> ApiKey:
    """Make the auth for a key of either kind."""
    key = key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidInput(
            "The API key has spaces, line breaks or non-ASCII characters in it: copy it again "
            "from Account & Settings, without quotes or the word 'Token'."
        )
    claims = jwt_claims(key)
    return LegacyToken(key) if claims is None else PersonalAccessToken(key, exchange)


def jwt_claims(token: str) -> dict[str, Any] | None:
    """Read the claims of a JSON Web Token without checking them; None for any other string."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    return claims if isinstance(claims, dict) else None


def _lifetime(access: str) -> float:
    claims = jwt_claims(access) or {}
    try:
        return float(claims["exp"]) - float(claims["iat"])
    except (KeyError, TypeError, ValueError):
        return USUAL_LIFETIME
