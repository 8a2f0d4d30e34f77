"""Fixtures for all kinds of tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from support.stub import Stub, running_stub

from label_studio_orm.orm import context


def pytest_configure() -> None:
    """Let Ctrl-C work in tests that press it: a shell's background jobs ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _no_ambient_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a developer's own server, proxies and key out of the tests."""
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(context, "_connected", context._Ambient())


@pytest.fixture
def stub() -> Iterator[Stub]:
    with running_stub() as stub:
        yield stub
