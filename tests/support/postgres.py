"""A PostgreSQL server of the tests alone: on loopback, quick, and gone with the tests."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from label_studio_orm.server import VERSION, watchdog
from label_studio_orm.server.databases import PostgreSQL
from label_studio_orm.server.environ import environment
from label_studio_orm.server.installation import package, program

from .emulators.programs import HOME, free_port, one_at_a_time

HOST = "127.0.0.1"
USER = "postgres"
PASSWORD = "hush: 50%/@#?"  # with all that must be encoded in a URL
START = 60.0  # seconds
# What is lost with the machine is lost with the tests anyway.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")

NewDatabase = Callable[[], str | None]  # the URL of an empty database; None for SQLite


def missing() -> str:
    """Return what these tests lack on this machine; nothing if they can run."""
    lacking = [name for name in ("initdb", "postgres", "psql", "pg_dump") if not _found(name)]
    return f"no {' and no '.join(lacking)} here (apt-get install postgresql)" if lacking else ""


class Postgres:
    """A cluster that runs, and its databases."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, name: str, password: str = PASSWORD) -> str:
        return f"postgresql://{USER}:{quote(password, safe='')}@{HOST}:{self.port}/{name}"

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement, and return what psql prints: a line a row."""
        return self._run("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", statement, name=database)

    @contextmanager
    def database(self, name: str, *, version: str | None = VERSION) -> Iterator[str]:
        """Make a database, migrated for a version or empty; yield its URL, and drop it."""
        template = "template0" if version is None else self.template(version)
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield self.url(name)
        finally:
            self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def template(self, version: str) -> str:
        """Return a database that is migrated: that takes longer than all the rest, and is kept."""
        name = f"template-{version}"
        if not self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            self.sql(f'CREATE DATABASE "{name}"')
            dump = HOME / f"{self._release()}-{name}.sql"
            with one_at_a_time():
                if not dump.exists():
                    self._migrate(name, version)
                    self._run("pg_dump", "-f", str(dump), name=name)
                    return name
            self._run("psql", "-qAtX1", "-v", "ON_ERROR_STOP=1", "-f", str(dump), name=name)
        return name

    def _migrate(self, name: str, version: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "tmp").mkdir()
            settings = PostgreSQL.at(self.url(name)).environment()
            manage = [program(version, "python"), package(version) / "manage.py", "migrate", "-v0"]
            run(manage, environment(Path(folder), **settings))

    def _release(self) -> str:
        return f"postgresql-{self.sql('SHOW server_version').partition('.')[0]}"

    def _run(self, command: str, *arguments: str, name: str) -> str:
        own = {"PGPASSWORD": PASSWORD, "PGOPTIONS": "-c client_min_messages=warning"}
        address = ["-h", HOST, "-p", str(self.port), "-U", USER, "-d", name]
        return run([_found(command), *address, *arguments], {**os.environ, **own})


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a cluster in a temporary folder; it ends with the block, or with this process."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    port = free_port()
    _make(folder)
    settings = [*QUICK, f"listen_addresses={HOST}", f"unix_socket_directories={folder}"]
    options = [word for setting in settings for word in ("-c", setting)]
    server = [*_as_postgres(), _found("postgres"), "-D", str(folder), "-p", str(port), *options]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, watchdog.__file__, str(folder), "-", *server],
            stdin=subprocess.PIPE,  # which ends with this process
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    try:
        postgres = Postgres(port)
        _wait_for(postgres, folder / "log")
        yield postgres
    finally:
        process.communicate()  # the end of its input
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def chosen_database() -> Iterator[str | None]:
    """Yield the value of `LocalServer(database=…)` that DATABASE in the environment asks for."""
    if os.environ.get("DATABASE") != "postgresql":
        yield None
        return
    with running_postgres() as postgres, postgres.database("tests") as url:
        yield url


def _make(folder: Path) -> None:
    """Make the files of a cluster whose user needs a password."""
    secret = folder.with_suffix(f".{secrets.token_hex(4)}")
    secret.write_text(PASSWORD)
    try:
        if _as_postgres():
            shutil.chown(folder, USER)
            shutil.chown(secret, USER)
        words = ["-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync"]
        kind = ["-E", "UTF8", "--locale=C.UTF-8"]
        run([*_as_postgres(), _found("initdb"), "-D", str(folder), *words, *kind], os.environ)
    finally:
        secret.unlink()


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root: Debian has a user for it."""
    if os.getuid():
        return []
    return ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]


def _found(name: str) -> str:
    """Return a program of PostgreSQL, the newest; Debian keeps them out of the path."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_number)
    return str(places[-1]) if places else shutil.which(name) or ""


def _number(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def _wait_for(postgres: Postgres, log: Path) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline:
        try:
            postgres.sql("SELECT 1")
            return
        except RuntimeError:
            time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL does not answer:\n{log.read_text()[-2000:]}")


def run(command: list[str | Path], env: Mapping[str, str]) -> str:
    done = subprocess.run(list(map(str, command)), env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stderr[-2000:]}")
    return done.stdout.strip()
