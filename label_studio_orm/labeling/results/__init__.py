"""Results: the regions, answers and relations of one annotation or prediction."""

from collections.abc import Iterable, Mapping
from typing import Any

Item = Mapping[str, Any]  # one dict of a result
Value = Mapping[str, Any]  # the value of an item
Result = list[dict[str, Any]]


class BuiltResult(list[dict[str, Any]]):
    """A result that was built from answers, and has ids that are not the user's."""


def control_names(controls: Iterable[str], items: Iterable[Any]) -> list[str]:
    """Return the names of controls, and those that the items of a result name besides."""
    named = (item.get("from_name") for item in items if isinstance(item, Mapping))
    return list(dict.fromkeys([*controls, *(name for name in named if isinstance(name, str))]))
