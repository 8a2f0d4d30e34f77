"""Connection settings of one server, checked at their definition."""

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
from .request_secrets import header_secrets, proxy_secrets

CONNECT_TIMEOUT = 10.0  # seconds
PROXIES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")

# The path after the base URL, in addresses that users copy from pages or the API.
PAGE = re.compile(
    r"/((docs/)?api(/.*)?|projects(/\d+(/.*)?)?|user/(login|signup|account)(/.*)?|organization)$"
)

Timeout = float | tuple[float, float]


def checked_url(url: str | Secret) -> str:
    """Return a server's base URL without its last slash; raise `InvalidInput` for an invalid one.

    The error does not quote anything but a URL, as it may be a misplaced key.
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
            "The URL of a server must start with http:// or https:// and name a host, and "
            f"optionally a port, as in 'http://localhost:8080'.{_hint_of(url)}"
        )
    if parts.username or parts.password:
        return (
            f"The URL of {shown(parts.hostname)} must not contain a user or password: pass the key "
            "as api_key=."
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
    return f" Did you mean 'http://{url}'?" if plain else ""


def checked_timeouts(timeout: Any) -> Timeout:
    """Return a timeout in seconds, or a pair of them; raise `InvalidInput` for anything else."""
    parts = timeout if isinstance(timeout, tuple) and len(timeout) == 2 else (timeout,)
    for part in parts:
        if isinstance(part, bool) or not isinstance(part, (int, float)) or not part > 0:
            raise InvalidInput(
                "timeout must be a number of seconds above 0, or a (connect, read) pair of them, "
                f"not {timeout!r}."
            )
    return cast("Timeout", timeout)


def _check_exists(settings: object, attribute: Attribute[Any], value: Any) -> None:
    """Refuse the path of a missing file now: requests would only do so at each request."""
    for path in value if isinstance(value, tuple) else (value,):
        if isinstance(path, str) and not Path(path).exists():
            raise InvalidInput(f"{attribute.name} must be an existing file, not {path}.")


def _headers(given: Any) -> Sealed:
    return _sealed(given, "headers must be a dict of names and values") or Sealed()


def _proxies(given: Any) -> Sealed | None:
    proxies = _sealed(given, "proxies must be a dict such as {'https': 'http://proxy:3128'}")
    for name, url in proxies.items() if proxies else ():
        valid = name == "no_proxy" or _is_proxy(Secret.of(url))
        del url  # it may have a password
        if not valid:
            raise InvalidInput(f"proxies[{name!r}] must be a URL such as 'http://proxy:3128'.")
    return proxies


def _is_proxy(secret: Secret) -> bool:
    url: object = secret.reveal()
    if not isinstance(url, str):
        return url is None  # for requests, this means no proxy
    with suppress(ValueError):
        parts = urlsplit(url if "://" in url else f"http://{url}")
        return parts.scheme in PROXIES and bool(parts.hostname) and parts.port != 0
    return False


def _sealed(given: Any, what: str) -> Sealed | None:
    """Return options that may contain secrets, sealed; the error does not quote them."""
    if given is None or isinstance(given, Sealed):
        return given
    if not isinstance(given, Mapping):
        raise InvalidInput(f"{what}, not a {type(given).__name__}.")
    return Sealed(given)


def _names(hosts: Iterable[str]) -> frozenset[str]:
    """Return normalized names of hosts; raise `InvalidInput` for a URL or any other value."""
    names = [hosts] if isinstance(hosts, str) else list(hosts)
    for name in names:
        if not isinstance(name, str) or not re.fullmatch(r"[\w.-]+|[0-9A-Fa-f:.]+", name):
            raise _not_a_host(name)
    return frozenset(plain_host(name) for name in names)


def _not_a_host(name: object) -> InvalidInput:
    return InvalidInput(f"hosts= must be host names such as 'minio.example.org', not {name!r}.")


def plain_host(name: str) -> str:
    """Return a host name in the form for comparisons: lower case, IDNA, without a last dot."""
    literal = f"[{name}]" if ":" in name else name
    try:
        host = parse_url(f"http://{literal}").host or ""
    except ValueError:
        raise _not_a_host(name) from None
    return comparable_host(host)


def comparable_host(host: str) -> str:
    """Return the host of a parsed URL in the form for comparisons."""
    return host.strip("[]").rstrip(".").lower()


@frozen
class Settings:
    """Connection settings of one server; `headers` and `proxies` may contain secrets."""

    server: str = field(converter=checked_url)
    timeout: Timeout = field(default=60.0, converter=checked_timeouts)
    verify: bool | str | None = field(default=None, validator=_check_exists)
    cert: str | tuple[str, str] | None = field(default=None, validator=_check_exists)
    proxies: Sealed | None = field(default=None, repr=False, converter=_proxies)
    headers: Sealed = field(factory=Sealed, repr=False, converter=_headers)
    limits: Limits = field(factory=Limits)
    hosts: frozenset[str] = field(factory=frozenset, converter=_names)
    allow_private: bool = False
    secrets: tuple[Secret, ...] = field(init=False, repr=False, eq=False)

    @secrets.default
    def _secrets(self) -> tuple[Secret, ...]:
        return (*header_secrets(self.headers), *proxy_secrets(self.proxies))

    @property
    def timeouts(self) -> tuple[float, float]:
        """Return (connect, read) in seconds."""
        if isinstance(self.timeout, tuple):
            return self.timeout
        return min(CONNECT_TIMEOUT, self.timeout), self.timeout
