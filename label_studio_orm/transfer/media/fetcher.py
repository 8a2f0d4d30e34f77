"""Download of the files that tasks refer to."""

from __future__ import annotations

import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ...errors import ConnectionFailed, LabelStudioError
from ...features import LOCAL_FILES, LOCAL_FILES_BY_KEY, PROXIED_FILES, can, cannot
from ...http.destinations import host_of
from ...progress import Advance, Progress, progress_bar
from ...text import shown
from ..downloads import Download
from ..files import Target, is_file, open_itself, target
from .cached import TIMEOUT, host_deadline
from .references import Reference
from .report import MediaReport, MissingFile
from .workers import Workers, wait_for_any

if TYPE_CHECKING:
    from ...orm.context import Context

MAX_PARALLEL = 8  # files
STOP_TIMEOUT = 0.2  # seconds for threads to remove their temporary files
FORBIDDEN, UNSAFE = 403, "Unsafe redirect"


@define
class Fetcher:
    """Downloads files in several threads: each URL once, and no file that exists."""

    client: Context
    folder: Path
    _fetched: int = 0
    _kept: int = 0
    _missing: list[MissingFile] = field(factory=list)
    _paths: dict[str, Path] = field(factory=dict)  # by URL
    _duplicates: defaultdict[str, list[tuple[int, Path]]] = field(factory=lambda: defaultdict(list))
    _dead_hosts: set[str] = field(factory=set)  # hosts that did not respond
    _temporary: set[str] = field(factory=set)  # names of temporary files
    _stopped: threading.Event = field(factory=threading.Event)

    def run(self, places: Mapping[Reference, str], progress: Progress) -> MediaReport:
        """Download each file to its path within the folder."""
        with progress_bar(progress, what="Fetching media", unit=" files") as advance:
            pool = Workers(MAX_PARALLEL)
            try:
                self._fetch_all(places, pool, advance)
            finally:
                self._stop(pool)
        self._copy()
        return MediaReport(self._fetched, self._kept, self._all_missing())

    def _all_missing(self) -> tuple[MissingFile, ...]:
        """Return the missing files, once for each task that refers to them."""
        duplicates = [
            MissingFile(task, each.url, each.reason)
            for each in self._missing
            for task, _ in self._duplicates[each.url]
        ]
        found = dict.fromkeys([*self._missing, *duplicates])
        return tuple(sorted(found, key=lambda each: (each.task, each.url)))

    def _copy(self) -> None:
        """Copy files for other tasks that refer to the same URL."""
        for url, others in self._duplicates.items():
            for _, path in others:
                if not is_file(path) and is_file(self._paths[url]):
                    with self._target(path) as output, open_itself(self._paths[url]) as file:
                        shutil.copyfileobj(file, output.file)
                        output.finish()

    def _fetch_all(self, places: Mapping[Reference, str], pool: Workers, advance: Advance) -> None:
        pending: dict[Future[None], Reference] = {}
        for reference, path in self._to_fetch(places):
            pending[pool.submit(self._fetch, reference, path)] = reference
            if len(pending) >= 4 * MAX_PARALLEL:
                self._collect(pending, advance)
        while pending:
            self._collect(pending, advance)

    def _to_fetch(self, places: Mapping[Reference, str]) -> Iterator[tuple[Reference, Path]]:
        """Yield the files to fetch, and where to write them."""
        for reference, name in places.items():
            path = self.folder / name
            if reference.unreachable:
                self._add_missing(reference, reference.unreachable)
            elif reference.url in self._paths:
                self._duplicates[reference.url].append((reference.task, path))
            else:
                self._paths[reference.url] = path
                if is_file(path):
                    self._kept += 1
                else:
                    yield reference, path

    def _add_missing(self, reference: Reference, reason: str) -> None:
        self._missing.append(MissingFile(reference.task, reference.url, reason))

    def _collect(self, pending: dict[Future[None], Reference], advance: Advance) -> None:
        """Count the finished downloads."""
        for future in wait_for_any(pending):
            reference = pending.pop(future)
            try:
                future.result()
                self._fetched += 1
            except LabelStudioError as error:
                self._add_missing(reference, self._reason(reference, error))
            except ValueError as error:  # go on with the other files
                self._add_missing(reference, f"It cannot be read: {shown(error)}.")
            advance(1)

    def _reason(self, reference: Reference, error: LabelStudioError) -> str:
        """Return why a file is missing: a limit of an old server, or the error."""
        message = str(error).partition("\n")[0]
        if error.status == FORBIDDEN and LOCAL_FILES in reference.url:
            needed = LOCAL_FILES_BY_KEY
        elif UNSAFE in message:
            needed = PROXIED_FILES
        else:
            return message
        return message if can(self.client, needed) else cannot(self.client, needed)

    def _fetch(self, reference: Reference, path: Path) -> None:
        if reference.inline:
            with self._target(path) as output:
                output.file.write(reference.content())
                output.finish()
            return
        address = reference.path(self.client.server)
        host = host_of(address)
        if host in self._dead_hosts:
            raise ConnectionFailed(f"{host} did not respond before.")
        try:
            self._download(reference, address, path)
        except ConnectionFailed as error:
            if host and host == error.host:  # not the host of a redirect
                self._dead_hosts.add(host)
            raise

    def _download(self, reference: Reference, address: str, path: Path) -> None:

        def get(headers: Mapping[str, str]) -> Any:
            self._check_stopped()
            return self.client.fetch(address, headers=headers, stream=True, timeout=TIMEOUT)

        with self._target(path) as output:
            self._temporary.add(output.file.name)
            for block in Download(reference.url, get, self.client, deadline_for=host_deadline):
                self._check_stopped()
                output.file.write(block)
            output.finish()
            self._temporary.discard(output.file.name)

    def _target(self, path: Path) -> AbstractContextManager[Target]:
        return target(path, within=self.folder)

    def _stop(self, pool: Workers) -> None:
        """Stop all threads, without pending for unresponsive hosts."""
        self._stopped.set()
        pool.stop(STOP_TIMEOUT)
        for name in [*self._temporary]:
            with suppress(OSError):  # Windows keeps open files: their threads remove them
                Path(name).unlink(missing_ok=True)

    def _check_stopped(self) -> None:
        if self._stopped.is_set():
            raise CancelledError
