"""A running LocalServer refuses other users of the machine and web pages."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from support.other_user import (
    FILES,
    NOBODY,
    PROCESSES,
    REQUESTS,
    as_root,
    command_lines,
    got,
    pids_of,
    sockets,
)
from support.postgres import PASSWORD

from label_studio_orm.errors import ConnectionFailed, LocalServerError, NotFound, Rejected
from label_studio_orm.server import LocalServer
from label_studio_orm.server.installation import is_installed

OLD = ("1.10.1", "1.20.0")
# Requests of others without a key; docs/explanation/security.md names what is public.
WITHOUT_KEY = (
    *(f"/api/{name}" for name in ("projects/", "users/", "tasks/", "dm/views/", "organizations/")),
    *(f"/api/{name}" for name in ("current-user/token", "current-user/whoami", "token/", "invite")),
    *("/api/projects/1/export?exportType=JSON", "/api/projects/1/exports/", "/projects/", "/"),
    *(f"/api/storages/{name}" for name in ("localfiles", "export/localfiles", "s3")),
    *(
        f"/data/local-files/?d={name}/secret.txt"
        for name in ("served", "beside", "served/../beside")
    ),
    *("/data/upload/1/one.txt", "/storage-data/uploaded/?filepath=upload/1/one.txt", "/admin/"),
    *("/django-rq/", "/user/account", "/organization/"),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A served folder, with other folders beside it."""
    root = tmp_path_factory.mktemp("root")
    for name in ("served", "served-too", "beside"):
        (root / name).mkdir()
        (root / name / "secret.txt").write_text("secret")
    return root / "served"


@pytest.fixture(scope="module", params=["", *OLD], ids=["this version", *OLD])
def local_server(request: pytest.FixtureRequest, files: Path) -> Iterator[LocalServer]:
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


# -- another user of the machine ------------------------------------------------------------------


@as_root
def test_another_user_cannot_read_its_folder(local_server: LocalServer) -> None:
    ls = local_server.client()
    project = ls.projects.create(title="Private")
    project.import_tasks([{"text": "A fine film."}])
    project.export("JSON")
    paths = [str(path) for path in (local_server._home, *local_server._home.rglob("*"))]
    names = {Path(path).name for path in paths}
    assert {"label_studio.sqlite3", "server.log", ".env", "orm-credentials.json", "tmp"} <= names
    assert got(FILES, paths[1:]) == []
    assert [what for what, _ in got(FILES, paths[:1])] == [f"({paths[0]!r},)"]  # that it is there
    project.delete()


@as_root
def test_another_user_sees_no_secret_in_its_processes(local_server: LocalServer) -> None:
    pids = pids_of(local_server.url)
    assert len(pids) >= 2
    assert got(PROCESSES, pids) == []
    shown = command_lines(pids)
    for secret in (local_server.api_key, local_server.password):
        assert secret not in shown


@as_root
def test_the_password_of_its_database_is_in_no_visible_process(
    postgres_server: LocalServer,
) -> None:
    pids = pids_of(postgres_server.url)
    assert got(PROCESSES, pids) == []
    assert not [
        each for each in (PASSWORD, quote(PASSWORD, safe="")) if each in command_lines(pids)
    ]


@as_root
def test_another_user_gets_no_response_without_a_key(local_server: LocalServer) -> None:
    attempts = [(method, path) for path in WITHOUT_KEY for method in ("GET", "POST")]
    assert got(REQUESTS, [int(local_server.url.rpartition(":")[2]), attempts]) == []


def test_it_listens_on_its_port_and_nowhere_else(local_server: LocalServer) -> None:
    port = int(local_server.url.rpartition(":")[2])
    assert {*sockets(pids_of(local_server.url))} == {f"tcp 0100007F:{port:04X}"}


def test_it_has_no_file_open_for_writing_outside_its_folder(local_server: LocalServer) -> None:
    for pid in pids_of(local_server.url):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            path = descriptor.readlink()
            info = Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text()
            writes = int(info.partition("flags:")[2].split()[0], 8) & os.O_ACCMODE
            if writes and path.is_file():
                assert path.is_relative_to(local_server._home)


@as_root
def test_a_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "orm-credentials.json").write_text('{"password": "known", "api_key": "known"}')
    os.chown(folder / "orm-credentials.json", NOBODY, -1)
    with pytest.raises(LocalServerError, match="must belong to root, not user 65534"):
        LocalServer(folder).start()
    assert len([*folder.iterdir()]) == 1


# -- web pages, and whoever can reach the port ----------------------------------------------------


def test_nobody_can_sign_up(local_server: LocalServer, browser: requests.Session) -> None:
    page = f"{local_server.url}/user/signup/"
    for url in (page, f"{page}?token=", f"{page}?token=x"):
        browser.cookies.clear()
        browser.get(url)
        form = {"email": "eve@example.com", "password": "eve12345678"}
        token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        assert browser.post(url, data={**form, **token}).status_code == 403
    assert [user.email for user in local_server.client().users] == [local_server.username]


def test_a_foreign_host_header_is_refused(
    local_server: LocalServer, browser: requests.Session
) -> None:
    for path in ("/user/login/", "/api/projects/", "/health"):
        for headers in ({"Host": "evil.example"}, {"Host": "evil.example:80"}):
            headers |= {"X-Forwarded-Host": "127.0.0.1"}
            assert browser.get(local_server.url + path, headers=headers).status_code == 400
    assert browser.get(f"{local_server.url.replace('127.0.0.1', 'localhost')}/user/login/").ok


def test_no_other_origin_may_read_a_response(
    local_server: LocalServer, browser: requests.Session
) -> None:
    headers = {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"}
    for answer in (
        browser.options(f"{local_server.url}/api/projects/", headers=headers),
        browser.get(f"{local_server.url}/api/version", headers=headers),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_only_the_folder_is_served(local_server: LocalServer, files: Path) -> None:
    ls = local_server.client()
    project = ls.projects.create(title="Files")
    storages = project.import_storages.local
    storage = storages.create(path=files, use_blob_urls=True)
    if local_server.version != "1.10.1":  # which gives files to browsers only
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


def test_files_that_it_creates_are_private(local_server: LocalServer, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("A fine film.")
    project = local_server.client().projects.create(title="Private")
    project.import_tasks([{"text": "A fine film."}])
    project.upload_files(tmp_path, field="text", progress=False)
    project.export("JSON")
    found = [path for path in local_server._home.rglob("*") if path.stat().st_mode & 0o077]
    assert [path for path in found if not path.is_symlink()] == []
    project.delete()


# -- the port -------------------------------------------------------------------------------------


def test_the_port_stays_reserved_after_a_crash_and_after_stop() -> None:
    with LocalServer() as server:
        ls = server.client()
        port = int(server.url.rpartition(":")[2])
        os.kill(server_of(port), signal.SIGKILL)
        while server.running:
            pass
        assert not can_listen(port)
        with pytest.raises(ConnectionFailed, match="refused"):
            ls.whoami()
        server.start()
        assert not server.url.endswith(f":{port}")
        assert not can_listen(port)
    for each in (port, int(server.url.rpartition(":")[2])):
        assert not can_listen(each)
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", each), 5)


def server_of(port: int) -> int:
    return pids_of(f"http://127.0.0.1:{port}")[1]  # the guard comes first


def can_listen(port: int) -> bool:
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        with socket.socket() as thief, suppress(OSError):
            thief.setsockopt(socket.SOL_SOCKET, option, 1)
            thief.bind(("127.0.0.1", port))
            thief.listen()
            return True
    return False


def test_a_failed_start_has_no_secrets_in_its_frames(
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
