"""Rows of a source become tasks, or are refused with their place in the source."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.chunk_server import CONFIG, GOOD, PICTURES, ChunkServer, numbered
from support.fake import FakeClient
from support.texts import SENTIMENT

from label_studio_orm.errors import (
    InvalidInput,
)
from label_studio_orm.records.project import Project
from label_studio_orm.transfer.content import digest
from label_studio_orm.transfer.imports import rows


def a_record(**more: Any) -> dict[str, Any]:
    """Return a row like those of `project.tasks.to_dicts()`."""
    times = dict.fromkeys(("created_at", "updated_at"), "2026-01-01T00:00:00Z")
    counts = dict.fromkeys(("total_annotations", "cancelled_annotations", "total_predictions"), 0)
    own = {"project": 3, "inner_id": 1, "overlap": 1, "is_labeled": False, "meta": {"a": 1}}
    return {"id": 9, "text": "a", "data.id": "r9", "n": 1, **times, **counts, **own, **more}


def test_a_dict_with_data_is_a_task_and_any_other_is_its_data(
    project: Project, chunk_server: ChunkServer
) -> None:
    task = {"data": {"text": "a"}, "meta": {"n": 1}}
    project.import_tasks([task, {"text": "b"}, {"data": "plain"}])
    assert chunk_server.chunks == [[task, {"data": {"text": "b"}}, {"data": {"data": "plain"}}]]


def test_an_invalid_task_is_refused(
    project: Project, chunk_server: ChunkServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "MOST_BYTES", 50)
    with pytest.raises(InvalidInput, match=r"Task \[1\] has 120 bytes; 50 are allowed"):
        project.import_tasks([{"text": "a"}, {"text": "x" * 100}])


def test_a_mistyped_part_of_a_task_is_refused(project: Project, client: FakeClient) -> None:
    task = {"data": {"text": "a"}, "anotations": []}
    with pytest.raises(InvalidInput, match=r"has 'anotations'\. Did you mean 'annotations'"):
        project.import_tasks([task])
    assert client.said == []


def test_tasks_of_an_export_can_be_imported_again(
    project: Project, chunk_server: ChunkServer
) -> None:
    task = {"id": 7, "data": {"text": "a"}, "total_annotations": 0, "created_at": "2026-11-22"}
    assert project.import_tasks([task]).created == 1


def test_lines_of_a_text_file_become_the_variable_of_the_config(
    project: Project, client: FakeClient, chunk_server: ChunkServer, tmp_path: Path
) -> None:
    inputs = [{"type": "Text", "value": "review"}]
    client.answers["GET /api/projects/1/"] = {
        "id": 1,
        "parsed_label_config": {"sentiment": {"inputs": inputs}, "stars": {"inputs": inputs}},
    }
    path = tmp_path / "t.txt"
    path.write_text("fine\n")
    project.import_tasks(path)
    assert chunk_server.chunks == [[{"data": {"review": "fine"}}]]


# -- parts -----------------------------------------------------------------------------------------


def test_null_parts_are_empty(reviews: Project, chunk_server: ChunkServer) -> None:
    parts = dict.fromkeys(("predictions", "annotations", "meta", "drafts"))
    reviews.import_tasks([{"data": {"text": "a"}, **parts}])
    assert chunk_server.chunks == [[{"data": {"text": "a"}, "drafts": None}]]


def test_ids_instead_of_predictions_are_refused(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    row = {"data": {"text": "a"}, "predictions": [40, 41]}
    with pytest.raises(
        InvalidInput,
        match=(r"predictions\[0\] must be an object, not only " r"the id 40.*predictions=True"),
    ):
        reviews.import_tasks([*numbered(2), row])
    assert chunk_server.chunks == []


def test_an_invalid_score_is_reported_with_its_row(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    row = {"data": {"text": "a"}, "predictions": [{"result": GOOD, "score": 7}]}
    says = r"Task \[1\], predictions\[0\]: score must be between 0 and 1, not 7"
    with pytest.raises(InvalidInput, match=says):
        reviews.import_tasks([{"text": "b"}, row])
    assert chunk_server.chunks == []


@pytest.mark.parametrize("name", ["data", "predictions", "meta"])
def test_parts_in_a_table_may_be_json_text(
    name: str, reviews: Project, chunk_server: ChunkServer
) -> None:
    task = {"data": {"text": "a"}, "predictions": [{"result": []}], "meta": {"a": 1}}
    reviews.import_tasks([{**task, name: json.dumps(task[name])}])
    assert chunk_server.chunks == [[task]]


@pytest.mark.parametrize("data", [None, "a", [1], "[1]"])
def test_data_must_be_an_object(data: Any, reviews: Project, chunk_server: ChunkServer) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[0\]: data must be an object \(dict\), not"):
        reviews.import_tasks([{"data": data, "meta": {}}])


def test_decimals_in_results_become_floats(
    project: Project, client: FakeClient, chunk_server: ChunkServer, tmp_path: Path
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    place = {"x": 3.125, "y": 1.5, "width": 10.25, "height": 10, "rotation": 0}
    region: dict[str, Any] = {"from_name": "bbox", "to_name": "image", "type": "rectanglelabels"}
    region |= {"value": {**place, "rectanglelabels": ["cat"]}}
    task = {"data": {"image": "a.jpg"}, "annotations": [{"result": [region]}]}
    path = tmp_path / "rt.json"
    path.write_text(json.dumps([task]))
    project.import_tasks(path)
    exact = {name: Decimal(str(each)) for name, each in place.items()}
    region["value"] = {**exact, "rectanglelabels": ["cat"]}
    project.import_tasks([task])
    for chunk in chunk_server.chunks:
        value = chunk[0]["annotations"][0]["result"][0]["value"]
        assert value == {**place, "rectanglelabels": ["cat"]}


# -- rows of tasks and exports ---------------------------------------------------------------------


def test_rows_of_task_tables_become_tasks_again(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT, "maximum_annotations": 1}
    result = reviews.import_tasks([a_record()])
    (task,) = chunk_server.chunks[0]
    assert (task["data"], task["meta"]) == ({"text": "a", "id": "r9", "n": 1}, {"a": 1})
    assert result.warnings == ()


def test_rows_of_tasks_without_annotations_are_reported(
    reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT, "maximum_annotations": 1}
    result = reviews.import_tasks([a_record(total_annotations=2, is_labeled=True)])
    (said,) = result.warnings
    assert said.startswith("1 task had annotations in the source project")


def test_answers_of_a_csv_export_are_imported_as_data_with_a_warning(
    reviews: Project, chunk_server: ChunkServer, tmp_path: Path
) -> None:
    path = tmp_path / "export.csv"
    path.write_text("annotation_id,annotator,id,lead_time,text,updated_at\n1,1,1,,a,\n")
    (said,) = reviews.import_tasks(path).warnings
    assert "To import them as annotations, use project.export('JSON')" in said


# -- unreadable rows -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.csv", "text,n\na,1\nb\nc,3\n", "line 3 is malformed: 1 values for 2 columns"),
        ("t.csv", "text,n\na,1\nb,2,3\nc,3\n", "line 3 is malformed: 3 values for 2 columns"),
        ("t.tsv", "text\tn\na\t1\nb\nc\t3\n", "line 3 is malformed"),
        ("t.jsonl", '{"text": "a"}\n{"text"\n{"text": "c"}\n', "line 2 is malformed"),
        ("t.jsonl", '{"text": "a"}\n{"n": NaN}\n{"text": "c"}\n', "line 2 is malformed: NaN"),
        ("t.json", '[{"text": "a"}, {"text": "b\\u0000"}, {"text": "c"}]', r"contain NUL"),
        ("t.jsonl", '{"text": "a"}\n{"text": "\\ud800"}\n{"text": "c"}', "not valid Unicode"),
        ("t.json", '[{"text": "a"}, {"text": "b", "n": 1e400}, {"text": "c"}]', "Out of range"),
    ],
)
def test_an_unreadable_row_can_be_collected(
    name: str, content: str, says: str, reviews: Project, chunk_server: ChunkServer, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(content)
    result = reviews.import_tasks(path, on_error="collect")
    assert [task["data"]["text"] for task in chunk_server.chunks[0]] == ["a", "c"]
    (failure,) = result.failed
    assert failure.index == 1
    assert says in str(failure.error)
    chunk_server.chunks.clear()
    with pytest.raises(InvalidInput, match=says):
        reviews.import_tasks(path)
    assert chunk_server.chunks == []


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ({"text": "a\x00b"}, r"data\.text must not contain NUL"),
        ({"text": "a", "k\x00": 1}, "data key 'k"),
        ({"data": {"text": "a"}, "meta": {"x": ["\x00"]}}, r"meta\.x\[0\] must not contain NUL"),
        (
            {"data": {"text": "a"}, "predictions": [{"result": [], "model_version": "m\x00"}]},
            r"predictions\[0\]\.model_version must not contain NUL",
        ),
    ],
)
def test_a_row_with_a_nul_character_is_refused(
    row: Any, where: str, reviews: Project, chunk_server: ChunkServer
) -> None:
    with pytest.raises(InvalidInput, match=rf"Task \[1\]: {where}"):
        reviews.import_tasks([{"text": "a"}, row])
    assert chunk_server.chunks == []


@pytest.mark.usefixtures("_usual_depth")
@pytest.mark.parametrize("levels", [970, 5_000])
def test_a_deeply_nested_row_is_refused(
    levels: int, reviews: Project, chunk_server: ChunkServer
) -> None:
    deep: Any = []
    for _ in range(levels):
        deep = [deep]
    rows = [{"text": "a"}, {"text": "b", "deep": deep}, {"text": "c"}]
    result = reviews.import_tasks(rows, on_error="collect")
    assert [task["data"]["text"] for task in chunk_server.chunks[0]] == ["a", "c"]
    assert "nested too deeply" in str(result.failed[0])


def test_deeply_nested_data_has_a_digest() -> None:
    deep: Any = [1.0]
    for _ in range(800):
        deep = {"a": deep}
    assert digest(deep) == digest(json.loads(json.dumps(deep).replace("1.0", "1")))
