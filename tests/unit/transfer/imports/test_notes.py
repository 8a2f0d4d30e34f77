"""Warnings about parts of rows that the server drops or cannot show."""

from __future__ import annotations

from typing import Any

import pytest
from support.chunk_server import CONFIG, PICTURES, ChunkServer
from support.fake import FakeClient
from support.texts import SENTIMENT

from label_studio_orm.records.project import Project

LOCAL = [
    r"C:\photos\1.jpg",
    "D:/photos/1.jpg",
    "file:///home/x/1.jpg",
    "/home/x/1.jpg",
    "/Users/x/1.jpg",
    "/content/drive/1.jpg",
    "~/photos/1.jpg",
    "./1.jpg",
    "../1.jpg",
    "photos/1.jpg",
    r"\\nas\photos\1.jpg",
]


# -- warnings --------------------------------------------------------------------------------------


def test_keys_that_the_server_drops_are_reported(
    reviews: Project, chunk_server: ChunkServer, caplog: pytest.LogCaptureFixture
) -> None:
    task = {"data": {"text": "a"}, "drafts": [{"result": []}], "split": "train", "id": 7}
    task["predictions"] = [{"result": [], "cluster": 3, "scor": 0.5}]
    result = reviews.import_tasks([task, task, {"text": "b"}])
    keys = ["drafts", "predictions[].cluster", "predictions[].scor", "split"]
    assert result.dropped == dict.fromkeys(keys, 2)
    (said,) = result.warnings
    assert "drafts (2 tasks)" in said
    assert "predictions[].scor (2 tasks; did you mean 'score'?)" in said
    assert caplog.messages == [said]
    assert repr(result) == "<ImportResult: 3 created, 1 warning>"


def test_keys_that_no_config_can_show_are_reported_once(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    rows = [{"text": "a", "Customer ID": 1, "größe": 2}, {"text": "b", "größe": 3, "plain_1": 4}]
    (said,) = reviews.import_tasks(rows).warnings
    assert said.startswith("No config can show the keys 'Customer ID', 'größe': ")


def test_refused_and_skipped_rows_are_not_reported_as_dropped(
    reviews: Project, chunk_server: ChunkServer
) -> None:
    bad = {"data": {"n": 1}, "split": "train"}
    result = reviews.import_tasks([bad, {"text": "a"}], on_error="collect")
    assert (result.dropped, result.warnings) == ({}, ())


@pytest.mark.parametrize(
    ("given", "told"),
    [(1, {}), (None, {}), (2, {"overlap": 1})],
    ids=["as the project has it", "null", "another"],
)
def test_an_overlap_other_than_the_projects_is_reported(
    given: Any, told: Any, reviews: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": SENTIMENT, "maximum_annotations": 1}
    result = reviews.import_tasks([{"data": {"text": "a"}, "overlap": given}])
    assert result.dropped == told


@pytest.mark.parametrize("path", LOCAL)
def test_a_local_path_under_an_image_is_reported(
    path: str, project: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    result = project.import_tasks([{"image": path}, {"image": [path]}])
    (said,) = result.warnings
    assert said.startswith("2 tasks with a local file path under 'image'")
    assert "upload_files" in said
    assert "local_file_url" in said


def test_a_path_within_a_url_of_the_config_is_not_a_local_path(
    project: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    config = PICTURES.replace("$image", "https://example.com/$image")
    client.answers[CONFIG] = {"id": 1, "label_config": config}
    assert project.import_tasks([{"image": "photos/1.jpg"}]).warnings == ()


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/home/1.jpg",
        "s3://bucket/1.jpg",
        "gs://b/1.jpg",
        "data:image/png;base64,AAAA",
        "/data/upload/1/1.jpg",
        "/data/local-files/?d=1.jpg",
        "/static/1.jpg",
        "data/upload/1/1.jpg",
        "//example.com/1.jpg",
        "{{image}}",
    ],
)
def test_urls_that_a_browser_can_load_are_not_local_paths(
    url: str, project: Project, client: FakeClient, chunk_server: ChunkServer
) -> None:
    client.answers[CONFIG] = {"id": 1, "label_config": PICTURES}
    assert project.import_tasks([{"image": url, "note": "/home/x/1.jpg"}]).warnings == ()
