"""Files as tasks: uploaded in groups, and a task made of each; a rerun sends what is missing.

A task remembers the file that it was made of in its meta: {"upload": {"file": …, "md5": …}}.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from attrs import define, field

from ...data_manager.task_pages import TaskPages
from ...errors import InvalidInput, nearest
from ...http.encoding import request_json
from ...orm.deadline import RetryingContext, checked_timeout
from ...orm.leaves import leaves
from ...orm.response_shape import shaped
from ...orm.selection import Selection
from ...progress import Progress
from ..imports.chunks import Chunker
from ..imports.importer import Import
from ..imports.parts import settled
from ..imports.result import ImportResult
from ..imports.results import ResultWriter
from ..imports.sources import Source
from ..media.references import keys_with_media
from ..ports import ProjectPort
from .local_files import LocalFile, local_files
from .stored import StoredFiles

OfFile = Callable[[Any], Any]


@define
class Uploads:
    """One call of `project.upload_files()`."""

    project: ProjectPort
    into: str  # the field of the data for the address of a file
    data: Mapping[str, Any] | OfFile | None
    annotations: Mapping[str, Any] | OfFile | None
    predictions: Mapping[str, Any] | OfFile | None
    validate: bool
    timeout: float
    progress: Progress
    _client: RetryingContext = field(init=False)
    _stored: StoredFiles = field(init=False)
    _results: ResultWriter = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._client = RetryingContext(self.project.client)
        client, retries = self._client, self._client._tuning.upload_retries
        self._stored = StoredFiles(self.project, self.timeout, client=client, retries=retries)
        self._results = ResultWriter(self.project, self.validate, self._client)

    def run(self, given: Any) -> ImportResult:
        checked_timeout(self.timeout)
        files = local_files(given)
        self.into = self._checked_field()
        self._check_names(files)
        made, self._stored.referred = self._there()
        missing = [each for each in files if (each.name, each.md5) not in made]
        tasks = [self._task(each) for each in missing]  # what is wrong is found before all
        if missing:
            self._stored.find_spare()
        job = Import(
            project=self.project,
            timeout=self.timeout,
            progress=self.progress,
            validate=False,  # which has been done, before the first file was sent
            most_tasks=self._client._tuning.upload_files,
            rerun="Call it again as it is: only the files that are missing are sent.",
        )
        job.stats.skipped = len(files) - len(missing)
        rows = Source(lambda: self._rows(missing, tasks), repeatable=False, count=len(missing))
        return job.run(rows)

    # -- what is there ----------------------------------------------------------------------------

    def _there(self) -> tuple[set[tuple[str, str]], set[str]]:
        """Return which files are tasks, by name and md5, and which uploads tasks refer to."""
        made, referred = set[tuple[str, str]](), set[str]()
        selection = Selection(only=("id", "data", "meta"))
        for page in TaskPages(self.project.id).pages(self._client, selection):
            for task in shaped(page.rows, [{"data": dict}]):
                of = task["meta"].get("upload") if isinstance(task.get("meta"), dict) else None
                if isinstance(of, dict):
                    made.add((str(of.get("file")), str(of.get("md5"))))
                texts = (each for each in leaves(task["data"]) if isinstance(each, str))
                referred |= {unquote(text).partition("/data/")[2] for text in texts}
        return made, referred

    # -- what is made of a file -------------------------------------------------------------------

    def _checked_field(self) -> str:
        """Return the field of the data for the address of a file: that of the labeling config."""
        keys = [*keys_with_media(self.project.parsed_label_config)]
        if self.into in keys or (self.into and not keys):
            return self.into
        if self.into:
            raise InvalidInput(
                f"The labeling config shows no {self.into!r}.{nearest(self.into, keys)}"
            )
        if len(keys) != 1:
            found = f"one of {', '.join(keys)}" if keys else "as the labeling config has no control"
            raise InvalidInput(f"Which field of the data is the file? Give field=, {found}.")
        return keys[0]

    def _check_names(self, files: Sequence[LocalFile]) -> None:
        """Refuse files that a rerun, or results by name, could not tell apart."""
        seen: dict[tuple[str, str], LocalFile] = {}
        named = {part: given for part, given in self._said.items() if isinstance(given, Mapping)}
        by_name = bool(named)
        for file in files:
            other = seen.setdefault((file.name, "" if by_name else file.md5), file)
            if other is not file:
                raise InvalidInput(
                    f"{other.path} and {file.path} are ambiguous: both are {file.name!r}. "
                    "Give the folder that they are in, so that its subfolders distinguish them."
                )
        for part, name in ((part, name) for part, given in named.items() for name in given):
            if (name, "") not in seen:
                names = (each.name for each in files)
                raise InvalidInput(f"{part}: there is no file {name!r}.{nearest(name, names)}")

    def _task(self, file: LocalFile) -> dict[str, Any]:
        """Return the task of a file, but for its address."""
        data = _of(self.data, file) or {}
        if not isinstance(data, Mapping) or self.into in data:
            raise InvalidInput(
                f"{file.path}: data is a dict without {self.into!r}, which is for the file."
            )
        if self.validate:
            self._results.check_data(data, str(file.path), but=self.into)
        meta = {"upload": {"file": file.name, "md5": file.md5}}
        task: dict[str, Any] = {"data": dict(data), "meta": meta}
        said = {part: self._said_of(part, file) for part in self._said}
        if any(said.values()):
            task |= {part: given for part, given in said.items() if given}
            settled(task, str(file.path), validate=self.validate)
            self._results.write(task, str(file.path))
        try:
            request_json(task)
        except InvalidInput as error:
            raise InvalidInput(f"{file.path}: {error}") from None
        return task

    @property
    def _said(self) -> dict[str, Mapping[str, Any] | OfFile | None]:
        return {"annotations": self.annotations, "predictions": self.predictions}

    def _said_of(self, part: str, file: LocalFile) -> list[Any]:
        given = self._said[part]
        found = given.get(file.name) if isinstance(given, Mapping) else _of(given, file)
        if found is not None and not isinstance(found, list):
            raise InvalidInput(f"{file.path}: {part} must be a list of dicts, not {found!r}.")
        return found or []

    def _rows(
        self, files: Sequence[LocalFile], tasks: Sequence[dict[str, Any]]
    ) -> Iterator[tuple[str, Any]]:
        """Yield the tasks, each group of them after the upload of its files."""
        rest, tuning = iter(tasks), self._client._tuning
        for group in Chunker(tuning.upload_files, tuning.upload_bytes).chunks(files):
            uploads = self._stored.upload(group)
            for file, task in zip(group, rest, strict=False):
                upload = uploads[file]
                data = {self.into: upload.url, **task["data"]}
                yield str(file.path), {**task, "data": data, "file_upload_id": upload.id}


def _of(given: Any, file: LocalFile) -> Any:
    """Return what belongs to a file: from a function of its path, or the same for all."""
    return given(file.path) if callable(given) else given
