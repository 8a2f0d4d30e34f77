"""Temporary views: how an export is told which tasks to take."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..data_manager.filters import Filter
from ..data_manager.plan import id_item
from ..errors import InvalidInput, LabelStudioError, NotFound
from ..orm.context import Context
from ..orm.identity import checked_id

if TYPE_CHECKING:
    from ..records.project import Project

log = logging.getLogger(__name__)

TITLE = "label_studio_orm export"


@contextmanager
def view_of(
    project: Project, ids: Iterable[int] | None, options: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Make a temporary view of the given tasks: a snapshot takes a view, but no ids."""
    if ids is None:
        _check_view(project, options)
        yield options
        return
    if "view" in options:
        raise InvalidInput("Give ids or a view, not both.")
    wanted = _checked_ids(ids)
    view = project.client.json("POST", "/api/dm/views/", json=_view_body(project.id, wanted))
    try:
        _check_that_all_are_there(project, view["id"], wanted)
        yield {**options, "view": view["id"]}
    finally:
        remove(project.client, f"/api/dm/views/{view['id']}/")


def _check_view(project: Project, options: Mapping[str, Any]) -> None:
    """Refuse a view of another project, or of none: the server would export all tasks."""
    if "view" in options:
        view = project.client.json("GET", f"/api/dm/views/{options['view']}/")
        if view["project"] != project.id:
            raise InvalidInput(f"View {options['view']} is of project {view['project']}.")


def _checked_ids(ids: Iterable[int]) -> list[int]:
    if isinstance(ids, str) or not isinstance(ids, Iterable):
        raise InvalidInput(f"ids is a list of task ids, not {ids!r}.")
    wanted = sorted({checked_id(id, of="Task") for id in ids})
    if not wanted:
        raise InvalidInput("ids is empty: there is nothing to export. Leave it out for all tasks.")
    return wanted


def _check_that_all_are_there(project: Project, view: int, wanted: list[int]) -> None:
    """Raise `NotFound` for ids that are no tasks of the project: the view passes over them."""
    params = {"view": view, "include": "id", "page_size": len(wanted)}
    answer = project.client.json("GET", "/api/tasks/", params=params)
    missing = sorted(set(wanted) - {task["id"] for task in answer["tasks"]})
    if missing:
        some = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise NotFound(f"{len(missing)} of the ids are no tasks of {project!r}: {some}.")


def _view_body(project: int, ids: list[int]) -> dict[str, Any]:
    filters = Filter().wire(id_item("in_list", ids))
    return {"project": project, "data": {"title": TITLE, "filters": filters}}


def remove(client: Context, path: str) -> None:
    """Delete something temporary; failing at that must not hide how the export went."""
    try:
        client.json("DELETE", path)
    except LabelStudioError as error:
        log.warning("%s could not be removed from the server: %s", path, error)
