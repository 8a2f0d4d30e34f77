"""Typed fields: one declaration gives the value on a record, and the column on its class."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import MAXYEAR, MINYEAR, date, datetime, timezone
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, cast, overload

from attrs import frozen

from ..errors import (
    FieldMissing,
    InvalidInput,
    LabelStudioError,
    UnknownName,
    check_value,
    nearest,
)
from ..text import article
from .expressions import Column
from .identity import check_server
from .meta import kind_of
from .tracked import MISSING
from .typed import kind_of_text, type_given, typed

if TYPE_CHECKING:
    from typing_extensions import Never, Self

    from .context import Context
    from .record import Record

T = TypeVar("T")


def unchanged(value: Any) -> Any:
    """Return a value as it is."""
    return value


@frozen
class Converter:
    """How a value looks in Python, and how on the wire."""

    load: Callable[[Any], Any] = unchanged
    dump: Callable[[Any], Any] = unchanged
    # The form in which conditions compare, where users can write a value in several ways.
    comparable: Callable[[Any], Any] | None = None


def _load_datetime(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value.replace("Z", "+00:00"))
        if moment.tzinfo and moment.year in (MINYEAR, MAXYEAR):
            moment.astimezone(timezone.utc)  # as tables and comparisons need it
    except (ValueError, OverflowError):
        return value  # a surprising value is passed on
    return moment


def _dump_datetime(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


DATETIME = Converter(_load_datetime, _dump_datetime)


def length(least: int, most: int) -> Callable[[Any], str | None]:
    """Make a check of the length of a string, in characters."""

    def check(value: Any) -> str | None:
        if not isinstance(value, str):
            return None if value is None else f"must be a string, not {value!r}"
        if least <= len(value) <= most:
            return None
        return f"must have {least} to {most} characters, not {len(value)}"

    return check


def one_of(*values: str) -> Callable[[Any], str | None]:
    """Make a check that a string is one of those that the server knows."""

    def check(value: Any) -> str | None:
        if value is None or value in values:
            return None
        guess = nearest(value, values) if isinstance(value, str) else ""
        hint = f" ({guess[1].lower()}{guess[2:]})" if guess else ""
        return f"must be one of {', '.join(map(repr, values))}, not {value!r}{hint}"

    return check


def check_word(name: str, value: Any, words: Iterable[str]) -> None:
    """Raise `InvalidInput` for an argument that is neither None nor one of these words."""
    check_value(name, one_of(*words)(value))


def object_problem(value: Any) -> str | None:
    """Return what is wrong with a JSON object, or None."""
    return None if isinstance(value, dict) else f"must be an object (dict), not {value!r}"


def fraction_problem(value: Any) -> str | None:
    """Return the problem of a value that must be null or between 0 and 1, or None."""
    if value is None:
        return None
    try:
        good = not isinstance(value, (bool, str)) and 0 <= float(value) <= 1
    except (TypeError, ValueError):
        good = False
    return None if good else f"must be between 0 and 1, not {value!r}"


class Field(Column, Generic[T]):
    """A value that the server keeps for a record.

    On a record it reads and writes the value; on the class it is the field itself, of which
    conditions and orders are made: `Task.total_annotations > 0`. `wire` is the server's name for
    it where that differs; `check` returns what is wrong with a value, or None. `since` is the first
    version of the server that has the field ("1.23"), `edition` the only edition that has it. The
    server does not send back what is `write_only`.
    """

    name: str = ""

    if TYPE_CHECKING:  # so that a type checker knows which fields cannot be set

        @overload
        def __new__(
            cls,
            *,
            read_only: Literal[True],
            converter: Converter | None = ...,
            wire: str = ...,
            check: Callable[[Any], str | None] | None = ...,
            since: str = ...,
            edition: str = ...,
            write_only: bool = ...,
        ) -> ReadOnly[T]: ...

        @overload
        def __new__(
            cls,
            *,
            converter: Converter | None = ...,
            wire: str = ...,
            check: Callable[[Any], str | None] | None = ...,
            since: str = ...,
            edition: str = ...,
            write_only: bool = ...,
        ) -> Field[T]: ...

        def __new__(cls, **options: Any) -> Any:
            return super().__new__(cls)

    else:

        def __init__(self, *, read_only=False, **options) -> None:
            self._set_up(read_only=read_only, **options)

    def _set_up(
        self,
        *,
        read_only: bool,
        converter: Converter | None = None,
        wire: str = "",
        check: Callable[[Any], str | None] | None = None,
        since: str = "",
        edition: str = "",
        write_only: bool = False,
    ) -> None:
        self.read_only = read_only
        self.converter = converter
        self.wire = wire
        self.check = check
        self.since = since
        self.edition = edition
        self.write_only = write_only

    def __set_name__(self, owner: type[Record], name: str) -> None:
        self.name = name
        self.wire = self.wire or name
        self._owner = owner

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...

    @overload
    def __get__(self, record: Record, owner: type) -> T: ...

    def __get__(self, record: Record | None, owner: type) -> Self | T:
        if record is None:
            return self
        value: T = record._read(self)
        return value

    def __set__(self, record: Record, value: T) -> None:
        if self.read_only:
            raise read_only(type(record), self.name)
        self.checked(value)  # a bad value is refused here, not at save()
        record._write(self, value)

    def __getitem__(self, key: str) -> Key:
        return Key(self, key)

    if not TYPE_CHECKING:  # type checkers know the attributes

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_") or name == "name":
                raise AttributeError(name)
            field = f"{self._owner.__name__}.{self.name}"
            hint = nearest(name, dir(type(self))) or f" If it is a key: {field}[{name!r}]."
            raise UnknownName(f"{field} has no attribute {name!r}.{hint}")

    def _ipython_key_completions_(self) -> list[str]:
        return self._owner._completion_keys(self.name)

    def load(self, raw: Any, record: Record) -> Any:
        """Turn the server's value into the Python one."""
        return self.converter.load(raw) if self.converter else raw

    def dump(self, value: Any) -> Any:
        """Turn the Python value into the server's."""
        return self.converter.dump(value) if self.converter else value

    def as_written(self, raw: Any) -> Any:
        """Return the server's value in the form in which it would be sent back."""
        if self.converter is None or raw is MISSING:
            return raw
        return self.dump(self.converter.load(raw))

    def cell(self, raw: Any) -> Any:
        """Turn the server's value into that of a table's cell."""
        return self.converter.load(raw) if self.converter else raw

    def is_newer_than(self, server: Context) -> bool:
        """Tell whether a server is too old for the field; False if its version is unknown."""
        if not self.since:
            return False
        try:
            return server.version < tuple(map(int, self.since.split(".")))
        except LabelStudioError:
            return False

    def comparable(self, value: Any) -> Any:
        """Return a value as it is compared, however it is written."""
        known = self.converter.comparable if self.converter else None
        return known(value) if known else super().comparable(value)

    @property
    def optional(self) -> bool:
        """Whether its type allows None."""
        return str(type_given(self)).endswith("| None")

    def comparison_problem(self, value: Any) -> str | None:
        kind = typed(type_given(self))
        if kind is None or (self.converter is DATETIME and isinstance(value, date)):
            return None
        try:
            kind.dump(value)
        except ValueError:
            return f"{kind.what.replace(' or None', '')}, not with {value!r}{kind_of_text(value)}"
        return None

    def checked(self, value: Any) -> Any:
        """Turn the Python value into the server's, or raise `InvalidInput`."""
        problem = self.check(value) if self.check else None
        if problem:
            raise InvalidInput(f"{self.name} {problem}.")
        return self.dump(value)


