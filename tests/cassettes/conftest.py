"""Cassette tests: recorded responses of a real server, replayed with the network blocked.

Each runs on the fake server of `label_studio_orm.testing`, too, unless that cannot do it.
"""

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
from label_studio_orm.testing import FakeServer

RECORDED = Path(__file__).parent / "recorded"
NOT_FAKE = ("storages", "personal_access_token", "enterprise")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    by_fake = not (RECORDING or any(word in metafunc.definition.nodeid for word in NOT_FAKE))
    servers = ["recorded", "fake"] if by_fake else ["recorded"]
    metafunc.parametrize("cassette", servers, indirect=True)


@pytest.fixture(scope="session")
def recording_server() -> Iterator[Any]:
    """The real server while recording, None while replaying."""
    if not RECORDING:
        yield None
        return
    from label_studio_orm.server import LocalServer

    with LocalServer(environ=ENVIRON) as server:
        assert server.personal_access_token  # created now, outside every cassette
        yield server


@pytest.fixture(autouse=True)
def cassette(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Replay the whole cassette that has the name of the test, or use a fake server."""
    if request.param == "fake":
        with FakeServer() as fake:
            yield fake
        return
    if not RECORDING:
        monkeypatch.setattr(socket.socket, "connect", _refuse)
    path = RECORDED / request.path.stem / f"{request.function.__name__}.yaml"
    with recorder.use_cassette(str(path)) as cassette:
        yield cassette
        if not RECORDING:
            assert cassette.all_played, (
                "the test sends fewer requests than were recorded: make record"
            )


def _refuse(*args: Any) -> NoReturn:
    raise AssertionError("a cassette test tried to open a connection")


@pytest.fixture
def sent(cassette: Any) -> Callable[[], int]:
    """Count the requests of a test."""
    requests = cassette.requests
    return lambda: len(requests)


@pytest.fixture
def connect_to(recording_server: Any, cassette: Any) -> Callable[..., LabelStudio]:
    """Return a function that makes clients with a legacy or a personal access token."""

    def connect(*, personal: bool = False) -> LabelStudio:
        if isinstance(cassette, FakeServer):
            return cassette.client
        if recording_server is None:
            return LabelStudio(SERVER, api_key=refresh_token() if personal else LEGACY_KEY)
        real = recording_server
        return real.client(api_key=real.personal_access_token if personal else real.api_key)

    return connect


@pytest.fixture
def ls(connect_to: Callable[..., LabelStudio]) -> LabelStudio:
    return connect_to()


@pytest.fixture
def project(ls: LabelStudio) -> Project:
    return ls.projects.create(title="Reviews", label_config=SENTIMENT)
