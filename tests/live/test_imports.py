"""Import into a real server, from every kind of source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.texts import sentiment

from label_studio_orm import Project

ROWS = [{"text": "A fine film.", "stars": 5}, {"text": "Dull, “très” dull.", "stars": None}]


def data(project: Project) -> list[dict[str, Any]]:
    return [task.data for task in project.tasks]


@pytest.mark.parametrize(
    "source",
    [
        ROWS,
        iter(ROWS),
        pd.DataFrame(ROWS).astype({"stars": "Int64"}),
        pl.DataFrame(ROWS),
        pa.Table.from_pylist(ROWS),
    ],
    ids=["list", "iterator", "pandas", "polars", "arrow"],
)
def test_rows(source: Any, project: Project) -> None:
    result = project.import_tasks(source)
    assert list(result) == project.tasks.ids()
    assert data(project) == ROWS


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("t.json", json.dumps(ROWS), ROWS),
        ("t.jsonl", "\n".join(json.dumps(row) for row in ROWS), ROWS),
        ("t.csv", 'text,stars\n"A fine film.",5\n', [{"text": "A fine film.", "stars": "5"}]),
        ("t.tsv", "text\tstars\nDull, dull.\t1\n", [{"text": "Dull, dull.", "stars": "1"}]),
        ("t.txt", "A fine film.\nDull.\n", [{"text": "A fine film."}, {"text": "Dull."}]),
    ],
)
def test_files(name: str, content: str, found: Any, project: Project, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    assert project.import_tasks(path).created == len(found)
    assert data(project) == found


def test_tasks_keep_their_order_over_many_chunks(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("label_studio_orm.transfer.imports.chunks.CHUNK_TASKS", 100)
    result = project.import_tasks([{"text": str(number)} for number in range(1050)])
    assert result.created == project.task_number == len(project.tasks) == 1050
    assert [task.data["text"] for task in project.tasks] == [str(n) for n in range(1050)]
    assert project.tasks.ids() == list(result)


def test_annotations_predictions_and_meta_come_with_their_tasks(project: Project) -> None:
    task = {
        "data": {"text": "A fine film."},
        "meta": {"source": "web"},
        "annotations": [{"result": sentiment("Positive")}],
        "predictions": [{"result": sentiment("Negative"), "score": 0.2, "model_version": "m1"}],
    }
    result = project.import_tasks([task])
    assert (result.annotations, result.predictions) == (1, 1)
    (found,) = project.tasks
    assert found.meta == {"source": "web"}
    assert found.annotations[0].result == sentiment("Positive")
    assert found.predictions[0].model_version == "m1"
    assert project.finished_task_number == 1


def test_a_rejected_row_in_a_later_chunk_says_what_was_imported(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("label_studio_orm.transfer.imports.chunks.CHUNK_TASKS", 2)
    rows = [{"text": "a"}, {"text": "b"}, {"text": "c"}, {"txt": "d"}]
    with pytest.raises(ValueError, match=r"400: Task \[3\]: .*\n2 tasks were imported") as caught:
        project.import_tasks(rows)
    assert list(caught.value.imported) == project.tasks.ids()
    assert len(project.tasks) == 2
