"""Writes do not fail because a server or proxy closed a connection that was kept for them."""

from __future__ import annotations

import multiprocessing
import os
import random
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from requests.adapters import HTTPAdapter
from support.stub import CERTIFICATE, Answer, Cut, Request, Stub, running_stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio
from label_studio_orm.errors import OutcomeUnknown
from label_studio_orm.http import Session, connections

READ, WRITE = ("GET", "/api/projects/1/"), ("POST", "/api/projects/")

Connect = Callable[..., LabelStudio]


@pytest.fixture(autouse=True)
def rules(stub: Stub) -> None:
    allow(stub)


def allow(stub: Stub) -> None:
    stub.on(*READ, {"id": 1})
    stub.on(*WRITE, {"id": 1})


def write(ls: LabelStudio) -> None:
    ls.json(*WRITE, json={"title": "Reviews"})


def show_that_kept_connections_work(ls: LabelStudio) -> None:
    ls.json(*READ)
    ls.json(*READ)


def ports(stub: Stub, method: str = "POST") -> list[int]:
    """The client's port of each request: one a connection."""
    return [request.port for request in stub.requests if request.method == method]


# -- servers that close connections unannounced ------------------------------------------------


def soon() -> float:
    """Sometimes before the next request leaves, sometimes just after it."""
    return random.choice((0, 0.0002, 0.0005, 0.001))


def test_no_write_is_lost_where_each_connection_is_closed_unannounced(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.closes_after = soon
    for _ in range(100):
        write(ls)
        ls.json(*READ)
    assert stub.said.count("POST /api/projects/") == 100


def test_no_write_is_lost_with_a_session_of_the_user(connect_to: Connect, stub: Stub) -> None:
    stub.closes_after = soon
    ls = connect_to(session=Session())
    for _ in range(100):
        write(ls)
    assert stub.said.count("POST /api/projects/") == 100


def test_no_write_is_lost_from_several_threads(ls: LabelStudio, stub: Stub) -> None:
    stub.closes_after = soon
    errors: list[Exception] = []

    def writes() -> None:
        try:
            for _ in range(20):
                write(ls)
                ls.json(*READ)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=writes) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert stub.said.count("POST /api/projects/") == 160


# -- when a connection is used again -----------------------------------------------------------


def test_writes_share_a_connection_where_reads_have_shown_that_it_is_kept(
    ls: LabelStudio, stub: Stub
) -> None:
    show_that_kept_connections_work(ls)
    for _ in range(5):
        write(ls)
    assert len({*ports(stub)}) == 1


def test_each_write_has_its_own_connection_until_keep_alive_is_shown(
    ls: LabelStudio, stub: Stub
) -> None:
    ls.json(*READ)  # says nothing of whether the server answers again on this connection
    for _ in range(3):
        write(ls)
    assert len({*ports(stub)}) == 3
    assert {request.headers["Connection"] for request in stub.requests[1:]} == {"close"}


