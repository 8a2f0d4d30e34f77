"""Label Studio as people run it: on gunicorn, on uWSGI, and on uWSGI behind nginx.

    with running_front("uwsgi") as front:
        ls = front.client()

What a front needs is in `lacking()`: nginx is Debian's; gunicorn and uWSGI (pyuwsgi) are installed
from PyPI, each into an environment of its own in the user's cache folder.
"""

from __future__ import annotations

import getpass
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from label_studio_orm import LabelStudio
from label_studio_orm.server import VERSION, LocalServer, watchdog
from label_studio_orm.server.databases import PostgreSQL
from label_studio_orm.server.environ import environment
from label_studio_orm.server.installation import package
from label_studio_orm.server.ports import HOST, answers, free_port
from label_studio_orm.server.served_folder import file_variables

from .emulators.programs import python_program

FRONTS = ("gunicorn", "uwsgi", "uwsgi+nginx")
GUNICORN = "gunicorn==23.0.0"
UWSGI = "pyuwsgi==2.0.30.post1"
WORKERS = 4
START = 120.0  # seconds
STOP = 25.0  # seconds
TAIL = 3000  # characters of a log in an error

# The options of the server's own deploy/uwsgi.ini that make a difference to a client.
UWSGI_INI = f"""\
[uwsgi]
master = true
processes = {WORKERS}
threads = 1
single-interpreter = true
enable-threads = true
lazy-apps = true
thunder-lock = true
need-app = true
vacuum = true
die-on-term = true
buffer-size = 65535
http-timeout = 300
post-buffering = 4096
harakiri = 120
max-requests = 5000
ignore-sigpipe = true
ignore-write-errors = true
disable-write-exception = true
disable-logging = true
log-5xx = true
module = core.wsgi:application
"""
NGINX_CONF = """\
user {user};
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    uwsgi_temp_path {folder}/uwsgi;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    client_max_body_size 200m;
    large_client_header_buffers 8 64k;
    server {{
        listen {host}:{port};
        location / {{
            include /etc/nginx/uwsgi_params;
            uwsgi_param HTTP_HOST $http_host;
            uwsgi_read_timeout 300;
            uwsgi_pass {host}:{behind};
        }}
    }}
}}
"""


@frozen
class Front:
    """A Label Studio that runs behind something else than its development server."""

    url: str
    folder: Path
    api_key: str

    def client(self, **options: Any) -> LabelStudio:
        """Make a client, as `LocalServer.client()` does."""
        usual = {"api_key": self.api_key, "proxies": {"no_proxy": HOST}}
        return LabelStudio(self.url, **{**usual, **options})

    def log(self) -> str:
        """Return the end of what the programs have printed."""
        return (self.folder / "front.log").read_text(errors="replace")[-TAIL:]


def lacking(kind: str) -> str:
    """Say which program a front lacks on this machine, and how to get it; "" if none."""
    if "nginx" in kind and not _nginx():
        return "nginx is not installed (on Debian: apt-get install nginx-light)"
    return ""


@contextmanager
def running_front(
    kind: str,
    *,
    version: str = VERSION,
    database: str | None = None,
    files: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Front]:
    """Run a server behind one of `FRONTS`, empty; the options are those of LocalServer."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="front-")))
        settings = {**(file_variables(files) if files else {}), **(environ or {})}
        data, own = folder / "data", {"version": version, "database": database}
        with LocalServer(data, environ=settings, **own) as server:  # type: ignore[arg-type]
            api_key = server.api_key  # it has made the database and its user, and ends
        settings |= PostgreSQL.at(database).environment() if database else {}
        env = _environment(data, version, settings)
        url = stack.enter_context(_STARTS[kind](folder, env))
        yield Front(url, folder, api_key)


@contextmanager
def _gunicorn(folder: Path, env: Mapping[str, str]) -> Iterator[str]:
    port = free_port()
    command = [python_program(GUNICORN, "bin/gunicorn"), "core.wsgi:application"]
    options = ["--bind", f"{HOST}:{port}", "--workers", str(WORKERS), "--timeout", "120"]
    with _running([*command, *options], folder, env, port):
        yield f"http://{HOST}:{port}"


@contextmanager
def _uwsgi(folder: Path, env: Mapping[str, str]) -> Iterator[str]:
    port = free_port()
    with _running(_uwsgi_at(folder, f"http = {HOST}:{port}"), folder, env, port):
        yield f"http://{HOST}:{port}"


@contextmanager
def _uwsgi_behind_nginx(folder: Path, env: Mapping[str, str]) -> Iterator[str]:
    port, behind = free_port(), free_port()
    config = folder / "nginx.conf"
    # Or else, started by root, it may not write to its own folder.
    names = {"user": getpass.getuser(), "folder": folder, "host": HOST}
    config.write_text(NGINX_CONF.format(**names, port=port, behind=behind))
    nginx = [_nginx(), "-p", str(folder), "-c", str(config), "-e", "stderr"]
    uwsgi = _uwsgi_at(folder, f"socket = {HOST}:{behind}")
    with _running(uwsgi, folder, env), _running(nginx, folder, env, port):
        yield f"http://{HOST}:{port}"


_STARTS: Mapping[str, Callable[[Path, Mapping[str, str]], Any]] = {
    "gunicorn": _gunicorn,
    "uwsgi": _uwsgi,
    "uwsgi+nginx": _uwsgi_behind_nginx,
}


def _uwsgi_at(folder: Path, where: str) -> list[str | Path]:
    config = folder / "uwsgi.ini"
    config.write_text(f"{UWSGI_INI}{where}\n")
    return [python_program(UWSGI, "bin/uwsgi"), "--ini", str(config)]


def _nginx() -> str:
    return shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or ""


def _environment(data: Path, version: str, settings: Mapping[str, str]) -> dict[str, str]:
    """Let another environment's Python find the server's packages."""
    source = package(version)
    return {
        **environment(data, **settings),
        "PYTHONPATH": f"{source}:{source.parent}",
        "DJANGO_SETTINGS_MODULE": "core.settings.label_studio",
    }


@contextmanager
def _running(
    command: list[Any], folder: Path, env: Mapping[str, str], port: int = 0
) -> Iterator[None]:
    """Run a program until the block ends, or this process does; wait for its port if it has one."""
    with (folder / "front.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(watchdog.__file__), "-", "-", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=folder,
            start_new_session=True,
        )
    try:
        if port:
            _wait_for(port, folder)
        yield
    finally:
        process.communicate(b"stop\n", timeout=STOP)


def _wait_for(port: int, folder: Path) -> None:
    deadline = time.monotonic() + START
    while not answers(port):
        if (folder / watchdog.SERVER_ENDED).exists() or time.monotonic() > deadline:
            log = (folder / "front.log").read_text(errors="replace")[-TAIL:]
            raise RuntimeError(f"The server does not answer. The log ends:\n{log}")
        time.sleep(0.2)
