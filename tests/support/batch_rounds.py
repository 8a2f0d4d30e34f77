"""A batch of annotations and predictions under faults at random, and one that is killed.

The projects are left for the server's end: to delete one takes as long as a round.
"""

from __future__ import annotations

import logging
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from label_studio_orm import Project
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.server import LocalServer
from support.faults import FaultProxy
from support.hurry import hurried
from support.mixed_batch import CONFIG, MixedBatch, Write, told
from support.rounds import MOST, Round
from support.truth import Truth
from support.working import working

# The requests that make annotations, at one of which a batch is killed.
REQUESTS = (
    ("batch", "POST", "/import/predictions$"),
    ("batch", "POST", "/dm/actions/$"),
    ("batch", "DELETE", "/model-versions/?$"),
    ("batch of equal ones", "POST", "/dm/actions/$"),
)
KINDS = {"batch of equal ones": 2}  # of results
FEW = 100  # writes
NEXT = 1_000_000  # the number of the first write of the batch after one that was killed


def batch_round(round: Round, *, writes: int, tasks: int, chunk: int) -> str:
    """Write in a batch under faults, and then what is missing; say how it went."""
    project = round.ls.projects.create(title="Mixed batch", label_config=CONFIG)
    mixed = MixedBatch(project, round.truth)
    mixed.prepare(tasks)
    wanted = mixed.writes(writes, round.chance)
    round.schedule.most = MOST
    outcome = "done"
    sizes = {"batch_predictions": chunk, "batch_annotations": chunk}
    with hurried(**sizes, batch_annotations_turned=chunk // 2, **round.waits("batch_retries")):
        there = Project.get(project.id, client=round.client())
        _ = there.config  # or the batch ends before it has sent anything
        round.harmed()
        try:
            _write(there, wanted)
        except LabelStudioError as error:
            outcome = type(error).__name__
            late = round.calmed()
            mixed.doubles = getattr(error, "doubles", [])
            untrue = told(error.batch, mixed.made().total())  # type: ignore[attr-defined]
            if untrue and not late:
                round.fail(f"{untrue}\n{error}")
            wanted = _write_the_rest(mixed, wanted)
        else:
            late = round.calmed()
    wrong = mixed.wrong(wanted) or mixed.miscounted()
    if wrong and not late:
        round.fail(f"{outcome}, but: {wrong}")
    harm = Counter(kind for *_, kind in round.proxy.log if kind)
    late_and_wrong = " (late)" * bool(wrong)
    return f"{outcome}{late_and_wrong}, {harm.total()} faults of {len(round.proxy.log)} requests"


def _write(project: Project, writes: list[Write]) -> None:
    with project.batch():
        for write in writes:
            write.send(project)


def _write_the_rest(mixed: MixedBatch, wanted: list[Write]) -> list[Write]:
    """Do what the error advises: write what is missing; return what must be there then."""
    made = mixed.made()
    if not made:  # it ended before it began: that writing works is known
        wanted = wanted[:FEW]
    missing = Counter(wanted) - made
    _write(mixed.project, [*missing.elements()])
    return wanted


def batch_kill_round(
    seed: int,
    server: LocalServer,
    proxy: FaultProxy,
    *,
    folder: Path,
    writes: int,
    tasks: int,
    chunk: int,
) -> str:
    """Kill a batch of annotations, and write in another one at once; say when it was killed."""
    chance = random.Random(f"kill of a batch {seed}")
    project = server.client().projects.create(title="Killed", label_config=CONFIG)
    mixed = MixedBatch(project, Truth(server))
    mixed.prepare(tasks)
    work, method, path = REQUESTS[seed % len(REQUESTS)]
    nth, after = chance.randint(1, 2), chance.choice([0, chance.uniform(0, 0.3)])
    when = f"{work} killed, {after:.3f} s after {method} {path} {nth}"
    with working(server, proxy, work, project, folder, writes, chunk) as process:
        proxy.faults = process.interrupt_at(method, path, nth, after=after, sign=signal.SIGKILL)
        process.begin()
        process.told()
    proxy.faults = None
    if chance.random() < 0.5:
        proxy.quiet()  # else the next batch begins while the server works for the one before
    working_still, left = proxy._open, mixed.truth.left_over(project.id)
    before = mixed.made()
    next_one = [Write("annotation", task, NEXT + n) for n, task in enumerate(mixed.tasks)]
    with _warnings() as warnings:
        _write(project, next_one)
    proxy.quiet()
    made = mixed.made()
    assert not mixed.truth.left_over(project.id), when
    assert warnings or not left or working_still, f"{when}: {left} was removed without a warning"
    kinds = KINDS.get(work, writes)
    numbered = ((mixed.tasks[n % tasks], n % kinds) for n in range(writes))
    killed = Counter(Write("annotation", *each) for each in numbered)
    extra, missing = made - killed - Counter(next_one), Counter(next_one) - made
    assert not extra, f"{when}: {extra.total()} are too many, as {next(iter(extra))}"
    assert not missing, f"{when}: {missing.total()} of the next batch are missing"
    assert not mixed.touched(), when
    assert not mixed.miscounted(), when
    found = Counter(write.kind.partition(" of ")[0] for write in before.elements())
    there = ", ".join(f"{many} {kind}s" for kind, many in sorted(found.items())) or "nothing"
    return f"{when}; then {there} there{', and the server at work' * bool(working_still)}"


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collect what the package warns of."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("label_studio_orm")
    logger.addHandler(handler)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
