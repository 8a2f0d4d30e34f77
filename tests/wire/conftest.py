"""Wire tests: real sockets on loopback, canned answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.stub import Stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio
from label_studio_orm.http.retry import Backoff


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
