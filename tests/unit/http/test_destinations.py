"""Addresses: which are public, which two are of one server, and which paths climb."""

from __future__ import annotations

import pytest

from label_studio_orm.http import Settings
from label_studio_orm.http.destinations import Address, Destination, has_dot_segments
from label_studio_orm.http.public_hosts import network_of


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"),
        *("224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0"),
        *("fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::127.0.0.1"),
        *("2002:7f00:1::", "64:ff9b::a00:1", "2001:db8::1", "::ffff:169.254.169.254"),
    ],
)
def test_private_addresses_are_named(address: str) -> None:
    assert network_of(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public_addresses_are_not(address: str) -> None:
    assert network_of(address) == ""


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("http://ls.example.org/x", True),
        ("HTTP://LS.example.org:80/x", True),
        ("https://ls.example.org/x", True),
        ("https://ls.example.org:8443/x", False),
        ("http://ls.example.org:8080/x", False),
        ("http://ls.example.org.evil.org/x", False),
        ("http://ls.example.org@evil.org/x", False),
        ("http://evil.org/ls.example.org", False),
    ],
)
def test_the_server_is_known_by_scheme_host_and_port(url: str, own: bool) -> None:
    assert Destination.of(url, Settings("http://ls.example.org")).own is own


def test_a_step_down_to_http_is_another_server() -> None:
    settings = Settings("https://ls.example.org")
    assert not Destination.of("http://ls.example.org/x", settings).own


@pytest.mark.parametrize(
    "name", ["b\u00fccher.example", "B\u00dcCHER.example.", "xn--bcher-kva.example"]
)
def test_hosts_are_named_in_any_spelling(name: str) -> None:
    settings = Settings("http://ls.example.org", hosts=[name])
    assert Destination.of("http://b\u00fccher.example/x", settings).named


@pytest.mark.parametrize("path", ["/a/...b", "/a/b..", "/?d=../..", "/a#/../b", "/a/%2e%2ex"])
def test_dots_in_names_and_queries_do_not_climb(path: str) -> None:
    assert not has_dot_segments(path)


@pytest.mark.parametrize("server", ["http://h", "https://H.example.org:8443/ls", "http://[::1]:80"])
@pytest.mark.parametrize("path", ["/", "//evil/x", "/@evil/x", "/:80/x", "/\\evil", "/a?b#c", "/é"])
def test_an_address_below_the_server_is_as_if_it_were_parsed(server: str, path: str) -> None:
    """It is not, as that would take a tenth of the time of a request."""
    url = server + path
    assert Destination.of(url, Settings(server)).address == Address.of(url)
