"""Wire tests: real sockets on loopback, canned answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.homes import make_home
from support.stub import Answer, Stub, running_stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio, Project
from label_studio_orm.http.retry import Backoff
from label_studio_orm.tuning import Tuning


@pytest.fixture
def connect_to(stub: Stub) -> Callable[..., LabelStudio]:
    """Make clients of the stub that retry as they should, without the pauses.

    They may read from loopback, where the other hosts of the tests are.
    """

    def connect(**options: Any) -> LabelStudio:
        ls = LabelStudio(stub.url, **{"api_key": LEGACY_KEY, "allow_private": True, **options})
        ls._transport.backoff = Backoff(total=3, backoff_factor=0)
        return ls

    return connect


@pytest.fixture
def ls(connect_to: Callable[..., LabelStudio]) -> LabelStudio:
    return connect_to()


@pytest.fixture
def project(ls: LabelStudio) -> Project:
    return ls.projects.get(1)


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for a server that is silent."""
    monkeypatch.setattr(LabelStudio, "_tuning", Tuning(outage_timeout=0, connect_timeout=0))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder deep enough that ../../ of it is still ours."""
    return tmp_path / "a" / "b" / "out"


@pytest.fixture
def elsewhere() -> Iterator[Stub]:
    """Another host, with a file."""
    with running_stub() as other:
        other.on("GET", "/file", Answer(body=b"found"))
        yield other
