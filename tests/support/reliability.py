"""What becomes of an operation in which one request goes wrong: found out, and written down.

One cell of the table is one operation at a real server, in which the proxy harms its decisive
request once. Whether it is done, and what was left behind, is read from the server's database.
"""

from __future__ import annotations

import csv
import json
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from attrs import evolve

from label_studio_orm import Project, Task
from label_studio_orm.errors import LabelStudioError, OutcomeUnknown
from label_studio_orm.server import LocalServer
from support.faults import BEFORE, Fault, FaultProxy, impatient, once
from support.hurry import HURRIED, hurried
from support.mixed_batch import CONFIG as MIXED
from support.mixed_batch import MixedBatch, Write, told
from support.texts import SENTIMENT, sentiment
from support.truth import Truth, difference

DONE, AGAIN, UNKNOWN = "done", "again", "unknown"
PATIENT, SHORT = 15.0, 0.6  # seconds that a client waits; the shorter one where an answer is slow

IMPORT, EXPORTS = "/import$", "/exports$"
MANY, CHUNK = 8, 3  # rows, and in a request
MANY_ANNOTATIONS = 24  # of a batch, which sends fewer one by one
FILES = 40  # of a storage: the server works on them for a quarter of a second
IMAGES = (
    '<View><Image name="image" value="$image"/><Choices name="kind" toName="image">'
    '<Choice value="Cat"/></Choices></View>'
)

PATHS = (
    '<Choices name="kind" toName="text" allowNested="true">'
    '<Choice value="Animal"><Choice value="Cat"/></Choice></Choices>'
)


@dataclass
class Stage:
    """Where an operation is tried: a project, seen past the proxy and through it."""

    server: LocalServer
    proxy: FaultProxy
    folder: Path
    config: str = SENTIMENT
    seen: Any = None  # what the operation returned
    ids: list[int] = field(default_factory=list)  # of the tasks that were there before
    project: Project = field(init=False)
    through: Project = field(init=False)

    def __post_init__(self) -> None:
        self.truth = Truth(self.server)
        self.ls = self.server.client()
        self.project = self.ls.projects.create(title="Reliability", label_config=self.config)

    def at(self, folder: Path) -> Stage:
        """Return the same stage for an operation that works in another folder."""
        other = copy(self)
        other.folder, other.seen = folder, None
        return other

    def connect(self, timeout: float, tries: int | None = None) -> None:
        self.client = impatient(self.ls, self.proxy.url, timeout=timeout, tries=tries)
        self.through = Project.get(self.project.id, client=self.client)

    def left_over(self) -> list[str]:
        """Say what is left of what was made for a while, at the server and here."""
        parts = map(str, self.folder.rglob("*.part"))
        return [*self.truth.left_over(self.project.id), *parts]

    @property
    def data(self) -> list[Any]:
        return [*self.truth.tasks(self.project.id).values()]


class Operation:
    """Something a user asks for; `run` is the call, which can be made again."""

    name: str
    request: tuple[str, str, int]  # that goes wrong: a method, a path (a regex), which of them
    decisive: str  # the same in words
    config = SENTIMENT
    repeatable = True  # by the promise that the same call completes it
    writes = True  # so that each needs a project of its own
    tuning: ClassVar[dict[str, float]] = {}  # other numbers of the package

    def prepare(self, stage: Stage) -> None:
        """Bring about what is there before."""

    def run(self, stage: Stage) -> Any:
        raise NotImplementedError

    def wrong(self, stage: Stage) -> str:
        """Say what is not as it should be in the end; "" if it is complete."""
        raise NotImplementedError

    def untold(self, stage: Stage, error: LabelStudioError) -> str:
        """Say what an error keeps back, or tells wrongly; "" if nothing."""
        return ""


def rows(many: int = MANY) -> list[dict[str, Any]]:
    """Rows of which some are equal."""
    return [{"text": f"Review {number % 5}"} for number in range(many)]


class ImportOfRows(Operation):
    name = "`import_tasks(rows)`"
    request = ("POST", IMPORT, 2)
    decisive = "POST import, 2nd chunk"
    key = ""

    def source(self) -> list[dict[str, Any]]:
        return rows()

    def prepare(self, stage: Stage) -> None:
        stage.project.import_tasks([{"text": "Review 1", "n": -1}])

    def run(self, stage: Stage) -> Any:
        return stage.through.import_tasks(self.source(), key=self.key, progress=False)

    def wrong(self, stage: Stage) -> str:
        wrong = difference(stage.data, [{"text": "Review 1", "n": -1}, *self.source()])
        tasks = stage.truth.tasks(stage.project.id)
        if not wrong and [tasks.get(id) for id in stage.seen] != self.source():
            return "the ids are not those of the rows"
        return wrong


