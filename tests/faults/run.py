"""Imports and batches under random faults, and killed ones, create each row and write once.

`make faults` runs all rounds; `make faults SEEDS=10-20` and `make faults KILLS=3` run some, and
`ONLY=import` or `ONLY=batch` one of the two. A round depends on its seed only, which is printed
with each failure and reproduces it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.batch_rounds import batch_kill_round, batch_round
from support.faults import FaultProxy, running_proxy
from support.kills import kill_round
from support.postgres import chosen_database
from support.rounds import Round, import_round

from label_studio_orm.server import LocalServer

ROUNDS, KILLS = range(200), range(20)
ROWS, CHUNK = 5_000, 1_000
WRITES, TASKS = 3_000, 500
BATCH_TIMEOUT = 5.0  # seconds: longer than the server takes for a thousand predictions


@dataclass
class Report:
    """The report of the rounds: one line each, and a summary."""

    failed: dict[str, list[int]] = field(default_factory=dict)
    endings: Counter[str] = field(default_factory=Counter)
    faults: int = 0
    started: float = field(default_factory=time.monotonic)

    def round(self, what: str, number: str, seed: int, work: Callable[[], str]) -> bool:
        """Run a round and print a line; return whether it passed."""
        started = time.monotonic()
        told, problem = "", ""
        try:
            told = work()
        except AssertionError as error:
            problem = str(error)
        except Exception:
            problem = traceback.format_exc()
        seconds = time.monotonic() - started
        said = "FAILED" if problem else told
        print(f"{what} {number}, seed {seed}: {said}, {seconds:.1f} s", flush=True)
        if problem:
            print(problem, flush=True)
            self.failed.setdefault(what, []).append(seed)
        else:
            self.endings[f"{what} {told.partition(',')[0]}"] += 1
        return not problem

    def tell(self) -> None:
        minutes = (time.monotonic() - self.started) / 60
        endings = "; ".join(f"{ending}: {many}" for ending, many in sorted(self.endings.items()))
        print(f"\n{minutes:.1f} minutes. {endings}.")
        for what, seeds in self.failed.items():
            work, _, kill = what.partition(" ")
            option = f"ONLY={work} {'KILLS' if kill else 'SEEDS'}"
            again = "; ".join(f"make faults {option}={seed}" for seed in seeds)
            print(f"{what}: {len(seeds)} failed, seeds {seeds}. Again: {again}")
        if not self.failed:
            print("None failed.")


def main() -> int:
    given = _arguments()
    seeds, kills = given.seeds, given.kills
    if seeds is None and kills is None:
        seeds, kills = ROUNDS, KILLS
    report = Report()
    with (
        chosen_database() as database,
        LocalServer(database=database) as server,
        running_proxy(server.url) as proxy,
    ):
        work = Work(server, proxy, given)
        for what, round, chosen in (
            ("import", work.imported, seeds),
            ("import kill", work.killed_import, kills),
            ("batch", work.batch, seeds),
            ("batch kill", work.killed_batch, kills),
        ):
            if what.startswith(given.only):
                _run(report, what, round, chosen or (), proxy)
    report.tell()
    return 1 if report.failed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("import", "batch"), default="", help="one of the two")
    parser.add_argument("--seeds", type=_range, help="of those under faults, as 10-20")
    parser.add_argument("--kills", type=_range, help="of those that are killed, as 3")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--chunk", type=int, default=CHUNK, help="rows, or writes, in a request")
    parser.add_argument("--writes", type=int, default=WRITES, help="of a batch")
    parser.add_argument("--tasks", type=int, default=TASKS, help="that a batch writes to")
    return parser.parse_args()


@dataclass
class Work:
    """The rounds of a seed."""

    server: LocalServer
    proxy: FaultProxy
    given: argparse.Namespace

    def imported(self, seed: int) -> str:
        keyed = seed % 2 == 0
        sizes = {"rows": self.given.rows, "chunk": self.given.chunk}
        told = import_round(Round(seed, self.server, self.proxy), keyed=keyed, **sizes)
        return f"{told}{', key=' if keyed else ''}"

    def killed_import(self, seed: int) -> str:
        sizes = {"many": self.given.rows, "chunk": self.given.chunk}
        with tempfile.TemporaryDirectory() as folder:
            return kill_round(seed, self.server, self.proxy, folder=Path(folder), **sizes)

    def batch(self, seed: int) -> str:
        return batch_round(Round(seed, self.server, self.proxy, BATCH_TIMEOUT), **self._writes)

    def killed_batch(self, seed: int) -> str:
        with tempfile.TemporaryDirectory() as folder:
            at = {"folder": Path(folder), **self._writes}
            return batch_kill_round(seed, self.server, self.proxy, **at)

    @property
    def _writes(self) -> dict[str, Any]:
        given = self.given
        return {"writes": given.writes, "tasks": given.tasks, "chunk": given.chunk}


def _run(
    report: Report,
    what: str,
    round: Callable[[int], str],
    seeds: Sequence[int],
    proxy: FaultProxy,
) -> None:
    for number, seed in enumerate(seeds, 1):
        if not report.round(what, f"{number}/{len(seeds)}", seed, partial(round, seed)):
            _calm(proxy)


def _calm(proxy: FaultProxy) -> None:
    """After a round that failed: no harm, and nothing of it under way."""
    proxy.faults = None
    proxy.quiet(300)


def _range(said: str) -> range:
    first, _, last = said.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
