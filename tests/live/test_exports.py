"""Export from a real server, in every format."""

from __future__ import annotations

import csv
import json
import time
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

import pytest
from support.faults import Fault, always, impatient, once, running_proxy
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import (
    InvalidInput,
    JobTimeout,
    NotFound,
    PermissionDenied,
    ServerError,
)
from label_studio_orm.server import LocalServer
from label_studio_orm.transfer.exports.exported import in_order as by_ids

BOXES = (
    '<View><Image name="image" value="$image"/><RectangleLabels name="box" toName="image">'
    '<Label value="Cat"/></RectangleLabels></View>'
)
SPANS = (
    '<View><Text name="text" value="$text"/><Labels name="who" toName="text">'
    '<Label value="Person"/></Labels></View>'
)
MASKS = (
    '<View><Image name="image" value="$image"/><BrushLabels name="mask" toName="image">'
    '<Label value="Cat"/></BrushLabels></View>'
)
SPEECH = '<View><Audio name="audio" value="$audio"/><TextArea name="said" toName="audio"/></View>'


def region(control: str, object_: str, type: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"from_name": control, "to_name": object_, "type": type, "value": value, **more}


SIZE = {"original_width": 200, "original_height": 100, "image_rotation": 0}
BOX = {"x": 10, "y": 20, "width": 30, "height": 40, "rotation": 0, "rectanglelabels": ["Cat"]}
SPAN = {"start": 0, "end": 4, "text": "Jane", "labels": ["Person"]}
# An empty mask of 1 × 1 pixel in the editor's run-length encoding.
MASK = {"format": "rle", "rle": [0, 0, 0, 32, 58, 39, 0], "brushlabels": ["Cat"]}
SAID = {"text": ["Hello."]}
NOWHERE = "http://127.0.0.1:9/x"  # the media itself is not needed

