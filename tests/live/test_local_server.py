"""The embedded server: start, stop, folders, versions and databases."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from attrs import evolve
from support.postgres import PASSWORD, Postgres

from label_studio_orm import LabelStudio
from label_studio_orm.errors import LocalServerError
from label_studio_orm.server import VERSION, LocalServer
from label_studio_orm.server.databases import PostgreSQL

SOON = 15.0  # seconds, within which a database that cannot be used is refused


def processes(url: str) -> list[str]:
    """Return the command lines of the processes that serve a URL."""
    port = url.rpartition(":")[2]
    listing = subprocess.run(
        ["ps", "axww", "-o", "args"], stdout=subprocess.PIPE, text=True, check=True
    )
    return [line for line in listing.stdout.splitlines() if f"--port {port}" in line]


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A parent of temporary folders that must be empty at the end."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setenv("TMPDIR", str(place))
    yield place
    assert eventually(lambda: list(place.iterdir()) == [])


def run(script: str) -> subprocess.Popen[str]:
    """Run a script that prints the address of a server which it starts."""
    start = "from label_studio_orm.server import LocalServer\nserver = LocalServer().start()\n"
    code = f"{start}print(server.url, flush=True)\n{script}"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    with process.stdout:
        return process.stdout.readline().strip()


def test_it_responds_inside_the_with_block_and_stops_afterwards(temporary: Path) -> None:
    with LocalServer() as server:
        assert server.client().whoami().email == server.username
        assert server.running
        url = server.url
        assert processes(url)
    assert not server.running
    assert processes(url) == []
    with pytest.raises(LocalServerError, match="not running"):
        server.client()


def test_it_stops_after_an_exception(temporary: Path) -> None:
    server = LocalServer()
    with pytest.raises(ZeroDivisionError), server:
        _ = 1 / 0
    assert processes(server.url) == []


@pytest.mark.parametrize(
    "end",
    ["", "raise SystemExit(3)", "import os; os._exit(1)", "import time; time.sleep(60)"],
    ids=["end of script", "sys.exit", "os._exit", "kill -9"],
)
def test_it_stops_however_its_owner_ends(end: str, temporary: Path) -> None:
    owner = run(end)
    url = address(owner)
    if "sleep" in end:
        assert processes(url)
        owner.kill()
    owner.wait(30)
    assert eventually(lambda: processes(url) == [])


def test_it_stops_even_if_a_forked_child_of_the_owner_survives(temporary: Path) -> None:
    owner = run("import os, time\nif not os.fork(): time.sleep(15)\nelse: time.sleep(60)")
    url = address(owner)
    time.sleep(0.3)
    owner.kill()
    owner.wait(30)
    assert eventually(lambda: processes(url) == [], 12)


def test_it_can_be_kept_and_stopped_later(temporary: Path) -> None:
    owner = run("with server: print(server.keep(), server.api_key, flush=True)")
    assert owner.stdout is not None
    with owner.stdout:
        url = owner.stdout.readline().strip()
        pid, key = owner.stdout.readline().split()
    try:
        assert owner.wait(30) == 0
        time.sleep(1)
        assert LabelStudio(url, api_key=key).whoami().id == 1
    finally:
        os.kill(int(pid), signal.SIGTERM)
    assert eventually(lambda: processes(url) == [])


def test_a_forked_child_may_use_it_and_does_not_stop_it(local_server: LocalServer) -> None:
    pid = os.fork()
    if not pid:
        good = local_server.running and local_server.client().whoami().id == 1
        local_server.stop()
        os._exit(0 if good else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert local_server.running
    assert local_server.client().whoami().id == 1


def test_a_named_folder_keeps_its_projects_and_keys(tmp_path: Path) -> None:
    with LocalServer(tmp_path / "here") as server:
        server.client().projects.create(title="Reviews")
        keys = server.api_key, server.personal_access_token
        signed_with = (tmp_path / "here" / ".env").read_text()
    # One in fifty keys that the server generates begins with "$", which it cannot read again.
    assert re.fullmatch("SECRET_KEY=[0-9a-f]{64}\n", signed_with)
    with LocalServer(tmp_path / "here") as server:
        assert (tmp_path / "here" / ".env").read_text() == signed_with
        assert (server.api_key, server.personal_access_token) == keys
        ls = server.client(api_key=server.personal_access_token)
        assert [project.title for project in ls.projects] == ["Reviews"]
    readable = [path.name for path in (tmp_path / "here").iterdir() if path.stat().st_mode & 0o077]
    assert {"orm-credentials.json", "label_studio.sqlite3", ".env"} & {*readable} == set()


def test_two_processes_on_one_folder_are_refused(tmp_path: Path) -> None:
    code = """
