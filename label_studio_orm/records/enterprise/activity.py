"""The activity log: the requests that members have sent."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import evolve

from ...errors import Unsupported
from ...orm.fields import DATETIME, Converter, Field, Reference
from ...orm.identity import id_of
from ...orm.meta import Meta
from ...orm.query import Query
from ...orm.record import Record

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.fields import ReadOnlyReference
    from ..organization import Organization
    from ..project import Project
    from ..user import User
    from .workspaces import Workspace


def _upper(method: Any) -> Any:
    return method.upper() if isinstance(method, str) else method


class Activity(Record):
    """A request that a member has sent.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    _meta = Meta(
        kind="activity",
        path="/api/activity-logs/{id}",
        list_path="/api/activity-logs/",
        # Reading the log adds to it: the newest last, or rows would move while they are read.
        list_params={"ordering": "id"},
        list_filters={
            "user": "user",
            "project": "project",
            "method": "method",
            "time>=": "start_date",
            "time>": "start_date",
            "time<=": "end_date",
            "time<": "end_date",
            "urlcontains": "search",
        },
        page_size=100,
        page_keys=("data", "recordsFiltered"),
        leading=("id", "time", "email", "method", "url"),
    )

    time = Field[datetime](wire="datetime", read_only=True, converter=DATETIME)
    method = Field[str](
        wire="request_method", read_only=True, converter=Converter(comparable=_upper)
    )  # such as "POST"
    url = Field[str](wire="request_url", read_only=True)
    status = Field[str](wire="response_code", read_only=True)  # such as "200"
    duration = Field[int | None](read_only=True)  # ms
    user: ReadOnlyReference[User] = Reference("user", wire="user_id", read_only=True)
    email = Field[str](read_only=True)  # of the user
    project: ReadOnlyReference[Project | None] = Reference(
        "project", wire="project_id", read_only=True
    )
    organization: ReadOnlyReference[Organization | None] = Reference(
        "organization", wire="organization_id", read_only=True
    )
    workspace_owner: ReadOnlyReference[User | None] = Reference(
        "user", wire="workspace_owner_id", read_only=True
    )
    session = Field[str | None](wire="user_session", read_only=True)
    ip_address = Field[str | None](read_only=True)
    user_agent = Field[str | None](read_only=True)
    referer = Field[str | None](wire="http_referer", read_only=True)
    extra_data = Field[Any](read_only=True)

    def _load(self, keep: Container[str] | None = None) -> None:
        if self._state.params is self._state.known:
            raise Unsupported("Requests of the activity log can only be read in a list.")
        self._state.complete = True  # a list has all that there is

    def refresh(self, *, discard_changes: bool = False) -> Self:
        """Return it: requests of the past do not change."""
        return self

    def delete(self) -> None:
        """Raise `Unsupported`: nobody can delete from the log."""
        raise Unsupported("The activity log cannot be changed.")


class ActivityLog(Query[Activity]):
    """The requests that members have sent, the oldest first.

    Enterprise; checked against the official SDK's requests, not against a server.

    Conditions by `user`, `project`, `method`, `time` (`>=` and `<=`) and `url.contains(…)` are
    sent to the server.

    >>> from label_studio_orm import Activity
    >>> since = datetime(2026, 1, 1)
    >>> log = ls.organization.activity.filter(Activity.time >= since, Activity.method == "DELETE")
    >>> [(request.email, request.url) for request in log]
    []
    """

    def of_workspace(self, workspace: Workspace | int) -> Self:
        """Keep the requests for a workspace, which the rows themselves do not name."""
        id = id_of(workspace, of="Workspace", client=self.client)
        known = {**self._known, "workspace": id}
        query = type(self)._in(self.client, self._model, known, self._related)
        return evolve(query, selection=self._selection)
