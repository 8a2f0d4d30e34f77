"""How many connections are kept open."""

from __future__ import annotations

from typing import Any

from requests.adapters import HTTPAdapter

from label_studio_orm.http import Session
from label_studio_orm.http.adapter import LimitedAdapter
from label_studio_orm.http.connections import Connections

URL = "https://example.com"


def test_the_pool_has_room_for_all_threads() -> None:
    session = Session()
    session.mount("https://", LimitedAdapter())
    Connections(session).set_pool_size(30)
    adapter: Any = session.get_adapter(URL)
    assert adapter._pool_maxsize == 30


def test_the_adapter_of_a_users_own_session_stays() -> None:
    session, own = Session(), HTTPAdapter()
    session.mount("https://", own)
    Connections(session).set_pool_size(30)
    assert session.get_adapter(URL) is own
