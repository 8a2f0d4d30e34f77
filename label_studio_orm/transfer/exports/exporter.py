"""Export: a snapshot is made, waited for, converted, downloaded, checked and removed."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from attrs import frozen

from ...errors import (
    EditionError,
    IncompleteResult,
    InvalidInput,
    JobTimeout,
    LabelStudioError,
    PermissionDenied,
)
from ...http.decoding import decoded
from ...http.encoding import to_json
from ...orm.deadline import checked_timeout
from ...progress import Progress
from ..datasets.dataset import WRITERS
from ..files import Target, target
from ..imports.readers import tasks_in
from ..left_out import LeftOut, report
from .assembled import assembled
from .exported import ExportedPath, ExportedTasks, NoSnapshots, in_order
from .losses import losses
from .options import ExportScope, snapshot_request
from .snapshots import check_format, collection, fill, save_json, stream
from .temporary import Temporary
from .views import narrowed
from .with_media import zipped

if TYPE_CHECKING:
    from ...limits import Limits
    from ...records.export import ExportSnapshot
    from ...records.project import Project

log = logging.getLogger(__name__)

READABLE = ("JSON", "JSON_MIN")  # what can be given as Python objects
SUFFIXES = {"JSON": ".json", "JSON_MIN": ".json", "CSV": ".csv", "TSV": ".tsv"}
UNFINISHED = ("created", "in_progress")
# How a server says that it makes no snapshots, or none for this user.
NO_SNAPSHOTS = (EditionError, PermissionDenied)


@frozen(kw_only=True)
class Export:
    """One export as it was asked for."""

    project: Project
    format: str = "JSON"
    chosen: ExportScope
    timeout: float
    progress: Progress = None

    def read(self) -> Any:
        """Return the tasks as Python objects."""
        if self.format not in READABLE:
            check_format(self.project, self.format)
            raise InvalidInput(
                f"A {self.format} export is a file: give a path, as in "
                f"export({self.format!r}, 'out/')."
            )
        with tempfile.TemporaryDirectory() as folder:
            path = self.write(f"{folder}/")
            tasks = _loads(path.read_bytes(), self.project.client.limits)
        found = ExportedTasks(in_order(tasks))
        found.assembled = path.assembled
        return found

    def write(self, path: str | Path) -> ExportedPath:
        """Write the tasks to a file, or into a folder."""
        self.check()
        check_format(self.project, self.format)
        _check_path(path, self.format)
        with target(path) as place:
            if self.format in WRITERS:
                return zipped(self, place)
            try:
                with self.snapshot() as snapshot:
                    return self._fill(place, snapshot)
            except NoSnapshots:
                return self.assemble(place)

    def _fill(self, place: Target, snapshot: ExportSnapshot) -> ExportedPath:
        path = ExportedPath(fill(place, snapshot, self.format, self.timeout, self.progress))
        if self.format != "JSON":
            path.left_out = report(self.format, self._losses(snapshot, path))
        return path

    def _losses(self, snapshot: ExportSnapshot, path: Path) -> list[LeftOut]:
        """Return what the server left out, told by the JSON of the same tasks."""
        try:
            with tempfile.TemporaryDirectory() as folder:
                tasks = Path(folder) / "tasks.json"
                save_json(snapshot, tasks)
                return losses(self.format, self.project.config, tasks, [path])
        except LabelStudioError as error:  # the export itself is whole
            log.warning("Could not check what the %s export leaves out: %s", self.format, error)
            return []

    def iterate(self) -> Iterator[dict[str, Any]]:
        """Yield the tasks as they come; the snapshot is removed when that ends."""
        check_format(self.project, self.format)  # a server that is not there is told soon
        try:
            with self.snapshot() as snapshot:
                yield from tasks_in(stream(snapshot), self.project.client.limits)
        except NoSnapshots:
            yield from assembled(self.project, self.chosen)

    def check(self) -> None:
        """Raise for what is wrong with the options, before anything is sent."""
        checked_timeout(self.timeout)

    @contextmanager
    def snapshot(self) -> Iterator[ExportSnapshot]:
        """Give a snapshot that is finished, and remove it in the end."""
        try:
            with narrowed(self.project, self.chosen) as options, self._made(options) as snapshot:
                snapshot.wait(self.timeout)
                yield snapshot
        except JobTimeout as error:
            error.add(
                "Give it longer with timeout=, or make a snapshot that stays with "
                "project.exports.create() and wait() for it as often as you like."
            )
            raise
        except KeyboardInterrupt as error:
            said = error.args or ("Nothing of the export is left at the server.",)
            error.args = ("\n".join([*map(str, said), "Call it again."]),)
            raise

    @contextmanager
    def _made(self, options: Mapping[str, Any]) -> Iterator[ExportSnapshot]:
        path = collection(self.project.id)
        temporary = Temporary(
            client=self.project.client,
            collection=path,
            item=path + "/{id}",
            body=lambda title: {**snapshot_request(options), "title": title},
            titled=lambda snapshot: snapshot.get("title"),
            busy=lambda snapshot: snapshot.get("status") in UNFINISHED,
        )
        model = cast("type[ExportSnapshot]", self.project.client._registry.model("export"))
        with ExitStack() as stack:
            try:
                made = stack.enter_context(temporary)
            except NO_SNAPSHOTS as error:
                if self.format not in ("JSON", *WRITERS):
                    raise
                log.warning("%r is read by pages: %s", self.project, error)
                raise NoSnapshots from error
            known = {"project": self.project.id}
            yield model._from_answer(self.project.client, made, known=known)

    # -- without snapshots ------------------------------------------------------------------------

    def assemble(self, place: Target) -> ExportedPath:
        """Write what a snapshot would have had in it, and say so in the result."""
        separator = b"["
        for task in assembled(self.project, self.chosen):
            place.file.write(separator + to_json(task))
            separator = b",\n"
        place.file.write(b"[]" if separator == b"[" else b"]")
        path = ExportedPath(place.finish(f"project-{self.project.id}.json"))
        path.assembled = True
        return path


def _loads(content: bytes, limits: Limits) -> Any:
    try:
        tasks = decoded(content, limits)
    except ValueError as error:
        raise IncompleteResult(f"What the server sent is no list of tasks: {error}") from None
    if not isinstance(tasks, list):
        raise IncompleteResult("What the server sent is no list of tasks.")
    return tasks


def _check_path(path: str | Path, format: str) -> None:
    """Refuse a name that says another format than the one that is asked for."""
    said = Path(path).suffix.lower()
    if said in SUFFIXES.values() and said != SUFFIXES.get(format, said):
        other = next(name for name, suffix in SUFFIXES.items() if suffix == said)
        raise InvalidInput(
            f"{path} would be written as {format}. Give the format: "
            f"export({other!r}, {str(path)!r})."
        )
