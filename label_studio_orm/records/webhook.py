"""Webhooks: URLs that the server calls when something happens in a project."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ..orm.fields import DATETIME, Converter, Field, Reference, length
from ..orm.meta import Meta
from ..text import shown
from .receiver import receiver_hints, url_problem
from .secret_field import SecretRecord
from .webhook_events import check_events
from .webhook_headers import HeadersField

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..orm.fields import ReadOnlyReference
    from .project import Project

ACTIONS, TO_ALL = "actions", "send_for_all_actions"  # the server's names
PRIVATE_HOSTS = "SSRF_PROTECTION_ENABLED"  # a variable of the server's environment
LISTS = (list, tuple, set, frozenset)


def receiver_problem(value: Any) -> str | None:
    """Return what is wrong with the URL of a webhook, or None."""
    return url_problem(value) or length(1, 2048)(value)


def events_problem(value: Any) -> str | None:
    """Return what is wrong with a list of events, or None."""
    if not isinstance(value, LISTS):
        like = f" like [{value!r}]" if isinstance(value, str) else ""
        return f"must be a list of event names{like}, not {value!r}"
    if not value:
        return (
            "must name at least one event. For every event, set send_for_all_actions=True; for "
            "none, is_active=False"
        )
    return None


def _in_order(value: Any) -> Any:
    """Return events in one order, each once: the server keeps a set."""
    return sorted({*map(str, value)}) if isinstance(value, LISTS) else value


class Webhook(SecretRecord):
    """A URL that the server calls when something happens.

    >>> hook = project.webhooks.create(
    ...     "https://example.org/hook", events=["TASKS_CREATED"], headers={"X-Key": "s3cret"}
    ... )
    >>> hook.events.append("TASKS_DELETED")
    >>> hook.save()
    <Webhook ... to example.org>
    >>> hook.headers
    {'X-Key': ***}
    """

    _meta = Meta(
        kind="webhook",
        path="/api/webhooks/{id}/",
        leading=("id", "url"),
        required=("url",),
        identified_by=("url",),
        sent_with_every_patch=(ACTIONS,),  # a PATCH without them deletes them
    )

    url = Field[str](check=receiver_problem)
    events = Field[list[str]](
        wire=ACTIONS, converter=Converter(_in_order, _in_order), check=events_problem
    )
    is_active = Field[bool]()
    send_for_all_actions = Field[bool]()  # every event, whatever `events` names
    send_payload = Field[bool]()  # else only the name of the event
    headers = HeadersField()  # sent with each call; often keys, so they are not shown
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    updated_at = Field[datetime](read_only=True, converter=DATETIME)
    project: ReadOnlyReference[Project | None] = Reference("project", read_only=True)
    organization = Field[int](read_only=True)

    def _save(self) -> Self:
        changes = self._changes()
        if ACTIONS in changes:
            of_project = self._raw("project") is not None
            check_events(self.client, changes[ACTIONS], of_project=of_project)
        with receiver_hints(PRIVATE_HOSTS):
            return super()._save()

    def _patch(self, changes: Mapping[str, Any]) -> Mapping[str, Any]:
        chosen = {TO_ALL: False} if ACTIONS in changes else {}
        return {**chosen, **super()._patch(changes)}

    @property
    def params(self) -> Mapping[str, Any]:
        """All that the server sends for this webhook, by the server's names; a copy."""
        found = dict(super().params)
        return {**found, "headers": type(self).headers.load(found.get("headers"), self)}

    def _label(self) -> str:
        url = self._state.params.get("url")  # without its path, which may be a secret
        host = urlsplit(url).hostname if isinstance(url, str) and not url_problem(url) else None
        return f" to {shown(host, 100)}" if host else ""

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        state["_state"].drop("headers")
        return state
