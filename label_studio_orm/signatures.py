"""Signatures that list options by name, so that notebooks show and complete them."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Omitted(Enum):
    """The default of an option that has no value unless it is given."""

    OMITTED = "..."

    def __repr__(self) -> str:
        return self.value


def given(**options: Any) -> dict[str, Any]:
    """Return the options that have a value: None is not sent.

    >>> given(limit=0, search=None)
    {'limit': 0}
    """
    return {name: value for name, value in options.items() if value is not None}


def takes(options: str) -> Callable[[F], F]:
    """List the keys of a `TypedDict` ("module:Class") in the signature of a function.

    Editors read `**options: Unpack[…]`; IPython and `help()` read signatures.
    """

    def decorate(function: F) -> F:
        given = inspect.signature(function)
        function.__signature__ = OptionsSignature(given, options)  # type: ignore[attr-defined]
        return function

    return decorate


class OptionsSignature(inspect.Signature):
    """A signature whose options are read when somebody looks at them: few programs do."""

    __slots__ = ("_given", "_options")

    def __init__(self, given: inspect.Signature, options: str) -> None:
        self._given, self._options = given, options

    @property
    def parameters(self) -> MappingProxyType[str, inspect.Parameter]:
        """The parameters of the function, with a keyword for each option."""
        given = self._given.parameters.values()
        kept = [each for each in given if each.kind != each.VAR_KEYWORD]
        found = [*kept, *map(_parameter, self._keys().items())]
        return MappingProxyType({each.name: each for each in found})

    @property
    def return_annotation(self) -> Any:
        """The type of what the function returns, as in its source."""
        return self._given.return_annotation

    def replace(self, **changes: Any) -> inspect.Signature:  # type: ignore[override]
        """Return a plain signature with changes."""
        parameters = [*self.parameters.values()]
        return inspect.Signature(
            **{"parameters": parameters, "return_annotation": self.return_annotation, **changes}
        )

    def __reduce__(self) -> Any:
        return self.replace().__reduce__()

    def _keys(self) -> Mapping[str, Any]:
        module, _, name = self._options.partition(":")
        options = getattr(importlib.import_module(f".{module}", __package__), name)
        keys: Mapping[str, Any] = options.__annotations__
        return keys


def _parameter(option: tuple[str, Any]) -> inspect.Parameter:
    name, kind = option
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=Omitted.OMITTED,
        annotation=getattr(kind, "__forward_arg__", kind),
    )
