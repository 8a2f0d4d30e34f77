"""The tutorials run, and their stored outputs show no errors, keys or folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import notebooks

from label_studio_orm.server import LocalServer

SIZE_LIMIT = 1_500_000  # bytes, with all outputs
each_tutorial = pytest.mark.parametrize("name", notebooks.NAMES)


@each_tutorial
def test_a_tutorial_runs_from_top_to_bottom(
    name: str, local_server: LocalServer, tmp_path: Path
) -> None:
    run = notebooks.run(name, local_server, tmp_path)
    warnings = [output for output in notebooks.outputs(run) if output.get("name") == "stderr"]
    assert notebooks.outputs(run)
    assert warnings == []
    assert notebooks.private(run) == []


@each_tutorial
def test_the_stored_outputs_of_a_tutorial_are_complete_and_clean(name: str) -> None:
    stored = notebooks.read(name)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert {output.output_type for output in notebooks.outputs(stored)} <= {
        "execute_result",
        "display_data",
        "stream",
    }
    assert notebooks.private(stored) == []
    assert notebooks.tidy(stored) == notebooks.read(name)


def test_all_tutorials_are_tested_and_small() -> None:
    assert {path.stem for path in notebooks.FOLDER.glob("*.ipynb")} == set(notebooks.NAMES)
    files = [path for path in notebooks.FOLDER.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < SIZE_LIMIT
