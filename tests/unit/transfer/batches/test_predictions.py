"""Predictions of a batch: sent together, and created once even after lost responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from support.batching import (
    GOOD,
    IMPORT,
    LOST,
    ONE,
    RETRIES,
    BatchServer,
    failing,
    made,
    predict,
)
from support.clock import tuned

from label_studio_orm import Project
from label_studio_orm.errors import (
    AuthenticationError,
    BatchFailed,
    IncompleteResult,
    OutcomeUnknown,
    Rejected,
    ServerError,
)


def naming(bad: set[int]) -> Callable[[list[Any]], Exception | None]:
    """Refuse as the server does: its error names the items by their index in the request."""

    def refuse(items: list[Any]) -> Exception | None:
        found = [n for n, item in enumerate(items) if item["task"] in bad]
        said = [f"Prediction {n}: Missing required field" for n in found]
        return Rejected("Bad.", detail="", validation_errors={"result": said}) if found else None

    return refuse


NESTED = (
    '<View><Text name="text" value="$text"/><Choices name="kind" toName="text" allowNested="true">'
    '<Choice value="Animal"><Choice value="Cat"/></Choice></Choices></View>'
)


PATH = {"kind": [("Animal", "Cat")]}  # known to be dropped by the bulk import


@pytest.fixture
def nested(batch_server: BatchServer, project: Project) -> Project:
    batch_server.client.answers["GET /api/projects/1/"] = lambda options: {
        "id": 1,
        "label_config": NESTED,
        "total_predictions_number": len(batch_server.kept),
    }
    batch_server.drop = lambda item: bool(item["result"])
    return project


# -- requests -------------------------------------------------------------------------------------


def test_the_number_of_predictions_in_a_request_is_limited(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_predictions=2)
    with project.batch() as batch:
        predict(batch_server)
        assert [len(sent) for sent in batch_server.posts] == [2, 2]
    assert [[item["task"] for item in sent] for sent in batch_server.posts] == [[1, 2], [3, 4], [5]]
    assert batch.created == 5


def test_the_bytes_of_predictions_in_a_request_are_limited(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_bytes=300)  # two of them
    with project.batch():
        predict(batch_server)
    assert [[item["task"] for item in sent] for sent in batch_server.posts] == [[1, 2], [3, 4], [5]]


def test_a_prediction_with_fields_that_import_ignores_is_sent_alone(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    with project.batch() as batch:
        assert batch_server.task(1).predict(GOOD, cluster=3).id == 9
        assert batch_server.writes == ["POST /api/predictions/"]
    assert (batch.created, batch_server.posts) == (1, [])


# -- refusals -------------------------------------------------------------------------------------


def test_the_other_predictions_are_resent_if_the_error_names_the_refused(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.refuse = naming({2, 5})
    batch, error = failing(project, lambda: predict(batch_server))
    assert [[item["task"] for item in sent] for sent in batch_server.posts[1:]] == [[1, 3, 4]]
    assert [failure.index for failure in batch.failed] == [1, 4]
    assert "3 created, 0 saved, 0 deleted, 2 failed" in str(error)
    assert "[4] prediction for task 5: Bad." in str(error)


def test_a_prediction_for_a_deleted_task_does_not_stop_the_others(
    batch_server: BatchServer, project: Project
) -> None:
    def refuse(items: list[Any]) -> Exception | None:
        gone = [item for item in items if item["task"] not in batch_server.rows]
        return Rejected("Some tasks are not of this project.", detail="") if gone else None

    batch_server.refuse = refuse

    def block() -> None:
        predict(batch_server)
        batch_server.remove(3)

    _, error = failing(project, block)
    assert [len(sent) for sent in batch_server.posts] == [5, 4]
    assert "[2] prediction for task 3: Some tasks are not" in str(error)


def test_a_refused_prediction_that_is_not_named_is_found_by_bisection(
    batch_server: BatchServer, project: Project
) -> None:
    def refuse(items: list[Any]) -> Exception | None:
        bad = any(item["task"] == 4 for item in items)
        return Rejected("Something is wrong.", detail="") if bad else None

    batch_server.refuse = refuse
    with pytest.raises(BatchFailed) as caught, project.batch() as batch:
        predict(batch_server)
    assert sorted(item["task"] for item in batch_server.kept) == [1, 2, 3, 5]
    assert [failure.index for failure in caught.value.batch.failed] == [3]
    assert batch.created == 4


def test_if_all_predictions_are_refused_each_is_reported(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.refuse = lambda items: Rejected("Nothing goes.", detail="")
    with pytest.raises(BatchFailed), project.batch() as batch:
        predict(batch_server)
    assert [failure.index for failure in batch.failed] == [0, 1, 2, 3, 4]


def test_predictions_dropped_by_the_bulk_import_are_sent_one_by_one(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.drop = lambda item: item["task"] in (2, 4)
    with project.batch() as batch:
        predict(batch_server)
    assert batch_server.writes == [IMPORT, ONE, ONE]
    assert made(batch_server) == [(1, 0.1), (3, 0.3), (5, 0.5), (2, 0.2), (4, 0.4)]
    assert {item["model_version"] for item in batch_server.kept} == {"undefined"}
    assert (batch.created, batch.failed, batch.unknown) == (5, [], [])


def test_if_all_predictions_were_dropped_none_are_read_back(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.drop = lambda item: True
    with project.batch() as batch:
        predict(batch_server, 2)
    assert (batch.created, batch_server.writes) == (2, [IMPORT, ONE, ONE])
    assert "GET /api/predictions/" not in batch_server.client.said


def test_a_dropped_prediction_that_is_refused_alone_is_reported(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.drop = lambda item: item["task"] in (2, 4)
    batch_server.refuse_one = lambda item: Rejected("No such label.") if item["task"] == 4 else None
    batch, error = failing(project, lambda: predict(batch_server))
    assert (batch.created, [failure.index for failure in batch.failed]) == (4, [3])
    assert "[3] prediction for task 4: No such label." in str(error)


def test_equal_predictions_are_sent_alone_as_often_as_they_were_dropped(
    batch_server: BatchServer, project: Project
) -> None:
    dropped = iter([False, True, False])
    batch_server.drop = lambda item: next(dropped)
    with project.batch() as batch:
        for _ in range(3):
            batch_server.task(1).predict(GOOD)
    assert (batch.created, len(batch_server.kept)) == (3, 3)
    assert batch_server.writes == [IMPORT, ONE]


def test_equal_older_predictions_are_not_mistaken_for_those_of_the_batch(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch():
        predict(batch_server, 3)
    batch_server.drop = lambda item: item["task"] == 2
    with project.batch():
        predict(batch_server, 3)
    assert [task for task, _ in made(batch_server)] == [1, 2, 3, 1, 3, 2]


def test_predictions_known_to_be_dropped_are_not_sent_in_bulk(
    batch_server: BatchServer, nested: Project
) -> None:
    with nested.batch() as batch:
        batch_server.task(1).predict(PATH, score=0.1)
        batch_server.task(2).predict([], score=0.2)
        batch_server.task(3).predict(PATH, score=0.3)
    assert batch_server.writes == [IMPORT, ONE, ONE]
    assert [[item["task"] for item in sent] for sent in batch_server.posts] == [[2]]
    assert made(batch_server) == [(2, 0.2), (1, 0.1), (3, 0.3)]
    assert (batch.created, batch.failed) == (3, [])


def test_a_prediction_sent_alone_must_belong_to_the_project(
    batch_server: BatchServer, nested: Project
) -> None:
    def block() -> None:
        batch_server.task(1).predict(PATH)
        nested.tasks.get(77).predict(PATH)

    batch, _ = failing(nested, block)
    assert (batch_server.writes, batch.created) == ([ONE], 1)
    assert str(batch.failed[0]) == "[1] prediction for task 77: <Project 1> has no task 77."


@pytest.mark.parametrize("arrives", [True, False])
def test_a_prediction_sent_alone_is_created_once_after_a_lost_response(
    arrives: bool, batch_server: BatchServer, nested: Project
) -> None:
    lost = iter([True])

    def lose(options: Any) -> Any:
        if next(lost, False):
            return LOST if not arrives or batch_server.take_one(options) else None
        return batch_server.take_one(options)

    batch_server.client.answers[ONE] = lose
    with nested.batch() as batch:
        for id in (1, 2):
            batch_server.task(id).predict(PATH, score=id / 10)
    assert made(batch_server) == [(1, 0.1), (2, 0.2)]
    assert (batch.created, batch_server.writes) == (2, [ONE] * (2 if arrives else 3))


def test_a_prediction_sent_alone_without_a_response_has_an_unknown_outcome(
    batch_server: BatchServer, nested: Project
) -> None:
    batch_server.client.answers[ONE] = LOST

    def block() -> None:
        batch_server.task(1).predict([])
        batch_server.task(2).predict(PATH)
        batch_server.task(3).predict(PATH)

    batch, error = failing(nested, block, OutcomeUnknown)
    assert (batch.created, batch.unknown) == (1, [1])
    assert "1 not sent, 1 of unknown outcome" in str(error)


def test_predictions_that_are_counted_but_not_listed_are_an_error(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers[IMPORT] = {"created": 3}
    _, error = failing(project, lambda: predict(batch_server), IncompleteResult)
    assert "it took 3, and does not show 3 of these" in str(error)


# -- outages --------------------------------------------------------------------------------------


def test_predictions_are_not_created_twice_after_a_lost_response(
    batch_server: BatchServer, project: Project
) -> None:
    take = batch_server.take
    batch_server.client.answers[IMPORT] = lambda options: take(options) and LOST
    with project.batch() as batch:
        predict(batch_server, 3)
    assert len(batch_server.kept) == batch.created == 3
    assert batch_server.writes == [IMPORT]


def test_predictions_are_sent_again_after_a_lost_request(
    batch_server: BatchServer, project: Project
) -> None:
    answers = iter([LOST, None])
    batch_server.refuse = lambda items: next(answers)
    with project.batch() as batch:
        predict(batch_server, 3)
    assert len(batch_server.kept) == batch.created == 3
    assert [len(sent) for sent in batch_server.posts] == [3, 3]


def test_only_the_missing_predictions_are_sent_again(
    batch_server: BatchServer, project: Project
) -> None:
    def take_one(options: Any) -> Any:
        items = json.loads(options["data"])
        batch_server.client.answers[IMPORT] = batch_server.take
        batch_server.take({"data": json.dumps(items[:1])})
        return LOST

    batch_server.client.answers[IMPORT] = take_one
    with project.batch() as batch:
        predict(batch_server, 3)
    assert [item["task"] for item in batch_server.kept] == [1, 2, 3]
    assert batch.created == 3


def test_equal_predictions_of_an_earlier_batch_are_not_mistaken_for_lost_ones(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch():
        predict(batch_server, 2)
    answers = iter([LOST, None])
    batch_server.refuse = lambda items: next(answers)
    with project.batch():
        predict(batch_server, 2)
    assert [item["task"] for item in batch_server.kept] == [1, 2, 1, 2]


def test_a_request_still_being_processed_is_waited_for(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_retries=evolve(RETRIES, lost_timeout=5))
    late: list[Any] = []
    looks = iter(range(9))

    def look(options: Any) -> Any:
        if next(looks) == 1:
            batch_server.take(late.pop())
        return batch_server.kept

    def lose(options: Any) -> Any:
        late.append(options)
        return LOST

    batch_server.client.answers.update({IMPORT: lose, "GET /api/predictions/": look})
    with project.batch() as batch:
        predict(batch_server, 2)
    assert len(batch_server.kept) == batch.created == 2
    assert batch_server.writes == [IMPORT]


def test_the_unsent_half_of_a_bisected_request_is_counted_as_not_sent(
    batch_server: BatchServer, project: Project
) -> None:
    answers = iter([Rejected("Something.", detail="")])
    batch_server.refuse = lambda items: next(answers, LOST)
    with pytest.raises(OutcomeUnknown, match="2 not sent"), project.batch():
        predict(batch_server, 4)
    assert [len(sent) for sent in batch_server.posts] == [4, 2, 2, 2, 2]


# -- records in a batch ---------------------------------------------------------------------------


def test_a_lost_result_is_found_even_if_the_user_changes_it_later(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.drop = lambda item: item["task"] == 2
    result = [dict(GOOD[0], score=1.0)]

    with project.batch():
        for id in (1, 2, 3):
            result[0]["id"] = str(id)
            batch_server.task(id).predict(result)
    assert [(item["task"], item["result"][0]["id"]) for item in batch_server.kept] == [
        (1, "1"),
        (3, "3"),
        (2, "2"),
    ]


def test_a_prediction_that_causes_a_500_is_found_by_bisection(
    batch_server: BatchServer, project: Project
) -> None:
    def failed(items: Any) -> Any:
        if any(item["task"] == 2 for item in items):
            return ServerError("POST → 500: It broke.", status=500, error_id="f00")
        return None

    batch_server.refuse = failed
    batch, error = failing(project, lambda: predict(batch_server))
    assert (batch.created, [each.index for each in batch.failed]) == (4, [1])
    assert "It broke" in str(error)


@pytest.mark.parametrize(
    ("answer", "at_look"),
    [(True, 1), (False, 2), (False, 0)],
    ids=["answered", "found", "before it is sent again"],
)
def test_a_late_request_that_was_already_resent_is_reported(
    answer: bool, at_look: int, batch_server: BatchServer, project: Project
) -> None:
    """The second request succeeds or is found later; the first one is processed meanwhile."""
    late: list[Any] = []
    looks: list[int] = []

    def post(options: Any) -> Any:
        if late:
            looks.append(0)
            return batch_server.take(options) if answer else batch_server.take(options) and LOST
        late.append(options)
        return LOST

    def look(options: Any) -> Any:
        if looks:
            looks.append(1)
        if sum(looks) == at_look and len(batch_server.kept) == (2 if at_look else 0):
            batch_server.take(late[0])
        came_after_the_look = at_look == 0 and not looks
        return [] if came_after_the_look else batch_server.kept

    batch_server.client.answers.update({IMPORT: post, "GET /api/predictions/": look})
    says = r"2 predictions .* are there twice"
    with pytest.raises(IncompleteResult, match=says) as caught, project.batch():
        predict(batch_server, 2)
    assert len(batch_server.kept) == 4
    assert caught.value.doubles == [3, 4]  # type: ignore[attr-defined]


@pytest.mark.parametrize("readable", [True, False])
def test_an_error_that_ends_a_batch_says_what_is_there_twice(
    readable: bool, batch_server: BatchServer, project: Project
) -> None:
    """The first request comes late, after it was sent again; then the key is refused."""
    sent: list[Any] = []

    def post(options: Any) -> Any:
        sent.append(options)
        if len(sent) == 3:
            batch_server.take(sent[0])
            raise AuthenticationError("The key was revoked.", status=401)
        return LOST if len(sent) == 1 else batch_server.take(options)

    def look(options: Any) -> Any:
        if len(sent) == 3 and not readable:
            raise AuthenticationError("The key was revoked.", status=401)
        return batch_server.kept

    tuned(project.client, batch_predictions=2)
    batch_server.client.answers.update({IMPORT: post, "GET /api/predictions/": look})
    says = "2 predictions .* are there twice" if readable else "may be there twice"
    with pytest.raises(AuthenticationError, match=says) as caught, project.batch():
        predict(batch_server, 4)
    assert len(batch_server.kept) == 4
    assert getattr(caught.value, "doubles", None) == ([3, 4] if readable else None)
