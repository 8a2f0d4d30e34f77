"""Annotations that wait to be created many in a request, or one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from weakref import ref

from attrs import define, field

from ...errors import LabelStudioError, NotFound
from ...labeling.results import BuiltResult
from ...orm.context import Context
from ...orm.deadline import outage_deadline, retry_transient
from ...orm.record import Record
from ...progress import Progress, progress_bar
from ...tuning import RetryPolicy
from ..ports import ProjectPort, is_verified, verify
from .bulk_annotations import BulkAnnotations
from .bulk_route import BulkRoute
from .copies import Copies, equal_ones
from .fitting import Fitting
from .outcomes import Outcomes
from .queued import QueuedAnnotation
from .single_annotations import SingleAnnotations
from .temporary_version import TemporaryVersions
from .ways import NO_BULK_ROUTE, NO_COPIES, NO_PREDICTIONS, Ways

# What an annotation that is made of a prediction has.
DEFAULTS = MappingProxyType({"ground_truth": False, "was_cancelled": False, "lead_time": None})


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
    progress: Progress = field(default=None, kw_only=True)
    waiting: list[QueuedAnnotation] = field(factory=list)
    outcomes: Outcomes = field(init=False)
    _fitting: Fitting = field(init=False)
    _ways: Ways = field(init=False)
    _single: SingleAnnotations = field(init=False)
    _tasks: Counter[int] = field(factory=Counter)  # of those that wait
    _bytes: int = 0
    _looked: bool = False  # for what others have left behind

    def __attrs_post_init__(self) -> None:
        self.outcomes, self._fitting = Outcomes(self.fail), Fitting(self.project)
        self._ways = Ways(self.project, self.client)
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
            built=isinstance(result, BuiltResult),
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
        bar = {"what": "Annotating", "unit": " annotations"}
        with progress_bar(self.progress, **bar, total=len(waiting)) as self.outcomes.advance:
            for items in rounds(waiting):
                self._send(items)

    def _send(self, items: Sequence[QueuedAnnotation]) -> None:
        """Create annotations of different tasks, in the quickest way that there is for each."""
        if self._ways.are_many(len(items)):
            items = self._not_in_bulk(items)
        elif self._ways.may_be_sent_together(len(items)):
            items = self._not_sent_together(items)
        self._one_by_one(items)

    def _not_sent_together(self, items: Sequence[QueuedAnnotation]) -> Sequence[QueuedAnnotation]:
        """Send what is equal together, by the bulk route; return the others."""
        # The route may not look whether tasks are of the project.
        left = [each for each in items if not each.verified]
        for group in equal_ones(each for each in items if each.verified):
            together = self._ways.may_be_sent_together(len(group))
            left += self._copied(group, BulkRoute, NO_BULK_ROUTE) if together else group
        return in_order(left)

    def _not_in_bulk(self, items: Sequence[QueuedAnnotation]) -> Sequence[QueuedAnnotation]:
        """Create annotations in bulk; return those that have to be sent one by one."""
        versions = TemporaryVersions(self.project, self.client)
        if not self._looked:
            versions.remove_leftovers()
            self._looked = True
        left = self._not_made(self._not_copied(items))
        versions.remove_leftovers()  # a killed process's import may have ended meanwhile
        return left

    def _not_copied(self, items: Sequence[QueuedAnnotation]) -> Sequence[QueuedAnnotation]:
        """Copy what is equal to others; return those that have to be created in other ways."""
        left: list[QueuedAnnotation] = []
        for group in equal_ones(items):
            copy = self._ways.are_many(len(group)) and self._ways.may_copy()
            left += self._copied(group, Copies, NO_COPIES) if copy else group
        return in_order(left)

    def _copied(
        self, group: Sequence[QueuedAnnotation], way: type[Copies], fact: str
    ) -> Sequence[QueuedAnnotation]:
        """Create one annotation and copy it; return those of which there is no copy."""
        source, *others = group
        self._one_by_one([source])
        if source.id is None:
            return others
        copies = way(
            self.project, self.outcomes, source.id, client=self.client, retries=self.retries
        )
        left = copies.make(others)
        if copies.unusable:
            self._ways.give_up(fact)
        return left

    def _not_made(self, items: Sequence[QueuedAnnotation]) -> Sequence[QueuedAnnotation]:
        """Make annotations of predictions; return those that have to be sent one by one."""
        bulk = [each for each in items if not each.alone]
        if not bulk or not self._ways.use_predictions(len(bulk)):
            return items
        maker = BulkAnnotations(
            self.project, self.outcomes, client=self.client, retries=self.retries
        )
        left = maker.make(bulk)
        if maker.unusable:
            self._ways.give_up(NO_PREDICTIONS)
        return in_order([*left, *(each for each in items if each.alone)])

    def _one_by_one(self, items: Sequence[QueuedAnnotation]) -> None:
        for item in items:
            if item.verified or self._verify(item):
                self._single.send_until_done([item])

    def _verify(self, item: QueuedAnnotation) -> bool:
        """Refuse what is of another project's task: the request does not look at that."""
        task = self.project.tasks.get(item.task)
        try:
            retry_transient(lambda: verify(task), outage_deadline(self.client))
        except NotFound as error:
            self.outcomes.refused(item, error)
            return False
        return True


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


def in_order(items: Iterable[QueuedAnnotation]) -> list[QueuedAnnotation]:
    """Return annotations in the order in which they came."""
    return sorted(items, key=lambda each: each.index)
