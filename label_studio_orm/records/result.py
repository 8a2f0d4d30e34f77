"""Results: the lists of regions that annotations and predictions hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, overload

from ..labeling.results import Result
from ..orm.fields import Field

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..labeling.results.region import Region
    from ..labeling.results.relations import Relation
    from ..orm.record import Record
    from .result_record import ResultRecord

JSON = (dict, list, str, int, float, type(None))  # what else is in a list are our objects


class ResultField(Field[Result]):
    """The result of a record, as the server stores it; it can be set in the config's terms, too."""

    if TYPE_CHECKING:

        def __new__(cls) -> ResultField: ...

        # Here, too, so that type checkers see that more can be set than is read.
        @overload
        def __get__(self, record: None, owner: type) -> Self: ...

        @overload
        def __get__(self, record: Record, owner: type) -> Result: ...

        def __get__(self, record: Record | None, owner: type) -> Self | Result: ...

    else:

        def __init__(self) -> None:
            self._set_up(read_only=False, check=result_problem)

    def __set__(  # type: ignore[override]
        self, record: ResultRecord, value: Result | Mapping[str, Any] | Iterable[Region | Relation]
    ) -> None:
        given: Any = as_list(value)
        stored: Any = record._as_stored(given) if _needs_config(given) else given
        super().__set__(record, stored)


def as_list(value: Any) -> Any:
    """Convert an iterator to a list: what is converted twice must be there twice."""
    return list(value) if isinstance(value, Iterator) else value


def _needs_config(value: Any) -> bool:
    """Tell whether a result consists of answers by control, or of regions that were read."""
    if isinstance(value, (list, tuple)):
        return any(not isinstance(each, JSON) for each in value)
    return isinstance(value, Mapping)


def result_problem(value: Any) -> str | None:
    """Return what is wrong with a result, or None.

    A result is a list of regions, each with from_name, to_name, type and value; see
    https://labelstud.io/guide/task_format. The server answers a string with a 500.
    """
    if not isinstance(value, list):
        hint = ": config.result({…}) converts answers" if isinstance(value, dict) else ""
        return f"must be a list of regions (dicts), not a {type(value).__name__}{hint}"
    for index, region in enumerate(value):
        if not isinstance(region, dict):
            return f"must be a list of regions (dicts), but [{index}] is a {type(region).__name__}"
    return None
