"""Decompression bombs, and other small answers that would take all memory."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest
from support.exporting import ExportServer, task
from support.stub import Answer, Stub

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import IncompleteResult, LabelStudioError
from label_studio_orm.transfer.exports.manifest import NAME as MANIFEST

pytestmark = pytest.mark.usefixtures("no_patience")

MEGABYTE = 1_000_000


@pytest.fixture
def export_server(stub: Stub) -> ExportServer:
    return ExportServer(stub, [task(1, image="/data/upload/1/a.png")])


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


# -- bombs ---------------------------------------------------------------------------------------

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + ']><View><Text name="t" value="&a11;"/></View>'
)

READ_ALL = """
import resource, sys
from pathlib import Path
from label_studio_orm import LabelStudio
from label_studio_orm.orm import deadline

deadline.LONGEST_SILENCE = deadline.FIRST_CONTACT = 0
ls = LabelStudio(sys.argv[1], api_key="0123456789abcdef0123456789abcdef01234567")
project = ls.projects.get(1)
try:
    {}
except Exception as error:
    print(type(error).__name__, str(error)[:300])
status = Path("/proc/self/status")
if status.exists():  # not maxrss, which has the peak of the process that has started this one
    print(int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1000)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000_000)  # bytes on a Mac
"""


def run(stub: Stub, code: str) -> tuple[str, int, float]:
    """Run code in a process of its own: what it said, its peak in MB, its seconds."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL.format(code), stub.url],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    *said, peak = done.stdout.strip().splitlines()
    return "\n".join(said), int(peak), time.monotonic() - began


def bomb(start: bytes = b"[", size: int = 10_000 * MEGABYTE) -> Iterator[bytes]:
    """Yield zeros, which are white to no JSON reader, as gzip has them; the end is missing.

    After a full flush the same bytes are compressed to the same bytes, which is done but once.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    zeros = packer.compress(b"0," * (MEGABYTE // 2)) + packer.flush(zlib.Z_FULL_FLUSH)
    yield from repeat(zeros, size // MEGABYTE)


def packed(blocks: Iterator[bytes], how: str = "gzip") -> Answer:
    return Answer(blocks=blocks, headers={"Content-Encoding": how})


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/api/projects/1/", "project.title"),
        ("GET", "/api/tasks/", "list(project.tasks)"),
        ("GET", "/api/version", "ls.request('GET', '/api/version')"),
        ("POST", "/api/projects/1/exports", "project.export()"),
    ],
)
def test_ten_gigabytes_of_json_in_a_small_response_are_refused(
    method: str, path: str, code: str, stub: Stub
) -> None:
    ExportServer(stub)
    stub.on(method, path, lambda request: packed(bomb()))
    said, peak, seconds = run(stub, code)
    assert said.startswith(
        "IncompleteResult A response must not decompress to more than 200 times its size"
    )
    assert peak < 500
    assert seconds < 30


@pytest.mark.parametrize(
    "code", ["project.export('JSON', sys.argv[2])", "sum(1 for task in project.iter_export())"]
)
def test_ten_gigabytes_as_a_download_are_refused(code: str, stub: Stub, out: Path) -> None:
    server = ExportServer(stub)
    server.downloading[:] = [lambda request: packed(bomb())] * 9
    code = code.replace("sys.argv[2]", repr(str(out / "v1.json")))
    said, peak, seconds = run(stub, code)
    assert said.startswith("IncompleteResult")
    assert peak < 300
    assert seconds < 30
    assert not out.exists() or files(out) == []


@pytest.mark.parametrize("how", ["gzip, gzip", "gzip,gzip,gzip"])
def test_nested_compression_does_not_bypass_the_limit(how: str, stub: Stub) -> None:
    ExportServer(stub)
    times = how.count(",") + 1
    body = b"".join(bomb(size=1_000 * MEGABYTE))
    for _ in range(times - 1):
        body = gzip.compress(body)
    answer = Answer(body=body, headers={"Content-Encoding": how})
    stub.on("GET", "/api/projects/1/", answer)
    said, peak, seconds = run(stub, "project.title")
    assert said.startswith(
        "IncompleteResult A response must not decompress to more than 200 times its size"
    )
    assert peak < 500
    assert seconds < 30


def test_an_error_page_may_be_a_bomb_too(stub: Stub) -> None:
    ExportServer(stub)
    stub.on("GET", "/api/projects/1/", lambda request: replace(packed(bomb()), status=500))
    said, peak, seconds = run(stub, "project.title")
    assert said
    assert peak < 500
    assert seconds < 30


def test_a_labeling_config_with_an_xml_bomb_stays_a_text(stub: Stub) -> None:
    ExportServer(stub)
    project = {"id": 1, "title": "x", "label_config": LAUGHS, "parsed_label_config": {}}
    stub.on("GET", "/api/projects/1/", project)
    stub.on("PATCH", "/api/projects/1/", project)
    code = (
        "print(len(project.label_config)); project.label_config = project.label_config + ' '; "
        "project.save(); repr(project)"
    )
    said, peak, seconds = run(stub, code)
    assert said == str(len(LAUGHS))
    assert peak < 200
    assert seconds < 10


def test_endlessly_nested_json_raises_our_error(
    export_server: ExportServer, project: Project, ls: LabelStudio, stub: Stub
) -> None:
    deep = b"[" * 100_000
    stub.on("GET", "/deep", Answer(body=deep))
    with pytest.raises(LabelStudioError):
        ls.json("GET", "/deep")
    export_server.content = deep
    for read in (project.export, lambda: list(project.iter_export())):
        with pytest.raises(LabelStudioError):
            read()


def test_a_zip_bomb_is_not_unpacked(
    export_server: ExportServer, project: Project, out: Path, tmp_path: Path
) -> None:
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels/a.txt", bytes(101 * MEGABYTE))
    export_server.files["BRUSH_TO_PNG"] = path.read_bytes()
    path.unlink()
    with pytest.raises(IncompleteResult, match="101,000,000 bytes unpacked"):
        project.export("BRUSH_TO_PNG", out, media=True)
    assert files(tmp_path) == []


def test_a_picture_that_is_a_bomb_is_missing(
    export_server: ExportServer, project: Project, stub: Stub, out: Path
) -> None:
    stub.on("GET", "/data/upload/1/a.png", lambda r: packed(bomb(b"", 1_000 * MEGABYTE)))
    report = project.export("JSON", out, media=True).media
    assert "must not decompress" in report.missing[0].reason
    assert files(out) == [MANIFEST, "media.json", "tasks.json"]


def test_repetitive_json_is_not_a_decompression_bomb(ls: LabelStudio, stub: Stub) -> None:
    rows = [task(number, text=f"{number} " * 400) for number in range(890)]
    many = 100 * MEGABYTE // len(json.dumps(rows)) + 1
    body = json.dumps(rows).encode()[:-1] + (b"," + json.dumps(rows)[1:-1].encode()) * (many - 1)
    body += b"]"
    assert len(body) > 100 * MEGABYTE
    stub.on(
        "GET",
        "/many",
        Answer(body=gzip.compress(body, 1), headers={"Content-Encoding": "gzip"}),
    )
    assert len(ls.json("GET", "/many")) == len(rows) * many
