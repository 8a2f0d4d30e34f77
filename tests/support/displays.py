"""Everything that a notebook shows, made of texts that would be dangerous as HTML."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any
from xml.sax.saxutils import quoteattr

from label_studio_orm import (
    BatchFailed,
    Comparison,
    ImportResult,
    InvalidResult,
    LabelConfig,
    LabelStudio,
    LocalServer,
    NotFound,
    Project,
    ProjectSummary,
    Records,
    RenameReport,
    Task,
)
from label_studio_orm.labeling.problems import Problem
from label_studio_orm.orm.collection import collections_of
from label_studio_orm.orm.loaded import Gallery
from label_studio_orm.orm.query import Query
from label_studio_orm.orm.record import Record
from label_studio_orm.records.comparison import WITH_PREDICTIONS
from label_studio_orm.records.config_check import ConfigCheck
from label_studio_orm.records.enterprise.states import StateChange
from label_studio_orm.records.enterprise.values import rows_of
from label_studio_orm.records.registry import RECORDS, record_class
from label_studio_orm.records.tokens import Token, Tokens
from label_studio_orm.secret import Secret
from label_studio_orm.server.credentials import Credentials
from label_studio_orm.transfer import Batch, ExportedPath, ExportedTasks
from label_studio_orm.transfer.left_out import LeftOut
from label_studio_orm.transfer.refusals import Failure
from support.fake import FakeClient

SECRET = "s3cr3t-s3cr3t"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><b onclick='alert(3)'>"
URL = "javascript:alert(4)"
NAME = quoteattr(EVIL)
XML = f"""<View>
  <Text name="text" value="$text"/><Image name={NAME} value="$image"/>
  <Choices name="mood" toName="text">
    <Choice value={NAME} hotkey={NAME} background={NAME}/>
  </Choices>
  <Foo name={NAME} toName={NAME}/>
