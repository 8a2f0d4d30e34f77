"""How to talk to one server, checked when it is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from attrs import Attribute, field, frozen
from urllib3.util import parse_url

from ..errors import InvalidInput
from ..limits import Limits
from ..secret import Sealed, Secret
from ..text import shown
from .request_secrets import of_headers, of_proxies

CONNECT_TIMEOUT = 10.0  # seconds
PROXIES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")

# What comes after the base URL in the addresses of pages and of the API, as they are copied.
PAGE = re.compile(
    r"/((docs/)?api(/.*)?|projects(/\d+(/.*)?)?|user/(login|signup|account)(/.*)?|organization)$"
)

Timeout = float | tuple[float, float]


def checked_url(url: str | Secret) -> str:
    """Return a server's base URL without its last slash; raise `InvalidInput` for a bad one.

    What is not a URL is not repeated: it may be a key that came into the wrong place.
    """
    url = Secret.of(url)
    problem = _problem_of(url.reveal().strip().rstrip("/"))
    if problem:
        raise InvalidInput(problem)
    return url.reveal().strip().rstrip("/")


def _problem_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good:
        return (
            "The URL of a server starts with http:// or https://, names a host and perhaps a "
            f"port, as in 'http://localhost:8080'; {_hint_of(url)}."
        )
    if parts.username or parts.password:
        return (
            f"The URL of {shown(parts.hostname)} has a user or password in it. "
            "Give the key as api_key=."
        )
    base = PAGE.sub("", parts.path)
    if base != parts.path or parts.query or parts.fragment:
        return (
            "The URL must be that of the server, not of a page or of the API: use "
            f"{parts.scheme}://{shown(parts.netloc)}{shown(base.rstrip('/'))}."
        )
    return ""


def _hint_of(url: str) -> str:
    plain = re.fullmatch(r"[a-z0-9.-]{1,30}(:\d{1,5})?", url)
    return f"perhaps you mean 'http://{url}'" if plain else "what was given does not"


def checked_timeout(timeout: Any) -> Timeout:
    """Return a timeout in seconds, or a pair of them; raise `InvalidInput` for anything else."""
    parts = timeout if isinstance(timeout, tuple) and len(timeout) == 2 else (timeout,)
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, (int, float)) or not part > 0:
            raise InvalidInput(
                f"timeout is in seconds, above 0, or a pair of such: not {timeout!r}."
            )
    return cast("Timeout", timeout)


def _is_there(settings: object, attribute: Attribute[Any], value: Any) -> None:
    """Refuse the path of a file that is missing: requests would complain at each request."""
    for path in value if isinstance(value, tuple) else (value,):
        if isinstance(path, str) and not Path(path).exists():
            raise InvalidInput(f"{attribute.name}: there is no file {path}.")


def _headers(given: Any) -> Sealed:
    return _sealed(given, "headers are a dict of names and values") or Sealed()


def _proxies(given: Any) -> Sealed | None:
    proxies = _sealed(given, "proxies are a dict, as in {'https': 'http://proxy:3128'}")
    for name, url in proxies.items() if proxies else ():
        usable = name == "no_proxy" or _is_proxy(Secret.of(url))
        del url  # it may have a password
        if not usable:
            raise InvalidInput(f"proxies[{name!r}] is not a URL such as 'http://proxy:3128'.")
    return proxies


def _is_proxy(secret: Secret) -> bool:
    url: object = secret.reveal()
    if not isinstance(url, str):
        return url is None  # which is how requests is told to use none
    with suppress(ValueError):
        parts = urlsplit(url if "://" in url else f"http://{url}")
        return parts.scheme in PROXIES and bool(parts.hostname) and parts.port != 0
    return False


def _sealed(given: Any, what: str) -> Sealed | None:
    """Return options that may have secrets in them, sealed; what is wrong with them is not told."""
    if given is None or isinstance(given, Sealed):
        return given
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{what}, not a {type(given).__name__}.")
    return Sealed(given)


def _names(hosts: Iterable[str]) -> frozenset[str]:
    """Return the names of hosts; raise `InvalidInput` for a URL or another thing."""
    names = [hosts] if isinstance(hosts, str) else list(hosts)
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[\w.-]+|[0-9A-Fa-f:.]+", name):
            raise InvalidInput(f"hosts= are names such as 'minio.example.org', not {name!r}.")
    return frozenset(plain_host(name) for name in names)


def plain_host(name: str) -> str:
    """Return the name of a host as URLs are compared: lower case, IDNA, without a last dot."""
    literal = f"[{name}]" if ":" in name else name
    try:
        host = parse_url(f"http://{literal}").host or ""
    except ValueError:
        raise InvalidInput(f"hosts= are names such as 'minio.example.org', not {name!r}.") from None
    return comparable_host(host)


def comparable_host(host: str) -> str:
    """Return the host of a parsed URL so that two spellings of it are equal."""
    return host.strip("[]").rstrip(".").lower()


@frozen
class Settings:
    """How to talk to one server; `headers` and `proxies` may have secrets of the user in them."""

    server: str = field(converter=checked_url)
    timeout: Timeout = field(default=60.0, converter=checked_timeout)
    verify: bool | str | None = field(default=None, validator=_is_there)
    cert: str | tuple[str, str] | None = field(default=None, validator=_is_there)
    proxies: Sealed | None = field(default=None, repr=False, converter=_proxies)
    headers: Sealed = field(factory=Sealed, repr=False, converter=_headers)
    limits: Limits = field(factory=Limits)
    hosts: frozenset[str] = field(factory=frozenset, converter=_names)
    allow_private: bool = False
    secrets: tuple[Secret, ...] = field(init=False, repr=False, eq=False)

    @secrets.default
    def _secrets(self) -> tuple[Secret, ...]:
        return (*of_headers(self.headers), *of_proxies(self.proxies))

    @property
    def timeouts(self) -> tuple[float, float]:
        """Return (connect, read) in seconds."""
        if isinstance(self.timeout, tuple):
            return self.timeout
        return min(CONNECT_TIMEOUT, self.timeout), self.timeout
