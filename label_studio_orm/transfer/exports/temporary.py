"""What is made at the server for a while, and goes away whatever happens.

Views and snapshots are told by a title of their own: so one whose answer was lost is found again,
not made twice, and one that came late is removed as well.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, TypeVar

from attrs import define, field

from ...errors import JobTimeout, LabelStudioError, NotFound, note
from ...orm.context import Context
from ...orm.deadline import Clock, Deadline, is_transient, outage_deadline, retry_transient
from ...orm.pagination import WholeList
from ...orm.response_shape import shaped
from ...text import message_of
from ..outcomes import may_be_made, worth_another_try

log = logging.getLogger(__name__)

T = TypeVar("T")

TITLE = "label_studio_orm export"
TRIES = 5  # of a request
PATIENCE = 5.0  # seconds that a lost request is looked for
LATE = 2.0  # seconds that a request may come late
REMOVAL_TIMEOUT = 30.0  # seconds that a removal is tried for
HASTE = 1.0  # seconds that a removal is waited for after Ctrl-C


def create_once(
    create: Callable[[], T], find: Callable[[], T | None], *, clock: Clock | None = None
) -> T:
    """Create something; where the answer is lost, look for it before it is created again."""
    clock = clock or Clock()
    waiting, losses = outage_deadline(clock), 0
    while True:
        started = clock.now()
        try:
            return create()
        except LabelStudioError as error:
            if not is_transient(error):
                raise
            if may_be_made(error):
                losses += 1
                deadline = Deadline(max(PATIENCE, clock.now() - started), clock)
                found = _look_for(find, deadline)
                if found is not None:
                    return found
            if losses == TRIES or not waiting.pause():
                raise


def _look_for(find: Callable[[], T | None], deadline: Deadline) -> T | None:
    while (found := retry_transient(find)) is None and deadline.pause():
        pass
    return found


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
    clock: Clock = field(factory=Clock)
    title: str = field(factory=lambda: f"{TITLE} {secrets.token_hex(4)}")
    _ids: set[int] = field(factory=set)
    _requests: int = 0
    _answers: int = 0  # requests of which it is known what they did

    def __enter__(self) -> Mapping[str, Any]:
        try:
            made = create_once(self._create, self._find, clock=self.clock)
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
        self._requests += 1
        body = self.body(self.title)
        try:
            answer: Mapping[str, Any] = self.client.json("POST", self.collection, json=body)
        except LabelStudioError as error:
            self._answers += not (worth_another_try(error) and may_be_made(error))
            raise
        self._answers += 1
        return answer

    def _find(self) -> Mapping[str, Any] | None:
        found = self._all()
        return found[0] if found else None

    def _all(self) -> list[Mapping[str, Any]]:
        rows = WholeList(self.collection, self.params).rows(self.client)
        return [each for each in rows if self.titled(each) == self.title]

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
        work.join(HASTE)
        if not work.is_alive():
            return left
        return [
            f"{self.title!r} is still being removed from the server: keep this process running."
        ]

    def _remove_all(self, error: BaseException | None) -> list[str]:
        """Remove all that has the title; return what is to be told of what stays."""
        left: list[str] = []
        if self._requests > self._answers or (error is not None and self._ids):
            with self._noting(left):
                self._find_all(0 if isinstance(error, JobTimeout) else REMOVAL_TIMEOUT)
        for id in [*self._ids]:
            with self._noting(left):
                self._delete(id)
        return left

    def _find_all(self, seconds: float) -> None:
        """Find what lost requests have made, or make just now.

        What the server still works on may come back when it is through: so that is waited for.
        """
        late = Deadline(LATE if self._requests > self._answers else 0, self.clock)
        deadline, again = Deadline(seconds, self.clock), True
        while again:
            found = retry_transient(self._all, Deadline(REMOVAL_TIMEOUT, self.clock))
            self._ids.update(each["id"] for each in found)
            busy = any(map(self.busy, found))
            if busy and not deadline.pause():
                raise JobTimeout("It was still being made, and may come back: see there later.")
            again = busy or (len(self._ids) < self._requests and late.pause())

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

        retry_transient(delete, Deadline(REMOVAL_TIMEOUT, self.clock))
