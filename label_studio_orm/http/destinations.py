"""Destinations of requests, and whether the key goes along.

Addresses come from task data and from redirects, which others write. So every request, and every
redirect that is followed, is judged here first, by where it leads and by the redirects before it.
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

# The paths of files at the server; see https://labelstud.io/guide/storage. Paths of files that the
# server keeps, as they stand in data:
STORED = r"(?:data/upload|data/local-files|storage-data|upload)/"
# Files of a cloud storage, which the server passes on or redirects to.
IN_STORAGES = r"(?:tasks|projects)/\d+/(?:presign|resolve)/?(?:$|[?#])"
FILE = re.compile(rf"/(?:{STORED}|{IN_STORAGES})")
LOGIN = "/user/login"

# What all parsers take for the scheme and the host: they disagree on backslashes and spaces.
UNDISPUTED = re.compile(r"https?://[^/?#\\\s\x00-\x1f\x7f]+(?=[/?#]|$)", re.IGNORECASE)
DECODINGS = 4  # percent-encoding within percent-encoding that a proxy and a server may undo


@frozen
class Address:
    """A URL, as the library that connects there understands it."""

    scheme: str
    host: str
    port: int
    path: str  # with the query, from the first slash on

    @classmethod
    def of(cls, url: str) -> Address:
        """Raise `InvalidInput` for what is no URL, or one on which parsers disagree."""
        start = UNDISPUTED.match(url)
        try:
            parts = parse_url(url) if start else None
        except ValueError:  # urllib3's errors are ValueErrors too
            parts = None
        if start is None or parts is None or not parts.host:
            raise InvalidInput(f"'{shown(url)}' is not a valid URL of a web server.")
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
        """Compare hosts and ports; a step up from http to https, on their usual ports, is fine."""
        here = (self.scheme, self.port)
        same = here == (other.scheme, other.port)
        upgraded = here == ("https", 443) and (other.scheme, other.port) == ("http", 80)
        return self.host == other.host and (same or upgraded)


@frozen
class Destination:
    """Where one request goes, after the redirects so far.

    `own` is at the server, within its base path; `signed` gets the key. Headers, certificate,
    session and `verify=` of the user go where it is `trusted`. Others may be in private networks
    only if `private_allowed`.
    """

    url: str
    address: Address
    path: str | None  # below the server's base path; None for another host or application
    settings: Settings
    files_only: bool  # only paths of files are signed: the address was found in data
    stream: bool  # the body is read by who has asked for it
    endpoint: str  # the path that was asked for, before redirects
    left: bool = False  # a redirect led away from the server before
    redirects: int = 0

    @classmethod
    def of(
        cls, url: str, settings: Settings, *, files_only: bool = False, stream: bool = False
    ) -> Destination:
        address = _address_of(url, settings.server)
        path = _path_below(_server(settings.server), address)
        return cls(url, address, path, settings, files_only, stream, _plain(path))

    def onward(self, location: str) -> Destination:
        """Return where a redirect leads; raise `InvalidInput` if that is not on the web."""
        try:
            url = urljoin(self.url, location)
        except ValueError:
            url = location
        address = Address.of(url)
        return evolve(
            self,
            url=url,
            address=address,
            path=_path_below(_server(self.settings.server), address),
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
        """Whether the key goes along."""
        if not self.trusted or self._is_file:
            return self.trusted
        # What is streamed goes into a file: another endpoint could bring the key itself.
        strays = self.stream and self.redirects > 0 and not self._is_endpoint
        return not self.files_only and not strays

    @property
    def named(self) -> bool:
        """Whether the user has named this host in `hosts=`."""
        return self.address.host in self.settings.hosts

    @property
    def private_allowed(self) -> bool:
        return self.own or self.named or self.settings.allow_private

    @property
    def is_login(self) -> bool:
        """Whether the server has sent us to its login page."""
        return self.redirects > 0 and (self.path or "").startswith(LOGIN)

    @property
    def origin(self) -> str:
        """The server's URL as the user gave it, or the scheme and host of another."""
        if self.own:
            return self.settings.server
        host = shown(self.address.host)
        return f"{self.address.scheme}://{f'[{host}]' if ':' in host else host}"

    @property
    def _is_file(self) -> bool:
        path = self.path or ""
        return FILE.match(path) is not None and not climbs(path)

    @property
    def _is_endpoint(self) -> bool:
        """Whether a redirect leads to the same endpoint: with a slash, or by the base path."""
        path = _plain(self.path)
        return bool(self.endpoint) and path.endswith(self.endpoint) and not climbs(path)


@lru_cache(maxsize=16)
def _server(url: str) -> Address:
    """Return the address of a server, which each request is compared with."""
    return Address.of(url)


def _address_of(url: str, server: str) -> Address:
    """Return the address of a URL: below that of a server, as most are, only the path differs."""
    if not url.startswith(f"{server}/"):
        return Address.of(url)
    there = _server(server)
    path = there.path.rstrip("/") + url[len(server) :]
    return Address(there.scheme, there.host, there.port, path)


def _path_below(server: Address, address: Address) -> str | None:
    """Return the path below a server's base path; None for another host or application."""
    if not address.same_origin(server):
        return None
    base = server.path.rstrip("/")
    if not base:
        return address.path
    inside = address.path.startswith(f"{base}/") and not climbs(address.path)
    return address.path[len(base) :] if inside else None


def _plain(path: str | None) -> str:
    return re.split(r"[?#]", path or "", maxsplit=1)[0].rstrip("/")


def climbs(path: str) -> bool:
    """Tell whether some server could read a path as one with dot segments.

    >>> climbs("/data/upload/..%2f../api"), climbs("/data/upload/1/a..b.png")
    (True, False)
    """
    text = re.split(r"[?#]", path, maxsplit=1)[0]
    if "." not in text and "%" not in text and text.isascii():
        return False  # as in most paths
    for _ in range(DECODINGS):
        if any(map(_is_dots, re.split(r"[/\\]", text))):
            return True
        decoded = normalized("NFKC", unquote(text))
        if decoded == text:
            return False
        text = decoded
    return True  # nobody encodes the name of a file that often


def _is_dots(segment: str) -> bool:
    """Tell whether a segment is `.` or `..`, maybe with parameters, white space or controls."""
    name = re.sub(r"[\s\x00-\x1f\x7f]", "", segment.partition(";")[0])
    return name != "" and name.strip(".") == ""


def checked_path(path: str) -> str:
    """Return a path at the server; raise `InvalidInput` for one that leads elsewhere."""
    if not path.startswith("/"):
        raise InvalidInput(f"{shown(path)!r} is not a path on the server: it starts with '/'.")
    if climbs(path):
        raise InvalidInput(
            f"The path '{shown(path)}' has dot segments ('..'), which could lead out of the API "
            f"or of the server: nothing was sent."
        )
    return path


def mark(outcome: Response | RequestException, destination: Destination) -> None:
    """Note where an answer or a failure comes from: its URL does not have the redirects before."""
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