class ImportWithKey(ImportOfRows):
    name = "`import_tasks(rows, key=…)`"
    key = "n"

    def source(self) -> list[dict[str, Any]]:
        return [{**row, "n": number} for number, row in enumerate(rows())]


class Upload(Operation):
    name = "`upload_files(folder)`"
    request = ("POST", IMPORT, 1)
    decisive = "POST files"
    config = IMAGES

    def prepare(self, stage: Stage) -> None:
        self.folder = stage.folder / "photos"
        self.folder.mkdir(parents=True)
        for number in range(3):
            (self.folder / f"{number}.png").write_bytes(b"\x89PNG" + bytes([number]) * 5_000)

    def run(self, stage: Stage) -> Any:
        return stage.through.upload_files(self.folder, progress=False)

    def wrong(self, stage: Stage) -> str:
        uploads = stage.truth.uploads(stage.project.id)
        found = sorted(task["image"] for task in stage.data)
        if found != sorted(f"/data/{upload}" for upload in uploads) or len(found) != 3:
            return f"tasks: {found}, uploads: {uploads}"
        return ""


class TasksOfUpload(Upload):
    request = ("POST", IMPORT, 2)
    decisive = "POST import of their tasks"


class Labeled(Operation):
    """An operation on tasks that are there and labeled."""

    writes = False

    def prepare(self, stage: Stage) -> None:
        annotation = {"result": sentiment("Positive")}
        tasks = [{"data": row, "annotations": [annotation]} for row in rows()]
        stage.ids = [*stage.project.import_tasks(tasks, progress=False)]

    def wrong(self, stage: Stage) -> str:
        return difference([task["data"] for task in stage.seen], rows())


class ExportToFile(Labeled):
    name = '`export("JSON", path)`'
    request = ("POST", EXPORTS, 1)
    decisive = "POST exports"

    def run(self, stage: Stage) -> Any:
        path = stage.through.export("JSON", stage.folder / "out.json", progress=False)
        return json.loads(path.read_text())


class DownloadOfExport(ExportToFile):
    request = ("GET", "/download$", 1)
    decisive = "GET download"


class RemovalOfSnapshot(ExportToFile):
    request = ("DELETE", r"/exports/\d+$", 1)
    decisive = "DELETE of the snapshot"


class ExportOfIds(ExportToFile):
    name = '`export("JSON", path, ids=…)`'
    request = ("POST", "/dm/views/$", 1)
    decisive = "POST view"

    def run(self, stage: Stage) -> Any:
        path = stage.folder / "out.json"
        return json.loads(stage.through.export("JSON", path, ids=stage.ids).read_text())


class Conversion(Labeled):
    name = '`export("CSV", path)`'
    request = ("POST", "/convert$", 1)
    decisive = "POST convert"

    def run(self, stage: Stage) -> Any:
        path = stage.through.export("CSV", stage.folder / "out.csv", progress=False)
        found = csv.DictReader(path.read_text().splitlines())
        return [{"data": {"text": row["text"]}} for row in found]


class DownloadOfConversion(Conversion):
    request = ("GET", "/download$", 1)
    decisive = "GET download"


class IterExport(Labeled):
    name = "`iter_export()`"
    request = ("GET", "/download$", 1)
    decisive = "GET download"

    def run(self, stage: Stage) -> Any:
        return [*stage.through.iter_export()]


class Reading(Labeled):
    name = "`for task in project.tasks`"
    request = ("GET", "/api/tasks/?$", 2)
    decisive = "GET tasks, 2nd page"

    def run(self, stage: Stage) -> Any:
        return [{"data": task.data} for task in stage.through.tasks]


class Predictions(Labeled):
    writes = True
    name = "`with project.batch():` predictions"
    request = ("POST", "/import/predictions$", 1)
    decisive = "POST predictions"
    repeatable = False

    said: ClassVar[Any] = sentiment("Positive")

    def run(self, stage: Stage) -> Any:
        with stage.through.batch() as batch:
            for number, task in enumerate(stage.through.tasks):
                task.predict(self.said, score=number / 100)
        return batch

    def wrong(self, stage: Stage) -> str:
        found = stage.truth.predictions(stage.project.id)
        wanted = [(id, number / 100) for number, id in enumerate(stage.ids)]
        return "" if sorted(found) == wanted else f"{len(found)} predictions of {len(wanted)}"

    def untold(self, stage: Stage, error: LabelStudioError) -> str:
        made = len(stage.truth.predictions(stage.project.id))
        batch = error.batch  # type: ignore[attr-defined]
        sure = batch.created
        return "" if sure <= made <= sure + len(batch.unknown) else f"{made} made: {error}"


