"""The fields that a record class declares."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidInput
from .expressions import Column
from .fields import Field


def declared_fields(cls: type) -> dict[str, Field[Any]]:
    """Collect the fields over the whole MRO, in the order in which classes declare them.

    This is the order of the columns of a table; those of a base class come first, and those that
    only one edition has come last.
    """
    found = {}
    for name in dict.fromkeys(name for base in reversed(cls.__mro__) for name in vars(base)):
        declared = [vars(base)[name] for base in cls.__mro__ if name in vars(base)]
        _check_hidden(cls, name, *declared)
        field = next((item for item in declared if isinstance(item, Field)), None)
        if field is not None:
            found[name] = field
    return dict(sorted(found.items(), key=lambda item: bool(item[1].edition)))


def _check_hidden(cls: type, name: str, item: Any, *inherited: Any) -> None:
    """Raise `InvalidInput` if a declaration hides a field or method that every record has."""
    if isinstance(item, Column):
        if any(not _replaces(item, other) for other in inherited):
            option = f"key={item.key!r}" if hasattr(item, "key") else f"wire={name!r}"
            raise InvalidInput(
                f"{cls.__name__}.{name} would hide {name!r} of every {cls.__mro__[1].__name__}. "
                f"Give it another name: {name}_ = {type(item).__name__}({option})."
            )
    elif any(isinstance(other, Field) for other in inherited) and not hasattr(item, "__get__"):
        raise InvalidInput(
            f"{cls.__name__}.{name} would hide the server's field {name!r} from every "
            f"{cls.__name__}. Give it another name, or set it on the record."
        )


def _replaces(item: Column, other: Any) -> bool:
    """Tell whether a declaration may replace an inherited one: a field a field, and so on."""
    return isinstance(other, Column) and isinstance(item, Field) is isinstance(other, Field)
