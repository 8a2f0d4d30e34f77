"""States: what a task, an annotation or a project went through, and transitions between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, overload

import attrs
from attrs import evolve, field, frozen

from ... import tables
from ...errors import EditionError, IncompleteResult, InvalidInput, Unsupported
from ...orm.expressions import utc_text
from ...orm.identity import id_of
from ...orm.names import CheckedNames
from ...orm.pagination import check_page
from ...orm.response_shape import NUMBER, shaped
from ...server_version import COMMUNITY, info_of
from ...signatures import given
from .values import WIRE, Rows, moment, rows_of, value_of

if TYPE_CHECKING:
    from typing_extensions import Self

    from ...orm.context import Context
    from ...orm.record import Record
    from ..user import User

PAGE_SIZE = 100
PAGE = {"results": [{"id": str}], "count": NUMBER}
STATES = "states of tasks, annotations and projects"


@frozen
class TriggeredBy:
    """The user who started something.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: int
    email: str | None
    first_name: str | None  # only of jobs
    last_name: str | None  # only of jobs


def triggered_by(row: Any) -> TriggeredBy | None:
    """Make a value of a user in an answer; annotators are not shown it."""
    return value_of(TriggeredBy, row) if isinstance(row, Mapping) else None


@frozen
class StateChange:
    """A state, and how a task, an annotation or a project got into it.

    Enterprise; checked against the official SDK's requests, not against a server.
    """

    id: str
    state: str  # as the server writes it: "COMPLETED"
    previous_state: str | None
    transition: str | None = field(metadata={WIRE: "transition_name"})  # "task_completed"
    triggered_by: TriggeredBy | None = field(converter=triggered_by)
    reason: str | None
    created_at: datetime = field(converter=moment)
    context_data: Any  # what the server knew then


@frozen(repr=False, eq=False, slots=False)
class StateHistory(CheckedNames, tables.Table):
    """The states of a task, an annotation or a project, the oldest first; read page by page.

    Each loop reads anew. Where a Community server sends an empty list, reading raises
    `EditionError`, as that says nothing: it keeps no states.

    Enterprise; checked against the official SDK's requests, not against a server. On Community
    with the feature flag of states it was checked against that.

    >>> [change.state for change in task.state_history.filter(triggered_by=5)]
    ['state ...']
    """

    client: Context
    _path: str
    _filters: Mapping[str, Any] = field(factory=dict)

    def filter(
        self,
        *,
        state: str | None = None,
        previous_state: str | None = None,
        transition: str | None = None,
        triggered_by: User | int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Self:
        """Keep the changes that meet all conditions, which the server checks; nothing is sent.

        States and transitions are compared without case. `since` and `until` are included; without
        a time zone they are local times.
        """
        if triggered_by is not None:
            triggered_by = id_of(triggered_by, of="User", client=self.client)
        more = given(
            state=state,
            previous_state=previous_state,
            transition_name=transition,
            triggered_by=triggered_by,
            created_at_from=utc_text("since", since),
            created_at_to=utc_text("until", until),
        )
        return evolve(self, filters={**self._filters, **more})

    def __iter__(self) -> Iterator[StateChange]:
        seen: set[Any] = set()
        for number in itertools.count(1):
            answer = self._page(number, PAGE_SIZE, self._filters)
            check_page(answer["results"], PAGE_SIZE, seen, self._path)
            yield from rows_of(StateChange, answer["results"])
            if len(seen) >= answer["count"]:
                break
            if not answer["results"]:
                missing = answer["count"] - len(seen)
                raise IncompleteResult(
                    f"{self._path}: the server counts {missing} changes that it did not send."
                )
        if not seen:
            self._check_that_states_are_kept()

    def __len__(self) -> int:
        count: int = self._page(1, 1, self._filters)["count"]
        if not count:
            self._check_that_states_are_kept()
        return count

    @overload
    def __getitem__(self, index: int) -> StateChange: ...

    @overload
    def __getitem__(self, index: slice) -> Rows[StateChange]: ...

    def __getitem__(self, index: int | slice) -> StateChange | Rows[StateChange]:
        found = Rows(iter(self))
        return Rows(found[index]) if isinstance(index, slice) else found[index]

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each change."""
        return Rows(iter(self)).to_dicts()

    def _columns(self) -> tables.Columns:
        names = [each.name for each in attrs.fields(StateChange)]
        return tables.columns_of(self.to_dicts()) or {name: [] for name in names}

    def _page(self, number: int, size: int, filters: Mapping[str, Any]) -> Mapping[str, Any]:
        # Upwards, so that what happens meanwhile comes last:
        params = {**filters, "ordering": "id", "page": number, "page_size": size}
        answer: Mapping[str, Any] = shaped(self.client.json("GET", self._path, params=params), PAGE)
        return answer

    def _check_that_states_are_kept(self) -> None:
        """Raise `EditionError` where an empty list does not mean that nothing has happened."""
        if info_of(self.client).edition != COMMUNITY:
            return
        if self._filters and self._page(1, 1, {})["count"]:
            return
        raise EditionError(_only_enterprise(self.client, f"GET {self._path} → an empty list"))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path} at {self.client.server}>"


def history_of(record: Record) -> StateHistory:
    """Return the states that a record was in."""
    return StateHistory(record.client, f"{_path_of(record)}/history")


def execute_transition(record: Record, name: str, data: Mapping[str, Any]) -> StateChange:
    """Have the server carry out a transition of a record, and return the new state."""
    if not isinstance(name, str) or not name:
        raise InvalidInput(f"name must be that of a transition, not {name!r}.")
    path, body = f"{_path_of(record)}/transition/", {"transition_name": name}
    sent = {**body, "transition_data": dict(data)} if data else body
    record._verify_parent()
    try:
        answer = shaped(record.client.json("POST", path, json=sent), {})
    finally:
        record._expire(keep=record._changes())
    made = answer.get("state_record")
    if isinstance(made, Mapping):
        return value_of(StateChange, made)
    what = f"POST {path} → nothing was done, as there is no new state"
    if info_of(record.client).edition == COMMUNITY:
        raise EditionError(_only_enterprise(record.client, what))
    raise Unsupported(f"{what}: the states of this organization are switched off.")


def _path_of(record: Record) -> str:
    return f"/api/fsm/entities/{record._meta.kind}/{record.id}"


def _only_enterprise(client: Context, what: str) -> str:
    server = info_of(client)
    return (
        f"{what}: only Label Studio Enterprise has {STATES}; this server is {server.edition} "
        f"{server.version}."
    )