KINDS = {
    "choices": (SENTIMENT, {"text": "A fine film."}, sentiment("Positive")[0]),
    "boxes": (BOXES, {"image": NOWHERE}, region("box", "image", "rectanglelabels", BOX, **SIZE)),
    "spans": (SPANS, {"text": "Jane ran."}, region("who", "text", "labels", SPAN)),
    "speech": (SPEECH, {"audio": NOWHERE}, region("said", "audio", "textarea", SAID)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_of_the_config_is_exported(kind: str, ls: LabelStudio, tmp_path: Path) -> None:
    config, data, found = KINDS[kind]
    project = ls.projects.create(title="Formats", label_config=config)
    project.import_tasks([{"data": data, "annotations": [{"result": [found]}]}])
    # DOCLANG is offered for every TextArea, but needs page images that the server can fetch.
    formats = [name for name in project.export_formats(fitting=True) if name != "DOCLANG"]
    assert {"JSON", "JSON_MIN", "CSV", "TSV"} <= set(formats)
    for format in formats:
        written = project.export(format, tmp_path / format / "out")
        assert written == tmp_path / format / "out"
        assert written.stat().st_size > 0
    project.delete()


@pytest.fixture
def labeled(project: Project) -> Project:
    """Four tasks: annotated, skipped, a ground truth, and one without an annotation."""
    project.import_tasks([{"text": f"Review {number}"} for number in range(4)])
    usual, skipped, truth, _ = project.tasks
    usual.annotate(sentiment("Positive"))
    skipped.annotate([], was_cancelled=True)
    truth.annotate(sentiment("Negative"), ground_truth=True)
    truth.predict(sentiment("Negative"), score=0.9, model_version="m1")
    return project


def test_without_a_path_export_returns_dicts(labeled: Project) -> None:
    tasks = labeled.export()
    assert [task["data"]["text"] for task in tasks] == [f"Review {n}" for n in range(4)]
    assert tasks[0]["annotations"][0]["result"] == sentiment("Positive")
    assert labeled.export("JSON_MIN")[0]["sentiment"] == "Positive"


def test_with_a_path_export_returns_the_path_of_the_file(labeled: Project, tmp_path: Path) -> None:
    path = labeled.export("JSON", tmp_path / "deep" / "v1.json")
    assert path == tmp_path / "deep" / "v1.json"
    assert by_ids(json.loads(path.read_text())) == labeled.export()
    table = labeled.export("CSV", f"{tmp_path}/tables/")
    assert table.parent == tmp_path / "tables"
    assert table.suffix == ".csv"
    rows = list(csv.DictReader(table.read_text().splitlines()))
    assert [row["sentiment"] for row in rows if row["text"] == "Review 0"] == ["Positive"]
    assert [item.name for item in (tmp_path / "deep").iterdir()] == ["v1.json"]


def test_formats_with_several_files_are_archives(ls: LabelStudio, tmp_path: Path) -> None:
    config, data, found = KINDS["boxes"]
    project = ls.projects.create(title="Boxes", label_config=config)
    project.import_tasks([{"data": data, "annotations": [{"result": [found]}]}])
    with zipfile.ZipFile(project.export("YOLO", f"{tmp_path}/")) as archive:
        assert archive.read("classes.txt") == b"Cat\n"


def test_ids_and_only_finished_select_tasks(labeled: Project) -> None:
    ids = labeled.tasks.ids()
    assert [task["id"] for task in labeled.export(ids=ids[1:3])] == ids[1:3]
    assert [task["id"] for task in labeled.export(only_finished=True)] == [ids[0], ids[2]]


def test_options_select_annotations(labeled: Project) -> None:
    def found(**options: Any) -> list[int]:
        return [len(task["annotations"]) for task in labeled.export(**options)]

    assert found() == [1, 1, 1, 0]
    assert found(skipped=False) == [1, 0, 1, 0]
    assert found(ground_truth=False) == [1, 1, 0, 0]
    assert found(usual=False) == [0, 1, 1, 0]


def test_options_export_details_instead_of_ids(labeled: Project, ls: LabelStudio) -> None:
    task = labeled.tasks[2]
    ls.json("POST", f"/api/tasks/{task.id}/drafts", json={"result": sentiment("Positive")})
    short = labeled.export()[2]
    assert short["predictions"] == [task.predictions[0].id]
    assert short["drafts"] == [draft.id for draft in task.drafts]
    assert short["annotations"][0]["completed_by"] == ls.whoami().id
    long = labeled.export(predictions=True, drafts=True, completed_by=True)[2]
    assert long["predictions"][0]["score"] == 0.9
    assert long["drafts"][0]["result"] == sentiment("Positive")
    assert long["annotations"][0]["completed_by"]["email"] == "demo@example.com"


def test_a_saved_view_can_be_exported(labeled: Project, ls: LabelStudio) -> None:
    last = labeled.tasks.ids()[-1]
    chosen = {"filter": "filter:tasks:id", "operator": "equal", "type": "Number", "value": last}
    filters = {"conjunction": "and", "items": [chosen]}
    body = {"project": labeled.id, "data": {"title": "Last", "filters": filters}}
    view = ls.json("POST", "/api/dm/views/", json=body)
    assert [task["id"] for task in labeled.export(view=view["id"])] == [last]


def test_ids_of_other_projects_are_named_in_the_error(labeled: Project) -> None:
    with pytest.raises(NotFound, match=r"2 of the ids are not tasks of .*: 99999998, 99999999\."):
        labeled.export(ids=[*labeled.tasks.ids(), 99999999, 99999998])
    assert len(labeled.exports) == 0


def test_a_view_of_another_project_cannot_be_exported(labeled: Project, ls: LabelStudio) -> None:
    with pytest.raises(NotFound):
        labeled.export(view=99999)
    other = ls.projects.create(title="Another")
    body = {"project": other.id, "data": {"title": "All"}}
    view = ls.json("POST", "/api/dm/views/", json=body)
    with pytest.raises(InvalidInput, match=f"not view .* of project {other.id}"):
        labeled.export(view=view["id"])


def test_an_export_leaves_no_view_or_snapshot_behind(labeled: Project, ls: LabelStudio) -> None:
    labeled.export(ids=labeled.tasks.ids())
    with pytest.raises(ServerError):
        labeled.export("BRUSH_TO_PNG", "/tmp/never")
    assert list(labeled.exports) == []
    assert ls.json("GET", "/api/dm/views/", params={"project": labeled.id}) == []
    assert not Path("/tmp/never").exists()


def test_an_unsupported_format_suggests_the_supported_ones(
    labeled: Project, tmp_path: Path
) -> None:
    with pytest.raises(ServerError, match="formats that fit this labeling config: JSON, JSON_MIN"):
        labeled.export("BRUSH_TO_PNG", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.operations(
    "projects.exports.create",
    "projects.exports.get",
    "projects.exports.list",
    "projects.exports.list_formats",
    "projects.exports.convert",
    "projects.exports.delete",
)
def test_a_snapshot_can_be_downloaded_again_and_again(labeled: Project, tmp_path: Path) -> None:
    snapshot = labeled.exports.create(title="v1").wait()
    assert list(labeled.exports) == [snapshot]
    labeled.tasks[0].delete()
    first = snapshot.download(tmp_path / "v1.json")
    assert len(json.loads(first.read_text())) == 4
    assert snapshot.download(tmp_path / "v1.tsv", format="TSV").read_text().count("\n") >= 4
    assert snapshot.download(tmp_path / "again.tsv", format="TSV").exists()
    snapshot.delete()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"format": "CVS", "path": "x"}, "no export format 'CVS'. Did you mean 'CSV'"),
        ({"format": "csv", "path": "x"}, "Did you mean 'CSV'"),
        ({"format": "YOLO"}, r"A YOLO export needs a path: export\('YOLO', 'out/'\)"),
        ({"path": "x.csv"}, r"x\.csv would be written as JSON. Give the format: export\('CSV'"),
        ({"format": "x.csv"}, "no export format 'x.csv'"),
        ({"ids": []}, "ids must not be empty"),
        ({"ids": ["12"]}, "must be an integer"),
        ({"ids": [1], "view": 2}, "one of ids, since and view"),
        ({"ids": 12}, "ids must be a list of task ids"),
        ({"timeout": -1}, "number of seconds"),
        ({"format": None}, "no export format None"),
        ({"path": "x" * 300}, "ame too long"),
        ({"path": "/dev/null/x.json"}, "Cannot write to /dev/null/x.json"),
    ],
)
def test_invalid_input_is_refused_before_a_snapshot_is_created(
    wrong: dict[str, Any], says: str, labeled: Project
) -> None:
    with pytest.raises(InvalidInput, match=says):
        labeled.export(**wrong)
    assert len(labeled.exports) == 0


