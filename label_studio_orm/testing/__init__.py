"""A fake Label Studio server for tests: in memory, on a real socket, up in a millisecond."""

from .requests import Request
from .server import FakeServer

__all__ = ["FakeServer", "Request"]
