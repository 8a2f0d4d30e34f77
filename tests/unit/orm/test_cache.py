"""The cache never keeps a value that was read before a write."""

from __future__ import annotations

import os

from label_studio_orm.orm.cache import ParamsCache

KEY = ("book", 1, "http://fake")


def test_read_values_are_cached() -> None:
    cache = ParamsCache()
    cache.fill(KEY, {"title": "Emma"}, cache.stamp())
    assert cache.get(KEY) == {"title": "Emma"}


def test_values_read_during_a_write_are_not_cached() -> None:
    cache = ParamsCache()
    stamp = cache.stamp()
    cache.replace(KEY, None)
    cache.fill(KEY, {"title": "older"}, stamp)
    assert cache.get(KEY) is None


def test_the_records_of_a_kind_can_be_dropped() -> None:
    cache = ParamsCache()
    other = ("shelf", 1, "http://fake")
    for key in (KEY, other):
        cache.replace(key, {"id": 1})
    cache.drop("book")
    assert (cache.get(KEY), cache.get(other)) == (None, {"id": 1})


def test_entries_are_limited_in_number_and_expire() -> None:
    cache = ParamsCache(size=2, ttl=0)
    cache.replace(KEY, {"id": 1})
    assert cache.get(KEY) is None
    small = ParamsCache(size=2)
    for number in range(5):
        small.replace(("book", number, ""), {"id": number})
    assert [number for number in range(5) if small.get(("book", number, ""))] == [3, 4]


def test_a_forked_process_does_not_wait_for_a_lock_of_its_parent() -> None:
    cache = ParamsCache()
    cache._own_lock.acquire()  # a thread of the parent may hold it during the fork
    cache._pid = os.getpid() - 1
    assert cache.get(KEY) is None
