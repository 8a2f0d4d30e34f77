"""Keys of task data that are known without a request, to complete `Task.data["…`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from inspect import getattr_static
from typing import TYPE_CHECKING, Any

from ..data_manager.project_config import KIND, parsed
from ..display import running_shell
from ..errors import InvalidConfig, InvalidInput
from ..orm.cache import ParamsCache
from ..orm.context import current
from ..orm.meta import kind_of
from ..orm.state import RecordState

if TYPE_CHECKING:
    from .task import Task


def completion_keys(model: type[Task]) -> list[str]:
    """Return the keys that classes declare, and those that the clients in use have seen."""
    values = [_default_client(), *_variables()]
    seen = [found for cache in _caches(values) for found in cache.items()]
    seen += [("task", state.params) for value in values if (state := _task_state(value))]
    keys = (key for kind, params in seen for key in _keys_in(kind, params))
    return list(dict.fromkeys([*_declared(model), *keys]))


def _declared(model: type[Task]) -> Iterator[str]:
    yield from (each.key for each in model.data_fields.values())
    for subclass in model.__subclasses__():
        yield from _declared(subclass)


def _caches(values: Iterable[Any]) -> Iterable[ParamsCache]:
    """Return the caches of the clients among values, and of those that they belong to."""
    holders = [each for v in values for each in (v, _static(v, "_client"), _static(v, "client"))]
    found = (_static(holder, "_cache") for holder in holders)
    return {id(each): each for each in found if isinstance(each, ParamsCache)}.values()


def _task_state(value: Any) -> RecordState | None:
    state = _static(value, "_state") if kind_of(value) == "task" else None
    return state if isinstance(state, RecordState) else None


def _default_client() -> Any:
    try:
        return current()
    except InvalidInput:  # there is none
        return None


def _variables() -> list[Any]:
    shell = running_shell()
    return [] if shell is None else [*shell.user_ns.values()]


def _static(value: Any, name: str) -> Any:
    """Return an attribute without running any code of the user's objects."""
    return getattr_static(value, name, None)


def _keys_in(kind: str, params: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that a task has, that a project's columns show, or its labeling config."""
    data, xml = params.get("data"), params.get(KIND)
    if kind == "task" and isinstance(data, Mapping):
        yield from data
    elif kind == "columns":
        yield from (wire.removeprefix("data.") for wire in params if wire.startswith("data."))
    elif kind in (KIND, "project") and isinstance(xml, str):
        with suppress(InvalidConfig):
            yield from (each.key for each in parsed(xml).variables.values())
