"""Results that come with tasks: written in the terms of the labeling config, and checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field

from ...errors import InvalidInput
from ...orm.patience import Clock, first_contact, persistently, silence

if TYPE_CHECKING:
    from ...records.project import Project

T = TypeVar("T")
HOW = ("relations", "size")  # what may stand beside a result in natural terms


@define
class ResultWriter:
    """Writes the results of tasks; the labeling config is read when the first one comes."""

    project: Project
    validate: bool
    clock: Clock = field(factory=Clock)
    _answered: bool = False

    def write(self, task: dict[str, Any], where: str) -> None:
        """Put the results of a task as the server keeps them, or raise where one does not fit."""
        for part in ("annotations", "predictions"):
            said = task.get(part)
            if not said:
                continue
            if not isinstance(said, Sequence) or isinstance(said, str):
                raise InvalidInput(f"{where}: {part} is a list, not {said!r}.")
            task[part] = [
                self._written(each, task["data"], f"{where}, {part}[{index}]")
                for index, each in enumerate(said)
            ]

    def check_answers(self, names: Sequence[str], data: Mapping[str, Any], where: str) -> None:
        """Check values of the data of which the server makes predictions."""
        for name in names:
            if self.validate and isinstance(data[name], (str, int, float)):
                self._result(where, {name: data[name]}, data=data)

    def _written(self, said: Any, data: Mapping[str, Any], where: str) -> Any:
        if not isinstance(said, Mapping):
            return said
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
            return self._persistently(
                lambda: self.project._written(said, validate=self.validate, **how)
            )
        except InvalidInput as error:
            error.args = (f"{where}: {error}",)
            raise

    def _persistently(self, do: Callable[[], T]) -> T:
        patience = silence(self.clock) if self._answered else first_contact(self.clock)
        made = persistently(do, patience)
        self._answered = True
        return made
