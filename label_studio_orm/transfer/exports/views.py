"""Which tasks an export takes: a snapshot takes a view, but no ids and no moment."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from ...data_manager.filters import Filter, compiled
from ...data_manager.plan import PAGE_OF_IDS, id_item
from ...data_manager.raw import OfView
from ...errors import InvalidInput, NotFound
from ...orm.expressions import Expression
from ...orm.pages import read_page
from ...orm.patience import persistently
from .options import Chosen
from .temporary import Temporary

if TYPE_CHECKING:
    from ...records.project import Project

VIEWS = "/api/dm/views/"


@contextmanager
def narrowed(project: Project, chosen: Chosen) -> Iterator[Mapping[str, Any]]:
    """Give the options of a snapshot of these tasks, with a temporary view where that is needed."""
    if chosen.ids is not None:
        with _view(project, Filter().wire(id_item("in_list", chosen.ids))) as view:
            _check_that_all_are_there(project, view, chosen.ids)
            yield {**chosen.options, "view": view}
    elif chosen.since is not None:
        with _view(
            project, compiled(changed(project, chosen), project.client, project.id).wire()
        ) as view:
            yield {**chosen.options, "view": view}
    else:
        _check_view(project, chosen.options)
        yield chosen.options


def changed(project: Project, chosen: Chosen) -> Expression:
    """Return the condition for tasks that were made or changed since a moment."""
    condition: Expression = project.tasks.model.fields["updated_at"] >= chosen.since
    options = chosen.options
    return condition & OfView(options["view"]) if "view" in options else condition


@contextmanager
def _view(project: Project, filters: Mapping[str, Any]) -> Iterator[int]:
    temporary = Temporary(
        client=project.client,
        collection=VIEWS,
        item=VIEWS + "{id}/",
        body=lambda title: {"project": project.id, "data": {"title": title, "filters": filters}},
        titled=lambda view: (view.get("data") or {}).get("title"),
        params={"project": project.id},
    )
    with temporary as view:
        yield view["id"]


def _check_view(project: Project, options: Mapping[str, Any]) -> None:
    """Refuse a view of another project, or of none: the server would export all tasks."""
    if "view" in options:
        path = f"{VIEWS}{options['view']}/"
        view = persistently(lambda: project.client.json("GET", path))
        if view["project"] != project.id:
            raise InvalidInput(f"View {options['view']} is of project {view['project']}.")


def _check_that_all_are_there(project: Project, view: int, wanted: Sequence[int]) -> None:
    """Raise `NotFound` for ids that are no tasks of the project: the view passes over them."""
    missing = sorted(set(wanted) - _ids_in(project, view))
    if missing:
        some = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise NotFound(f"{len(missing)} of the ids are no tasks of {project!r}: {some}.")


def _ids_in(project: Project, view: int) -> set[int]:
    """Return the ids of the tasks in a view, however many the server sends at once."""
    found: set[int] = set()
    params = {"view": view, "include": "id", "page_size": PAGE_OF_IDS}
    for page in itertools.count(1):
        asked = {**params, "page": page}
        read = partial(read_page, project.client, "/api/tasks/", asked, rows="tasks", count="total")
        rows, total = persistently(read)
        found.update(row["id"] for row in rows)
        if not rows or len(found) >= total:
            break
    return found
