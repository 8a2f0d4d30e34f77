"""Temporary views for exports by ids or date: a snapshot can be limited by a view only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from ...data_manager.filters import Filter, compile_filter
from ...data_manager.plan import PAGE_OF_IDS, id_item
from ...data_manager.raw_filters import ViewFilter
from ...errors import IncompleteResult, InvalidInput, NotFound
from ...features import CHILD_FILTERS, can, require
from ...orm.cache import Params
from ...orm.deadline import outage_deadline, retry_transient
from ...orm.expressions import Expression
from ...orm.pagination import check_page, read_page
from ...orm.response_shape import shaped
from ...text import listed
from ..ports import ProjectPort, column
from .options import ExportScope
from .temporary import Temporary

if TYPE_CHECKING:
    from ...orm.context import Context

VIEWS = "/api/dm/views/"


@contextmanager
def narrowed(project: ProjectPort, chosen: ExportScope) -> Iterator[Mapping[str, Any]]:
    """Yield the options of a snapshot of these tasks, with a temporary view if needed."""
    filters = _filters(project, chosen)
    if filters is None:
        yield chosen.options
        return
    with _view(project, filters) as view:
        if chosen.ids is not None:
            _check_found(project, view, chosen.ids)
        yield {**chosen.options, "view": view}


def _filters(project: ProjectPort, chosen: ExportScope) -> Mapping[str, Any] | None:
    """Return the filter for a temporary view; None if none is needed."""
    if chosen.ids is not None:
        return _of_ids(chosen.ids)
    if chosen.since is not None:
        found = compile_filter(changed(project, chosen), project.client, project.id)
        if found.exact and found.fits:
            return found.wire()
        return _of_ids(project.tasks.filter(changed(project, chosen)).ids())
    view = _checked_view(project, chosen.options)
    if view is None or not ignored_in(view, project.client):
        return None
    return _of_ids(project.tasks.filter(ViewFilter(view["id"])).ids())


def _of_ids(ids: Sequence[int]) -> Mapping[str, Any]:
    return Filter().wire(id_item("in_list", ids) if ids else id_item("less", 0))


def ignored_in(view: Mapping[str, Any], client: Context) -> bool:
    """Tell whether a view has child filters that the server would ignore."""
    filters = (view.get("data") or {}).get("filters") or {}
    nested = any(item.get("child_filter") for item in filters.get("items") or ())
    return nested and not can(client, CHILD_FILTERS, view["project"])


def refuse_ignored(client: Context, view: int) -> None:
    """Raise `Unsupported` for a view with child filters that the server would ignore."""
    found = client.json("GET", f"{VIEWS}{view}/")
    if ignored_in(found, client):
        instead = "The snapshot would contain other tasks, too; project.export(view=…) works."
        require(client, CHILD_FILTERS, found["project"], instead=instead)


def changed(project: ProjectPort, chosen: ExportScope) -> Expression:
    """Return the condition for tasks that were created or changed since a datetime."""
    condition: Expression = column(project.tasks, "updated_at") >= chosen.since
    options = chosen.options
    return condition & ViewFilter(options["view"]) if "view" in options else condition


@contextmanager
def _view(project: ProjectPort, filters: Mapping[str, Any]) -> Iterator[int]:
    temporary = Temporary(
        client=project.client,
        collection=VIEWS,
        item=VIEWS + "{id}/",
        body=lambda title: {"project": project.id, "data": {"title": title, "filters": filters}},
        titled=_title_of,
        params={"project": project.id},
    )
    with temporary as view:
        yield view["id"]


def _title_of(view: Mapping[str, Any]) -> Any:
    data = view.get("data")
    return data.get("title") if isinstance(data, dict) else None


def _checked_view(project: ProjectPort, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the view, unless it is of another project: the server would export all tasks."""
    if "view" not in options:
        return None
    path = f"{VIEWS}{options['view']}/"
    found = retry_transient(
        lambda: project.client.json("GET", path), outage_deadline(project.client)
    )
    view: Mapping[str, Any] = shaped(found, {"project": int})
    if view["project"] != project.id:
        raise InvalidInput(
            f"view must be one of project {project.id}, not view {options['view']} of project "
            f"{view['project']}."
        )
    return view


def _check_found(project: ProjectPort, view: int, wanted: Sequence[int]) -> None:
    """Raise `NotFound` for ids that are not tasks of the project: the view skips them."""
    found = _ids_in(project, view)
    missing, others = sorted(set(wanted) - found), sorted(found.difference(wanted))
    if others:
        raise IncompleteResult(
            f"The server put other tasks of {project!r} into the view than those requested by id: "
            f"{listed(others)}. Nothing was exported."
        )
    if missing:
        some = ", ".join(map(str, missing[:5])) + (", …" if len(missing) > 5 else "")
        raise NotFound(f"{len(missing)} of the ids are not tasks of {project!r}: {some}.")


def _ids_in(project: ProjectPort, view: int) -> set[int]:
    """Return the ids of the tasks in a view, whatever the server's page size."""
    found: set[int] = set()
    rows, total = _page_of_ids(project, view, 1)
    for number in itertools.count(2):
        check_page(rows, PAGE_OF_IDS, found, f"View {view}")
        if len(found) >= total or not rows:
            break
        rows, total = _page_of_ids(project, view, number)
    if len(found) < total:
        raise IncompleteResult(
            f"View {view}: the server counts {total} tasks, but sent {len(found)}."
        )
    return found


def _page_of_ids(project: ProjectPort, view: int, number: int) -> tuple[list[Params], int]:
    params = {"view": view, "include": "id", "page_size": PAGE_OF_IDS, "page": number}
    read = partial(read_page, project.client, "/api/tasks/", params, rows="tasks", count="total")
    return retry_transient(read, outage_deadline(project.client))
