"""Batches: which writes they queue, what is sent together, and what they report at the end."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest
from support.batching import (
    ACTIONS,
    GOOD,
    IMPORT,
    LOST,
    RETRIES,
    BatchServer,
    failing,
    predict,
)
from support.clock import tuned
from support.texts import SENTIMENT, sentiment, without_id

from label_studio_orm import Annotation, Project, Task
from label_studio_orm.errors import (
    BatchFailed,
    FieldMissing,
    InvalidInput,
    InvalidResult,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    ServerError,
)

NOT_A_NUMBER = [{**GOOD[0], "score": float("nan")}]  # valid for the config, but not JSON


# -- requests -------------------------------------------------------------------------------------


def test_predictions_are_sent_in_order_in_one_request(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch() as batch:
        for task in project.tasks:
            task.predict(GOOD, score=0.5, model_version=f"m{task.id}")
        assert batch_server.posts == []
    (sent,) = batch_server.posts
    assert [(item["task"], item["model_version"]) for item in sent] == [
        (id, f"m{id}") for id in batch_server.ids
    ]
    assert sent[0] == {"task": 1, "result": GOOD, "score": 0.5, "model_version": "m1"}
    assert (batch.created, repr(batch)) == (5, "<Batch: 5 created, 0 saved, 0 deleted, 0 failed>")


def test_a_batch_reports_its_progress(batch_server: BatchServer, project: Project) -> None:
    seen: list[Any] = []
    with project.batch(progress=lambda done, total: seen.append((done, total))):
        for task in project.tasks:
            task.predict(GOOD)
    assert seen == [(5, 5)]


def test_a_batch_without_writes_sends_nothing(batch_server: BatchServer, project: Project) -> None:
    with project.batch():
        batch_server.task(1).save()
    assert batch_server.client.said == []


def test_a_batch_without_writes_keeps_the_cache(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["GET /api/projects/1/"] = {"id": 1, "title": "Reviews"}
    for _ in range(2):
        assert Project(1, client=batch_server.client).title == "Reviews"
        with project.batch():
            pass
    assert batch_server.client.said == ["GET /api/projects/1/"]


def test_tasks_are_deleted_in_one_request_after_the_predictions(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch() as batch:
        batch_server.task(1).delete()
        batch_server.task(2).delete()
        batch_server.task(3).predict(GOOD)
        batch_server.task(1).delete()
    assert batch_server.writes == [IMPORT, ACTIONS]
    assert batch_server.deleted == [[1, 2]]
    assert (batch.created, batch.deleted, batch.unknown) == (1, 2, [])


def test_deleting_a_query_in_a_batch_sends_the_predictions_first(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch():
        predict(batch_server, 2)
        project.tasks.filter(Task.id < 3).delete()
    assert batch_server.writes == [IMPORT, ACTIONS]
    assert batch_server.deleted == [[1, 2]]


def test_the_number_of_tasks_in_a_delete_request_is_limited(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_deletions=2)
    with project.batch() as batch:
        for task in project.tasks:
            task.delete()
    assert batch_server.deleted == [[1, 2], [3, 4], [5]]
    assert batch.deleted == 5


def test_annotations_with_other_fields_saves_and_deletes_are_sent_immediately(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["DELETE /api/annotations/9/"] = None
    with project.batch() as batch:
        annotation = batch_server.task(1).annotate(GOOD, lead_time=2.5)
        assert (annotation.id, batch_server.writes) == (9, ["POST /api/tasks/1/annotations/"])
        task = batch_server.task(2)
        task.meta = {"seen": True}
        task.save()
        assert batch_server.writes[1:] == ["PATCH /api/tasks/2/"]
        Annotation._from_answer(batch_server.client, {"id": 9, "task": 1, "project": 1}).delete()
        assert batch_server.writes[2:] == ["DELETE /api/annotations/9/"]
    assert (batch.created, batch.saved, batch.deleted) == (1, 1, 1)


def test_many_tasks_are_updated_in_a_batch(batch_server: BatchServer, project: Project) -> None:
    batch_server.client.answers["PATCH /api/tasks/2/"] = Rejected("no")
    with pytest.raises(BatchFailed), project.batch() as batch:
        assert project.tasks.update(overlap=2) == 5
    assert (batch.saved, [failure.index for failure in batch.failed]) == (4, [1])


def test_a_batch_can_be_flushed_before_its_end(batch_server: BatchServer, project: Project) -> None:
    with project.batch() as batch:
        predict(batch_server, 1)
        batch.flush()
        assert (len(batch_server.posts), batch.created) == (1, 1)


def test_tasks_are_loaded_again_after_their_predictions_were_sent(
    batch_server: BatchServer, project: Project
) -> None:
    task = project.tasks[0]
    assert (task.total_predictions, task.predictions) == (0, [])
    with project.batch():
        task.predict(GOOD)
        assert task.total_predictions == 0  # not sent yet
    assert task.total_predictions == 1


# -- results and validation ------------------------------------------------------------------------


def test_python_values_are_sent_in_the_servers_format(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch():
        for task in project.tasks:
            task.predict({"sentiment": "Positive"}, score=0.5)
    (sent,) = batch_server.posts
    assert [without_id(item["result"]) for item in sent] == [GOOD] * 5


def test_a_batch_loads_the_config_once(batch_server: BatchServer, project: Project) -> None:
    with project.batch():
        predict(batch_server)
        assert batch_server.client.said == ["GET /api/projects/1/"]


def test_invalid_results_are_sent_without_validation(
    batch_server: BatchServer, project: Project
) -> None:
    wrong = sentiment("Positiv")
    with project.batch() as batch:
        batch_server.task(1).predict(wrong, validate=False)
        assert batch_server.client.said == []  # the config is not loaded either
    assert (batch.created, batch_server.posts) == (1, [[{"task": 1, "result": wrong}]])


def test_an_invalid_changed_result_is_refused_immediately(
    batch_server: BatchServer, project: Project
) -> None:
    annotation = Annotation._from_answer(
        batch_server.client, {"id": 9, "task": 1, "project": 1, "result": GOOD}
    )
    with project.batch() as batch:
        annotation.result = sentiment("Positiv")
        with pytest.raises(InvalidResult):
            annotation.save()
    assert (batch.saved, batch.failed, batch_server.writes) == (0, [], [])


# -- refusals -------------------------------------------------------------------------------------


def test_refused_writes_are_reported_at_the_end_and_the_others_succeed(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["POST /api/tasks/2/annotations/"] = Rejected("No such control.")
    batch_server.client.answers["PATCH /api/tasks/3/"] = NotFound("No task 3.")

    def block() -> None:
        for task in project.tasks[:3]:
            task.annotate(GOOD)
            task.meta = {"seen": True}
            task.save()

    batch, error = failing(project, block)
    assert error.batch is batch
    assert (batch.created, batch.saved) == (2, 2)
    assert [failure.index for failure in batch.failed] == [2, 5]
    assert str(error) == (
        "<Batch: 2 created, 2 saved, 0 deleted, 2 failed>.\n"
        "[2] annotation for task 2: No such control.\n"
        "[5] <Task 3 unsaved: meta>: No task 3."
    )


def test_the_error_of_a_batch_can_be_pickled(batch_server: BatchServer, project: Project) -> None:
    batch_server.client.answers["POST /api/tasks/1/annotations/"] = Rejected("No such control.")
    _, error = failing(project, lambda: batch_server.task(1).annotate(GOOD))
    other = pickle.loads(pickle.dumps(error))
    assert (type(other), str(other), other.batch) == (BatchFailed, str(error), None)


def test_a_long_list_of_failures_is_shortened(batch_server: BatchServer, project: Project) -> None:
    for id in batch_server.ids:
        batch_server.client.answers[f"POST /api/tasks/{id}/annotations/"] = Rejected("no")

    def block() -> None:
        for _ in range(2):
            for id in batch_server.ids:
                batch_server.task(id).annotate(GOOD)

    _, error = failing(project, block)
    lines = str(error).splitlines()
    assert (len(lines), lines[-1]) == (7, "and 5 more: see error.batch.failed.")


def test_writes_refused_by_the_database_are_reported_at_the_end(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["POST /api/tasks/2/annotations/"] = ServerError(
        "POST → 500: out of range", status=500, detail="integer out of range", error_id="f00"
    )

    def block() -> None:
        for id in (1, 2, 3):
            batch_server.task(id).annotate(GOOD)

    batch, error = failing(project, block)
    assert (batch.created, [each.index for each in batch.failed]) == (2, [1])
    assert "[1] annotation for task 2: POST → 500: out of range" in str(error)


def test_the_id_of_a_refused_prediction_raises_the_reason(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["POST /api/tasks/1/annotations/"] = Rejected("No such control.")
    with pytest.raises(BatchFailed), project.batch():
        annotation = batch_server.task(1).annotate(GOOD)
    with pytest.raises(FieldMissing) as caught:
        _ = annotation.id
    assert "has gathered it" not in str(caught.value)


def test_predict_refuses_an_invalid_prediction_immediately(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch() as batch:
        with pytest.raises(InvalidInput, match="or a list, not 'Positive'"):
            batch_server.task(1).predict("Positive")
        with pytest.raises(InvalidInput, match="score: must be between 0 and 1, not nan"):
            batch_server.task(1).predict(NOT_A_NUMBER)
        with pytest.raises(InvalidResult, match=r"\[0\]\.value\.choices\[0\].*'Positive'"):
            batch_server.task(1).predict(sentiment("Positiv"))
        with pytest.raises(InvalidResult, match=r"sentimnt.*Did you mean 'sentiment'"):
            batch_server.task(1).predict({"sentimnt": "Positive"})
    assert (batch.created, batch_server.posts) == (0, [])


def test_after_an_invalid_prediction_the_valid_ones_are_sent(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch() as batch:
        predict(batch_server, 2)
        with pytest.raises(InvalidInput, match="score: must be between 0 and 1, not nan"):
            batch_server.task(3).predict(NOT_A_NUMBER)
        with pytest.raises(InvalidResult):
            batch_server.task(3).predict(sentiment("Positiv"))
        predict(batch_server, 1, start=4)
    assert (batch.created, [len(sent) for sent in batch_server.posts]) == (3, [3])


# -- outages --------------------------------------------------------------------------------------


def test_a_block_that_raises_an_error_sends_the_queued_writes(
    batch_server: BatchServer, project: Project
) -> None:
    def block() -> None:
        predict(batch_server, 2)
        _ = 1 / 0

    batch, error = failing(project, block, ZeroDivisionError)
    assert len(batch_server.posts[0]) == 2
    assert error.batch is batch


def test_an_error_of_the_package_reports_the_progress_of_the_batch(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["POST /api/tasks/3/annotations/"] = ServerError("It broke.")

    def block() -> None:
        predict(batch_server, 2)
        batch_server.task(3).annotate(GOOD, lead_time=2.5)

    _, error = failing(project, block, ServerError)
    assert str(error) == ("It broke.\n<Batch: 2 created, 0 saved, 0 deleted, 0 failed>.")


def test_after_a_persistent_outage_nothing_else_is_sent(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_predictions=2)
    batch_server.client.answers[IMPORT] = LOST

    def block() -> None:
        batch_server.task(5).delete()
        predict(batch_server, 4)

    batch, error = failing(project, block, OutcomeUnknown)
    assert batch_server.writes == [IMPORT] * RETRIES.tries
    assert error.batch is batch
    assert "0 failed>, 1 not sent, 2 of unknown outcome." in str(error)
    assert error.batch.unknown == [1, 2]


def test_an_outage_at_the_end_reports_the_unsent_writes(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers[IMPORT] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        batch_server.task(5).delete()
        predict(batch_server, 4)

    batch, error = failing(project, block, OutcomeUnknown)
    assert batch_server.writes == [IMPORT] * RETRIES.tries
    assert "0 deleted, 0 failed>, 1 not sent, 4 of unknown outcome." in str(error)
    assert error.batch is batch


def test_earlier_failures_are_reported_with_the_error_that_ended_the_batch(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["POST /api/tasks/1/annotations/"] = Rejected("No such control.")
    batch_server.client.answers[IMPORT] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        batch_server.task(1).annotate(GOOD, lead_time=2.5)
        predict(batch_server, 2)

    _, error = failing(project, block, OutcomeUnknown)
    assert "[0] annotation for task 1: No such control." in str(error)


def test_a_broken_batch_raises_an_error_even_if_the_block_continues(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_predictions=2)
    batch_server.client.answers[IMPORT] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        with project.batch():
            for id in (1, 2, 3):
                try:
                    batch_server.task(id).predict(GOOD)
                except OutcomeUnknown:
                    batch_server.client.answers[IMPORT] = (
                        batch_server.take
                    )  # the server works again

    with pytest.raises(Exception, match="1 not sent"):
        block()


def test_unsent_writes_are_counted_if_the_block_of_a_broken_batch_continues(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_predictions=4)
    answers = iter([Rejected("Something.", detail=""), *[LOST] * RETRIES.tries])
    batch_server.refuse = lambda items: next(answers, None)

    def block() -> None:
        with pytest.raises(OutcomeUnknown):
            predict(batch_server, 4)
        predict(batch_server, 5)

    _, error = failing(project, block, LabelStudioError)
    sent = [len(sent) for sent in batch_server.posts]
    waiting = (
        9 - 2 - sum(sent[1 + RETRIES.tries :])
    )  # two are lost, two of the first four were not sent
    assert f"{waiting} not sent" in str(error)


# -- which writes are in a batch ------------------------------------------------------------------


def test_writes_after_the_block_are_sent_immediately(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch():
        pass
    batch_server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    assert batch_server.task(1).predict(GOOD).id == 9


def test_writes_after_a_failed_block_are_sent_immediately(
    batch_server: BatchServer, project: Project
) -> None:
    with pytest.raises(ZeroDivisionError), project.batch():
        _ = 1 / 0
    batch_server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    assert batch_server.task(1).predict(GOOD).id == 9


def test_a_task_of_another_project_is_not_in_the_batch(
    batch_server: BatchServer, project: Project
) -> None:
    batch_server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    batch_server.client.answers["GET /api/projects/2/"] = {"id": 2, "label_config": SENTIMENT}
    other = Task._from_answer(batch_server.client, {"id": 1, "project": 2, "data": {}})
    with project.batch():
        assert other.predict(GOOD).id == 9


def test_a_task_of_another_server_is_not_in_the_batch(
    batch_server: BatchServer, project: Project
) -> None:
    other = BatchServer()
    other.client.server = "http://other"
    other.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    with project.batch():
        assert other.task(1).predict(GOOD).id == 9


def test_another_thread_is_not_in_the_batch(batch_server: BatchServer, project: Project) -> None:
    batch_server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    made: list[Any] = []
    with project.batch():
        thread = threading.Thread(target=lambda: made.append(batch_server.task(1).predict(GOOD)))
        thread.start()
        thread.join()
    assert made[0].id == 9


def test_the_innermost_batch_queues_the_writes(batch_server: BatchServer, project: Project) -> None:
    with project.batch() as outer:
        predict(batch_server, 1)
        with project.batch() as inner:
            predict(batch_server, 2, start=2)
        assert (inner.created, len(batch_server.posts)) == (2, 1)
        predict(batch_server, 1, start=4)
    assert (outer.created, inner.created) == (2, 2)


def test_the_outer_batch_queues_writes_of_its_own_project(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch() as outer, Project(2, client=batch_server.client).batch():
        predict(batch_server, 1)
    assert outer.created == 1


def test_saving_the_project_is_not_queued(batch_server: BatchServer, project: Project) -> None:
    batch_server.client.answers["PATCH /api/projects/1/"] = Rejected("no")
    project.title = "New title"
    with project.batch(), pytest.raises(Rejected):
        project.save()


# -- records in a batch ---------------------------------------------------------------------------


def test_the_id_of_a_queued_prediction_raises_an_error(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch():
        prediction = batch_server.task(1).predict(GOOD, score=0.5, model_version="m1")
    with pytest.raises(FieldMissing, match=r"no id yet: it is queued in a batch.*from its task"):
        _ = prediction.id
    assert (prediction.score, prediction.result, prediction.task.id) == (0.5, GOOD, 1)
    assert repr(prediction) == "<Prediction without id of task 1 by m1>"


def test_queued_predictions_are_distinct(batch_server: BatchServer, project: Project) -> None:
    with project.batch():
        one, other = (batch_server.task(1).predict(GOOD) for _ in range(2))
    assert one == one
    assert one != other
    assert len({one, other, one}) == 2


def test_a_queued_prediction_can_be_read_from_its_task_later(
    batch_server: BatchServer, project: Project
) -> None:
    task = batch_server.task(1)
    with project.batch():
        task.predict(GOOD)
    batch_server.rows[1]["predictions"] = batch_server.kept
    assert [prediction.id for prediction in task.predictions] == [1]


@pytest.mark.parametrize(
    "write",
    [
        lambda task: task.predict(GOOD),
        lambda task: task.annotate(GOOD),
        lambda task: (setattr(task, "meta", {"x": 1}), task.save()),
    ],
    ids=["predict", "annotate", "save"],
)
def test_writes_to_a_task_deleted_in_the_batch_are_refused(
    write: Callable[[Task], Any], batch_server: BatchServer, project: Project
) -> None:
    with project.batch():
        task = batch_server.task(1)
        task.delete()
        with pytest.raises(InvalidInput, match="Task 1 was deleted before, in this batch"):
            write(task)
    assert batch_server.writes == [ACTIONS]


def test_the_project_of_an_unloaded_task_is_requested(
    batch_server: BatchServer, project: Project
) -> None:
    with project.batch() as batch:
        Task(1, client=batch_server.client).predict(GOOD)
    assert batch.created == 1
    assert batch_server.writes == [IMPORT]


def test_a_failed_flush_is_reported_even_if_the_block_ignores_the_error(
    batch_server: BatchServer, project: Project
) -> None:
    tuned(batch_server.client, batch_deletions=2)
    batch_server.client.answers[ACTIONS] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        batch_server.task(1).delete()
        with pytest.raises(OutcomeUnknown):
            batch_server.task(2).delete()

    batch, error = failing(project, block)
    assert "2 of unknown outcome" in str(error)
    assert batch.unknown == [0, 1]


@pytest.mark.parametrize("score", [7, -0.1, float("nan"), "0.5", True])
def test_an_invalid_score_is_refused_immediately(
    score: Any, batch_server: BatchServer, project: Project
) -> None:
    def block() -> None:
        batch_server.task(1).predict(GOOD, score=0.5)
        batch_server.task(2).predict(GOOD, score=score)

    says = "score must be between 0 and 1, not"
    batch, error = failing(project, block, InvalidInput)
    assert says in str(error)
    assert batch.created == 1
    with pytest.raises(InvalidInput, match=says):
        batch_server.task(2).predict(GOOD, score=score)
    assert len(batch_server.posts) == 1


def test_a_nul_character_is_refused_immediately(
    batch_server: BatchServer, project: Project
) -> None:
    def block() -> None:
        batch_server.task(1).predict(GOOD, model_version="m\x001")

    _, error = failing(project, block, InvalidInput)
    assert "model_version must not contain NUL" in str(error)
    assert batch_server.posts == []
