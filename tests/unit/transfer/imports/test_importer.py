"""Imports: what is sent, counted and reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.chunk_server import CONFIG, ChunkServer, numbered
from support.clock import tuned
from support.fake import FakeClient

from label_studio_orm.errors import (
    InvalidInput,
    InvalidResult,
    PermissionDenied,
    UnknownName,
)
from label_studio_orm.records.project import Project

MOODY = """<View><Text name="text" value="$text"/>
  <TextArea name="mood" toName="text"/><Choices name="topic" toName="text"><Choice value="x"/>
  </Choices></View>"""


@pytest.fixture
def moody(project: Project, client: FakeClient) -> Project:
    """A project with the controls mood and topic."""
    controls = {"mood": {}, "topic": {}, "a,b": {}}
    client.answers["GET /api/projects/1/"] = {
        "id": 1,
        "parsed_label_config": controls,
        "label_config": MOODY,
    }
    _ = project.parsed_label_config
    client.calls.clear()
    return project


def test_the_result_is_the_sequence_of_new_ids(project: Project, chunk_server: ChunkServer) -> None:
    result = project.import_tasks(numbered(3))
    assert list(result) == [1, 2, 3]
    assert (result[0], result[-1], result[1:], len(result), 2 in result) == (1, 3, (2, 3), 3, True)
    assert (result.created, result.skipped, result.failed) == (3, 0, ())
    assert repr(result) == "<ImportResult: 3 created>"


def test_nothing_to_import_sends_nothing(project: Project, client: FakeClient) -> None:
    assert list(project.import_tasks([])) == []
    assert list(project.import_tasks(iter([]))) == []
    assert client.said == []


def test_an_empty_file_is_an_error(project: Project, client: FakeClient, tmp_path: Path) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "parsed_label_config": {}}
    for name, content in (("t.csv", ""), ("t.csv", "text\n"), ("t.json", "[]"), ("t.txt", "\n")):
        path = tmp_path / name
        path.write_text(content)
        with pytest.raises(InvalidInput, match=rf"{name} is empty"):
            project.import_tasks(path)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ("text", r"Task \[2\] must be an object \(dict\), not a str"),
        (None, r"Task \[2\] must be an object \(dict\), not a NoneType"),
        ({"score": float("nan")}, r"Task \[2\]: Cannot be sent as JSON"),
    ],
)
def test_an_invalid_task_in_a_list_is_found_before_sending(
    project: Project,
    client: FakeClient,
    bad: Any,
    says: str,
) -> None:
    tuned(project.client, import_tasks=1)
    with pytest.raises(InvalidInput, match=says):
        project.import_tasks([*numbered(2), bad])
    assert client.changed == []


def test_an_invalid_line_in_a_file_is_found_before_sending(
    project: Project, client: FakeClient, tmp_path: Path
) -> None:
    tuned(project.client, import_tasks=1)
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "a"}\n{"text": "b"}\n["c"]\n')
    with pytest.raises(
        InvalidInput, match=(r"t\.jsonl line 3 must be an object " r"\(dict\), not a list")
    ):
        project.import_tasks(path)
    assert client.changed == []


def test_an_invalid_task_from_a_generator_reports_the_progress(
    project: Project, chunk_server: ChunkServer
) -> None:
    tuned(project.client, import_tasks=2)
    with pytest.raises(InvalidInput, match=r"4 tasks were imported before that") as caught:
        project.import_tasks(iter([*numbered(5), "bad"]))
    assert list(caught.value.imported) == [1, 2, 3, 4]


def test_an_error_of_the_users_generator_reports_the_progress(
    project: Project, chunk_server: ChunkServer
) -> None:
    tuned(project.client, import_tasks=1)

    def rows() -> Iterator[dict[str, str]]:
        yield from numbered(2)
        raise KeyError("mine")

    with pytest.raises(KeyError) as caught:
        project.import_tasks(rows())
    assert list(caught.value.imported) == [1, 2]  # type: ignore[attr-defined]


@pytest.mark.parametrize("timeout", [-1, "5", None])
def test_an_invalid_timeout_is_refused(timeout: Any, project: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="timeout must be a number of seconds"):
        project.import_tasks([{"text": "a"}], timeout=timeout)
    assert client.said == []


def test_a_generator_is_read_chunk_by_chunk(project: Project, chunk_server: ChunkServer) -> None:
    tuned(project.client, import_tasks=2)
    chunk_server.fails[2] = PermissionDenied("You may not.", status=403)
    read: list[int] = []

    def rows() -> Iterator[dict[str, int]]:
        for number in range(1000):
            read.append(number)
            yield {"n": number}

    with pytest.raises(PermissionDenied) as caught:
        project.import_tasks(rows())
    assert list(caught.value.imported) == [1, 2]
    assert len(read) == 4


def test_preannotation_fields_are_sent(moody: Project, client: FakeClient) -> None:
    sent: list[Any] = []
    client.answers["GET /api/tasks/"] = {"tasks": [], "total": 0}
    client.answers["POST /api/projects/1/import"] = lambda options: (
        sent.append(options["params"]) or {"task_count": 1, "task_ids": [1]}
    )
    moody.import_tasks(
        [{"text": "a", "mood": "Good", "topic": "x"}], preannotated_from_fields=["mood", "topic"]
    )
    assert sent[0]["preannotated_from_fields"] == "mood,topic"


def test_a_row_without_the_preannotation_field_is_refused(
    moody: Project, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[1\] has no 'mood'.* Did you mean 'mod'"):
        moody.import_tasks(
            [{"text": "a", "mood": "x"}, {"text": "b", "mod": "x"}],
            preannotated_from_fields=["mood"],
        )
    assert client.said == [CONFIG]


def test_preannotation_values_are_checked(moody: Project, client: FakeClient) -> None:
    with pytest.raises(InvalidResult, match=r"Task \[1\]: .*'topic' has no label 'y'"):
        moody.import_tasks(
            [{"text": "a", "topic": "x"}, {"text": "b", "topic": "y"}],
            preannotated_from_fields=["topic"],
        )
    assert "POST /api/projects/1/import" not in client.said


def test_a_preannotation_field_without_a_control_is_refused(
    moody: Project, client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match=r"no control named 'mod'\. Did you mean 'mood'"):
        moody.import_tasks([{"mod": 1}], preannotated_from_fields=["mod"])
    assert client.said == []


def test_without_validation_the_server_judges_the_fields_to_preannotate_from(
    moody: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    moody.import_tasks([{"text": "a", "pet": 1}], preannotated_from_fields=["pet"], validate=False)
    assert "POST /api/projects/1/import" in client.said


def test_parts_that_preannotation_would_drop_are_refused(moody: Project) -> None:
    task = {"data": {"text": "a", "mood": "Good"}, "meta": {"source": "web"}}
    with pytest.raises(InvalidInput, match="has meta, which the server drops"):
        moody.import_tasks([task], preannotated_from_fields=["mood"])


@pytest.mark.parametrize("fields", ["mood", ["a,b"]])
def test_invalid_preannotation_fields_are_refused(moody: Project, fields: Any) -> None:
    with pytest.raises(InvalidInput):
        moody.import_tasks([{"mood": 1}], preannotated_from_fields=fields)


def test_the_counts_of_the_project_are_loaded_again_after_an_import(
    project: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    client.answers["GET /api/projects/1/"] = {"id": 1, "task_number": 0}
    assert project.task_number == 0
    client.answers["GET /api/projects/1/"] = {"id": 1, "task_number": 3}
    project.import_tasks(numbered(3))
    assert project.task_number == 3


def test_progress_is_reported_to_a_callable(project: Project, chunk_server: ChunkServer) -> None:
    tuned(project.client, import_tasks=2)
    seen: list[Any] = []
    project.import_tasks(list(numbered(5)), progress=lambda *counts: seen.append(counts))
    project.import_tasks(numbered(1), progress=lambda *counts: seen.append(counts))
    assert seen == [(2, 5), (4, 5), (5, 5), (1, None)]


def test_a_result_without_ids_still_counts(project: Project, client: FakeClient) -> None:
    client.answers["GET /api/tasks/"] = {"tasks": [], "total": 0}
    client.answers["POST /api/projects/1/import"] = {"task_count": 2, "annotation_count": 1}
    result = project.import_tasks(numbered(2))
    assert (result.created, result.annotations, list(result)) == (2, 1, [])


def test_the_newest_task_is_requested_once_before_the_first_chunk(
    project: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    tuned(project.client, import_tasks=1)
    asked: list[Any] = []
    client.answers["GET /api/tasks/"] = lambda options: (
        asked.append(options["params"]) or {"tasks": [{"id": 7}], "total": 1}
    )
    project.import_tasks(numbered(2))
    assert client.said == [CONFIG, "GET /api/tasks/", *["POST /api/projects/1/import"] * 2]
    assert json.loads(asked[0]["query"])["ordering"] == ["-tasks:id"]
    assert (asked[0]["page_size"], asked[0]["include"]) == (1, "id")


def test_unknown_options_of_an_export_suggest_the_nearest(project: Project) -> None:
    project.client.answers["GET /api/projects/1/export/formats"] = [{"name": "JSON"}]  # type: ignore[attr-defined]
    with pytest.raises(UnknownName, match="Did you mean 'only_finished'"):
        project.export(only_finised=True)  # type: ignore[call-arg]
