"""Fixtures for contract tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.enterprise import EnterpriseServer, running


@pytest.fixture(scope="package")
def enterprise_server() -> Iterator[EnterpriseServer]:
    with running() as server:
        yield server


@pytest.fixture
def enterprise(
    enterprise_server: EnterpriseServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> EnterpriseServer:
    """A fake Label Studio Enterprise that was asked nothing yet, and a folder for files."""
    monkeypatch.chdir(tmp_path)
    vars(enterprise_server).pop("client", None)  # a new one knows nothing of the tests before
    enterprise_server.requests.clear()
    enterprise_server.answered.clear()
    return enterprise_server
