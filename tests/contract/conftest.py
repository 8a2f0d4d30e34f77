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
    vars(enterprise_server).pop("client", None)  # a new one knows nothing of the tests before
    enterprise_server.requests.clear()
    enterprise_server.answered.clear()
    return enterprise_server
