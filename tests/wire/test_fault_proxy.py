"""The fault proxy does what it says: what the server sees, and what a client gets."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from support.faults import (
    ALL_KINDS,
    Fault,
    FaultProxy,
    Schedule,
    always,
    impatient,
    once,
    running_proxy,
)
from support.stub import Answer, Cut, Request, Stub

from label_studio_orm import LabelStudio
from label_studio_orm.errors import OutcomeUnknown, ServerTimeout

LOST = requests.exceptions.ConnectionError
PATH = "/api/projects/"
MADE = {"id": 1, "title": "Reviews"}


@pytest.fixture
def proxy(stub: Stub) -> Iterator[FaultProxy]:
    stub.on("POST", PATH, MADE)
    stub.on("GET", PATH, MADE)
    with running_proxy(stub.url) as proxy:
        yield proxy
        proxy.quiet()
        assert proxy.failures == []


def post(proxy: FaultProxy, body: Any = b"0123456789", **options: Any) -> requests.Response:
    with requests.Session() as session:
        return session.post(proxy.url + PATH, data=body, timeout=5, **options)


def bodies(stub: Stub) -> list[bytes]:
    return [request.body for request in stub.requests]


class TrackedValue:
    """A rule that answers when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.arrived = threading.Event()

    def __call__(self, request: Request) -> Any:
        self.arrived.set()
        assert self.go.wait(5)
        return MADE


