"""How long common work takes, beside label-studio-sdk 0.0.34 and 2.1.2 and plain requests.

`make bench` sets up all it needs. The work of each contender is in its file of `contenders/`; what
was measured last is in `results.md`.
"""

from __future__ import annotations

import argparse
import datetime
import itertools
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench import PYTHONS, Bench, Failed, Results, Run
from canned import Pages, recording, replaying
from project import made
from table import Measure, ratio, row, table

from label_studio_orm.server import LocalServer

RESULTS = Path(__file__).parent / "results.md"
OURS, PLAIN = "label-studio-orm", "plain requests"
COMPAT = "label_studio_orm.compat"
SDK0, SDK2 = "label-studio-sdk 0.0.34", "label-studio-sdk 2.1.2"
LEAN = f"{SDK2}, asked for 3 columns"
READING = """\
Every measurement is a fresh process, the contenders take turns, and the numbers are medians.
*Seconds* and *CPU s* are those of the whole process, from the start of Python to its end; *at work*
is what is left of it without the imports and the making of a client. In brackets is how many times
that of the first row it is. *Peak MB* is the most memory that the process had. What goes one by one
was done for a part, and its numbers are scaled: "10 × 100" was measured with 100. *n/a* is for who
did not do the work; below the table is why.
"""


@dataclass(frozen=True)
class Sizes:
    tasks: int = 10_000
    writes: int = 1_000
    sample: int = 100  # of the writes, for who sends them one by one
    canned_rounds: int = 7


QUICK = Sizes(tasks=500, writes=100, sample=20, canned_rounds=3)


def main() -> None:
    options = arguments()
    sizes = QUICK if options.quick else Sizes()
    if not all(python.exists() for python in PYTHONS.values()):
        sys.exit("Run `make bench`: it installs those to compare with.")
    with LocalServer() as server:
        bench = Bench(server, *made(server.client(), sizes.tasks))
        version = server.client().info.version
        if options.only:
            sections = ONLY[options.only](bench, sizes, options)
            report = with_sections(RESULTS.read_text("utf-8"), sections)
        else:
            tables = [
                canned(bench, sizes),
                reads(bench, sizes, options.rounds),
                *writes(bench, sizes, options.rounds),
                *annotations(bench, sizes, options),
                *old_scripts(bench, sizes, options),
            ]
            report = "\n\n".join([heading(bench, version), *tables]) + "\n"
    print(report)
    if not options.quick:
        RESULTS.write_text(report, encoding="utf-8")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="of what the real server answers")
    parser.add_argument("--quick", action="store_true", help="try it all with little; keep nothing")
    parser.add_argument("--only", choices=[*ONLY], help="keep the other sections")
    return parser.parse_args()


def heading(bench: Bench, server: str) -> str:
    machine = f"{os.cpu_count()} cores ({platform.machine()}), {platform.system()}"
    python = f"Python {platform.python_version()}, Label Studio {server}"
    contenders = "\n".join(f"- {versions}" for versions in bench.versions.values())
    measured = f"Measured on {datetime.date.today()} by `make bench`: {machine}, {python}."
    return f"# Benchmarks\n\n{measured}\n\n{contenders}\n\n{READING}".strip()


def section(results: Results, title: str, runs: Sequence[Run]) -> str:
    found = {run.name: results.median(run) for run in runs}
    failed = [run for run in runs if run in results.failures]
    notes = [f"n/a: {run.name}: `{results.failures[run]}`" for run in failed]
    return "\n\n".join([f"## {title}", table(found), *notes])


# -- the client alone ------------------------------------------------------------------------


