"""HTTP: transport, authentication, retries. The only place that imports requests."""

from requests import ConnectionError, HTTPError, Response, Session, Timeout

from .response_limits import content_length, too_large
from .settings import Settings
from .transport import Transport, blocks

__all__ = [
    "ConnectionError",
    "HTTPError",
    "Response",
    "Session",
    "Settings",
    "Timeout",
    "Transport",
    "blocks",
    "content_length",
    "too_large",
]
