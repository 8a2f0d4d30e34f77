"""What a record class declares: its fields, and what else of it may be set."""

from __future__ import annotations

import inspect
from typing import Any

from ..errors import InvalidInput
from .fields import Field
from .tracked import MISSING


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


def may_be_set(cls: type, name: str, *, base: type) -> bool:
    """Tell whether a name was declared, by us or in a subclass, as something to set."""
    found = inspect.getattr_static(cls, name, MISSING)
    if found is MISSING:
        return any(name in vars(each).get("__annotations__", ()) for each in cls.__mro__)
    return hasattr(found, "__set__") or not (hasattr(found, "__get__") or name in vars(base))
