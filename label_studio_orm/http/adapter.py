"""The requests adapter with limits on slow and endless responses."""

from __future__ import annotations

from functools import cache
from typing import Any

from requests.adapters import HTTPAdapter

from .socket_limits import LimitedResponse


class _LimitedPool:
    """Set the response class; the class of the connections stays, as tests replace it."""

    def _new_conn(self) -> Any:
        connection = super()._new_conn()  # type: ignore[misc]
        connection.response_class = LimitedResponse
        return connection


@cache
def limited_pool(pool: type[Any]) -> type[Any]:
    """Return a connection pool class whose responses are limited."""
    return pool if issubclass(pool, _LimitedPool) else type(pool.__name__, (_LimitedPool, pool), {})


class LimitedAdapter(HTTPAdapter):
    """The adapter of requests, with limits; for direct connections and through proxies."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _limit_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        _limit_pools(manager)
        return manager

    def close(self) -> None:
        """Close the connections now, as urllib3 leaves that to the garbage collector."""
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            keys = manager.pools.keys()  # a copy: other threads may add pools meanwhile
            for pool in map(manager.pools.get, keys):
                if pool is not None:
                    pool.close()
        super().close()


def _limit_pools(manager: Any) -> None:
    """Replace the pool classes of a manager by limited ones."""
    classes = manager.pool_classes_by_scheme.items()
    manager.pool_classes_by_scheme = {scheme: limited_pool(pool) for scheme, pool in classes}
