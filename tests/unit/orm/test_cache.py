"""The cache: it never keeps what was read before something was written."""

from __future__ import annotations

import os

from label_studio_orm.orm.cache import ParamsCache

KEY = ("book", 1, "http://fake")


def test_what_was_read_is_kept() -> None:
    cache = ParamsCache()
    cache.fill(KEY, {"title": "Emma"}, cache.stamp())
    assert cache.get(KEY) == {"title": "Emma"}


def test_what_was_read_while_something_was_written_is_not_kept() -> None:
    cache = ParamsCache()
    stamp = cache.stamp()
    cache.replace(KEY, None)
    cache.fill(KEY, {"title": "older"}, stamp)
    assert cache.get(KEY) is None


def test_a_kind_can_be_forgotten() -> None:
    cache = ParamsCache()
    other = ("shelf", 1, "http://fake")
    for key in (KEY, other):
        cache.replace(key, {"id": 1})
    cache.drop("book")
    assert (cache.get(KEY), cache.get(other)) == (None, {"id": 1})


def test_it_is_bounded_and_forgets() -> None:
    cache = ParamsCache(size=2, ttl=0)
    cache.replace(KEY, {"id": 1})
    assert cache.get(KEY) is None
    small = ParamsCache(size=2)
    for number in range(5):
        small.replace(("book", number, ""), {"id": number})
    assert [number for number in range(5) if small.get(("book", number, ""))] == [3, 4]


def test_a_child_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    cache = ParamsCache()
    cache._own_lock.acquire()  # as a thread of the parent may, at the moment of the fork
    cache._pid = os.getpid() - 1
    assert cache.get(KEY) is None
