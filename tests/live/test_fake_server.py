"""The fake server of `label_studio_orm.testing` answers as the real one does."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from support.cleaning import delete
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.orm.expressions import Expression
from label_studio_orm.server import LocalServer
from label_studio_orm.testing import FakeServer

ROWS = [
    {
        "data": {"text": "A fine film.", "n": 5, "seen": True, "tag": "a"},
        "annotations": [
            {"result": sentiment("Positive"), "lead_time": 2.5},
            {"result": sentiment("Negative"), "was_cancelled": True},
        ],
        "predictions": [{"result": sentiment("Positive"), "score": 0.5, "model_version": "m1"}],
    },
    {
        "data": {"text": "Dull.", "n": -10, "seen": False, "tag": "B"},
        "predictions": [{"result": sentiment("Negative"), "score": 0.25, "model_version": "m2"}],
    },
    {"data": {"text": "", "n": 9, "tag": None}, "meta": {"source": "web"}},
    {"data": {"text": "007", "n": 10.5, "seen": True}},
]
Step = Callable[[Project], Any]


def prepared(ls: LabelStudio) -> Project:
    project = ls.projects.create(title="Reviews", label_config=SENTIMENT)
    project.import_tasks(ROWS)
    return project


@pytest.fixture(scope="module")
def real(local_server: LocalServer) -> Iterator[Project]:
    project = prepared(local_server.client())
    yield project
    delete(project)


@pytest.fixture(scope="module")
def fake() -> Iterator[Project]:
    with FakeServer() as server:
        yield prepared(server.client)


# -- reading ---------------------------------------------------------------------------------------


def types(value: Any) -> Any:
    """Replace values that differ between servers by their types."""
    if isinstance(value, Mapping):
        return {name: types(each) for name, each in value.items()}
    if isinstance(value, list):
        return [types(each) for each in value]
    return datetime if isinstance(value, str) and value.startswith("20") else type(value)


def texts(found: Any) -> list[str]:
    return [task.data["text"] for task in found]


READ: dict[str, Step] = {
    "a project": lambda project: types(project.refresh().params),
    "counts of a project": lambda project: {
        name: value for name, value in project.refresh().params.items() if "number" in name
    },
    "projects": lambda project: project in project.client.projects.filter(title="Reviews"),
    "a task": lambda project: types(project.tasks[0].refresh().params),
    "tasks": lambda project: [types(task.params) for task in project.tasks],
    "counts of tasks": lambda project: [
        (task.total_annotations, task.cancelled_annotations, task.total_predictions)
        for task in project.tasks
    ],
    "annotations": lambda project: [types(each.params) for each in project.annotations],
    "answers": lambda project: [
        (each["sentiment"], each.was_cancelled, each.ground_truth, each.lead_time)
        for each in project.annotations
    ],
    "predictions": lambda project: [types(each.params) for each in project.predictions],
    "model versions": lambda project: project.client.json(
        "GET", f"/api/projects/{project.id}/model-versions"
    ),
    "scores": lambda project: [task.predictions_score for task in project.tasks],
    "whoami": lambda project: project.client.whoami().email,
    "the version": lambda project: project.client.info,
    "the annotators": lambda project: [user.email for user in project.annotators],
    "the keys of a summary": lambda project: project.summary.common_data_columns,
    "labels after a recount": lambda project: [*project.recount().labels],
    "controls after a recount": lambda project: project.recount().controls,
    "data after a recount": lambda project: project.recount().data_columns,
    "the next task": lambda project: [each and each.data["n"] for each in [project.next_task()]],
    "the templates": lambda project: sorted(project.client.templates),
    "a table": lambda project: [*project.tasks.to_dicts()[0]],
    "a table with data": lambda project: [*project.annotations.to_dicts(data=True)[0]],
    "a comparison": lambda project: [each["same"] for each in project.compare(predictions="m1")],
}


@pytest.mark.parametrize("name", READ)
def test_the_fake_server_is_read_as_the_real_one(real: Project, fake: Project, name: str) -> None:
    assert READ[name](fake) == READ[name](real)


# -- filters and orders ----------------------------------------------------------------------------

n, text, seen, tag = (Task.data[key] for key in ("n", "text", "seen", "tag"))
FILTERS: list[Expression] = [
    n == 5,
    n != 5,
    n > -1,
    n.between(9, 11),
    ~n.between(9, 11),
    n.in_([5, 9]),
    text == "Dull.",
    text != "Dull.",
    text.contains("FINE"),
    ~text.contains("fine"),
    text.regex("^0"),
    text.in_(["007", ""]),
    text == "",
    seen == True,  # noqa: E712
    seen == False,  # noqa: E712
    tag == None,  # noqa: E711
    tag != None,  # noqa: E711
    (n > 5) & (text == "007"),
    (n > 9) | (text == "Dull."),
    Task.total_annotations > 0,
    Task.cancelled_annotations == 1,
    Task.total_predictions == 0,
    Task.is_labeled == True,  # noqa: E712
    Task.predictions_score > 0.3,
    Task.predictions_model_versions.contains("m2"),
    Task.annotators.contains(1),
    Task.completed_at != None,  # noqa: E711
    Task.created_at > datetime(2020, 1, 1),
    Task.annotations_results.contains("Positive"),
    Task.draft_exists == False,  # noqa: E712
    Task.inner_id > 2,
]


@pytest.mark.parametrize("where", FILTERS, ids=repr)
def test_a_filter_finds_the_same_tasks(real: Project, fake: Project, where: Expression) -> None:
    assert texts(fake.tasks.filter(where)) == texts(real.tasks.filter(where))


@pytest.mark.parametrize("order", [n, -n, text, -text, -Task.id, tag, Task.completed_at], ids=repr)
def test_tasks_come_in_the_same_order(real: Project, fake: Project, order: Any) -> None:
    assert texts(fake.tasks.order_by(order)) == texts(real.tasks.order_by(order))


def test_slices_and_counts_are_the_same(real: Project, fake: Project) -> None:
    for project in (real, fake):
        assert texts(project.tasks[1:3]) == ["Dull.", ""]
        assert (project.tasks.count(), project.tasks.filter(n > 5).count()) == (4, 2)
        assert texts([project.tasks.order_by(-n)[0]]) == ["007"]


# -- exports ---------------------------------------------------------------------------------------

OPTIONS: list[Mapping[str, Any]] = [
    {},
    {"predictions": True, "drafts": True, "completed_by": True},
    {"only_finished": True},
    {"skipped": False},
    {"ground_truth": False},
]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_an_export_has_the_same_in_it(
    real: Project, fake: Project, options: Mapping[str, Any]
) -> None:
    found, expected = fake.export(**options), real.export(**options)
    for task in (*found, *expected):  # the server's first prediction that a human may have seen
        for annotation in task["annotations"]:
            del annotation["prediction"]
    assert types([*found]) == types([*expected])
    assert [task["data"] for task in found] == [task["data"] for task in expected]


@pytest.mark.parametrize("format", ["JSON_MIN", "CSV", "TSV"])
def test_simple_formats_have_the_same_in_them(
    real: Project, fake: Project, format: str, tmp_path: Path
) -> None:
    found = fake.export(format, tmp_path / "fake")
    expected = real.export(format, tmp_path / "real")
    assert columns(found) == columns(expected)


def columns(path: Path) -> Any:
    """Return the words of a file without numbers and dates."""
    lines = path.read_text().splitlines()
    return [[word for word in line.split('"') if word.isalpha()] for line in lines]


def test_a_selection_of_tasks_is_exported(real: Project, fake: Project) -> None:
    for project in (real, fake):
        found = project.tasks.filter(n > 5).export()
        assert [task["data"]["text"] for task in found] == ["", "007"]


# -- writing ---------------------------------------------------------------------------------------


def annotate(project: Project) -> Any:
    task = project.tasks[2]
    annotation = task.annotate({"sentiment": "Positive"}, lead_time=1.0)
    task.predict({"sentiment": "Negative"}, score=0.75)
    annotation.ground_truth = True
    annotation.save()
    found = [task.refresh().total_annotations, task.is_labeled, types(annotation.params)]
    annotation.delete()
    task.predictions[0].delete()
    return [*found, task.refresh().total_annotations, task.is_labeled]


def change_a_task(project: Project) -> Any:
    task = project.tasks.create({"text": "New."}, meta={"a": 1})
    task.data["n"] = 3
    task.save()
    found = types(task.refresh().params)
    task.delete()
    return [found, project.tasks.count()]


def change_the_project(project: Project) -> Any:
    project.title, project.maximum_annotations = "Film reviews", 2
    project.save()
    found = project.refresh().title, project.maximum_annotations
    project.title, project.maximum_annotations = "Reviews", 1
    project.save()
    return found


def save_a_view(project: Project) -> Any:
    view = project.tasks.filter(n > 5).order_by(-n).save_as_view("Many")
    found = [types(each.params) for each in project.views], texts(project.tasks.filter(view=view))
    exported = [task["data"]["text"] for task in project.export(view=view.id)]
    view.delete()
    return [found, exported, len(project.views)]


def change_views(project: Project) -> Any:
    one = project.views.create("One", n > 5, order_by="-id", columns=["id", "text"])
    two = project.views.create("Two", n > 5)
    one.title, one.filters = "First", None
    one.save()
    project.views.reorder([two, one])
    found = [(view.title, repr(view.filters), view.order) for view in project.views]
    return [found, one.columns, project.views.delete(), len(project.views)]


def act(project: Project) -> Any:
    prediction = {"result": sentiment("Positive"), "model_version": "m1"}
    project.import_tasks([{"data": {"text": "c", "n": 99}, "predictions": [prediction]}])
    new = project.tasks.filter(n == 99)
    found = [new.accept_predictions("m1"), new.accept_predictions("m1")]
    found += [new.delete_annotations(of=99), new.delete_annotations(of=project.client.whoami())]
    found += [new.delete_predictions(), new.act("delete_tasks")["processed_items"]]
    return [*found, [id in project.tasks.actions() for id in ("delete_tasks", "nothing")]]


def batch(project: Project) -> Any:
    with project.batch() as batch:
        for task in project.tasks:
            task.predict({"sentiment": "Positive"}, score=0.1, model_version="m3")
    found = batch.created, project.predictions.count()
    body = {"model_version": "m3"}
    path = f"/api/projects/{project.id}/model-versions"
    return [*found, project.client.json("DELETE", path, json=body)]


def upload_files(project: Project) -> Any:
    folder = Path("photos")
    folder.mkdir(exist_ok=True)
    (folder / "cat.txt").write_bytes(b"meow")
    tasks = project.upload_files(folder, field="text")
    (task,) = project.tasks.filter(n == None)  # noqa: E711
    found = [project.client.fetch(task.data["text"]).content, task.data["text"][:13]]
    task.delete()
    return [found[0], found[1].startswith("/data/upload/"), tasks.created]


def snapshot(project: Project) -> Any:
    snapshot = project.exports.create(title="v1").wait()
    found = types(snapshot.params)
    snapshot.delete()
    return [{**found, "md5": str}, len(project.exports)]


def delete_tasks(project: Project) -> Any:
    project.import_tasks([{"text": "a", "n": 77}, {"text": "b", "n": 78}])
    return [project.tasks.filter(n >= 77).delete(), project.tasks.count()]


def import_once(project: Project) -> Any:
    rows = [{"text": f"Review {number}", "uid": number, "n": 88} for number in range(3)]
    results = [project.import_tasks(rows, key="uid") for _ in range(2)]
    found = [(each.created, each.skipped) for each in results]
    return [found, project.tasks.filter(n == 88).delete()]


def check_a_config(project: Project) -> Any:
    config = project.label_config
    checks = [project.check_config(xml) for xml in (config, config.replace("Positive", "Good"))]
    return [(bool(check), check.diff) for check in checks]


WRITES: list[Step] = [
    *(annotate, change_a_task, change_the_project, save_a_view, batch),
    *(change_views, act),
    *(upload_files, snapshot, delete_tasks, import_once),
    check_a_config,
]


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.__name__)
def test_what_is_written_is_the_same(
    real: Project, fake: Project, write: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert write(fake) == write(real)


# -- errors ----------------------------------------------------------------------------------------

REFUSED: dict[str, Step] = {
    "no such project": lambda project: project.client.projects.get(99_999).title,
    "no such task": lambda project: project.tasks.get(99_999).data,
    "no such snapshot": lambda project: project.exports.get(99_999).status,
    "no tasks": lambda project: project.client.json(
        "POST", f"/api/projects/{project.id}/import", json=[]
    ),
    "a row without text": lambda project: project.import_tasks([{"txt": "x"}], validate=False),
    "a broken config": lambda project: project.client.json(
        "POST", "/api/projects/", json={"title": "Broken", "label_config": "<View><Text"}
    ),
    "a long title": lambda project: project.client.json(
        "POST", "/api/projects/", json={"title": "x" * 51}
    ),
    "a page past the end": lambda project: project.client.json(
        "GET", "/api/tasks/", params={"project": project.id, "page": 9}
    ),
    "a wrong key": lambda project: LabelStudio(project.client.server, api_key="f" * 40).whoami(),
}
OTHER_WORDS = ("a broken config",)  # of which only the class is the same


@pytest.mark.parametrize("name", REFUSED)
def test_errors_are_the_same(real: Project, fake: Project, name: str) -> None:
    found, expected = refusal(REFUSED[name], fake), refusal(REFUSED[name], real)
    assert type(found) is type(expected)
    if name not in OTHER_WORDS:
        assert words(found, fake) == words(expected, real)


def refusal(step: Step, project: Project) -> LabelStudioError:
    with pytest.raises(LabelStudioError) as caught:
        step(project)
    return caught.value


def words(error: LabelStudioError, project: Project) -> str:
    server = project.client.server
    return str(error).replace(f"/{project.id}/", "/1/").replace(server, "").replace(server[7:], "")


# -- the page about it -----------------------------------------------------------------------------


def test_the_tests_in_the_docs_pass(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "guide" / "testing.md"
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "test_page.py").write_text("\n".join(blocks))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "3 passed" in done.stdout, done.stdout
