"""Fields of keys, passwords and credentials, which nothing shows, and their records."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, overload

from ..errors import FieldMissing, InvalidInput
from ..orm.fields import Field
from ..orm.query import Query
from ..orm.record import Record
from ..orm.tracked import MISSING
from ..secret import HIDDEN, Secret

if TYPE_CHECKING:
    from typing_extensions import Self

T = TypeVar("T")
S = TypeVar("S", bound="SecretRecord", covariant=True)


class HiddenField(Field[T]):
    """A field whose values are hidden as soon as they are given: tracebacks show variables."""

    def hide(self, value: Any) -> Any:
        """Return a value whose repr does not show it."""
        return _secret_in(value)

    def __set__(self, record: Record, value: T) -> None:
        super().__set__(record, self.hide(value))


class SecretField(HiddenField[str | None]):
    """A field that the server never returns: it can be set, and is sent with the next save.

    It cannot be read, not even right after it was set. A save without it leaves the server's value;
    None empties it. Copies and pickles do not contain a value that was not saved yet.
    """

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...

    @overload
    def __get__(self, record: Record, owner: type) -> str | None: ...

    def __get__(self, record: Record | None, owner: type) -> Self | str | None:
        if record is None:
            return self
        raise FieldMissing(f"{owner.__name__}.{self.name} can be set but not read.")

    def _set_up(self, **options: Any) -> None:
        super()._set_up(**options, write_only=True)

    def __set__(self, record: Record, value: Any) -> None:
        super().__set__(record, self.checked(self.hide(value)))

    def dump(self, value: Any) -> Any:
        secret = super().dump(_secret_in(value))
        if not secret:
            return None if secret is None else ""
        text = secret.reveal()
        problem = "" if isinstance(text, str) else f"must be a text, not a {type(text).__name__}"
        if not problem and "\0" in text:
            problem = "must not contain NUL (\\x00)"
        del text  # no frame of a traceback may hold the secret
        if problem:
            raise InvalidInput(f"{self.name} {problem}.")
        return secret

    def as_written(self, raw: Any) -> Any:
        return MISSING  # whatever a server shows in its place, a secret that was set is sent

    def value_of(self, record: Any) -> Any:
        return None

    def _is(self, operator: str, value: Any) -> NoReturn:
        raise InvalidInput(f"{self.name} cannot be filtered by: the server never returns it.")


class PasswordField(Field[str | None]):
    """A password that the server returns in clear: it can be read, and no table shows it."""

    __orig_class__ = Field[str | None]  # the type that filters compare with

    def cell(self, raw: Any) -> Any:
        return HIDDEN if raw else raw


def _secret_in(value: Any) -> Any:
    return value if value is None or isinstance(value, Secret) else Secret(value)


def hidden_fields(model: type[Record], given: dict[str, Any]) -> dict[str, Any]:
    """Hide the values of hidden fields, and of names that are no field, as they may be mistyped."""
    for name in given:
        field = model.fields.get(name)
        if field is None:
            given[name] = _secret_in(given[name])
        elif isinstance(field, HiddenField):
            given[name] = field.hide(given[name])
    return given


class SecretRecord(Record):
    """Base class of records with hidden fields, of which secret ones are sent and not kept."""

    @classmethod
    def secrets(cls) -> set[str]:
        """Return the names of the secret fields, which are never shown."""
        return {field.wire for field in cls.fields.values() if isinstance(field, SecretField)}

    def _apply_response(
        self, answer: Mapping[str, Any], changes: Mapping[str, Any], *, ignored: Set[str]
    ) -> None:
        shown = {wire: raw for wire, raw in changes.items() if wire not in self.secrets()}
        super()._apply_response(answer, shown, ignored=ignored)
        for wire in self.secrets() & self._state.tracked.keys():
            self._state.untrack(wire)

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            value = hidden_fields(type(self), {name: value})[name] if name[:1] != "_" else value
            super().__setattr__(name, value)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        for wire in self.secrets() & state["_state"].tracked.keys():
            state["_state"].untrack(wire)
        return state


class SecretQuery(Query[S]):
    """Records with secret fields, which can be set for all of them."""

    def update(self, **fields: Any) -> int:
        """Set fields of every record and save what that changes; return the number of records."""
        return super().update(**hidden_fields(self._model, fields))
