"""Files that tasks refer to, over real sockets: broken connections, keys, and what is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.homes import state
from support.stub import Answer, Request, Stub, running_stub

from label_studio_orm import LabelStudio, Task
from label_studio_orm.errors import NotFound, Outcome, ServerError
from label_studio_orm.transfer.media import cached

PICTURE = "/data/upload/1/a.png"
CONTENT = bytes(range(256)) * 200


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(cached, "cache_folder", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def task(ls: LabelStudio, **data: Any) -> Task:
    return Task._from_answer(ls, {"id": 1, "project": 1, "data": data})


def part(request: Request) -> Answer:
    """Answer with the rest of the file; the first answer breaks off."""
    start = int(request.headers["Range"].removeprefix("bytes=").removesuffix("-"))
    end = {"Content-Range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"}
    return Answer(
        body=CONTENT[start:], status=206, headers=end, cut=None if start else len(CONTENT) // 2
    )


def test_a_file_that_breaks_off_is_resumed(stub: Stub, ls: LabelStudio) -> None:
    stub.on("GET", PICTURE, part)
    assert task(ls, image=PICTURE).path("image").read_bytes() == CONTENT
    assert [request.headers["Range"] == "bytes=0-" for request in stub.requests] == [True, False]


def test_the_key_is_sent_to_the_server_only(stub: Stub, ls: LabelStudio) -> None:
    stub.on("GET", PICTURE, Answer(body=b"here"))
    with running_stub() as elsewhere:
        elsewhere.on("GET", "/b.png", Answer(body=b"there"))
        images = task(ls, here=PICTURE, there=f"{elsewhere.url}/b.png")
        assert images.path("here").read_bytes() == b"here"
        assert images.path("there").read_bytes() == b"there"
        assert "Authorization" in stub.requests[-1].headers
        assert "Authorization" not in elsewhere.requests[-1].headers


def test_an_upload_that_is_gone_is_not_found(stub: Stub, ls: LabelStudio, cache: Path) -> None:
    gone = {"detail": "'NoneType' object has no attribute 'has_permission'"}
    stub.on("GET", PICTURE, Answer(gone, status=500))
    with pytest.raises(NotFound, match="deleted or replaced") as caught:
        task(ls, image=PICTURE).open("image")
    assert (caught.value.status, caught.value.outcome) == (500, Outcome.REFUSED)
    assert "part" not in str(state(cache))
    stub.on("GET", PICTURE, Answer({"detail": "disk full"}, status=500))
    with pytest.raises(ServerError, match="disk full"):
        task(ls, image=PICTURE).open("image")
