"""The type parameter of projects: the class of their tasks, as in `Project[Review]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args, get_origin

from ..errors import InvalidInput
from .task import Task

if TYPE_CHECKING:
    from typing_extensions import TypeVar  # with a default, which Python has from 3.13 on

    T = TypeVar("T", bound=Task, default=Task, covariant=True)
else:
    from typing import TypeVar

    T = TypeVar("T", bound=Task)


def task_class_of(cls: type, base: type) -> type[Task] | None:
    """Return the task class that a new subclass of `base` names, or None if it names none."""
    given = vars(cls).get("task_class") or _argument(cls, base)
    if given is None or isinstance(given, TypeVar):
        return None
    if not (isinstance(given, type) and issubclass(given, Task)):
        raise InvalidInput(
            f"The task class of {cls.__name__} must be derived from Task, not {given!r}: "
            f"class Review(Task), then class {cls.__name__}({base.__name__}[Review])."
        )
    return given


def _argument(cls: type, base: type) -> Any:
    """Return what a class puts in the place of the parameter of `base`, or None."""
    for alias in vars(cls).get("__orig_bases__", ()):
        origin = get_origin(alias)
        if origin is base:
            return get_args(alias)[0]
        if isinstance(origin, type) and issubclass(origin, base):
            own = dict(zip(vars(origin)["__parameters__"], get_args(alias), strict=True))
            inner = _argument(origin, base)
            return own.get(inner, inner)
    return None
