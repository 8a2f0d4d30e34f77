"""Validation of task data, and building of results, by the labeling config."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import define

from ...data_manager.project_config import with_config
from ...errors import FieldMissing, InvalidConfig, InvalidInput, InvalidResult
from ...http.encoding import as_json
from ...orm.deadline import RetryingContext
from ..ports import ProjectPort
from .needs import Need, check_needs, needs_of
from .notes import Note
from .paths import local_paths, media_keys

if TYPE_CHECKING:
    from ...labeling.config import LabelConfig

HOW = ("relations", "size")  # what may stand beside a result in natural terms


@define
class ResultWriter:
    """Checks data and builds results; reads the labeling config for the first task."""

    project: ProjectPort
    validate: bool
    client: RetryingContext
    _needs: tuple[Need, ...] | None = None
    _media: tuple[str, ...] = ()

    def check_data(self, data: Mapping[str, Any], where: str, *, but: str = "") -> None:
        """Raise if data lacks what the config shows, after reading the config again.

        `but` is a key that does not exist yet.
        """
        if self._needs is None:
            self._look(self._learn)
        try:
            check_needs(self._needs or (), data, where, but=but)
        except InvalidInput:
            self._look(lambda config: check_needs(self._learn(config), data, where, but=but))

    def local_paths(self, data: Mapping[str, Any]) -> Iterator[Note]:
        """Yield the keys that hold a local path where a browser needs a URL."""
        return local_paths(data, self._media)

    def shows_any_of(self, keys: Collection[str]) -> bool:
        """Tell whether the config shows one of these data keys, or nothing."""
        if self._needs is None:
            self._look(self._learn)
        shown = {need.path[0] for need in self._needs or ()}
        return not shown or bool(shown.intersection(keys))

    def _look(self, do: Callable[[LabelConfig], object]) -> None:
        """Do something with the config; nothing with one that cannot be read."""
        try:
            self.client.retry(lambda: with_config(self.project.client, self.project.id, do))
        except (InvalidConfig, FieldMissing):
            self._needs = ()

    def _learn(self, config: LabelConfig) -> tuple[Need, ...]:
        self._needs, self._media = needs_of(config), media_keys(config)
        return self._needs

    def write(self, task: dict[str, Any], where: str) -> None:
        """Put the results of a task as the server keeps them, or raise where one does not fit."""
        for part in ("annotations", "predictions"):
            if task.get(part):
                task[part] = [
                    self._build_result(each, task["data"], f"{where}, {part}[{index}]")
                    for index, each in enumerate(task[part])
                ]

    def check_answers(self, names: Sequence[str], data: Mapping[str, Any], where: str) -> None:
        """Check values of the data of which the server makes predictions."""
        for name in names:
            if self.validate and isinstance(data[name], (str, int, float)):
                self._result(where, {name: data[name]}, data=data)

    def _build_result(self, said: Mapping[str, Any], data: Mapping[str, Any], where: str) -> Any:
        result = said.get("result")
        if "result" not in said and self.validate:
            raise InvalidInput(f'{where} has no "result": {{"result": {{"sentiment": "Good"}}}}.')
        raw = isinstance(result, list) and all(isinstance(item, dict) for item in result)
        if not result or (raw and not self.validate):
            return said
        how = {} if raw else {name: said[name] for name in HOW if name in said}
        made = self._result(where, result, data=data, **how)
        return {**{name: each for name, each in said.items() if name not in how}, "result": made}

    def _result(self, where: str, said: Any, **how: Any) -> Any:
        """Have the project write a result; an error names the task."""
        try:
            return self._write(said, **how)
        except InvalidInput as error:
            raw = isinstance(error, InvalidResult) and isinstance(said, list)
            plain = _plain(said) if raw else said
            if repr(plain) != repr(said):
                return self._result(where, plain, **how)
            error.prefix(where)
            raise

    def _write(self, said: Any, **how: Any) -> Any:
        return self.client.retry(
            lambda: with_config(
                self.project.client,
                self.project.id,
                lambda config: config.result(said, validate=self.validate, **how),
            )
        )


def _plain(said: Any) -> Any:
    """Return a raw result as the server gets it: decimals and numpy's numbers are plain ones."""
    try:
        return as_json(said)
    except InvalidInput:
        return said