def test_a_write_after_a_pause_has_a_new_connection(
    ls: LabelStudio, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_IDLE_SECONDS", 0.2)
    show_that_kept_connections_work(ls)
    write(ls)
    write(ls)
    time.sleep(0.3)
    write(ls)
    first, second, third = ports(stub)
    assert first == second != third


def test_after_a_lost_connection_keep_alive_must_be_shown_again(
    ls: LabelStudio, stub: Stub
) -> None:
    def cut(request: Request) -> Any:
        raise Cut

    show_that_kept_connections_work(ls)
    stub.on(*READ, cut, {"id": 1})
    ls.json(*READ)  # is sent again
    ls.json(*READ)
    write(ls)
    write(ls)
    assert len({*ports(stub)}) == 2
    for _ in range(connections.RATIO_AFTER_LOSS):
        ls.json(*READ)
    write(ls)
    write(ls)
    assert len({*ports(stub)[2:]}) == 1


def test_threads_write_over_connections_of_their_own(ls: LabelStudio, stub: Stub) -> None:
    show_that_kept_connections_work(ls)
    together = threading.Barrier(4)

    def wait(request: Request) -> Any:
        together.wait(timeout=10)
        return {"id": 1}

    stub.on(*WRITE, wait)
    for _ in range(2):
        threads = [threading.Thread(target=write, args=[ls]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({*ports(stub)[:4]}) == 4
    assert {*ports(stub)[:4]} == {*ports(stub)[4:]}


def test_siblings_with_other_options_share_connections(ls: LabelStudio, stub: Stub) -> None:
    show_that_kept_connections_work(ls)
    write(ls)
    write(ls.with_options(timeout=5))
    assert len({*ports(stub)}) == 1


def test_a_write_that_is_lost_on_a_fresh_connection_is_unknown(ls: LabelStudio, stub: Stub) -> None:
    stub.on(*WRITE, Answer({"id": 1}, cut=3))
    with pytest.raises(OutcomeUnknown):
        write(ls)
    assert len(ports(stub)) == 1


def test_a_client_closes_the_connections_of_its_writes(ls: LabelStudio, stub: Stub) -> None:
    show_that_kept_connections_work(ls)
    write(ls)
    ls.close()
    write(ls)
    first, second = ports(stub)
    assert first != second


def test_the_body_of_a_write_may_be_streamed(ls: LabelStudio, stub: Stub) -> None:
    show_that_kept_connections_work(ls)
    answer = ls.request(*WRITE, json={}, stream=True)
    write(ls)
    assert answer.json() == {"id": 1}


# -- sessions, proxies, TLS, forks ---------------------------------------------------------------


class TeamAdapter(HTTPAdapter):
    pass


class TeamSession(Session):
    pass


def with_own_adapter() -> Session:
    session = Session()
    session.mount("http://", TeamAdapter())
    return session


def with_own_pools() -> Session:
    session = Session()
    adapter = HTTPAdapter()
    adapter.init_poolmanager(10, 10, ssl_context=ssl.create_default_context())
    session.mount("http://", adapter)
    return session


@pytest.mark.parametrize("make", [with_own_adapter, with_own_pools, TeamSession])
def test_an_adapter_that_cannot_be_copied_is_used_directly(
    make: Callable[[], Session], connect_to: Connect, stub: Stub
) -> None:
    ls = connect_to(session=make())
    ls.json(*READ)
    write(ls)
    assert ports(stub) == ports(stub, "GET")


def test_a_session_of_the_user_keeps_its_hooks_and_cookies_in_writes(
    connect_to: Connect, stub: Stub
) -> None:
    seen: list[int] = []
    session = Session()
    session.hooks["response"].append(lambda answer, **_: seen.append(answer.status_code))
    session.headers["X-Team"] = "labels"
    stub.on(*WRITE, Answer({"id": 1}, headers={"Set-Cookie": "team=labels"}))
    ls = connect_to(session=session)
    write(ls)
    write(ls)
    assert seen == [200, 200]
    assert stub.requests[0].headers["X-Team"] == "labels"
    assert stub.requests[1].headers["Cookie"] == "team=labels"
    assert session.cookies["team"] == "labels"
    assert session.headers["Connection"] == "keep-alive"


def test_randomly_closed_connections_lose_few_writes(ls: LabelStudio, stub: Stub) -> None:
    """What cannot be known beforehand is at least learned from."""
    chance = random.Random(7)
    stub.closes_after = lambda: soon() if chance.random() < 0.3 else None
    unknown = 0
    for number in range(200):
        if number % 3 == 0:
            ls.json(*READ)
        try:
            write(ls)
        except OutcomeUnknown:
            unknown += 1
    assert unknown <= 6  # some 25 without care


def test_writes_go_through_a_proxy_that_closes_unannounced() -> None:
    with running_stub() as proxy:
        allow(proxy)
        proxy.closes_after = soon
        ls = LabelStudio(
            "http://labels.example.org", api_key=LEGACY_KEY, proxies={"http": proxy.url}
        )
        for _ in range(30):
            write(ls)
            ls.json(*READ)
        assert len(ports(proxy)) == 30


def test_writes_over_tls_share_a_connection_too() -> None:
    with running_stub(certificate=CERTIFICATE) as secure:
        allow(secure)
        ls = LabelStudio(secure.url, api_key=LEGACY_KEY, verify=str(CERTIFICATE))
        show_that_kept_connections_work(ls)
        write(ls)
        write(ls)
        assert len({*ports(secure)}) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_writes_over_connections_of_its_own(ls: LabelStudio, stub: Stub) -> None:
    show_that_kept_connections_work(ls)
    write(ls)
    context = multiprocessing.get_context("fork")
    child = context.Process(target=write, args=[ls])
    child.start()
    child.join()
    write(ls)
    before, of_child, after = ports(stub)
    assert before == after != of_child
