"""Run contenders, each in a process of its own, and keep what they took."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from canned import HOST
from table import Measure, median

from label_studio_orm import Project
from label_studio_orm.server import LocalServer

HERE = Path(__file__).parent
PEERS = HERE.parent / ".bench"
PYTHONS = {
    "ours": Path(sys.executable),
    "compat": Path(sys.executable),
    "plain": Path(sys.executable),
    "sdk0": PEERS / "sdk0/bin/python",
    "sdk2": PEERS / "sdk2/bin/python",
}
WRITING = ("predict", "annotate", "annotate_each")
ENVIRONMENT = {**os.environ, "NO_PROXY": HOST, "no_proxy": HOST}


class Failed(Exception):
    """A contender did not do its work."""


@dataclass(frozen=True)
class Run:
    """A workload of a contender."""

    label: str
    contender: str
    workload: str
    count: int  # so many things it has to do
    times: int = 1  # what it stands for: so many times that work
    paths: tuple[str, ...] = ()  # the pages to read, for who does not know them by itself

    @property
    def name(self) -> str:
        return self.label + (f", {self.times} × {self.count}" if self.times > 1 else "")


@dataclass
class Results:
    """What was measured of each run."""

    measures: dict[Run, list[Measure]] = field(default_factory=dict)
    failures: dict[Run, str] = field(default_factory=dict)

    def median(self, run: Run) -> Measure | None:
        """Return what a run takes; None if it failed in any round."""
        found = [measure.scaled(run.times) for measure in self.measures.get(run, [])]
        return None if run in self.failures else median(found)


@dataclass
class Bench:
    """A project on the real server, to run contenders on."""

    server: LocalServer
    project: Project
    tasks: Sequence[int]  # its ids
    versions: dict[str, str] = field(default_factory=dict)  # of each contender

    def rounds(self, number: int, runs: Sequence[Run], url: str = "") -> Results:
        """Measure every run once a round, so that what slows the machine down slows them all."""
        results = Results()
        for turn, run in itertools.product(range(number), dict.fromkeys(runs)):
            try:
                measure = self.measure(run, url or self.server.url)
            except Failed as error:
                results.failures[run] = took = str(error)
            else:
                results.measures.setdefault(run, []).append(measure)
                took = f"{measure.seconds:.2f} s"
            print(f"{turn + 1}/{number} {run.workload}: {run.name}: {took}", file=sys.stderr)
        return results

    def measure(self, run: Run, url: str) -> Measure:
        """Run a contender once; one that does less than all of its work has no measure."""
        writes = run.workload in WRITING
        ids = list(self.tasks[: run.count]) if writes else []
        given = {"count": run.count, "ids": ids, "paths": list(run.paths)}
        arguments = [run.workload, url, self.server.api_key, str(self.project.id)]
        before, started = self._written(), time.perf_counter()
        told = output_of(run.contender, arguments, given)
        told["seconds"] = time.perf_counter() - started
        done = self._written() - before if writes else told["done"]
        if done != run.count:
            raise Failed(f"It did {done} of {run.count}.")
        self.versions[run.contender] = told["versions"]
        return Measure(**{name.name: told[name.name] for name in fields(Measure)})

    def _written(self) -> int:
        """Ask the server what has arrived, rather than who says to have sent it."""
        self.project.refresh()
        return self.project.total_annotations_number + self.project.total_predictions_number


def output_of(contender: str, arguments: Sequence[str], given: Any) -> dict[str, Any]:
    process = subprocess.run(
        [PYTHONS[contender], HERE / "contenders" / f"{contender}.py", *arguments],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        check=False,
    )
    if process.returncode:
        raise Failed(process.stderr.strip().rpartition("\n")[2])
    told: dict[str, Any] = json.loads(process.stdout)
    return told
