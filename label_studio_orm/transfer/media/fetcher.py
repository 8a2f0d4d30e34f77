"""Exports with their media: the files that tasks refer to, fetched by the client."""

from __future__ import annotations

import shutil
import tempfile
import threading
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from ...errors import ConnectionFailed, InvalidInput, LabelStudioError
from ...orm.patience import Clock, Patience
from ...progress import Advance, Progress, progress_bar
from ..downloads import BLOCK, Download
from ..exports.exported import ExportedPath, NoSnapshots
from ..exports.snapshots import check_format, fill
from ..files import target
from ..imports.readers import tasks_in
from .archives import unpack
from .layouts import Layout
from .references import Reference, keys_with_media, references

if TYPE_CHECKING:
    from ...orm.context import Context
    from ..exports.exporter import Export

AT_ONCE = 8  # files
TIMEOUT = (5.0, 30.0)  # seconds, to connect and for an answer
SILENCE = 5.0  # seconds that a file's host may give no answer


@frozen
class MissingFile:
    """A file that could not be fetched: the task, what stands in its data, and why."""

    task: int
    url: str
    reason: str


@frozen(repr=False)
class MediaReport:
    """What became of the files that tasks refer to; `kept` were there from a call before."""

    fetched: int = 0
    kept: int = 0
    missing: tuple[MissingFile, ...] = ()

    def __repr__(self) -> str:
        counts = f"{self.fetched} fetched, {self.kept} kept, {len(self.missing)} missing"
        return f"<{type(self).__name__}: {counts}>"


def export_with_media(job: Export, path: str | Path | None) -> ExportedPath:
    """Unpack an export into a folder and fetch the files that belong to it."""
    job.check()
    folder = _folder(path)
    check_format(job.project, job.format)
    keys = keys_with_media(job.project.parsed_label_config)
    result = ExportedPath(folder)
    with tempfile.TemporaryDirectory() as temporary:
        tasks = _bring(job, folder, Path(temporary))
        result.assembled = tasks.assembled
        layout = Layout(folder, job.project.client.server, job.format)
        with tasks.open("rb") as file:
            blocks = iter(lambda: file.read(BLOCK), b"")
            found = (each for task in tasks_in(blocks) for each in references(task, keys))
            try:
                result.media = Fetcher(job.project.client, layout).run(found, job.progress)
            except KeyboardInterrupt as error:
                error.args = ("Call it again: the files that are there are kept.",)
                raise
    layout.finish()
    return result


def _folder(path: str | Path | None) -> Path:
    if path is None:
        raise InvalidInput("With media an export is a folder: give its path.")
    folder = Path(path).expanduser()
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"With media an export is a folder, and {folder} is a file.")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _bring(job: Export, folder: Path, temporary: Path) -> ExportedPath:
    """Bring the export into the folder, and return where the JSON of its tasks is."""
    try:
        with job.snapshot() as snapshot:
            with target(f"{temporary}/") as place:
                file = fill(place, snapshot, job.format, job.timeout, False)
            _unpack(file, folder)
            if job.format == "JSON":
                return ExportedPath(file)
            with target(temporary / "of-the-media.json") as place:
                return ExportedPath(fill(place, snapshot, "JSON", job.timeout, False))
    except NoSnapshots:
        with target(folder / "tasks.json") as place:
            return job.assemble(place)


def _unpack(file: Path, folder: Path) -> None:
    """Put an export into the folder: the members of an archive, or the one file."""
    if zipfile.is_zipfile(file):
        unpack(file, folder)
        return
    with target(folder / f"tasks{file.suffix}") as place, file.open("rb") as found:
        shutil.copyfileobj(found, place.file)
        place.finish("")


def _short(clock: Clock) -> Patience:
    return Patience(SILENCE, clock)


@define
class Fetcher:
    """Fetches files by several threads, each once, and those that are there not again."""

    client: Context
    layout: Layout
    _fetched: int = 0
    _kept: int = 0
    _missing: list[MissingFile] = field(factory=list)
    _seen: set[str] = field(factory=set)
    _again: defaultdict[str, list[int]] = field(factory=lambda: defaultdict(list))  # other tasks
    _dead: set[str] = field(factory=set)  # hosts that gave no answer
    _parts: set[str] = field(factory=set)  # names of files in the making
    _stopped: threading.Event = field(factory=threading.Event)

    def run(self, found: Iterable[Reference], progress: Progress) -> MediaReport:
        with progress_bar(progress, what="Fetching media", unit=" files") as advance:
            pool = ThreadPoolExecutor(AT_ONCE)
            try:
                self._fetch_all(found, pool, advance)
            finally:
                self._stop(pool)
        return MediaReport(self._fetched, self._kept, self._all_missing())

    def _all_missing(self) -> tuple[MissingFile, ...]:
        """Return what is missing, for each of the tasks that refer to it."""
        again = [
            MissingFile(task, each.url, each.reason)
            for each in self._missing
            for task in self._again[each.url]
        ]
        return tuple(sorted([*self._missing, *again], key=lambda each: (each.task, each.url)))

    def _fetch_all(
        self, found: Iterable[Reference], pool: ThreadPoolExecutor, advance: Advance
    ) -> None:
        waiting: dict[Future[None], Reference] = {}
        for reference, path in self._wanted(found):
            waiting[pool.submit(self._fetch, reference, path)] = reference
            if len(waiting) >= 4 * AT_ONCE:
                self._settle(waiting, advance)
        while waiting:
            self._settle(waiting, advance)

    def _wanted(self, found: Iterable[Reference]) -> Iterator[tuple[Reference, Path]]:
        """Yield what is to be fetched, and where to."""
        for reference in found:
            try:
                path = self.layout.place(reference)
            except LookupError as clash:
                self._missing.append(MissingFile(reference.task, reference.url, str(clash)))
                continue
            if reference.url in self._seen:
                self._again[reference.url].append(reference.task)
                continue
            self._seen.add(reference.url)
            if path.exists():
                self._kept += 1
            else:
                yield reference, path

    def _settle(self, waiting: dict[Future[None], Reference], advance: Advance) -> None:
        """Take note of the files that are through."""
        done, _ = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            reference = waiting.pop(future)
            try:
                future.result()
                self._fetched += 1
            except LabelStudioError as error:
                reason = str(error).partition("\n")[0]
                self._missing.append(MissingFile(reference.task, reference.url, reason))
            advance(1)

    def _fetch(self, reference: Reference, path: Path) -> None:
        address = reference.path(self.client.server)
        host = address.split("/")[2] if "://" in address else ""
        if host in self._dead:
            raise ConnectionFailed(f"{host} gave no answer before.")
        try:
            self._download(reference, address, path)
        except ConnectionFailed as error:
            if host and error.status is None:
                self._dead.add(host)
            raise

    def _download(self, reference: Reference, address: str, path: Path) -> None:

        def ask(headers: Mapping[str, str]) -> Any:
            self._go_on()
            return self.client.fetch(address, headers=headers, stream=True, timeout=TIMEOUT)

        with target(path) as place:
            self._parts.add(place.file.name)
            for block in Download(reference.url, ask, silence=_short):
                self._go_on()
                place.file.write(block)
            place.finish("")
            self._parts.discard(place.file.name)

    def _stop(self, pool: ThreadPoolExecutor) -> None:
        """End all work; after an interruption nobody waits for hosts that do not answer."""
        self._stopped.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for name in [*self._parts]:
            with suppress(OSError):  # Windows keeps what is open: its thread removes it
                Path(name).unlink(missing_ok=True)

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise CancelledError