def canned(bench: Bench, sizes: Sizes) -> str:
    """Read all tasks from a server that replays what the real one answered."""
    ours = Run(OURS, "ours", "texts", sizes.tasks)
    sdk2 = Run(SDK2, "sdk2", "texts", sizes.tasks)
    lean = Run(LEAN, "sdk2", "lean", sizes.tasks)
    sdk0 = Run(SDK0, "sdk0", "texts", sizes.tasks)
    pages = {run: recorded(bench, run) for run in (ours, sdk2, lean, sdk0)}
    everything = {path: page for of in pages.values() for path, page in of.items()}
    plain = Run(PLAIN, "plain", "texts", sizes.tasks, paths=tuple(pages[ours]))
    heavy = Run(f"{PLAIN}, all columns", "plain", "texts", sizes.tasks, paths=listed(pages[sdk2]))
    with replaying(everything) as url:
        runs = [plain, heavy, ours, sdk2, lean, sdk0]
        results = bench.rounds(sizes.canned_rounds, runs, url)
    title = f"{sizes.tasks:,} tasks, the client alone (rounds: {sizes.canned_rounds})"
    compared = targets(*map(results.median, (plain, heavy, ours, sdk2)))
    return "\n\n".join([section(results, title, runs), volumes(pages), compared])


def listed(pages: Pages) -> tuple[str, ...]:
    """Return the requests that were answered with tasks, among all that a contender has sent."""
    return tuple(path for path, page in pages.items() if b'"tasks":[{' in page)


def recorded(bench: Bench, run: Run) -> Pages:
    with recording(bench.server.url) as (url, pages), suppress(Failed):
        bench.measure(run, url)  # if it fails, it will again, and be noted
    return pages


def volumes(pages: dict[Run, Pages]) -> str:
    read = [
        f"{run.label} {sum(map(len, of.values())) / 1e6:.1f} MB in {len(of)} answers"
        for run, of in pages.items()
    ]
    return (
        "A server on loopback replays what the real one answered to the same requests. Plain "
        f"requests read the pages of {OURS}, or with all columns those of {SDK2}. Each reads what "
        f"it asks for: {'; '.join(read)}."
    )


def targets(
    plain: Measure | None, heavy: Measure | None, ours: Measure | None, sdk2: Measure | None
) -> str:
    if not (plain and heavy and ours and sdk2):
        return "No targets: one of the contenders has no measure."
    rows = [
        (f"time: {OURS} / {PLAIN}", ratio(ours.seconds, plain.seconds), "≤ 1.25×"),
        ("… at work", ratio(ours.work_seconds, plain.work_seconds), "≤ 1.25×"),
        ("… if that reads all columns", ratio(ours.seconds, heavy.seconds), "≤ 1.25×"),
        (f"peak memory: {OURS} / {PLAIN}", ratio(ours.peak, plain.peak), "≤ 1.5×"),
        (f"CPU: {SDK2} / {OURS}", ratio(sdk2.cpu, ours.cpu), "≥ 5×"),
        ("… at work", ratio(sdk2.work_cpu, ours.work_cpu), "≥ 5×"),
    ]
    lines = [row("", "measured", "target"), row("---", "---:", "---:")]
    return "\n".join([*lines, *(row(*cells) for cells in rows)])


# -- with the real server --------------------------------------------------------------------


def reads(bench: Bench, sizes: Sizes, rounds: int) -> str:
    """Read from the real server. The peers' usual call reads all there is, so it is in both."""
    sdk2 = Run(SDK2, "sdk2", "annotated", sizes.tasks)
    sdk0 = Run(SDK0, "sdk0", "annotated", sizes.tasks)
    counts = [
        Run(f"{OURS}, `only()` these", "ours", "lean", sizes.tasks),
        Run(OURS, "ours", "counts", sizes.tasks),
        Run(LEAN, "sdk2", "lean", sizes.tasks),
        *(sdk2, sdk0),
    ]
    annotations = [
        Run(f'{OURS}, `including("annotations")`', "ours", "including", sizes.tasks),
        Run(f"{OURS}, `task.annotations`", "ours", "annotated", sizes.tasks),
        *(sdk2, sdk0),
    ]
    results = bench.rounds(rounds, [*counts, *annotations])
    of = f"of {sizes.tasks:,} tasks, from a real server (rounds: {rounds})"
    first = section(results, f"Ids, data and counts {of}", counts)
    return f"{first}\n\n{section(results, f'Annotations {of}', annotations)}"


