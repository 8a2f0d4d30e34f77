"""Run the steps on all kinds of servers, and generate docs/explanation/servers.md.

python tests/reach/run.py                 # all of them
python tests/reach/run.py --only 1.20.0   # some, separated by commas, without the page
python tests/reach/run.py --page          # the page from the outcomes of the last runs
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent)]

from support.filter_cases import COUNT  # noqa: E402
from support.fronts import UWSGI  # noqa: E402
from support.reach_page import FAILED, PAGE, PASSED, REFUSED, SKIPPED, Step, page  # noqa: E402
from support.targets import TARGETS, Target  # noqa: E402

from label_studio_orm.errors import LocalServerError  # noqa: E402
from label_studio_orm.server.installation import install  # noqa: E402

KEPT = HERE.parents[1] / ".reach"  # the outcomes of each server


def main() -> int:
    """Run the selected servers; return 1 if anything fails."""
    options = _parser().parse_args()
    names = options.only.split(",") if options.only else []
    chosen = [Target.of(name) for name in names] or [*TARGETS]
    left_out = {str(target): lacks for target in chosen if (lacks := _lacking(target))}
    for name, lacks in left_out.items():
        print(f"{name} is skipped: {lacks}.")
    runs = [target for target in chosen if str(target) not in left_out]
    right = options.page or not [target for target in runs if not _run(target)]
    found = {str(target): _found(target) for target in runs}
    left_out |= {name: "its run was not completed" for name in found if not found[name]}
    if not names:
        seen = {name: steps for name, steps in found.items() if steps}
        PAGE.write_text(page(seen, left_out, rows=COUNT, uwsgi=UWSGI.partition("==")[0]))
        print(f"{PAGE} is written.")
    return 0 if right and not _failed(found.values()) else 1


def _lacking(target: Target) -> str:
    """Install a version; return why the server cannot run here, or ""."""
    try:
        install(target.version)
    except LocalServerError as error:
        return str(error)
    return target.missing()


def _run(target: Target) -> bool:
    """Run the steps on a server; return whether pytest succeeded."""
    print(f"--- {target}", flush=True)
    KEPT.mkdir(exist_ok=True)
    _kept(target).unlink(missing_ok=True)
    environ = {**os.environ, "REACH": str(target), "REACH_OUTCOMES": str(_kept(target))}
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", str(HERE)]
    code = subprocess.run(command, env=environ, check=False).returncode
    counts = [step.outcome for step in _found(target)]
    told = ", ".join(f"{counts.count(each)} {each}" for each in (PASSED, REFUSED, FAILED, SKIPPED))
    print(f"{target}: {told}", flush=True)
    return code == 0


def _found(target: Target) -> list[Step]:
    path = _kept(target)
    steps = json.loads(path.read_text())["steps"] if path.exists() else []
    return [Step.of(each) for each in steps]


def _failed(found: Iterable[Sequence[Step]]) -> bool:
    return any(step.outcome == FAILED for steps in found for step in steps)


def _kept(target: Target) -> Path:
    return KEPT / f"{target}.json"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="1.20.0,1.23.2+uwsgi")
    parser.add_argument(
        "--page", action="store_true", help="generate the page without running anything"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
