"""Connections to public hosts only, for addresses that others have written.

A host in a private network may be one that only this machine can reach: the metadata service of a
cloud, a router, a database. What counts is the address that a connection really has, as a name can
mean another at each lookup. So it is checked once the connection is made, before anything is sent.
"""

from __future__ import annotations

import ipaddress
import socket
from functools import cache
from typing import Any

import requests
from requests.utils import select_proxy
from urllib3.util import parse_url

from .adapter import PacedAdapter

IP = ipaddress.IPv4Address | ipaddress.IPv6Address

# Addresses that pass for public, but have a service of the cloud's own for its machines.
OF_CLOUDS = frozenset({"168.63.129.16", "192.0.0.192"})  # Azure, Oracle
NAT64 = ipaddress.ip_network("64:ff9b::/96")
KINDS = ("loopback", "link_local", "multicast", "unspecified", "reserved")  # of `ipaddress`


class PrivateHost(requests.RequestException):
    """A host was reached that is in a private network; nothing was sent to it."""

    def __init__(self, host: str, address: str, network: str) -> None:
        super().__init__(f"{host} is {address}, in a {network} network")
        self.host, self.address, self.network = host, address, network


class _Refused(Exception):
    """As `PrivateHost`, but no OSError: urllib3 would wrap that, and it might be retried."""

    def __init__(self, address: str, network: str) -> None:
        super().__init__(address)
        self.address, self.network = address, network


def network_of(address: str) -> str:
    """Return which kind of private network an IP address is in; "" for a public one.

    >>> network_of("127.0.0.1"), network_of("::ffff:10.0.0.1"), network_of("8.8.8.8")
    ('loopback', 'private', '')
    """
    ip = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    if str(ip) in OF_CLOUDS:
        return "cloud provider's"
    kind = next((kind for kind in KINDS if getattr(ip, f"is_{kind}")), "")
    if ip.is_global and not kind and not getattr(ip, "is_site_local", False):
        return ""
    return kind.replace("_", "-") or "private"


def _unwrapped(ip: IP) -> IP:
    """Return the IPv4 address within an IPv6 one that stands for it."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    wrapped = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
    if wrapped:
        return wrapped
    low = int(ip) & 0xFFFFFFFF
    compatible = int(ip) >> 32 == 0 and low > 1  # ::127.0.0.1, but neither :: nor ::1
    return ipaddress.IPv4Address(low) if ip in NAT64 or compatible else ip


def _check(sock: socket.socket) -> None:
    """Raise where the other end of a connection is in a private network, or this machine."""
    peer, own = sock.getpeername()[0], sock.getsockname()[0]
    network = network_of(peer) or ("loopback" if peer == own else "")
    if network:
        raise _Refused(peer, network)


class _Checked:
    """A connection that is given up if its other end is not public."""

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        try:
            _check(sock)
        except BaseException:
            sock.close()
            raise
        return sock


@cache
def checked(pool: type[Any]) -> type[Any]:
    """Return a class of connection pools whose connections are checked."""
    connection = type(pool.ConnectionCls.__name__, (_Checked, pool.ConnectionCls), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class PublicOnly(PacedAdapter):
    """Connects to public hosts only.

    Through a proxy only names can be checked, as the proxy makes the connection: those of which
    this machine knows a private address are refused.
    """

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        classes = self.poolmanager.pool_classes_by_scheme
        checking = {scheme: checked(pool) for scheme, pool in classes.items()}
        self.poolmanager.pool_classes_by_scheme = checking

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        host = (parse_url(request.url or "").host or "").strip("[]")
        try:
            if select_proxy(request.url or "", options.get("proxies")):
                _check_name(host)
            return super().send(request, *args, **options)
        except _Refused as error:
            raise PrivateHost(host, error.address, error.network) from None


def _check_name(host: str) -> None:
    """Raise where this machine knows a private address of a host."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return  # a name that only the proxy knows
    for *_, address in found:
        network = network_of(str(address[0]))
        if network:
            raise _Refused(str(address[0]), network)
