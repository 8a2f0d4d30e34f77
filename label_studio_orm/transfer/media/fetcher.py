"""Download of the files that tasks refer to."""

from __future__ import annotations

import shutil
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ...errors import ConnectionFailed, LabelStudioError
from ...features import LOCAL_FILES, LOCAL_FILES_BY_KEY, PROXIED_FILES, can, cannot
from ...http.destinations import host_of
from ...orm.deadline import Deadline
from ...progress import Advance, Progress, progress_bar
from ...text import shown
from ..downloads import Download
from ..files import Target, is_file, open_itself, target
from .references import Reference
from .report import MediaReport, MissingFile
from .workers import Workers

if TYPE_CHECKING:
    from ...orm.context import Context

AT_ONCE = 8  # files
TIMEOUT = (5.0, 30.0)  # seconds, to connect and for an answer
CONFIG_CHECK_INTERVAL = 0.2  # seconds that files in the making have to go away
FORBIDDEN, UNSAFE = 403, "Unsafe redirect"
SILENCE = 5.0  # seconds that a file's host may give no answer


def _short(client: Context) -> Deadline:
    return Deadline(SILENCE, client._tuning)


@define
class Fetcher:
    """Downloads files in several threads: each URL once, and no file that exists."""

    client: Context
    folder: Path
    _fetched: int = 0
    _kept: int = 0
    _missing: list[MissingFile] = field(factory=list)
    _first: dict[str, Path] = field(factory=dict)  # by URL: where it goes
    _again: defaultdict[str, list[tuple[int, Path]]] = field(factory=lambda: defaultdict(list))
    _dead: set[str] = field(factory=set)  # hosts that gave no answer
    _parts: set[str] = field(factory=set)  # names of files in the making
    _stopped: threading.Event = field(factory=threading.Event)

    def run(self, places: Mapping[Reference, str], progress: Progress) -> MediaReport:
        """Download each file to its path within the folder."""
        with progress_bar(progress, what="Fetching media", unit=" files") as advance:
            pool = Workers(AT_ONCE)
            try:
                self._fetch_all(places, pool, advance)
            finally:
                self._stop(pool)
        self._copy()
        return MediaReport(self._fetched, self._kept, self._all_missing())

    def _all_missing(self) -> tuple[MissingFile, ...]:
        """Return what is missing, for each of the tasks that refer to it."""
        again = [
            MissingFile(task, each.url, each.reason)
            for each in self._missing
            for task, _ in self._again[each.url]
        ]
        found = dict.fromkeys([*self._missing, *again])
        return tuple(sorted(found, key=lambda each: (each.task, each.url)))

    def _copy(self) -> None:
        """Give other tasks with the same picture a file of their own."""
        for url, others in self._again.items():
            for _, path in others:
                if not is_file(path) and is_file(self._first[url]):
                    with self._target(path) as place, open_itself(self._first[url]) as file:
                        shutil.copyfileobj(file, place.file)
                        place.finish()

    def _fetch_all(self, places: Mapping[Reference, str], pool: Workers, advance: Advance) -> None:
        waiting: dict[Future[None], Reference] = {}
        for reference, path in self._wanted(places):
            waiting[pool.submit(self._fetch, reference, path)] = reference
            if len(waiting) >= 4 * AT_ONCE:
                self._settle(waiting, advance)
        while waiting:
            self._settle(waiting, advance)

    def _wanted(self, places: Mapping[Reference, str]) -> Iterator[tuple[Reference, Path]]:
        """Yield the files to fetch, and where to write them."""
        for reference, place in places.items():
            path = self.folder / place
            if reference.unreachable:
                self._miss(reference, reference.unreachable)
            elif reference.url in self._first:
                self._again[reference.url].append((reference.task, path))
            else:
                self._first[reference.url] = path
                if is_file(path):
                    self._kept += 1
                else:
                    yield reference, path

    def _miss(self, reference: Reference, reason: str) -> None:
        self._missing.append(MissingFile(reference.task, reference.url, reason))

    def _settle(self, waiting: dict[Future[None], Reference], advance: Advance) -> None:
        """Note the files that are done."""
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            reference = waiting.pop(future)
            try:
                future.result()
                self._fetched += 1
            except LabelStudioError as error:
                self._miss(reference, self._reason(reference, error))
            except ValueError as error:  # the other files are fetched all the same
                self._miss(reference, f"It cannot be read: {shown(error)}.")
            advance(1)

    def _reason(self, reference: Reference, error: LabelStudioError) -> str:
        """Return why a file is missing: what an old server cannot do, else the server's error."""
        said = str(error).partition("\n")[0]
        if error.status == FORBIDDEN and LOCAL_FILES in reference.url:
            needed = LOCAL_FILES_BY_KEY
        elif UNSAFE in said:
            needed = PROXIED_FILES
        else:
            return said
        return said if can(self.client, needed) else cannot(self.client, needed)

    def _fetch(self, reference: Reference, path: Path) -> None:
        if reference.inline:
            with self._target(path) as place:
                place.file.write(reference.content())
                place.finish()
            return
        address = reference.path(self.client.server)
        host = host_of(address)
        if host in self._dead:
            raise ConnectionFailed(f"{host} gave no answer before.")
        try:
            self._download(reference, address, path)
        except ConnectionFailed as error:
            if host and host == error.host:  # not of a redirect from there
                self._dead.add(host)
            raise

    def _download(self, reference: Reference, address: str, path: Path) -> None:

        def ask(headers: Mapping[str, str]) -> Any:
            self._go_on()
            return self.client.fetch(address, headers=headers, stream=True, timeout=TIMEOUT)

        with self._target(path) as place:
            self._parts.add(place.file.name)
            for block in Download(reference.url, ask, self.client, deadline_for=_short):
                self._go_on()
                place.file.write(block)
            place.finish()
            self._parts.discard(place.file.name)

    def _target(self, path: Path) -> AbstractContextManager[Target]:
        return target(path, within=self.folder)

    def _stop(self, pool: Workers) -> None:
        """End all work; after an interruption nobody waits for hosts that do not answer."""
        self._stopped.set()
        pool.stop(CONFIG_CHECK_INTERVAL)
        for name in [*self._parts]:
            with suppress(OSError):  # Windows keeps what is open: its thread removes it
                Path(name).unlink(missing_ok=True)

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise CancelledError