class Key(Column):
    """A key inside a field that is an object: `Task.data["split"]`."""

    def __init__(self, field: Field[Any], key: str) -> None:
        self.field = field
        self.key = key
        self.name = f"{field.name}[{key!r}]"
        self.wire = f"{field.wire}.{key}"

    def __getitem__(self, key: str) -> Key:
        raise InvalidInput(
            f"{self.name}[{key!r}] lies too deep: filters and orders reach one level. Copy the "
            f"value to a key of its own, or pick the records in Python."
        )

    def value_of(self, record: Any) -> Any:
        holder = self.field.value_of(record)
        return holder.get(self.key) if isinstance(holder, dict) else None

    def is_nothing(self, value: Any) -> bool:
        return value is None or value == ""  # an empty list is a list


def read_only(cls: type[Record], name: str) -> UnknownName:
    """Return the error for setting a field that only the server sets."""
    return UnknownName(f"{cls.__name__}.{name} is read-only: the server sets it.")


class Id(Field[int]):
    """The server's number for a record."""

    def __init__(self) -> None:
        self._set_up(read_only=True)

    if TYPE_CHECKING:

        def __new__(cls) -> Id: ...

        def __set__(self, record: Record, value: Never) -> None: ...  # type: ignore[override]

    def comparison_problem(self, value: Any) -> str | None:
        return None if _is_id(value) else f"a whole number, not with {value!r}{kind_of_text(value)}"

    if not TYPE_CHECKING:  # an int, as of any Field[int]

        def __get__(self, record: Any, owner: type) -> Any:
            if record is None:
                return self
            if "id" not in record._state.known:
                raise FieldMissing(
                    f"This {record._meta.noun} has no id yet: it is queued in a batch, was refused,"
                    f" or not saved. After the batch, read it from its task.{record._id_hint}"
                )
            return record._state.known["id"]


