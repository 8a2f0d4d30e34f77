"""Redis: keys whose values are tasks, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import evolve

from ...orm.context import Context
from ...orm.fields import Converter, Field
from .base import ExportStorage, ImportStorage, Storage
from .secret_field import SecretField

NOT_REACHED = "Can't connect to Redis server."  # whatever the cause
PASSWORD = (
    "If there is a password, give it each time, to create(), save() and check(): the server does "
    "not use the one that it has. So validate() cannot work there."
)


PROVIDER: Mapping[str, Any] = MappingProxyType({"provider": "redis"})


class Redis(Storage):
    """A database."""

    # What keys begin with. Without one, the server looks for keys like "None…".
    path = Field["str | None"](converter=Converter(load=lambda v: v, dump=lambda v: v or ""))
    host = Field["str | None"]()
    port = Field["str | None"]()
    db = Field[int]()  # from 1
    password = SecretField()


class RedisImportStorage(Redis, ImportStorage):
    """A database that tasks come from.

    To check a place, the server uses only what it is sent, not the password that it has: set it
    again before `save()`, if there is one. `validate()` cannot give it; `check()` can.
    """

    _meta = evolve(ImportStorage._meta, **PROVIDER, sent_with_every_patch=("host", "port"))

    @classmethod
    def _completed(cls, client: Context, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"path": "", **fields}

    @classmethod
    def _hint(cls, client: Context, project: int | None, said: str) -> str:
        return PASSWORD if NOT_REACHED in said else super()._hint(client, project, said)


class RedisExportStorage(Redis, ExportStorage):
    """A database that annotations go to."""

    _meta = evolve(ExportStorage._meta, **PROVIDER)
