"""The `config` of projects, and lazily read task data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..data_manager.project_config import EMPTY, parsed
from ..orm.batches import any_open

if TYPE_CHECKING:
    from ..labeling.config import LabelConfig
    from .project import Project
    from .task import Task


class ConfigAttribute:
    """The labeling config: of a class, that of new projects; of a project, its own.

    Reading it on a project reads `label_config`; setting it sets that, for `save()`.
    """

    def __init__(self, config: LabelConfig | str | None = None) -> None:
        self._config = config

    def __get__(self, project: Project | None, owner: type) -> Any:
        if project is not None:
            return parsed(str(project.label_config or EMPTY))
        return parsed(self._config) if isinstance(self._config, str) else self._config

    def __set__(self, project: Project, value: LabelConfig | str) -> None:
        project.label_config = str(value)


class TaskData(Mapping[str, Any]):
    """The data of a task, read only if a result needs it, to find quoted text."""

    def __init__(self, task: Callable[[], Task]) -> None:
        self._task = task

    @property
    def at_hand(self) -> bool:
        """Whether task data can be read without a request per task."""
        task = self._task()
        return "data" in task._state.params or task._page is not None or not any_open(task.client)

    def __getitem__(self, key: str) -> Any:
        return self._task().data[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._task().data)

    def __len__(self) -> int:
        return len(self._task().data)


class KnownTaskData(TaskData):
    """The data of a task, compared with regions only if no request is needed for that.

    Regions that were not changed are checked again with the others when a result is saved.
    """

    @property
    def at_hand(self) -> bool:
        task = self._task()
        known = task._state.params
        return "data" in known or "data" in (task.client._cache.get(task._identity) or ())
