"""A batch of annotations and predictions under faults at random, and one that is killed."""

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

# The three requests that make annotations, at one of which a batch is killed.
REQUESTS = (
    ("POST", "/import/predictions$"),
    ("POST", "/dm/actions/$"),
    ("DELETE", "/model-versions/?$"),
)
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
            _write_the_rest(mixed, wanted)
        else:
            late = round.calmed()
    wrong = mixed.wrong(wanted) or mixed.miscounted()
    if wrong and not late:
        round.fail(f"{outcome}, but: {wrong}")
    harm = Counter(kind for *_, kind in round.proxy.log if kind)
    project.delete()
    late_and_wrong = " (late)" * bool(wrong)
    return f"{outcome}{late_and_wrong}, {harm.total()} faults of {len(round.proxy.log)} requests"


def _write(project: Project, writes: list[Write]) -> None:
    with project.batch():
        for write in writes:
            write.send(project)


def _write_the_rest(mixed: MixedBatch, wanted: list[Write]) -> None:
    """Do what the error advises: write what is not there."""
    missing = Counter(wanted) - mixed.made()
    _write(mixed.project, [*missing.elements()])


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
    method, path = REQUESTS[seed % len(REQUESTS)]
    nth, after = chance.randint(1, 2), chance.choice([0, chance.uniform(0, 0.3)])
    when = f"killed, {after:.3f} s after {method} {path} {nth}"
    with working(server, proxy, "batch", project, folder, writes, chunk) as process:
        proxy.faults = process.interrupt_at(method, path, nth, after=after, sign=signal.SIGKILL)
        process.begin()
        process.told()
    proxy.faults = None
    working_still, left = proxy._open, mixed.truth.left_over(project.id)
    before = mixed.made()
    next_one = [Write("annotation", task, NEXT + n) for n, task in enumerate(mixed.tasks)]
    with _warnings() as warnings:
        _write(project, next_one)
    proxy.quiet()
    made = mixed.made()
    assert not mixed.truth.left_over(project.id), when
    assert warnings or not left or working_still, f"{when}: {left} was removed without a warning"
    assert not (twice := made - Counter({*made})), f"{when}: {twice.total()} are there twice"
    killed = {Write("annotation", mixed.tasks[n % tasks], n) for n in range(writes)}
    extra = made.keys() - killed - {*next_one}
    assert not extra, f"{when}: {len(extra)} are left over, as {next(iter(extra))}"
    assert not {*next_one} - made.keys(), when
    assert not mixed.touched(), when
    assert not mixed.miscounted(), when
    project.delete()
    kinds = Counter(write.kind.partition(" of ")[0] for write in before.elements())
    there = ", ".join(f"{many} {kind}s" for kind, many in sorted(kinds.items())) or "nothing"
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
