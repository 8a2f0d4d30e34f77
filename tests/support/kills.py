"""An import that is killed, and run again: `kill -9` at a moment that the seed chooses."""

from __future__ import annotations

import random
import signal
from pathlib import Path

from label_studio_orm import Project
from label_studio_orm.server import LocalServer
from support.faults import FaultProxy, impatient
from support.hurry import hurried
from support.texts import SENTIMENT
from support.truth import Truth, difference
from support.worker import rows
from support.working import working

IMPORT = "/import$"


def kill_round(
    seed: int, server: LocalServer, proxy: FaultProxy, *, folder: Path, many: int, chunk: int
) -> str:
    """Kill an import with key=, run it again at once, and once more; say when it was killed."""
    chance = random.Random(f"kill {seed}")
    ls = server.client()
    project = ls.projects.create(title="Killed", label_config=SENTIMENT)
    nth, after = chance.randint(1, 5), chance.choice([0, chance.uniform(0, 0.15)])
    when = f"killed, {after:.3f} s after POST import {nth}"
    proxy.log.clear()
    with working(server, proxy, "import with key", project, folder, many, chunk) as process:
        proxy.faults = process.interrupt_at("POST", IMPORT, nth, after=after, sign=signal.SIGKILL)
        process.begin()
        told = process.told()
    proxy.faults = None
    there = Project.get(project.id, client=ls.with_options())
    before = len(Truth(server).tasks(project.id))  # the last request may still be worked on
    with hurried(import_tasks=chunk):
        there.import_tasks(rows(many), key="n", progress=False)
        proxy.quiet()
        found = Truth(server).tasks(project.id)
        wrong = difference(found.values(), rows(many))
        assert not wrong, f"{when}: {before} tasks were there, told {told}; {wrong}"
        proxy.log.clear()
        third = Project.get(project.id, client=impatient(ls, proxy.url, timeout=30))
        result = third.import_tasks(rows(many), key="n", progress=False)
    assert (result.created, result.skipped) == (0, many), f"{when}: {result!r}"
    assert not [path for method, path, _ in proxy.log if method == "POST"], when
    project.delete()
    return f"{when}, {before} tasks were there"
