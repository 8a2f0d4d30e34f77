"""Import into a real server, from every kind of source."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.cleaning import delete
from support.clock import tuned
from support.texts import sentiment
from support.truth import Truth

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import JobFailed
from label_studio_orm.server import LocalServer
from label_studio_orm.transfer.imports.sender import import_job

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


def test_tasks_keep_their_order_over_many_chunks(project: Project) -> None:
    tuned(project.client, import_tasks=100)
    result = project.import_tasks([{"text": str(number)} for number in range(1050)])
    assert result.created == project.task_number == len(project.tasks) == 1050
    assert [task.data["text"] for task in project.tasks] == [str(n) for n in range(1050)]
    assert project.tasks.ids() == list(result)


@pytest.mark.operations("projects.import_tasks")
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


def test_a_rejected_row_in_a_later_chunk_says_what_was_imported(project: Project) -> None:
    tuned(project.client, import_tasks=2)
    rows = [{"text": "a"}, {"text": "b"}, {"text": "c"}, {"txt": "d"}]
    with pytest.raises(ValueError, match=r"400: Task \[3\]: .*\n2 tasks were imported") as caught:
        project.import_tasks(rows, validate=False)
    assert list(caught.value.imported) == project.tasks.ids()
    assert len(project.tasks) == 2


# The parts of tasks, annotations and predictions, and how the server stores them.
PARTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nulls": (dict.fromkeys(("annotations", "predictions", "meta", "drafts")), {}),
    "annotator by address": ({"completed_by": "demo@example.com"}, {"completed_by": 1}),
    "annotator as text": ({"completed_by": "1"}, {"completed_by": 1}),
    "annotator as a part": ({"completed_by": {"id": 1, "first_name": ""}}, {"completed_by": 1}),
    "annotator null": ({"completed_by": None}, {"completed_by": 1}),
    "no ground truth": ({"ground_truth": False}, {"ground_truth": False}),
    "ground truth null": ({"ground_truth": None}, {"ground_truth": True}),
    "ground truth as text": ({"ground_truth": "false"}, {"ground_truth": False}),
    "skipped null": ({"was_cancelled": None}, {"was_cancelled": False}),
    "skipped as text": ({"was_cancelled": "true"}, {"was_cancelled": True}),
    "lead time as text": ({"lead_time": "1.5"}, {"lead_time": 1.5}),
    "own id": ({"id": 7}, {"import_id": 7}),
    "own id as text": ({"id": "a7"}, {"import_id": None}),
    "result null": ({"result": None}, {"result": []}),
    "result an empty object": ({"result": {}}, {"result": []}),
    "score null": ({"score": None}, {"score": None}),
    "score as text": ({"score": "0.5"}, {"score": 0.5}),
    "version null": ({"model_version": None}, {"model_version": None}),
    "version a number": ({"model_version": 1.5}, {"model_version": "1.5"}),
}


def task_with(name: str) -> dict[str, Any]:
    given, _ = PARTS[name]
    if name == "nulls":
        return {"data": {"text": name}, **given}
    part = "predictions" if {"score", "model_version"} & given.keys() else "annotations"
    return {"data": {"text": name}, part: [{"result": sentiment("Positive"), **given}]}


def test_parts_of_tasks_may_be_null_an_id_or_an_object(project: Project) -> None:
    result = project.import_tasks([task_with(name) for name in PARTS])
    assert result.failed == ()
    exported = {task["data"]["text"]: task for task in project.export(predictions=True)}
    for name, (_, kept) in PARTS.items():
        said = [*exported[name]["annotations"], *exported[name]["predictions"]]
        found = said[0] if said else {}
        assert {key: found.get(key) for key in kept} == kept, name


def test_rows_that_cause_a_500_are_found_by_bisection(project: Project) -> None:
    """A missing upload, and a prediction on which the server fails after creating the tasks."""
    rows: list[dict[str, Any]] = [
        {"data": {"text": str(n)}, "predictions": [{"result": [], "score": 0.5}]} for n in range(30)
    ]
    rows[7]["file_upload_id"] = 999_999
    rows[21]["predictions"] = [{"result": [1]}]
    result = project.import_tasks(rows, on_error="collect", validate=False)
    assert [failure.index for failure in result.failed] == [7, 21]
    kept = [str(n) for n in range(30) if n not in (7, 21)]
    found = [*project.tasks]
    assert [task.data["text"] for task in found] == kept
    assert all(len(task.predictions) == 1 for task in found)


FORGOTTEN: dict[str, dict[str, Any]] = {
    "task": {"drafts": [{"result": []}], "overlap": 3, "is_labeled": True, "split": "train"},
    "predictions": {"cluster": 3, "neighbors": [1], "mislabeling": 0.5},
}


def test_dropped_keys_are_reported(project: Project) -> None:
    prediction = {"result": sentiment("Positive"), **FORGOTTEN["predictions"]}
    task = {"data": {"text": "a"}, "predictions": [prediction], **FORGOTTEN["task"]}
    told = project.import_tasks([task]).dropped
    of_predictions = {f"predictions[].{name}" for name in FORGOTTEN["predictions"]}
    assert told.keys() == {*FORGOTTEN["task"], *of_predictions}
    (found,) = project.export(predictions=True, drafts=True)
    (made,) = found["predictions"]
    assert not found["drafts"]
    assert (made["cluster"], made["neighbors"], made["mislabeling"]) == (None, None, 0.0)
    assert not project.tasks[0].is_labeled


FLOATS = {"x": 10.123456789, "y": 20.0, "width": 3.125, "height": 1e-07, "rotation": 0.0}
PAGE = """<View><Image name="image" value="$image"/>
  <RectangleLabels name="box" toName="image"><Label value="a"/></RectangleLabels></View>"""


def said_of(task: dict[str, Any]) -> Any:
    names = ("result", "ground_truth", "was_cancelled", "lead_time", "completed_by")
    return (
        json.dumps(task["data"], sort_keys=True),  # 1.0 is not 1
        task["meta"],
        [{name: each[name] for name in names} for each in task["annotations"]],
        [
            {name: each[name] for name in ("result", "score", "model_version")}
            for each in task["predictions"]
        ],
    )


def test_an_exported_project_can_be_imported_again(ls: LabelStudio, tmp_path: Path) -> None:
    projects = [ls.projects.create(title=f"Round {n}", label_config=PAGE) for n in range(5)]
    first, *others = projects
    region = {"id": "r1", "from_name": "box", "to_name": "image", "type": "rectanglelabels"}
    region |= {"original_width": 640, "original_height": 480}
    result = [{**region, "value": {**FLOATS, "rectanglelabels": ["a"]}}]
    deep = {"f": 0.1, "e": 1e300, "zero": -0.0, "big": 2**70, "none": None, "é\\u0000": ["☃", 1.0]}
    task = {
        "data": {"image": "https://example.com/1.jpg", "id": 7, "deep": deep},
        "meta": {"n": [0.25, None]},
        "annotations": [
            {"result": result, "lead_time": 3.25, "ground_truth": False},
            {"result": [], "was_cancelled": True, "ground_truth": True},
        ],
        "predictions": [
            {"result": result, "score": 0.123456789, "model_version": "m1"},
            {"result": [], "score": None, "model_version": None},
        ],
    }
    first.import_tasks([task, {"image": "/data/upload/1/1.jpg"}])
    path = first.export("JSON", tmp_path / "rt.json", predictions=True)
    exported = first.export(predictions=True)
    wanted = [*map(said_of, exported)]
    sources = (path, exported, first.iter_export(predictions=True))
    for project, source in zip(others, sources, strict=False):
        assert project.import_tasks(source).warnings == ()
        assert [*map(said_of, project.export(predictions=True))] == wanted
    copied = others[-1].import_tasks(first.tasks.to_dicts())
    assert "annotations in the source project" in copied.warnings[0]
    plain = [(data, meta) for data, meta, *_ in map(said_of, others[-1].export())]
    assert plain == [(data, meta) for data, meta, *_ in wanted]
    for project in projects:
        delete(project)


# -- imports in a queue ----------------------------------------------------------------------------

QUEUED = """
    INSERT INTO projects_projectimport (
        project_id, status, error, task_count, annotation_count, prediction_count, duration,
        commit_to_project, return_task_ids, could_be_tasks_list,
        file_upload_ids, found_formats, data_columns, task_ids
    ) VALUES ({}, '{}', '{}', 7, 0, 0, 0, true, true, false, '[]', '[]', '[]', '[]')
"""


@pytest.fixture
def queued(project: Project, local_server: LocalServer) -> Callable[[str, str], int]:
    """Return a function that adds an import to the queue, which Community has but does not use."""
    truth = Truth(local_server)

    def add(status: str, error: str) -> int:
        truth.write(QUEUED.format(project.id, status, error))
        sql = "SELECT max(id) AS id FROM projects_projectimport WHERE project_id = ?"
        [(id,)] = truth.read(sql, project.id)
        return int(id)

    return add


@pytest.mark.operations("tasks.create_many_status")
def test_an_import_in_a_queue_is_waited_for(
    project: Project, queued: Callable[[str, str], int]
) -> None:
    done = import_job(project, queued("completed", "")).wait()
    assert (done["status"], done["task_count"]) == ("completed", 7)
    with pytest.raises(JobFailed, match="No such column"):
        import_job(project, queued("failed", "No such column")).wait()
