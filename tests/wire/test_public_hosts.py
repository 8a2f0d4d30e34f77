"""Other hosts than the server: through proxies, in forked children, and by odd addresses."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from support.exporting import ExportServer, task
from support.stub import Answer, Stub, redirect, running_stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio
from label_studio_orm.errors import ConnectionFailed, HostNotAllowed, LabelStudioError
from label_studio_orm.http import public_hosts
from label_studio_orm.http.retry import DEFAULT_BACKOFF

UPLOAD = "/data/upload/1/a.png"
ESTABLISHED = "01"  # in Linux's list of connections
PROXY_LOGIN = "Basic dXNlcjpzM2NyZXQ="  # user:s3cret
ODD = [
    *("//{there}/file", "\\\\{there}\\file", "/\\{there}/file", "http:\\\\{there}/file"),
    *("http:/{there}/file", "http:{there}/file", "HTTP://{there}/file", "hTTp://{there}./file"),
    *("http://{own}@{there}/file", "http://{own}\\@{there}/file", "http://{there}\\@{own}/file"),
    *("http://{own}#@{there}/file", "http://{there}#@{own}/data/upload/1/b.png", "///{there}/file"),
    *(
        "http://{there}?@{own}/data/upload/1/b.png",
        "http://{own}%40{there}/file",
        "//{own}@{there}",
    ),
]


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("backoff_factor", "backoff_jitter"):
        monkeypatch.setattr(DEFAULT_BACKOFF, name, 0)


@pytest.fixture
def http_proxy() -> Iterator[Stub]:
    with running_stub() as other:
        yield other


def place(stub: Stub) -> str:
    return stub.url.partition("//")[2]


def behind(proxy: Stub) -> dict[str, str]:
    return {"http": f"http://user:s3cret@{place(proxy)}"}


# -- addresses -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [302, 307, 308])
@pytest.mark.parametrize("to", ODD)
def test_an_odd_redirect_takes_nothing_of_the_user_to_another_host(
    to: str, status: int, stub: Stub, elsewhere: Stub
) -> None:
    target = to.format(own=place(stub), there=place(elsewhere))
    stub.on("GET", UPLOAD, redirect(target, status))
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, headers={"X-Gate": "s3cret"}, allow_private=True)
    with suppress(LabelStudioError):  # the address is none, or nothing is there
        ls.fetch(UPLOAD)
    assert "Authorization" in stub.requests[0].headers
    for request in elsewhere.requests:
        assert not {"Authorization", "X-Gate", "Cookie"} & set(request.headers)


def test_a_scheme_in_upper_case_is_that_of_a_url(
    stub: Stub, elsewhere: Stub, tmp_path: Path
) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, allow_private=True)
    address = f"HTTP://{place(elsewhere)}/file"
    assert ls.fetch(address).content == b"found"
    ExportServer(stub).content = json.dumps([task(1, image=address)]).encode()
    assert ls.projects.get(1).export("JSON", tmp_path, media=True).media.fetched == 1


def test_an_ipv6_host_is_named_in_brackets(stub: Stub) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, allow_private=True, timeout=2)
    with pytest.raises(ConnectionFailed, match=r"http://\[::1\]"):
        ls.fetch("http://[::1]:9/file")


def test_a_damaged_file_within_the_data_is_missing_with_its_reason(
    stub: Stub, tmp_path: Path
) -> None:
    rows = [
        task(1, image="data:image/png;base64,####"),
        task(2, image="data:image/png;base64,AA=="),
    ]
    ExportServer(stub).content = json.dumps(rows).encode()
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY)
    report = ls.projects.get(1).export("YOLO", tmp_path, media=True).media
    assert [(each.task, "is damaged" in each.reason) for each in report.missing] == [(1, True)]
    assert report.fetched == 1


def test_an_address_of_this_machine_itself_is_refused_even_if_it_is_public(
    stub: Stub, elsewhere: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    # as if 127.0.0.1 were public
    monkeypatch.setattr(public_hosts, "network_of", lambda address: "")
    with pytest.raises(HostNotAllowed, match="loopback network"):
        LabelStudio(stub.url, api_key=LEGACY_KEY).fetch(f"{elsewhere.url}/file")
    assert elsewhere.requests == []


# -- forks -----------------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_reads_other_hosts_over_connections_of_its_own(
    stub: Stub, elsewhere: Stub
) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, hosts=["127.0.0.1"])
    url = f"{elsewhere.url}/file"
    ls.fetch(url)
    child = multiprocessing.get_context("fork").Process(target=ls.fetch, args=[url])
    child.start()
    child.join()
    ls.fetch(url)
    assert child.exitcode == 0
    before, of_child, after = [request.port for request in elsewhere.requests]
    assert before == after != of_child


# -- closing ---------------------------------------------------------------------------------------


def open_connections(to: Stub) -> int:
    port = int(to.url.rpartition(":")[2])
    rows = [row.split() for row in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    return sum(int(row[2].partition(":")[2], 16) == port and row[3] == ESTABLISHED for row in rows)


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="no list of connections")
@pytest.mark.parametrize("stream", [False, True])
def test_a_closed_client_has_no_connections_even_after_errors(
    stream: bool, stub: Stub, elsewhere: Stub
) -> None:
    errors = []
    with LabelStudio(stub.url, api_key=LEGACY_KEY, hosts=["127.0.0.1"]) as ls:
        for url in (UPLOAD, f"{elsewhere.url}/none", f"{elsewhere.url}/file"):
            try:
                _ = ls.fetch(url, stream=stream).content
            except LabelStudioError as error:
                errors.append(error)  # which leads to the answer, and that to its connection
        assert open_connections(stub) == open_connections(elsewhere) == 1
    assert len(errors) == 2
    assert open_connections(stub) == open_connections(elsewhere) == 0


# -- proxies ---------------------------------------------------------------------------------------


def test_through_a_proxy_a_redirect_to_another_host_does_not_get_the_key(http_proxy: Stub) -> None:
    ls = LabelStudio("http://ls.example.invalid", api_key=LEGACY_KEY, proxies=behind(http_proxy))
    http_proxy.on("GET", UPLOAD, redirect("http://files.example.invalid/hop"))
    http_proxy.on("GET", "/hop", redirect("http://ls.example.invalid/data/upload/1/b.png"))
    http_proxy.on("GET", "/data/upload/1/b.png", Answer(body=b"b"))
    assert ls.fetch(UPLOAD).content == b"b"
    hops = [(each.headers["Host"], "Authorization" in each.headers) for each in http_proxy.requests]
    server, files = "ls.example.invalid", "files.example.invalid"
    assert hops == [(server, True), (files, False), (server, False)]
    assert all(each.headers["Proxy-Authorization"] == PROXY_LOGIN for each in http_proxy.requests)


def test_the_login_of_a_proxy_goes_to_the_proxy_only(
    http_proxy: Stub, elsewhere: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", behind(http_proxy)["http"])
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    ls = LabelStudio("http://ls.example.invalid", api_key=LEGACY_KEY, hosts=["127.0.0.1"])
    http_proxy.on("GET", UPLOAD, redirect(f"{elsewhere.url}/file"))
    assert ls.fetch(UPLOAD).content == b"found"
    assert [each.headers["Proxy-Authorization"] for each in http_proxy.requests] == [PROXY_LOGIN]
    (direct,) = elsewhere.requests
    assert not {"Authorization", "Proxy-Authorization"} & set(direct.headers)


def test_a_private_host_that_the_environment_reads_without_a_proxy_is_refused(
    http_proxy: Stub, stub: Stub, elsewhere: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", http_proxy.url)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with pytest.raises(HostNotAllowed, match="loopback"):
        LabelStudio(stub.url, api_key=LEGACY_KEY).fetch(f"{elsewhere.url}/file")
    assert elsewhere.requests == http_proxy.requests == []


def test_logins_of_a_netrc_file_go_to_no_other_host(
    stub: Stub, elsewhere: Stub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login jane password s3cret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    stub.on("GET", UPLOAD, redirect(f"{elsewhere.url}/file"))
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, hosts=["127.0.0.1"])
    for url in (UPLOAD, f"{elsewhere.url}/file"):
        ls.fetch(url)
    given: list[Any] = [each.headers.get("Authorization") for each in elsewhere.requests]
    assert given == [None, None]
