"""Cassette tests: recorded responses of a real server, replayed with the network blocked."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from support.emulators import ENVIRON
from support.recording import RECORDING, SERVER, recorder
from support.texts import LEGACY_KEY, SENTIMENT
from support.tokens import refresh_token

from label_studio_orm import LabelStudio, Project

RECORDED = Path(__file__).parent / "recorded"


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """The real server while recording; nothing while replaying."""
    if not RECORDING:
        yield None
        return
    from label_studio_orm.server import LocalServer

    with LocalServer(environ=ENVIRON) as server:
        assert server.personal_access_token  # created now, outside every cassette
        yield server


@pytest.fixture(autouse=True)
def cassette(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """One cassette per test, with its name, replayed completely."""

    def refuse(*args: Any) -> NoReturn:
        raise AssertionError("a cassette test tried to open a connection")

    if not RECORDING:
        monkeypatch.setattr(socket.socket, "connect", refuse)
    path = RECORDED / request.path.stem / f"{request.node.name}.yaml"
    with recorder.use_cassette(str(path)) as cassette:
        yield cassette
        if not RECORDING:
            assert cassette.all_played, (
                "the test sends fewer requests than were recorded: make record"
            )


@pytest.fixture
def connect_to(server: Any) -> Callable[..., LabelStudio]:
    """Return a function that makes clients with a legacy or a personal access token."""

    def connect(*, personal: bool = False) -> LabelStudio:
        if server is None:
            return LabelStudio(SERVER, api_key=refresh_token() if personal else LEGACY_KEY)
        return server.client(api_key=server.personal_access_token if personal else server.api_key)

    return connect


@pytest.fixture
def ls(connect_to: Callable[..., LabelStudio]) -> LabelStudio:
    return connect_to()


@pytest.fixture
def project(ls: LabelStudio) -> Project:
    return ls.projects.create(title="Reviews", label_config=SENTIMENT)
