"""The newcomer's admin script runs, and lists what it has made."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "examples" / "administration.py"


def test_the_admin_script_lists_what_it_has_made() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT)], stdout=subprocess.PIPE, text=True, check=True, timeout=180
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Sign up at http://127.0.0.1:")
    assert lines[2] == "The webhook has received ANNOTATION_CREATED."
    members = [line.split(maxsplit=2)[1:] for line in lines if line.startswith("member")]
    assert members == [
        ["demo@example.com", "0 annotations"],
        ["ann@example.com", "1 annotations"],
        ["bob@example.com", "0 annotations"],
        ["cem@example.com", "0 annotations"],
    ]
    others = [" ".join(line.split()[2:]) for line in lines if not line.startswith("member")][4:]
    url_of_the_backend = others[2].partition(" ")[0]
    assert others == [
        "ANNOTATION_CREATED",
        "every event",  # the webhook that the server has made for the backend
        f"{url_of_the_backend} Tone, connected",
        "in use",
    ]
