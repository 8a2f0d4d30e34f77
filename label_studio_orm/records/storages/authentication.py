"""Ways to authenticate with a provider, each of which needs other fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import frozen

from ...errors import InvalidInput
from ...orm.meta import NOTHING


@frozen(kw_only=True)
class Authentication:
    """The fields that each mode of authentication needs, and those that it refuses."""

    field: str  # that names the mode
    default: str  # the mode, if none is named
    needs: Mapping[str, tuple[str, ...]]
    refuses: Mapping[str, tuple[str, ...]] = NOTHING

    def check_new(self, storage: str, given: Mapping[str, Any]) -> None:
        """Raise `InvalidInput` if a new storage lacks a field that its mode needs."""
        mode = given.get(self.field) or self.default
        missing = [name for name in self.needs[mode] if not given.get(name)]
        if missing:
            others = [other for other in self.needs if other != mode]
            raise InvalidInput(
                f"{storage} needs {_keywords(missing)} with {self.field}={mode!r}"
                f"{'' if given.get(self.field) else ', the default'}. "
                f"Other modes: {', '.join(map(repr, others))}."
            )
        self.check_changes(storage, mode, given)

    def check_changes(self, storage: str, mode: str | None, given: Mapping[str, Any]) -> None:
        """Raise `InvalidInput` for a field that the mode refuses."""
        refused = [name for name in self.refuses.get(mode or "", ()) if given.get(name)]
        if refused:
            raise InvalidInput(
                f"{storage} takes no {_keywords(refused)} with {self.field}={mode!r}."
            )


def _keywords(names: Iterable[str]) -> str:
    return ", ".join(f"{name}=" for name in names)
