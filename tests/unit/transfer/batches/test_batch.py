"""Batches: many small writes become few large ones, and none is lost in silence."""

from __future__ import annotations

import json
import pickle
import threading
from collections.abc import Callable
from typing import Any

import pytest
from support.tasks import TaskServer
from support.texts import SENTIMENT, sentiment, without_id

from label_studio_orm import Annotation, Project, Task
from label_studio_orm.errors import (
    BatchFailed,
    FieldMissing,
    IncompleteResult,
    InvalidInput,
    InvalidResult,
    LabelStudioError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    ServerError,
)
from label_studio_orm.transfer.batches import batch as batches
from label_studio_orm.transfer.batches import predictions

LOST = OutcomeUnknown("The connection was lost.")
IMPORT = "POST /api/projects/1/import/predictions"
ONE = "POST /api/predictions/"
ACTIONS = "POST /api/dm/actions/"
GOOD = sentiment("Positive")
NOT_A_NUMBER = [{**GOOD[0], "score": float("nan")}]  # which fits the config, and no JSON


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no lost request longer than a moment."""
    monkeypatch.setattr(predictions, "PATIENCE", 0)
    monkeypatch.setattr(predictions, "FIRST_PAUSE", 0)


class Server(TaskServer):
    """Takes predictions all or none; what is refused or dropped is up to the test.

    One by one, it takes all but those that `refuse_one` refuses.
    """

    def __init__(self, count: int = 5) -> None:
        super().__init__(count)
        self.posts: list[list[Any]] = []  # the predictions of each request
        self.kept: list[Any] = []
        self.deleted: list[list[int]] = []
        self.refuse: Callable[[list[Any]], Exception | None] = lambda items: None
        self.drop: Callable[[Any], bool] = lambda item: False
        self.refuse_one: Callable[[Any], Exception | None] = lambda item: None
        answers = self.client.answers
        answers[IMPORT] = self.take
        answers[ONE] = self.take_one
        answers[ACTIONS] = self.act
        answers["GET /api/predictions/"] = lambda options: self.kept
        for id in self.rows:
            answers[f"PATCH /api/tasks/{id}/"] = lambda o, id=id: {**self.rows[id], **o["json"]}
            answers[f"POST /api/tasks/{id}/annotations/"] = lambda o, id=id: {
                **o["json"],
                "id": 9,
                "task": id,
            }

    def take(self, options: Any) -> Any:
        items = json.loads(options["data"])
        self.posts.append(items)
        error = self.refuse(items)
        if error:
            return error
        new = [item for item in items if not self.drop(item)]
        for item in new:
            self.keep({"score": None, "model_version": "undefined", **item})
        return {"created": len(new)}

    def take_one(self, options: Any) -> Any:
        item = json.loads(json.dumps(options["json"]))
        return self.refuse_one(item) or self.keep({"score": None, "model_version": "", **item})

    def keep(self, item: Any) -> Any:
        self.kept.append({"id": len(self.kept) + 1, "project": 1, **item})
        self.rows[item["task"]]["total_predictions"] += 1
        return self.kept[-1]

    def act(self, options: Any) -> Any:
        ids = options["json"]["selectedItems"]["included"]
        assert options["params"] == {"id": "delete_tasks", "project": 1}
        self.deleted.append(ids)
        return {"processed_items": len(ids)}

    @property
    def project_record(self) -> Project:
        return Project(1, client=self.client)

    def task(self, id: int) -> Task:
        return self.tasks.get(id)

    @property
    def writes(self) -> list[str]:
        return [said for said in self.client.said if not said.startswith("GET")]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def project(server: Server) -> Project:
    return server.project_record


def predict(server: Server, count: int = 5, start: int = 1) -> None:
    for id in range(start, start + count):
        server.task(id).predict(GOOD, score=id / 10)


def failing(project: Project, block: Callable[[], object], error: Any = BatchFailed) -> Any:
    """Run a block in a batch that ends in an error; return both."""
    with pytest.raises(error) as caught, project.batch() as batch:
        block()
    return batch, caught.value


# -- what goes together ---------------------------------------------------------------------------


def test_predictions_go_in_one_request_in_their_order(server: Server, project: Project) -> None:
    with project.batch() as batch:
        for task in project.tasks:
            task.predict(GOOD, score=0.5, model_version=f"m{task.id}")
        assert server.posts == []
    (sent,) = server.posts
    assert [(item["task"], item["model_version"]) for item in sent] == [
        (id, f"m{id}") for id in server.ids
    ]
    assert sent[0] == {"task": 1, "result": GOOD, "score": 0.5, "model_version": "m1"}
    assert (batch.created, repr(batch)) == (5, "<Batch: 5 created, 0 saved, 0 deleted, 0 failed>")


def test_a_batch_without_a_write_sends_nothing(server: Server, project: Project) -> None:
    with project.batch():
        server.task(1).save()
    assert server.client.said == []


def test_a_batch_without_a_write_forgets_nothing(server: Server, project: Project) -> None:
    server.client.answers["GET /api/projects/1/"] = {"id": 1, "title": "Reviews"}
    for _ in range(2):
        assert Project(1, client=server.client).title == "Reviews"
        with project.batch():
            pass
    assert server.client.said == ["GET /api/projects/1/"]


def test_so_many_predictions_go_at_once(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "PREDICTIONS_AT_ONCE", 2)
    with project.batch() as batch:
        predict(server)
        assert [len(sent) for sent in server.posts] == [2, 2]
    assert [[item["task"] for item in sent] for sent in server.posts] == [[1, 2], [3, 4], [5]]
    assert batch.created == 5


def test_so_many_bytes_go_at_once(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "BYTES_AT_ONCE", 300)  # two of them
    with project.batch():
        predict(server)
    assert [[item["task"] for item in sent] for sent in server.posts] == [[1, 2], [3, 4], [5]]


def test_a_prediction_with_more_than_can_be_imported_goes_by_itself(
    server: Server, project: Project
) -> None:
    server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    with project.batch() as batch:
        assert server.task(1).predict(GOOD, cluster=3).id == 9
        assert server.writes == ["POST /api/predictions/"]
    assert (batch.created, server.posts) == (1, [])


def test_tasks_are_deleted_together_after_the_predictions(server: Server, project: Project) -> None:
    with project.batch() as batch:
        server.task(1).delete()
        server.task(2).delete()
        server.task(3).predict(GOOD)
        server.task(1).delete()
    assert server.writes == [IMPORT, ACTIONS]
    assert server.deleted == [[1, 2]]
    assert (batch.created, batch.deleted) == (1, 2)


def test_a_query_that_is_deleted_in_a_batch_waits_for_the_predictions(
    server: Server, project: Project
) -> None:
    with project.batch():
        predict(server, 2)
        project.tasks.filter(Task.id < 3).delete()
    assert server.writes == [IMPORT, ACTIONS]
    assert server.deleted == [[1, 2]]


def test_so_many_tasks_are_deleted_at_once(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "DELETIONS_AT_ONCE", 2)
    with project.batch() as batch:
        for task in project.tasks:
            task.delete()
    assert server.deleted == [[1, 2], [3, 4], [5]]
    assert batch.deleted == 5


def test_annotations_and_changes_go_at_once(server: Server, project: Project) -> None:
    server.client.answers["DELETE /api/annotations/9/"] = None
    with project.batch() as batch:
        annotation = server.task(1).annotate(GOOD)
        assert (annotation.id, server.writes) == (9, ["POST /api/tasks/1/annotations/"])
        task = server.task(2)
        task.meta = {"seen": True}
        task.save()
        assert server.writes[1:] == ["PATCH /api/tasks/2/"]
        Annotation._from_answer(server.client, {"id": 9, "task": 1, "project": 1}).delete()
        assert server.writes[2:] == ["DELETE /api/annotations/9/"]
    assert (batch.created, batch.saved, batch.deleted) == (1, 1, 1)


def test_many_tasks_are_updated_in_a_batch(server: Server, project: Project) -> None:
    server.client.answers["PATCH /api/tasks/2/"] = Rejected("no")
    with pytest.raises(BatchFailed), project.batch() as batch:
        assert project.tasks.update(overlap=2) == 5
    assert (batch.saved, [failure.index for failure in batch.failed]) == (4, [1])


def test_what_was_gathered_can_be_sent_before_the_end(server: Server, project: Project) -> None:
    with project.batch() as batch:
        predict(server, 1)
        batch.flush()
        assert (len(server.posts), batch.created) == (1, 1)


def test_tasks_are_read_anew_after_their_predictions_were_sent(
    server: Server, project: Project
) -> None:
    task = project.tasks[0]
    assert (task.total_predictions, task.predictions) == (0, [])
    with project.batch():
        task.predict(GOOD)
        assert task.total_predictions == 0  # not sent yet
    assert task.total_predictions == 1


# -- what is said in natural terms, and checked ----------------------------------------------------


def test_what_is_said_in_natural_terms_is_sent_as_the_server_keeps_it(
    server: Server, project: Project
) -> None:
    with project.batch():
        for task in project.tasks:
            task.predict({"sentiment": "Positive"}, score=0.5)
    (sent,) = server.posts
    assert [without_id(item["result"]) for item in sent] == [GOOD] * 5


def test_the_config_is_read_once_for_all_writes_of_a_batch(
    server: Server, project: Project
) -> None:
    with project.batch():
        predict(server)
        assert server.client.said == ["GET /api/projects/1/"]


def test_what_does_not_fit_is_sent_if_the_check_is_turned_off(
    server: Server, project: Project
) -> None:
    wrong = sentiment("Positiv")
    with project.batch() as batch:
        server.task(1).predict(wrong, validate=False)
        assert server.client.said == []  # not even the config is read for it
    assert (batch.created, server.posts) == (1, [[{"task": 1, "result": wrong}]])


def test_a_changed_result_that_does_not_fit_is_no_write_of_the_batch(
    server: Server, project: Project
) -> None:
    annotation = Annotation._from_answer(
        server.client, {"id": 9, "task": 1, "project": 1, "result": GOOD}
    )
    with project.batch() as batch:
        annotation.result = sentiment("Positiv")
        with pytest.raises(InvalidResult):
            annotation.save()
    assert (batch.saved, batch.failed, server.writes) == (0, [], [])


# -- what is refused ------------------------------------------------------------------------------


def test_what_is_refused_is_told_in_the_end_and_the_rest_is_made(
    server: Server, project: Project
) -> None:
    server.client.answers["POST /api/tasks/2/annotations/"] = Rejected("No such control.")
    server.client.answers["PATCH /api/tasks/3/"] = NotFound("No task 3.")

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


def test_the_failure_of_a_batch_reaches_the_parent_of_a_worker_process(
    server: Server, project: Project
) -> None:
    server.client.answers["POST /api/tasks/1/annotations/"] = Rejected("No such control.")
    _, error = failing(project, lambda: server.task(1).annotate(GOOD))
    other = pickle.loads(pickle.dumps(error))
    assert (type(other), str(other), other.batch) == (BatchFailed, str(error), None)


def test_a_long_list_of_failures_is_cut(server: Server, project: Project) -> None:
    for id in server.ids:
        server.client.answers[f"POST /api/tasks/{id}/annotations/"] = Rejected("no")

    def block() -> None:
        for _ in range(2):
            for id in server.ids:
                server.task(id).annotate(GOOD)

    _, error = failing(project, block)
    lines = str(error).splitlines()
    assert (len(lines), lines[-1]) == (7, "and 5 more: see error.batch.failed.")


def test_what_the_database_cannot_store_is_told_in_the_end_too(
    server: Server, project: Project
) -> None:
    server.client.answers["POST /api/tasks/2/annotations/"] = ServerError(
        "POST → 500: out of range", status=500, detail="integer out of range", error_id="f00"
    )

    def block() -> None:
        for id in (1, 2, 3):
            server.task(id).annotate(GOOD)

    batch, error = failing(project, block)
    assert (batch.created, [each.index for each in batch.failed]) == (2, [1])
    assert "[1] annotation for task 2: POST → 500: out of range" in str(error)


def test_what_was_refused_has_no_id_and_says_why(server: Server, project: Project) -> None:
    server.client.answers["POST /api/tasks/1/annotations/"] = Rejected("No such control.")
    with pytest.raises(BatchFailed), project.batch():
        annotation = server.task(1).annotate(GOOD)
    with pytest.raises(FieldMissing) as caught:
        _ = annotation.id
    assert "has gathered it" not in str(caught.value)


def naming(bad: set[int]) -> Callable[[list[Any]], Exception | None]:
    """Refuse as the server does: it names the items by their place in the request."""

    def refuse(items: list[Any]) -> Exception | None:
        found = [n for n, item in enumerate(items) if item["task"] in bad]
        said = [f"Prediction {n}: Missing required field" for n in found]
        return Rejected("Bad.", detail="", validation_errors={"result": said}) if found else None

    return refuse


def test_a_refusal_that_names_predictions_has_the_others_sent_again(
    server: Server, project: Project
) -> None:
    server.refuse = naming({2, 5})
    batch, error = failing(project, lambda: predict(server))
    assert [[item["task"] for item in sent] for sent in server.posts[1:]] == [[1, 3, 4]]
    assert [failure.index for failure in batch.failed] == [1, 4]
    assert "3 created, 0 saved, 0 deleted, 2 failed" in str(error)
    assert "[4] prediction for task 5: Bad." in str(error)


def test_a_prediction_for_a_task_that_is_gone_does_not_stop_the_others(
    server: Server, project: Project
) -> None:
    def refuse(items: list[Any]) -> Exception | None:
        gone = [item for item in items if item["task"] not in server.rows]
        return Rejected("Some tasks are not of this project.", detail="") if gone else None

    server.refuse = refuse

    def block() -> None:
        predict(server)
        server.remove(3)

    _, error = failing(project, block)
    assert [len(sent) for sent in server.posts] == [5, 4]
    assert "[2] prediction for task 3: Some tasks are not" in str(error)


def test_a_refusal_that_names_nothing_is_found_by_halving(server: Server, project: Project) -> None:
    def refuse(items: list[Any]) -> Exception | None:
        bad = any(item["task"] == 4 for item in items)
        return Rejected("Something is wrong.", detail="") if bad else None

    server.refuse = refuse
    with pytest.raises(BatchFailed) as caught, project.batch() as batch:
        predict(server)
    assert sorted(item["task"] for item in server.kept) == [1, 2, 3, 5]
    assert [failure.index for failure in caught.value.batch.failed] == [3]
    assert batch.created == 4


def test_if_all_are_refused_each_is_told(server: Server, project: Project) -> None:
    server.refuse = lambda items: Rejected("Nothing goes.", detail="")
    with pytest.raises(BatchFailed), project.batch() as batch:
        predict(server)
    assert [failure.index for failure in batch.failed] == [0, 1, 2, 3, 4]


def made(server: Server) -> list[tuple[int, float | None]]:
    return [(item["task"], item["score"]) for item in server.kept]


def test_what_the_bulk_import_drops_is_found_by_reading_back_and_sent_by_itself(
    server: Server, project: Project
) -> None:
    server.drop = lambda item: item["task"] in (2, 4)
    with project.batch() as batch:
        predict(server)
    assert server.writes == [IMPORT, ONE, ONE]
    assert made(server) == [(1, 0.1), (3, 0.3), (5, 0.5), (2, 0.2), (4, 0.4)]
    assert {item["model_version"] for item in server.kept} == {"undefined"}
    assert (batch.created, batch.failed, batch.unknown) == (5, [], [])


def test_if_all_were_dropped_nothing_is_read_back(server: Server, project: Project) -> None:
    server.drop = lambda item: True
    with project.batch() as batch:
        predict(server, 2)
    assert (batch.created, server.writes) == (2, [IMPORT, ONE, ONE])
    assert "GET /api/predictions/" not in server.client.said


def test_what_the_server_refuses_by_itself_too_is_told(server: Server, project: Project) -> None:
    server.drop = lambda item: item["task"] in (2, 4)
    server.refuse_one = lambda item: Rejected("No such label.") if item["task"] == 4 else None
    batch, error = failing(project, lambda: predict(server))
    assert (batch.created, [failure.index for failure in batch.failed]) == (4, [3])
    assert "[3] prediction for task 4: No such label." in str(error)


def test_of_equal_predictions_as_many_are_sent_by_themselves_as_were_dropped(
    server: Server, project: Project
) -> None:
    dropped = iter([False, True, False])
    server.drop = lambda item: next(dropped)
    with project.batch() as batch:
        for _ in range(3):
            server.task(1).predict(GOOD)
    assert (batch.created, len(server.kept)) == (3, 3)
    assert server.writes == [IMPORT, ONE]


def test_older_predictions_that_look_the_same_are_not_taken_for_those_of_the_batch(
    server: Server, project: Project
) -> None:
    with project.batch():
        predict(server, 3)
    server.drop = lambda item: item["task"] == 2
    with project.batch():
        predict(server, 3)
    assert [task for task, _ in made(server)] == [1, 2, 3, 1, 3, 2]


NESTED = (
    '<View><Text name="text" value="$text"/><Choices name="kind" toName="text" allowNested="true">'
    '<Choice value="Animal"><Choice value="Cat"/></Choice></Choices></View>'
)
PATH = {"kind": [("Animal", "Cat")]}  # which the bulk import is known to drop


@pytest.fixture
def nested(server: Server, project: Project) -> Project:
    server.client.answers["GET /api/projects/1/"] = lambda options: {
        "id": 1,
        "label_config": NESTED,
        "total_predictions_number": len(server.kept),
    }
    server.drop = lambda item: bool(item["result"])
    return project


def test_what_is_known_to_be_dropped_is_not_sent_with_the_others(
    server: Server, nested: Project
) -> None:
    with nested.batch() as batch:
        server.task(1).predict(PATH, score=0.1)
        server.task(2).predict([], score=0.2)
        server.task(3).predict(PATH, score=0.3)
    assert server.writes == [IMPORT, ONE, ONE]
    assert [[item["task"] for item in sent] for sent in server.posts] == [[2]]
    assert made(server) == [(2, 0.2), (1, 0.1), (3, 0.3)]
    assert (batch.created, batch.failed) == (3, [])


def test_by_itself_too_a_prediction_stays_in_the_project(server: Server, nested: Project) -> None:
    def block() -> None:
        server.task(1).predict(PATH)
        nested.tasks.get(77).predict(PATH)

    batch, _ = failing(nested, block)
    assert (server.writes, batch.created) == ([ONE], 1)
    assert str(batch.failed[0]) == "[1] prediction for task 77: <Project 1> has no task 77."


@pytest.mark.parametrize("arrives", [True, False])
def test_a_lost_prediction_that_went_by_itself_is_there_once(
    arrives: bool, server: Server, nested: Project
) -> None:
    lost = iter([True])

    def lose(options: Any) -> Any:
        if next(lost, False):
            return LOST if not arrives or server.take_one(options) else None
        return server.take_one(options)

    server.client.answers[ONE] = lose
    with nested.batch() as batch:
        for id in (1, 2):
            server.task(id).predict(PATH, score=id / 10)
    assert made(server) == [(1, 0.1), (2, 0.2)]
    assert (batch.created, server.writes) == (2, [ONE] * (2 if arrives else 3))


def test_what_went_by_itself_and_stays_lost_is_of_unknown_outcome(
    server: Server, nested: Project
) -> None:
    server.client.answers[ONE] = LOST

    def block() -> None:
        server.task(1).predict([])
        server.task(2).predict(PATH)
        server.task(3).predict(PATH)

    batch, error = failing(nested, block, OutcomeUnknown)
    assert (batch.created, batch.unknown) == (1, [1])
    assert "1 not sent, 1 of unknown outcome" in str(error)


def test_what_the_server_counts_and_does_not_show_is_an_error(
    server: Server, project: Project
) -> None:
    server.client.answers[IMPORT] = {"created": 3}
    _, error = failing(project, lambda: predict(server), IncompleteResult)
    assert "it took 3, and does not show 3 of these" in str(error)


def test_a_bad_prediction_is_refused_where_it_is_made(server: Server, project: Project) -> None:
    with project.batch() as batch:
        with pytest.raises(InvalidInput, match="or a list, not 'Positive'"):
            server.task(1).predict("Positive")
        with pytest.raises(InvalidInput, match="score: must be between 0 and 1, not nan"):
            server.task(1).predict(NOT_A_NUMBER)
        with pytest.raises(InvalidResult, match=r"\[0\]\.value\.choices\[0\].*'Positive'"):
            server.task(1).predict(sentiment("Positiv"))
        with pytest.raises(InvalidResult, match=r"sentimnt.*Did you mean 'sentiment'"):
            server.task(1).predict({"sentimnt": "Positive"})
    assert (batch.created, server.posts) == (0, [])


def test_after_a_bad_prediction_the_good_ones_are_sent(server: Server, project: Project) -> None:
    with project.batch() as batch:
        predict(server, 2)
        with pytest.raises(InvalidInput, match="score: must be between 0 and 1, not nan"):
            server.task(3).predict(NOT_A_NUMBER)
        with pytest.raises(InvalidResult):
            server.task(3).predict(sentiment("Positiv"))
        predict(server, 1, start=4)
    assert (batch.created, [len(sent) for sent in server.posts]) == (3, [3])


# -- what breaks ----------------------------------------------------------------------------------


def test_a_block_that_ends_in_an_error_sends_what_was_gathered(
    server: Server, project: Project
) -> None:
    def block() -> None:
        predict(server, 2)
        _ = 1 / 0

    batch, error = failing(project, block, ZeroDivisionError)
    assert len(server.posts[0]) == 2
    assert error.batch is batch


def test_an_error_of_ours_says_how_the_batch_stands(server: Server, project: Project) -> None:
    server.client.answers["POST /api/tasks/3/annotations/"] = ServerError("It broke.")

    def block() -> None:
        predict(server, 2)
        server.task(3).annotate(GOOD)

    _, error = failing(project, block, ServerError)
    assert str(error) == ("It broke.\n<Batch: 2 created, 0 saved, 0 deleted, 0 failed>.")


def test_predictions_whose_answer_was_lost_are_not_made_twice(
    server: Server, project: Project
) -> None:
    take = server.take
    server.client.answers[IMPORT] = lambda options: take(options) and LOST
    with project.batch() as batch:
        predict(server, 3)
    assert len(server.kept) == batch.created == 3
    assert server.writes == [IMPORT]


def test_predictions_whose_request_was_lost_are_sent_again(
    server: Server, project: Project
) -> None:
    answers = iter([LOST, None])
    server.refuse = lambda items: next(answers)
    with project.batch() as batch:
        predict(server, 3)
    assert len(server.kept) == batch.created == 3
    assert [len(sent) for sent in server.posts] == [3, 3]


def test_of_predictions_of_which_some_arrived_only_the_others_are_sent_again(
    server: Server, project: Project
) -> None:
    def take_one(options: Any) -> Any:
        items = json.loads(options["data"])
        server.client.answers[IMPORT] = server.take
        server.take({"data": json.dumps(items[:1])})
        return LOST

    server.client.answers[IMPORT] = take_one
    with project.batch() as batch:
        predict(server, 3)
    assert [item["task"] for item in server.kept] == [1, 2, 3]
    assert batch.created == 3


def test_equal_predictions_of_before_are_not_taken_for_lost_ones(
    server: Server, project: Project
) -> None:
    with project.batch():
        predict(server, 2)
    answers = iter([LOST, None])
    server.refuse = lambda items: next(answers)
    with project.batch():
        predict(server, 2)
    assert [item["task"] for item in server.kept] == [1, 2, 1, 2]


def test_a_request_that_the_server_still_works_on_is_waited_for(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "PATIENCE", 5)
    late: list[Any] = []
    looks = iter(range(9))

    def look(options: Any) -> Any:
        if next(looks) == 1:
            server.take(late.pop())
        return server.kept

    def lose(options: Any) -> Any:
        late.append(options)
        return LOST

    server.client.answers.update({IMPORT: lose, "GET /api/predictions/": look})
    with project.batch() as batch:
        predict(server, 2)
    assert len(server.kept) == batch.created == 2
    assert server.writes == [IMPORT]


def test_after_a_connection_that_stays_lost_nothing_else_is_sent(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "PREDICTIONS_AT_ONCE", 2)
    server.client.answers[IMPORT] = LOST

    def block() -> None:
        server.task(5).delete()
        predict(server, 4)

    batch, error = failing(project, block, OutcomeUnknown)
    assert server.writes == [IMPORT] * predictions.TRIES
    assert error.batch is batch
    assert "0 failed>, 1 not sent, 2 of unknown outcome." in str(error)
    assert error.batch.unknown == [1, 2]


def test_a_connection_that_is_lost_at_the_end_tells_what_was_not_sent(
    server: Server, project: Project
) -> None:
    server.client.answers[IMPORT] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        server.task(5).delete()
        predict(server, 4)

    batch, error = failing(project, block, OutcomeUnknown)
    assert server.writes == [IMPORT] * predictions.TRIES
    assert "0 deleted, 0 failed>, 1 not sent, 4 of unknown outcome." in str(error)
    assert error.batch is batch


def test_what_had_failed_before_is_told_with_what_broke(server: Server, project: Project) -> None:
    server.client.answers["POST /api/tasks/1/annotations/"] = Rejected("No such control.")
    server.client.answers[IMPORT] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        server.task(1).annotate(GOOD)
        predict(server, 2)

    _, error = failing(project, block, OutcomeUnknown)
    assert "[0] annotation for task 1: No such control." in str(error)


def test_half_of_what_was_refused_that_is_never_sent_is_counted_as_not_sent(
    server: Server, project: Project
) -> None:
    answers = iter([Rejected("Something.", detail="")])
    server.refuse = lambda items: next(answers, LOST)
    with pytest.raises(OutcomeUnknown, match="2 not sent"), project.batch():
        predict(server, 4)
    assert [len(sent) for sent in server.posts] == [4, 2, 2, 2, 2]


def test_a_batch_that_broke_does_not_end_in_silence_if_the_block_goes_on(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "PREDICTIONS_AT_ONCE", 2)
    server.client.answers[IMPORT] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        with project.batch():
            for id in (1, 2, 3):
                try:
                    server.task(id).predict(GOOD)
                except OutcomeUnknown:
                    server.client.answers[IMPORT] = server.take  # it works again

    with pytest.raises(Exception, match="1 not sent"):
        block()


def test_what_was_not_sent_is_still_counted_if_the_block_goes_on_and_sends(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "PREDICTIONS_AT_ONCE", 4)
    answers = iter([Rejected("Something.", detail=""), *[LOST] * predictions.TRIES])
    server.refuse = lambda items: next(answers, None)

    def block() -> None:
        with pytest.raises(OutcomeUnknown):
            predict(server, 4)
        predict(server, 5)

    _, error = failing(project, block, LabelStudioError)
    sent = [len(sent) for sent in server.posts]
    waiting = (
        9 - 2 - sum(sent[1 + predictions.TRIES :])
    )  # two are lost, two of the first four were never sent
    assert f"{waiting} not sent" in str(error)


# -- what a batch takes ---------------------------------------------------------------------------


def test_writes_after_the_block_go_at_once(server: Server, project: Project) -> None:
    with project.batch():
        pass
    server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    assert server.task(1).predict(GOOD).id == 9


def test_after_an_error_they_go_at_once_too(server: Server, project: Project) -> None:
    with pytest.raises(ZeroDivisionError), project.batch():
        _ = 1 / 0
    server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    assert server.task(1).predict(GOOD).id == 9


def test_a_task_of_another_project_is_not_of_the_batch(server: Server, project: Project) -> None:
    server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    server.client.answers["GET /api/projects/2/"] = {"id": 2, "label_config": SENTIMENT}
    other = Task._from_answer(server.client, {"id": 1, "project": 2, "data": {}})
    with project.batch():
        assert other.predict(GOOD).id == 9


def test_a_task_of_another_server_is_not_of_the_batch(server: Server, project: Project) -> None:
    other = Server()
    other.client.server = "http://other"
    other.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    with project.batch():
        assert other.task(1).predict(GOOD).id == 9


def test_another_thread_is_not_in_the_batch(server: Server, project: Project) -> None:
    server.client.answers["POST /api/predictions/"] = lambda o: {**o["json"], "id": 9}
    made: list[Any] = []
    with project.batch():
        thread = threading.Thread(target=lambda: made.append(server.task(1).predict(GOOD)))
        thread.start()
        thread.join()
    assert made[0].id == 9


def test_the_inner_of_two_batches_takes_the_writes(server: Server, project: Project) -> None:
    with project.batch() as outer:
        predict(server, 1)
        with project.batch() as inner:
            predict(server, 2, start=2)
        assert (inner.created, len(server.posts)) == (2, 1)
        predict(server, 1, start=4)
    assert (outer.created, inner.created) == (2, 2)


def test_a_batch_of_another_project_lets_the_outer_one_take_the_writes(
    server: Server, project: Project
) -> None:
    with project.batch() as outer, Project(2, client=server.client).batch():
        predict(server, 1)
    assert outer.created == 1


def test_settings_of_the_project_are_not_of_the_batch(server: Server, project: Project) -> None:
    server.client.answers["PATCH /api/projects/1/"] = Rejected("no")
    project.title = "New title"
    with project.batch(), pytest.raises(Rejected):
        project.save()


# -- records in a batch ---------------------------------------------------------------------------


def test_a_prediction_that_waits_says_so_when_it_is_asked_for_its_id(
    server: Server, project: Project
) -> None:
    with project.batch():
        prediction = server.task(1).predict(GOOD, score=0.5, model_version="m1")
    with pytest.raises(FieldMissing, match=r"has no id: it waits in a batch.*from its task"):
        _ = prediction.id
    assert (prediction.score, prediction.result, prediction.task.id) == (0.5, GOOD, 1)
    assert repr(prediction) == "<Prediction without id of task 1 by m1>"


def test_predictions_that_wait_are_told_apart(server: Server, project: Project) -> None:
    with project.batch():
        one, other = (server.task(1).predict(GOOD) for _ in range(2))
    assert one == one
    assert one != other
    assert len({one, other, one}) == 2


def test_a_prediction_that_waits_can_be_read_from_its_task_later(
    server: Server, project: Project
) -> None:
    task = server.task(1)
    with project.batch():
        task.predict(GOOD)
    server.rows[1]["predictions"] = server.kept
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
def test_a_task_that_was_deleted_in_the_batch_takes_no_writes(
    write: Callable[[Task], Any], server: Server, project: Project
) -> None:
    with project.batch():
        task = server.task(1)
        task.delete()
        with pytest.raises(InvalidInput, match="Task 1 was deleted before, in this batch"):
            write(task)
    assert server.writes == [ACTIONS]


def test_of_a_task_that_was_not_read_the_project_is_looked_up(
    server: Server, project: Project
) -> None:
    with project.batch() as batch:
        Task(1, client=server.client).predict(GOOD)
    assert batch.created == 1
    assert server.writes == [IMPORT]


def test_a_flush_that_was_lost_is_told_even_if_the_block_takes_no_notice(
    server: Server, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "DELETIONS_AT_ONCE", 2)
    server.client.answers[ACTIONS] = OutcomeUnknown("The connection was lost.")

    def block() -> None:
        server.task(1).delete()
        with pytest.raises(OutcomeUnknown):
            server.task(2).delete()

    batch, error = failing(project, block)
    assert "2 of unknown outcome" in str(error)
    assert batch.unknown == [0, 1]


def test_a_result_that_is_changed_for_the_next_one_is_found_as_it_was_sent(
    server: Server, project: Project
) -> None:
    server.drop = lambda item: item["task"] == 2
    result = [dict(GOOD[0], score=1.0)]

    with project.batch():
        for id in (1, 2, 3):
            result[0]["id"] = str(id)
            server.task(id).predict(result)
    assert [(item["task"], item["result"][0]["id"]) for item in server.kept] == [
        (1, "1"),
        (3, "3"),
        (2, "2"),
    ]


@pytest.mark.parametrize("score", [7, -0.1, float("nan"), "0.5", True])
def test_a_score_is_checked_where_it_is_given(score: Any, server: Server, project: Project) -> None:
    def block() -> None:
        server.task(1).predict(GOOD, score=0.5)
        server.task(2).predict(GOOD, score=score)

    says = "score must be between 0 and 1, not"
    batch, error = failing(project, block, InvalidInput)
    assert says in str(error)
    assert batch.created == 1
    with pytest.raises(InvalidInput, match=says):
        server.task(2).predict(GOOD, score=score)
    assert len(server.posts) == 1


def test_a_nul_is_refused_where_it_is_given(server: Server, project: Project) -> None:
    def block() -> None:
        server.task(1).predict(GOOD, model_version="m\x001")

    _, error = failing(project, block, InvalidInput)
    assert "model_version must not contain NUL" in str(error)
    assert server.posts == []


def test_a_prediction_that_the_server_fails_at_is_found_by_halves(
    server: Server, project: Project
) -> None:
    def failed(items: Any) -> Any:
        if any(item["task"] == 2 for item in items):
            return ServerError("POST → 500: It broke.", status=500, error_id="f00")
        return None

    server.refuse = failed
    batch, error = failing(project, lambda: predict(server))
    assert (batch.created, [each.index for each in batch.failed]) == (4, [1])
    assert "It broke" in str(error)