</View>"""
CONFIG = LabelConfig.parse(XML)
OTHER = LabelConfig.parse('<View><Text name="text" value="$words"/></View>')
RESULT = [{"from_name": EVIL, "to_name": "text", "type": "choices", "value": {"choices": [EVIL]}}]
PROBLEM = Problem(EVIL, EVIL, EVIL)


class Offline(FakeClient):
    """A client that must not send anything."""

    def json(self, method: str, path: str, **options: Any) -> Any:
        raise AssertionError(f"a display has sent {method} {path}")


def client() -> Any:
    return Offline(*(record_class(key) for key in RECORDS))


def params_of(model: type[Record], value: Any) -> dict[str, Any]:
    """Return a row of the server that has a value in every field."""
    ids = dict.fromkeys(("id", "project", "task", "organization"), 1)
    data = {"data": {EVIL: value, "title": value}, "user": {"id": 1, "email": value}}
    return {**{field.wire: value for field in model.fields.values()}, **data, **ids}


def record(key: str, value: Any, **params: Any) -> Any:
    model = record_class(key)
    return model._from_answer(client(), {**params_of(model, value), **params}, complete=True)


def task(id: int = 1, **params: Any) -> Task:
    data = {"text": EVIL, "image": URL, EVIL: {"deep": [EVIL]}}
    answers = [{"id": 1, "result": RESULT, "completed_by": 1, "task": id}]
    lists = {"annotations": answers, "predictions": answers, "drafts": []}
    own = {"id": id, "data": data, "project": 1, "total_annotations": 1, "is_labeled": True}
    return Task._from_answer(client(), {**own, **lists, **params})


def refused() -> Failure:
    return Failure(0, EVIL, InvalidResult(EVIL, problems=(PROBLEM,)))


def changed(found: Any) -> Any:
    """Return a record with a change that is not saved."""
    found.title = EVIL[:50]
    return found


def read(query: Query[Any], *records: Any) -> Query[Any]:
    """Return a query that has read some records."""
    list(query._loaded.followed(iter(records)))
    return query


def batch() -> Any:
    made = Batch(Project(1, client=client()))  # type: ignore[arg-type]
    made.failed.append(refused())
    return made


def exported_path() -> ExportedPath:
    path = ExportedPath(EVIL)
    path.left_out = (LeftOut(1, EVIL, EVIL),)
    return path


def rename() -> RenameReport:
    report = RenameReport(EVIL, counts=Counter(task=2), skipped=1)
    report.examples = [(task(), EVIL, RESULT), (EVIL, {"a": EVIL}, None)]
    return report


def comparison() -> Comparison:
    names = tuple(WITH_PREDICTIONS.values())
    row = {**dict.fromkeys(names), "task": 1, "control": EVIL, "answer": [EVIL], "same": False}
    return Comparison([row] * 30, EVIL, columns=names)


def summary() -> ProjectSummary:
    found = ProjectSummary(client(), 1)
    counts = {"created_labels": {EVIL: {EVIL: 3}}, "all_data_columns": {EVIL: 3}}
    vars(found)["_counts"] = counts
    return found


def versions() -> Any:
    found = Project(1, client=client()).model_versions
    found._counts = {EVIL: 3}
    return found


def errors() -> Mapping[str, Callable[[], object]]:
    facts: dict[str, Any] = {"status": 404, "method": "GET", "path": EVIL, "error_id": EVIL}
    return {
        "an error of the server": lambda: NotFound(EVIL, **facts),
        "a problem": lambda: InvalidResult(EVIL, problems=(PROBLEM,)),
        "problems": lambda: InvalidResult(EVIL, problems=(PROBLEM,) * 30),
        "a batch that failed": lambda: BatchFailed(EVIL, batch=batch()),
    }


def lists() -> Mapping[str, Callable[[], object]]:
    project = Project(1, client=client())
    evil = project.tasks.filter(Task.data["text"] == EVIL)
    return {
        "records": lambda: Records([task(1), task(2)], title=EVIL, total=3),
        "records of any kind": lambda: Records([record("webhook", EVIL)]),
        "a gallery": lambda: Gallery([task(1)], title=EVIL),
        "a gallery of users": lambda: Gallery([record("user", EVIL)], title=EVIL),
        "no records": lambda: Records(),
        "a query": lambda: project.tasks,
        "a query that has read": lambda: read(evil, task(1)),
        "a query that has found nothing": lambda: read(project.tasks),
        "annotations of a task": lambda: task().annotations,
    }


def reports() -> Mapping[str, Callable[[], object]]:
    failed, dropped = (refused(),) * 12, {EVIL: 3}
    return {
        "an import": lambda: ImportResult([1], 1, 0, 0, failed, 1, 1, dropped, (EVIL,)),
        "a batch": batch,
        "exported tasks": lambda: ExportedTasks([{"id": 1, "data": {EVIL: EVIL}}, {EVIL: EVIL}]),
        "an exported path": exported_path,
        "a comparison": comparison,
        "an empty comparison": lambda: Comparison([], EVIL, columns=()),
        "a rename": rename,
        "a summary": summary,
        "a summary that was not read": lambda: ProjectSummary(client(), 1),
        "model versions": versions,
        "model versions that were not read": lambda: Project(1, client=client()).model_versions,
    }


def configs() -> Mapping[str, Callable[[], object]]:
    problems, diff = [PROBLEM] * 30, CONFIG.diff(OTHER)
    verdict = {"accepted": False, "changes_essentials": True, "problems": problems, "diff": diff}
    return {
        "a config": lambda: CONFIG,
        "a diff": lambda: diff,
        "a check": lambda: ConfigCheck(**verdict),
        "a client": lambda: LabelStudio("http://localhost:8080", api_key="0123456789abcdef"),
        "a local server": lambda: LocalServer(EVIL),
        "a running local server": lambda: RunningServer(EVIL),
        "tokens": lambda: Tokens(client()),
        "a token": lambda: token(),
    }


class RunningServer(LocalServer):
    """A local server that seems to run."""

    running = True  # type: ignore[assignment]

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.url = "http://localhost:8080"
        self._credentials = Credentials(password=Secret(SECRET))


def token() -> Token:
    """Return a token whose id is markup."""
    claims = json.dumps({"jti": EVIL, "iat": 1_700_000_000, "token_type": "refresh"})
    middle = base64.urlsafe_b64encode(claims.encode()).decode().rstrip("=")
    return Token._from_text(client(), Secret(f"{SECRET}.{middle}.{SECRET}"))


def values() -> Mapping[str, Callable[[], object]]:
    """Return displays of lists of values."""
    given = {"state": EVIL, "reason": None, "context_data": {EVIL: [EVIL]}, "created_at": EVIL}
    return {
        "rows": lambda: rows_of(StateChange, [given] * 12),
        "no rows": lambda: rows_of(StateChange, []),
    }


def records() -> Mapping[str, Callable[[], object]]:
    """Return a display of every class of records, with several values in every field."""
    found: dict[str, Callable[[], object]] = {}
    values: dict[str, Any] = {"texts": EVIL, "nulls": None, "lists": [EVIL, {EVIL: [EVIL]}]}
    for key in RECORDS:
        for name, value in {**values, "numbers": 7, "objects": {"id": 1, "email": EVIL}}.items():
            found[f"{key} of {name}"] = lambda key=key, value=value: record(key, value)  # type: ignore[misc]
        found[f"{key} not loaded"] = lambda key=key: record_class(key)._lazy(client(), 1, {})  # type: ignore[misc]
    found["a task"] = task
    found["a changed project"] = lambda: changed(record("project", EVIL, label_config=XML))
    found["a changed view"] = lambda: changed(record("view", EVIL, data={"title": EVIL}))
    return found


def collections() -> Mapping[str, Callable[[], object]]:
    """Return a display of every collection."""
    owners: list[Any] = [
        Project(1, client=client()),
        LabelStudio("http://x", api_key="0123456789abcdef"),
    ]
    return {
        f"{type(owner).__name__}.{name}": lambda owner=owner, name=name: getattr(owner, name)  # type: ignore[misc]
        for owner in owners
        for name in collections_of(type(owner))
    }


DISPLAYS = {
    **records(),
    **values(),
    **lists(),
    **reports(),
    **configs(),
    **errors(),
    **collections(),
}


class Page(HTMLParser):
    """Collects what a browser would find in a page: tags, attributes, URLs and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.urls: set[str] = set()
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.urls |= {value or "" for name, value in attrs if name in ("href", "src")}

    def handle_data(self, data: str) -> None:
        self.text += data
