"""Stored files: reused in reruns, found after lost responses, and halved if too large."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.clock import tuned
from support.importing import ImportServer, made_and_lost, unknown
from support.importing import lost as import_lost
from support.uploading import (
    TWO,
    Fate,
    Files,
    Uploading,
    UploadServer,
    stored,
    touch,
)

from label_studio_orm.errors import (
    ConnectionFailed,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
)
from label_studio_orm.tuning import Tuning


def lost_before(server: UploadServer, files: Files) -> Any:
    return unknown()


def lost_after(server: UploadServer, files: Files) -> Any:
    server.store(files)
    return unknown()


def failing(error: Callable[[], Exception], *, storing: bool = False) -> Fate:
    return lambda server, files: [storing and server.store(files), error()][1]


def at_most(count: int) -> Fate:
    def fate(server: UploadServer, files: Files) -> Any:
        too_many = Rejected("POST → 413: Request Entity Too Large", status=413)
        return too_many if len(files) > count else stored(server, files)

    return fate


def interrupted(server: UploadServer, files: Files) -> Any:
    server.store(files)
    raise KeyboardInterrupt


def parsing(says: str, is_bad: Callable[[str], bool] = lambda name: True) -> Fate:
    """Refuse files without tasks after storing them, as Label Studio does."""

    def fate(server: UploadServer, files: Files) -> Any:
        if not any(is_bad(name) for name, _ in files):
            return stored(server, files)
        server.store(files)
        return Rejected(f"POST → 400: {says}", status=400)

    return fate


# -- groups of files -------------------------------------------------------------------------------


def test_many_files_are_uploaded_in_groups(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(upload_server.client, upload_files=4)
    touch(tmp_path, *(f"{number:02}.png" for number in range(10)))
    assert upload(tmp_path).created == 10
    assert [len(post) for post in upload_server.posts] == [4, 4, 2]
    assert [len(tasks) for tasks in upload_server.requests] == [4, 4, 2]
    assert upload_server.contents == [f"{number:02}.png".encode() for number in range(10)]


def test_the_bytes_of_a_group_are_limited_except_for_a_single_file(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(upload_server.client, upload_bytes=10)
    sizes = {"a.png": 4, "b.png": 6, "c.png": 1, "d.png": 30, "e.png": 1}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"x" * size)
    upload(tmp_path)
    assert upload_server.posts == [["a.png", "b.png"], ["c.png"], ["d.png"], ["e.png"]]


# -- reruns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("a.png", "two words.png", "日本 é.png", "e\u0301.png", "a'b(1)#%&+.png"),
        *(" lead.png", 'q"q.png', "50%25.png", "a&amp;b.png", "n" * 150 + ".png"),
    ],
)
def test_uploads_of_an_interrupted_call_are_reused(
    name: str, upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, name)
    upload_server.fates = [interrupted]
    with pytest.raises(KeyboardInterrupt):
        upload(tmp_path)
    assert not upload_server.rows
    assert upload(tmp_path).created == 1
    assert (len(upload_server.posts), upload_server.contents) == (1, [name.encode()])


def test_uploads_without_tasks_are_reused(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    def interrupted(upload_server: ImportServer, tasks: Any) -> Any:
        raise KeyboardInterrupt

    touch(tmp_path, "a.png", "b.png")
    upload_server.script = [interrupted]
    with pytest.raises(KeyboardInterrupt):
        upload(tmp_path)
    assert upload(tmp_path).created == 2
    assert (len(upload_server.files), upload_server.contents) == (2, [b"a.png", b"b.png"])


def test_an_unused_upload_with_other_bytes_is_not_reused(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.store([("a.png", b"A.png")])
    upload(touch(tmp_path, "a.png"))
    assert upload_server.contents == [b"a.png"]


def test_each_unused_upload_is_reused_once(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    for path in touch(tmp_path, "cats/1.png", "dogs/1.png"):
        path.write_bytes(b"the same")
    upload_server.store([("1.png", b"the same")])
    upload(tmp_path)
    assert len(set(upload_server.column("image"))) == 2
    assert len(upload_server.files) == 2


def test_an_unused_upload_is_reused_once_even_if_uploads_are_listed_again(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(upload_server.client, upload_files=1)
    for path in touch(tmp_path, "cats/1.png", "dogs/1.png"):
        path.write_bytes(b"the same")
    upload_server.store([("1.png", b"the same")])
    upload_server.fates = [lost_before]
    upload(tmp_path)
    assert len(set(upload_server.column("image"))) == len(upload_server.files) == 2


def test_an_upload_of_an_existing_task_is_not_reused(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    (id,) = upload_server.store([("a.png", b"a.png")])
    upload_server.add(data={"image": f"/data/{upload_server.files[id][0]}"})
    upload(touch(tmp_path, "a.png"))
    assert len(set(upload_server.column("image"))) == 2


def test_an_upload_in_a_list_of_a_task_is_not_reused(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    (id,) = upload_server.store([("a.png", b"a.png")])
    address = f"/data/{upload_server.files[id][0]}"
    upload_server.add(data={"pages": [address]})
    upload(touch(tmp_path, "a.png"))
    assert upload_server.column("image")[1] != address


def test_without_sizes_from_the_server_uploads_are_downloaded_to_compare(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.without_sizes = True
    upload_server.store([("a.png", b"other"), ("a.png", b"a.png")])
    upload(touch(tmp_path, "a.png"))
    assert (upload_server.posts, upload_server.contents, len(upload_server.reads)) == (
        [],
        [b"a.png"],
        2,
    )


# -- lost responses --------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", [lost_before, lost_after])
def test_files_are_stored_once_after_a_lost_response(
    fate: Fate, upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload_server.fates = [fate]
    assert upload(tmp_path).created == 2
    assert (len(upload_server.files), upload_server.contents) == (2, [b"a.png", b"b.png"])


@pytest.mark.parametrize(
    "error",
    [
        lambda: ConnectionFailed("Cannot connect: Connection refused."),
        lambda: OutcomeUnknown("504", status=504),
        lambda: ServerError("503", status=503),
        lambda: ServerError("429", status=429),
    ],
)
def test_transient_errors_are_retried(
    error: Callable[[], Exception], upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.fates = [failing(error), failing(error)]
    assert upload(touch(tmp_path, "a.png")).created == 1
    assert len(upload_server.posts) == 3
    assert upload_server.nap.naps


def test_an_upload_fails_after_the_last_try(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.otherwise_upload = lost_before
    with pytest.raises(OutcomeUnknown):
        upload(touch(tmp_path, "a.png"))
    assert len(upload_server.posts) == Tuning().upload_retries.tries


def test_only_the_files_that_a_lost_upload_has_not_stored_are_sent_again(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    def some(upload_server: UploadServer, files: Files) -> Any:
        upload_server.store(files[:1])
        return unknown()

    touch(tmp_path, "a.png", "b.png")
    upload_server.fates = [some]
    upload(tmp_path)
    assert upload_server.posts == [["a.png", "b.png"], ["b.png"]]
    assert upload_server.contents == [b"a.png", b"b.png"]


@pytest.mark.parametrize("outcome", [import_lost, made_and_lost])
def test_tasks_are_created_once_after_a_lost_response(
    outcome: Any, upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload_server.script = [outcome]
    assert upload(tmp_path).created == 2
    assert (len(upload_server.posts), upload_server.contents) == (1, [b"a.png", b"b.png"])


def test_an_upload_still_being_stored_is_waited_for(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    listed = upload_server.client.answers["GET /api/projects/1/file-uploads"]
    late: list[Files] = []

    def cut(upload_server: UploadServer, files: Files) -> Any:
        late.append(files)
        return unknown()

    def look(options: Any) -> Any:
        if late and upload_server.nap.naps:  # at the second search
            upload_server.store(late.pop())
        return listed(options)

    upload_server.client.answers["GET /api/projects/1/file-uploads"] = look

    touch(tmp_path, "a.png", "b.png")
    upload_server.fates = [cut]
    assert upload(tmp_path).created == 2
    assert (len(upload_server.posts), upload_server.contents) == (1, [b"a.png", b"b.png"])


def test_after_an_empty_response_the_upload_is_searched_for(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.fates = [lambda upload_server, files: [upload_server.store(files), None][1]]
    assert upload(touch(tmp_path, "a.png")).created == 1
    assert len(upload_server.files) == 1


# -- refusals --------------------------------------------------------------------------------------


def test_a_request_that_is_too_large_is_halved(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, *(f"{number}.png" for number in range(5)))
    upload_server.otherwise_upload = at_most(2)
    assert upload(tmp_path).created == 5
    assert upload_server.contents == [f"{number}.png".encode() for number in range(5)]
    assert len(upload_server.files) == 5


def test_a_refused_file_is_named(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png", "c.png")

    def fate(upload_server: UploadServer, files: Files) -> Any:
        bad = any(name == "b.png" for name, _ in files)
        return Rejected("POST → 400: No.", status=400) if bad else stored(upload_server, files)

    upload_server.otherwise_upload = fate
    with pytest.raises(Rejected, match=r"b\.png: POST → 400: No\."):
        upload(tmp_path)


def test_a_forbidden_upload_is_not_halved(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload_server.otherwise_upload = failing(lambda: PermissionDenied("403", status=403))
    with pytest.raises(PermissionDenied):
        upload(touch(tmp_path, "a.png", "b.png"))
    assert len(upload_server.posts) == 1


def test_stored_files_that_were_refused_as_tasks_are_reused(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    """Label Studio refuses an image as a task if the labeling config has two fields."""
    upload_server.config = TWO
    upload_server.otherwise_upload = parsing("Your label config has more than one data key")
    touch(tmp_path, "a.png", "b.png")
    assert upload(tmp_path, into="image", data={"caption": "?"}).created == 2
    assert (len(upload_server.files), len(upload_server.posts)) == (2, 1)


def test_a_mixed_group_leaves_no_unused_uploads(
    upload_server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    """The server compares the columns of tables with those of other files."""
    touch(tmp_path, "a.csv", "b.png", "c.txt", "d.html")

    def fate(upload_server: UploadServer, files: Files) -> Any:
        kinds = {Path(name).suffix for name, _ in files}
        return (parsing("inconsistent") if len(kinds) > 1 else stored)(upload_server, files)

    upload_server.otherwise_upload = fate
    assert upload(tmp_path).created == 4
    assert len(upload_server.files) == 4
