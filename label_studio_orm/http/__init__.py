"""HTTP: transport, authentication, retries. The only place that imports requests."""

from requests import Response, Session

from .response_limits import content_length, too_large
from .settings import Settings
from .transport import Transport, blocks

__all__ = ["Response", "Session", "Settings", "Transport", "blocks", "content_length", "too_large"]
