"""Results: the regions, answers and relations of one annotation or prediction."""

from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Any]  # one dict of a result
Value = Mapping[str, Any]  # the value of an item
Result = list[dict[str, Any]]


class BuiltResult(list[dict[str, Any]]):
    """A result that was built from answers, and has ids that are not the user's."""
