"""The tasks of an export, from a snapshot, or page by page without one."""

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
from ...progress import Progress, progress_bar
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
# Errors of a server without snapshots, or without permission for this user.
NO_SNAPSHOTS = (EditionError, PermissionDenied)


class NoSnapshots(Exception):
    """The server creates no snapshots: read the tasks page by page."""


@frozen(kw_only=True)
class ExportSource:
    """The tasks of an export, and its format."""

    project: ProjectPort
    format: str = "JSON"
    chosen: ExportScope
    timeout: float = field(converter=checked_timeout)
    progress: Progress = None

    def tasks(self) -> Iterator[dict[str, Any]]:
        """Stream the tasks; remove the snapshot at the end."""
        try:
            with self.snapshot() as snapshot:
                yield from tasks_in(stream(snapshot), self.project.client.limits)
        except NoSnapshots:
            yield from assembled(self.project, self.chosen)

    def save_json(self, path: str | Path, progress: Progress) -> ExportedPath:
        """Write the tasks to a file as JSON, or into a folder."""
        with target(path) as output:
            try:
                with self.snapshot() as snapshot:
                    return ExportedPath(fill(output, snapshot, "JSON", self.timeout, progress))
            except NoSnapshots:
                return self.assemble(output)

    def assemble(self, output: Target) -> ExportedPath:
        """Write the tasks page by page as JSON, and mark the result as assembled."""
        separator = b"["
        with progress_bar(self.progress, what="Exporting", unit=" tasks") as advance:
            for task in assembled(self.project, self.chosen):
                output.file.write(separator + to_json(task))
                separator = b",\n"
                advance(1)
        output.file.write(b"[]" if separator == b"[" else b"]")
        path = ExportedPath(output.finish(f"project-{self.project.id}.json"))
        path.assembled = True
        return path

    @contextmanager
    def snapshot(self) -> Iterator[SnapshotPort]:
        """Yield a temporary snapshot that is finished; raise `NoSnapshots` if there are none."""
        try:
            with ExitStack() as stack:
                with progress_bar(self.progress, what="Preparing the export"):
                    options = stack.enter_context(narrowed(self.project, self.chosen))
                    snapshot = stack.enter_context(self._create(options))
                    snapshot.wait(self.timeout)
                yield snapshot
        except JobTimeout as error:
            error.add(
                "Increase timeout=, or create a permanent snapshot with project.exports.create(), "
                "and repeat its wait()."
            )
            raise
        except KeyboardInterrupt as error:
            if not error.args:
                note(error, "Nothing of the export is left on the server.")
            note(error, "Call it again.")
            raise

    @contextmanager
    def _create(self, options: Mapping[str, Any]) -> Iterator[SnapshotPort]:
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
                created = stack.enter_context(temporary)
            except NO_SNAPSHOTS as error:
                if self.format not in ("JSON", *WRITERS):
                    raise
                log.warning("Reading %r page by page: %s", self.project, error)
                raise NoSnapshots from error
            yield record_in(self.project.exports, created)
