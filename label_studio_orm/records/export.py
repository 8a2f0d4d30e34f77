"""Export snapshots: what a project held at a moment, kept at the server."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..orm.context import Context
from ..orm.deadline import ONE_HOUR
from ..orm.fields import DATETIME, Field, Reference
from ..orm.identity import client_of, id_of
from ..orm.job import Job
from ..orm.meta import Meta
from ..orm.query import Query
from ..orm.record import Record
from ..progress import Progress
from ..transfer.exports.options import snapshot_request

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from ..transfer.exports.options import SnapshotOptions
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
    md5 = Field[str](read_only=True)  # of the JSON file
    counters = Field[dict[str, Any]](read_only=True)
    converted_formats = Field[list[dict[str, Any]]](read_only=True)
    project: Reference[Project] = Reference("project", read_only=True)
    created_by: Reference[User] = Reference("user", read_only=True)
    created_at = Field[datetime](read_only=True, converter=DATETIME)
    finished_at = Field[datetime | None](read_only=True, converter=DATETIME)

    @classmethod
    def get(cls, id: int, *, project: Project | int = 0, client: Context | None = None) -> Self:
        """Return a snapshot of a project; `project.exports.get(id)` is the shorter way."""
        known = {"project": id_of(project, of="Project")} if project else {}
        return cls._lazy(client_of(project, client), id, known)

    @property
    def job(self) -> Job[Self]:
        """The server's work on this snapshot."""
        return Job(
            f"Export snapshot {self.id} of project {self._known.get('project')}",
            look=self.refresh,
            status=lambda snapshot: snapshot.status,
        )

    def wait(self, timeout: float = ONE_HOUR) -> Self:
        """Wait until the server has made the snapshot; `timeout` is in seconds.

        Raises `JobFailed`, or `JobTimeout`, after which `wait()` can be called again.
        """
        if self._params.get("status") != "completed":
            self.job.wait(timeout)
        return self

    def convert(self, format: str, timeout: float = ONE_HOUR) -> Self:
        """Have the server convert the snapshot, and wait until it has; done once a format."""
        from ..transfer.exports.snapshots import check_format, convert

        check_format(self.project, format)
        self.wait(timeout)
        convert(self, format, timeout)
        return self

    def download(
        self,
        path: str | Path,
        format: str = "JSON",
        *,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
    ) -> Path:
        """Write the snapshot to a file, or into a folder under the server's name for it.

        Converts first where needed. Returns the path of what was written. The file takes its
        name only when it is whole.
        """
        from ..transfer.exports.snapshots import download

        return download(self, path, format, timeout=timeout, progress=progress)


class Exports(Query[ExportSnapshot]):
    """The export snapshots of a project."""

    def create(self, *, title: str = "", **options: Unpack[SnapshotOptions]) -> ExportSnapshot:
        """Have the server make a snapshot; see `SnapshotOptions`. It may take a while: `wait()`.

        Where the answer is lost, as with a snapshot that takes longer than a gateway waits, it is
        found among all others; it is never made twice.
        """
        from ..transfer.exports.snapshots import create
        from ..transfer.exports.views import refuse_ignored

        body = snapshot_request(options)
        if "view" in options:
            refuse_ignored(self.client, options["view"])
        if title:
            body["title"] = title
        made = create(self.client, self._known["project"], body)
        return self._model._from_answer(self.client, made, known=self._known)
