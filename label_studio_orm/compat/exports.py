"""Exports of a project, at once or as snapshots."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import transfer
from ..errors import LabelStudioError
from .client import Row
from .exceptions import InvalidArgument, translated
from .tasks import Tasks

if TYPE_CHECKING:
    from ..records.export import ExportSnapshot

logger = logging.getLogger(__name__)

OK = 200
BLOCK = 2**16  # bytes
EXPORT_TIMEOUT = 600.0  # seconds: the server answers when it has read all tasks


class ExportSnapshotStatus:
    """The state of a snapshot. Now: `snapshot.status`, `snapshot.wait()`."""

    CREATED = "created"
    IN_PROGRESS = "in_progress"
    FAILED = "failed"
    COMPLETED = "completed"

    def __init__(self, response: Mapping[str, Any]) -> None:
        self.response = response

    def is_created(self) -> bool:
        """Tell whether the server has not started it."""
        return self._status == self.CREATED

    def is_in_progress(self) -> bool:
        """Tell whether the server is making it."""
        return self._status == self.IN_PROGRESS

    def is_failed(self) -> bool:
        """Tell whether it failed."""
        return self._status == self.FAILED

    def is_completed(self) -> bool:
        """Tell whether it can be downloaded."""
        return self._status == self.COMPLETED

    @property
    def _status(self) -> str:
        if "status" not in self.response:
            raise InvalidArgument('The snapshot has no "status".')
        return str(self.response["status"])


class Exports(Tasks):
    """The exports of a project."""

    def export_tasks(
        self,
        export_type: str = "JSON",
        download_all_tasks: bool = False,
        download_resources: bool = False,
        ids: list[int] | None = None,
        export_location: str | Path | None = None,
    ) -> list[Row] | Path:
        """Return the annotated tasks, or all; with `export_location`, the path of a file of them.

        Now: `project.export("JSON", path, only_finished=False)`.
        """
        if export_location is None and "JSON" not in export_type.upper():
            raise ValueError(f"{export_type} needs export_location, the path of a file to write.")
        params = {
            "exportType": export_type,
            "download_all_tasks": download_all_tasks,
            "download_resources": download_resources,
            **({"ids": ids} if ids else {}),
        }
        path = f"{self._path}/export"
        if export_location is None:
            return self._objects(path, params=params, timeout=EXPORT_TIMEOUT)
        return self._download(path, params, Path(export_location))

    @translated()
    def _download(self, path: str, params: Row, to: Path) -> Path:
        """Write a response to a file, which gets its name when it is complete."""
        from ..transfer.files import target  # late, as few scripts need it

        to.parent.mkdir(parents=True, exist_ok=True)
        options: Row = {"params": params, "stream": True, "timeout": EXPORT_TIMEOUT}
        with target(to) as output:
            response = self._client.request("GET", path, **options)
            for block in response.iter_content(BLOCK):
                output.file.write(block)
            return output.finish()

    # -- snapshots -----------------------------------------------------------------------------

    def export_snapshot_list(self) -> list[Row]:
        """Return the snapshots. Now: `project.exports`."""
        return self._objects(f"{self._path}/exports")

    def export_snapshot_create(
        self,
        title: str,
        task_filter_options: dict[str, Any] | None = None,
        serialization_options_drafts: bool = True,
        serialization_options_predictions: bool = True,
        serialization_options_annotations__completed_by: bool = True,
        annotation_filter_options_usual: bool = True,
        annotation_filter_options_ground_truth: bool = True,
        annotation_filter_options_skipped: bool = True,
        interpolate_key_frames: bool = False,
    ) -> Row:
        """Have the server make a snapshot. Now: `project.exports.create()`."""
        completed_by = serialization_options_annotations__completed_by
        serialization = {
            "drafts": {"only_id": serialization_options_drafts},
            "predictions": {"only_id": serialization_options_predictions},
            "annotations__completed_by": {"only_id": completed_by},
            "interpolate_key_frames": interpolate_key_frames,
        }
        annotations = {
            "usual": annotation_filter_options_usual,
            "ground_truth": annotation_filter_options_ground_truth,
            "skipped": annotation_filter_options_skipped,
        }
        body = {
            "title": title,
            "serialization_options": serialization,
            "task_filter_options": task_filter_options or {},
            "annotation_filter_options": annotations,
        }
        params = {"interpolate_key_frames": interpolate_key_frames}
        return self._object("POST", f"{self._path}/exports", params=params, json=body)

    def export(
        self,
        filters: Mapping[str, Any] | None = None,
        title: str = "SDK Export",
        export_type: str = "JSON",
        output_dir: str | Path = ".",
        **kwargs: Any,
    ) -> Row:
        """Export the tasks that match to a file in a folder; return its name.

        The result has `status`, `filename` and `export_id`; the snapshot stays on the server.
        Raises `LabelStudioException` if the snapshot fails or takes more than an hour.

        Now: `project.tasks.filter(…).export("CSV", "out/")`.
        """
        with self._temporary_view(filters) as chosen:
            id = self.export_snapshot_create(title, chosen, **kwargs)["id"]
            with translated():
                self._snapshot(id).wait(progress=False)
            Path(output_dir).mkdir(parents=True, exist_ok=True)
            status, name = self.export_snapshot_download(id, export_type, str(output_dir))
        return {"status": status, "filename": name, "export_id": id}

    @contextmanager
    def _temporary_view(self, filters: Mapping[str, Any] | None) -> Iterator[Row | None]:
        """Yield the options of a snapshot of the tasks that match; None for all tasks."""
        if not filters:
            yield None
            return
        view = self.create_view(filters, title="Temp SDK export")
        try:
            yield {"view": view["id"]}
        finally:
            self.delete_view(view["id"])

    def export_snapshot_status(self, export_id: int) -> ExportSnapshotStatus:
        """Return the state of a snapshot. Now: `snapshot.status`, or `snapshot.wait()`."""
        return ExportSnapshotStatus(self._object("GET", f"{self._path}/exports/{export_id}"))

    @translated()
    def export_snapshot_download(
        self, export_id: int, export_type: str = "JSON", path: str = "."
    ) -> tuple[int, str]:
        """Write a snapshot to a folder; return the status 200 and the name of the file.

        Now: `snapshot.download(path, format="CSV")`.
        """
        snapshot = self._snapshot(export_id)
        written = snapshot.download(Path(path), format=export_type, progress=False)
        return OK, written.name

    def export_snapshot_delete(self, export_id: int) -> int:
        """Delete a snapshot, and return the status 204. Now: `snapshot.delete()`."""
        return self.make_request("DELETE", f"{self._path}/exports/{export_id}").status_code

    def _snapshot(self, export_id: int) -> ExportSnapshot:
        return self.orm.exports.get(export_id)

    # -- files ---------------------------------------------------------------------------------

    def get_files_from_tasks(
        self, tasks: list[Row] | None = None, get_tasks: bool = False
    ) -> list[str]:
        """Return the local paths of the tasks' files; each file is downloaded once.

        Now: `task.path("image")`.
        """
        rows = self.get_tasks() if get_tasks else tasks or []
        values = [(row.get("id", 0), value) for row in rows for value in row["data"].values()]
        paths = (self._file(id, value) for id, value in values if isinstance(value, str))
        return [path for path in paths if path]

    def _file(self, id: int, value: str) -> str:
        """Return the path of a file; "" for plain text, and for a file that cannot be fetched."""
        reference = transfer.Reference(id, value)
        if reference.unreachable:
            return ""
        try:
            return str(transfer.cached_file(self._client, reference))
        except LabelStudioError as error:
            logger.debug("%s was not downloaded: %s", value, error)
            return ""
