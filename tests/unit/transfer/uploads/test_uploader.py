"""Files as tasks: each uploaded once and each a task once, whatever becomes of the requests."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Mapping
from email.message import Message
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from requests import Response
from support.clock import tuned
from support.importing import ImportServer, made_and_lost, unknown
from support.importing import lost as import_lost
from support.texts import without_id

from label_studio_orm.errors import (
    ConnectionFailed,
    InvalidInput,
    InvalidResult,
    LabelStudioError,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
)
from label_studio_orm.transfer.imports.result import ImportResult
from label_studio_orm.transfer.uploads.uploader import Uploads
from label_studio_orm.tuning import Tuning

PICTURES = (
    '<View><Image name="i" value="$image"/><Choices name="c" toName="i">'
    '<Choice value="Cat"/><Choice value="Dog"/></Choices></View>'
)
IMAGE = {"c": {"inputs": [{"type": "Image", "value": "image"}]}}
TWO = {
    "c": {"inputs": [{"type": "Image", "value": "image"}, {"type": "Text", "value": "caption"}]},
}
LONGEST = 100  # characters of a path, in the server's database

Files = list[tuple[str, bytes]]
Fate = Callable[["UploadServer", Files], Any]
Uploading = Callable[..., ImportResult]


class UploadServer(ImportServer):
    """Takes files; `fates` says what becomes of the first uploads, in their order."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        self.config = config
        self.files: dict[int, tuple[str, bytes]] = {}  # by the upload's id
        self.posts: list[list[str]] = []  # the names of each request
        self.fates: list[Fate] = []
        self.otherwise_upload: Fate = stored
        self.reads: list[str] = []  # what was read back
        self.without_sizes = False
        self.client.answers["POST /api/projects/1/import"] = self._post
        self.client.answers["GET /api/projects/1/file-uploads"] = self._listed
        self.client.fetch = self._fetch  # type: ignore[attr-defined]

    def counted(self, options: Mapping[str, Any]) -> Any:
        configs = {"label_config": PICTURES, "parsed_label_config": self.config}
        return {**super().counted(options), **configs}

    @property
    def contents(self) -> list[bytes]:
        """The bytes that each task refers to, task by task."""
        there = {f"/data/{name}": content for name, content in self.files.values()}
        return [there[unquote(url)] for url in self.column("image")]

    def store(self, files: Files) -> list[int]:
        return [self._stored(name, content) for name, content in files]

    def _stored(self, name: str, content: bytes) -> int:
        """Keep a file, under the name that Django makes of it."""
        id = len(self.files) + 1
        name = html.unescape(name).rsplit("/")[-1].rsplit("\\")[-1]
        clean = re.sub(r"[^-\w.]", "", f"{id:08x}-{name}".strip().replace(" ", "_"))
        path = f"upload/1/{clean}"
        if len(path) > LONGEST:
            end = f"_AbCdEfG{Path(name).suffix}"
            path = path[: LONGEST - len(end)] + end
        self.files[id] = (path, content)
        return id

    def _post(self, options: Mapping[str, Any]) -> Any:
        if options["params"].get("commit_to_project") != "false":
            return self._import(options)
        files = parsed(options["headers"]["Content-Type"], b"".join(options["data"]))
        self.posts.append([name for name, _ in files])
        fate = self.fates.pop(0) if self.fates else self.otherwise_upload
        return fate(self, files)

    def _listed(self, options: Mapping[str, Any]) -> Any:
        params = options["params"]
        ids = [*self.files] if params.get("all") == "true" else json.loads(params["ids"])
        found = [{"id": i, "file": self.files[i][0], "size": len(self.files[i][1])} for i in ids]
        if self.without_sizes:
            found = [{"id": each["id"], "file": each["file"]} for each in found]
        return found

    def _fetch(self, url: str, *, headers: Mapping[str, str], stream: bool) -> Response:
        self.reads.append(url)
        there = {f"/data/{name}": content for name, content in self.files.values()}
        response = Response()
        response.status_code = 200
        response.raw = BytesIO(there[unquote(url)])
        response.headers["Content-Length"] = str(len(there[unquote(url)]))
        return response


