"""Class methods that the instances of a class do not have: `Task.get(7)`, not `task.get(7)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import UnknownName

if TYPE_CHECKING:  # a type checker knows classmethod and nothing like it
    class_only = classmethod
else:

    class class_only(classmethod):
        """Decorate a class method that must not be called on an instance."""

        def __get__(self, instance: Any, owner: type) -> Any:
            if instance is None:
                return super().__get__(None, owner)
            name = self.__func__.__name__
            raise UnknownName(
                f"{name}() must be called on the class, not on one of its records: "
                f"{owner.__name__}.{name}(…)."
            )
