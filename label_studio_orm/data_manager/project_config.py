"""The labeling config of a project, cached for a minute.

It is cached apart from the project's other params: every new annotation changes the counters among
these, but not the config.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import FieldMissing, InvalidInput, NotFound
from ..orm.context import Context
from ..orm.identity import record_key
from ..orm.response_shape import shaped
from .scores import keep_version

if TYPE_CHECKING:
    from ..labeling.config import LabelConfig

T = TypeVar("T")

EMPTY = "<View></View>"
CONFIG_CHECK_INTERVAL = 2.0  # seconds between two looks for a changed config
KIND = "label_config"  # what a config is called in the cache of params


@functools.lru_cache(maxsize=64)
def parsed(xml: str) -> LabelConfig:
    """Parse a config; the same text gives the same object, which is never changed."""
    from ..labeling.config import LabelConfig  # late: most of what people do needs no config

    return LabelConfig.parse(xml)


def config_of(context: Context, project: int, *, anew: bool = False) -> LabelConfig:
    """Return a project's config from the cache or the server; from the server with `anew`."""
    key = record_key(context, KIND, project)
    kept = context._cache.get(key)
    if kept is None or (anew and time.monotonic() - kept["looked"] > CONFIG_CHECK_INTERVAL):
        looked = time.monotonic() if anew else -math.inf
        kept = {KIND: _read(context, project), "looked": looked}
        context._cache.replace(key, kept)
    return parsed(kept[KIND])


def _read(context: Context, project: int) -> str:
    """Read a project anew, and cache what came with its config."""
    key = record_key(context, "project", project)
    context._cache.replace(key, None)
    stamp = context._cache.stamp()
    params: Mapping[str, Any] = context.json("GET", f"/api/projects/{project}/")
    shaped(params, {"id": int})
    if KIND not in params:
        raise FieldMissing(f"The server sends no {KIND!r} for Project {project}.")
    context._cache.fill(key, params, stamp)
    keep_version(context, project, params.get("model_version"))
    note_config(context, project, params[KIND])
    return str(params[KIND] or EMPTY)


def known_config(context: Context, project: int) -> LabelConfig | None:
    """Return the config of a project if it was read within the last minute."""
    kept = context._cache.get(record_key(context, KIND, project))
    return None if kept is None else parsed(kept[KIND])


def note_config(context: Context, project: int, xml: object) -> None:
    """Remember the text of a config, for displays."""
    if isinstance(xml, str):
        context._facts[f"{KIND} of project {project}"] = xml


def last_config(context: Context, project: int) -> LabelConfig | None:
    """Return the config that was seen last, however long ago: displays send nothing."""
    xml = context._facts.get(f"{KIND} of project {project}")
    return known_config(context, project) or (None if xml is None else parsed(xml))


def with_config(context: Context, project: int, do: Callable[[LabelConfig], T]) -> T:
    """Call a function with a project's config; if it refuses that, with the config as it is now.

    Somebody may have changed it since it was read. Several refusals in a row look only once.
    """
    known = known_config(context, project) is not None
    config = config_of(context, project)
    try:
        return do(config)
    except (InvalidInput, NotFound):
        if not known:
            raise
        now = config_of(context, project, anew=True)
        if now == config:
            raise
        return do(now)