# -- since -----------------------------------------------------------------------------------------


def add_task(project: Project) -> set[int]:
    return {*project.import_tasks([{"text": "new"}])}


def change_data(project: Project) -> set[int]:
    task = project.tasks[3]
    task.data = {"text": "changed"}
    task.save()
    return {task.id}


def annotate(project: Project) -> set[int]:
    task = project.tasks[3]
    task.annotate(sentiment("Negative"))
    return {task.id}


def change_annotation(project: Project) -> set[int]:
    task = project.tasks[0]
    (annotation,) = task.annotations
    annotation.result = sentiment("Negative")
    annotation.save()
    return {task.id}


def delete_annotation(project: Project) -> set[int]:
    task = project.tasks[2]
    task.annotations[0].delete()
    return {task.id}


def nothing(project: Project) -> set[int]:
    return set()


CHANGES = (add_task, change_data, annotate, change_annotation, delete_annotation, nothing)


@pytest.mark.parametrize("change", CHANGES)
def test_since_exports_tasks_that_changed_later(
    change: Callable[[Project], set[int]], labeled: Project
) -> None:
    time.sleep(0.01)
    moment = datetime.now(timezone.utc)
    changed = change(labeled)
    assert {task["id"] for task in labeled.export(since=moment)} == changed
    assert {task["id"] for task in labeled.iter_export(since=moment)} == changed
    assert list(labeled.exports) == list(labeled.views) == []


