"""Export snapshots: the state of a project at a moment, kept at the server."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .. import transfer
from ..orm.class_only import class_only
from ..orm.context import Context
from ..orm.deadline import ONE_HOUR
from ..orm.fields import DATETIME, Field, Reference
from ..orm.identity import client_of, id_of
from ..orm.job import Job
from ..orm.meta import Meta
from ..orm.query import Query
from ..orm.record import Record
from ..progress import Progress, progress_bar
from ..signatures import takes
from ..transfer.exports.options import SnapshotOptions, snapshot_request
from ..transfer.ports import record_in

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .project import Project
    from .user import User


class ExportSnapshot(Record):
    """A snapshot of a project's tasks, to be downloaded in any format.

    >>> snapshot = project.exports.create(title="v1").wait()
    >>> snapshot.download("v1.json")
    PosixPath('v1.json')
    >>> snapshot.delete()
    """

    _meta = Meta(kind="export", path="/api/projects/{project}/exports/{id}")

    title = Field[str](read_only=True)
    status = Field[str](read_only=True)  # created, in_progress, failed, completed
    counters = Field[dict[str, Any]](read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    finished_at = Field[datetime | None](read_only=True, converter=DATETIME)
    created_by: Reference[User] = Reference("user", read_only=True)
    md5 = Field[str](read_only=True)  # of the JSON file
    converted_formats = Field[list[dict[str, Any]]](read_only=True)
    project: Reference[Project] = Reference("project", read_only=True)

    @class_only
    def get(
        cls,
        id: int | None = None,
        *,
        project: Project | int = 0,
        client: Context | None = None,
        **match: Any,
    ) -> Self:
        """Return a snapshot of a project; `project.exports.get(id)` is the shorter way."""
        if id is None or match:
            return super().get(id, client=client, **match)
        known = {"project": id_of(project, of="Project")} if project else {}
        return cls._lazy(client_of(project, client), id, known)

    @property
    def job(self) -> Job[Self]:
        """The server's work on this snapshot."""
        return Job(
            f"Export snapshot {self.id} of project {self._state.known.get('project')}",
            look=self.refresh,
            status=lambda snapshot: snapshot.status,
            tuning=self.client._tuning,
        )

    def wait(self, timeout: float = ONE_HOUR, *, progress: Progress = None) -> Self:
        """Wait until the server has made the snapshot; `timeout` is in seconds.

        Raises `JobFailed`, or `JobTimeout`, after which `wait()` can be called again.
        """
        if self._state.params.get("status") != "completed":
            with progress_bar(progress, what="Waiting for the snapshot"):
                self.job.wait(timeout)
        return self

    def convert(self, format: str, timeout: float = ONE_HOUR, *, progress: Progress = None) -> Self:
        """Have the server convert the snapshot to a format, once, and wait for it."""
        transfer.check_format(self.project, format)
        self.wait(timeout, progress=progress)
        transfer.convert_snapshot(self, format, timeout, progress)
        return self

    def download(
        self,
        path: str | Path,
        *,
        format: str = "JSON",
        timeout: float = ONE_HOUR,
        progress: Progress = None,
    ) -> Path:
        """Write the snapshot to a file, or into a folder under the server's name for it.

        Converts it first if needed. Returns the path of the file, which gets its name only when it
        is complete.
        """
        return transfer.download_snapshot(self, path, format, timeout=timeout, progress=progress)


class Exports(Query[ExportSnapshot]):
    """The export snapshots of a project."""

    @takes("transfer.exports.options:SnapshotOptions")
    def create(self, *, title: str = "", **options: Unpack[SnapshotOptions]) -> ExportSnapshot:
        """Have the server make a snapshot; see `SnapshotOptions`. It may take a while: `wait()`.

        If the answer is lost, as when a gateway times out, the snapshot is found among the others;
        it is never made twice.
        """
        body = snapshot_request(options)
        if "view" in options:
            transfer.refuse_ignored(self.client, options["view"])
        if title:
            body["title"] = title
        made = transfer.create_snapshot(self.client, self._known["project"], body)
        return cast("ExportSnapshot", record_in(self, made))
