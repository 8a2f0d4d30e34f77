"""Work under faults at random, and whether each thing was done exactly once: one round a seed."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attrs import evolve

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.server import LocalServer
from support.faults import ALL_KINDS, Fault, FaultProxy, Schedule, impatient
from support.hurry import HURRIED, hurried
from support.reliability import CHUNK, PATIENT, Operation, Stage
from support.texts import SENTIMENT
from support.truth import Truth, difference

RATES = (0.1, 0.2, 0.3, 0.5, 0.7, 0.9)
TIMEOUT = 1.5  # seconds
LATE = 0.02  # seconds: so little patience that a lost request comes when it is sent again


@dataclass
class Round:
    """One seed: what goes wrong, and how much the package waits."""

    seed: int
    server: LocalServer
    proxy: FaultProxy
    timeout: float = TIMEOUT
    rate: float = field(init=False)
    late: bool = field(init=False)
    tries: int = field(init=False)
    few_tries: bool = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(f"round {self.seed}")
        self.rate = self.chance.choice(RATES)
        self.late = self.chance.random() < 0.3
        self.tries = self.chance.choice([0, 1, 3])
        self.few_tries = self.chance.random() < 0.3
        self.truth = Truth(self.server)
        self.ls = self.server.client()
        kinds = [Fault(kind, seconds=self.timeout + 0.3) for kind in ALL_KINDS]
        self.schedule = Schedule(self.seed, self.rate, kinds)

    def __repr__(self) -> str:
        return (
            f"seed {self.seed}: {'late, ' * self.late}tries={self.tries}, "
            f"few_tries={self.few_tries}, {self.schedule!r}"
        )

    def client(self) -> LabelStudio:
        return impatient(self.ls, self.proxy.url, timeout=self.timeout, tries=self.tries)

    def waits(self, policy: str = "import_retries") -> dict[str, Any]:
        """What the package waits in this round; the policy is that of what it does."""
        retries = getattr(HURRIED, policy)
        if self.late:
            retries = evolve(retries, lost_timeout=LATE, slowdown=0)
        if self.few_tries:
            return {policy: evolve(retries, tries=2), "outage_timeout": 0.3}
        return {policy: retries}

    def rows(self, many: int) -> list[dict[str, Any]]:
        """Rows, some of which are equal but for their number."""
        kinds = self.chance.choice([7, many // 3, many * 10])
        return [{"n": n, "text": f"Review {self.chance.randrange(kinds)}"} for n in range(many)]

    def harmed(self) -> None:
        self.proxy.log.clear()
        self.proxy.faults = self.schedule

    def calmed(self) -> int:
        """Stop the harm; return how many requests the server still worked on as the call ended."""
        self.proxy.faults = None
        late = self.proxy._open
        self.proxy.quiet()
        return late

    def check(self, wrong: str) -> None:
        if wrong:
            self.fail(wrong)

    def fail(self, why: str) -> None:
        raise AssertionError(f"{why}\n{self!r}\n" + "\n".join(map(str, self.proxy.log)))


# -- any operation ---------------------------------------------------------------------------------

MOST = 15  # faults, so that what is temporary can be removed in the time there is


def operation_round(round: Round, operation: Operation, folder: Path) -> str:
    """Make a call under faults, and again if it ends in an error; say how it went."""
    stage = Stage(round.server, round.proxy, folder, operation.config)
    operation.prepare(stage)
    round.schedule.most = MOST
    told = "done"
    with hurried(import_tasks=CHUNK, page=CHUNK):
        stage.connect(round.timeout, round.tries)
        round.harmed()
        try:
            stage.seen = operation.run(stage)
        except LabelStudioError as error:
            told = type(error).__name__
            round.calmed()
            round.check(operation.untold(stage, error))
            round.check("; ".join(stage.left_over()))
            if operation.repeatable:
                stage.connect(PATIENT)
                stage.seen = operation.run(stage)
                round.check(operation.wrong(stage))
        else:
            round.calmed()
            round.check(operation.wrong(stage))
    round.check("; ".join(stage.left_over()))
    stage.project.delete()
    return f"{told}, {len(round.schedule.said)} faults of {len(round.proxy.log)} requests"


# -- imports ---------------------------------------------------------------------------------------


def import_round(round: Round, *, keyed: bool, rows: int, chunk: int) -> str:
    """Import under faults, and again until all is there; say how it went."""
    source = round.rows(rows)
    if not keyed and round.chance.random() < 0.5:
        for row in source:
            del row["n"]  # so that there are equal ones
    project = round.ls.projects.create(title="Round", label_config=SENTIMENT)
    told = "done"
    with hurried(import_tasks=chunk, **round.waits()):
        there = Project.get(project.id, client=round.client())
        round.harmed()
        try:
            result = there.import_tasks(source, key="n" if keyed else "", progress=False)
        except LabelStudioError as error:
            told = f"{type(error).__name__}"
            late = round.calmed()
            _go_on(round, project, source, error, keyed, late)
        else:
            late = round.calmed()
            found = round.truth.tasks(project.id)
            wrong = difference(found.values(), source)
            if wrong and not late:
                round.fail(f"The import was done, but: {wrong}")
            if not wrong and [found.get(id) for id in result] != source:
                round.fail("The ids are not those of the rows in their order.")
            if not wrong and result.created != len(source):
                round.fail(f"{result!r} of {len(source)}.")
            told += " (late)" * bool(wrong)
    harm = Counter(kind for *_, kind in round.proxy.log if kind)
    project.delete()
    return f"{told}, {harm.total()} faults of {len(round.proxy.log)} requests"


def _go_on(
    round: Round,
    project: Project,
    source: list[dict[str, Any]],
    error: LabelStudioError,
    keyed: bool,
    late: int,
) -> None:
    """Check what the error says; then go on as it says, and check that all is there."""
    found = [*round.truth.tasks(project.id).values()]
    said = str(error)
    done = int(match[1]) if (match := re.search(r"rows before \[(\d+)\]", said)) else 0
    unsure = re.search(r"A request with (\d+) tasks was in progress", said)
    under_way = int(unsure[1]) if unsure else 0
    created = error.imported.created if error.imported else 0
    if not keyed:
        sure, perhaps = source[:done], source[done : done + under_way]
        wrong = difference(found, sure)
        if under_way and wrong:  # made once, or twice as it was sent before
            once, twice = [*sure, *perhaps], [*sure, *perhaps, *perhaps]
            wrong = difference(found, once) and difference(found, twice) and wrong
        if wrong and not late:
            round.fail(f"Rows before [{done}] + {under_way} under way, but: {wrong}\n{said}")
        if created != done and not late:
            round.fail(f"{created} were imported, rows before [{done}] are done\n{said}")
    there = Project.get(project.id, client=impatient(round.ls, round.proxy.url, timeout=30))
    if keyed:
        there.import_tasks(source, key="n", progress=False)
    elif not under_way:
        there.import_tasks(source[done:], progress=False)
    else:
        return
    wrong = difference(round.truth.tasks(project.id).values(), source)
    if wrong and not late:
        round.fail(f"Going on after an error: {wrong}\n{said}")
