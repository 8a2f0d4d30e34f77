"""LocalServer: an embedded Label Studio that runs as long as this process needs it."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from ..client import LabelStudio
from ..display import Displayed
from ..errors import LocalServerError
from ..progress import progress_bar
from ..secret import Sealed, hidden, hide
from .credentials import CREDENTIALS, ENV_FILE, Credentials, new_personal_access_token
from .databases import PostgreSQL
from .environ import checked_environ, environment
from .folder_lock import LockHolder, fingerprint, lock_folder, mark_as_kept
from .inside import launch
from .inspect_postgresql import PASSWORD
from .installation import DATABASE, check_installed, install, program
from .permissions import make_private, open_private
from .ports import HOST, answers, bind_socket, keep_port
from .prepare import prepare_folder, prepare_postgresql, prepare_sqlite
from .running_servers import PREFIX, tell_of_running_servers
from .served_folder import file_variables
from .server_process import STOP_TIMEOUT, ServerProcess
from .versions import VERSION, checked_version, variables
from .watchdog import SERVER_ENDED

if TYPE_CHECKING:
    from typing_extensions import Self

START_TIMEOUT = 180.0  # seconds
MIGRATION_TIMEOUT = 900.0  # seconds, for a server that migrates its database first
POLL_INTERVAL = 0.2  # seconds
LOG_TAIL = 30  # lines of the server's log in an error
TRUSTED_FILES = (CREDENTIALS, DATABASE, ENV_FILE)  # files of a folder: they decide who may log in


class LocalServer(Displayed):
    """A real Label Studio (Community) that runs as long as this process needs it.

    It stops with its `with` block, with `stop()`, or when this process ends in whatever way, and
    leaves nothing behind: no process, and no folder unless you name one. A named `folder` keeps
    its projects for the next time; while this process runs a server on it, any LocalServer of the
    folder uses that server. `version` is another version of Label Studio, such as "1.20.0"; each is
    installed once, and with `install=True` when it is missing, which takes a few minutes.
    `database` is the URL of a PostgreSQL database that keeps the projects in place of SQLite, and
    goes on to keep them: postgresql://user:password@host:port/name. `files` is a folder that local
    storages may use; `environ` are further variables for the server.

    >>> with LocalServer() as server:
    ...     server.client().whoami().email
    'demo@example.com'
    """

    _process: ServerProcess | None = None
    _shared: LockHolder | None = None  # a server started by another LocalServer

    def __init__(
        self,
        folder: str | Path | None = None,
        *,
        version: str | None = None,
        database: str | None = None,
        files: str | Path | None = None,
        environ: Mapping[str, str] | None = None,
        install: bool = False,
    ) -> None:
        database, environ = hidden(database), hidden(environ)  # tracebacks show variables
        self.version = VERSION if version is None else checked_version(version)
        self._database = None if database is None else PostgreSQL.at(database)
        self._environ = Sealed(
            {**({} if files is None else file_variables(files)), **checked_environ(environ)}
        )
        self._named = Path(folder).expanduser().absolute() if folder else None
        self.folder = self._named.resolve() if self._named else None
        self.url = ""
        self._install = install
        self._credentials = Credentials()
        self._home = self.folder or Path(os.devnull)  # not created yet
        self._temporary: Path | None = None  # removed by stop()
        self._port = 0
        self._start_timeout = START_TIMEOUT
        self._owner = os.getpid()

    # -- running -------------------------------------------------------------------------------

    def start(self) -> Self:
        """Start the server and return when it answers; nothing to do if it runs already.

        It keeps running if this object is lost, such as when a notebook cell is rerun; a warning
        then says how to get it back. Raises `LocalServerError` if it is not installed or
        does not start; with its log.
        """
        if self.running:
            return self
        self.stop()  # clean up after a crash
        if self._install:
            install(self.version)
        check_installed(self.version)
        if self.folder is None:
            tell_of_running_servers(self._fingerprint, self.version, self._database)
            self._temporary = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._home = self.folder or self._temporary or self._home
        try:
            make_private(
                self._named or self._home, trusted=TRUSTED_FILES
            )  # its reader could log in
            if self._join():
                return self
            with lock_folder(self._home) as lock:
                self._prepare()
                self._launch(lock)
            with progress_bar(None, what="Starting Label Studio"):
                self._wait_until_ready()
        except OSError as error:  # its frames contain the variables of the server
            self.stop()
            why = f"The server cannot be started: {error}"
            raise LocalServerError(why) from error.with_traceback(None)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server, and remove its folder if that was a temporary one."""
        if self._owner != os.getpid():
            return  # it was kept, or belongs to a parent
        if self._shared is not None:
            self._shared.stop(STOP_TIMEOUT)
            self._shared = None
        if self._process is not None:
            self._process.stop()
            self._process = None
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    @property
    def running(self) -> bool:
        """Whether the server has been started and has not ended."""
        if self._shared is not None:
            return self._is_answering()
        if self._process is None or (self._home / SERVER_ENDED).exists():
            return False
        if self._owner != os.getpid():
            return self._is_answering()  # only the parent can poll the process
        return self._process.watchdog.poll() is None

    def keep(self) -> int:
        """Let the server outlive this process; return the process id to `kill` in the end."""
        self._check_started()
        if self._shared is not None or self._process is None:
            raise LocalServerError("Call keep() on the LocalServer that started the server.")
        self._owner = 0  # no owner: this process stops and removes nothing any more
        mark_as_kept(self._home)
        return self._process.keep()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        if self._shared is None:  # a shared server is stopped by its own LocalServer
            self.stop()

    def _join(self) -> bool:
        """Use the server that this process already runs on the folder, if any."""
        holder = LockHolder.of(self._home)
        if holder is None or holder.fingerprint != self._fingerprint or not holder.is_ours:
            return False  # for another server, lock_folder() raises
        self._shared, self._owner, self._port = holder, holder.owner, holder.port
        self.url = holder.url
        self._credentials = Credentials.of(self._home)
        return True

    def _is_answering(self) -> bool:
        """Tell whether the server responds; without its watchdog, another program may do so."""
        holder = LockHolder.of(self._home)
        return holder is not None and holder.port == self._port and answers(self._port)

    @property
    def _description(self) -> str:
        """The version and the database, for messages."""
        return f"Label Studio {self.version} on {self._database or 'SQLite'}"

    @property
    def _fingerprint(self) -> str:
        return fingerprint(self._description, self._environ)

    def _environment(self, **more: str) -> Sealed:
        database = self._database.environment() if self._database else Sealed()
        user = self._credentials.environment()
        defaults = {**environment(self._home), **variables(self.version)}
        return Sealed({**defaults, **self._environ, **database, **user, **more})

    def _prepare(self) -> None:
        """Make the folder and the database ready."""
        self._credentials = prepare_folder(self._home)
        if self._database is None:
            migrates = prepare_sqlite(self._home / DATABASE, self.version)
        else:
            environ = self._environment(**{PASSWORD: self._credentials.hash()})
            migrates, key = prepare_postgresql(self._database, self.version, environ)
            self._credentials.api_key = key or self._credentials.api_key
            self._credentials.save(self._home)
        self._start_timeout = MIGRATION_TIMEOUT if migrates else START_TIMEOUT

    def _launch(self, lock: TextIO) -> None:
        with bind_socket() as bound, open_private(self.log_path, "a") as output:
            self._port = bound.getsockname()[1]
            self.url = f"http://{HOST}:{self._port}"
            self._process = ServerProcess.start(
                self._command(bound.fileno()),
                self._home,
                remove=self.folder is None,
                environ=self._environment(),
                log=output,
                # The watchdog holds the folder and the port until it exits.
                inherited_fds=[lock.fileno(), bound.fileno()],
            )
            keep_port(bound)
        self._owner = os.getpid()
        ids = self._owner, self._process.watchdog.pid, self._port
        LockHolder(self._home, *ids, self._description, self._fingerprint).write(lock)

    def _command(self, descriptor: int) -> list[str]:
        """Return the command that runs the server on a bound socket."""
        python = [str(program(self.version, "python")), "-I"]
        server = [*python, launch.__file__, str(descriptor), "start", "--no-browser"]
        return [*server, "--internal-host", HOST, "--port", str(self._port)]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self._start_timeout
        while time.monotonic() < deadline:
            if not self.running:
                raise LocalServerError(f"The server did not start. Its log ends:\n{self.log()}")
            if answers(self._port):
                self.client().whoami()  # safe: no other program can have the port
                return
            time.sleep(POLL_INTERVAL)
        raise LocalServerError(
            f"The server did not respond within {self._start_timeout:g} s. Its log ends:\n"
            f"{self.log()}"
        )

    def _check_started(self) -> None:
        if not self.running:
            raise LocalServerError("The server is not running: call start(), or use `with`.")

    # -- using ---------------------------------------------------------------------------------

    def client(self, **options: Any) -> LabelStudio:
        """Make a client for the server's only user; `options` are those of `LabelStudio`."""
        self._check_started()
        hide(options)
        key = self._credentials.api_key
        defaults: dict[str, Any] = {"api_key": key, "proxies": {"no_proxy": HOST}}
        return LabelStudio(self.url, **{**defaults, **options})

    @property
    def username(self) -> str:
        """The user's email address, to log in with in a browser."""
        return self._credentials.username

    @property
    def password(self) -> str:
        """The user's password, to log in with in a browser."""
        return self._credentials.password.reveal()

    @property
    def api_key(self) -> str:
        """The user's legacy token."""
        return self._credentials.api_key.reveal()

    @property
    def personal_access_token(self) -> str:
        """The user's personal access token, created at the first access."""
        if not self._credentials.personal_access_token:
            self._credentials.personal_access_token = new_personal_access_token(self.client())
            self._credentials.save(self._home)
        return self._credentials.personal_access_token.reveal()

    @property
    def log_path(self) -> Path:
        """The file with the output of the server."""
        return self._home / "server.log"

    def log(self, lines: int = LOG_TAIL) -> str:
        """Return the last lines of the server's output."""
        try:
            with self.log_path.open(errors="replace") as file:
                return "".join(deque(file, lines)).strip()
        except OSError:
            return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url if self.running else 'not running'}>"
