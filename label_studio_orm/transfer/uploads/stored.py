"""The uploads of a project: files are sent in groups, and no file is sent twice.

An upload of which no task was made, as a call was cut short, is used in place of another.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from types import NoneType
from typing import Any
from urllib.parse import quote

from attrs import define, field

from ...errors import IncompleteResult, LabelStudioError, Rejected
from ...http.multipart import Multipart
from ...orm.deadline import Deadline, poll
from ...orm.response_shape import Shape, shaped
from ...text import shown
from ..content import md5_of
from ..downloads import Download
from ..imports.sender import import_job
from ..ports import ProjectPort
from ..send_until_done import Sender, halves
from .local_files import LocalFile

log = logging.getLogger(__name__)

SENT: Shape = {"file_upload_ids": [int]}
UPLOADS: Shape = [{"id": int, "file": str, "size?": (int, NoneType)}]
UNKNOWN = -1  # in place of a length


@define
class Upload:
    """An upload that no task refers to yet."""

    id: int
    file: str  # "upload/7/1f2e3d4c-cat.jpg"
    size: int

    @property
    def url(self) -> str:
        """The value in a task's data."""
        return url_of(self.file)


@define
class StoredFiles(Sender[LocalFile]):
    """The files that a user uploaded to a project, and those of one call."""

    project: ProjectPort
    timeout: float
    referred: set[str] = field(factory=set)  # the files that tasks refer to
    # Uploads of which no task was made, by their length; and the md5 of those that were read.
    _spare: defaultdict[int, list[Upload]] = field(factory=lambda: defaultdict(list))
    _known: dict[int, str] = field(factory=dict)
    _used: set[int] = field(factory=set)  # uploads of this call
    _done: dict[LocalFile, Upload] = field(factory=dict)  # of a group

    def upload(self, group: Sequence[LocalFile]) -> dict[LocalFile, Upload]:
        """Upload files; where the answer is lost, look which are there before they go again."""
        self._done.clear()
        self.send_until_done(self._adopt(group))
        return dict(self._done)

    def post(self, files: Sequence[LocalFile]) -> Any:
        body = Multipart([file.part for file in files])
        answer = self.project.client.json(
            "POST",
            f"/api/projects/{self.project.id}/import",
            params={"commit_to_project": "false"},
            data=body,
            headers={"Content-Type": body.content_type},
        )
        in_queue = isinstance(answer, Mapping) and "import" in answer
        return answer if in_queue else shaped(answer, SENT)

    def take(self, files: Sequence[LocalFile], answer: Any) -> None:
        """Take note of the uploads that were made of files."""
        if "import" in answer:
            job = import_job(self.project, answer["import"])
            answer = shaped(job.wait(self.timeout), SENT)
        ids = answer["file_upload_ids"]
        made = {each.id: each for each in self._listed(ids)}
        if len(ids) != len(files) or set(ids) - made.keys():
            raise IncompleteResult(f"Of {len(files)} files that were sent {len(made)} are there.")
        self._used.update(ids)
        self._done |= {file: made[id] for file, id in zip(files, ids, strict=True)}

    def find(self, files: Sequence[LocalFile], deadline: Deadline) -> Sequence[LocalFile]:
        """Use what a lost request has stored, or stores just now."""

        def look() -> list[LocalFile]:
            self.find_spare()
            return self._adopt(file for file in files if file not in self._done)

        return poll(look, lambda left: not left, deadline)

    def refused(self, files: Sequence[LocalFile], error: Rejected) -> list[Sequence[LocalFile]]:
        """Use what was stored all the same: the server refuses what it cannot make tasks of.

        It stores files before it looks into them, and we make the tasks ourselves.
        """
        self.find_spare()
        left = self._adopt(files)
        if len(left) == 1:
            error.prefix(left[0].path)
            raise error
        return halves(left)

    def find_spare(self) -> None:
        """Find the uploads of which no task was made, here or in a call before."""
        self._spare = defaultdict(list)
        for each in self._listed():
            if each.file not in self.referred and each.id not in self._used:
                self._spare[each.size].append(each)

    def _adopt(self, files: Iterable[LocalFile]) -> list[LocalFile]:
        """Use spare uploads of the same length and md5; return the files that have none.

        Names tell nothing: the server changes them.
        """
        left = []
        for file in files:
            upload = self._spare_for(file)
            if upload is None:
                left.append(file)
            else:
                self._spare[upload.size].remove(upload)
                self._used.add(upload.id)
                self._done[file] = upload
        return left

    def _spare_for(self, file: LocalFile) -> Upload | None:
        spare = (*self._spare[file.size], *self._spare[UNKNOWN])
        return next((each for each in spare if self._md5(each) == file.md5), None)

    def _md5(self, upload: Upload) -> str:
        """Read an upload back, once; nothing else tells what is in it."""
        if upload.id in self._known:
            return self._known[upload.id]

        def ask(headers: Mapping[str, str]) -> Any:
            return self.project.client.fetch(upload.url, headers=headers, stream=True)

        try:
            md5 = md5_of(Download(upload.file, ask, self.project.client))
        except LabelStudioError as error:
            log.info("%s cannot be read back: %s", shown(upload.file), error)
            md5 = ""
        return self._known.setdefault(upload.id, md5)

    def _listed(self, ids: Sequence[int] | None = None) -> list[Upload]:
        """Return uploads by their ids, or all that this user has made in the project."""
        params = {"all": "true"} if ids is None else {"ids": json.dumps(list(ids))}
        found = self.client.json("GET", list_path(self.project.id), params=params)
        return [
            Upload(each["id"], each["file"], each.get("size", UNKNOWN))
            for each in shaped(found, UPLOADS)
        ]


def list_path(project: int) -> str:
    """Return the path of the uploads of a project."""
    return f"/api/projects/{project}/file-uploads"


def url_of(file: str) -> str:
    """Return the address of an upload, by the server's path of it.

    >>> url_of("upload/7/1f2e3d4c-a cat.jpg")
    '/data/upload/7/1f2e3d4c-a%20cat.jpg'
    """
    return quote(f"/data/{file}")
