"""Batches on the wire: what one request has in it, and what is not sent again."""

from __future__ import annotations

import pytest
from support.clock import tuned
from support.stub import Answer, Cut, Request, Stub
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.errors import BatchFailed, OutcomeUnknown
from label_studio_orm.tuning import RetryPolicy

PROJECT = "/api/projects/1/"
PATH = "/api/projects/1/import/predictions"
RETRIES = RetryPolicy(tries=4, first_interval=0, lost_timeout=0)
GOOD = sentiment("Positive")


@pytest.fixture(autouse=True)
def _hurry(ls: LabelStudio) -> None:
    """Wait for no lost request longer than a moment."""
    tuned(ls, batch_retries=RETRIES)


@pytest.fixture
def project(ls: LabelStudio, stub: Stub) -> Project:
    project = {"id": 1, "label_config": SENTIMENT, "total_predictions_number": 0}
    stub.on("GET", PROJECT, project)
    return ls.projects.get(1)


def tasks(project: Project, *ids: int) -> list[Task]:
    return [project.tasks.get(id) for id in ids]


def test_a_thousand_predictions_are_one_request(project: Project, stub: Stub) -> None:
    stub.on("POST", PATH, {"created": 1000})
    with project.batch() as batch:
        for task in tasks(project, *range(1, 1001)):
            task.predict(GOOD, score=0.5, model_version="m1")
    # The first one asks for the labeling config, the second how many predictions there are.
    assert stub.said == [f"GET {PROJECT}"] * 2 + [f"POST {PATH}"]
    request = stub.requests[2]
    assert request.headers["Content-Type"] == "application/json"
    assert [item["task"] for item in request.json] == list(range(1, 1001))
    assert request.json[0] == {"task": 1, "result": GOOD, "score": 0.5, "model_version": "m1"}
    assert batch.created == 1000


def test_the_writes_of_a_batch_go_over_one_connection_and_the_reads_over_another(
    project: Project, stub: Stub
) -> None:
    made = {"id": 9, "task": 1, "project": 1, "result": GOOD}
    stub.on("POST", "/api/tasks/1/annotations/", made)
    stub.on("POST", PATH, {"created": 1})
    stub.on("POST", "/api/dm/actions/", {"processed_items": 1})
    stub.on("GET", "/api/tasks/1/", {"id": 1, "project": 1})  # is it of the project?
    one, other = tasks(project, 1, 2)
    with project.batch():
        one.annotate(GOOD)
        one.predict(GOOD)
        other.delete()
    assert stub.said == [
        f"GET {PROJECT}",  # the labeling config, against which both results are checked
        f"GET {PROJECT}",
        f"POST {PATH}",
        "GET /api/tasks/1/",
        "POST /api/tasks/1/annotations/",
        "POST /api/dm/actions/",
    ]
    assert stub.requests[5].query == {"id": "delete_tasks", "project": "1"}
    assert stub.requests[5].json == {"selectedItems": {"all": False, "included": [2]}}
    ports = [request.port for request in stub.requests]
    assert len({ports[0], ports[1], ports[3]}) == len({ports[2], ports[4], ports[5]}) == 1


def test_rejected_rows_are_named_and_the_rest_is_sent_again(project: Project, stub: Stub) -> None:
    def answer(request: Request) -> Answer:
        bad = [n for n, item in enumerate(request.json) if item["task"] == 2]
        if not bad:
            return Answer({"created": len(request.json)}, status=201)
        said = [f"Prediction {n}: 'result' is not of the labeling config" for n in bad]
        problems = {"non_field_errors": said}
        return Answer({"detail": "Validation error", "validation_errors": problems}, status=400)

    stub.on("POST", PATH, answer)
    with pytest.raises(BatchFailed, match=r"\[1\] prediction for task 2: "), project.batch():
        _ = [task.predict(GOOD) for task in tasks(project, 1, 2, 3)]
    sent = [request for request in stub.requests if request.method == "POST"]
    assert [len(request.json) for request in sent] == [3, 2]


def test_a_connection_that_stays_lost_leaves_it_open_and_nothing_else_is_sent(
    project: Project, stub: Stub
) -> None:
    def cut(request: Request) -> None:
        raise Cut

    stub.on("POST", PATH, cut)
    stub.on("GET", "/api/predictions/", [])

    def block() -> None:
        one, other = tasks(project, 1, 2)
        one.predict(GOOD)
        other.delete()

    with pytest.raises(OutcomeUnknown) as caught, project.batch() as batch:
        block()
    sent = [said for said in stub.said if said.startswith("POST")]
    assert sent == [f"POST {PATH}"] * RETRIES.tries
    assert caught.value.batch is batch  # type: ignore[attr-defined]
    assert "1 not sent" in str(caught.value)
