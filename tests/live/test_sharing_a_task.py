"""Concurrent writes to one project: data keys of one task, model versions, scores."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Prediction, Project, Task
from label_studio_orm.errors import Conflict, InvalidInput
from label_studio_orm.server import LocalServer

POSITIVE = sentiment("Positive")


@pytest.fixture
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Shared", label_config=SENTIMENT)
    project.import_tasks([{"text": f"t{n}"} for n in range(3)])
    yield project
    project.delete()


def said(ls: LabelStudio, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the requests of a client."""
    found: list[str] = []
    request = ls._transport.request

    def noted(method: str, path: str, **options: Any) -> Any:
        found.append(f"{method} {path}")
        return request(method, path, **options)

    monkeypatch.setattr(ls._transport, "request", noted)
    return found


def test_eight_threads_change_different_keys_without_loss(project: Project) -> None:
    id = project.tasks[0].id

    def work(number: int) -> None:
        task = project.tasks.get(id)
        task.data[f"k{number}"] = number
        task.save()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    data = project.tasks[0].data
    assert data == {"text": "t0", **{f"k{n}": n for n in range(8)}}


def test_two_clients_merge_changes_and_get_a_conflict_for_the_same_key(
    project: Project, local_server: LocalServer
) -> None:
    mine = project.tasks[0]
    theirs = local_server.client().projects.get(project.id).tasks[0]
    _ = mine.data, theirs.data
    theirs.data["split"], mine.data["stars"] = "train", 5
    theirs.save()
    mine.save()
    assert project.tasks[0].data == {"text": "t0", "split": "train", "stars": 5}
    theirs.refresh().data["stars"] = 1
    theirs.save()
    mine.data["stars"] = 2
    with pytest.raises(Conflict, match=r"data\['stars'\] was 5 when read, is 1 on the server now"):
        mine.save()


def test_tasks_can_be_filtered_by_a_new_score(project: Project) -> None:
    one, two, _ = project.tasks
    one.predict(POSITIVE, score=0.2, model_version="m1")
    two.predict(POSITIVE, score=0.9, model_version="m1")
    assert project.tasks.filter(Task.predictions_score < 0.6).ids() == [one.id]
    assert project.tasks.order_by("-predictions_score").ids()[:2] == [two.id, one.id]
    assert project.refresh().model_version == "m1"


def test_tasks_can_be_filtered_by_the_scores_of_a_batch(project: Project) -> None:
    with project.batch():
        for task, score in zip(project.tasks, (0.2, 0.9, 0.1), strict=True):
            task.predict(POSITIVE, score=score, model_version="m1")
    assert project.tasks.filter(Task.predictions_score < 0.6).count() == 2


def test_a_chosen_model_version_is_kept(project: Project) -> None:
    task = project.tasks[0]
    task.predict(POSITIVE, score=0.2, model_version="m1")
    task.predict(POSITIVE, score=0.4, model_version="m2")
    assert project.refresh().model_version == "m1"


def test_filtering_by_score_without_a_model_version_says_what_to_do(project: Project) -> None:
    path, prediction = "/api/predictions/", {"task": project.tasks[0].id, "result": POSITIVE}
    project.client.json("POST", path, json={**prediction, "score": 0.2, "model_version": "m7"})
    for query in (
        project.tasks.filter(Task.predictions_score < 0.6),
        project.tasks.order_by("predictions_score"),
    ):
        with pytest.raises(InvalidInput, match=r"project\.model_version = 'm7'"):
            query.ids()
    project.model_version = "m7"
    project.save()
    assert project.tasks.filter(Task.predictions_score < 0.6).count() == 1


def test_the_predictions_of_a_version_are_deleted_in_one_request(
    project: Project, ls: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    with project.batch():
        for task in project.tasks:
            for version in ("m1", "m2", "M1", "m1 "):
                task.predict(POSITIVE, score=0.2, model_version=version)
    requests = said(ls, monkeypatch)
    assert project.predictions.filter(model_version="m1").delete() == 3
    changes = [request for request in requests if not request.startswith("GET ")]
    assert changes[0] == f"DELETE /api/projects/{project.id}/model-versions"
    assert {*changes[1:]} <= {f"POST /api/projects/{project.id}/import/predictions"}  # recounts
    assert {each.model_version for each in project.predictions} == {"m2", "M1", "m1 "}
    assert project.predictions.count() == 9
    # Any other filter deletes them one by one.
    some = project.predictions.filter(Prediction.score < 1, model_version="m2")
    assert some.limit(2).delete() == 2
    assert project.predictions.filter(model_version="m2").count() == 1
    assert project.predictions.filter(model_version="m9").delete() == 0
    with pytest.raises(InvalidInput, match="compared with a text, not with 5"):
        project.predictions.filter(model_version=5).delete()


def test_annotations_are_read_from_annotated_tasks_only(
    project: Project, ls: LabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = project.tasks
    kept = one.annotate(POSITIVE)
    skipped = two.annotate(POSITIVE, was_cancelled=True)
    three.annotate(POSITIVE).delete()
    monkeypatch.setattr("label_studio_orm.data_manager.plan.PAGE", 1)
    project.annotations.first()  # the client finds out once what the server can do
    requests = said(ls, monkeypatch)
    assert [each for each in project.annotations] == [kept, skipped]  # noqa: C416 no len()
    assert requests == ["GET /api/tasks/"] * 2  # and none for the third
    assert project.annotations.count() == 2
    skipped.was_cancelled = False
    skipped.save()
    assert project.annotations.count() == 2