@contextmanager
def target(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Run a server that takes requests up to b"end", and answers with just these bytes."""
    got: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            said = b""
            while b"end" not in said and (block := connection.recv(1000)):
                said += block
            got.append(said)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", got
        thread.join()


# -- without harm ------------------------------------------------------------------------------


def test_requests_and_responses_go_through_unchanged(proxy: FaultProxy, stub: Stub) -> None:
    stub.on("POST", PATH, Answer({"no": "title"}, status=400, headers={"X-Said": "why"}))
    answer = post(proxy, b"\x00\xff", headers={"X-Asked": "how"}, params={"a": "b c"})
    assert (answer.status_code, answer.json()) == (400, {"no": "title"})
    assert answer.headers["X-Said"] == "why"
    request = stub.requests[0]
    assert (request.body, request.query) == (b"\x00\xff", {"a": "b c"})
    assert request.headers["X-Asked"] == "how"
    assert request.headers["Host"] == urlsplit(stub.url).netloc
    assert proxy.log == [("POST", PATH, "")]


def test_large_bodies_go_through_both_ways(proxy: FaultProxy, stub: Stub) -> None:
    large = bytes(range(256)) * 20_000
    stub.on("POST", PATH, lambda request: Answer(body=request.body))
    assert post(proxy, large).content == large


@pytest.mark.parametrize("status", [204, 304])
def test_a_response_without_a_body_ends(status: int, proxy: FaultProxy, stub: Stub) -> None:
    stub.on("POST", PATH, Answer(status=status, body=b""))
    assert post(proxy).status_code == status


def test_bodies_in_chunks_stay_in_chunks() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with (
        target(head + b"3\r\none\r\n4\r\n two\r\n0\r\n\r\n") as (url, got),
        running_proxy(url) as proxy,
    ):
        answer = post(proxy, iter([b"first ", b"end"]))
    assert answer.content == b"one two"
    assert b"6\r\nfirst \r\n3\r\nend\r\n" in got[0]


def test_a_response_that_ends_with_its_connection_does_so_here(proxy: FaultProxy) -> None:
    with target(b"HTTP/1.1 200 OK\r\n\r\none two") as (url, _), running_proxy(url) as proxy:
        answer = post(proxy, b"end")
    assert answer.content == b"one two"
    assert answer.headers == {"Connection": "close"}


def test_a_client_keeps_its_connection_and_no_packet_is_late(proxy: FaultProxy) -> None:
    client = http.client.HTTPConnection(urlsplit(proxy.url).netloc, timeout=5)
    client.connect()
    kept, start = client.sock, time.monotonic()
    for _ in range(20):
        client.request("POST", PATH, b"x")
        assert b"Reviews" in client.getresponse().read()
    assert client.sock is kept
    client.close()
    assert time.monotonic() - start < 0.5  # a late packet costs 0.04 each time


def test_a_redirect_to_the_server_leads_to_the_proxy(proxy: FaultProxy, stub: Stub) -> None:
    stub.on("GET", "/old", Answer(status=302, headers={"Location": stub.url + PATH}))
    with requests.Session() as session:
        answer = session.get(proxy.url + "/old", timeout=5)
    assert (answer.json(), answer.url) == (MADE, proxy.url + PATH)


def test_a_client_that_leaves_does_not_stop_the_server(proxy: FaultProxy, stub: Stub) -> None:
    held = TrackedValue()
    stub.on("POST", PATH, held)
    with pytest.raises(requests.exceptions.ReadTimeout), requests.Session() as session:
        session.post(proxy.url + PATH, data=b"x", timeout=0.1)
    with pytest.raises(TimeoutError, match="still works on 1 request"):
        proxy.quiet(0.05)
    held.go.set()
    proxy.quiet()
    assert bodies(stub) == [b"x"]


def test_errors_behind_the_proxy_are_reported(stub: Stub) -> None:
    def cut(request: Request) -> Any:
        raise Cut

    stub.on("POST", PATH, cut)
    with running_proxy(stub.url) as proxy:
        with pytest.raises(LOST):
            post(proxy)
        assert "RemoteDisconnected" in proxy.failures[0]


# -- each fault --------------------------------------------------------------------------------


def test_cut_before_hangs_up_and_the_server_sees_nothing(proxy: FaultProxy, stub: Stub) -> None:
    proxy.faults = always("cut before")
    with pytest.raises(LOST):
        post(proxy)
    assert stub.requests == []
    assert proxy.log == [("POST", PATH, "cut before")]


@pytest.mark.parametrize("kind", ["502", "503", "504", "429"])
def test_an_error_of_the_gateway_comes_without_the_server(
    kind: str, proxy: FaultProxy, stub: Stub
) -> None:
    proxy.faults = once(kind, retry_after=7)
    with requests.Session() as session:
        answer = session.post(proxy.url + PATH, data=b"x" * 1_000_000, timeout=5)
        assert (answer.status_code, answer.headers["Retry-After"]) == (int(kind), "7")
        assert answer.headers["Content-Type"] == "text/html"
        assert stub.requests == []
        assert session.post(proxy.url + PATH, data=b"x", timeout=5).json() == MADE


def test_cut_after_hangs_up_when_the_server_has_answered(proxy: FaultProxy, stub: Stub) -> None:
    proxy.faults = always("cut after")
    with pytest.raises(LOST):
        post(proxy)
    assert bodies(stub) == [b"0123456789"]


@pytest.mark.parametrize("kind", ["502 after", "504 after"])
def test_the_servers_answer_becomes_an_error_of_the_gateway(
    kind: str, proxy: FaultProxy, stub: Stub
) -> None:
    proxy.faults = always(kind)
    answer = post(proxy)
    assert answer.status_code == int(kind[:3])
    assert "nginx" in answer.text
    assert bodies(stub) == [b"0123456789"]


def test_cut_during_hangs_up_while_the_server_works(proxy: FaultProxy, stub: Stub) -> None:
    held = TrackedValue()
    stub.on("POST", PATH, held)
    proxy.faults = always("cut during")
    with pytest.raises(LOST):
        post(proxy)
    with pytest.raises(TimeoutError):
        proxy.quiet(0.05)
    held.go.set()
    proxy.quiet()
    assert bodies(stub) == [b"0123456789"]


def test_504_during_responds_while_the_server_works(proxy: FaultProxy, stub: Stub) -> None:
    held = TrackedValue()
    stub.on("POST", PATH, held)
    proxy.faults = once("504 during")
    with requests.Session() as session:
        assert session.post(proxy.url + PATH, data=b"x", timeout=5).status_code == 504
        assert held.arrived.wait(5)  # the 504 may be quicker than the request
        assert session.get(proxy.url + PATH, timeout=5).json() == MADE
    with pytest.raises(TimeoutError):
        proxy.quiet(0.05)
    held.go.set()
    proxy.quiet()
    assert bodies(stub) == [b"x", b""]


def test_slow_holds_the_response_back(proxy: FaultProxy, stub: Stub) -> None:
    proxy.faults = always("slow", seconds=0.2)
    with pytest.raises(requests.exceptions.ReadTimeout), requests.Session() as session:
        session.post(proxy.url + PATH, data=b"x", timeout=0.1)
    start = time.monotonic()
    assert post(proxy).json() == MADE
    assert time.monotonic() - start >= 0.2
    assert bodies(stub) == [b"x", b"0123456789"]


def test_drop_in_gives_the_server_half_of_the_body(proxy: FaultProxy, stub: Stub) -> None:
    proxy.faults = always("drop in")
    with pytest.raises(LOST):
        post(proxy)
    proxy.quiet()
    assert bodies(stub) == [b"01234"]
    with pytest.raises(LOST), requests.Session() as session:
        session.get(proxy.url + PATH, timeout=5)
    assert len(stub.requests) == 1  # a request without a body has no half


def test_drop_out_gives_the_client_half_of_the_body(proxy: FaultProxy, stub: Stub) -> None:
    stub.on("POST", PATH, Answer(body=b"0123456789"))
    proxy.faults = always("drop out")
    with requests.Session() as session:
        answer = session.post(proxy.url + PATH, data=b"x", timeout=5, stream=True)
        assert answer.status_code == 200
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match=r"5 bytes read, 5 more"):
            _ = answer.content
    assert bodies(stub) == [b"x"]


def test_repeat_gives_the_client_the_response_twice(proxy: FaultProxy, stub: Stub) -> None:
    proxy.faults = once("repeat")
    with socket.create_connection(("127.0.0.1", urlsplit(proxy.url).port or 0), timeout=5) as raw:
        raw.sendall(f"GET {PATH} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        said = b"".join(iter(lambda: raw.recv(9999), b""))
    assert said[: len(said) // 2] == said[len(said) // 2 :]
    assert said.count(b"HTTP/1.1 200 OK") == said.count(b"Reviews") == 2
    assert len(stub.requests) == 1


# -- when --------------------------------------------------------------------------------------


def test_once_harms_the_nth_request_that_matches() -> None:
    faults = once("503", method="POST", path=r"projects/\d+/import$", nth=2, retry_after=1)
    asked = [
        ("POST", "/api/projects/1/import"),
        ("GET", "/api/projects/1/import"),
        ("POST", "/api/projects/1/imports/"),
        ("POST", "/api/projects/7/import"),
        ("POST", "/api/projects/1/import"),
    ]
    said = [faults(*request, number) for number, request in enumerate(asked, 1)]
    assert said == [None, None, None, Fault("503", retry_after=1), None]


def test_a_schedule_says_what_it_did_and_does_it_again() -> None:
    def run(seed: int, **options: Any) -> Schedule:
        schedule = Schedule(seed, 0.5, **options)
        for number in range(1, 101):
            schedule("GET" if number % 2 else "POST", PATH, number)
        return schedule

    assert 30 < len(run(1).said) < 70
    assert run(1).said == run(1).said != run(2).said
    assert "seed=1 " in repr(run(1))
    assert {line.partition(": ")[2] for line in run(1).said} == set(ALL_KINDS)
    assert len(run(1, most=3).said) == 3
    reads = run(1, only=lambda method, path: method == "GET").said
    assert reads == [line for line in run(1).said if " GET " in line]


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault 'cut', only: cut before, 502"):
        Fault("cut")


# -- an impatient client -----------------------------------------------------------------------


def test_an_impatient_client_tries_again_at_once(
    connect_to: Callable[..., LabelStudio], proxy: FaultProxy
) -> None:
    ls = impatient(connect_to(), proxy.url, timeout=0.1)
    proxy.faults = always("slow", path="version", seconds=0.3)
    start = time.monotonic()
    with pytest.raises(ServerTimeout):
        ls.json("GET", "/api/version")
    assert time.monotonic() - start < 1
    assert [kind for _, _, kind in proxy.log] == ["slow"] * 4


def test_an_impatient_client_waits_as_long_as_it_is_asked_to(
    connect_to: Callable[..., LabelStudio], proxy: FaultProxy
) -> None:
    ls = impatient(connect_to(), proxy.url)
    proxy.faults = once("429", retry_after=1)
    start = time.monotonic()
    assert ls.projects.create(title="Reviews").id == 1
    assert time.monotonic() - start >= 1
    proxy.faults = always("cut after")
    with pytest.raises(OutcomeUnknown):
        ls.projects.create(title="Reviews")
