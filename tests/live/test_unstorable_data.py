"""Rows that PostgreSQL cannot store are reported at once and skipped."""

from __future__ import annotations

import time

import pytest

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import InvalidInput, ServerError
from label_studio_orm.server import LocalServer


@pytest.fixture
def ls(postgres_server: LocalServer) -> LabelStudio:
    return postgres_server.client()


def test_rows_refused_by_the_database_are_collected(project: Project) -> None:
    """The text of a row must not make the error look like a busy database."""
    rows = [{"data": {"text": f"row {n}"}} for n in range(20)]
    rows[3] = {"data": {"text": "a lock, no memory, no connection"}, "file_upload_id": 10**6}
    rows[11] = {"data": {"text": "the disk"}, "file_upload_id": 2**70}
    started = time.monotonic()
    result = project.import_tasks(rows, on_error="collect")
    assert time.monotonic() - started < 15  # and not 46 seconds for the first of them
    assert [failure.index for failure in result.failed] == [3, 11]
    assert "It refers to a record that does not exist" in str(result.failed[0].error)
    assert "A number is too large" in str(result.failed[1].error)
    assert {task.data["text"] for task in project.tasks} == {
        row["data"]["text"] for n, row in enumerate(rows) if n not in (3, 11)
    }


def test_text_with_a_nul_is_collected_before_anything_is_sent(project: Project) -> None:
    rows = [{"text": "a"}, {"text": "the lock\x00"}, {"text": "b"}]
    result = project.import_tasks(rows, on_error="collect")
    assert result.created == 2
    assert "data.text must not contain NUL" in str(result.failed[0])


def test_a_filter_with_a_nul_is_refused(project: Project) -> None:
    with pytest.raises(InvalidInput, match="must not contain NUL"):
        project.tasks.filter(Task.data["text"] == "a\x00").count()


def test_the_error_for_a_write_refused_by_the_database_says_why(
    ls: LabelStudio, project: Project
) -> None:
    path = f"/api/projects/{project.id}/import"
    with pytest.raises(ServerError, match="It refers to a record that does not exist") as caught:
        ls.json("POST", path, json=[{"data": {"text": "a"}, "file_upload_id": 10**6}])
    assert "LINE 1" not in str(caught.value)
