"""Loaded values of records: their own, or those in the cache of the client. Nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..data_manager.project_config import last_config, parsed
from ..errors import InvalidConfig
from ..orm.record import Record, model_of
from ..records.project import Project

if TYPE_CHECKING:
    from ..labeling.config import LabelConfig
    from ..orm.context import Context


def cached_params(record: Record) -> Mapping[str, Any]:
    """Return what the cache has of a record that is not loaded as a whole."""
    state = record._state
    cached = None if state.complete else record.client._cache.get(record._identity)
    return cached or {}


def value_of(record: Record, name: str) -> Any:
    """Return a value that is loaded, with unsaved changes; None for others."""
    state = record._state
    if name in state.tracked:
        return state.tracked[name].value
    return state.params[name] if name in state.params else cached_params(record).get(name)


def config_of(project: Record) -> LabelConfig | None:
    """Return the labeling config of a project, if it is loaded and valid."""
    xml = value_of(project, "label_config")
    return valid_config(project.client, project._state.known.get("id"), xml)


def config_for(record: Record) -> LabelConfig | None:
    """Return the labeling config for a task or annotation, if it is loaded and valid."""
    project = value_of(record, "project")
    if isinstance(project, int):
        project = model_of(record.client, Project)._lazy(record.client, project, {})
    if not isinstance(project, Record):
        return None
    return config_of(project) or getattr(record._related.get("project"), "config", None)


def valid_config(client: Context, project: Any, xml: Any = None) -> LabelConfig | None:
    """Return a config, or the one that was seen last of a project; None if it is not valid."""
    try:
        if isinstance(xml, str):
            return parsed(xml)
        return last_config(client, project) if isinstance(project, int) else None
    except InvalidConfig:
        return None
