"""What imports and exports that survive faults cost where there are none: in memory and in time.

`make bench-safety` measures it; what was measured last is in `safety.md`.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import NamedTuple

from bench import Failed, Results, Run, output_of
from project import CONFIG
from stand_in import standing_in
from table import Measure, ratio, row, short, table

from label_studio_orm import LabelStudio, Project
from label_studio_orm.server import LocalServer

RESULTS = Path(__file__).parent / "safety.md"
OURS, PLAIN = "label-studio-orm", "plain requests"
ABOVE_IDLE = "peak memory above idle, MB"
READING = """\
Every measurement is a fresh process, the contenders take turns, and the numbers are medians.
*Seconds* and *CPU s* are those of the whole process, *at work* those without the imports and the
making of a client; in brackets is how many times that of the first row it is. *Peak MB* is the most
memory that the process had; *idle* is one that has imported the package, made a client and sent a
small request.
"""
FEW = """\
The same in milliseconds for any number of tasks: a look, before the first request, at the newest
task that there is, and the import of modules that a process needs with its first import of tasks.
"""


@dataclass(frozen=True)
class Sizes:
    rows: int = 200_000  # of an import from a generator
    megabytes: int = 500  # of an export
    tasks: int = 10_000  # of an import into the real server
    few: int = 100
    rounds: int = 5
    real_rounds: int = 11


QUICK = Sizes(rows=5_000, megabytes=20, tasks=1_000, few=10, rounds=1, real_rounds=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="try it all with little; keep nothing")
    parser.add_argument("--canned", action="store_true", help="without the real server")
    options = parser.parse_args()
    sizes = QUICK if options.quick else Sizes()
    parts = [canned(sizes)]
    version = "none"
    if not options.canned:
        with LocalServer() as server:
            ls = server.client()
            version = ls.info.version
            parts += [
                imported(server, ls, sizes.tasks, sizes.real_rounds, "≤ 1.1×"),
                imported(server, ls, sizes.few, sizes.real_rounds, "-"),
                FEW,
            ]
    report = "\n\n".join([heading(version), *parts]).strip() + "\n"
    print(report)
    if not options.quick and not options.canned:
        RESULTS.write_text(report, encoding="utf-8")


def heading(server: str) -> str:
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}"
    python = f"Python {platform.python_version()}, Label Studio {server}"
    measured = f"Measured on {datetime.date.today()} by `make bench-safety`: {machine}, {python}."
    return f"# The cost of safety\n\n{measured}\n\n{READING}".strip()


# -- the client alone ------------------------------------------------------------------------------


def canned(sizes: Sizes) -> str:
    """Import and export with a server that does nothing but answer."""
    with standing_in(sizes.megabytes) as (url, tasks):
        idle = Run(f"{OURS}, idle", "ours", "idle", 0)
        load = Run(OURS, "ours", "load", sizes.rows)
        stream = Run(f"{OURS}, `iter_export()`", "ours", "stream", tasks)
        first = Run(f"{OURS}, its first task", "ours", "first", 1)
        plain = Run(f"{PLAIN}, `json.loads()`", "plain", "stream", tasks)
        runs = [load, idle, stream, first, plain]
        results = rounds(sizes.rounds, runs, lambda: Place(url, "0" * 40, 1))
    imported = [(ABOVE_IDLE, above(results, load, idle), "≤ 60")]
    exported = [
        (f"`iter_export()`: {ABOVE_IDLE}", above(results, stream, idle), "≤ 20"),
        ("… time at work, beside plain requests", worked(results, stream, plain), "-"),
        (
            "… time to the first task, of that for all",
            worked(results, first, stream),
            "< 1×",
        ),
    ]
    return "\n\n".join(
        [
            f"## {sizes.rows:,} rows from a generator, the client alone (rounds: {sizes.rounds})",
            measures(results, [load, idle]),
            targets(imported),
            f"## {sizes.megabytes} MB of {tasks:,} exported tasks, the client alone "
            f"(rounds: {sizes.rounds})",
            measures(results, [plain, stream, first, idle]),
            targets(exported),
        ]
    )


# -- with the real server --------------------------------------------------------------------------


def imported(server: LocalServer, ls: LabelStudio, tasks: int, number: int, most: str) -> str:
    """Import into projects of their own; plain requests send the same chunks."""
    made: list[Project] = []

    def place() -> Place:
        made.append(ls.projects.create(title="Benchmark", label_config=CONFIG))
        return Place(server.url, server.api_key, made[-1].id)

    plain, ours = Run(PLAIN, "plain", "load", tasks), Run(OURS, "ours", "load", tasks)
    results = rounds(number, [plain, ours], place)
    there = {project.refresh().task_number for project in made}
    if there != {tasks}:
        raise AssertionError(f"Projects have {there} tasks in place of {tasks}.")
    for project in made:
        project.delete()
    compared = [
        ("time at work, beside plain requests", worked(results, ours, plain), most),
        ("… median of the ratios of the rounds", paired(results, ours, plain), most),
        ("… the fastest round of each", fastest(results, ours, plain), most),
    ]
    title = f"## {tasks:,} tasks into a real server that never fails (rounds: {number})"
    return "\n\n".join([title, measures(results, [plain, ours]), targets(compared)])


# -- measuring -------------------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a contender does its work."""

    url: str
    key: str
    project: int


def rounds(number: int, runs: Sequence[Run], place: Callable[[], Place]) -> Results:
    """Measure every run once a round, in turn and each other round from the last to the first."""
    results = Results()
    for turn in range(number):
        for run in runs if turn % 2 else reversed(runs):
            measure = measured(run, place())
            results.measures.setdefault(run, []).append(measure)
            took = f"{measure.work_seconds:.3f} s, {measure.peak:.1f} MB"
            print(f"{turn + 1}/{number} {run.workload}: {run.name}: {took}", file=sys.stderr)
    return results


def measured(run: Run, place: Place) -> Measure:
    started = time.perf_counter()
    given = {"count": run.count, "ids": [], "paths": []}
    told = output_of(run.contender, [run.workload, *map(str, place)], given)
    told["seconds"] = time.perf_counter() - started
    if told["done"] != run.count:
        raise Failed(f"{run.name} did {told['done']} of {run.count}.")
    return Measure(**{each.name: told[each.name] for each in fields(Measure)})


# -- telling ---------------------------------------------------------------------------------------


def measures(results: Results, runs: Sequence[Run]) -> str:
    return table({run.name: results.median(run) for run in runs})


def targets(found: Sequence[tuple[str, str, str]]) -> str:
    lines = [row("", "measured", "target"), row("---", "---:", "---:")]
    return "\n".join([*lines, *(row(*cells) for cells in found)])


def above(results: Results, run: Run, idle: Run) -> str:
    """Return how many MB more a run needs than an idle process; the worst of all rounds."""
    worst = max(measure.peak for measure in results.measures[run])
    return short(worst - statistics.median(m.peak for m in results.measures[idle]))


def worked(results: Results, run: Run, base: Run) -> str:
    one, other = (
        statistics.median(m.work_seconds for m in results.measures[each]) for each in (run, base)
    )
    return ratio(one, other)


def paired(results: Results, run: Run, base: Run) -> str:
    pairs = zip(results.measures[run], results.measures[base], strict=True)
    return ratio(statistics.median(a.work_seconds / b.work_seconds for a, b in pairs), 1)


def fastest(results: Results, run: Run, base: Run) -> str:
    """Compare what the server's own moods add least to."""
    one, other = (min(m.work_seconds for m in results.measures[each]) for each in (run, base))
    return ratio(one, other)


if __name__ == "__main__":
    main()
