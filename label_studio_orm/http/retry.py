"""Retries: which requests may be sent again, and after how long."""

from __future__ import annotations

from typing import Any

import requests
from urllib3.exceptions import ConnectTimeoutError, InvalidHeader, MaxRetryError, ProxyError
from urllib3.util import Retry

from ..errors import GATEWAY_ERRORS, TOO_MANY_REQUESTS
from ..interruption import pause

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Parts of OpenSSL errors before the request was sent.
HANDSHAKE_FAILURES = ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER", "HANDSHAKE", "PROTOCOL")

CONNECTION_LOSSES = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)

MAX_RETRY_AFTER = 120.0  # seconds, even if the server demands an hour


class Backoff(Retry):
    """Count the attempts and sleep between them: urllib3's `Retry`, with `Retry-After` capped."""

    def get_retry_after(self, response: Any) -> float | None:
        try:
            wait = super().get_retry_after(response)
        except (InvalidHeader, ValueError, TypeError, OverflowError):  # neither number nor date
            return None
        return None if wait is None else min(wait, MAX_RETRY_AFTER)

    def sleep(self, response: Any = None) -> None:
        """Sleep as long as the server demands, or longer each time; work can be interrupted."""
        demanded = None if response is None else self.get_retry_after(response)
        pause(demanded or self.get_backoff_time())

    def after(self, outcome: requests.Response | requests.RequestException) -> Backoff | None:
        """Sleep, and return the backoff of the next attempt; None after the last attempt."""
        response = outcome.raw if isinstance(outcome, requests.Response) else None
        error = outcome if isinstance(outcome, Exception) else None
        try:
            following = self.increment(response=response, error=error)
        except MaxRetryError:
            return None
        if isinstance(outcome, requests.Response):
            outcome.close()
        following.sleep(response)
        return following


DEFAULT_BACKOFF = Backoff(total=3, backoff_factor=0.5, backoff_jitter=0.5, raise_on_status=False)


def may_be_repeated(
    outcome: requests.Response | requests.RequestException, repeatable: bool
) -> bool:
    """Tell whether a request that ended so can be sent again without a double effect."""
    if isinstance(outcome, requests.Response):
        status = outcome.status_code
        return status == TOO_MANY_REQUESTS or (repeatable and status in GATEWAY_ERRORS)
    if isinstance(outcome, requests.exceptions.SSLError):
        return False  # a certificate stays invalid
    return never_arrived(outcome) or (repeatable and isinstance(outcome, CONNECTION_LOSSES))


def never_arrived(error: requests.RequestException) -> bool:
    """Tell whether the connection failed before any byte of the request was sent."""
    if isinstance(error, requests.exceptions.SSLError):
        return any(sign in str(error) for sign in HANDSHAKE_FAILURES)
    reason = _reason(error)
    if isinstance(reason, ProxyError):
        reason = reason.original_error
    return isinstance(reason, ConnectTimeoutError)  # "refused" and "unknown host" are subclasses


def _reason(error: requests.RequestException) -> object:
    """Unwrap the urllib3 error that requests has wrapped, once or twice."""
    inner = error.args[0] if error.args else None
    return getattr(inner, "reason", inner)
