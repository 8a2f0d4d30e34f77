"""Chunks of rows, limited by number and by bytes."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.chunk_server import ChunkServer, numbered
from support.clock import tuned

from label_studio_orm.errors import (
    Rejected,
)
from label_studio_orm.records.project import Project


def test_chunks_are_limited_by_count(project: Project, chunk_server: ChunkServer) -> None:
    tuned(project.client, import_tasks=10)
    assert list(project.import_tasks(numbered(25))) == list(range(1, 26))
    assert [len(chunk) for chunk in chunk_server.chunks] == [10, 10, 5]


def test_chunks_are_limited_by_bytes(project: Project, chunk_server: ChunkServer) -> None:
    tuned(project.client, import_bytes=250)
    project.import_tasks([{"text": "x" * 100}] * 3 + [{"text": "y" * 300}])
    assert [len(chunk) for chunk in chunk_server.chunks] == [2, 1, 1]


def test_a_refused_row_is_named_by_its_index_in_the_source(
    project: Project, chunk_server: ChunkServer, tmp_path: Path
) -> None:
    tuned(project.client, import_tasks=2)
    chunk_server.fails[2] = Rejected('Error at item 1: "text" key is expected in task data')
    path = tmp_path / "t.csv"
    path.write_text("text\na\nb\nc\nd\n")
    with pytest.raises(Rejected, match=r"^\S+t\.csv line 5: .text. key is expected"):
        project.import_tasks(path)


# -- refusals of many rows -------------------------------------------------------------------------


def test_an_error_about_many_rows_is_short(project: Project, chunk_server: ChunkServer) -> None:
    said = [f"Error at item {n}: no text :: {'x' * 1000}" for n in range(100)]
    chunk_server.fails[1] = Rejected(
        "POST /api/projects/1/import → 400: …", validation_errors={"non_field_errors": said}
    )
    with pytest.raises(
        Rejected, match=r"(?s)Task \[0\]: no text.*Task \[2\].*and 97 more"
    ) as caught:
        project.import_tasks(numbered(100))
    assert len(str(caught.value)) < 2_000
    assert caught.value.validation_errors == {"non_field_errors": said}
