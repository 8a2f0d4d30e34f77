"""The example of `make demo`."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart.py"


def test_the_demo_runs_the_main_workflow_and_reports_it(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(QUICKSTART), "--out", str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    last = [" ".join(line.split()[:2]) for line in done.stdout.splitlines()[-5:-1]]
    assert last == ["imported 300", "annotated 24", "predicted 276", "exported 300"]
    tasks = json.loads((tmp_path / "paragraphs.json").read_text(encoding="utf-8"))
    assert len(tasks) == 300
    assert sum(len(task["annotations"]) for task in tasks) == 24
    with (tmp_path / "paragraphs.csv").open(encoding="utf-8") as file:
        assert {row["kind"] for row in csv.DictReader(file)} <= {"Rule", "Example", "Grammar"}
