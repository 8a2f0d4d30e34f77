"""Pages of Label Studio where records are shown."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..orm.record import Record

# The page of one record and of a list of them, by the kind; the values come from the record.
PAGES: Mapping[str, str] = MappingProxyType(
    {
        "annotation": "/projects/{project}/data?task={task}",
        "draft": "/projects/{project}/data?task={task}",
        "prediction": "/projects/{project}/data?task={task}",
        "project": "/projects/{id}/data",
        "task": "/projects/{project}/data?task={id}",
        "view": "/projects/{project}/data?tab={id}",
    }
)
LISTS: Mapping[str, str] = MappingProxyType(
    {
        "annotation": "/projects/{project}/data",
        "export": "/projects/{project}/data/export",
        "export_storage": "/projects/{project}/settings/storage",
        "import_storage": "/projects/{project}/settings/storage",
        "member": "/organization",
        "ml_backend": "/projects/{project}/settings/ml",
        "prediction": "/projects/{project}/settings/predictions",
        "project": "/projects",
        "task": "/projects/{project}/data",
        "user": "/organization",
        "view": "/projects/{project}/data",
        "webhook": "/projects/{project}/settings/webhooks",
    }
)


def page_of(record: Record) -> str:
    """Return the address of a record's page, or ""; nothing is requested for it."""
    state, kind = record._state, record._meta.kind
    known = {**state.params, **state.known}
    pages = (PAGES.get(kind, ""), LISTS.get(kind, ""))
    return next(filter(None, (_at(record.client, page, known) for page in pages)), "")


def list_page(client: Any, kind: str, known: Mapping[str, Any]) -> str:
    """Return the address of the page of a list of records, or ""."""
    return _at(client, LISTS.get(kind, ""), known)


def _at(client: Any, page: str, known: Mapping[str, Any]) -> str:
    """Return the address of a page, or "" where a value for it is not known."""
    names = ("id", "project", "task")
    ids = {name: known[name] for name in names if isinstance(known.get(name), int)}
    needed = {name for name in names if f"{{{name}}}" in page}
    return f"{client.server}{page.format_map(ids)}" if page and needed <= ids.keys() else ""
