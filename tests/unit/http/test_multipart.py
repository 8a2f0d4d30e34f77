"""Files as the body of a form: what a parser finds in it, and what it takes of memory."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest
import requests

from label_studio_orm.errors import InvalidInput
from label_studio_orm.http.multipart import BLOCK, Multipart
from label_studio_orm.transfer.uploads.local_files import LocalFile

CONTENTS = {
    "a.png": b"\x89PNG\r\n\x1a\n\x00\xff",
    "two words.txt": b"--boundary--\r\n\r\nend",
    "日本 é.jpg": b"\r\n",
    "nothing.bin": b"",
    "long.bin": bytes(range(256)) * 1000,
}


def written(folder: Path, contents: dict[str, bytes]) -> list[Path]:
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


def body_of(paths: list[Path]) -> Multipart:
    return Multipart([LocalFile(path, path.name).part for path in paths])


def parts_of(content_type: str, body: bytes) -> list[Message]:
    """Parse a form with the parser for mail, which knows nothing of ours."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    found = BytesParser().parsebytes(head + body)
    assert not found.defects
    parts = found.get_payload()
    assert isinstance(parts, list)
    return [part for part in parts if isinstance(part, Message)]


def named(part: Message) -> tuple[str, str]:
    """Return the name of the field and of the file, which browsers and we send as UTF-8."""
    raw = dict(part.raw_items())["Content-Disposition"]
    said = str(raw).encode("ascii", "surrogateescape").decode()
    found = re.fullmatch('form-data; name="(.*?)"; filename="(.*?)"', said)
    assert found, said
    return found[1], found[2]


def test_a_parser_finds_each_file_with_its_name_and_bytes(tmp_path: Path) -> None:
    body = body_of(written(tmp_path, CONTENTS))
    parts = parts_of(body.content_type, b"".join(body))
    assert [named(part) for part in parts] == [
        (f"file{number}", name) for number, name in enumerate(CONTENTS)
    ]
    assert [part.get_payload(decode=True) for part in parts] == list(CONTENTS.values())
    assert {part.get_content_type() for part in parts} == {"application/octet-stream"}


def test_it_is_what_requests_makes_of_the_same_files(tmp_path: Path) -> None:
    paths = written(tmp_path, CONTENTS)
    body = body_of(paths)
    files = [
        (f"file{number}", (path.name, path.read_bytes(), "application/octet-stream"))
        for number, path in enumerate(paths)
    ]
    theirs = requests.Request("POST", "http://localhost", files=files).prepare()
    assert isinstance(theirs.body, bytes)
    boundary = theirs.headers["Content-Type"].partition("boundary=")[2]
    ours = body.content_type.partition("boundary=")[2]
    assert theirs.body.replace(boundary.encode(), ours.encode()) == b"".join(body)


def test_its_length_is_known_before_it_is_read(tmp_path: Path) -> None:
    body = body_of(written(tmp_path, CONTENTS))
    assert len(body) == len(b"".join(body))


def test_requests_says_the_length_and_sends_it_as_a_stream(tmp_path: Path) -> None:
    body = body_of(written(tmp_path, CONTENTS))
    prepared = requests.Request("POST", "http://localhost", data=body).prepare()
    assert prepared.body is body  # type: ignore[comparison-overlap]
    assert prepared.headers["Content-Length"] == str(len(body))
    assert "Transfer-Encoding" not in prepared.headers


def test_it_can_be_read_again(tmp_path: Path) -> None:
    body = body_of(written(tmp_path, CONTENTS))
    assert b"".join(body) == b"".join(body)


def test_every_body_has_a_boundary_of_its_own(tmp_path: Path) -> None:
    paths = written(tmp_path, CONTENTS)
    assert body_of(paths).content_type != body_of(paths).content_type


def test_no_block_is_larger_than_said(tmp_path: Path) -> None:
    assert max(map(len, body_of(written(tmp_path, CONTENTS)))) <= BLOCK


@pytest.mark.parametrize("name", ['q"q.png', "line\nbreak.png", "a;b='c'.png", "back\\slash.png"])
def test_a_name_cannot_break_out_of_its_header(name: str, tmp_path: Path) -> None:
    body = body_of(written(tmp_path, {name: b"x"}))
    (part,) = parts_of(body.content_type, b"".join(body))
    assert part.keys() == ["Content-Disposition", "Content-Type"]
    assert unquote(named(part)[1]) == name
    assert part.get_payload(decode=True) == b"x"


@pytest.mark.parametrize("now", [b"", b"shorter", b"much longer than before"])
def test_a_file_of_another_length_than_before_is_refused(now: bytes, tmp_path: Path) -> None:
    (path,) = written(tmp_path, {"a.txt": b"as it was"})
    body = body_of([path])
    path.write_bytes(now)
    with pytest.raises(InvalidInput, match=r"a\.txt has changed while it was sent"):
        b"".join(body)


def test_never_more_bytes_are_read_than_were_said(tmp_path: Path) -> None:
    (path,) = written(tmp_path, {"a.txt": b"as it was"})
    body = body_of([path])
    path.write_bytes(b"x" * 10 * BLOCK)
    read: list[bytes] = []
    with pytest.raises(InvalidInput):
        read.extend(body)
    assert sum(map(len, read)) < len(body)


# -- memory ----------------------------------------------------------------------------------------

SENDER = """
import sys, re, pathlib
from label_studio_orm import LabelStudio
from label_studio_orm.http.multipart import Multipart
from label_studio_orm.transfer.uploads.local_files import LocalFile

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])

url, small, large = sys.argv[1:]
ls = LabelStudio(url, api_key="0" * 40)
for path in small, large:
    body = Multipart([LocalFile(pathlib.Path(path), "a").part])
    headers = {"Content-Type": body.content_type}
    answer = ls._transport.json("POST", "/sink", data=body, headers=headers)
    assert answer == len(body), (answer, len(body))
    print(peak())
"""


@contextmanager
def sink() -> Iterator[str]:
    """Run a server that reads all that comes, keeps nothing, and says how many bytes it was."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            left = length = int(self.headers["Content-Length"])
            while left:
                left -= len(self.rfile.read(min(left, 1 << 20)))
            said = str(length).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peaks are read from /proc")
def test_a_large_file_is_sent_in_flat_memory(tmp_path: Path) -> None:
    (small, large) = written(tmp_path, {"small.mp4": b"x", "large.mp4": b""})
    with large.open("wb") as file:
        file.truncate(200_000_000)
    with sink() as url:
        command = [sys.executable, "-c", SENDER, url, str(small), str(large)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert not said.returncode, said.stderr
    before, after = map(int, said.stdout.split())
    assert after - before < 5_000  # kB
