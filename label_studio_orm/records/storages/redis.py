"""Redis: keys whose values are tasks, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.context import Context
from ...orm.fields import Converter, Field
from ..secret_field import SecretField
from .base import ExportStorage, ImportStorage, Storage

UNREACHABLE = "Can't connect to Redis server."  # the server's error, whatever the cause
UNLISTED = "Failed to list storage files"  # always, as its code for Redis is not finished
HINT_UNLISTED = "Label Studio cannot list the keys of Redis: sync() imports them."
HINT_PASSWORD = (
    "A password must be given each time, to create(), save() and check(): the server does not use "
    "the stored one. So validate() cannot work with a password."
)


PROVIDER: Mapping[str, Any] = MappingProxyType(
    {"provider": "redis", "identified_by": ("path", "host", "port", "db")}
)


class Redis(Storage):
    """A Redis database."""

    # The prefix of keys. Without one, the server looks for keys like "None…".
    path = Field[str | None](converter=Converter(dump=lambda v: v or ""))
    host = Field[str | None]()
    port = Field[str | None]()
    db = Field[int]()  # from 1
    password = SecretField()


class RedisImportStorage(Redis, ImportStorage):
    """A database that tasks come from.

    To connect, the server uses the password that it is sent, not the stored one: set it again
    before `save()`, if there is one. `validate()` cannot send it; `check()` can.
    """

    _meta = evolve(
        ImportStorage._meta,
        **PROVIDER,
        server_defaults=MappingProxyType({"db": 1}),
        sent_with_every_patch=("host", "port"),
    )

    @classmethod
    def _completed(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"path": "", **fields}

    @classmethod
    def _hint(cls, client: Context, project: int | None, error: str) -> str:
        if UNLISTED in error:
            return HINT_UNLISTED
        return HINT_PASSWORD if UNREACHABLE in error else super()._hint(client, project, error)


class RedisExportStorage(Redis, ExportStorage):
    """A database that annotations go to."""

    _meta = evolve(ExportStorage._meta, **PROVIDER, server_defaults=MappingProxyType({"db": 2}))
