"""Uploads: files become tasks with data and annotations; a rerun sends the missing ones."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from support.clock import tuned
from support.texts import without_id
from support.uploading import (
    PICTURES,
    TWO,
    Files,
    Uploading,
    UploadServer,
    stored,
    touch,
)

from label_studio_orm.errors import (
    InvalidInput,
    InvalidResult,
    LabelStudioError,
)

# -- tasks of files --------------------------------------------------------------------------------


def test_each_file_becomes_a_task(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    result = upload(tmp_path)
    assert (list(result), result.created, result.skipped) == ([1, 2], 2, 0)
    assert upload_server.contents == [b"a.png", b"b.png"]
    assert upload_server.posts == [["a.png", "b.png"]]


def test_a_task_knows_its_upload_and_its_file(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(touch(tmp_path, "a.png"))
    (task,) = upload_server.requests[0]
    assert task == {
        "data": {"image": "/data/upload/1/00000001-a.png"},
        "meta": {"upload": {"file": "a.png", "md5": hashlib.md5(b"a.png").hexdigest()}},
        "file_upload_id": 1,
    }


def test_the_url_of_a_file_is_quoted(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(touch(tmp_path, "日本 é.png"))
    assert upload_server.column("image") == [
        "/data/upload/1/00000001-%E6%97%A5%E6%9C%AC_%C3%A9.png"
    ]
    assert upload_server.contents == ["日本 é.png".encode()]


def test_files_with_the_same_name_in_two_folders_are_two_tasks(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/1.png", "dogs/1.png")
    assert upload(tmp_path).created == 2
    assert upload_server.contents == [b"cats/1.png", b"dogs/1.png"]
    assert upload(tmp_path).skipped == 2


def test_equal_files_in_two_folders_are_two_tasks(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    for path in touch(tmp_path, "cats/1.png", "dogs/1.png"):
        path.write_bytes(b"the same")
    assert upload(tmp_path).created == 2


def test_equal_files_with_the_same_name_are_distinguished_by_folder(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    paths = touch(tmp_path, "cats/1.png", "dogs/1.png")
    for path in paths:
        path.write_bytes(b"the same")
    with pytest.raises(InvalidInput, match=r"are ambiguous: both are '1\.png'"):
        upload(paths)
    assert upload(tmp_path).created == 2


# -- data and annotations --------------------------------------------------------------------------


def test_a_dict_is_added_to_the_data_of_all_tasks(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(touch(tmp_path, "a.png", "b.png"), data={"source": "web"})
    assert upload_server.column("source") == ["web", "web"]


def test_a_function_returns_the_data_of_each_path(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/a.png", "dogs/b.png")
    upload(tmp_path, data=lambda path: {"animal": path.parent.name})
    assert upload_server.column("animal") == ["cats", "dogs"]


def test_a_function_may_return_no_data_for_a_path(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(
        touch(tmp_path, "a.png", "b.png"), data=lambda path: {"n": 1} if "a" in path.stem else None
    )
    assert upload_server.column("n") == [1, None]


def test_data_with_the_field_of_the_file_is_refused_first(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=r"a\.png: data is a dict without 'image'"):
        upload(touch(tmp_path, "a.png"), data={"image": "x"})
    assert not upload_server.posts


@pytest.mark.parametrize("data", ["text", 7, ["x"]])
def test_data_must_be_a_dict(data: Any, upload: Uploading, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="data is a dict"):
        upload(touch(tmp_path, "a.png"), data=lambda path: data)


def test_data_that_is_not_json_is_refused_before_the_upload(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput):
        upload(touch(tmp_path, "a.png"), data={"score": float("nan")})
    assert not upload_server.posts


def test_an_error_of_the_users_function_sends_nothing(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    def data(path: Path) -> Any:
        return {"n": 1 / (path.name != "b.png")}

    with pytest.raises(ZeroDivisionError):
        upload(touch(tmp_path, "a.png", "b.png"), data=data)
    assert not upload_server.posts


def test_annotations_are_matched_by_the_path_within_the_folder(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/1.png", "dogs/1.png")
    result = upload(tmp_path, annotations={"dogs/1.png": [{"result": []}]})
    assert [len(task.get("annotations", ())) for task in upload_server.requests[0]] == [0, 1]
    assert result.annotations == 1


def test_a_function_returns_the_annotations_of_each_path(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    paths = touch(tmp_path, "a.png", "b.png")
    upload(paths, annotations=lambda path: [{"result": []}] if path == paths[1] else None)
    assert [len(task.get("annotations", ())) for task in upload_server.requests[0]] == [0, 1]


def test_python_values_are_sent_in_the_servers_format(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(touch(tmp_path, "a.png"), annotations=lambda path: [{"result": {"c": "Cat"}}])
    ((task,),) = upload_server.requests
    (region,) = without_id(task["annotations"][0]["result"])
    names = {"from_name": "c", "to_name": "i", "type": "choices"}
    assert region == {**names, "value": {"choices": ["Cat"]}}


def test_invalid_annotations_are_refused_before_the_upload(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    said = {"a.png": [{"result": {"c": "Cat"}}], "b.png": [{"result": {"c": "Cow"}}]}
    files = touch(tmp_path, "a.png", "b.png")
    with pytest.raises(InvalidResult, match=r"b\.png, annotations\[0\]: \[0\]\.value\.choices"):
        upload(files, annotations=said)
    assert not upload_server.posts
    upload(files, annotations=said, validate=False)
    sent = [task["annotations"][0]["result"][0]["value"] for task in upload_server.requests[0]]
    assert sent == [{"choices": ["Cat"]}, {"choices": ["Cow"]}]


def test_annotations_of_a_missing_file_are_refused(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/1.png")
    with pytest.raises(InvalidInput, match=r"Did you mean 'cats/1\.png'"):
        upload(tmp_path, annotations={"cats/l.png": [{"result": []}]})
    assert not upload_server.posts


def test_annotations_must_be_a_list(upload: Uploading, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a\.png: annotations must be a list of dicts"):
        upload(touch(tmp_path, "a.png"), annotations={"a.png": {"result": []}})


def test_predictions_are_given_like_annotations(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    files = touch(tmp_path, "a.png", "b.png")
    said = {"result": {"c": "Cat"}, "model_version": "m1", "score": 0.9}
    result = upload(files, predictions=lambda path: [said] if path == files[0] else [])
    one, other = upload_server.requests[0]
    (prediction,) = one["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("m1", 0.9)
    assert prediction["result"][0]["value"] == {"choices": ["Cat"]}
    assert not one.keys() & {"annotations"}
    assert not other.keys() & {"annotations", "predictions"}
    assert result.predictions == 1


@pytest.mark.parametrize(
    ("predictions", "says"),
    [
        ({"a.pgn": []}, r"predictions: there is no file 'a\.pgn'\. Did you mean 'a\.png'"),
        ({"a.png": {"result": []}}, r"a\.png: predictions must be a list of dicts"),
        ({"a.png": [{"result": {"c": "Cow"}}]}, r"a\.png, predictions\[0\]: .*choices"),
    ],
)
def test_invalid_predictions_are_refused_before_the_upload(
    predictions: Any, says: str, upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=says):
        upload(touch(tmp_path, "a.png"), predictions=predictions)
    assert not upload_server.posts


# -- the field of the file -------------------------------------------------------------------------


def test_one_of_several_fields_must_be_chosen(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.config = TWO
    with pytest.raises(InvalidInput, match="Give field=, one of image, caption"):
        upload(touch(tmp_path, "a.png"))
    assert upload(tmp_path, into="image", data={"caption": "A cat."}).created == 1
    assert upload_server.column("caption") == ["A cat."]


def test_a_mistyped_field_suggests_the_nearest(upload: Uploading, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Did you mean 'image'"):
        upload(touch(tmp_path, "a.png"), into="imag")


def test_a_config_that_shows_nothing_needs_a_field(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.config = {}
    with pytest.raises(InvalidInput, match="as the labeling config has no control"):
        upload(touch(tmp_path, "a.png"))
    assert upload(tmp_path, into="image").created == 1


# -- reruns ----------------------------------------------------------------------------------------


def test_a_rerun_sends_nothing(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload(tmp_path)
    again = upload(tmp_path)
    assert (
        again.created,
        again.skipped,
        len(upload_server.posts),
        len(upload_server.requests),
    ) == (0, 2, 1, 1)


def test_a_rerun_sends_new_and_changed_files(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload(tmp_path)
    touch(tmp_path, "c.png")
    (tmp_path / "a.png").write_bytes(b"A.png")
    again = upload(tmp_path)
    assert (again.created, again.skipped) == (2, 1)
    assert upload_server.contents == [b"a.png", b"b.png", b"A.png", b"c.png"]


def test_a_deleted_task_is_created_again_from_the_stored_file(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload(tmp_path)
    upload_server.remove(1)
    assert upload(tmp_path).created == 1
    assert upload_server.contents == [b"b.png", b"a.png"]


# -- files that change, progress -------------------------------------------------------------------


def test_a_file_that_changed_after_the_scan_is_refused(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    """The task has the md5 of the file: a rerun would upload it again."""
    touch(tmp_path, "a.png", "b.png")

    def data(path: Path) -> Any:
        (tmp_path / "b.png").write_bytes(b"B.png")
        return {}

    with pytest.raises(InvalidInput, match=r"b\.png has changed"):
        upload(tmp_path, data=data)
    assert not upload_server.rows


def test_a_file_that_disappeared_after_the_scan_is_named(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")

    def data(path: Path) -> Any:
        (tmp_path / "b.png").unlink(missing_ok=True)
        return {}

    with pytest.raises(LabelStudioError, match=r"b\.png"):
        upload(tmp_path, data=data)


def test_progress_counts_the_files_to_send(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(upload_server.client, upload_files=2)
    touch(tmp_path, *(f"{number}.png" for number in range(5)))
    seen: list[tuple[int, int | None]] = []
    upload(tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_tasks_are_created_before_the_next_group_is_uploaded(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(upload_server.client, upload_files=2)
    touch(tmp_path, *(f"{number}.png" for number in range(4)))
    there: list[int] = []

    def fate(upload_server: UploadServer, files: Files) -> Any:
        there.append(len(upload_server.rows))
        return stored(upload_server, files)

    upload_server.otherwise_upload = fate
    upload(tmp_path)
    assert there == [0, 2]


def test_a_rerun_without_new_files_only_reads(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png")
    upload(tmp_path)
    said = len(upload_server.client.said)
    upload(tmp_path)
    assert all(call.startswith("GET") for call in upload_server.client.said[said:])


def test_missing_required_data_is_found_before_the_upload(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    config = PICTURES.replace("</View>", '<Text name="t" value="$caption"/></View>')
    upload_server.client.answers["GET /api/projects/1/"] = {
        **upload_server.counted({}),
        "label_config": config,
    }
    files = touch(tmp_path, "a.png", "b.png")
    with pytest.raises(InvalidInput, match=r"b\.png has no 'caption', which <Text> shows"):
        upload(files, data=lambda path: {"caption": "a"} if path == files[0] else {})
    assert not upload_server.posts


def test_parts_of_annotations_are_normalized_before_the_upload(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    said = {"result": None, "completed_by": "ada@example.com", "was_cancelled": None}
    upload(touch(tmp_path, "a.png"), annotations=lambda path: [said])
    ((task,),) = upload_server.requests
    assert task["annotations"] == [{"result": [], "completed_by": {"email": "ada@example.com"}}]
