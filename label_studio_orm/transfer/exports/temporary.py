"""Temporary views and snapshots, removed in all cases.

Each has a unique title: after a lost response it is found instead of created twice, and one that
appears late is removed, too.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Generic, TypeVar

from attrs import define, field

from ...errors import JobTimeout, LabelStudioError, NotFound, Outcome
from ...orm.context import Context
from ...orm.deadline import Deadline, is_transient, outage_deadline, poll, retry_transient
from ...orm.pagination import WholeList
from ...orm.response_shape import shaped
from ..removal import remove_temporary
from ..send_until_done import Sender

log = logging.getLogger(__name__)

T = TypeVar("T")

TITLE = "label_studio_orm export"


def create_once(client: Context, create: Callable[[], T], find: Callable[[], T | None]) -> T:
    """Create something; after a lost response, look for it before a retry."""
    creator = Creator(create, find, client=client, retries=client._tuning.temporary_retries)
    creator.send_until_done([None])
    return creator.created[0]


@define
class Creator(Sender[None], Generic[T]):
    """Creates one item."""

    create: Callable[[], T]
    look_for: Callable[[], T | None]
    created: list[T] = field(factory=list)

    def post(self, items: Sequence[None]) -> T:
        return retry_transient(self.create, outage_deadline(self.client), _created_nothing)

    def take(self, items: Sequence[None], answer: T) -> None:
        self.created.append(answer)

    def find(self, items: Sequence[None], deadline: Deadline) -> Sequence[None]:
        found = poll(
            lambda: retry_transient(self.look_for, outage_deadline(self.client)),
            lambda found: found is not None,
            deadline,
        )
        self.created += [] if found is None else [found]
        return () if self.created else items

    def may_be_repeated(self, error: LabelStudioError) -> bool:
        return is_transient(error) and _is_lost(error)


def _is_lost(error: LabelStudioError) -> bool:
    return error.outcome is Outcome.UNKNOWN


def _created_nothing(error: LabelStudioError) -> bool:
    return is_transient(error) and not _is_lost(error)


@define
class Temporary:
    """A view or snapshot for the duration of a `with` block."""

    client: Context
    collection: str  # the path to list and create at
    item: str  # the path of one, with {id} in it
    body: Callable[[str], Mapping[str, Any]]  # of the request, for a title
    titled: Callable[[Mapping[str, Any]], Any]  # the title of one in the list
    params: Mapping[str, Any] = field(factory=dict)  # of the list
    busy: Callable[[Mapping[str, Any]], bool] = lambda created: False  # whether it is in progress
    title: str = field(factory=lambda: f"{TITLE} {secrets.token_hex(4)}")
    _ids: set[int] = field(factory=set)
    _created: int = 0  # an upper bound, as some requests may be lost

    def __enter__(self) -> Mapping[str, Any]:
        try:
            created = create_once(self.client, self._create, self._find)
            self._ids.add(shaped(created, {"id": int})["id"])
        except BaseException as error:
            self._remove(error)
            raise
        return created

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._remove(error)

    def _create(self) -> Mapping[str, Any]:
        self._created += 1
        try:
            created: Mapping[str, Any] = self.client.json(
                "POST", self.collection, json=self.body(self.title)
            )
        except LabelStudioError as error:
            self._created -= not _is_lost(error)
            raise
        return created

    def _find(self) -> Mapping[str, Any] | None:
        return next(iter(self._all()), None)

    def _all(self) -> list[Mapping[str, Any]]:
        rows = WholeList(self.collection, self.params).rows(self.client)
        found = [each for each in rows if self.titled(each) == self.title]
        self._ids.update(each["id"] for each in found)
        return found

    def _remove(self, error: BaseException | None) -> None:
        """Remove all with the title; report a failure without hiding the error of the work."""
        remove_temporary(
            lambda: self._remove_all(error),
            error,
            timeout=self.client._tuning.interrupt_timeout,
            what=f"{self.title!r} is",
        )

    def _remove_all(self, error: BaseException | None) -> list[str]:
        """Remove all with the title; return the failures."""
        failures: list[str] = []
        if self._created > len(self._ids) or (error is not None and self._ids):
            timeout = self.client._tuning.removal_timeout
            with self._collecting(failures):
                self._find_all(0 if isinstance(error, JobTimeout) else timeout)
        for id in [*self._ids]:
            with self._collecting(failures):
                self._delete(id)
        return failures

    def _find_all(self, seconds: float) -> None:
        """Find all that lost requests have created, or are creating.

        An item in progress may reappear after its removal, so wait for it.
        """
        late = self.client._tuning.late_timeout if self._created > len(self._ids) else 0
        busy = poll(self._is_busy, lambda _: len(self._ids) >= self._created, self._deadline(late))
        if busy and poll(self._is_busy, lambda busy: not busy, self._deadline(seconds)):
            raise JobTimeout("It was still in progress, so it may reappear: check again later.")

    def _is_busy(self) -> bool:
        """Look for all with the title; tell whether some are still in progress."""
        removal = self._deadline(self.client._tuning.removal_timeout)
        return any(map(self.busy, retry_transient(self._all, removal)))

    def _deadline(self, seconds: float) -> Deadline:
        return Deadline(seconds, self.client._tuning)

    @contextmanager
    def _collecting(self, failures: list[str]) -> Iterator[None]:
        try:
            yield
        except LabelStudioError as error:
            failures.append(f"{self.title!r} could not be removed from the server: {error}")

    def _delete(self, id: int) -> None:
        def delete() -> None:
            try:
                self.client.json("DELETE", self.item.format(id=id))
            except NotFound:  # removed already, in spite of a lost response, or by others
                log.debug("%r was removed already", self.title)

        retry_transient(delete, self._deadline(self.client._tuning.removal_timeout))
