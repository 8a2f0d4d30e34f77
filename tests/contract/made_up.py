"""Make up JSON values of the types of label-studio-sdk."""

from __future__ import annotations

import datetime
import itertools
import types
import typing
from typing import Any

from contract.call import ANNOTATION, ORGANIZATION, PROJECT, TASK, USER

# Ids of what the calls are about; all other numbers differ.
IDS = {
    "organization": ORGANIZATION,
    "project": PROJECT,
    "task": TASK,
    "annotation": ANNOTATION,
    "user": USER,
}
DEEPEST = 6  # types may contain themselves


class Maker:
    """Makes values of which each is found once in an answer, so that none is read for another."""

    def __init__(self) -> None:
        self._numbers = itertools.count(101)

    def value(self, type: Any, name: str, depth: int = 0) -> Any:
        """Return a value of a type that belongs to a field of this name."""
        origin, inside = typing.get_origin(type), typing.get_args(type)
        if origin in (typing.Union, types.UnionType):
            some = [each for each in inside if each is not types.NoneType]
            return self.value(some[0], name, depth)
        if origin is typing.Annotated:
            return self.value(inside[0], name, depth)
        if origin is typing.Literal:
            return inside[0]
        if origin is list:
            return [self.value(inside[0], name, depth + 1)] if depth < DEEPEST else []
        if origin is dict:
            return {f"key {next(self._numbers)}": self.value(inside[1], name, depth + 1)}
        if "Pager" in getattr(origin, "__name__", ""):  # of a class of rows and one of pages
            return self.value(inside[1], name, depth)
        if hasattr(type, "model_fields"):
            return self._object(type.model_fields, depth + 1) if depth < DEEPEST else None
        return self._plain(type, name)

    def _object(self, fields: dict[str, Any], depth: int) -> dict[str, Any]:
        if {"count", "results"} <= fields.keys():  # a page, which is the only one
            results = self.value(fields["results"].annotation, "results", depth)
            return {"count": len(results), "next": None, "previous": None, "results": results}
        return {
            field.alias or name: self.value(field.annotation, name, depth)
            for name, field in fields.items()
        }

    def _plain(self, type: Any, name: str) -> Any:
        number = next(self._numbers)
        if type is bool:
            return True
        if type is int:
            return IDS.get(name, number)
        if type is float:
            return number / 1000
        if type in (datetime.datetime, datetime.date):
            moment = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=number)
            return f"{moment.date()}T00:00:00Z" if type is datetime.datetime else str(moment.date())
        return f"{name} {number}" if type is str or type is Any else None
