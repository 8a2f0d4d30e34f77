"""Keys of task data that are known without a request, to complete `Task.data["…`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..data_manager.project_config import KIND, parsed
from ..errors import InvalidConfig, InvalidInput
from ..orm.context import Context, current

if TYPE_CHECKING:
    from .task import Task


def known_keys(model: type[Task]) -> list[str]:
    """Return the keys that classes declare, and those that the default client has cached."""
    return list(dict.fromkeys([*_declared(model), *_cached()]))


def _declared(model: type[Task]) -> Iterator[str]:
    yield from (each.key for each in model.data_fields.values())
    for subclass in model.__subclasses__():
        yield from _declared(subclass)


def _cached() -> Iterator[str]:
    try:
        client: Context = current()
    except InvalidInput:  # there is none
        return
    for kind, params in client._cache.items():
        yield from _keys_in(kind, params)


def _keys_in(kind: str, params: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that the data of a task has, or that a labeling config shows."""
    data = params.get("data")
    if kind == "task" and isinstance(data, Mapping):
        yield from data
    elif kind == KIND:
        try:
            yield from (each.key for each in parsed(params[KIND]).variables.values())
        except InvalidConfig:
            return
