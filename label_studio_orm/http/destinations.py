"""Destinations of requests, and whether they get the key.

Addresses come from task data and from redirects, which are untrusted. So every request, and every
redirect that is followed, is checked here first: where it leads, and by which redirects.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast
from urllib.parse import unquote, urljoin

from attrs import evolve, frozen
from requests import RequestException, Response
from urllib3.util import parse_url

from ..errors import InvalidInput
from ..text import normalized, shown
from .settings import Settings, comparable_host

PORTS = {"http": 80, "https": 443}

# Paths of files at the server; see https://labelstud.io/guide/storage. Files that the server keeps,
# as task data refers to them:
STORED_FILES = r"(?:data/upload|data/local-files|storage-data|upload)/"
# Files of a cloud storage, which the server proxies or redirects to.
STORAGE_FILES = r"(?:tasks|projects)/\d+/(?:presign|resolve)/?(?:$|[?#])"
FILE_PATH = re.compile(rf"/(?:{STORED_FILES}|{STORAGE_FILES})")
LOGIN = "/user/login"

# All parsers find the same scheme and host in these; they disagree on backslashes and spaces.
UNAMBIGUOUS_URL = re.compile(r"https?://[^/?#\\\s\x00-\x1f\x7f]+(?=[/?#]|$)", re.IGNORECASE)
MAX_DECODINGS = 4  # nested percent-encodings that proxies and a server may undo


@frozen
class Address:
    """A URL, as urllib3 parses it."""

    scheme: str
    host: str
    port: int
    path: str  # with the query, from the first slash on

    @classmethod
    def of(cls, url: str) -> Address:
        """Parse a URL; raise `InvalidInput` for an invalid one, or one that parsers disagree on."""
        start = UNAMBIGUOUS_URL.match(url)
        try:
            parts = parse_url(url) if start else None
        except ValueError:  # urllib3's errors are ValueErrors too
            parts = None
        if start is None or parts is None or not parts.host:
            raise InvalidInput(f"An address must be a URL of a web server, not '{shown(url)}'.")
        scheme = (parts.scheme or "").lower()
        return cls(
            scheme,
            comparable_host(parts.host),
            parts.port or PORTS[scheme],
            url[start.end() :] or "/",
        )

    @property
    def netloc(self) -> str:
        return f"{self.host}:{self.port}"

    def same_origin(self, other: Address) -> bool:
        """Compare hosts and ports; an upgrade from http to https, on default ports, is the same."""
        here = (self.scheme, self.port)
        same = here == (other.scheme, other.port)
        upgraded = here == ("https", 443) and (other.scheme, other.port) == ("http", 80)
        return self.host == other.host and (same or upgraded)


@frozen
class Destination:
    """The destination of one request, after the redirects so far.

    `own` is at the server, within its base path; `signed` gets the key. The user's headers,
    certificate, session and `verify=` apply where it is `trusted`. Other hosts may be in private
    networks only if `private_allowed`.
    """

    url: str
    address: Address
    path: str | None  # below the server's base path; None for another host or application
    settings: Settings
    files_only: bool  # only paths of files are signed: the address comes from data
    stream: bool  # the caller reads the body
    endpoint: str  # the requested path, before redirects
    left: bool = False  # whether an earlier redirect led away from the server
    redirects: int = 0

    @classmethod
    def of(
        cls, url: str, settings: Settings, *, files_only: bool = False, stream: bool = False
    ) -> Destination:
        address = _address_of(url, settings.server)
        path = _path_below(_server_address(settings.server), address)
        return cls(url, address, path, settings, files_only, stream, _without_query(path))

    def redirected_to(self, location: str) -> Destination:
        """Return the destination of a redirect; raise `InvalidInput` if it is not a web URL."""
        try:
            url = urljoin(self.url, location)
        except ValueError:
            url = location
        address = Address.of(url)
        return evolve(
            self,
            url=url,
            address=address,
            path=_path_below(_server_address(self.settings.server), address),
            left=not self.trusted,
            redirects=self.redirects + 1,
        )

    @property
    def own(self) -> bool:
        return self.path is not None

    @property
    def trusted(self) -> bool:
        return self.own and not self.left

    @property
    def signed(self) -> bool:
        """Whether the request gets the key."""
        if not self.trusted or self._is_file:
            return self.trusted
        # A stream is written to a file: another endpoint could answer with the key itself.
        elsewhere = self.stream and self.redirects > 0 and not self._is_endpoint
        return not self.files_only and not elsewhere

    @property
    def named(self) -> bool:
        """Whether the user has named this host in `hosts=`."""
        return self.address.host in self.settings.hosts

    @property
    def private_allowed(self) -> bool:
        return self.own or self.named or self.settings.allow_private

    @property
    def is_login(self) -> bool:
        """Whether the server has redirected to its login page."""
        return self.redirects > 0 and (self.path or "").startswith(LOGIN)

    @property
    def origin(self) -> str:
        """The server's URL as the user gave it, or the scheme and host of another server."""
        if self.own:
            return self.settings.server
        host = shown(self.address.host)
        return f"{self.address.scheme}://{f'[{host}]' if ':' in host else host}"

    @property
    def _is_file(self) -> bool:
        path = self.path or ""
        return FILE_PATH.match(path) is not None and not has_dot_segments(path)

    @property
    def _is_endpoint(self) -> bool:
        """Whether a redirect leads to the same endpoint, with a slash or a base path added."""
        path = _without_query(self.path)
        return bool(self.endpoint) and path.endswith(self.endpoint) and not has_dot_segments(path)


