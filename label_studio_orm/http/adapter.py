"""Connections that read answers at a pace."""

from __future__ import annotations

from functools import cache
from typing import Any

from requests.adapters import HTTPAdapter

from .socket_limits import PacedResponse


class _PacedPool:
    """Sets what reads the answers; the class of the connections stays, as tests replace it."""

    def _new_conn(self) -> Any:
        connection = super()._new_conn()  # type: ignore[misc]
        connection.response_class = PacedResponse
        return connection


@cache
def paced(pool: type[Any]) -> type[Any]:
    """Return a class of connection pools that reads answers at a pace."""
    return pool if issubclass(pool, _PacedPool) else type(pool.__name__, (_PacedPool, pool), {})


class PacedAdapter(HTTPAdapter):
    """The adapter of requests, with limits of time; directly and through any proxy."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _pace(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        _pace(manager)
        return manager

    def close(self) -> None:
        """Close the connections now: urllib3 leaves it to the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            keys = manager.pools.keys()  # which others may change meanwhile: it is a copy
            for pool in map(manager.pools.get, keys):
                if pool is not None:
                    pool.close()
        super().close()


def _pace(manager: Any) -> None:
    """Let a manager make pools of paced connections, of the classes that it has."""
    classes = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: paced(pool) for scheme, pool in classes.items()}
