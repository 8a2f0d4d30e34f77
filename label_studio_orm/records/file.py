"""Files that were uploaded to a project."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import transfer
from ..errors import IncompleteResult, note
from ..orm.fields import Converter, Field, Reference
from ..orm.meta import Meta
from ..orm.pagination import Source, WholeList
from ..orm.query import Query
from ..orm.record import Record
from ..orm.response_shape import count_of, shaped
from ..progress import progress_bar
from ..text import shown

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..orm.fields import ReadOnlyReference
    from .project import Project
    from .task import Task
    from .tasks import Tasks

PROJECT_IN = re.compile(r"/(\d{1,18})/[^/]+$")  # "upload/7/1f2e3d4c-cat.jpg"
FILES_PER_REQUEST = 1_000


def _name_in(path: Any) -> Any:
    return path.rpartition("/")[2] if isinstance(path, str) else path


class UploadedFile(Record):
    """A file that was uploaded to a project, of which tasks were made.

    >>> tasks = project.upload_files("photos/", field="text")
    >>> file = project.files[0]
    >>> file.name, file.size
    ('....svg', 41)
    >>> file.download("copy.svg")
    PosixPath('copy.svg')
    """

    _meta = Meta(kind="file", path="/api/import/file-upload/{id}", leading=("id", "name"))

    # As the server has renamed it: it puts a random prefix before the name.
    name = Field[str](read_only=True, wire="file", converter=Converter(load=_name_in))
    size = Field[int | None](read_only=True, since="1.21")  # bytes
    project: ReadOnlyReference[Project] = Reference("project", read_only=True)

    @property
    def url(self) -> str:
        """The URL of the file, as the data of tasks has it; `ls.fetch()` reads it."""
        return transfer.upload_url(shaped(self._raw("file"), str))

    @property
    def tasks(self) -> Tasks[Task]:
        """The tasks that were made of this file."""
        condition = {
            "filter": "filter:tasks:file_upload",
            "operator": "equal",
            "type": "String",
            "value": shaped(self._raw("file"), str),
        }
        project: Project = shaped(self.project, Record)
        return project.tasks.filter({"conjunction": "and", "items": [condition]})

    def download(self, path: str | Path) -> Path:
        """Write the file to a path, or into a folder under the server's name for it.

        A connection that breaks is resumed, and the file gets its name only when it is complete.
        Raises `NotFound` if it is gone.
        """
        return transfer.download_file(self.client, self.url, path)

    def replace(self, path: str | Path) -> Self:
        """Upload another file in place of this one, and take over its new name and size.

        The URL changes with the name, and the server no longer serves the old one, while the
        data of tasks keeps it: set it there too.

        >>> tasks = project.upload_files("photos/cat.svg", field="text")
        >>> file = project.files[0].replace("photos/dog.svg")
        >>> for task in file.tasks:
        ...     task.data["text"] = file.url
        ...     task.save()
        <Task ...>
        """
        self._verify_parent()
        try:
            found = transfer.replace_file(self.client, self._path(), path)
        finally:
            self._expire()
        self._apply_response(shaped(found, {"file": str}), {}, ignored=set())
        return self

    def delete(self) -> None:
        """Delete this file at the server; tasks stay, and its URL in their data works no longer."""
        super().delete()

    def _fetch(self, *wires: str) -> Mapping[str, Any]:
        """Read the file, and its project: the server sends that only as a part of the path."""
        params = super()._fetch(*wires)
        found = PROJECT_IN.search(str(params.get("file")))
        return {**params, "project": int(found[1])} if found else params

    def _label(self) -> str:
        name = _name_in(self._state.params.get("file"))
        return f" {shown(repr(name), 200)}" if name else ""


class Files(Query[UploadedFile]):
    """The files that you have uploaded to a project: the server does not list those of others.

    >>> tasks = project.upload_files("photos/", field="text")
    >>> project.files.filter(UploadedFile.name.contains("cat")).delete()
    1
    """

    _name_hint = " To upload files: project.upload_files(…)."

    @classmethod
    def _source_of(cls, model: type[Record], known: Mapping[str, Any]) -> Source:
        return WholeList(transfer.uploads_path(known["project"]), {"all": "true"})

    def delete(self) -> int:
        """Delete these files, a thousand in a request; return their number.

        Tasks stay, and the URLs of these files in their data work no longer.
        """
        ids, done = self._exactly().ids(), 0
        try:
            with progress_bar(None, what="Deleting", unit=" files", total=len(ids)) as advance:
                for start in range(0, len(ids), FILES_PER_REQUEST):
                    some = ids[start : start + FILES_PER_REQUEST]
                    self._delete_ids(some)
                    done += len(some)
                    advance(len(some))
        except BaseException as error:
            note(error, f"{done:,} of the {len(ids):,} files were deleted before that.")
            raise
        finally:
            self.client._cache.clear()
        return len(ids)

    def _delete_ids(self, ids: list[int]) -> None:
        """Delete files by their ids, of which there must be some: else all would be deleted."""
        path = transfer.uploads_path(self._known["project"])
        answer = self.client.json("DELETE", path, json={"file_upload_ids": ids})
        deleted = count_of(answer, "deleted")
        if deleted > len(ids):
            raise IncompleteResult(
                f"{len(ids)} files were to be deleted, and the server has deleted {deleted}. A "
                "proxy may drop the bodies of DELETE requests: the server then deletes all files."
            )
