"""Forbidden outcomes: bare errors, keys in outputs, foreign hosts, files elsewhere, 500 MB."""

from __future__ import annotations

import gc
import ipaddress
import logging
import os
import resource
import socket
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from label_studio_orm.errors import ConfigWarning, LabelStudioError
from label_studio_orm.transfer.exports.manifest import TEMPORARY

MOST_MEGABYTES = 500
LONGEST_MESSAGE = 20_000  # characters
PUBLIC = "93.184.215.14"  # what the made-up public names resolve to; leads to the other server
NAMES = {
    "public.example": PUBLIC,
    "private.example": "10.1.2.3",
    "metadata.internal": "169.254.169.254",
    "localhost": "127.0.0.1",
}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.chmod")


class Watch:
    """Observes a round; `found` lists the violations."""

    def __init__(self) -> None:
        self.secrets: list[str] = []  # of this round
        self.found: list[str] = []
        self.allowed: tuple[int, int, int] = (0, 0, 0)  # ports: the server, a public one, a trap
        self.folders: tuple[str, ...] = ()  # where files may be written
        self._on = False
        self._most = MOST_MEGABYTES
        self._rebinds = 0
        self.log = _Lines()

    # -- once a process ------------------------------------------------------------------------

    def install(self) -> None:
        sys.addaudithook(self._audit)
        sys.unraisablehook = lambda raised: self.note(f"unraisable: {raised.exc_value!r}")
        socket.getaddrinfo = self._resolve  # type: ignore[assignment]
        connect = socket.socket.connect
        watch = self

        class Socket(socket.socket):
            """Connects to our server, but reports the requested address."""

            asked: Any = None

            def connect(self, address: Any) -> None:
                self.asked = address
                connect(self, watch.leading(address))

            def getpeername(self) -> Any:
                return self.asked or super().getpeername()

        socket.socket = Socket  # type: ignore[misc]
        logging.captureWarnings(False)
        root = logging.getLogger()
        root.addHandler(self.log)
        root.setLevel(logging.DEBUG)
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ConfigWarning)

    def note(self, what: str) -> None:
        self.found.append(what)

    def leading(self, address: Any) -> Any:
        """Let a public address lead to one server, and all others to a trap."""
        host, port = address[:2]
        if not self._on or (host == "127.0.0.1" and port == self.allowed[0]):
            return address
        if ipaddress.ip_address(host.partition("%")[0]).is_global:
            return ("127.0.0.1", self.allowed[1])
        return ("127.0.0.1", self.allowed[2])

    def _resolve(self, host: Any, port: Any, *args: Any, **kw: Any) -> Any:
        host = host.decode() if isinstance(host, bytes) else host
        if str(host).lower() == "rebinding.example":  # public first, private ever after
            self._rebinds += 1
            return _info(PUBLIC if self._rebinds % 2 else "127.0.0.1", port)
        known = NAMES.get(str(host).lower().rstrip("."))
        if known:
            return _info(known, port)
        try:
            return _info(str(ipaddress.ip_address(str(host).partition("%")[0])), port)
        except ValueError:
            pass
        try:  # 127.1, 0x7f.1, 2130706433
            return _info(socket.inet_ntoa(socket.inet_aton(host)), port)
        except (OSError, TypeError):
            raise socket.gaierror(socket.EAI_NONAME, "unknown in a fuzz run") from None

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._on:
            return
        if event == "open":
            path, mode, flags = args
            if mode is None and isinstance(path, str) and TEMPORARY.fullmatch(path):
                return  # below a folder that is open: its whole path was judged right before this
            writes = bool((flags or 0) & WRITES) or any(c in str(mode) for c in "wax+")
            if writes and isinstance(path, (str, bytes)):
                self._placed("opened", path)
        elif event in CHANGES:
            paths = [each for each in args if isinstance(each, (str, bytes))]
            folder = args[-1] if isinstance(args[-1], int) and args[-1] > 0 else -1
            for path in paths:
                self._placed(event, path, -1 if event == "os.chmod" else folder)

    def _placed(self, what: str, path: str | bytes, folder: int = -1) -> None:
        at = os.readlink(f"/proc/self/fd/{folder}") if folder > 0 else ""  # noqa: PTH115
        full = os.path.abspath(os.path.join(at, os.fsdecode(path)))  # noqa: PTH100, PTH118
        if (
            not full.startswith((*self.folders, "/dev/null", "/proc/"))
            and "__pycache__" not in full
        ):
            self.note(f"{what} {full[:200]!r}, outside of the target")

    # -- each round ----------------------------------------------------------------------------

    @contextmanager
    def round(self) -> Iterator[None]:
        self.found.clear()
        self.log.lines.clear()
        self._on = True
        try:
            yield
        finally:
            self._on = False

    def judge_error(self, error: BaseException) -> None:
        if not isinstance(error, LabelStudioError):
            frames = traceback.extract_tb(error.__traceback__)
            ours = [each for each in frames if "label_studio_orm" in each.filename] or frames
            where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno} {ours[-1].name}"
            self.note(f"bare {type(error).__name__} at {where}: {str(error)[:150]!r}")
        said = str(error)
        if len(said) > LONGEST_MESSAGE:
            self.note(f"a message of {len(said)} characters: {said[:100]!r}")
        if not said.replace("\n", "").isprintable():
            odd = next(c for c in said if not c.isprintable() and c != "\n")
            at = said.index(odd)
            self.note(f"{odd!r} in the message: …{said[max(at - 60, 0) : at + 20]!r}")
        told = [said, repr(error), repr(vars(error)), *traceback.format_exception(error)]
        self.judge_text("an error", "\n".join(told))

    def judge_text(self, what: str, text: str) -> None:
        for secret in self.secrets:
            if secret in text:
                at = text.index(secret)
                self.note(f"the key in {what}: …{text[max(at - 80, 0) : at]!r}")

    def judge_rest(self, out: Path) -> None:
        self.judge_text("a log", "\n".join(self.log.lines))
        for line in self.log.lines:
            if not line.replace("\n", "").isprintable():
                self.note(f"control characters in a log: {line[:150]!r}")
        for path in out.rglob("*"):
            if path.is_symlink():
                self.note(f"a link: {path.name!r}")
            elif path.is_file():
                self.judge_text(f"file {path.name!r}", path.read_bytes().decode("latin-1"))
        peak = megabytes()
        if peak > self._most:
            self.note(f"{peak} MB")
            self._most = peak + 100

    @staticmethod
    def collect() -> None:
        gc.collect()


class _Lines(logging.Handler):
    """Keeps formatted log records."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("label_studio_orm"):
            self.lines.append(self.format(record))


def megabytes() -> int:
    """Return the peak of this process."""
    status = Path("/proc/self/status")
    if status.exists():  # not maxrss, which has the peak of the process that has started this one
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_000_000  # bytes on a Mac


def _info(address: str, port: Any) -> Any:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    rest = (0, 0) if ":" in address else ()
    return [(family, socket.SOCK_STREAM, 6, "", (address, int(port or 0), *rest))]
