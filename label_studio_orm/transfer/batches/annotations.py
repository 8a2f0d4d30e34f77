"""Annotations that wait to be created many in a request, or one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from weakref import ref

from attrs import define, field

from ...errors import LabelStudioError, Rejected
from ...features import BULK_ANNOTATIONS, can
from ...orm.context import Context
from ...orm.record import Record
from ...server_version import COMMUNITY, info_of
from ...tuning import RetryPolicy
from ..ports import ProjectPort, is_verified
from .bulk_annotations import BulkAnnotations
from .fitting import Fitting, elsewhere
from .outcomes import Outcomes
from .queued import QueuedAnnotation
from .single_annotations import SingleAnnotations

# What an annotation that is made of a prediction has.
DEFAULTS = MappingProxyType({"ground_truth": False, "was_cancelled": False, "lead_time": None})
UNUSABLE = "no annotations in bulk"  # a fact: the server has refused it


def fits_bulk(body: Mapping[str, Any]) -> bool:
    """Tell whether an annotation has nothing that is lost if it is made of a prediction."""
    others = body.keys() - {"result"}
    return all(name in DEFAULTS and body[name] is DEFAULTS[name] for name in others)


@define(eq=False)
class AnnotationQueue:
    """Annotations of a project, sent in the order in which they came, as far as a task sees it."""

    project: ProjectPort
    client: Context  # that repeats each read
    retries: RetryPolicy
    fail: Callable[[int, str, LabelStudioError], None]
    waiting: list[QueuedAnnotation] = field(factory=list)
    outcomes: Outcomes = field(init=False)
    _fitting: Fitting = field(init=False)
    _single: SingleAnnotations = field(init=False)
    _tasks: Counter[int] = field(factory=Counter)  # of those that wait
    _bytes: int = 0
    _looked: bool = False  # for what others have left behind

    def __attrs_post_init__(self) -> None:
        self.outcomes, self._fitting = Outcomes(self.fail), Fitting(self.project)
        self._single = SingleAnnotations(
            self.project, self.outcomes, client=self.client, retries=self.retries
        )

    @property
    def created(self) -> int:
        """The number of created annotations."""
        return self.outcomes.created

    @property
    def lost(self) -> list[int]:
        """Which writes have an unknown outcome."""
        return list(self.outcomes.unknown)

    def __len__(self) -> int:
        return len(self.outcomes.unsent)

    def has(self, task: Any) -> bool:
        """Tell whether annotations of a task wait."""
        return task in self._tasks

    def add(self, index: int, task: int, result: Any, owner: Record | None, *, now: bool) -> None:
        """Gather an annotation; `now` sends all when that is as much as a request takes."""
        queued = QueuedAnnotation(
            index,
            {"task": task, "result": result},
            None if owner is None else ref(owner),
            self._fitting.alone(result),
            verified=owner is not None and is_verified(owner),
        )
        tuning = self.client._tuning
        if now and self._bytes + len(queued.body) > tuning.batch_bytes:
            self.send()
        self.waiting.append(queued)
        self.outcomes.add(queued)
        self._tasks[task] += 1
        self._bytes += len(queued.body)
        if now and len(self.waiting) >= tuning.batch_annotations:
            self.send()

    def send(self) -> None:
        """Send all that wait: first the first of each task, then the second of each."""
        waiting, self.waiting, self._bytes = self.waiting, [], 0
        self._tasks.clear()
        for items in rounds(waiting):
            self._send(items)

    def _send(self, items: Sequence[QueuedAnnotation]) -> None:
        bulk = [each for each in items if not each.alone]
        if not self._worth_it(len(bulk)):
            bulk = []
        left = self._made_in_bulk(bulk) if bulk else []
        sent = {each.index for each in bulk} - {each.index for each in left}
        self._one_by_one([each for each in items if each.index not in sent])

    def _worth_it(self, count: int) -> bool:
        return (
            count >= self.client._tuning.batch_annotations_from
            and not self.client._facts.get(UNUSABLE)
            and can(self.client, BULK_ANNOTATIONS)
            and info_of(self.client).edition == COMMUNITY
        )

    def _made_in_bulk(self, items: Sequence[QueuedAnnotation]) -> Sequence[QueuedAnnotation]:
        """Make annotations in bulk; return those that have to be sent one by one."""
        bulk = BulkAnnotations(
            self.project, self.outcomes, client=self.client, retries=self.retries
        )
        if not self._looked:
            bulk.versions.remove_leftovers()
            self._looked = True
        left = bulk.make(items)
        if bulk.unusable:
            self.client._facts[UNUSABLE] = True
        return left

    def _one_by_one(self, items: Sequence[QueuedAnnotation]) -> None:
        unverified = [each for each in items if not each.verified]
        others = {unverified[n].index for n in elsewhere(self.client, self.project, unverified)}
        for item in items:
            if item.index in others:
                error = Rejected(f"{self.project!r} has no task {item.task}.")
                self.outcomes.refused(item, error)
            else:
                self._single.send_until_done([item])


def rounds(items: Iterable[QueuedAnnotation]) -> list[list[QueuedAnnotation]]:
    """Return the first annotation of each task, then the second of each, and so on.

    So the annotations of a task are created in their order, and none is taken for another.
    """
    before: Counter[int] = Counter()
    found: defaultdict[int, list[QueuedAnnotation]] = defaultdict(list)
    for item in items:
        found[before[item.task]].append(item)
        before[item.task] += 1
    return list(found.values())
