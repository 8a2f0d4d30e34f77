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

from ...errors import IncompleteResult, LabelStudioError, OutcomeUnknown, Rejected
from ...http.multipart import Multipart
from ...orm.deadline import Clock, outage_deadline, retry_transient
from ...orm.response_shape import Shape, shaped
from ...text import shown
from ..content import md5_of
from ..downloads import Download
from ..imports.sender import import_job
from ..outcomes import failed_itself, worth_another_try
from ..ports import ProjectPort
from .local_files import LocalFile

log = logging.getLogger(__name__)

TRIES = 6  # of a request
FIRST_PAUSE = 0.5  # seconds
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
        """What stands in a task's data."""
        return quote(f"/data/{self.file}")


@define
class StoredFiles:
    """What a user has uploaded to a project, and what one call uploads."""

    project: ProjectPort
    timeout: float
    clock: Clock
    referred: set[str] = field(factory=set)  # the files that tasks refer to
    # Uploads of which no task was made, by their length; and the md5 of those that were read.
    _spare: defaultdict[int, list[Upload]] = field(factory=lambda: defaultdict(list))
    _known: dict[int, str] = field(factory=dict)
    _used: set[int] = field(factory=set)  # uploads of this call

    def upload(self, group: Sequence[LocalFile]) -> dict[LocalFile, Upload]:
        """Upload files; where the answer is lost, look which are there before they go again."""
        done, tries = self._adopted(group), 0
        while left := [file for file in group if file not in done]:
            tries += 1
            try:
                done.update(self._sent(left))
            except Rejected as error:
                done.update(self._after_refusal(left, error))
            except LabelStudioError as error:
                if not worth_another_try(error) or failed_itself(error) or tries == TRIES:
                    raise
                self.clock.sleep(FIRST_PAUSE * 2**tries)
                self.find_spare()
                done.update(self._adopted(left))
        return done

    def _after_refusal(
        self, files: Sequence[LocalFile], error: Rejected
    ) -> dict[LocalFile, Upload]:
        """Use what was stored all the same: the server refuses what it cannot make tasks of.

        It stores files before it looks into them, and we make the tasks ourselves.
        """
        self.find_spare()
        found = self._adopted(files)
        left = [file for file in files if file not in found]
        if len(left) == 1:
            error.prefix(left[0].path)
            raise error
        half = len(left) // 2
        return {**found, **self.upload(left[:half]), **self.upload(left[half:])}

    def _sent(self, files: Sequence[LocalFile]) -> dict[LocalFile, Upload]:
        """Send files in one request."""
        client = self.project.client
        body = Multipart([file.part for file in files])
        answer = client.json(
            "POST",
            f"/api/projects/{self.project.id}/import",
            params={"commit_to_project": "false"},
            data=body,
            headers={"Content-Type": body.content_type},
        )
        if not isinstance(answer, Mapping):
            raise OutcomeUnknown("The server answered an upload with nothing.", status=201)
        if "import" in answer:
            answer = import_job(self.project, answer["import"], self.clock).wait(self.timeout)
        ids = shaped(answer, {"file_upload_ids": [int]})["file_upload_ids"]
        made = {each.id: each for each in self._listed(ids)}
        if len(ids) != len(files) or set(ids) - made.keys():
            raise IncompleteResult(f"Of {len(files)} files that were sent {len(made)} are there.")
        self._used.update(ids)
        return {file: made[id] for file, id in zip(files, ids, strict=True)}

    def find_spare(self) -> None:
        """Find the uploads of which no task was made, here or in a call before."""
        self._spare = defaultdict(list)
        for each in self._listed():
            if each.file not in self.referred and each.id not in self._used:
                self._spare[each.size].append(each)

    def _adopted(self, files: Iterable[LocalFile]) -> dict[LocalFile, Upload]:
        """Use spare uploads of the same length and md5; the server changes names."""
        found: dict[LocalFile, Upload] = {}
        for file in files:
            for upload in (*self._spare[file.size], *self._spare[UNKNOWN]):
                if self._md5(upload) == file.md5:
                    found[file] = upload
                    self._spare[upload.size].remove(upload)
                    self._used.add(upload.id)
                    break
        return found

    def _md5(self, upload: Upload) -> str:
        """Read an upload back, once; nothing else tells what is in it."""
        if upload.id in self._known:
            return self._known[upload.id]

        def ask(headers: Mapping[str, str]) -> Any:
            return self.project.client.fetch(upload.url, headers=headers, stream=True)

        try:
            md5 = md5_of(Download(upload.file, ask, self.project.client.limits, clock=self.clock))
        except LabelStudioError as error:
            log.info("%s cannot be read back: %s", shown(upload.file), error)
            md5 = ""
        return self._known.setdefault(upload.id, md5)

    def _listed(self, ids: Sequence[int] | None = None) -> list[Upload]:
        """Return uploads by their ids, or all that this user has made in the project."""
        params = {"all": "true"} if ids is None else {"ids": json.dumps(list(ids))}
        path = f"/api/projects/{self.project.id}/file-uploads"
        client = self.project.client
        found = retry_transient(
            lambda: client.json("GET", path, params=params), outage_deadline(self.clock)
        )
        return [
            Upload(each["id"], each["file"], each.get("size", UNKNOWN))
            for each in shaped(found, UPLOADS)
        ]
