"""What can be written and never be read: keys, passwords, credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, overload

from ...errors import FieldMissing, InvalidInput
from ...orm.fields import Field
from ...orm.tracked import MISSING
from ...secret import Secret

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.record import Record


class SecretField(Field["str | None"]):
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
        value = _secret_in(value)
        super().__set__(record, self.checked(value))

    def dump(self, value: Any) -> Any:
        secret = super().dump(_secret_in(value))
        if not secret:
            return None if secret is None else ""
        text = secret.reveal()
        problem = "" if isinstance(text, str) else f"is a text, not a {type(text).__name__}"
        if not problem and "\0" in text:
            problem = "must not contain NUL (\\x00)"
        del text  # what was given is secret: no frame of an error has it
        if problem:
            raise InvalidInput(f"{self.name} {problem}.")
        return secret

    def as_written(self, raw: Any) -> Any:
        return MISSING  # whatever a server shows in its place, a secret that was set is sent

    def value_of(self, record: Any) -> Any:
        return None

    def _is(self, operator: str, value: Any) -> NoReturn:
        raise InvalidInput(f"{self.name} cannot be asked for: the server keeps it to itself.")


def _secret_in(value: Any) -> Any:
    return value if value is None or isinstance(value, Secret) else Secret(value)


def hidden_fields(model: type[Record], given: dict[str, Any]) -> dict[str, Any]:
    """Return the values of fields with those hidden that are secret, or of no field: mistyped."""
    for name in given:
        field = model.fields.get(name)
        if field is None or isinstance(field, SecretField):
            given[name] = _secret_in(given[name])
    return given
