"""Run cases with one of the two packages, each in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
OLD = ROOT / ".bench/sdk0/bin/python"
MISSING = "label-studio-sdk 0.0.34 is not installed (make .bench/sdk0/ready)"


def results_of(
    python: Path | str, package: str, server: Sequence[str], folder: Path, cases: str = "cases"
) -> Any:
    """Run all cases with a package; return the result of each.

    `server` is its URL, a key, and the email and password of a user.
    """
    own = {"PYTHONPATH": str(ROOT)} if package.startswith("label_studio_orm") else {}
    local = {"LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT": str(folder.parent)}
    done = subprocess.run(
        [python, "-W", "ignore", HERE / "run.py", package, cases, *server, folder],
        env={**{name: os.environ[name] for name in ("PATH", "HOME")}, **own, **local},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)
