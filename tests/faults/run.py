"""Imports under random faults and killed imports create each row once.

`make faults` runs all rounds; `make faults SEEDS=10-20` and `make faults KILLS=3` run some. A round
depends on its seed only, which is printed with each failure and reproduces it.
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
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.faults import FaultProxy, running_proxy
from support.kills import kill_round
from support.postgres import chosen_database
from support.rounds import Round, import_round

from label_studio_orm.server import LocalServer

ROUNDS, KILLS = range(200), range(20)
ROWS, CHUNK = 5_000, 1_000


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
        for what, option in (("import", "SEEDS"), ("kill", "KILLS")):
            seeds = self.failed.get(what)
            if seeds:
                again = "; ".join(f"make faults {option}={seed}" for seed in seeds)
                print(f"{what}: {len(seeds)} failed, seeds {seeds}. Again: {again}")
        if not self.failed:
            print("None failed.")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=_range, help="of imports under faults, as 10-20")
    parser.add_argument("--kills", type=_range, help="of imports that are killed, as 3")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--chunk", type=int, default=CHUNK, help="rows in a request")
    given = parser.parse_args()
    seeds, kills = given.seeds, given.kills
    if seeds is None and kills is None:
        seeds, kills = ROUNDS, KILLS
    report = Report()
    with (
        chosen_database() as database,
        LocalServer(database=database) as server,
        running_proxy(server.url) as proxy,
    ):
        _imports(report, seeds or (), server, proxy, given.rows, given.chunk)
        _kills(report, kills or (), server, proxy, given.rows, given.chunk)
    report.tell()
    return 1 if report.failed else 0


def _imports(
    report: Report,
    seeds: Sequence[int],
    server: LocalServer,
    proxy: FaultProxy,
    rows: int,
    chunk: int,
) -> None:
    for number, seed in enumerate(seeds, 1):
        keyed = seed % 2 == 0

        def work(seed: int = seed, keyed: bool = keyed) -> str:
            told = import_round(Round(seed, server, proxy), keyed=keyed, rows=rows, chunk=chunk)
            return f"{told}{', key=' if keyed else ''}"

        good = report.round("import", f"{number}/{len(seeds)}", seed, work)
        if not good:
            _calm(proxy)


def _kills(
    report: Report,
    seeds: Sequence[int],
    server: LocalServer,
    proxy: FaultProxy,
    rows: int,
    chunk: int,
) -> None:
    for number, seed in enumerate(seeds, 1):

        def work(seed: int = seed) -> str:
            with tempfile.TemporaryDirectory() as folder:
                return kill_round(seed, server, proxy, folder=Path(folder), many=rows, chunk=chunk)

        if not report.round("kill", f"{number}/{len(seeds)}", seed, work):
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
