"""Fixtures for contract tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.enterprise import EnterpriseServer, running


@pytest.fixture(scope="package")
def enterprise_server() -> Iterator[EnterpriseServer]:
    with running() as server:
        yield server


@pytest.fixture
def enterprise(enterprise_server: EnterpriseServer) -> EnterpriseServer:
    """A fake Label Studio Enterprise that has not been asked anything yet."""
    enterprise_server.__dict__.pop("client", None)  # with its cache
    enterprise_server.requests.clear()
    enterprise_server.answered.clear()
    return enterprise_server