def parsed(content_type: str, body: bytes) -> Files:
    """Return the names and bytes of the files in a form."""
    found = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    files = []
    for part in found.get_payload():
        assert isinstance(part, Message)
        raw = str(dict(part.raw_items())["Content-Disposition"])
        name = raw.encode("ascii", "surrogateescape").decode().partition('filename="')[2][:-1]
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        files.append((name, content))
    return files


def stored(server: UploadServer, files: Files) -> Any:
    ids = server.store(files)
    return {"file_upload_ids": ids, "task_count": len(ids), "could_be_tasks_list": False}


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
    """Refuse what Label Studio cannot read tasks from, which it does after it has stored it."""

    def fate(server: UploadServer, files: Files) -> Any:
        if not any(is_bad(name) for name, _ in files):
            return stored(server, files)
        server.store(files)
        return Rejected(f"POST → 400: {says}", status=400)

    return fate


@pytest.fixture
def server() -> UploadServer:
    return UploadServer(IMAGE)


@pytest.fixture
def upload(server: UploadServer) -> Uploading:
    """Upload to the server, on its clock."""

    def upload(given: Any, **options: Any) -> ImportResult:
        usual = {"into": "", "data": None, "annotations": None, "validate": True}
        options = {**usual, "timeout": 60, "progress": False, **options}
        return Uploads(project=server.record, **options).run(given)

    return upload


