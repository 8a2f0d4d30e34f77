"""A server that runs as long as somebody uses it."""

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
from ..errors import LocalServerError, checked_options
from ..secret import Sealed, hide
from .credentials import CREDENTIALS, SETTINGS, Credentials, new_personal_access_token
from .databases import PostgreSQL
from .environ import checked_environ, environment
from .folder_lock import Holder, settings_of, taken
from .inside import launch
from .inspect_postgresql import PASSWORD
from .install import DATABASE, check_installed, install, program
from .permissions import make_private, opened
from .ports import HOST, answers, bound_socket, keep_port
from .prepare import furnish_postgresql, furnish_sqlite, furnished
from .running_servers import PREFIX, tell_of_others
from .served_folder import served
from .server_process import STOP_TIMEOUT, Guarded
from .versions import VERSION, checked, variables
from .watchdog import ENDED

if TYPE_CHECKING:
    from typing_extensions import Self

START_TIMEOUT = 180.0  # seconds
MIGRATION_TIMEOUT = 900.0  # seconds, for one that migrates its database first
POLL = 0.2  # seconds
LOG_TAIL = 30  # lines of the server's log in an error
TRUSTED = (CREDENTIALS, DATABASE, SETTINGS)  # files of a folder: they decide who may log in


class LocalServer:
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

    _guarded: Guarded | None = None
    _joined: Holder | None = None  # a server that another LocalServer has started

    @checked_options
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
        self.version = VERSION if version is None else checked(version)
        self._database = None if database is None else PostgreSQL.at(database)
        self._environ = Sealed(
            {**({} if files is None else served(files)), **checked_environ(environ)}
        )
        self._named = Path(folder).expanduser().absolute() if folder else None
        self.folder = self._named.resolve() if self._named else None
        self.url = ""
        self._install = install
        self._credentials = Credentials()
        self._home = self.folder or Path(os.devnull)  # nowhere yet
        self._temporary: Path | None = None  # what stop() removes
        self._port = 0
        self._patience = START_TIMEOUT
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
        self.stop()  # what is left of one that has crashed
        if self._install:
            install(self.version)
        check_installed(self.version)
        if self.folder is None:
            tell_of_others(self._settings, self.version, self._database)
            self._temporary = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._home = self.folder or self._temporary or self._home
        try:
            make_private(self._named or self._home, trusted=TRUSTED)  # its reader could log in
            if self._join():
                return self
            with taken(self._home) as lock:
                self._furnish()
                self._launch(lock)
            self._wait_until_ready()
        except OSError as error:  # its frames have the variables of the server
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
            return  # it was kept, or is a parent's
        if self._joined is not None:
            self._joined.stop(STOP_TIMEOUT)
            self._joined = None
        if self._guarded is not None:
            self._guarded.stop()
            self._guarded = None
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)
            self._temporary = None

    @property
    def running(self) -> bool:
        """Whether the server has been started and has not ended."""
        if self._joined is not None:
            return self._answers()
        if self._guarded is None or (self._home / ENDED).exists():
            return False
        if self._owner != os.getpid():
            return self._answers()  # the process is a parent's, not ours to ask
        return self._guarded.process.poll() is None

    def keep(self) -> int:
        """Let the server outlive this process; return the process id to `kill` in the end."""
        self._check_started()
        if self._joined is not None or self._guarded is None:
            raise LocalServerError("Call keep() on the LocalServer that started the server.")
        self._owner = 0  # nobody's: this process stops and removes nothing any more
        return self._guarded.keep()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        if self._joined is None:  # else it is for who has started it to stop
            self.stop()

    def _join(self) -> bool:
        """Use the server that this process already runs on the folder, if it does."""
        holder = Holder.of(self._home)
        if holder is None or holder.settings != self._settings or not holder.is_ours:
            return False  # and taking the folder says that it is held
        self._joined, self._owner, self._port = holder, holder.owner, holder.port
        self.url = holder.url
        self._credentials = Credentials.of(self._home)
        return True

    def _answers(self) -> bool:
        """Tell whether the server answers; without its guard, another program may have the port."""
        holder = Holder.of(self._home)
        return holder is not None and holder.port == self._port and answers(self._port)

    @property
    def _what(self) -> str:
        """The version and the database, for people."""
        return f"Label Studio {self.version} on {self._database or 'SQLite'}"

    @property
    def _settings(self) -> str:
        return settings_of(self._what, self._environ)

    def _environment(self, **more: str) -> Sealed:
        database = self._database.environment() if self._database else Sealed()
        user = self._credentials.environment()
        usual = {**environment(self._home), **variables(self.version)}
        return Sealed({**usual, **self._environ, **database, **user, **more})

    def _furnish(self) -> None:
        """Make the folder and the database ready."""
        self._credentials = furnished(self._home)
        if self._database is None:
            migrates = furnish_sqlite(self._home / DATABASE, self.version)
        else:
            environ = self._environment(**{PASSWORD: self._credentials.hash()})
            migrates, key = furnish_postgresql(self._database, self.version, environ)
            self._credentials.api_key = key or self._credentials.api_key
            self._credentials.keep(self._home)
        self._patience = MIGRATION_TIMEOUT if migrates else START_TIMEOUT

    def _launch(self, lock: TextIO) -> None:
        with bound_socket() as bound, opened(self.log_path, "a") as output:
            self._port = bound.getsockname()[1]
            self.url = f"http://{HOST}:{self._port}"
            self._guarded = Guarded.started(
                self._command(bound.fileno()),
                self._home,
                remove=self.folder is None,
                environ=self._environment(),
                log=output,
                # The guard holds the folder and the port for as long as it lives.
                holds=[lock.fileno(), bound.fileno()],
            )
            keep_port(bound)
        self._owner = os.getpid()
        ids = self._owner, self._guarded.process.pid, self._port
        Holder(self._home, *ids, self._what, self._settings).write(lock)

    def _command(self, descriptor: int) -> list[str]:
        """Return what runs the server on a socket that is bound."""
        python = [str(program(self.version, "python")), "-I"]
        server = [*python, launch.__file__, str(descriptor), "start", "--no-browser"]
        return [*server, "--internal-host", HOST, "--port", str(self._port)]

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + self._patience
        while time.monotonic() < deadline:
            if not self.running:
                raise LocalServerError(f"The server did not start. Its log ends:\n{self.log()}")
            if answers(self._port):
                self.client().whoami()  # it is this server: nobody else can have the port
                return
            time.sleep(POLL)
        raise LocalServerError(
            f"The server did not answer within {self._patience:g} s. Its log ends:\n{self.log()}"
        )

    def _check_started(self) -> None:
        if not self.running:
            raise LocalServerError("The server is not running: start() it, or use it in a `with`.")

    # -- using ---------------------------------------------------------------------------------

    def client(self, **options: Any) -> LabelStudio:
        """Make a client for the server's only user; `options` are those of `LabelStudio`."""
        self._check_started()
        hide(options)
        key = self._credentials.api_key
        usual: dict[str, Any] = {"api_key": key, "proxies": {"no_proxy": HOST}}
        return LabelStudio(self.url, **{**usual, **options})

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
        """The user's personal access token, made when first asked for."""
        if not self._credentials.personal_access_token:
            self._credentials.personal_access_token = new_personal_access_token(self.client())
            self._credentials.keep(self._home)
        return self._credentials.personal_access_token.reveal()

    @property
    def log_path(self) -> Path:
        """The file that has what the server prints."""
        return self._home / "server.log"

    def log(self, lines: int = LOG_TAIL) -> str:
        """Return the last lines of what the server printed."""
        try:
            with self.log_path.open(errors="replace") as file:
                return "".join(deque(file, lines)).strip()
        except OSError:
            return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url if self.running else 'not running'}>"
