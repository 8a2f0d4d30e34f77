"""Protection from server-side request forgery: connect to public hosts only.

Untrusted addresses may name a host that only this machine can reach: the metadata service of a
cloud, a router, a database. A name can resolve to another address at each lookup. So the address of
the open connection is checked, before anything is sent.
"""

from __future__ import annotations

import ipaddress
import socket
from functools import cache
from typing import Any

import requests
from requests.utils import select_proxy
from urllib3.util import parse_url

from .adapter import LimitedAdapter

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public addresses at which a cloud provides services to its machines.
CLOUD_SERVICES = frozenset({"168.63.129.16", "192.0.0.192"})  # Azure, Oracle
NAT64 = ipaddress.ip_network("64:ff9b::/96")
PRIVATE_KINDS = ("loopback", "link_local", "multicast", "unspecified", "reserved")  # of `ipaddress`


class PrivateHost(requests.RequestException):
    """A host in a private network was reached; nothing was sent to it."""

    def __init__(self, host: str, address: str, network: str) -> None:
        super().__init__(f"{host} is {address}, in a {network} network")
        self.host, self.address, self.network = host, address, network


class _PrivateAddress(Exception):
    """The error in a connection: no OSError, which urllib3 would wrap, and maybe retry."""

    def __init__(self, address: str, network: str) -> None:
        super().__init__(address)
        self.address, self.network = address, network


def network_of(address: str) -> str:
    """Return the kind of private network that an IP address is in; "" for a public one.

    >>> network_of("127.0.0.1"), network_of("::ffff:10.0.0.1"), network_of("8.8.8.8")
    ('loopback', 'private', '')
    """
    ip = _embedded_ipv4(ipaddress.ip_address(address.partition("%")[0]))
    if str(ip) in CLOUD_SERVICES:
        return "cloud provider's"
    kind = next((kind for kind in PRIVATE_KINDS if getattr(ip, f"is_{kind}")), "")
    if ip.is_global and not kind and not getattr(ip, "is_site_local", False):
        return ""
    return kind.replace("_", "-") or "private"


def _embedded_ipv4(ip: IP) -> IP:
    """Return the IPv4 address that an IPv6 address embeds, else the address itself."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
    if wrapped:
        return wrapped
    low = int(ip) & 0xFFFFFFFF
    compatible = int(ip) >> 32 == 0 and low > 1  # ::127.0.0.1, but neither :: nor ::1
    return ipaddress.IPv4Address(low) if ip in NAT64 or compatible else ip


def _check(sock: socket.socket) -> None:
    """Raise if the peer of a connection is in a private network, or this machine."""
    peer, own = sock.getpeername()[0], sock.getsockname()[0]
    network = network_of(peer) or ("loopback" if peer == own else "")
    if network:
        raise _PrivateAddress(peer, network)


class _CheckedConnection:
    """A connection that is closed if its peer is not public."""

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        try:
            _check(sock)
        except BaseException:
            sock.close()
            raise
        return sock


@cache
def checked_pool(pool: type[Any]) -> type[Any]:
    """Return a connection pool class whose connections are checked."""
    connection = type(pool.ConnectionCls.__name__, (_CheckedConnection, pool.ConnectionCls), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class PublicHostsAdapter(LimitedAdapter):
    """The adapter that connects to public hosts only.

    Through a proxy only names can be checked, as the proxy makes the connection: a name that
    resolves to a private address on this machine is refused.
    """

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        classes = self.poolmanager.pool_classes_by_scheme
        checking = {scheme: checked_pool(pool) for scheme, pool in classes.items()}
        self.poolmanager.pool_classes_by_scheme = checking

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        host = (parse_url(request.url or "").host or "").strip("[]")
        try:
            if select_proxy(request.url or "", options.get("proxies")):
                _check_name(host)
            return super().send(request, *args, **options)
        except _PrivateAddress as error:
            raise PrivateHost(host, error.address, error.network) from None


def _check_name(host: str) -> None:
    """Raise if a host resolves to a private address on this machine."""
    try:
        addresses = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return  # only the proxy can resolve it
    for *_, address in addresses:
        network = network_of(str(address[0]))
        if network:
            raise _PrivateAddress(str(address[0]), network)