def test_since_accepts_datetimes_with_and_without_a_zone(labeled: Project) -> None:
    time.sleep(0.01)
    moment = datetime.now(timezone.utc)
    (id,) = add_task(labeled)
    tokyo = moment.astimezone(timezone(timedelta(hours=9)))
    for since in (moment, tokyo, moment.astimezone().replace(tzinfo=None)):
        assert [task["id"] for task in labeled.export(since=since)] == [id]
    assert len(labeled.export(since=moment - timedelta(hours=1))) == 5


def test_since_and_a_view_combine(labeled: Project) -> None:
    ids = labeled.tasks.ids()
    view = labeled.tasks.filter(Task.id.in_(ids[:2])).save_as_view("First")
    time.sleep(0.01)
    moment = datetime.now(timezone.utc)
    for task in labeled.tasks[1:3]:
        task.annotate(sentiment("Positive"))
    assert [task["id"] for task in labeled.export(since=moment, view=view.id)] == [ids[1]]


def test_since_must_be_a_datetime(labeled: Project) -> None:
    for since in ("2026-01-01", 3, moment_in_a_list := [datetime.now()]):
        with pytest.raises(InvalidInput, match="since must be a datetime"):
            labeled.export(since=since)  # type: ignore[arg-type]
    assert len(moment_in_a_list) == 1
    with pytest.raises(InvalidInput, match="one of ids, since"):
        labeled.export(since=datetime.now(), ids=[1])
    assert list(labeled.exports) == list(labeled.views) == []


# -- three ways to the same tasks ------------------------------------------------------------------


class Refused:
    """Replaces the maker of snapshots: the server refuses to create them."""

    def __init__(self, **options: Any) -> None:
        pass

    def __enter__(self) -> NoReturn:
        raise PermissionDenied("No snapshots for you.", status=403)

    def __exit__(self, *error: object) -> None:
        pass


OPTIONS: list[dict[str, Any]] = [
    {},
    {"predictions": True},
    {"drafts": True},
    {"completed_by": True},
    {"ground_truth": False},
    {"skipped": False},
    {"usual": False},
    {"skipped": False, "ground_truth": False},
    {"only_finished": True},
    {"predictions": True, "drafts": True, "completed_by": True, "only_finished": True},
]


@pytest.fixture
def rich(labeled: Project, ls: LabelStudio) -> Project:
    """Tasks with all kinds of parts."""
    first, second, third, _ = labeled.tasks
    for task in (first, third):
        ls.json("POST", f"/api/tasks/{task.id}/drafts", json={"result": sentiment("Positive")})
    first.annotate(sentiment("Negative"), was_cancelled=True)
    second.predict(sentiment("Positive"), score=0.25, model_version="m2")
    numbers = {"big": 2**70, "small": 1e-300, "none": None, "deep": [{"é": [1.0, 2]}]}
    labeled.import_tasks([{"data": {"text": "odd 😀 \u2028", **numbers}, "meta": {"a": [1]}}])
    return labeled


ONLY_IN_SNAPSHOTS = {"prediction", "result_count", "unique_id"}  # of annotations


def in_order(tasks: Any) -> list[dict[str, Any]]:
    """Remove what pages do not contain, and sort what has no order."""
    found = []
    for task in sorted(tasks, key=lambda task: int(task["id"])):
        lists = ("annotations", "drafts", "predictions")
        ordered = {name: sorted(map(told, task[name]), key=repr) for name in lists}
        found.append({**task, **ordered, "allow_skip": None})
    return found


def told(item: Any) -> Any:
    """Return an annotation without the keys of snapshots, or an id unchanged."""
    if not isinstance(item, dict):
        return item
    return {key: item[key] for key in sorted(item.keys() - ONLY_IN_SNAPSHOTS)}