import sys
from label_studio_orm.server import LocalServer
try:
    LocalServer(sys.argv[1]).start()
except RuntimeError as error:
    print(error)
"""
    with LocalServer(tmp_path / "here") as first:
        command = [sys.executable, "-c", code, str(tmp_path / "here")]
        other = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        assert f"Another server is using {tmp_path / 'here'}, at {first.url}" in other.stdout
        assert first.running


def test_a_server_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "label_studio.sqlite3").write_text("This is no database. " * 100)
    with pytest.raises(LocalServerError, match="file is not a database"):
        LocalServer(folder).start()


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalServerError, match="cannot be started"):
        LocalServer(tmp_path / "file").start()


def test_without_an_installed_server_the_error_names_the_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "empty"))
    with pytest.raises(LocalServerError, match=r"python -m label_studio_orm\.server install"):
        LocalServer().start()


def test_its_keys_appear_in_no_repr(local_server: LocalServer) -> None:
    shown = repr(local_server) + repr(local_server._credentials) + local_server.log(10_000)
    assert local_server.api_key not in shown
    assert local_server.password not in shown
    assert local_server.personal_access_token not in shown


def test_stopping_a_server_that_was_not_started_removes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    monkeypatch.chdir(tmp_path)
    server = LocalServer()
    server.stop()
    assert not server.running
    assert (tmp_path / "mine.txt").exists()


def test_a_crashed_server_can_be_started_again(tmp_path: Path) -> None:
    with LocalServer(tmp_path / "here") as server:
        server.client().projects.create(title="Reviews")
        pattern = f"port {server.url.rpartition(':')[2]}"
        found = subprocess.run(["pgrep", "-f", pattern], stdout=subprocess.PIPE, text=True)
        watchdog, crashing = sorted(map(int, found.stdout.split()))
        assert watchdog == server._process.watchdog.pid  # type: ignore[union-attr]
        os.kill(crashing, signal.SIGKILL)
        assert eventually(lambda: not server.running)
        server.start()
        assert [project.title for project in server.client().projects] == ["Reviews"]


def test_rerunning_a_cell_stops_no_server(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("label_studio_orm.server.running_servers.running_shell", object)
    server = LocalServer().start()
    first = server.url
    server.client().projects.create(title="Reviews")
    gone = weakref.ref(server)
    try:
        with pytest.warns(UserWarning, match=f"The one at {first} keeps running") as warned:
            server = LocalServer().start()  # the same cell again: the first object is lost
        assert gone() is None
        assert server.url != first
        (said,) = (str(each.message) for each in warned)
        assert warned[0].filename == __file__
        folder = said.partition("LocalServer('")[2].partition("')")[0]
        again = LocalServer(folder).start()
        assert again.url == first
        assert [project.title for project in again.client().projects] == ["Reviews"]
    finally:
        server.stop()
    again.stop()
    assert processes(first) == []


def test_two_objects_on_one_folder_share_the_running_server(tmp_path: Path) -> None:
    with LocalServer(tmp_path / "here") as first:
        second = LocalServer(tmp_path / "here").start()
        assert (second.url, second.api_key) == (first.url, first.api_key)
        assert second.running
        assert second.client().whoami().id == 1
        with LocalServer(tmp_path / "here") as third:
            assert third.url == first.url
        assert first.running
        what = rf"Another server is using .*: Label Studio {re.escape(VERSION)} on SQLite\."
        for other in ({"environ": {"A": "b"}}, {"database": "postgresql://ann@127.0.0.1/labels"}):
            with pytest.raises(LocalServerError, match=what):
                LocalServer(tmp_path / "here", **other).start()
        second.stop()
        assert not first.running
        assert processes(first.url) == []


# -- other versions --------------------------------------------------------------------------------


def test_two_versions_run_side_by_side(local_server: LocalServer, old_server: LocalServer) -> None:
    assert local_server.client().info.version == local_server.version == VERSION
    assert old_server.client().info.version == old_server.version == "1.20.0"


def test_a_newer_version_migrates_a_folder_and_then_the_older_one_refuses_it(
    tmp_path: Path, old_server: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    old = old_server.version
    with LocalServer(tmp_path / "here", version=old) as server:
        server.client().projects.create(title="Reviews")
        token = server.personal_access_token
        with pytest.raises(LocalServerError, match=f"is using .*: Label Studio {old} on SQLite"):
            LocalServer(tmp_path / "here").start()
    with LocalServer(tmp_path / "here") as server:
        assert f"Label Studio {VERSION} migrates the database {tmp_path}" in caplog.messages[-1]
        ls = server.client(api_key=token)
        assert [project.title for project in ls.projects] == ["Reviews"]
    with pytest.raises(LocalServerError, match=f"migrated by a newer Label Studio than {old}"):
        LocalServer(tmp_path / "here", version=old).start()


# -- PostgreSQL ------------------------------------------------------------------------------------


def test_a_database_keeps_its_projects_without_the_folder(
    postgres: Postgres, temporary: Path
) -> None:
    with postgres.database("kept") as url:
        with LocalServer(database=url) as server:
            server.client().projects.create(title="Reviews")
            key, token = server.api_key, server.personal_access_token
        with LocalServer(database=url) as server:
            assert server.api_key == key
            assert server.personal_access_token != token  # signed with the key of the folder
            ls = server.client(api_key=server.personal_access_token)
            assert [project.title for project in ls.projects] == ["Reviews"]
            assert logged_in(server)


def logged_in(server: LocalServer) -> bool:
    """Log in as one does with a browser."""
    page = f"{server.url}/user/login/"
    with requests.Session() as session:
        session.trust_env = False
        session.get(page)
        form = {"email": server.username, "password": server.password}
        token = session.cookies["csrftoken"]
        session.post(page, data={**form, "csrfmiddlewaretoken": token})
        return session.get(f"{server.url}/api/current-user/whoami").status_code == 200


def test_the_password_of_a_database_appears_nowhere(postgres_server: LocalServer) -> None:
    listing = subprocess.run(["ps", "axww", "-o", "args"], stdout=subprocess.PIPE, text=True)
    files = [path for path in postgres_server._home.rglob("*") if path.is_file()]
    written = b"".join(path.read_bytes() for path in files).decode(errors="replace")
    shown = listing.stdout + repr(postgres_server) + repr(postgres_server._database) + written
    for secret in (PASSWORD, quote(PASSWORD, safe="")):
        assert secret not in shown


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"port": 1}, "Connection refused"),
        ({"host": "nowhere.invalid"}, "not known|No address|failure in name"),
        ({"password": "wrong"}, "password authentication failed for user"),
        ({"name": "nowhere"}, 'it does not exist. Create it first: CREATE DATABASE "nowhere";'),
    ],
    ids=["no server", "no host", "wrong password", "no database"],
)
def test_an_unusable_database_is_refused_quickly(
    postgres: Postgres, change: dict[str, Any], why: str, temporary: Path
) -> None:
    database = evolve(PostgreSQL.at(postgres.url("postgres")), **change)
    password = change.get("password", PASSWORD)
    where = f"{database.host}:{database.port}/{database.name}"
    url = f"postgresql://{database.user}:{quote(password, safe='')}@{where}"
    began = time.monotonic()
    with pytest.raises(LocalServerError) as error:
        LocalServer(database=url).start()
    assert time.monotonic() - began < SOON
    assert f"The database postgresql://postgres@{where} cannot be used: " in str(error.value)
    assert re.search(why, str(error.value))
    assert password not in str(error.value)


def test_a_database_of_another_program_is_refused(postgres: Postgres) -> None:
    with postgres.database("other", version=None) as url:
        postgres.sql("CREATE TABLE customers (id integer)", "other")
        with pytest.raises(
            LocalServerError, match=r"empty or Label Studio's, but has the tables customers\."
        ):
            LocalServer(database=url).start()
        assert (
            postgres.sql("SELECT count(*) FROM pg_tables WHERE tablename = 'task'", "other") == "0"
        )


def test_a_database_user_without_the_right_to_create_tables_is_refused(postgres: Postgres) -> None:
    postgres.sql("CREATE ROLE reader LOGIN PASSWORD 'reader'")
    with postgres.database("readable", version=None):
        url = f"postgresql://reader:reader@127.0.0.1:{postgres.port}/readable"
        grant = 'GRANT CREATE ON SCHEMA public TO "reader";'
        with pytest.raises(LocalServerError, match=f"must be allowed to create tables: {grant}"):
            LocalServer(database=url).start()


def test_a_database_of_a_newer_version_is_refused_and_unchanged(postgres: Postgres) -> None:
    passwords = "SELECT password FROM htx_user"
    with postgres.database("newer") as url:
        with LocalServer(database=url):
            pass
        before = postgres.sql(passwords, "newer")
        newer = "INSERT INTO django_migrations (app, name, applied) VALUES ('tasks', '9', now())"
        postgres.sql(newer, "newer")
        with pytest.raises(LocalServerError, match="newer Label Studio than"):
            LocalServer(database=url).start()
        assert postgres.sql(passwords, "newer") == before