def writes(bench: Bench, sizes: Sizes, rounds: int) -> Iterator[str]:
    """Write to a large project, and to one of just the tasks that are written to."""
    few, all = sizes.writes, sizes.tasks
    small = Bench(bench.server, *made(bench.server.client(), few))
    for title, workload, where, number in (
        ("A prediction for each of", "predict", bench, few),
        ("A prediction for each of", "predict", bench, all),
        ("A prediction for each of", "predict", small, few),
    ):
        runs = writers(workload, number, sizes.sample)
        size = few if where is small else all
        of = f"{title} {number:,} tasks, in a project of {size:,} (rounds: {rounds})"
        yield section(where.rounds(rounds, runs), of, runs)


def annotations(bench: Bench, sizes: Sizes, options: argparse.Namespace) -> Iterator[str]:
    """Annotate tasks of a large project, and compare that with the target."""
    kinds = {
        "annotate": "The same annotation for",
        "annotate_each": "A different annotation for",
    }
    for workload, number in itertools.product(kinds, (sizes.writes, sizes.tasks)):
        runs = writers(workload, number, sizes.sample)
        results = bench.rounds(options.rounds, runs)
        size = f"{number:,} tasks, in a project of {sizes.tasks:,} (rounds: {options.rounds})"
        parts = [section(results, f"{kinds[workload]} {size}", runs)]
        if options.only:
            parts.append(f"Measured on {datetime.date.today()}, apart from the others.")
        yield "\n\n".join([*parts, speedup(*map(results.median, runs[:2]))])


def old_scripts(bench: Bench, sizes: Sizes, options: argparse.Namespace) -> Iterator[str]:
    """Run a script for the old SDK with that, and with the drop-in."""
    old = Run(SDK0, "sdk0", "annotated", sizes.tasks)
    new = Run(COMPAT, "compat", "annotated", sizes.tasks)
    results = bench.rounds(options.rounds, [new, old])
    title = f"`get_tasks()` of {sizes.tasks:,} tasks, in a script for {SDK0}"
    parts = [section(results, f"{title} (rounds: {options.rounds})", [new, old])]
    if options.only:
        parts.append(f"Measured on {datetime.date.today()}, apart from the others.")
    measured = results.median(old), results.median(new)
    if measured[0] and measured[1]:
        faster = ratio(measured[0].seconds, measured[1].seconds)
        parts.append("\n".join([row("", "measured", "target"), row("---", "---:", "---:")]))
        parts[-1] += "\n" + row(f"time: {SDK0} / {COMPAT}", faster, "≥ 5×")
    yield "\n\n".join(parts)


def speedup(ours: Measure | None, sdk2: Measure | None) -> str:
    if not (ours and sdk2):
        return "No target: one of the contenders has no measure."
    lines = [
        row("", "measured", "target"),
        row("---", "---:", "---:"),
        row(f"time: {SDK2} / {OURS}", ratio(sdk2.seconds, ours.seconds), "≥ 40×"),
        row("… at work", ratio(sdk2.work_seconds, ours.work_seconds), "≥ 40×"),
    ]
    return "\n".join(lines)


def with_sections(report: str, sections: Iterator[str]) -> str:
    """Put sections in the place of those with the same title; new ones at the end."""
    head, *parts = report.rstrip().split("\n\n## ")
    found = {part.partition(" (rounds")[0]: part for part in parts}
    for section in sections:
        part = section.removeprefix("## ")
        found[part.partition(" (rounds")[0]] = part
    return "\n\n## ".join([head, *found.values()]) + "\n"


def writers(workload: str, number: int, sample: int) -> list[Run]:
    times = number // sample
    return [
        Run(f"{OURS}, `batch()`", "ours", workload, number),
        Run(SDK2, "sdk2", workload, sample, times),
        Run(SDK0, "sdk0", workload, sample, times),
    ]


ONLY = {"annotations": annotations, "old-scripts": old_scripts}

if __name__ == "__main__":
    main()
