"""Attribute names: what a user may set, and errors that suggest the nearest name."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..errors import UnknownName, nearest, no_such_name
from .completion import unlisted
from .tracked import MISSING

OURS = (__name__.partition(".")[0], "builtins")  # packages whose classes no user has written
RAISED = "_raised"  # the AttributeError of a property that was just read


class CheckedNames:
    """A base class: a mistyped attribute raises `UnknownName`, with the nearest name."""

    _name_hint = ""  # what to do where no name is near

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, item in list(vars(cls).items()):
            if isinstance(item, property) and item.fget and not name.startswith("_"):
                setattr(cls, name, item.getter(_called_once(item.fget)))
            elif isinstance(item, functools.cached_property):
                item.func = _called_once(item.func)

    if not TYPE_CHECKING:  # a type checker finds mistyped names by itself, if it is let

        @unlisted
        def __getattr__(self, name: str) -> Any:
            if not hasattr(type(self), name):
                raise no_such_name(type(self), name, otherwise=self._name_hint)
            raised = vars(self).pop(RAISED, None)
            if raised is None:
                return object.__getattribute__(self, name)  # raise again what a field raised
            raise raised


def _called_once(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Keep the AttributeError of a property, so that it is raised without calling it again.

    Python drops such an error, and asks `__getattr__` for the attribute.
    """

    @functools.wraps(function)
    def called(self: Any) -> Any:
        try:
            return function(self)
        except AttributeError as error:
            vars(self)[RAISED] = error
            raise

    return called


def check_settable(record: object, name: str, fields: Iterable[str]) -> None:
    """Raise `UnknownName` for an attribute that nobody declared."""
    if name.startswith("_"):
        return
    found = inspect.getattr_static(type(record), name, None)
    if isinstance(found, property) and found.fset is None:
        raise UnknownName(f"{type(record).__name__}.{name} cannot be set.")
    if _may_be_set(type(record), name):
        return
    raise UnknownName(
        f"{type(record).__name__} has no field {name!r}.{nearest(name, fields)} "
        f"For an attribute of your own, declare it in the class or name it _{name}."
    )


def _may_be_set(cls: type, name: str) -> bool:
    """Tell whether a name is one of our fields, or declared by a class of the user."""
    found = inspect.getattr_static(cls, name, MISSING)
    if found is MISSING:
        return any(name in vars(each).get("__annotations__", ()) for each in cls.__mro__)
    ours = (each for each in cls.__mro__ if each.__module__.partition(".")[0] in OURS)
    return hasattr(found, "__set__") or not (
        hasattr(found, "__get__") or any(name in vars(each) for each in ours)
    )
