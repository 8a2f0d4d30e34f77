"""Ways to authenticate with a provider, each of which needs other fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from ...errors import InvalidInput
from ...orm.meta import NOTHING
from ...orm.record import Record


@frozen(kw_only=True)
class Authentication:
    """The fields that each mode of authentication needs, and those that it refuses."""

    field: str  # that names the mode
    default: str = ""  # the mode, if none is named; "" if it is not known
    needs: Mapping[str, tuple[str, ...]]
    refuses: Mapping[str, tuple[str, ...]] = NOTHING

    def check_new(self, model: type[Record], given: Mapping[str, Any]) -> None:
        """Raise `InvalidInput` if a new storage lacks a field that its mode needs."""
        model.fields[self.field].checked(given.get(self.field))
        mode = given.get(self.field) or self.default
        modes = [mode] if mode else [*self.needs]
        missing = {each: [n for n in self.needs[each] if not given.get(n)] for each in modes}
        if all(missing.values()):
            ways = [f"{_keywords(n)} with {self.field}={each!r}" for each, n in missing.items()]
            default = "" if given.get(self.field) or not mode else ", the default"
            raise InvalidInput(f"{model.__name__} needs {', or '.join(ways)}{default}.")
        self._check_refused(model, mode, given)

    def check_saved(self, storage: Record) -> None:
        """Raise `InvalidInput` if a field was set that the mode of a storage refuses."""
        changes = storage._changes()
        mode = changes.get(self.field) or storage._state.params.get(self.field)
        self._check_refused(type(storage), str(mode or self.default), changes)

    def _check_refused(self, model: type[Record], mode: str, given: Mapping[str, Any]) -> None:
        refused = [name for name in self.refuses.get(mode, ()) if given.get(name)]
        if refused:
            takes = f"takes no {_keywords(refused)} with {self.field}={mode!r}"
            raise InvalidInput(f"{model.__name__} {takes}.")


def _keywords(names: Iterable[str]) -> str:
    return ", ".join(f"{name}=" for name in names)
