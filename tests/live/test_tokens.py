"""Personal access tokens on a real server, longer than the lifetime of one access token."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from label_studio_orm import LabelStudio
from label_studio_orm.http.auth import PersonalAccessToken, Signature
from label_studio_orm.server import LocalServer


class Counting(PersonalAccessToken):
    """Counts the exchanges."""

    exchanges = 0

    def _fetch(self, exchange: Any) -> None:
        super()._fetch(exchange)
        self.exchanges += 1


@pytest.fixture
def key(local_server: LocalServer) -> Counting:
    return Counting(local_server.personal_access_token)


@pytest.fixture
def ls(local_server: LocalServer, key: Counting) -> LabelStudio:
    ls = local_server.client(api_key=local_server.personal_access_token)
    ls._transport.key = key
    return ls


@pytest.mark.operations("tokens.refresh")
def test_an_access_token_is_renewed_when_it_expires(ls: LabelStudio, key: Counting) -> None:
    for number in range(1, 4):
        assert ls.whoami().email == "demo@example.com"
        assert ls.whoami().id == 1
        assert key.exchanges == number
        key._renew_at = 0  # the life of the token is over


def test_many_threads_renew_a_refused_token_once(ls: LabelStudio, key: Counting) -> None:
    ls.whoami()
    key._signature = Signature("Bearer refused.by.the-server")
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(ls.whoami().email)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["demo@example.com"] * 12
    assert key.exchanges == 2
