"""What brings tasks into a project, and out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, overload

from ..orm.deadline import ONE_HOUR
from ..orm.record import Record
from ..orm.response_shape import shaped
from ..progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from typing_extensions import Unpack

    from ..transfer.exports.exported import ExportedPath, ExportedTasks
    from ..transfer.exports.options import SnapshotOptions
    from ..transfer.imports.existing_keys import OnDuplicate
    from ..transfer.imports.importer import OnError
    from ..transfer.imports.result import ImportResult
    from .project import Project


class Transfers(Record):
    """The long verbs of a project."""

    def export_formats(self, *, fitting: bool = False) -> list[str]:
        """Return the names of the formats that `export()` takes.

        With `fitting`, only those that the server thinks fit this project's labeling config.
        """
        answer = self.client.json("GET", f"/api/projects/{self.id}/export/formats")
        shaped(answer, [{"name": str}])
        return [item["name"] for item in answer if not (fitting and item.get("disabled"))]

    def import_tasks(
        self,
        source: Any,
        *,
        key: str = "",
        on_duplicate: OnDuplicate = "skip",
        on_error: OnError = "raise",
        preannotated_from_fields: Sequence[str] = (),
        validate: bool = True,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
    ) -> ImportResult:
        """Import tasks, each exactly once, and return their ids.

        `source` is a list or generator of dicts, one dict, a DataFrame or named column (pandas,
        polars, arrow), or the path of a .json, .jsonl, .csv, .tsv or .txt file (UTF-8). A dict is
        a task if its "data" is a dict ({"data": …, "predictions": …}), else it is the data of a
        task. Values of .csv and .tsv files stay text ("007" is not 7); each line of a .txt file is
        a task. What `export()` and `to_dicts()` return can be imported again.

        `key` names a field of the data that tells rows apart: rows that are there already are
        skipped, so that a call that was cut short, or a cell that is run again, goes on where it
        stopped. `on_duplicate="update"` sets their data (and meta) to that of the row instead,
        leaving other keys, annotations and predictions as they are; `"error"` refuses them.

        `on_error="collect"` leaves out rows that are refused, by us or by the server, and tells of
        them in the result's `failed`; `"raise"` stops at the first. Lists and files are checked to
        the end before the first task is sent.

        The results of "annotations" and "predictions" may be in the terms of `Task.annotate`
        ({"result": {"sentiment": "Good"}}). They are checked against the labeling config, scores
        must be between 0 and 1, and the data must have the keys that the config shows;
        `validate=False` leaves that to the server. Keys that the server does not keep (drafts,
        unknown keys, …) are logged, and listed in the result's `dropped` and `warnings`.

        `preannotated_from_fields` names data fields whose values become predictions for the
        controls of the same names. `timeout` is in seconds, for a server that imports in a queue.
        `progress=False` shows no bar; a callable is called with (done, total or None).

        Where the answer to a request is lost, the import looks at what the server has, for as long
        again as the request took (at least 5 seconds), and sends only what is missing; a request
        that comes even later is found in the end, and what it doubled is removed. It tells tasks
        apart by `key`, else by their data and meta. So it cannot tell a lost request's tasks from
        equal ones that somebody else makes in the same moment; nor does it know of a request that
        the server makes after this call has ended.

        When the import is cut short, the error's `imported` has what was done until then.

        >>> project.import_tasks([{"text": "A fine film."}, {"text": "Dull."}])
        <ImportResult: 2 created>
        """
        from ..transfer.imports.importer import Import

        return Import(
            project=cast("Project", self),
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
        validate: bool = True,
        timeout: float = ONE_HOUR,
        progress: Progress = None,
    ) -> ImportResult:
        """Upload local files (images, audio, video, text, …) and make a task of each.

        `files` is a path, a list of paths, or a folder, of which all files are taken that are not
        hidden. The address of a file goes into the `field` of the data that the labeling config
        shows; it needs to be given only where there are several. `data` is what else is in the
        data: a dict for all tasks, or a function of the path. `annotations` is a dict of lists by
        file name (by the path within the folder: "cats/1.jpg"), or a function of the path.

        Each task has the file's name and md5 in its meta: a call that is run again, or was cut
        short, sends only what is missing. Files are read from disk while they are sent. What is
        already there counts as `skipped` in the result.

        >>> project.upload_files("photos/", field="text")
        <ImportResult: 2 created>
        """
        from ..transfer.uploads.uploader import Uploads

        return Uploads(
            project=cast("Project", self),
            into=field,
            data=data,
            annotations=annotations,
            validate=validate,
            timeout=timeout,
            progress=progress,
        ).run(files)

    @overload
    def export(
        self,
        format: str = ...,
        path: None = ...,
        *,
        ids: Iterable[int] | None = ...,
        since: datetime | None = ...,
        media: bool = ...,
        timeout: float = ...,
        progress: Progress = ...,
        **options: Unpack[SnapshotOptions],
    ) -> ExportedTasks: ...

    @overload
    def export(
        self,
        format: str = ...,
        path: str | Path = ...,
        *,
        ids: Iterable[int] | None = ...,
        since: datetime | None = ...,
        media: bool = ...,
        timeout: float = ...,
        progress: Progress = ...,
        **options: Unpack[SnapshotOptions],
    ) -> ExportedPath: ...

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
        """Export the tasks: a list of dicts without a path, else the `Path` of what was written.

        `path` is a file, or a folder, in which the server's name for the file is used; formats of
        several files come as one .zip. Only JSON and JSON_MIN can do without. Folders are made
        as needed, and the file takes its name only when it is whole.

        With `media` the files that the tasks refer to are fetched as well: `path` is a folder then,
        laid out as the format expects; the result's `.media` reports what is missing. Run again,
        it fetches only that, and takes the place of what it wrote before. A folder that holds the
        export of another project or format, or other files among the labels and images, is
        refused. The API key goes to the server only.

        The result's `.left_out` says what the format cannot hold: shapes, answers, skipped tasks.

        `ids` are the tasks to export, else all; `since` takes those that were made or changed from
        a moment on (without a zone it is in your own); see `SnapshotOptions` for what goes into
        the export: `only_finished=True`, `predictions=True`, `ground_truth=False`, …

        `timeout` is in seconds, for each of the server's two jobs; lost answers, gateway errors
        and broken downloads are waited through and made good. If the server makes no snapshots,
        JSON is put together from pages of tasks, and the result's `.assembled` says so. What is
        made at the server for the export is removed, also after an error or Ctrl-C.

        >>> [task["data"] for task in project.export()]
        [{'text': 'Rarely seen a worse film.'}]
        """
        from ..transfer.exports.exporter import Export
        from ..transfer.exports.options import ExportScope

        job = Export(
            project=cast("Project", self),
            format=format,
            chosen=ExportScope(ids, since, options),
            timeout=timeout,
            progress=progress,
        )
        if media:
            from ..transfer.exports.with_media import export_with_media

            return export_with_media(job, path)
        return job.read() if path is None else job.write(path)

    def iter_export(
        self,
        *,
        ids: Iterable[int] | None = None,
        since: datetime | None = None,
        timeout: float = ONE_HOUR,
        **options: Unpack[SnapshotOptions],
    ) -> Iterator[dict[str, Any]]:
        """Export task by task, as they come: in flat memory, however many there are.

        Options are those of `export()`. The snapshot is removed from the server when the last task
        was taken, or the iterator is closed. Raises `IncompleteResult` in the end if what came is
        not what the server sent.

        >>> for exported in project.iter_export(ids=[task.id]):
        ...     print(exported["data"])
        {'text': 'Rarely seen a worse film.'}
        """
        from ..transfer.exports.exporter import Export
        from ..transfer.exports.options import ExportScope

        job = Export(
            project=cast("Project", self), chosen=ExportScope(ids, since, options), timeout=timeout
        )
        job.check()
        return job.iterate()
