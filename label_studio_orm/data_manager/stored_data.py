"""The data of a task as it is stored, with no address in it that the server has made.

Before 1.23 a task that is asked for by its id comes with the addresses that its files have for a
browser: `/tasks/1/resolve/?fileuri=…`, a signed URL, or the file itself, in place of `s3://…`.
Saving those would lose where the files are. Lists of tasks can do without.
"""

from __future__ import annotations

import json
from typing import Any

from ..errors import NotFound
from ..features import DATA_AS_STORED, can
from ..orm.answers import expect
from ..orm.cache import Params
from ..orm.context import Context
from ..orm.pages import read_page
from .plan import id_item


def as_stored(context: Context, task: Params) -> Params:
    """Return a task that was asked for by its id with its data as it is stored.

    That takes a request where the server has put other addresses there, or may have.
    """
    if not may_be_made(task.get("data")) or can(context, DATA_AS_STORED):
        return task
    return {**task, "data": _stored(context, task)}


def may_be_made(value: Any) -> bool:
    """Tell whether there is something in the data that the server may have made of an address.

    >>> may_be_made({"text": "Good?"}), may_be_made({"image": "/tasks/1/resolve/?fileuri=czM"})
    (False, True)
    """
    if isinstance(value, dict):
        return any(map(may_be_made, value.values()))
    if isinstance(value, list):
        return any(map(may_be_made, value))
    # Made addresses have a query, or are data URLs; those of local files are never made.
    text = value.replace("/data/local-files/?d=", "") if isinstance(value, str) else ""
    return ("/" in text and "?" in text) or ";base64," in text


def _project_of(context: Context, task: Params) -> Any:
    """Return the project by which a task is listed; it is missing where only parts were read."""
    if "project" in task:
        return task["project"]
    return expect(context.json("GET", f"/api/tasks/{task['id']}/"), "project")


def _stored(context: Context, task: Params) -> Any:
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
    raise NotFound(f"Task {task['id']} was deleted while it was read.")