class Reference(Field[T]):
    """A record that the server names by its id, or sends in part: read as a record."""

    if TYPE_CHECKING:

        @overload
        def __new__(
            cls, kind: str, *, read_only: Literal[True], wire: str = ..., edition: str = ...
        ) -> ReadOnlyReference[T]: ...

        @overload
        def __new__(cls, kind: str, *, wire: str = ..., edition: str = ...) -> Reference[T]: ...

        def __new__(cls, *given: Any, **options: Any) -> Any:
            return super().__new__(cls)

        kind: str

    else:

        def __init__(self, kind, *, read_only=False, wire="", edition="") -> None:
            self._set_up(read_only=read_only, wire=wire, edition=edition)
            self.kind = kind

    def __set__(self, record: Record, value: T | int | None) -> None:
        check_server(value, record.client)
        super().__set__(record, cast("T", self.load(value, record)))

    def checked(self, value: Any) -> Any:
        kind = kind_of(value) or self.kind
        if kind != self.kind:
            raise InvalidInput(
                f"{self.name} must be {article(self.kind)} or its id, not the {kind} {value!r}."
            )
        if isinstance(value, str):
            wanted = f"{article(self.kind)} or its id"
            raise InvalidInput(f"{self.name} must be {wanted}, not {value!r}{self._hint(value)}.")
        return super().checked(value)

    def load(self, raw: Any, record: Record) -> Any:
        model = record._related.get(self.kind) or record.client._registry.model(self.kind)
        if isinstance(raw, dict) and isinstance(raw.get("id"), int):
            return model._from_answer(record.client, raw)
        return model._lazy(record.client, raw, {}) if isinstance(raw, int) else raw

    def dump(self, value: Any) -> Any:
        return getattr(value, "id", value)

    def as_written(self, raw: Any) -> Any:
        return raw["id"] if isinstance(raw, dict) and isinstance(raw.get("id"), int) else raw

    def cell(self, raw: Any) -> Any:
        return raw.get("id") if isinstance(raw, dict) else raw

    def comparable(self, value: Any) -> Any:
        return self.dump(value)

    def comparison_problem(self, value: Any) -> str | None:
        if kind_of(value) == self.kind or _is_id(value):
            return None
        shown = f"{value!r}{kind_of_text(value)}{self._hint(value)}"
        return f"{article(self.kind)} or its id, not with {shown}"

    def _hint(self, value: Any) -> str:
        if self.kind == "user" and isinstance(value, str) and "@" in value:
            return f". Look the user up: ls.users.get(email={value!r})"
        return ""


if TYPE_CHECKING:  # what a type checker takes fields for that were made with read_only=True

    class ReadOnly(Field[T]):
        def __set__(self, record: Record, value: Never) -> None: ...  # type: ignore[override]

    class ReadOnlyReference(Reference[T]):
        def __set__(self, record: Record, value: Never) -> None: ...  # type: ignore[override]


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
