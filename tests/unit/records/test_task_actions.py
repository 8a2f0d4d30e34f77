"""Actions on the tasks of a query: what is sent, what is counted, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import (
    Annotation,
    ConnectionFailed,
    EditionError,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Project,
    Task,
    UnknownName,
    Unsupported,
    User,
)
from label_studio_orm.data_manager.actions import LONG_TIMEOUT
from label_studio_orm.records.tasks import Tasks

ACTIONS = "/api/dm/actions/"
ACT = f"POST {ACTIONS}"
FORM = [{"fields": [{"name": "annotator"}]}]
SHOWN = [
    {"id": "delete_tasks", "title": "Delete Tasks", "dialog": {}},
    {"id": "delete_tasks_annotations", "title": "Delete Annotations", "dialog": {"form": FORM}},
    {"id": "predictions_to_annotations", "title": "Create …", "dialog": {"form": None}},
]


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task, Project, Annotation, User)
    client.answers["GET /api/tasks/"] = _tasks(1, 2, 3)
    client.answers[f"GET {ACTIONS}"] = SHOWN
    client.answers[f"GET {ACTIONS}predictions_to_annotations/form/"] = [
        {"fields": [{"name": "model_version"}]}
    ]
    return client


@pytest.fixture
def query(client: FakeClient) -> Tasks[Any]:
    return Project(1, client=client).tasks


def _tasks(*ids: int) -> Any:
    return {"total": len(ids), "tasks": [{"id": id, "project": 1} for id in ids]}


def sent(client: FakeClient) -> list[Any]:
    return [body for call, body in client.calls if call == ACT]


def chosen(*ids: int) -> Any:
    return {"selectedItems": {"all": False, "included": list(ids)}}


def test_the_number_of_new_annotations_is_read_from_the_answer(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers[ACT] = {"detail": "Created 12 annotations"}
    assert query.accept_predictions("m1") == 12
    assert sent(client) == [{"model_version": "m1", **chosen(1, 2, 3)}]


def test_an_answer_without_a_number_is_not_taken_for_one(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers[ACT] = {"something": "else"}
    with pytest.raises(ConnectionFailed, match="'detail'"):
        query.accept_predictions()


def test_a_version_that_no_prediction_has_is_an_error(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers[ACT] = {"detail": "Created 0 annotations"}
    client.answers["GET /api/projects/1/model-versions"] = {"m1": 3, "other": 1}
    assert query.accept_predictions("m1") == 0
    with pytest.raises(NotFound, match=r"model version 'm2'. Did you mean 'm1'\?|There are"):
        query.accept_predictions("m2")


def test_after_a_lost_answer_predictions_can_be_accepted_again(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers[ACT] = OutcomeUnknown("lost")
    with pytest.raises(OutcomeUnknown, match="Call it again when the server is done"):
        query.accept_predictions()


def test_an_error_tells_how_many_tasks_were_done_before_it(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers["GET /api/tasks/"] = _tasks(*range(1, 2_501))
    done = iter([{"processed_items": 7}, OutcomeUnknown("lost")])
    client.answers[ACT] = lambda options: next(done)
    with pytest.raises(OutcomeUnknown, match="1,000 of the 2,500 tasks were done before that"):
        query.delete_predictions()


@pytest.mark.parametrize("done", [0, 1])
def test_an_interruption_tells_how_many_tasks_were_done_before_it(
    done: int, query: Tasks[Any], client: FakeClient
) -> None:
    def act(options: Any) -> Any:
        if len(sent(client)) > done:
            raise KeyboardInterrupt
        return {"processed_items": 1_000}

    client.answers["GET /api/tasks/"] = _tasks(*range(1, 2_501))
    client.answers[ACT] = act
    with pytest.raises(KeyboardInterrupt) as caught:
        query.delete()
    assert str(caught.value) == (
        f"{done * 1000:,} of the 2,500 tasks were done before that. The server may still carry out "
        "the request that was interrupted."
    )


def test_what_finds_no_tasks_sends_no_action(query: Tasks[Any], client: FakeClient) -> None:
    client.answers["GET /api/tasks/"] = _tasks()
    assert query.accept_predictions("m1") == query.delete_annotations(of=3) == 0
    assert query.delete_predictions() == query.remove_duplicates() == query.propagate(9) == 0
    assert query.act("delete_tasks") == {}
    assert client.changed == []


def test_annotations_of_one_user_are_deleted(query: Tasks[Any], client: FakeClient) -> None:
    client.answers[ACT] = {"processed_items": 2}
    assert query.delete_annotations(of=User(7, client=client)) == 2
    assert sent(client) == [{"annotator": 7, **chosen(1, 2, 3)}]


@pytest.mark.parametrize("user", [0, -1, "ann@example.com", True])
def test_no_value_but_a_user_stands_for_one(
    user: Any, query: Tasks[Any], client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match="must be"):
        query.delete_annotations(of=user)
    assert client.said == []


def test_an_address_of_a_user_is_explained(query: Tasks[Any]) -> None:
    with pytest.raises(InvalidInput, match=r"not 'ann@example.com': ls\.users\.get\(email=…\)"):
        query.delete_annotations(of="ann@example.com")  # type: ignore[arg-type]


def test_another_record_is_no_user(query: Tasks[Any], client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match="This must be a User or its id, not the task"):
        query.delete_annotations(of=Task(7, client=client))  # type: ignore[arg-type]


def test_a_server_that_would_delete_the_annotations_of_everybody_is_not_asked(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers[f"GET {ACTIONS}"] = [{**SHOWN[1], "dialog": {}}]
    with pytest.raises(Unsupported, match=r"Use project\.annotations\.filter\(completed_by=user"):
        query.delete_annotations(of=7)
    assert client.changed == []


def test_duplicates_are_looked_for_among_all_tasks_at_once(
    query: Tasks[Any], client: FakeClient
) -> None:
    found = iter([_tasks(*range(1, 1_501)), _tasks(*range(1, 1_499))])
    client.answers["GET /api/tasks/"] = lambda options: next(found)
    timeouts = []
    client.answers[ACT] = lambda options: timeouts.append(options["timeout"])
    assert query.remove_duplicates() == 2
    assert timeouts == [LONG_TIMEOUT]


def test_an_annotation_is_copied(query: Tasks[Any], client: FakeClient) -> None:
    client.answers["GET /api/annotations/9/"] = {"id": 9, "project": 1, "task": 1}
    client.answers[ACT] = {"detail": "Created 2 annotations"}
    assert query.propagate(Annotation(9, client=client)) == 2
    assert sent(client) == [{"source_annotation_id": 9, **chosen(1, 2, 3)}]
    client.answers["GET /api/annotations/8/"] = {"id": 8, "project": 2, "task": 9}
    with pytest.raises(InvalidInput, match=r"an annotation of project 1, not .* of 2"):
        query.propagate(8)
    with pytest.raises(InvalidInput, match="This must be an Annotation or its id, not the task"):
        query.propagate(Task(9, client=client))  # type: ignore[arg-type]


def test_an_action_is_performed_with_its_options(query: Tasks[Any], client: FakeClient) -> None:
    client.answers[ACT] = {"detail": "Done"}
    assert query.act("predictions_to_annotations", model_version="m1") == {"detail": "Done"}
    assert sent(client) == [{"model_version": "m1", **chosen(1, 2, 3)}]
    assert query.actions()["delete_tasks"] == "Delete Tasks"


@pytest.mark.parametrize("name", ["view", "filters", "selectedItems", "project"])
def test_an_option_cannot_choose_other_tasks(
    name: str, query: Tasks[Any], client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match="an action is for the tasks of a query"):
        query.act("delete_tasks", **{name: 1})
    assert client.said == []


def test_mistyped_options_are_refused(query: Tasks[Any], client: FakeClient) -> None:
    with pytest.raises(UnknownName, match=r"'model_versions'.*Did you mean 'model_version'\?"):
        query.act("predictions_to_annotations", model_versions="m1")
    with pytest.raises(UnknownName, match="It has none"):
        query.act("delete_tasks", of=1)
    assert client.changed == []


def test_an_unknown_action_is_refused_with_the_nearest_name(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers[f"GET {ACTIONS}delete_task/form/"] = EditionError("no action", status=500)
    with pytest.raises(EditionError, match=r"Did you mean 'delete_tasks'\?"):
        query.act("delete_task")
    with pytest.raises(InvalidInput, match="must be an id such as 'delete_tasks'"):
        query.act("../delete")
    assert client.changed == []


def test_options_are_sent_as_they_are_where_the_server_does_not_tell_them(
    query: Tasks[Any], client: FakeClient
) -> None:
    client.answers[f"GET {ACTIONS}hidden/form/"] = EditionError("no endpoint", status=404)
    client.answers[ACT] = {}
    assert query.act("hidden", anything=1) == {}
    assert sent(client) == [{"anything": 1, **chosen(1, 2, 3)}]


@pytest.fixture
def _in_batch(client: FakeClient) -> Iterator[None]:
    with Project(1, client=client).batch():
        yield


@pytest.mark.usefixtures("_in_batch")
def test_actions_are_refused_in_a_batch(query: Tasks[Any], client: FakeClient) -> None:
    with pytest.raises(InvalidInput, match=r"must be called outside `with project\.batch"):
        query.accept_predictions()
    with pytest.raises(InvalidInput, match="remove_duplicates"):
        query.remove_duplicates()
    assert client.changed == []


@pytest.mark.parametrize("user", [None, 0, "", [], -1, "7"])
def test_an_action_for_one_user_is_never_sent_for_everybody(
    user: Any, query: Tasks[Any], client: FakeClient
) -> None:
    with pytest.raises(InvalidInput, match="must be"):
        query.act("delete_tasks_annotations", annotator=user)
    assert client.changed == []


def test_an_action_takes_a_user_as_its_annotator(query: Tasks[Any], client: FakeClient) -> None:
    client.answers[ACT] = {"processed_items": 2}
    query.act("delete_tasks_annotations", annotator=User(7, client=client))
    assert sent(client) == [{"annotator": 7, **chosen(1, 2, 3)}]


def test_what_works_on_all_that_is_stored_is_refused_in_a_batch(client: FakeClient) -> None:
    project = Project(1, client=client)
    with project.batch():
        for call in (
            project.tasks.delete_predictions,
            project.tasks.request_predictions,
            lambda: project.model_versions.delete("m1"),
        ):
            with pytest.raises(InvalidInput, match=r"must be called outside `with project\.batch"):
                call()
    assert client.changed == []