class PredictionsOneByOne(Predictions):
    request = ("POST", "/api/predictions/$", 2)
    decisive = "POST prediction that the bulk import does not accept"
    config = SENTIMENT.replace("</View>", f"{PATHS}</View>")
    said: ClassVar[Any] = {"kind": [("Animal", "Cat")]}


class BatchOfAnnotations(Operation):
    name = "`with project.batch():` annotations"
    request = ("POST", "/import/predictions$", 1)
    decisive = "POST predictions, of which it makes annotations"
    config = MIXED
    repeatable = False
    tuning: ClassVar[dict[str, float]] = {"late_timeout": 0.3}

    def prepare(self, stage: Stage) -> None:
        self.mixed = MixedBatch(stage.project, stage.truth)
        self.mixed.prepare(MANY_ANNOTATIONS)
        self.writes = [
            Write("annotation", task, number) for number, task in enumerate(self.mixed.tasks)
        ]

    def run(self, stage: Stage) -> Any:
        with stage.through.batch() as batch:
            for write in self.writes:
                write.send(stage.through)
        return batch

    def wrong(self, stage: Stage) -> str:
        return self.mixed.wrong(self.writes) or self.mixed.miscounted()

    def untold(self, stage: Stage, error: LabelStudioError) -> str:
        batch = error.batch  # type: ignore[attr-defined]
        return told(batch, self.mixed.made().total()) or "; ".join(self.mixed.touched())


class AnnotationsOfPredictions(BatchOfAnnotations):
    request = ("POST", "/dm/actions/$", 1)
    decisive = "POST action that makes them"


class RemovalOfPredictions(BatchOfAnnotations):
    request = ("DELETE", "/model-versions/?$", 1)
    decisive = "DELETE of these predictions"


class BatchOfEqualAnnotations(BatchOfAnnotations):
    name = "`with project.batch():` equal annotations"
    request = ("POST", "/annotations/?$", 1)
    decisive = "POST annotation, of which it makes copies"

    def prepare(self, stage: Stage) -> None:
        super().prepare(stage)
        self.writes = [Write("annotation", task, 7) for task in self.mixed.tasks]


class CopiesOfAnnotation(BatchOfEqualAnnotations):
    request = ("POST", "/dm/actions/$", 1)
    decisive = "POST action that copies it"


class Annotating(Labeled):
    writes = True
    name = "`task.annotate(…)`"
    request = ("POST", "/annotations/?$", 1)
    decisive = "POST annotation"
    repeatable = False

    def run(self, stage: Stage) -> Any:
        return Task.get(stage.ids[0], client=stage.client).annotate(sentiment("Negative"))

    def wrong(self, stage: Stage) -> str:
        found = stage.truth.annotations(stage.project.id).count(stage.ids[0])
        return "" if found == 2 else f"{found} annotations of 2"


class Saving(Labeled):
    writes = True
    name = "`task.save()`"
    request = ("PATCH", "/api/tasks/", 1)
    decisive = "PATCH"

    def run(self, stage: Stage) -> Any:
        task = stage.seen or Task.get(stage.ids[0], client=stage.client)
        stage.seen = task
        task.data = {"text": "Edited"}
        return task.save()

    def wrong(self, stage: Stage) -> str:
        return difference(stage.data, [{"text": "Edited"}, *rows()[1:]])


class Deleting(Labeled):
    writes = True
    name = "`project.tasks.filter(…).delete()`"
    request = ("POST", "/dm/actions/$", 1)
    decisive = "POST action"

    def run(self, stage: Stage) -> Any:
        tasks = stage.through.tasks
        return tasks.filter(tasks._model.fields["id"] > stage.ids[3]).delete()

    def wrong(self, stage: Stage) -> str:
        return difference(stage.data, rows()[:4])


class Sync(Operation):
    """A sync of a folder that the server gives out; each file of it is a task."""

    name = "`storage.sync()`"
    request = ("POST", "/sync$", 1)
    decisive = "POST sync"
    config = IMAGES

    def prepare(self, stage: Stage) -> None:
        folder = stage.folder / "photos"
        folder.mkdir(parents=True)
        for number in range(FILES):
            (folder / f"{number}.png").write_bytes(b"\x89PNG")
        storages = stage.project.import_storages.local
        self.storage = storages.create(path=folder, use_blob_urls=True)

    def run(self, stage: Stage) -> Any:
        storage = stage.through.import_storages.local.get(self.storage.id)
        return storage.sync(progress=False)

    def wrong(self, stage: Stage) -> str:
        files = [{"file": f"{number}.png"} for number in range(FILES)]
        if wrong := difference(map(_file_of, stage.data), files):
            return wrong
        storage = stage.seen
        told = (storage.status, storage.last_sync_count + storage.meta["tasks_existed"])
        return "" if told == ("completed", FILES) else f"it is told: {told}"

    def untold(self, stage: Stage, error: LabelStudioError) -> str:
        if "none has started" not in str(error) or "call it again" not in str(error):
            return f"what to do is not said: {error}"
        begun = stage.truth.syncs(self.storage.id)
        return f"{begun} have begun: {error}" if begun or stage.data else ""


