"""Report of what an export left out because its format cannot hold it."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from ..text import message_of

log = logging.getLogger(__name__)

MOST_KINDS = 5  # that the warning names


@frozen
class LeftOut:
    """A part of a task that the exported file lacks, or has in another form."""

    task: int
    what: str  # "an ellipse"
    why: str  # "YOLO has boxes and polygons"

    def __str__(self) -> str:
        return f"task {self.task}: {self.what}: {self.why}"


def report(format: str, found: Iterable[LeftOut]) -> tuple[LeftOut, ...]:
    """Return what was left out without duplicates, and log one warning."""
    left_out = tuple(sorted(set(found), key=lambda each: (each.task, each.what)))
    if left_out:
        log.warning("%s", message_of(summary(format, left_out)))
    return left_out


def summary(format: str, left_out: Iterable[LeftOut]) -> str:
    """Summarize what was left out in one line, by kind.

    >>> summary("YOLO", [LeftOut(7, "an ellipse", "YOLO supports boxes and polygons")])
    'The YOLO export lacks parts of 1 task (see its .left_out): an ellipse (1).'
    """
    left_out = list(left_out)
    kinds = Counter(each.what for each in left_out)
    named = [f"{what} ({times})" for what, times in kinds.most_common(MOST_KINDS)]
    tasks = len({each.task for each in left_out})
    return (
        f"The {format} export lacks parts of {tasks} task{'s' * (tasks != 1)} "
        f"(see its .left_out): {', '.join(named)}{', …' if len(kinds) > MOST_KINDS else ''}."
    )
