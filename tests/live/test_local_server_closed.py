"""A running LocalServer and another user of the machine, or a web page: they get nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from label_studio_orm.errors import NotFound, Rejected
from label_studio_orm.server import LocalServer
from label_studio_orm.server.install import is_installed

NOBODY = 65534
OLD = ("1.10.1", "1.20.0")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")

# What the other user tries; each attempt prints whether it got something.
TRIES = """
import http.client, json, os, sys
folder, port, pids = sys.argv[1], int(sys.argv[2]), sys.argv[3].split(",")
got = []
def read(path):
    try:
        got.append(path + ": " + open(path, "rb").read(20).decode(errors="replace"))
    except OSError:
        pass
for name in (".env", "orm-credentials.json", "label_studio.sqlite3", "server.log", "lock"):
    read(os.path.join(folder, name))
try:
    got.append(os.listdir(folder))
except OSError:
    pass
for pid in pids:
    read(f"/proc/{pid}/environ")
    try:
        got.append(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        pass
    print(open(f"/proc/{pid}/cmdline").read())  # this is for all to read
for path in ("/api/projects/", "/api/users/", "/api/current-user/token", "/api/invite",
             "/api/token/", "/data/local-files/?d=served/one.txt",
             "/data/local-files/?d=beside/secret.txt"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status not in (401, 403, 404):
        got.append([path, answer.status])
print("GOT " + json.dumps(got))
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is served, with others beside it."""
    root = tmp_path_factory.mktemp("root")
    for name in ("served", "served-too", "beside"):
        (root / name).mkdir()
        (root / name / "secret.txt").write_text("secret")
    return root / "served"


@pytest.fixture(scope="module", params=["", *OLD], ids=["this version", *OLD])
def server(request: pytest.FixtureRequest, files: Path) -> Iterator[LocalServer]:
    version = request.param or None
    if version and not is_installed(version):
        pytest.skip(f"Label Studio {version} is not installed")
    with LocalServer(version=version, files=files) as server:
        yield server


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def pids_of(server: LocalServer) -> list[str]:
    port = server.url.rpartition(":")[2]
    found = subprocess.run(["pgrep", "-f", f"port {port}"], stdout=subprocess.PIPE, text=True)
    return found.stdout.split()


@as_root
def test_another_user_gets_nothing(server: LocalServer) -> None:
    port = server.url.rpartition(":")[2]
    python = shutil.which("python3", path="/usr/bin:/usr/local/bin:/bin")  # one for everybody
    if python is None:
        pytest.skip("there is no Python that another user may run")
    command = [python, "-I", "-c", TRIES, str(server._home), port]
    done = subprocess.run(
        [*command, ",".join(pids_of(server))],
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        cwd="/",
    )
    shown, _, got = done.stdout.partition("GOT ")
    assert json.loads(got) == [], done.stderr
    assert not {server.api_key, server.password} & {*shown.split("\0")}


def test_nobody_can_sign_up(server: LocalServer, browser: requests.Session) -> None:
    page = f"{server.url}/user/signup/"
    for url in (page, f"{page}?token=", f"{page}?token=x"):
        browser.cookies.clear()
        browser.get(url)
        form = {"email": "eve@example.com", "password": "eve12345678"}
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post(url, data={**form, **token}).status_code == 403
    assert [user.email for user in server.client().users] == [server.username]


def test_a_host_that_is_not_its_own_is_refused(
    server: LocalServer, browser: requests.Session
) -> None:
    for path in ("/user/login/", "/api/projects/", "/health"):
        for headers in ({"Host": "evil.example"}, {"Host": "evil.example:80"}):
            headers |= {"X-Forwarded-Host": "127.0.0.1"}
            assert browser.get(server.url + path, headers=headers).status_code == 400
    assert browser.get(f"{server.url.replace('127.0.0.1', 'localhost')}/user/login/").ok


def test_no_other_origin_may_read_an_answer(server: LocalServer, browser: requests.Session) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"}
    for answer in (
        browser.options(f"{server.url}/api/projects/", headers=headers),
        browser.get(f"{server.url}/api/version", headers=headers),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_only_the_folder_is_given_out(server: LocalServer, files: Path) -> None:
    ls = server.client()
    project = ls.projects.create(title="Files")
    storages = project.import_storages.local
    storage = storages.create(path=files, use_blob_urls=True)
    if server.version != "1.10.1":  # which gives files to browsers only
        assert ls.fetch(storage.url_of("secret.txt")).content == b"secret"
    assert storage.sync().last_sync_count == 1
    for path in (files.parent / "beside", files.parent / "served-too", f"{files}/../beside"):
        for kind in (storages, project.export_storages.local):
            with pytest.raises(Rejected):
                kind.create(path=path)
    for name in ("beside", "served-too", "served/../beside", "served/../served-too"):
        with pytest.raises(NotFound):
            ls.fetch(f"/data/local-files/?d={name}/secret.txt")
    project.delete()


def test_files_that_it_makes_are_for_its_user_only(server: LocalServer) -> None:
    project = server.client().projects.create(title="Private")
    project.import_tasks([{"text": "A fine film."}])
    found = [path for path in server._home.rglob("*") if path.stat().st_mode & 0o077]
    assert [path for path in found if not path.is_symlink()] == []
    project.delete()


def test_after_a_crash_nobody_else_can_listen_where_clients_send_the_key() -> None:
    with LocalServer() as server:
        port = int(server.url.rpartition(":")[2])
        _, crashing = sorted(map(int, pids_of(server)))
        os.kill(crashing, signal.SIGKILL)
        while server.running:
            pass
        with socket.socket() as thief:
            thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with pytest.raises(OSError, match="in use"):
                thief.bind(("127.0.0.1", port))


def test_secrets_are_in_no_frame_of_a_failed_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = LocalServer(tmp_path / "here")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    with pytest.raises(Exception, match="cannot be started") as caught:
        server.start()
    frames: list[Any] = []
    error: BaseException | None = caught.value
    while error is not None:
        frame = error.__traceback__
        while frame is not None:
            frames.append(repr(frame.tb_frame.f_locals) if "_orm" in str(frame.tb_frame) else "")
            frame = frame.tb_next
        error = error.__cause__ or error.__context__
    for secret in (server.password, server.api_key):
        assert secret not in "".join(frames)