def touch(folder: Path, *names: str) -> list[Path]:
    """Make files, each with its name in it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]


# -- what becomes of files -------------------------------------------------------------------------


def test_each_file_becomes_a_task(server: UploadServer, upload: Uploading, tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    result = upload(tmp_path)
    assert (list(result), result.created, result.skipped) == ([1, 2], 2, 0)
    assert server.contents == [b"a.png", b"b.png"]
    assert server.posts == [["a.png", "b.png"]]


def test_a_task_knows_its_upload_and_its_file(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(touch(tmp_path, "a.png"))
    (task,) = server.requests[0]
    assert task == {
        "data": {"image": "/data/upload/1/00000001-a.png"},
        "meta": {"upload": {"file": "a.png", "md5": hashlib.md5(b"a.png").hexdigest()}},
        "file_upload_id": 1,
    }


def test_an_address_is_quoted(server: UploadServer, upload: Uploading, tmp_path: Path) -> None:
    upload(touch(tmp_path, "日本 é.png"))
    assert server.column("image") == ["/data/upload/1/00000001-%E6%97%A5%E6%9C%AC_%C3%A9.png"]
    assert server.contents == ["日本 é.png".encode()]


def test_files_of_one_name_in_two_folders_are_two(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/1.png", "dogs/1.png")
    assert upload(tmp_path).created == 2
    assert server.contents == [b"cats/1.png", b"dogs/1.png"]
    assert upload(tmp_path).skipped == 2


def test_the_same_bytes_in_two_folders_are_two(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    for path in touch(tmp_path, "cats/1.png", "dogs/1.png"):
        path.write_bytes(b"the same")
    assert upload(tmp_path).created == 2


def test_equal_files_of_one_name_are_told_apart_by_their_folder(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    paths = touch(tmp_path, "cats/1.png", "dogs/1.png")
    for path in paths:
        path.write_bytes(b"the same")
    with pytest.raises(InvalidInput, match=r"cannot be told apart: both are '1\.png'"):
        upload(paths)
    assert upload(tmp_path).created == 2


def test_many_files_go_in_groups(server: UploadServer, upload: Uploading, tmp_path: Path) -> None:
    tuned(server.client, upload_files=4)
    touch(tmp_path, *(f"{number:02}.png" for number in range(10)))
    assert upload(tmp_path).created == 10
    assert [len(post) for post in server.posts] == [4, 4, 2]
    assert [len(tasks) for tasks in server.requests] == [4, 4, 2]
    assert server.contents == [f"{number:02}.png".encode() for number in range(10)]


def test_no_request_has_more_bytes_than_a_group_but_for_a_single_file(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(server.client, upload_bytes=10)
    sizes = {"a.png": 4, "b.png": 6, "c.png": 1, "d.png": 30, "e.png": 1}
    for name, size in sizes.items():
        (tmp_path / name).write_bytes(b"x" * size)
    upload(tmp_path)
    assert server.posts == [["a.png", "b.png"], ["c.png"], ["d.png"], ["e.png"]]


# -- data and annotations --------------------------------------------------------------------------


def test_a_dict_goes_into_the_data_of_all(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(touch(tmp_path, "a.png", "b.png"), data={"source": "web"})
    assert server.column("source") == ["web", "web"]


def test_a_function_says_the_data_of_each_path(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/a.png", "dogs/b.png")
    upload(tmp_path, data=lambda path: {"animal": path.parent.name})
    assert server.column("animal") == ["cats", "dogs"]


def test_a_function_may_have_no_data_for_some(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(
        touch(tmp_path, "a.png", "b.png"), data=lambda path: {"n": 1} if "a" in path.stem else None
    )
    assert server.column("n") == [1, None]


def test_data_for_the_field_of_the_file_is_refused_before_all(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match=r"a\.png: data is a dict without 'image'"):
        upload(touch(tmp_path, "a.png"), data={"image": "x"})
    assert not server.posts


@pytest.mark.parametrize("data", ["text", 7, ["x"]])
def test_data_that_is_no_dict_is_refused(data: Any, upload: Uploading, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="data is a dict"):
        upload(touch(tmp_path, "a.png"), data=lambda path: data)


def test_data_that_json_cannot_say_is_refused_before_the_upload(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput):
        upload(touch(tmp_path, "a.png"), data={"score": float("nan")})
    assert not server.posts


def test_an_error_of_the_users_function_sends_nothing(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    def data(path: Path) -> Any:
        return {"n": 1 / (path.name != "b.png")}

    with pytest.raises(ZeroDivisionError):
        upload(touch(tmp_path, "a.png", "b.png"), data=data)
    assert not server.posts


def test_annotations_are_told_by_the_path_within_the_folder(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/1.png", "dogs/1.png")
    result = upload(tmp_path, annotations={"dogs/1.png": [{"result": []}]})
    assert [len(task.get("annotations", ())) for task in server.requests[0]] == [0, 1]
    assert result.annotations == 1


def test_a_function_says_the_annotations_of_each_path(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    paths = touch(tmp_path, "a.png", "b.png")
    upload(paths, annotations=lambda path: [{"result": []}] if path == paths[1] else None)
    assert [len(task.get("annotations", ())) for task in server.requests[0]] == [0, 1]


def test_annotations_in_natural_terms_are_sent_as_the_server_keeps_them(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    upload(touch(tmp_path, "a.png"), annotations=lambda path: [{"result": {"c": "Cat"}}])
    ((task,),) = server.requests
    (region,) = without_id(task["annotations"][0]["result"])
    names = {"from_name": "c", "to_name": "i", "type": "choices"}
    assert region == {**names, "value": {"choices": ["Cat"]}}


def test_annotations_that_do_not_fit_are_refused_before_the_upload(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    said = {"a.png": [{"result": {"c": "Cat"}}], "b.png": [{"result": {"c": "Cow"}}]}
    files = touch(tmp_path, "a.png", "b.png")
    with pytest.raises(InvalidResult, match=r"b\.png, annotations\[0\]: \[0\]\.value\.choices"):
        upload(files, annotations=said)
    assert not server.posts
    upload(files, annotations=said, validate=False)
    sent = [task["annotations"][0]["result"][0]["value"] for task in server.requests[0]]
    assert sent == [{"choices": ["Cat"]}, {"choices": ["Cow"]}]


def test_annotations_of_a_file_that_is_not_there_are_refused(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "cats/1.png")
    with pytest.raises(InvalidInput, match=r"Did you mean 'cats/1\.png'"):
        upload(tmp_path, annotations={"cats/l.png": [{"result": []}]})
    assert not server.posts


def test_annotations_that_are_no_list_are_refused(upload: Uploading, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"a\.png: annotations are a list of dicts"):
        upload(touch(tmp_path, "a.png"), annotations={"a.png": {"result": []}})


# -- which field -----------------------------------------------------------------------------------


def test_one_of_several_fields_has_to_be_chosen(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.config = TWO
    with pytest.raises(InvalidInput, match="Give field=, one of image, caption"):
        upload(touch(tmp_path, "a.png"))
    assert upload(tmp_path, into="image", data={"caption": "A cat."}).created == 1
    assert server.column("caption") == ["A cat."]


def test_a_mistyped_field_names_the_nearest(upload: Uploading, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Did you mean 'image'"):
        upload(touch(tmp_path, "a.png"), into="imag")


def test_a_config_that_shows_nothing_needs_a_field(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.config = {}
    with pytest.raises(InvalidInput, match="as the labeling config has no control"):
        upload(touch(tmp_path, "a.png"))
    assert upload(tmp_path, into="image").created == 1


# -- run again -------------------------------------------------------------------------------------


def test_a_rerun_sends_nothing(server: UploadServer, upload: Uploading, tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload(tmp_path)
    again = upload(tmp_path)
    assert (again.created, again.skipped, len(server.posts), len(server.requests)) == (0, 2, 1, 1)


def test_a_rerun_sends_what_is_new_and_what_has_changed(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload(tmp_path)
    touch(tmp_path, "c.png")
    (tmp_path / "a.png").write_bytes(b"A.png")
    again = upload(tmp_path)
    assert (again.created, again.skipped) == (2, 1)
    assert server.contents == [b"a.png", b"b.png", b"A.png", b"c.png"]


def test_a_task_that_was_deleted_is_made_again_of_the_file_that_is_there(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    upload(tmp_path)
    server.remove(1)
    assert upload(tmp_path).created == 1
    assert server.contents == [b"b.png", b"a.png"]


@pytest.mark.parametrize(
    "name",
    [
        *("a.png", "two words.png", "日本 é.png", "e\u0301.png", "a'b(1)#%&+.png"),
        *(" lead.png", 'q"q.png', "50%25.png", "a&amp;b.png", "n" * 150 + ".png"),
    ],
)
def test_uploads_of_a_call_that_was_cut_short_are_used(
    name: str, server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, name)
    server.fates = [interrupted]
    with pytest.raises(KeyboardInterrupt):
        upload(tmp_path)
    assert not server.rows
    assert upload(tmp_path).created == 1
    assert (len(server.posts), server.contents) == (1, [name.encode()])


def test_uploads_are_used_where_the_tasks_were_never_made(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    def interrupted(server: ImportServer, tasks: Any) -> Any:
        raise KeyboardInterrupt

    touch(tmp_path, "a.png", "b.png")
    server.script = [interrupted]
    with pytest.raises(KeyboardInterrupt):
        upload(tmp_path)
    assert upload(tmp_path).created == 2
    assert (len(server.files), server.contents) == (2, [b"a.png", b"b.png"])


def test_a_spare_upload_with_other_bytes_is_not_used(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.store([("a.png", b"A.png")])
    upload(touch(tmp_path, "a.png"))
    assert server.contents == [b"a.png"]


def test_each_spare_upload_is_used_once(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    for path in touch(tmp_path, "cats/1.png", "dogs/1.png"):
        path.write_bytes(b"the same")
    server.store([("1.png", b"the same")])
    upload(tmp_path)
    assert len(set(server.column("image"))) == 2
    assert len(server.files) == 2


def test_an_upload_that_a_task_refers_to_is_left_to_it(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    (id,) = server.store([("a.png", b"a.png")])
    server.add(data={"image": f"/data/{server.files[id][0]}"})
    upload(touch(tmp_path, "a.png"))
    assert len(set(server.column("image"))) == 2


def test_an_upload_in_a_list_of_a_task_is_left_to_it(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    (id,) = server.store([("a.png", b"a.png")])
    address = f"/data/{server.files[id][0]}"
    server.add(data={"pages": [address]})
    upload(touch(tmp_path, "a.png"))
    assert server.column("image")[1] != address


def test_a_server_that_says_no_sizes_is_asked_for_the_bytes(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.without_sizes = True
    server.store([("a.png", b"other"), ("a.png", b"a.png")])
    upload(touch(tmp_path, "a.png"))
    assert (server.posts, server.contents, len(server.reads)) == ([], [b"a.png"], 2)


# -- lost answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", [lost_before, lost_after])
def test_files_are_there_once_after_a_lost_answer(
    fate: Fate, server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    server.fates = [fate]
    assert upload(tmp_path).created == 2
    assert (len(server.files), server.contents) == (2, [b"a.png", b"b.png"])


@pytest.mark.parametrize(
    "error",
    [
        lambda: ConnectionFailed("Cannot connect: Connection refused."),
        lambda: OutcomeUnknown("504", status=504),
        lambda: ServerError("503", status=503),
        lambda: ServerError("429", status=429),
    ],
)
def test_what_passes_is_waited_through(
    error: Callable[[], Exception], server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.fates = [failing(error), failing(error)]
    assert upload(touch(tmp_path, "a.png")).created == 1
    assert len(server.posts) == 3
    assert server.nap.naps


def test_a_server_that_stays_away_is_told_after_some_tries(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.otherwise_upload = lost_before
    with pytest.raises(OutcomeUnknown):
        upload(touch(tmp_path, "a.png"))
    assert len(server.posts) == Tuning().upload_retries.tries


def test_a_lost_answer_that_has_stored_some_sends_the_others(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    def some(server: UploadServer, files: Files) -> Any:
        server.store(files[:1])
        return unknown()

    touch(tmp_path, "a.png", "b.png")
    server.fates = [some]
    upload(tmp_path)
    assert server.posts == [["a.png", "b.png"], ["b.png"]]
    assert server.contents == [b"a.png", b"b.png"]


@pytest.mark.parametrize("outcome", [import_lost, made_and_lost])
def test_tasks_are_there_once_after_a_lost_answer(
    outcome: Any, server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")
    server.script = [outcome]
    assert upload(tmp_path).created == 2
    assert (len(server.posts), server.contents) == (1, [b"a.png", b"b.png"])


def test_an_upload_that_was_answered_with_nothing_is_looked_for(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.fates = [lambda server, files: [server.store(files), None][1]]
    assert upload(touch(tmp_path, "a.png")).created == 1
    assert len(server.files) == 1


# -- refusals --------------------------------------------------------------------------------------


def test_what_is_too_large_goes_in_halves(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, *(f"{number}.png" for number in range(5)))
    server.otherwise_upload = at_most(2)
    assert upload(tmp_path).created == 5
    assert server.contents == [f"{number}.png".encode() for number in range(5)]
    assert len(server.files) == 5


def test_a_refused_file_is_named(server: UploadServer, upload: Uploading, tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png", "c.png")

    def fate(server: UploadServer, files: Files) -> Any:
        bad = any(name == "b.png" for name, _ in files)
        return Rejected("POST → 400: No.", status=400) if bad else stored(server, files)

    server.otherwise_upload = fate
    with pytest.raises(Rejected, match=r"b\.png: POST → 400: No\."):
        upload(tmp_path)


def test_what_is_forbidden_is_not_tried_in_halves(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    server.otherwise_upload = failing(lambda: PermissionDenied("403", status=403))
    with pytest.raises(PermissionDenied):
        upload(touch(tmp_path, "a.png", "b.png"))
    assert len(server.posts) == 1


def test_files_that_were_stored_and_then_refused_are_used(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    """As with any image where the labeling config has two fields: it is no task by itself."""
    server.config = TWO
    server.otherwise_upload = parsing("Your label config has more than one data key")
    touch(tmp_path, "a.png", "b.png")
    assert upload(tmp_path, into="image", data={"caption": "?"}).created == 2
    assert (len(server.files), len(server.posts)) == (2, 1)


def test_a_mixed_group_leaves_no_spare_uploads(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    """The server compares the columns of tables with those of other files."""
    touch(tmp_path, "a.csv", "b.png", "c.txt", "d.html")

    def fate(server: UploadServer, files: Files) -> Any:
        kinds = {Path(name).suffix for name, _ in files}
        return (parsing("inconsistent") if len(kinds) > 1 else stored)(server, files)

    server.otherwise_upload = fate
    assert upload(tmp_path).created == 4
    assert len(server.files) == 4


# -- files that change, progress -------------------------------------------------------------------


def test_a_file_that_has_changed_since_it_was_looked_at_is_refused(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    """Its md5 stands in the task: a rerun would take the file for another."""
    touch(tmp_path, "a.png", "b.png")

    def data(path: Path) -> Any:
        (tmp_path / "b.png").write_bytes(b"B.png")
        return {}

    with pytest.raises(InvalidInput, match=r"b\.png has changed"):
        upload(tmp_path, data=data)
    assert not server.rows


def test_a_file_that_is_gone_since_it_was_looked_at_is_named(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png", "b.png")

    def data(path: Path) -> Any:
        (tmp_path / "b.png").unlink(missing_ok=True)
        return {}

    with pytest.raises(LabelStudioError, match=r"b\.png"):
        upload(tmp_path, data=data)


def test_progress_is_told_with_the_number_of_files_to_send(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(server.client, upload_files=2)
    touch(tmp_path, *(f"{number}.png" for number in range(5)))
    seen: list[tuple[int, int | None]] = []
    upload(tmp_path, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_tasks_are_made_before_the_next_group_is_uploaded(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    tuned(server.client, upload_files=2)
    touch(tmp_path, *(f"{number}.png" for number in range(4)))
    there: list[int] = []

    def fate(server: UploadServer, files: Files) -> Any:
        there.append(len(server.rows))
        return stored(server, files)

    server.otherwise_upload = fate
    upload(tmp_path)
    assert there == [0, 2]


def test_where_nothing_is_to_be_done_it_only_looks(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    touch(tmp_path, "a.png")
    upload(tmp_path)
    said = len(server.client.said)
    upload(tmp_path)
    assert all(call.startswith("GET") for call in server.client.said[said:])


def test_data_without_what_the_config_shows_is_found_before_the_upload(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    config = PICTURES.replace("</View>", '<Text name="t" value="$caption"/></View>')
    server.client.answers["GET /api/projects/1/"] = {**server.counted({}), "label_config": config}
    files = touch(tmp_path, "a.png", "b.png")
    with pytest.raises(InvalidInput, match=r"b\.png has no 'caption', which <Text> shows"):
        upload(files, data=lambda path: {"caption": "a"} if path == files[0] else {})
    assert not server.posts


def test_parts_of_annotations_are_put_in_order_before_the_upload(
    server: UploadServer, upload: Uploading, tmp_path: Path
) -> None:
    said = {"result": None, "completed_by": "ada@example.com", "was_cancelled": None}
    upload(touch(tmp_path, "a.png"), annotations=lambda path: [said])
    ((task,),) = server.requests
    assert task["annotations"] == [{"result": [], "completed_by": {"email": "ada@example.com"}}]
