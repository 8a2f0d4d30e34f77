"""Imports of lists, files and tables: each row becomes one task."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest
from support.texts import sentiment

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput

ROWS = [{"uid": f"u{n}", "text": f"Review {n}"} for n in range(30)]


def data(project: Project) -> list[dict[str, Any]]:
    return [task.data for task in project.tasks]


def test_a_list_becomes_tasks_in_its_order(fresh: Project) -> None:
    result = fresh.import_tasks(ROWS)
    assert (result.created, list(result)) == (30, fresh.tasks.ids())
    assert data(fresh) == ROWS


def test_existing_rows_are_not_imported_again(fresh: Project) -> None:
    assert fresh.import_tasks(ROWS[:20], key="uid").created == 20
    again = fresh.import_tasks(ROWS, key="uid")
    assert (again.created, again.skipped) == (10, 20)
    assert data(fresh) == ROWS


def test_numbers_can_be_keys(fresh: Project) -> None:
    rows = [{"id": n, "text": "same"} for n in (1, 10, 2)]
    fresh.import_tasks(rows[:2], key="id")
    assert fresh.import_tasks(rows, key="id").created == 1
    assert [each["id"] for each in data(fresh)] == [1, 10, 2]


def test_existing_rows_are_updated(fresh: Project) -> None:
    fresh.import_tasks(ROWS[:3], key="uid")
    changed = [{**ROWS[1], "text": "Changed."}]
    assert fresh.import_tasks(changed, key="uid", on_duplicate="update").updated == 1
    assert [each["text"] for each in data(fresh)] == ["Review 0", "Changed.", "Review 2"]


def test_several_chunks_are_imported(fresh: Project) -> None:
    result = fresh.import_tasks(({"text": str(n)} for n in range(1_100)), key="text")
    assert (result.created, fresh.tasks.count()) == (1_100, 1_100)


def test_annotations_and_predictions_are_imported(fresh: Project) -> None:
    said = {"annotations": [{"result": sentiment("Positive"), "lead_time": 2.5}]}
    guess = {"predictions": [{"result": {"sentiment": "Negative"}, "score": 0.25}]}
    result = fresh.import_tasks([{"data": {"text": "Fine."}, **said, **guess}])
    assert (result.annotations, result.predictions) == (1, 1)
    [task] = fresh.tasks
    assert task.annotations[0]["sentiment"] == "Positive"
    assert task.annotations[0].lead_time == 2.5
    assert (task.predictions[0]["sentiment"], task.predictions[0].score) == ("Negative", 0.25)


def test_meta_is_imported(fresh: Project) -> None:
    fresh.import_tasks([{"data": {"text": "Fine."}, "meta": {"source": "web"}}])
    assert fresh.tasks[0].meta == {"source": "web"}


@pytest.mark.parametrize("kind", ["json", "jsonl", "csv", "tsv", "txt"])
def test_a_file_becomes_tasks(kind: str, fresh: Project, tmp_path: Path) -> None:
    content = {
        "json": json.dumps([{"text": "007"}, {"text": "é"}]),
        "jsonl": '{"text": "007"}\n{"text": "é"}\n',
        "csv": "text\n007\né\n",
        "tsv": "text\n007\né\n",
        "txt": "007\né\n",
    }
    (tmp_path / f"rows.{kind}").write_text(content[kind], encoding="utf-8")
    assert fresh.import_tasks(tmp_path / f"rows.{kind}").created == 2
    assert [each["text"] for each in data(fresh)] == ["007", "é"]


def test_a_table_becomes_tasks(fresh: Project) -> None:
    frame = pandas.DataFrame({"text": ["a", "b"], "stars": [5, None]}).convert_dtypes()
    fresh.import_tasks(frame)
    assert data(fresh) == [{"text": "a", "stars": 5}, {"text": "b", "stars": None}]


def test_tasks_of_another_project_are_copied(fresh: Project, project: Project) -> None:
    project.import_tasks(ROWS[:3])
    assert fresh.import_tasks(project.tasks).created == 3
    assert data(fresh) == ROWS[:3]


def test_a_wrong_row_stops_an_import_before_anything_is_sent(fresh: Project) -> None:
    with pytest.raises(InvalidInput, match=r"\[1\]"):
        fresh.import_tasks([{"text": "fine"}, "not an object"])
    assert fresh.tasks.count() == 0


def rows_with_wrong_ones() -> Iterator[dict[str, Any]]:
    for number in range(20):
        yield {"text": "a\0b" if number == 7 else f"Review {number}"}


def test_wrong_rows_are_collected_and_the_others_imported(fresh: Project) -> None:
    result = fresh.import_tasks(rows_with_wrong_ones(), on_error="collect")
    assert [failure.index for failure in result.failed] == [7]
    assert (result.created, fresh.tasks.count()) == (19, 19)


def test_keys_that_the_server_drops_are_named(fresh: Project) -> None:
    result = fresh.import_tasks([{"data": {"text": "Fine."}, "split": "train"}])
    assert result.dropped == {"split": 1}
