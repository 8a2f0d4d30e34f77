"""Run the fuzzer: `make fuzz`, or python -m fuzz.run --rounds 100 --only media (from tests/)."""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fuzz.kinds import KINDS
from fuzz.rounds import Fuzz, hasty
from fuzz.watch import megabytes

LONGEST = 60  # seconds a round may take
AT_ONCE = 2  # processes
CHUNK = 5_000  # rounds of one process


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--rounds", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--only", choices=[*KINDS], action="append")
    parser.add_argument("--worker", action="store_true", help="run here, and print JSON")
    given = parser.parse_args()
    if given.worker:
        worker(given.seed, given.only[0], given.first, given.rounds)
        return 0
    return parent(given.seed, given.only or [*KINDS], given.first, given.rounds)


def worker(seed: int, kind: str, first: int, rounds: int) -> None:
    """Run rounds, and print a line of JSON for each that is worth it."""
    fuzz = Fuzz(seed, kind)
    fuzz.watch.install()
    outcomes: Counter[str] = Counter()
    longest = (0.0, 0)
    with hasty():
        for number in range(first, first + rounds):
            faulthandler.dump_traceback_later(LONGEST, exit=True)
            _say(at=number)
            began = time.monotonic()
            action, outcome, found = fuzz.run(number)
            longest = max(longest, (time.monotonic() - began, number))
            outcomes[outcome] += 1
            if number % 200 == 199:
                fuzz.watch.collect()
                found += fuzz.watch.found
            for what in dict.fromkeys(found):
                _say(round=number, action=action, found=what)
    faulthandler.cancel_dump_traceback_later()
    peak = megabytes()
    _say(outcomes=outcomes, longest=longest, peak=peak)
    sys.stdout.flush()
    os._exit(0)  # threads of servers and syncs may linger


def _say(**what: Any) -> None:
    print(json.dumps(what), flush="at" in what or "round" in what)


def chunk(seed: int, kind: str, first: int, rounds: int) -> dict[str, Any]:
    """Run a worker; begin another after the round at which it has died."""
    total: dict[str, Any] = {"outcomes": Counter(), "longest": (0.0, 0), "peak": 0, "found": []}
    end = first + rounds
    while first < end:
        command = [sys.executable, "-m", "fuzz.run", "--worker", "--seed", str(seed)]
        command += ["--only", kind, "--first", str(first), "--rounds", str(end - first)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        at = first
        for line in done.stdout.splitlines():
            said = json.loads(line) if line.startswith("{") else {}
            at = said.get("at", at)
            if "found" in said:
                total["found"].append((said["round"], said["action"], said["found"]))
            if "peak" in said:
                total["outcomes"] += Counter(said["outcomes"])
                total["longest"] = max(total["longest"], tuple(said["longest"]))
                total["peak"] = max(total["peak"], said["peak"])
        if done.returncode == 0:
            break
        total["found"].append((at, "?", f"the process died: {_last_words(done)}"))
        first = at + 1
    return {**total, "rounds": rounds}


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return f"{done.returncode}: {' | '.join(lines[:14])[-1500:]}"


def parent(seed: int, kinds: list[str], first: int, rounds: int) -> int:
    jobs = [
        (kind, start, min(CHUNK, first + rounds - start))
        for start in range(first, first + rounds, CHUNK)
        for kind in kinds
    ]
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = [*pool.map(lambda job: (job[0], chunk(seed, *job)), jobs)]
    print("| kind | rounds | findings | peak | longest | outcomes |\n|---|---|---|---|---|---|")
    for kind in kinds:
        mine = [each for name, each in done if name == kind]
        outcomes = sum((each["outcomes"] for each in mine), Counter())
        longest, slowest = max(each["longest"] for each in mine)
        counts = ", ".join(f"{name} {count}" for name, count in outcomes.most_common())
        found = sum(len(each["found"]) for each in mine)
        runs, peak = sum(each["rounds"] for each in mine), max(each["peak"] for each in mine)
        time_ = f"{longest:.1f} s (round {slowest})"
        print(f"| {kind} | {runs:,} | {found} | {peak} MB | {time_} | {counts} |")
    print(f"\n{time.monotonic() - began:.0f} s.")
    kinds_of: dict[str, list[str]] = {}
    for kind, each in done:
        for number, action, what in each["found"]:
            alike = f"{kind}/{action}: {re.sub(r'[0-9]+', '#', what)[:110]}"
            told = f"make fuzz SEED={seed} ONLY={kind} FIRST={number} ROUNDS=1\n    {what}"
            kinds_of.setdefault(alike, []).append(told)
    for told_all in sorted(kinds_of.values(), key=len, reverse=True):
        print(f"\n{len(told_all)} times; {told_all[0]}")
    return 1 if kinds_of else 0


if __name__ == "__main__":
    raise SystemExit(main())
