"""The data of a task as stored, without URLs that the server inserts for browsers.

Before 1.23, a task that is read by its id has `/tasks/1/resolve/?fileuri=…`, a signed URL, or the
file itself in place of `s3://…`. Saving that would lose the address of the file. Lists of tasks can
be read with the stored data.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import NotFound
from ..features import DATA_AS_STORED, LOCAL_FILES, can
from ..orm.cache import Params
from ..orm.context import Context
from ..orm.leaves import leaves
from ..orm.pagination import read_page
from ..orm.response_shape import expect
from .plan import id_item


def as_stored(context: Context, task: Params) -> Params:
    """Return a task that was read by its id, with its data as stored.

    This takes another request if the server may have replaced URLs.
    """
    if not may_be_replaced(task.get("data")) or can(context, DATA_AS_STORED):
        return task
    return {**task, "data": _stored_data(context, task)}


def may_be_replaced(value: Any) -> bool:
    """Tell whether the data has a value that the server may have put in place of a URL.

    >>> may_be_replaced({"text": "Good?"})
    False
    >>> may_be_replaced({"image": "/tasks/1/resolve/?fileuri=czM"})
    True
    """
    return any(map(_is_of_the_server, leaves(value)))


def _is_of_the_server(value: Any) -> bool:
    # The server's URLs have a query, or are data URLs. It leaves those of local files alone.
    text = value.replace(f"{LOCAL_FILES}?d=", "") if isinstance(value, str) else ""
    return ("/" in text and "?" in text) or ";base64," in text


def _project_of(context: Context, task: Params) -> Any:
    """Return the project of a task, which is missing if only some fields were read."""
    if "project" in task:
        return task["project"]
    return expect(context.json("GET", f"/api/tasks/{task['id']}/"), "project")


def _stored_data(context: Context, task: Params) -> Any:
    only = {"conjunction": "and", "items": [id_item("equal", task["id"])]}
    params = {
        "project": _project_of(context, task),
        "page_size": 1,
        "include": "id,data",
        "resolve_uri": "false",
        "query": json.dumps({"filters": only}),
    }
    rows, _ = read_page(context, "/api/tasks/", params, rows="tasks", count="total")
    for row in rows:
        if row["id"] == task["id"]:
            return row["data"]
    raise NotFound(f"Task {task['id']} was deleted while it was being read.")
