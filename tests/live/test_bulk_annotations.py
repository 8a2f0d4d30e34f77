"""Annotations in bulk are the same as those sent one by one, and leave nothing behind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.stub import counted
from support.texts import without_id

from label_studio_orm import LabelStudio, LocalServer, Project, Task
from label_studio_orm.transfer.batches.maker import Maker

CONFIG = (
    '<View><Text name="text" value="$text"/>'
    '<Labels name="span" toName="text"><Label value="PER"/><Label value="LOC"/></Labels>'
    '<Choices name="sentiment" toName="text"><Choice value="Positive"/><Choice value="Negative"/>'
    '</Choices><Choices name="kind" toName="text" allowNested="true">'
    '<Choice value="Animal"><Choice value="Cat"/></Choice></Choices>'
    '<TextArea name="comment" toName="text"/><Rating name="stars" toName="text"/></View>'
)
MANY = 24  # of which each is a task
COUNTED_ANEW = 1  # request more, at a server that has stopped to count deleted predictions
# What differs between annotations anyway, and what the server does not set in bulk.
OWN = {"id", "task", "created_at", "updated_at", "updated_by", "unique_id", "parent_annotation"}


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Bulk", label_config=CONFIG)
    project.import_tasks([{"text": f"Review {number}, of Ann in Rome."} for number in range(MANY)])
    yield project
    project.delete()


@pytest.fixture
def tasks(project: Project) -> list[Task]:
    return list(project.tasks)


def answer(number: int) -> list[dict[str, Any]]:
    """Return a result that no other has, with text that databases treat in their own ways."""
    region = {"id": f"r{number}", "from_name": "span", "to_name": "text", "type": "labels"}
    value = {"start": number % 5, "end": number % 5 + 1, "labels": ["PER"]}
    common = {"to_name": "text", "id": f"c{number}"}
    return [
        {**region, "value": value, "score": number / 700},
        {**common, "from_name": "sentiment", "type": "choices", "value": {"choices": ["Negative"]}},
        {**common, "from_name": "comment", "type": "textarea", "value": {"text": ["Ünï 🐈 \\ \n"]}},
        {**common, "from_name": "stars", "type": "rating", "value": {"rating": number % 5 + 1}},
    ]


def stored(ls: LabelStudio, task: Task) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ls.json("GET", f"/api/tasks/{task.id}/annotations/")
    return rows


def without_own(annotation: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in annotation.items() if name not in OWN}


def versions(project: Project) -> Any:
    path = f"/api/projects/{project.id}/model-versions"
    return project.client.json("GET", path)


def annotate(project: Project, tasks: list[Task]) -> None:
    with project.batch():
        for number, task in enumerate(tasks):
            task.annotate(answer(number))


# -- results --------------------------------------------------------------------------------------


def test_annotations_made_of_predictions_equal_those_sent_one_by_one(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    requests = counted(ls)
    annotate(project, tasks)
    assert requests.count("POST") in (2, COUNTED_ANEW + 2)
    for number, task in enumerate(tasks):
        (bulk,) = stored(ls, task)
        assert bulk["result"] == answer(number)
    tasks[0].annotate(answer(0))
    bulk, single = stored(ls, tasks[0])
    assert {k: bulk[k] for k in bulk if k not in OWN} == {
        k: single[k] for k in bulk if k not in OWN
    }
    assert (bulk["updated_by"], bulk["parent_annotation"]) == (None, None)


def test_copied_annotations_equal_those_sent_one_by_one(
    project: Project, tasks: list[Task], ls: LabelStudio
) -> None:
    requests = counted(ls)
    with project.batch() as batch:
        for task in tasks:
            task.annotate({"sentiment": "Positive", "stars": 4})
    assert (batch.created, requests.count("POST"), requests.count("DELETE")) == (MANY, 2, 0)
    (source,), *copies = (stored(ls, task) for task in tasks)
    for (copy,) in copies:
        assert {k: copy[k] for k in copy if k not in OWN} == {
            k: source[k] for k in copy if k not in OWN
        }
        assert (copy["updated_by"], copy["parent_annotation"]) == (None, source["id"])
    assert project.tasks[5].annotations[0]["stars"] == 4


def test_what_the_bulk_import_drops_is_annotated_too(project: Project, tasks: list[Task]) -> None:
    nested = {"kind": [("Animal", "Cat")], "comment": "nested"}
    with project.batch() as batch:
        for number, task in enumerate(tasks):
            task.annotate(nested if number in (0, 23) else answer(number))
    assert (batch.created, project.annotations.count()) == (MANY, MANY)
    for task in (project.tasks[0], project.tasks[23]):
        assert task.annotations[0]["kind"] == ("Animal", "Cat")


def test_the_annotations_of_a_task_keep_their_order(project: Project, tasks: list[Task]) -> None:
    with project.batch() as batch:
        for number, task in enumerate(tasks):
            task.annotate(answer(number))
            task.annotate(answer(100 + number))
            task.annotate({"sentiment": "Positive"})
    assert batch.created == 3 * MANY
    for number, task in enumerate(project.tasks):
        results = [each.result for each in sorted(task.annotations, key=lambda each: each.id)]
        assert results[:2] == [answer(number), answer(100 + number)]
        assert without_id(results[2])[0]["value"] == {"choices": ["Positive"]}


def test_counters_are_right_at_once(project: Project, tasks: list[Task]) -> None:
    annotate(project, tasks)
    project.refresh()
    assert (project.total_annotations_number, project.finished_task_number) == (MANY, MANY)
    assert (project.total_predictions_number, project.model_version) == (0, "")
    assert project.tasks.filter(is_labeled=True).count() == MANY
    assert {(t.total_annotations, t.total_predictions) for t in project.tasks} == {(1, 0)}
    assert tasks[0].total_annotations == 1


def test_what_was_there_stays(project: Project, tasks: list[Task]) -> None:
    tasks[0].annotate(answer(7))
    with project.batch():
        for number, task in enumerate(tasks):
            task.predict(answer(number), model_version="m1", score=0.5)
            task.annotate(answer(number))
    assert versions(project) == {"m1": MANY}
    assert project.refresh().model_version == "m1"
    assert {task.total_predictions for task in project.tasks} == {1}
    assert [each.result for each in project.tasks[0].annotations] == [answer(7), answer(0)]


# -- nothing temporary stays ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("import/predictions", KeyboardInterrupt),
        ("dm/actions", KeyboardInterrupt),
        ("dm/actions", ZeroDivisionError),
        ("model-versions", KeyboardInterrupt),
    ],
)
def test_nothing_temporary_stays_after_an_interruption(
    path: str,
    error: type[BaseException],
    project: Project,
    tasks: list[Task],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    interrupt(project.client, path, error, monkeypatch)
    with pytest.raises(error) as caught:
        annotate(project, tasks)
    batch = caught.value.batch  # type: ignore[attr-defined]
    there = project.annotations.count()
    assert versions(project) == {}
    assert there == (0 if "import" in path else MANY)
    assert (batch.created, len(batch.unknown)) in [(there, 0), (0, MANY if there else 0)]


def interrupt(
    client: Any, path: str, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupt the first request that changes something at a path, after its answer."""
    send: Callable[..., Any] = client.json
    left = [error]

    def json(method: str, to: str, **options: Any) -> Any:
        answer = send(method, to, **options)
        if method != "GET" and path in to and left:
            raise left.pop()
        return answer

    monkeypatch.setattr(client, "json", json)


