"""Columns, samples and items of filters, as the server has them."""

from __future__ import annotations

from datetime import timezone
from typing import Any

from label_studio_orm import Task
from label_studio_orm.data_manager.filters import compile_filter
from label_studio_orm.orm.expressions import Expression
from support.fake import FakeClient

COLUMNS = "GET /api/dm/columns/"
SAMPLE = "GET /api/tasks/"
UTC = timezone.utc


def columns(*keys: str) -> Any:
    of_data = [{"id": key, "parent": "data", "type": "Unknown"} for key in keys]
    own = [{"id": "id", "type": "Number"}, {"id": "wait", "type": "Time"}]
    return {"columns": [*own, {"id": "data", "type": "List", "children": [*keys]}, *of_data]}


def sample(*data: Any) -> Any:
    return {"total": len(data), "tasks": [{"id": n, "data": each} for n, each in enumerate(data)]}


def wire(where: Expression, client: FakeClient) -> Any:
    return compile_filter(where, client, 1).wire()


def item(column: str, operator: str, type: str, value: Any, **more: Any) -> Any:
    return {
        "filter": f"filter:tasks:{column}",
        "operator": operator,
        "type": type,
        "value": value,
    } | more


def both(*items: Any) -> Any:
    return {"conjunction": "and", "items": list(items)}


def either(*items: Any) -> Any:
    return {"conjunction": "or", "items": list(items)}


SPLIT = Task.data["split"]
N = Task.data["n"]
ONE, TWO, THREE = (item("id", "equal", "Number", n) for n in (1, 2, 3))
A, B = Task.total_annotations > 0, Task.total_predictions > 0
ITEM_A = item("total_annotations", "greater", "Number", 0)
ITEM_B = item("total_predictions", "greater", "Number", 0)
