"""The long-running verbs of a project: imports, uploads, exports."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from .. import transfer
from ..orm.deadline import ONE_HOUR
from ..orm.response_shape import shaped
from ..progress import Progress
from ..signatures import takes
from ..transfer.exports.options import ProjectExportOptions, SnapshotOptions
from ..transfer.ports import as_project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from typing_extensions import Unpack


class Transfers:
    """The verbs by which a project imports and exports tasks."""

    def export_formats(self, *, fitting: bool = False) -> list[str]:
        """Return the names of the formats that `export()` takes.

        With `fitting`, only those that fit the labeling config, by the server's judgement.
        """
        project = as_project(self)
        answer = project.client.json("GET", f"/api/projects/{project.id}/export/formats")
        shaped(answer, [{"name": str}])
        return [item["name"] for item in answer if not (fitting and item.get("disabled"))]

    def import_tasks(
        self,
        source: Any,
        *,
        key: str = "",
        on_duplicate: transfer.OnDuplicate = "skip",
        on_error: transfer.OnError = "raise",
        preannotated_from_fields: Sequence[str] = (),
        validate: bool = True,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
    ) -> transfer.ImportResult:
        """Import tasks, each exactly once, and return their ids.

        `source` is a list or generator of dicts, one dict, a DataFrame or named column (pandas,
        polars, arrow), or the path of a .json, .jsonl, .csv, .tsv or .txt file (UTF-8). A dict is
        a task if its "data" is a dict ({"data": …, "predictions": …}), else it is the data of a
        task. Values of .csv and .tsv files stay text ("007" is not 7); each line of a .txt file is
        a task. What `export()` and `to_dicts()` return can be imported again.

        `key` names a field of the data that identifies rows: those that exist already are skipped,
        so a call that was interrupted, or a cell that is run again, continues where it stopped.
        `on_duplicate="update"` sets their data (and meta) to that of the row instead, leaving other
        keys, annotations and predictions as they are; `"error"` refuses them.

        `on_error="collect"` leaves out rows that are refused, by us or by the server, and lists
        them in the result's `failed`; `"raise"` stops at the first. Lists and files are checked to
        the end before the first task is sent.

        The results of "annotations" and "predictions" may be in the format of `Task.annotate`
        ({"result": {"sentiment": "Good"}}). They are checked against the labeling config, scores
        must be between 0 and 1, and the data must have the keys that the config shows;
        `validate=False` leaves that to the server. Keys that the server does not keep (drafts,
        unknown keys, …) are logged, and listed in the result's `dropped` and `warnings`.

        `preannotated_from_fields` names data fields whose values become predictions for the
        controls of the same names. `timeout` is in seconds, for a server that imports in a queue.
        `progress=False` shows no bar; a callable is called with (done, total or None).

        If the answer to a request is lost, the import looks for its tasks at the server, for as
        long again as the request took (at least 5 seconds), and sends only those that are missing.
        Duplicates from a request that arrives even later are removed at the end. Tasks are matched
        by `key`, else by their data and meta; so equal tasks that somebody else creates at the same
        time are taken for ours, and a request that the server handles after this call has ended
        goes unnoticed.

        If the import is interrupted, the error's `imported` has the result so far.

        >>> project.import_tasks([{"text": "A fine film."}, {"text": "Dull."}])
        <ImportResult: 2 created>
        """
        return transfer.Import(
            project=as_project(self),
            key=key,
            on_duplicate=on_duplicate,
            on_error=on_error,
            preannotated_from_fields=preannotated_from_fields,
            validate=validate,
            timeout=timeout,
            progress=progress,
        ).run(source)

    def upload_files(
        self,
        files: str | Path | Iterable[str | Path],
        *,
        field: str = "",
        data: Mapping[str, Any] | Callable[[Path], Mapping[str, Any]] | None = None,
        annotations: Mapping[str, Any] | Callable[[Path], Any] | None = None,
        predictions: Mapping[str, Any] | Callable[[Path], Any] | None = None,
        validate: bool = True,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
    ) -> transfer.ImportResult:
        """Upload local files (images, audio, video, text, …) and make a task of each.

        `files` is a path, a list of paths, or a folder, of which all files but hidden ones are
        uploaded. The URL of a file becomes the `field` of the data that the labeling config shows,
        which must be named only if there are several. `data` is other data of the tasks: a dict
        for all of them, or a function of the path. `annotations` and `predictions`
        are dicts of lists by file name (by the path within the folder: "cats/1.jpg"), or functions
        of the path.

        Each task has the file's name and md5 in its meta, so calling it again sends only files
        that are missing; the others count as `skipped` in the result. Files are read from disk
        while they are sent.

        >>> project.upload_files("photos/", field="text")
        <ImportResult: 2 created>
        """
        return transfer.Uploads(
            project=as_project(self),
            into=field,
            data=data,
            annotations=annotations,
            predictions=predictions,
            validate=validate,
            timeout=timeout,
            progress=progress,
        ).run(files)

    @overload
    def export(
        self, format: str = ..., path: None = ..., **options: Unpack[ProjectExportOptions]
    ) -> transfer.ExportedTasks: ...

    @overload
    def export(
        self, format: str = ..., path: str | Path = ..., **options: Unpack[ProjectExportOptions]
    ) -> transfer.ExportedPath: ...

    @takes("transfer.exports.options:SnapshotOptions")
    def export(
        self,
        format: str = "JSON",
        path: str | Path | None = None,
        *,
        ids: Iterable[int] | None = None,
        since: datetime | None = None,
        media: bool = False,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
        **options: Unpack[SnapshotOptions],
    ) -> Any:
        """Export the tasks as a list of dicts, or with a path as a file, whose `Path` is returned.

        `path` is a file, or a folder, in which the server's name for the file is used; formats of
        several files are written as one .zip. Only JSON and JSON_MIN need no path. Folders are
        created as needed, and a file gets its name only when it is complete.

        With `media`, the files that tasks refer to are fetched as well, into the folder `path`,
        laid out as the format expects; the result's `.media` lists files that are missing. Called
        again, it fetches only those, and replaces the labels. A folder with the export of another
        project or format, or with other files among the labels and images, is refused. The API key
        is sent to the server only.

        The result's `.left_out` lists what the format cannot hold: shapes, answers, skipped tasks.

        `ids` are the tasks to export, else all; `since` limits it to tasks that were created or
        changed since then (local time, if it has no time zone); for other options, see
        `SnapshotOptions`: `only_finished=True`, `predictions=True`, `ground_truth=False`, …

        `timeout` is in seconds, for each of the server's two jobs; lost answers, gateway errors
        and broken downloads are retried. If the server makes no snapshots, JSON is read page by
        page, and the result's `.assembled` is true. Snapshots and views that were created for the
        export are removed, also after an error or Ctrl-C.

        >>> [task["data"] for task in project.export()]
        [{'text': 'Rarely seen a worse film.'}]
        """
        source = transfer.ExportSource(
            project=as_project(self),
            format=format,
            chosen=transfer.ExportScope(ids, since, options),
            timeout=timeout,
            progress=progress,
        )
        return transfer.export(source, path, media=media)

    @takes("transfer.exports.options:SnapshotOptions")
    def iter_export(
        self,
        *,
        ids: Iterable[int] | None = None,
        since: datetime | None = None,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
        **options: Unpack[SnapshotOptions],
    ) -> Iterator[dict[str, Any]]:
        """Export task by task, in constant memory.

        Options are those of `export()`. The snapshot is removed from the server after the last
        task, or when the iterator is closed. Raises `IncompleteResult` at the end if the tasks
        arrived damaged.

        >>> for exported in project.iter_export(ids=[task.id]):
        ...     print(exported["data"])
        {'text': 'Rarely seen a worse film.'}
        """
        chosen = transfer.ExportScope(ids, since, options)
        source = transfer.ExportSource(
            project=as_project(self), chosen=chosen, timeout=timeout, progress=progress
        )
        return transfer.iter_export(source)
