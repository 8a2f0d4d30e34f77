"""Filters of the Data Manager, in the server's own format.

>>> Filters.create(Filters.AND, [
...     Filters.item(Column.id, Operator.GREATER, Type.Number, Filters.value(42)),
... ])
{'conjunction': 'and', 'items': [{'filter': 'filter:tasks:id', 'operator': 'greater', ...}]}

Now: `project.tasks.filter(Task.id > 42)`.
"""

from __future__ import annotations

import datetime as _datetime
from typing import Any

from .exceptions import InvalidArgument

DATETIME_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class Filters:
    """Conditions on tasks, for `Project.get_tasks()` and `Project.create_view()`."""

    OR = "or"
    AND = "and"

    @staticmethod
    def create(conjunction: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        """Combine conditions. Now: conditions joined by `&` and `|`."""
        return {"conjunction": conjunction, "items": items}

    @staticmethod
    def item(name: str, operator: str, column_type: str, value: Any) -> dict[str, Any]:
        """Return a condition on a column. Now: `Task.data["split"] == "train"`."""
        return {
            "filter": f"filter:{name}",
            "operator": operator,
            "type": column_type,
            "value": value,
        }

    @staticmethod
    def datetime(dt: _datetime.datetime) -> str:
        """Return a time as the Data Manager writes it. Now: the time itself.

        >>> from datetime import datetime
        >>> Filters.datetime(datetime(2024, 5, 1))
        '2024-05-01T00:00:00.000000Z'
        """
        if not isinstance(dt, _datetime.datetime):
            raise InvalidArgument(f"dt must be a datetime, not {dt!r}.")
        return dt.strftime(DATETIME_FORMAT)

    @classmethod
    def value(cls, value: Any, maximum: Any = None) -> Any:
        """Return a value to compare with, or a range. Now: `Task.id.between(1, 9)`.

        >>> Filters.value(1, 9)
        {'min': 1, 'max': 9}
        """
        low, high = map(cls._text, (value, maximum))
        return low if maximum is None else {"min": low, "max": high}

    @classmethod
    def _text(cls, value: Any) -> Any:
        return cls.datetime(value) if isinstance(value, _datetime.datetime) else value


class Operator:
    """The operators of a condition."""

    EQUAL = "equal"
    NOT_EQUAL = "not_equal"
    LESS = "less"
    GREATER = "greater"
    LESS_OR_EQUAL = "less_or_equal"
    GREATER_OR_EQUAL = "greater_or_equal"
    IN = "in"
    NOT_IN = "not_in"
    IN_LIST = "in_list"
    NOT_IN_LIST = "not_in_list"
    EMPTY = "empty"
    CONTAINS = "contains"
    NOT_CONTAINS = "not_contains"
    REGEX = "regex"


class Type:
    """The types of columns."""

    Number = "Number"
    Datetime = "Datetime"
    Boolean = "Boolean"
    String = "String"
    List = "List"
    Unknown = "Unknown"  # compared as a text


class Column:
    """The columns of the Data Manager; some are of Enterprise only."""

    id = "tasks:id"
    inner_id = "tasks:inner_id"  # from 1 in each project
    ground_truth = "tasks:ground_truth"
    annotations_results = "tasks:annotations_results"
    reviewed = "tasks:reviewed"
    predictions_score = "tasks:predictions_score"
    predictions_model_versions = "tasks:predictions_model_versions"
    predictions_results = "tasks:predictions_results"
    file_upload = "tasks:file_upload"
    created_at = "tasks:created_at"
    updated_at = "tasks:updated_at"
    annotators = "tasks:annotators"
    total_predictions = "tasks:total_predictions"
    cancelled_annotations = "tasks:cancelled_annotations"
    total_annotations = "tasks:total_annotations"
    completed_at = "tasks:completed_at"
    agreement = "tasks:agreement"
    reviewers = "tasks:reviewers"
    reviews_rejected = "tasks:reviews_rejected"
    reviews_accepted = "tasks:reviews_accepted"
    comments = "tasks:comments"
    unresolved_comment_count = "tasks:unresolved_comment_count"

    @staticmethod
    def data(task_field: str) -> str:
        """Return the column of a key of the data. Now: `Task.data["text"]`.

        >>> Column.data("text")
        'tasks:data.text'
        """
        return f"tasks:data.{task_field}"
