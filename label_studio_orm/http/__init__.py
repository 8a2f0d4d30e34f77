"""The wire: transport, auth, retry. The only place that imports requests."""

from requests import Response, Session

from .response_limits import length_of, too_large
from .settings import Settings
from .transport import Transport, blocks

__all__ = ["Response", "Session", "Settings", "Transport", "blocks", "length_of", "too_large"]
