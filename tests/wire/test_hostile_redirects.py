"""Hostile addresses and redirects: no other host gets the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from support.exporting import ExportServer, task
from support.stub import Answer, Request, Stub, running_stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import LabelStudioError

pytestmark = pytest.mark.usefixtures("no_patience")


@pytest.fixture
def export_server(stub: Stub) -> ExportServer:
    return ExportServer(stub, [task(1, image="/data/upload/1/a.png")])


@pytest.fixture
def elsewhere() -> Iterator[Stub]:
    with running_stub() as elsewhere:
        yield elsewhere


def keys(stub: Stub) -> set[str]:
    return {
        value
        for request in stub.requests
        for value in request.headers.values()
        if LEGACY_KEY in value
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_redirect_to_another_host_does_not_get_the_key(
    method: str, status: int, ls: LabelStudio, stub: Stub, elsewhere: Stub
) -> None:
    to = {"Location": f"{elsewhere.url}/api/projects/1/"}
    stub.on(method, "/api/projects/1/", Answer(status=status, headers=to))
    elsewhere.on(method, "/api/projects/1/", {"id": 1, "title": "evil"})
    with_body = {"json": {}} if method == "POST" else {}
    with suppress(LabelStudioError):
        ls.request(method, "/api/projects/1/", **with_body)
    assert keys(stub)
    assert not keys(elsewhere)


ADDRESSES = [
    "http://{evil}\\@{own}/x",
    "http://{evil}\\\\@{own}/x",
    "http://{evil}/\\@{own}/x",
    "http://{evil}#@{own}/x",
    "http://{evil}?@{own}/x",
    "http://{own}@{evil}/x",
    "http://{own}:x@{evil}/x",
    "http://{own}\\@{evil}/x",
    "//{evil}/x",
    "///{evil}/x",
    "/\\{evil}/x",
    "\\\\{evil}\\x",
    "http:/{evil}/x",
    "http:\\\\{evil}\\x",
    "HTTP://{evil}/x",
    " http://{evil}\\@{own}/x",
    "http://{evil}\t@{own}/x",
    "http://{evil}%2f@{own}/x",
    "http://{evil}%5c@{own}/x",
    "http://[{evil}]@{own}/x",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_two_parsers_read_in_two_ways_gets_no_key(
    address: str, ls: LabelStudio, stub: Stub, elsewhere: Stub
) -> None:
    url = address.format(own=stub.url[7:], evil=elsewhere.url[7:])
    stub.on("GET", "/hop", Answer(status=302, headers={"Location": url}))
    for asked in (url, "/hop"):
        with suppress(LabelStudioError):
            ls.fetch(asked)
    assert not keys(elsewhere)


@pytest.mark.parametrize("address", ADDRESSES)
def test_data_with_such_an_address_gets_no_key(
    address: str,
    export_server: ExportServer,
    project: Project,
    stub: Stub,
    elsewhere: Stub,
    out: Path,
) -> None:
    url = address.format(own=stub.url[7:], evil=elsewhere.url[7:])
    export_server.content = json.dumps([task(1, image=url)]).encode()
    project.export("JSON", out, media=True)
    assert not keys(elsewhere)


@pytest.mark.parametrize(
    "to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x", "http://", ":"]
)
def test_a_redirect_to_an_invalid_url_is_an_error(to: str, ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/hop", Answer(status=302, headers={"Location": to}))
    with pytest.raises(LabelStudioError):
        ls.fetch("/hop")


def test_circular_redirects_end(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/hop", Answer(status=302, headers={"Location": "/hop"}))
    with pytest.raises(LabelStudioError, match="was redirected"):
        ls.fetch("/hop")
    assert len(stub.requests) < 10


def test_no_error_or_report_has_the_key_in_it(
    export_server: ExportServer, project: Project, stub: Stub, out: Path
) -> None:
    def echo(request: Request) -> Answer:
        return Answer({"detail": "no such file"}, status=400)

    stub.on("GET", "/data/upload/1/a.png", echo)
    report = project.export("JSON", out, media=True).media
    assert LEGACY_KEY not in repr(report) + repr(report.missing)
    assert not any(LEGACY_KEY.encode() in path.read_bytes() for path in out.rglob("*.json"))
