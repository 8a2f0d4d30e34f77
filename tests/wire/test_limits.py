"""Limits on responses: bytes, time, nesting and digits."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, repeat
from typing import Any

import pytest
import requests
from support.raw import dripping, head, raw_server
from support.stub import Answer, Stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio
from label_studio_orm.errors import (
    ConnectionFailed,
    IncompleteResult,
    LabelStudioError,
    LimitExceeded,
    OutcomeUnknown,
    Rejected,
    ServerError,
)
from label_studio_orm.http import blocks, socket_limits
from label_studio_orm.http.decompression import HARMLESS_BYTES
from label_studio_orm.http.retry import Backoff
from label_studio_orm.limits import Limits
from label_studio_orm.transfer.downloads import MOST_SMALL, Download
from label_studio_orm.tuning import Tuning

MEGABYTE = 1_000_000
KILOBYTES = b"x" * 64_000


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabelStudio, "_tuning", Tuning(outage_timeout=0, connect_timeout=0))
    for name in ("RATE_INTERVAL", "HEADERS_TIMEOUT", "ERROR_TIMEOUT"):
        monkeypatch.setattr(socket_limits, name, 0.15)


@contextmanager
def connected(answer: Callable[[], Iterable[bytes]], **limits: float) -> Iterator[LabelStudio]:
    """Connect to a server that has one answer to everything."""
    with (
        raw_server(lambda first: answer()) as url,
        LabelStudio(url, api_key=LEGACY_KEY, limits=Limits(**limits), timeout=5) as ls,
    ):
        ls._transport.backoff = Backoff(total=0)
        yield ls


def counted(sent: list[int], blocks: Iterable[bytes]) -> Iterator[bytes]:
    for block in blocks:
        sent.append(len(block))
        yield block


# -- bytes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["200 OK", "302 Found", "400 Bad", "404 Not Found", "500 Oops"])
def test_a_body_without_end_is_read_up_to_a_limit(status: str) -> None:
    sent: list[int] = []
    location = ["Location: /x"] if status.startswith("3") else []

    def answer() -> Iterable[bytes]:
        return counted(sent, chain([head(*location, status=status)], repeat(KILOBYTES)))

    with (
        connected(answer, answer_bytes=MEGABYTE, error_bytes=MEGABYTE) as ls,
        pytest.raises(LabelStudioError),
    ):
        ls.request("POST", "/x")
    assert sum(sent) < 12 * MEGABYTE  # what fits into the buffers of the sockets


def test_the_error_says_which_limit_it_was_and_which_answer() -> None:
    def answer() -> Iterable[bytes]:
        return [head(), b" " * 2000]

    with (
        connected(answer, answer_bytes=1000) as ls,
        pytest.raises(LimitExceeded, match=r"exceed 1,000 bytes.*answer_bytes") as caught,
    ):
        ls.request("PATCH", "/api/tasks/1/")
    assert "PATCH /api/tasks/1/. The change may have been made or not." in str(caught.value)
    assert caught.value.path == "/api/tasks/1/"


def test_an_announced_length_above_the_limit_is_refused_before_it_is_read() -> None:
    def answer() -> Iterable[bytes]:
        return [head("Content-Length: 5000000000000")]

    with connected(answer) as ls, pytest.raises(LimitExceeded, match="5,000,000,000,000 bytes"):
        ls.json("GET", "/x")


def test_an_error_of_many_megabytes_is_reported_by_its_status(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/x", Answer({"detail": "x" * 20 * MEGABYTE}, status=400))
    with pytest.raises(Rejected, match="GET /x → 400") as caught:
        ls.json("GET", "/x")
    assert len(str(caught.value)) < 5_000


def test_after_an_error_that_was_cut_the_connection_is_good_for_other_requests(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/x", Answer(body=b"y" * 3 * MEGABYTE, status=400))
    stub.on("GET", "/api/version", {"release": "1.20.0"})
    for _ in range(3):
        with pytest.raises(Rejected):
            ls.json("GET", "/x")
        assert ls.json("GET", "/api/version") == {"release": "1.20.0"}


def test_an_error_of_many_fields_is_short(ls: LabelStudio, stub: Stub) -> None:
    problems = {f"field{n}": ["wrong"] for n in range(10_000)}
    stub.on("GET", "/x", Answer({"validation_errors": problems}, status=400))
    with pytest.raises(Rejected) as caught:
        ls.json("GET", "/x")
    assert len(str(caught.value)) < 10_000


def test_a_session_of_the_users_own_has_the_same_limits_of_bytes(stub: Stub) -> None:
    stub.on("GET", "/x", Answer(body=b" " * 2000))
    seen: list[int] = []
    with requests.Session() as session:
        session.hooks["response"].append(lambda r, **_: seen.append(r.status_code))
        own = LabelStudio(
            stub.url, api_key=LEGACY_KEY, session=session, limits=Limits(answer_bytes=1000)
        )
        with pytest.raises(LimitExceeded):
            own.json("GET", "/x")
    assert seen == []  # it was refused before


@pytest.mark.parametrize("how", ["gzip", "gzip, gzip", "gzip,gzip,gzip", "deflate, gzip"])
def test_limits_apply_to_decompressed_bytes(how: str, ls: LabelStudio, stub: Stub) -> None:
    body = b" " * 3 * MEGABYTE
    for each in how.split(","):
        body = gzip.compress(body) if each.strip() == "gzip" else zlib.compress(body)
    stub.on("GET", "/x", Answer(body=body, headers={"Content-Encoding": how}))
    small = ls.with_options(limits=Limits(answer_bytes=MEGABYTE))
    with pytest.raises(LimitExceeded, match="must not exceed 1,000,000 bytes"):
        small.json("GET", "/x")
    assert len(body) < MEGABYTE < HARMLESS_BYTES


# -- lengths that are none -------------------------------------------------------------------------

NO_LENGTHS = {
    "superscript": "Content-Length: \xb2",
    "5,000 digits": "Content-Length: " + "9" * 5000,
    "negative": "Content-Length: -5",
    "two that differ": "Content-Length: 5\r\nContent-Length: 6",
    "text": "Content-Length: abc",
    "empty": "Content-Length:",
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("length", NO_LENGTHS.values(), ids=list(NO_LENGTHS))
def test_an_invalid_content_length_raises_our_error(length: str, stream: bool) -> None:
    with connected(lambda: [head(length), b"[1]  "]) as ls:
        with pytest.raises(ConnectionFailed, match="Content-Length"):
            ls.request("GET", "/x", stream=stream)
        with pytest.raises(OutcomeUnknown, match="Content-Length"):
            ls.request("POST", "/x", stream=stream)


@pytest.mark.parametrize(
    "size", [b"-1", b"-5", b"x", b"", b"9" * 5000, b"1" * 200_000], ids=lambda size: str(len(size))
)
def test_an_invalid_chunk_size_raises_our_error(size: bytes) -> None:
    def answer() -> Iterable[bytes]:
        return [head("Transfer-Encoding: chunked"), size, b"\r\n", b"[1]" * 1000]

    with connected(answer) as ls, pytest.raises(LabelStudioError):
        ls.json("GET", "/x")


def test_an_endless_chunk_line_is_aborted() -> None:
    sent: list[int] = []

    def answer() -> Iterable[bytes]:
        return counted(sent, chain([head("Transfer-Encoding: chunked")], repeat(b"1" * 64_000)))

    with connected(answer) as ls, pytest.raises(LabelStudioError):
        for _ in blocks(ls.request("GET", "/x", stream=True), 1000):
            pass
    assert sum(sent) < 12 * MEGABYTE


# -- time ------------------------------------------------------------------------------------------

SLOW = {
    "status line": lambda: dripping([b"H"] * 1000),
    "header": lambda: chain([head()[:-2] + b"X: "], dripping([b"x"] * 1000)),
    "interim answers": lambda: dripping(repeat(b"HTTP/1.1 100 Continue\r\n\r\n", 1000)),
    "body": lambda: chain([head("Content-Length: 1000")], dripping([b" "] * 1000)),
    "body to the end": lambda: chain([head()], dripping([b" "] * 1000)),
    "chunks": lambda: chain([head("Transfer-Encoding: chunked")], dripping([b"1\r\n \r\n"] * 1000)),
    "chunk size": lambda: chain([head("Transfer-Encoding: chunked")], dripping([b"0"] * 1000)),
}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("answer", SLOW.values(), ids=list(SLOW))
def test_a_response_that_arrives_byte_by_byte_is_aborted(
    answer: Callable[[], Iterable[bytes]], method: str
) -> None:
    began = time.monotonic()
    with (
        connected(answer, bytes_per_second=1000) as ls,
        pytest.raises(LimitExceeded, match=r"must be complete|bytes a second"),
    ):
        ls.request(method, "/x")
    assert time.monotonic() - began < 3  # of 20


def test_a_response_has_a_time_by_which_it_is_complete() -> None:
    def answer() -> Iterable[bytes]:
        return chain([head()], dripping([b" " * 1000] * 1000))

    with (
        connected(answer, answer_seconds=0.1, bytes_per_second=1) as ls,
        pytest.raises(LimitExceeded, match=r"within 0 s.*answer_seconds"),
    ):
        ls.json("GET", "/x")


def test_the_status_of_an_error_is_told_though_its_text_does_not_end() -> None:
    def answer() -> Iterable[bytes]:
        return chain([head(status="500 Oops")], dripping([b"x"] * 1000))

    with connected(answer) as ls, pytest.raises(ServerError, match="500: Oops"):
        ls.json("GET", "/x")


def test_a_slowly_read_stream_is_not_aborted(
    ls: LabelStudio, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_limits, "RATE_INTERVAL", 0.3)
    stub.on("GET", "/x", Answer(body=b"x" * 300_000))
    slow = ls.with_options(limits=Limits(bytes_per_second=1e9, answer_seconds=0.01))
    body = slow.request("GET", "/x", stream=True).iter_content(50_000)
    read = 0
    for block in body:
        read += len(block)
        time.sleep(0.02)  # more than the window in all
    assert read == 300_000


def test_a_stalled_stream_is_aborted() -> None:
    def answer() -> Iterable[bytes]:
        return chain([head()], dripping([b"x"] * 1000))

    with (
        connected(answer, bytes_per_second=1000) as ls,
        pytest.raises(LimitExceeded, match="bytes_per_second"),
    ):
        b"".join(ls.request("GET", "/x", stream=True).iter_content(100))


CHUNKED = head("Transfer-Encoding: chunked")
INTERIM = b"HTTP/1.1 100 Continue\r\n" + b"X: %s\r\n" % (b"y" * 900) * 50 + b"\r\n"
AROUND_A_BODY = {
    "interim answers": lambda: repeat(INTERIM),
    "extensions of chunks": lambda: chain([CHUNKED], repeat(b"1;" + b"x" * 9_000 + b"\r\nx\r\n")),
    "trailers": lambda: chain([CHUNKED, b"0\r\n"], repeat(b"X: %s\r\n" % (b"y" * 900))),
}


@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
@pytest.mark.parametrize("answer", AROUND_A_BODY.values(), ids=list(AROUND_A_BODY))
def test_headers_and_chunk_framing_are_limited(
    answer: Callable[[], Iterable[bytes]], stream: bool
) -> None:
    with connected(answer) as ls, pytest.raises(LimitExceeded, match="lines around its chunks"):
        b"".join(blocks(ls.request("GET", "/x", stream=stream), 1000))


def test_chunks_of_a_byte_with_trailers_are_read() -> None:
    body = b"".join(b"1\r\n%c\r\n" % each for each in json.dumps([1] * 3_000).encode())
    for end in (b"0\r\n\r\n", b"0\r\nX: y\r\n\r\n", b"0\r\n"):
        with connected(lambda end=end: [CHUNKED, body, end]) as ls:
            assert len(ls.json("GET", "/x")) == 3_000


CUT_HEADS = [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Le", head()[:-2], INTERIM]


@pytest.mark.parametrize("cut", CUT_HEADS, ids=["status", "header", "headers", "interim answer"])
@pytest.mark.parametrize("stream", [False, True], ids=["json", "stream"])
def test_a_response_that_ends_within_its_headers_is_not_empty_but_broken(
    stream: bool, cut: bytes
) -> None:
    with connected(lambda: [cut]) as ls, pytest.raises(ConnectionFailed, match="Lost http"):
        ls.request("GET", "/x", stream=stream)


@pytest.mark.parametrize("status", [101, 102, 103, 150, 199])
def test_an_interim_response_is_refused(status: int) -> None:
    with (
        connected(lambda: [head(status=f"{status} Wait")]) as ls,
        pytest.raises(ConnectionFailed, match=f"its status is {status}"),
    ):
        ls.json("GET", "/x")


PACKED = "Content-Encoding: gzip"
OPENED = gzip.compress(b"")[:10]  # then blocks of deflate
NOTHING = b"\x00\x00\x00\xff\xff" * 12_000  # blocks of no bytes
A_CHUNK = b"%x\r\n%b\r\n"
FLOODS: dict[str, tuple[bytes, bytes]] = {
    "empty blocks": (head(PACKED) + OPENED, NOTHING),
    "chunks of empty blocks": (
        head(PACKED, "Transfer-Encoding: chunked") + A_CHUNK % (len(OPENED), OPENED),
        A_CHUNK % (len(NOTHING), NOTHING),
    ),
    "empty archives": (head(PACKED), gzip.compress(b"") * 3_000),
    "what follows the end": (head(PACKED) + gzip.compress(b"{}"), b"\0" * 60_000),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("flood", FLOODS)
def test_a_fast_flood_of_empty_blocks_is_aborted(flood: str, stream: bool) -> None:
    """No time is waited for it, and no byte comes out of it."""
    sent: list[int] = []
    first, more = FLOODS[flood]

    def answer() -> Iterable[bytes]:
        return counted(sent, chain([first], repeat(more, 2_000)))

    with connected(answer) as ls, pytest.raises(LimitExceeded, match="without content"):
        b"".join(blocks(ls.request("GET", "/x", stream=stream), 1000))
    assert sum(sent) < 30 * MEGABYTE


# -- downloads -------------------------------------------------------------------------------------


def test_a_download_of_a_byte_per_response_ends(ls: LabelStudio, stub: Stub) -> None:
    def answer(request: Any) -> Answer:
        start = int(request.headers["Range"][6:-1])
        said = {"Content-Range": f"bytes {start}-{10**9 - 1}/{10**9}"}
        return Answer(body=b"x" * 10, status=206, headers=said, cut=1)

    stub.on("GET", "/f", answer)
    body = Download("/f", lambda more: ls.fetch("/f", headers=more, stream=True), ls)
    with pytest.raises(LabelStudioError):
        b"".join(body)
    assert len(stub.requests) <= MOST_SMALL + 1


@pytest.mark.parametrize("announced", [True, False])
def test_a_download_has_a_limit(announced: bool, ls: LabelStudio, stub: Stub) -> None:
    answer = Answer(body=b"x" * 2000) if announced else Answer(blocks=[b"x"] * 2000)
    stub.on("GET", "/f", answer)
    small = ls.with_options(limits=Limits(file_bytes=1000))
    body = Download("/f", lambda more: ls.fetch("/f", headers=more, stream=True), small)
    with pytest.raises(LimitExceeded, match=r"/f must not .*Limits\(file_bytes="):
        b"".join(body)


@pytest.mark.parametrize("length", NO_LENGTHS.values(), ids=list(NO_LENGTHS))
def test_an_invalid_length_of_a_download_raises_our_error(length: str) -> None:
    with connected(lambda: [head(length), b"12345"]) as ls, pytest.raises(LabelStudioError):
        b"".join(Download("/f", lambda more: ls.fetch("/f", headers=more, stream=True), ls))


@pytest.mark.parametrize(
    "said",
    ["bytes 0-4/" + "9" * 5000, "bytes " + "9" * 5000 + "-1/5", "bytes ²-4/5", "bytes 0-4/-5"],
)
def test_an_invalid_range_raises_our_error(said: str, ls: LabelStudio, stub: Stub) -> None:
    answer = Answer(body=b"12345", status=206, headers={"Content-Range": said})
    stub.on("GET", "/f", answer)
    with pytest.raises(IncompleteResult):
        b"".join(Download("/f", lambda more: ls.fetch("/f", headers=more, stream=True), ls))


def test_a_part_that_is_longer_than_the_whole_raises_our_error(ls: LabelStudio, stub: Stub) -> None:
    answer = Answer(body=b"x" * 100, status=206, headers={"Content-Range": "bytes 0-4/5"})
    stub.on("GET", "/f", answer)
    with pytest.raises(IncompleteResult, match="more than the 5 bytes"):
        b"".join(Download("/f", lambda more: ls.fetch("/f", headers=more, stream=True), ls))


# -- JSON and headers of others --------------------------------------------------------------------

BAD_JSON = {"deep": b"[" * 100_000, "deep objects": b'{"a":' * 100_000, "digits": b"1" * 5000}


@pytest.mark.parametrize("body", BAD_JSON.values(), ids=list(BAD_JSON))
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 500, 503])
def test_json_that_python_cannot_read_raises_our_error(
    status: int, body: bytes, ls: LabelStudio, stub: Stub
) -> None:
    ls._transport.backoff = Backoff(total=0)
    for path in ("/x", "/api/version"):
        stub.on("GET", path, Answer(body=body, status=status))
        with pytest.raises(LabelStudioError):
            ls.json("GET", path)
    with pytest.raises(LabelStudioError):
        _ = ls.version


@pytest.mark.parametrize(
    "value",
    [
        "9" * 5000,
        "-5",
        "nan",
        "inf",
        "1e400",
        "Fri, 31 Dec 99999 23:59:59 GMT",
        "\xb2",
        "",
        "1" * 20,
    ],
    ids=lambda value: value[:12],
)
def test_any_retry_after_is_respected_or_ignored(
    value: str, ls: LabelStudio, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    ls._transport.backoff = Backoff(total=1, backoff_factor=0.5)
    stub.on("GET", "/x", Answer(status=503, headers={"Retry-After": value}))
    with pytest.raises(ServerError):
        ls.json("GET", "/x")
    assert sum(slept) <= 120


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity"])
def test_numbers_without_bounds_are_read_and_not_sent_back(
    number: str, ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/x", Answer(body=f'{{"n": {number}}}'.encode()))
    found = ls.json("GET", "/x")
    assert isinstance(found["n"], float)
    with pytest.raises(LabelStudioError):
        ls.request("POST", "/x", json=found)


def test_an_integer_of_400_digits_is_kept(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/x", Answer(body=json.dumps({"n": 10**400}).encode()))
    assert ls.json("GET", "/x") == {"n": 10**400}


@pytest.mark.parametrize(
    "count", [-1, True, "5", 10**10, 10**18, 10**400, 1.5, None, [], {}], ids=lambda c: str(c)[:15]
)
def test_an_impossible_count_raises_our_error(count: Any, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/projects/", {"count": count, "results": [{"id": 1}], "next": None})
    with pytest.raises(LabelStudioError, match=r"The server counts|at count has"):
        list(ls.projects)  # which makes room for as many records
    assert len(stub.requests) == 1


@pytest.mark.parametrize(
    "date",
    ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+00:01", "0000-00-00", "10000-01-01", 10**10],
)
def test_dates_outside_pythons_utc_range_are_kept(date: Any, ls: LabelStudio, stub: Stub) -> None:
    row = {"id": 1, "title": "x", "created_at": date}
    stub.on("GET", "/api/projects/", {"count": 1, "results": [row], "next": None})
    projects = ls.projects.only("created_at")
    assert [project.created_at for project in projects] == [date]
    assert projects.to_pandas()["created_at"].tolist() == [date]


@pytest.mark.parametrize("rows", [None, 3, "x", {}, [1], [None], [[]], [{"id": []}], [{"id": 1.5}]])
def test_invalid_rows_raise_our_error(rows: Any, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/projects/", {"count": 1, "results": rows, "next": None})
    with pytest.raises(LabelStudioError):
        list(ls.projects)
