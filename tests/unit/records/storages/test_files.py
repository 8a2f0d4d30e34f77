"""Lists of what a sync would take."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import Project, S3ImportStorage, StorageFile
from label_studio_orm.errors import ConnectionFailed, InvalidInput, UnknownName, Unsupported

POST = "POST /api/storages/s3/files"
ROWS = [
    {"key": "a.jpg", "last_modified": "2026-01-31T12:00:00Z", "size": 5},
    {"key": "b.jpg", "last_modified": None, "size": None},
]
MORE = {"key": None, "last_modified": None, "size": None}
TIMEOUT = {**MORE, "key": "... storage scan timeout reached ..."}


@pytest.fixture
def client() -> FakeClient:
    return FakeClient(Project, S3ImportStorage)


def preview(client: FakeClient, rows: Any, **options: Any) -> Any:
    client.answers[POST] = {"files": rows}
    storages = Project(7, client=client).import_storages.s3
    return storages.preview(bucket="photos", aws_secret_access_key="hush", **options)


def test_one_more_is_asked_for_to_know_whether_there_are_more(client: FakeClient) -> None:
    found = preview(client, [*ROWS, MORE], limit=2)
    assert (len(found), found.complete, found.timed_out) == (2, True, False)
    assert found[1] == StorageFile("b.jpg")
    assert (found[0].size, str(found[0].last_modified)) == (5, "2026-01-31 12:00:00+00:00")
    body = {"bucket": "photos", "aws_secret_access_key": "hush", "project": 7, "limit": 3}
    assert client.calls[-1] == (POST, body)
    found = preview(client, [*ROWS, MORE], limit=1)
    assert (len(found), found.complete) == (1, False)
    assert repr(found) == "<StorageFiles: 1 files, and more>"
    assert preview(client, []) == ()


def test_a_server_that_had_no_more_time_has_listed_a_part(client: FakeClient) -> None:
    found = preview(client, [*ROWS, TIMEOUT])
    assert (len(found), found.complete, found.timed_out) == (2, False, True)


@pytest.mark.parametrize("limit", [0, -1, True, 1.5, "3", None])
def test_a_limit_is_a_number_of_files(client: FakeClient, limit: Any) -> None:
    with pytest.raises(InvalidInput, match="limit must be a number of files above 0"):
        preview(client, [], limit=limit)
    assert client.changed == []


def test_fields_are_checked_before_anything_is_sent(client: FakeClient) -> None:
    with pytest.raises(UnknownName, match="prefix"):
        preview(client, [], prefx="2026/")
    with pytest.raises(InvalidInput, match="regular expression"):
        preview(client, [], regex_filter="*")
    assert client.changed == []


def test_an_older_server_is_not_asked(client: FakeClient) -> None:
    client.is_of_version("1.20.0")
    with pytest.raises(Unsupported, match=r"1\.20\.0 cannot list the files .*; 1\.21 and later"):
        preview(client, [])
    assert client.changed == []


def test_export_storages_have_no_preview(client: FakeClient) -> None:
    with pytest.raises(UnknownName, match="S3ExportStorage has no attribute 'preview'"):
        Project(7, client=client).export_storages.s3.preview(bucket="x")  # type: ignore[misc]


def test_an_answer_of_another_shape_is_refused(client: FakeClient) -> None:
    with pytest.raises(ConnectionFailed):
        preview(client, "nothing")
