"""Exports, snapshots and files."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from .case import case, failed


@case("Project.export_tasks")
def export_tasks(side: Any) -> Any:
    project, folder = side.new_project(), Path(tempfile.mkdtemp())
    id = project.get_tasks_ids()[0]
    written = project.export_tasks("CSV", export_location=folder / "new" / "out.csv")
    return (
        project.export_tasks(),
        project.export_tasks(export_type="JSON_MIN", download_all_tasks=True),
        project.export_tasks("JSON", True, False, [id]),
        (written == folder / "new" / "out.csv", written.read_text().splitlines()[0]),
        failed(project.export_tasks, "YOLO"),
        failed(project.export_tasks, "NO_SUCH_JSON"),
    )


@case(
    *("Project.export_snapshot_create", "Project.export_snapshot_list"),
    *("Project.export_snapshot_status", "Project.export_snapshot_download"),
    *("Project.export_snapshot_delete", "ExportSnapshotStatus.is_created"),
    *("ExportSnapshotStatus.is_in_progress", "ExportSnapshotStatus.is_failed"),
    "ExportSnapshotStatus.is_completed",
)
def snapshots(side: Any) -> Any:
    project, folder = side.new_project(), tempfile.mkdtemp()
    made = project.export_snapshot_create("First", interpolate_key_frames=False)
    while not project.export_snapshot_status(made["id"]).is_completed():
        pass
    status = project.export_snapshot_status(export_id=made["id"])
    code, name = project.export_snapshot_download(made["id"], export_type="JSON", path=folder)
    return (
        sorted(made),
        [(each["title"], each["status"]) for each in project.export_snapshot_list()],
        [status.is_created(), status.is_in_progress(), status.is_failed(), status.is_completed()],
        (code, name, (Path(folder) / name).exists()),
        project.export_snapshot_delete(made["id"]),
        project.export_snapshot_list(),
        [failed(project.export_snapshot_status, 999), failed(project.export_snapshot_delete, 999)],
        failed(project.export_snapshot_download, 999),
    )


@case("ExportSnapshotStatus.is_failed")
def states_of_snapshots(side: Any) -> Any:
    status = side.project_module.ExportSnapshotStatus
    return (
        [status({"status": "failed"}).is_failed(), status({"status": "created"}).is_created()],
        [status.CREATED, status.IN_PROGRESS, status.FAILED, status.COMPLETED],
        failed(status({}).is_created),
    )


@case("Project.export")
def export(side: Any) -> Any:
    project, folder, dm = side.new_project(), Path(tempfile.mkdtemp()), side.module("data_manager")
    whole = project.export(output_dir=str(folder / "whole"))
    item = dm.Filters.item(dm.Column.total_annotations, dm.Operator.EQUAL, dm.Type.Number, 1)
    part = project.export(
        filters=dm.Filters.create("and", [item]),
        title="Part",
        output_dir=str(folder / "part"),
        serialization_options_predictions=False,
    )
    files = [folder / "whole" / whole["filename"], folder / "part" / part["filename"]]
    return whole, part, [side.read_json(file) for file in files], project.get_views()


@case("Project.get_files_from_tasks")
def get_files_from_tasks(side: Any) -> Any:
    project, folder = side.new_project(), Path(tempfile.mkdtemp())
    (folder / "cat.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    project.import_tasks(str(folder / "cat.svg"))
    paths = project.get_files_from_tasks({}, get_tasks=True)
    again = project.get_files_from_tasks(project.get_tasks()[-1:])
    none = project.get_files_from_tasks({})
    return [Path(path).read_text() for path in paths], len(again), none