def assert_same(one: Any, other: Any) -> None:
    for left, right in zip(in_order(one), in_order(other), strict=True):
        assert left == right


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_an_export_assembled_from_pages_equals_a_snapshot(
    options: dict[str, Any], rich: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = rich.export(**options)
    assert snapshot
    assert not snapshot.assembled
    monkeypatch.setattr("label_studio_orm.transfer.exports.source.Temporary", Refused)
    pages = rich.export(**options)
    assert pages.assembled
    assert_same(pages, snapshot)


def test_an_export_assembled_from_pages_has_the_selected_tasks_only(
    rich: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = rich.tasks.ids()
    view = rich.tasks.filter(total_predictions=1).save_as_view("Predicted")
    moment = datetime.now(timezone.utc)
    time.sleep(0.01)
    rich.tasks[1].annotate(sentiment("Positive"))
    chosen: list[dict[str, Any]] = [{"ids": ids[1:3]}, {"view": view.id}, {"since": moment}]
    chosen += [{**each, "only_finished": True} for each in chosen]
    snapshots = [rich.export(**each) for each in chosen]
    monkeypatch.setattr("label_studio_orm.transfer.exports.source.Temporary", Refused)
    for each, snapshot in zip(chosen, snapshots, strict=True):
        assert_same(rich.export(**each), snapshot)


def test_an_export_assembled_from_pages_reports_missing_ids(
    rich: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("label_studio_orm.transfer.exports.source.Temporary", Refused)
    for wrong in ({"ids": [99999999]}, {"view": 99999}):
        with pytest.raises(NotFound):
            rich.export(**wrong)  # type: ignore[call-overload]


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_iter_export_yields_the_tasks_of_export(options: dict[str, Any], rich: Project) -> None:
    assert by_ids([*rich.iter_export(**options)]) == rich.export(**options)
    assert list(rich.exports) == []


# -- a server that takes long ----------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["slow", "504 during", "cut during", "504 after"])
def test_a_snapshot_is_found_after_the_request_timed_out(
    kind: str, labeled: Project, ls: LabelStudio, local_server: LocalServer
) -> None:
    wanted = labeled.export()
    fault = Fault(kind, seconds=1.5)
    with running_proxy(local_server.url, once(fault, "POST", "/exports$")) as proxy:
        hasty = impatient(ls, proxy.url, timeout=1)
        assert hasty.projects.get(labeled.id).export() == wanted
        proxy.quiet()
        assert [kind for method, path, kind in proxy.log if kind] == [fault.kind]
    assert list(labeled.exports) == []


@pytest.mark.parametrize("kind", ["slow", "504 during", "cut after"])
def test_a_conversion_is_found_after_the_request_timed_out(
    kind: str, labeled: Project, ls: LabelStudio, local_server: LocalServer, tmp_path: Path
) -> None:
    wanted = labeled.export("CSV", tmp_path / "1.csv").read_text()
    with running_proxy(
        local_server.url, once(Fault(kind, seconds=1.5), "POST", "/convert$")
    ) as proxy:
        hasty = impatient(ls, proxy.url, timeout=1)
        path = hasty.projects.get(labeled.id).export("CSV", tmp_path / "2.csv")
        proxy.quiet()
        converted = [path for method, path, _ in proxy.log if path.endswith("/convert")]
    assert sorted(path.read_text().splitlines()) == sorted(wanted.splitlines())
    assert len(converted) == 1
    assert list(labeled.exports) == []


def test_a_failed_conversion_with_a_lost_response_times_out(
    labeled: Project, ls: LabelStudio, local_server: LocalServer, tmp_path: Path
) -> None:
    """Community reports a failed conversion as "in_progress" forever."""
    with running_proxy(local_server.url, always("504 after", "POST", "/convert$")) as proxy:
        project = impatient(ls, proxy.url).projects.get(labeled.id)
        with pytest.raises(JobTimeout, match=r"Conversion of .* to BRUSH_TO_PNG was still"):
            project.export("BRUSH_TO_PNG", tmp_path / "out", timeout=2)
        proxy.quiet()
    assert list(tmp_path.iterdir()) == list(labeled.exports) == []


def test_ctrl_c_while_a_snapshot_is_created_leaves_nothing_behind(
    labeled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = labeled.client.json

    def interrupted(method: str, path: str, **options: Any) -> Any:
        answer = request(method, path, **options)
        if method == "POST" and path.endswith("/exports"):
            raise KeyboardInterrupt
        return answer

    monkeypatch.setattr(labeled.client, "json", interrupted)
    with pytest.raises(KeyboardInterrupt, match="Nothing of the export is left"):
        labeled.export(ids=labeled.tasks.ids())
    assert list(labeled.exports) == list(labeled.views) == []