def test_what_a_killed_process_left_behind_is_removed(
    project: Project, tasks: list[Task], ls: LabelStudio, caplog: pytest.LogCaptureFixture
) -> None:
    now = Maker.here(ls)
    names = [
        f"{Maker(now.host, 2**22 + 1, now.time, 'a')} 0 0000",  # no process has this id
        f"{Maker('elsewhere', 1, now.time, 'a')} 0 0000",  # may be alive
    ]
    with project.batch():
        for task, name in zip(tasks, names, strict=False):
            task.predict(answer(0), model_version=name)
    with caplog.at_level(logging.WARNING, "label_studio_orm"):
        annotate(project, tasks)
    assert versions(project) == {names[1]: 1}
    assert "1 temporary predictions of a batch that process 4194305 did not end" in caplog.text
    assert project.annotations.count() == MANY


# -- older servers --------------------------------------------------------------------------------


def test_an_older_server_makes_annotations_in_bulk(old_server: LocalServer) -> None:
    project = old_server.client().projects.create(title="Bulk", label_config=CONFIG)
    project.import_tasks([{"text": f"Review {number}."} for number in range(MANY)])
    tasks = list(project.tasks)
    requests = counted(project.client)  # type: ignore[arg-type]
    annotate(project, tasks)
    with project.batch():
        for task in tasks:
            task.annotate({"sentiment": "Positive"})
    assert requests.count("POST") in (4, COUNTED_ANEW + 4)
    assert {task.total_annotations for task in project.tasks} == {2}
    assert versions(project) == {}
