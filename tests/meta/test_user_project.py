"""A user's own kinds of projects, outside of the package, as type checkers see them.

`script.py` states the types that users meet, so a type checker that finds no error finds no Any.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[2]
USER = Path(__file__).parent / "user_project"
CACHE = ROOT / ".mypy_cache" / "user_project"
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*.py")]


def test_mypy_finds_no_mistake_and_no_any(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MYPYPATH", f"{USER}:{ROOT}")
    options = ["--strict", "--config-file=", "--cache-dir", str(CACHE)]
    output, _, status = api.run([*options, str(USER / "script.py"), str(USER / "reviews.py")])
    assert status == 0, output


@pytest.mark.skipif(find_spec("basedpyright") is None, reason="pyright is not installed")
def test_pyright_finds_no_mistake_and_no_any(tmp_path: Path) -> None:
    config = tmp_path / "pyrightconfig.json"
    paths = [str(ROOT), str(USER)]
    options = {"include": [str(USER)], "extraPaths": paths, "typeCheckingMode": "strict"}
    config.write_text(json.dumps(options))
    command = [sys.executable, "-m", "basedpyright", "-p", str(config)]
    command += ["--pythonpath", sys.executable]
    checked = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_example_needs_a_block_for_type_checkers(page: Path) -> None:
    assert re.findall("TYPE_CHECKING", page.read_text(encoding="utf-8")) == []
