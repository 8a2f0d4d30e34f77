"""The fields that a record class declares."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidInput
from .fields import Field


def declared_fields(cls: type) -> dict[str, Field[Any]]:
    """Collect the fields over the whole MRO, so that a grandchild keeps them."""
    names = sorted({name for base in cls.__mro__ for name in vars(base)})
    found = {}
    for name in names:
        declared = [vars(base)[name] for base in cls.__mro__ if name in vars(base)]
        field = next((item for item in declared if isinstance(item, Field)), None)
        if field is None:
            continue
        if not hasattr(declared[0], "__get__"):
            raise InvalidInput(
                f"{cls.__name__}.{name} would hide the server's field {name!r} from every "
                f"{cls.__name__}. Give it another name, or set it on the record."
            )
        found[name] = field
    return found