@lru_cache(maxsize=16)
def _server_address(url: str) -> Address:
    """Return the address of a server; cached, as each request is compared with it."""
    return Address.of(url)


def _address_of(url: str, server: str) -> Address:
    """Return the address of a URL; below a server, as most are, only the path is parsed."""
    if not url.startswith(f"{server}/"):
        return Address.of(url)
    there = _server_address(server)
    path = there.path.rstrip("/") + url[len(server) :]
    return Address(there.scheme, there.host, there.port, path)


def _path_below(server: Address, address: Address) -> str | None:
    """Return the path below a server's base path; None for another host or application."""
    if not address.same_origin(server):
        return None
    base = server.path.rstrip("/")
    if not base:
        return address.path
    inside = address.path.startswith(f"{base}/") and not has_dot_segments(address.path)
    return address.path[len(base) :] if inside else None


def _without_query(path: str | None) -> str:
    return re.split(r"[?#]", path or "", maxsplit=1)[0].rstrip("/")


def has_dot_segments(path: str) -> bool:
    """Tell whether any server could read a path as one with dot segments.

    >>> has_dot_segments("/data/upload/..%2f../api"), has_dot_segments("/data/upload/1/a..b.png")
    (True, False)
    """
    text = re.split(r"[?#]", path, maxsplit=1)[0]
    if "." not in text and "%" not in text and text.isascii():
        return False  # most paths
    for _ in range(MAX_DECODINGS):
        if any(map(_is_dot_segment, re.split(r"[/\\]", text))):
            return True
        decoded = normalized("NFKC", unquote(text))
        if decoded == text:
            return False
        text = decoded
    return True  # no file name is encoded that often


def _is_dot_segment(segment: str) -> bool:
    """Tell whether a segment is `.` or `..`, with any parameters, spaces and controls."""
    name = re.sub(r"[\s\x00-\x1f\x7f]", "", segment.partition(";")[0])
    return name != "" and name.strip(".") == ""


def checked_path(path: str) -> str:
    """Return a path at the server; raise `InvalidInput` for one that may lead elsewhere."""
    if not path.startswith("/"):
        raise InvalidInput(f"The path of a request must start with '/', not be {shown(path)!r}.")
    if has_dot_segments(path):
        raise InvalidInput(
            f"The path of a request must not have dot segments ('..'), as '{shown(path)}' has: "
            "they could lead out of the API. Nothing was sent."
        )
    return path


def set_destination(outcome: Response | RequestException, destination: Destination) -> None:
    """Record the destination of a response or a failure, with the redirects that led there."""
    vars(outcome).setdefault("destination", destination)


def destination_of(
    outcome: Response | RequestException, default: Destination | None = None
) -> Destination:
    return cast("Destination", vars(outcome).get("destination", default))


def host_of(url: str) -> str:
    """Return "host:port" of a URL; "" for a path."""
    if url.startswith("/"):
        return ""
    return Address.of(url).netloc
