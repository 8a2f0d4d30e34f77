"""The tasks of an export, from a snapshot, or page by page where the server makes none."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from attrs import field, frozen

from ...errors import EditionError, JobTimeout, PermissionDenied, note
from ...http.encoding import to_json
from ...orm.deadline import checked_timeout
from ...progress import Progress
from ..datasets.dataset import WRITERS
from ..files import Target, target
from ..imports.readers import tasks_in
from ..ports import ProjectPort, SnapshotPort, record_in
from .assembled import assembled
from .exported import ExportedPath
from .options import ExportScope, snapshot_request
from .snapshots import collection, fill, stream
from .temporary import Temporary
from .views import narrowed

log = logging.getLogger(__name__)

UNFINISHED = ("created", "in_progress")
# How a server says that it makes no snapshots, or none for this user.
NO_SNAPSHOTS = (EditionError, PermissionDenied)


class NoSnapshots(Exception):
    """The server makes none: read the tasks page by page."""


@frozen(kw_only=True)
class ExportSource:
    """The tasks that an export takes, and the format that it writes."""

    project: ProjectPort
    format: str = "JSON"
    chosen: ExportScope
    timeout: float = field(converter=checked_timeout)
    progress: Progress = None

    def tasks(self) -> Iterator[dict[str, Any]]:
        """Yield the tasks as they come; the snapshot is removed when that ends."""
        try:
            with self.snapshot() as snapshot:
                yield from tasks_in(stream(snapshot), self.project.client.limits)
        except NoSnapshots:
            yield from assembled(self.project, self.chosen)

    def save_json(self, path: str | Path, progress: Progress) -> ExportedPath:
        """Write the tasks to a file as JSON, or into a folder."""
        with target(path) as place:
            try:
                with self.snapshot() as snapshot:
                    return ExportedPath(fill(place, snapshot, "JSON", self.timeout, progress))
            except NoSnapshots:
                return self.assemble(place)

    def assemble(self, place: Target) -> ExportedPath:
        """Write as JSON what a snapshot would have contained, and mark the result."""
        separator = b"["
        for task in assembled(self.project, self.chosen):
            place.file.write(separator + to_json(task))
            separator = b",\n"
        place.file.write(b"[]" if separator == b"[" else b"]")
        path = ExportedPath(place.finish(f"project-{self.project.id}.json"))
        path.assembled = True
        return path

    @contextmanager
    def snapshot(self) -> Iterator[SnapshotPort]:
        """Give a finished snapshot, and remove it in the end; raise `NoSnapshots` without."""
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
            if not error.args:
                note(error, "Nothing of the export is left at the server.")
            note(error, "Call it again.")
            raise

    @contextmanager
    def _made(self, options: Mapping[str, Any]) -> Iterator[SnapshotPort]:
        path = collection(self.project.id)
        temporary = Temporary(
            client=self.project.client,
            collection=path,
            item=path + "/{id}",
            body=lambda title: {**snapshot_request(options), "title": title},
            titled=lambda snapshot: snapshot.get("title"),
            busy=lambda snapshot: snapshot.get("status") in UNFINISHED,
        )
        with ExitStack() as stack:
            try:
                made = stack.enter_context(temporary)
            except NO_SNAPSHOTS as error:
                if self.format not in ("JSON", *WRITERS):
                    raise
                log.warning("%r is read by pages: %s", self.project, error)
                raise NoSnapshots from error
            yield record_in(self.project.exports, made)