def _file_of(data: dict[str, str]) -> dict[str, str]:
    """Return which file is a task: the server may keep its address under any name."""
    [address] = data.values()
    return {"file": address.rpartition("/")[2]}


class LookAtSync(Sync):
    request = ("GET", r"/localfiles/\d+$", 2)  # the first is before it is begun
    decisive = "GET storage, during the sync"


OPERATIONS: tuple[type[Operation], ...] = (
    ImportOfRows,
    ImportWithKey,
    Upload,
    TasksOfUpload,
    ExportToFile,
    DownloadOfExport,
    RemovalOfSnapshot,
    ExportOfIds,
    Conversion,
    DownloadOfConversion,
    IterExport,
    Reading,
    Predictions,
    PredictionsOneByOne,
    BatchOfAnnotations,
    AnnotationsOfPredictions,
    RemovalOfPredictions,
    BatchOfEqualAnnotations,
    CopiesOfAnnotation,
    Annotating,
    Saving,
    Deleting,
    Sync,
    LookAtSync,
)


# Faults that look alike to the client, and leave the server alike: a plain run tries only one.
SAME = {"504": "502", "504 after": "502 after", "drop in": "cut before"}
SAME_OF_GET = SAME | {
    "cut during": "cut before",
    "cut after": "cut before",
    "504 during": "502",
    "502 after": "502",
    "504 after": "502",
}
# What a sync is answered when it is over is not looked at: its end is seen at the storage.
SAME_OF_SYNC = SAME | {"502 after": "cut after", "504 after": "cut after", "drop out": "cut after"}
# To a batch it is the same how a request or an answer was lost: it looks what the server has.
SAME_OF_BATCH = SAME_OF_SYNC | {
    **dict.fromkeys(("502", "503", "504"), "cut before"),
    "504 during": "cut during",
}
WITH_BODIES = (ImportOfRows, Upload)  # large ones, of which half may be something


def alike(operation: type[Operation], kind: str) -> str:
    """Return the fault whose outcome is surely the same; the kind itself if it is the one."""
    if kind == "drop in" and operation in WITH_BODIES:
        return kind
    return _same(operation).get(kind, kind)


def _same(operation: type[Operation]) -> dict[str, str]:
    if operation.request[0] == "GET":
        return SAME_OF_GET
    if issubclass(operation, BatchOfAnnotations):
        return SAME_OF_BATCH
    return SAME_OF_SYNC if operation is Sync else SAME


# -- one cell --------------------------------------------------------------------------------------


def outcome(operation: Operation, kind: str, stage: Stage) -> str:
    """Run a prepared operation of which one request goes wrong; return what became of it.

    Raises `AssertionError` for what must not be, whatever the page says.
    """
    stage.connect(SHORT if kind == "slow" else PATIENT)
    # Where a sync was not begun (its request has no body), nothing can come however long one waits.
    begins_within = 0.3 if kind in BEFORE or kind == "drop in" else 6.0
    with hurried(
        import_tasks=CHUNK,
        import_retries=evolve(HURRIED.import_retries, lost_timeout=0.15),
        page=CHUNK,
        sync_begin_timeout=begins_within,
        **operation.tuning,
    ):
        error = _harmed(operation, kind, stage)
        if error is None:
            assert operation.wrong(stage) == ""
            return DONE
        untold = operation.untold(stage, error)
        assert not untold, untold
        if not operation.repeatable and isinstance(error, OutcomeUnknown):
            return UNKNOWN
        stage.connect(PATIENT)
        stage.seen = operation.run(stage)
    assert stage.left_over() == []
    assert operation.wrong(stage) == "", f"called again after: {error}"
    return AGAIN


def _harmed(operation: Operation, kind: str, stage: Stage) -> LabelStudioError | None:
    """Make the call through the proxy; return its error."""
    proxy = stage.proxy
    proxy.log.clear()
    proxy.faults = once(Fault(kind, seconds=SHORT + 0.2), *operation.request)
    try:
        stage.seen = operation.run(stage)
        error = None
    except LabelStudioError as caught:
        error = caught
    proxy.faults = None
    proxy.quiet()
    assert [kind] == [harm for *_, harm in proxy.log if harm], "nothing went wrong"
    assert stage.left_over() == []
    return error
