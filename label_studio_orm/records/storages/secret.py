"""What can be written and never be read: keys, passwords, credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, overload

from ...errors import FieldMissing, InvalidInput
from ...orm.fields import Field

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.record import Record


class Hidden(str):
    """A text that does not show itself to who looks inside."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Secret(Field["str | None"]):
    """A field that the server keeps to itself: it can be set, and is sent with the next save.

    It cannot be read, not even what was just set. A save that did not set it leaves it alone at
    the server; None empties it. Copies and pickles go without what was set and not yet saved.
    """

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...

    @overload
    def __get__(self, record: Record, owner: type) -> str | None: ...

    def __get__(self, record: Record | None, owner: type) -> Self | str | None:
        if record is None:
            return self
        raise FieldMissing(f"{owner.__name__}.{self.name} can be set, and not be read.")

    def _set_up(self, **options: Any) -> None:
        super()._set_up(**options, write_only=True)

    def __set__(self, record: Record, value: Any) -> None:
        super().__set__(record, self.checked(value))

    def dump(self, value: Any) -> Any:
        given = super().dump(value)
        if given is not None and not isinstance(given, str):  # which is not shown
            raise InvalidInput(f"{self.name} is a text, not a {type(value).__name__}.")
        return given if given is None else Hidden(given)

    def value_of(self, record: Any) -> Any:
        return None

    def _is(self, operator: str, value: Any) -> NoReturn:
        raise InvalidInput(f"{self.name} cannot be asked for: the server keeps it to itself.")
