"""Views and snapshots that are made for a while, and go away whatever happens.

They are told by a title of their own: so one whose answer was lost is found again,
not made twice, and one that came late is removed as well.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Generic, TypeVar

from attrs import define, field

from ...errors import JobTimeout, LabelStudioError, NotFound, Outcome, note
from ...orm.context import Context
from ...orm.deadline import Deadline, is_transient, outage_deadline, poll, retry_transient
from ...orm.pagination import WholeList
from ...orm.response_shape import shaped
from ...text import message_of
from ..send_until_done import Sender

log = logging.getLogger(__name__)

T = TypeVar("T")

TITLE = "label_studio_orm export"


def create_once(client: Context, create: Callable[[], T], find: Callable[[], T | None]) -> T:
    """Create something; where the answer is lost, look for it before it is created again."""
    creator = Creator(create, find, client=client, retries=client._tuning.temporary_retries)
    creator.send_until_done([None])
    return creator.made[0]


@define
class Creator(Sender[None], Generic[T]):
    """Creates one thing."""

    create: Callable[[], T]
    look_for: Callable[[], T | None]
    made: list[T] = field(factory=list)

    def post(self, items: Sequence[None]) -> T:
        return retry_transient(self.create, outage_deadline(self.client), _has_made_nothing)

    def take(self, items: Sequence[None], answer: T) -> None:
        self.made.append(answer)

    def find(self, items: Sequence[None], deadline: Deadline) -> Sequence[None]:
        found = poll(
            lambda: retry_transient(self.look_for, outage_deadline(self.client)),
            lambda found: found is not None,
            deadline,
        )
        self.made += [] if found is None else [found]
        return () if self.made else items

    def may_be_repeated(self, error: LabelStudioError) -> bool:
        return is_transient(error) and _is_lost(error)


def _is_lost(error: LabelStudioError) -> bool:
    return error.outcome is Outcome.UNKNOWN


def _has_made_nothing(error: LabelStudioError) -> bool:
    return is_transient(error) and not _is_lost(error)


@define
class Temporary:
    """A view or snapshot for the time of a `with` block."""

    client: Context
    collection: str  # the path to list and create at
    item: str  # the path of one, with {id} in it
    body: Callable[[str], Mapping[str, Any]]  # of the request, for a title
    titled: Callable[[Mapping[str, Any]], Any]  # the title of one in the list
    params: Mapping[str, Any] = field(factory=dict)  # of the list
    busy: Callable[[Mapping[str, Any]], bool] = lambda made: False  # whether it is being made
    title: str = field(factory=lambda: f"{TITLE} {secrets.token_hex(4)}")
    _ids: set[int] = field(factory=set)
    _made: int = 0  # at most, as some requests may be lost

    def __enter__(self) -> Mapping[str, Any]:
        try:
            made = create_once(self.client, self._create, self._find)
            self._ids.add(shaped(made, {"id": int})["id"])
        except BaseException as error:
            self._remove(error)
            raise
        return made

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._remove(error)

    def _create(self) -> Mapping[str, Any]:
        self._made += 1
        try:
            answer: Mapping[str, Any] = self.client.json(
                "POST", self.collection, json=self.body(self.title)
            )
        except LabelStudioError as error:
            self._made -= not _is_lost(error)
            raise
        return answer

    def _find(self) -> Mapping[str, Any] | None:
        return next(iter(self._all()), None)

    def _all(self) -> list[Mapping[str, Any]]:
        rows = WholeList(self.collection, self.params).rows(self.client)
        found = [each for each in rows if self.titled(each) == self.title]
        self._ids.update(each["id"] for each in found)
        return found

    def _remove(self, error: BaseException | None) -> None:
        """Remove all that has the title; failing at that must not hide how the work went."""
        if isinstance(error, (KeyboardInterrupt, GeneratorExit)):
            left = self._remove_in_haste(error)
        else:
            left = self._remove_all(error)
        for said in left:
            log.warning("%s", message_of(said))
            if error is not None:
                note(error, said)

    def _remove_in_haste(self, error: BaseException) -> list[str]:
        """Remove what goes at once; the rest goes on without letting anybody wait."""
        left: list[str] = []
        work = threading.Thread(target=lambda: left.extend(self._remove_all(error)), daemon=True)
        try:
            work.start()
        except RuntimeError:  # Python is ending, and starts no threads any more
            return self._remove_all(error)
        work.join(self.client._tuning.interrupt_timeout)
        if not work.is_alive():
            return left
        return [
            f"{self.title!r} is still being removed from the server: keep this process running."
        ]

    def _remove_all(self, error: BaseException | None) -> list[str]:
        """Remove all that has the title; return what is to be told of what stays."""
        left: list[str] = []
        if self._made > len(self._ids) or (error is not None and self._ids):
            timeout = self.client._tuning.removal_timeout
            with self._noting(left):
                self._find_all(0 if isinstance(error, JobTimeout) else timeout)
        for id in [*self._ids]:
            with self._noting(left):
                self._delete(id)
        return left

    def _find_all(self, seconds: float) -> None:
        """Find what lost requests have made, or make just now.

        What the server still works on may come back when it is through: so that is waited for.
        """
        late = self.client._tuning.late_timeout if self._made > len(self._ids) else 0
        busy = poll(self._is_busy, lambda _: len(self._ids) >= self._made, self._deadline(late))
        if busy and poll(self._is_busy, lambda busy: not busy, self._deadline(seconds)):
            raise JobTimeout("It was still being made, and may come back: see there later.")

    def _is_busy(self) -> bool:
        """Look for all that has the title; tell whether some of it is still being made."""
        removal = self._deadline(self.client._tuning.removal_timeout)
        return any(map(self.busy, retry_transient(self._all, removal)))

    def _deadline(self, seconds: float) -> Deadline:
        return Deadline(seconds, self.client._tuning)

    @contextmanager
    def _noting(self, left: list[str]) -> Iterator[None]:
        try:
            yield
        except LabelStudioError as problem:
            left.append(f"{self.title!r} could not be removed from the server: {problem}")

    def _delete(self, id: int) -> None:
        def delete() -> None:
            try:
                self.client.json("DELETE", self.item.format(id=id))
            except NotFound:  # gone already: a lost answer, or somebody else
                log.debug("%r is gone", self.title)

        retry_transient(delete, self._deadline(self.client._tuning.removal_timeout))
