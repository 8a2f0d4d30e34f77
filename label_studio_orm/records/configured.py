"""The labeling config of a project, as an object; and what is checked against it."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ..data_manager.scores import keep_version
from ..errors import InvalidInput, NotFound
from ..orm.batches import any_open
from ..orm.identity import record_key

if TYPE_CHECKING:
    from ..labeling.config import LabelConfig
    from .project import Project
    from .task import Task

T = TypeVar("T")

EMPTY = "<View></View>"
CONFIG_CHECK_INTERVAL = 2.0  # seconds between two looks for a changed config
KIND = "label_config"  # what a config is called in the cache of params


@functools.lru_cache(maxsize=64)
def parsed(xml: str) -> LabelConfig:
    """Parse a config; the same text gives the same object, which is never changed."""
    from ..labeling.config import LabelConfig  # late: most of what people do needs no config

    return LabelConfig.parse(xml)


def config_of(project: Project, *, anew: bool = False) -> LabelConfig:
    """Return the config that a project has, as it was seen within the last minute, or is now.

    It is kept apart from the project's other params, which each annotation makes stale: they count.
    """
    cache, key = project.client._cache, record_key(project.client, KIND, project.id)
    kept = cache.get(key)
    if kept is None or (anew and time.monotonic() - kept["looked"] > CONFIG_CHECK_INTERVAL):
        cache.replace(project._identity, None)
        fresh = type(project)(project.id, client=project.client)
        looked = time.monotonic() if anew else -math.inf
        kept = {KIND: str(fresh.label_config or EMPTY), "looked": looked}
        cache.replace(key, kept)
        keep_version(project.client, project.id, fresh._state.params.get("model_version"))
    return parsed(kept[KIND])


def known_config(project: Project) -> LabelConfig | None:
    """Return the config of a project if it was read within the last minute."""
    kept = project.client._cache.get(record_key(project.client, KIND, project.id))
    return None if kept is None else parsed(kept[KIND])


def with_config(project: Project, do: Callable[[LabelConfig], T]) -> T:
    """Do something with a project's config; what it refuses, with the config as it is now.

    Somebody may have changed it since it was read. Of many refusals, one in a moment looks.
    """
    known = project.client._cache.get(record_key(project.client, KIND, project.id)) is not None
    config = config_of(project)
    try:
        return do(config)
    except (InvalidInput, NotFound):
        if not known:
            raise
        now = config_of(project, anew=True)
        if now == config:
            raise
        return do(now)


class ConfigAttribute:
    """`config` of a project class: what new projects get; of a project: what it has.

    Reading it on a project reads `label_config`; setting it sets that, for `save()`.
    """

    def __init__(self, given: LabelConfig | str | None = None) -> None:
        self.given = given

    def __get__(self, project: Project | None, owner: type) -> Any:
        if project is not None:
            return parsed(str(project.label_config or EMPTY))
        return parsed(self.given) if isinstance(self.given, str) else self.given

    def __set__(self, project: Project, value: LabelConfig | str) -> None:
        project.label_config = str(value)


class TaskData(Mapping[str, Any]):
    """The data of a task, which is read only if a result needs it: for quoted words."""

    def __init__(self, task: Task) -> None:
        self._task = task

    @property
    def at_hand(self) -> bool:
        """Whether task data can be read without a request per task."""
        task = self._task
        return "data" in task._state.params or task._page is not None or not any_open(task.client)

    def __getitem__(self, key: str) -> Any:
        return self._task.data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._task.data)

    def __len__(self) -> int:
        return len(self._task.data)
