"""Downloads over several responses: each byte once and in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import requests
from support.clock import Nap
from support.fake import FakeClient

from label_studio_orm.errors import (
    ConnectionFailed,
    IncompleteResult,
    LabelStudioError,
    NotFound,
    Rejected,
    ServerError,
)
from label_studio_orm.transfer.downloads import Download
from label_studio_orm.tuning import Tuning

BODY = bytes(range(256)) * 40  # 10,240 bytes

Part = LabelStudioError | requests.Response


class Streamed(requests.Response):
    """A response with a body in blocks of 1,000 bytes, which may break off."""

    def __init__(
        self, body: bytes, status: int, headers: Mapping[str, str], breaks: bool = False
    ) -> None:
        super().__init__()
        self.status_code = status
        self.headers.update(headers)
        self.body, self.breaks, self.closed = body, breaks, False

    def iter_content(self, *args: Any, **options: Any) -> Iterator[bytes]:
        for start in range(0, len(self.body), 1000):
            yield self.body[start : start + 1000]
        if self.breaks:
            raise requests.ConnectionError("Connection reset by peer")

    def close(self) -> None:
        self.closed = True


class Server:
    """Answers each request with the next response of the script, then repeats the last."""

    def __init__(self, *script: Any, nap: Nap | None = None) -> None:
        self.script = list(script)
        self.asked: list[Mapping[str, str]] = []
        self.nap = nap or Nap()

    def __call__(self, headers: Mapping[str, str]) -> requests.Response:
        self.asked.append(dict(headers))
        answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        answer = answer(headers) if callable(answer) else answer
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, requests.Response)
        return answer

    @property
    def ranges(self) -> list[str | None]:
        return [headers.get("Range") for headers in self.asked]

    def download(self) -> Download:
        return Download("A file", self, self.nap.on(FakeClient()))

    def read(self) -> bytes:
        return b"".join(self.download())


def part(body: bytes = BODY, end: int | None = None, **more: str) -> Any:
    """Return the requested range up to `end`, like a server that supports ranges."""

    def answer(headers: Mapping[str, str]) -> requests.Response:
        start = int(headers["Range"].removeprefix("bytes=").rstrip("-"))
        said = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}", **more}
        return Streamed(body[start:end], 206, said, breaks=end is not None)

    return answer


def whole(body: bytes = BODY, end: int | None = None, length: bool = True) -> Any:
    """Return the whole body up to `end`, like a server that does not support ranges."""
    said = {"Content-Length": str(len(body))} if length else {}
    return lambda headers: Streamed(body[:end], 200, said, breaks=end is not None)


LOST = ConnectionFailed("Lost the server.")
BUSY = ServerError("GET → 503", status=503)


def test_a_body_in_one_response() -> None:
    for answer in (part(), whole(), whole(length=False)):
        assert Server(answer).read() == BODY


def test_the_length_is_known_from_the_first_block() -> None:
    for answer in (part(), whole()):
        found = Server(answer).download()
        assert found.total is None
        next(iter(found))
        assert found.total == len(BODY)


def test_an_interrupted_download_resumes() -> None:
    server = Server(part(end=2500), LOST, part(end=4001), BUSY, part())
    assert server.read() == BODY
    starts = [0, 2500, 2500, 4001, 4001]
    assert server.ranges == [f"bytes={start}-" for start in starts]


def test_without_range_support_no_byte_is_yielded_twice() -> None:
    server = Server(whole(end=2500), whole(end=1200), whole(end=2501), whole())
    assert server.read() == BODY


def test_range_support_may_change_between_responses() -> None:
    assert Server(part(end=2500), whole(), part()).read() == BODY
    assert Server(whole(end=2500), part()).read() == BODY


def test_a_truncated_body_without_an_error_resumes() -> None:
    def short(headers: Mapping[str, str]) -> requests.Response:
        return Streamed(BODY[:3000], 200, {"Content-Length": str(len(BODY))})

    assert Server(short, part()).read() == BODY


def test_after_a_smaller_range_the_rest_is_requested() -> None:
    def piece(headers: Mapping[str, str]) -> requests.Response:
        start = int(headers["Range"].removeprefix("bytes=").rstrip("-"))
        body = BODY[start : start + 4096]
        said = {"Content-Range": f"bytes {start}-{start + len(body) - 1}/{len(BODY)}"}
        return Streamed(body, 206, said)

    server = Server(piece)
    assert server.read() == BODY
    assert server.nap.naps == []


def test_a_changed_total_is_an_error_that_names_both() -> None:
    with pytest.raises(IncompleteResult, match=r"10240 bytes before, 5 now"):
        Server(whole(end=3000), whole(b"other")).read()
    with pytest.raises(IncompleteResult, match=r"10240 bytes before, 20480 now"):
        Server(part(end=3000), part(BODY * 2)).read()


@pytest.mark.parametrize("after", [{"ETag": "b"}, {}], ids=["another", "none"])
def test_a_body_with_another_etag_is_not_joined(after: dict[str, str]) -> None:
    with pytest.raises(IncompleteResult, match="changed during the download"):
        Server(part(end=2500, ETag="a"), part(**after)).read()


@pytest.mark.parametrize("before", [{"ETag": "a"}, {}], ids=["the same", "none before"])
def test_a_body_with_the_same_or_the_first_etag_resumes(before: dict[str, str]) -> None:
    """If the first response had no etag, there is nothing to compare with."""
    assert Server(part(end=2500, **before), part(ETag="a")).read() == BODY


@pytest.mark.parametrize("said", ["bytes 0-99/10240", "bytes 2501-9/10240", "", "lines 2500-/9"])
def test_another_range_than_requested_is_refused(said: str) -> None:
    wrong = Streamed(BODY, 206, {"Content-Range": said})
    with pytest.raises(IncompleteResult, match="what comes after 2,500 bytes, and sent"):
        Server(part(end=2500), wrong).read()


def test_a_range_of_a_body_of_unknown_length_is_accepted() -> None:
    """RFC 9110 writes it as `bytes 0-99/*`."""

    def answer(headers: Mapping[str, str]) -> requests.Response:
        start = int(headers["Range"].removeprefix("bytes=").rstrip("-"))
        return Streamed(BODY[start:], 206, {"Content-Range": f"bytes {start}-{len(BODY) - 1}/*"})

    assert Server(part(end=2500), answer).read() == BODY
    assert Server(answer).read() == BODY


def test_an_empty_body_needs_no_range() -> None:
    past = Rejected("GET → 416", status=416)
    server = Server(past, Streamed(b"", 200, {"Content-Length": "0"}))
    assert server.read() == b""
    assert server.ranges == ["bytes=0-", None]


def test_a_connection_lost_after_the_last_byte_loses_nothing() -> None:
    past = Rejected("GET → 416", status=416)
    assert Server(whole(end=len(BODY), length=False), past, whole()).read() == BODY


def test_a_refusal_is_not_retried() -> None:
    for error in (NotFound("gone", status=404), Rejected("no", status=400)):
        server = Server(part(end=2500), error)
        with pytest.raises(type(error)):
            server.read()
        assert len(server.asked) == 2


def test_an_outage_ends_with_the_last_error_and_each_byte_restarts_the_limit() -> None:
    server = Server(part(end=2500), LOST)
    with pytest.raises(ConnectionFailed, match="Lost the server"):
        server.read()
    assert server.nap.time == pytest.approx(Tuning().outage_timeout)
    slow = Server(*(part(end=n + 1) for n in range(0, 5000, 100)), LOST)
    with pytest.raises(ConnectionFailed):
        slow.read()
    assert slow.nap.time == pytest.approx(Tuning().outage_timeout)


def test_a_body_that_is_always_truncated_raises_an_error() -> None:
    def short(headers: Mapping[str, str]) -> requests.Response:
        return Streamed(BODY[:3000], 200, {"Content-Length": str(len(BODY))})

    with pytest.raises(IncompleteResult, match="only 3,000 bytes were received"):
        Server(short).read()


def test_a_compressed_body_restarts_without_a_range() -> None:
    packed = {"Content-Encoding": "gzip", "Content-Length": "77"}
    server = Server(
        Streamed(BODY[:2500], 200, packed, breaks=True), Streamed(BODY, 200, packed), part()
    )
    assert server.read() == BODY
    assert server.ranges == ["bytes=0-", None]
    assert {headers["Accept-Encoding"] for headers in server.asked} == {"identity"}


def test_a_response_is_closed_when_the_reader_stops() -> None:
    answer = Streamed(BODY, 200, {})
    blocks = iter(Server(answer).download())
    next(blocks)
    blocks.close()  # type: ignore[attr-defined]
    assert answer.closed
