"""Filters in the server's own format."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from label_studio_orm.compat.data_manager import Column, Filters, Operator, Type
from label_studio_orm.compat.exceptions import InvalidArgument

MAY = datetime(2024, 5, 1, 12, 30)


def test_a_filter_is_a_conjunction_of_conditions() -> None:
    item = Filters.item(Column.data("text"), Operator.CONTAINS, Type.String, Filters.value("fine"))
    assert Filters.create(Filters.AND, [item]) == {
        "conjunction": "and",
        "items": [
            {
                "filter": "filter:tasks:data.text",
                "operator": "contains",
                "type": "String",
                "value": "fine",
            }
        ],
    }


def test_a_value_with_a_maximum_is_a_range() -> None:
    assert Filters.value(1, 9) == {"min": 1, "max": 9}
    assert Filters.value(0) == 0


def test_times_are_written_as_the_data_manager_writes_them() -> None:
    assert Filters.datetime(MAY) == "2024-05-01T12:30:00.000000Z"
    assert Filters.value(MAY) == Filters.datetime(MAY)
    assert Filters.value(MAY, MAY)["max"] == Filters.datetime(MAY)


def test_a_text_is_not_taken_for_a_time() -> None:
    text: Any = "2024-05-01"
    with pytest.raises(InvalidArgument, match="dt must be a datetime, not '2024-05-01'"):
        Filters.datetime(text)
