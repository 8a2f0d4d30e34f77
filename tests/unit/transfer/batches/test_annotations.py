"""Annotations of a batch: which are queued, and in which way they are created."""

from __future__ import annotations

import pytest
from support.batching import failing
from support.bulk import (
    CONVERT,
    COPY,
    IMPORT,
    POST_ONE,
    REMOVE,
    BulkServer,
    distinct,
)
from support.clock import tuned
from support.texts import sentiment

from label_studio_orm.errors import FieldMissing, InvalidInput, NotFound, Rejected


@pytest.fixture
def server() -> BulkServer:
    return BulkServer()


def singles(server: BulkServer) -> list[str]:
    return [call for call in server.writes if call.endswith("/annotations/")]


# -- the queue ------------------------------------------------------------------------------------


def test_few_annotations_are_sent_one_by_one_at_the_end(server: BulkServer) -> None:
    with server.project.batch() as batch:
        for task in server.tasks[:3]:
            task.annotate(sentiment("Positive"))
        assert server.writes == []
    assert server.writes == [f"POST /api/tasks/{id}/annotations/" for id in (1, 2, 3)]
    assert (batch.created, batch.unknown, server.annotated) == (3, [], [1, 2, 3])


def test_a_queued_annotation_has_no_id(server: BulkServer) -> None:
    with server.project.batch():
        annotation = server.tasks[0].annotate({"sentiment": "Positive"})
        assert annotation["sentiment"] == "Positive"
        with pytest.raises(FieldMissing, match="no id yet: it is queued in a batch"):
            annotation.id  # noqa: B018
    assert repr(annotation) == "<Annotation without id of task 1>"


def test_a_queued_annotation_keeps_its_result(server: BulkServer) -> None:
    result = sentiment("Positive")
    with server.project.batch():
        server.tasks[0].annotate(result)
        result[0]["value"]["choices"] = ["Negative"]
    assert server.annotations[0]["result"] == sentiment("Positive")


@pytest.mark.parametrize(
    "fields",
    [{"lead_time": 2.5}, {"ground_truth": True}, {"was_cancelled": True}, {"completed_by": 1}],
)
def test_an_annotation_with_other_fields_is_sent_at_once(
    fields: dict[str, object], server: BulkServer
) -> None:
    with server.project.batch():
        assert server.tasks[0].annotate(sentiment("Positive"), **fields).id == 1
        assert len(server.writes) == 1


def test_fields_with_their_defaults_are_no_other_fields(server: BulkServer) -> None:
    defaults = {"lead_time": None, "ground_truth": False, "was_cancelled": False}
    with server.project.batch():
        server.tasks[0].annotate(sentiment("Positive"), **defaults)  # type: ignore[arg-type]
        assert server.writes == []


def test_a_task_is_loaded_again_after_its_annotation_was_sent(server: BulkServer) -> None:
    task = server.project.tasks[0]
    assert task.total_annotations == 0
    with server.project.batch():
        task.annotate(sentiment("Positive"))
        assert task.total_annotations == 0
    assert task.total_annotations == 1


def test_a_large_queue_is_sent_within_the_block(server: BulkServer) -> None:
    tuned(server.client, batch_annotations=25)
    with server.project.batch() as batch:
        for task in server.tasks[:25]:
            task.annotate(sentiment("Positive"))
        assert (batch.created, len(server.annotated)) == (25, 25)


# -- order ----------------------------------------------------------------------------------------


def test_annotations_of_a_task_are_sent_before_one_with_other_fields(server: BulkServer) -> None:
    one, other = server.tasks[:2]
    with server.project.batch():
        other.annotate(sentiment("Positive"))
        one.annotate(sentiment("Positive"))
        one.annotate(sentiment("Negative"), lead_time=2.5)
        assert server.annotated == [1, 1, 2]
    assert [row["lead_time"] for row in server.annotations] == [None, None, 2.5]


def test_annotations_of_other_tasks_wait(server: BulkServer) -> None:
    with server.project.batch():
        server.tasks[0].annotate(sentiment("Positive"))
        server.tasks[1].annotate(sentiment("Positive"), lead_time=2.5)
        assert server.annotated == [2]


def test_annotations_of_a_task_are_sent_before_the_task_is_saved(server: BulkServer) -> None:
    task = server.tasks[0]
    with server.project.batch():
        task.annotate(sentiment("Positive"))
        task.meta = {"seen": True}
        task.save()
    assert server.writes == ["POST /api/tasks/1/annotations/", "PATCH /api/tasks/1/"]


def test_annotations_of_a_task_are_sent_before_another_is_deleted(server: BulkServer) -> None:
    server.send("POST", "/api/tasks/1/annotations/", {"result": sentiment("Negative")})
    with server.project.batch() as batch:
        server.tasks[0].annotate(sentiment("Positive"))
        server.tasks[1].annotate(sentiment("Positive"))
        server.project.tasks.get(1).annotations[0].delete()
        assert server.annotated == [1, 2]
    assert (batch.created, batch.deleted) == (2, 1)


def test_tasks_are_deleted_after_their_annotations(server: BulkServer) -> None:
    with server.project.batch() as batch:
        task = server.tasks[0]
        task.annotate(sentiment("Positive"))
        task.delete()
        with pytest.raises(InvalidInput, match="was deleted before"):
            task.annotate(sentiment("Positive"))
    assert (batch.created, batch.deleted, server.annotated) == (1, 1, [])


def test_the_second_annotation_of_each_task_is_created_after_the_first(server: BulkServer) -> None:
    with server.project.batch() as batch:
        for task in server.tasks:
            task.annotate(distinct(task.id))
            task.annotate(distinct(-task.id))
    assert server.writes.count(CONVERT) == 4
    assert batch.created == 60
    for row in server.annotations:
        assert row["result"] == distinct(row["task"] if row["id"] <= 30 else -row["task"])


# -- ways -----------------------------------------------------------------------------------------


def test_many_annotations_are_made_of_predictions(server: BulkServer) -> None:
    with server.project.batch() as batch:
        for task in server.tasks:
            task.annotate(distinct(task.id))
    assert server.writes == [IMPORT, CONVERT, CONVERT, REMOVE, REMOVE]
    assert batch.created == 30
    assert {row["task"]: row["result"] for row in server.annotations} == {
        task.id: distinct(task.id) for task in server.tasks
    }
    assert server.versions == {}
    assert server.project.model_version == ""


def test_equal_annotations_are_copied(server: BulkServer) -> None:
    with server.project.batch() as batch:
        for task in server.tasks:
            task.annotate({"sentiment": "Positive"})
    assert server.writes == ["POST /api/tasks/1/annotations/", COPY]
    assert (batch.created, server.annotated) == (30, [task.id for task in server.tasks])


def test_results_with_ids_of_the_user_are_not_equal(server: BulkServer) -> None:
    with server.project.batch():
        for task in server.tasks:
            task.annotate(distinct(task.id))
    assert COPY not in server.writes


def test_nothing_is_copied_if_a_webhook_waits_for_annotations(server: BulkServer) -> None:
    server.webhooks = [{"id": 1, "project": 1}]
    with server.project.batch() as batch:
        for task in server.tasks:
            task.annotate({"sentiment": "Positive"})
    assert server.writes == [IMPORT, CONVERT, CONVERT, REMOVE, REMOVE]
    assert batch.created == 30


def test_webhooks_of_other_projects_do_not_matter(server: BulkServer) -> None:
    server.webhooks = [{"id": 1, "project": 2}]
    with server.project.batch():
        for task in server.tasks:
            task.annotate({"sentiment": "Positive"})
    assert COPY in server.writes


def test_the_few_that_differ_are_sent_one_by_one(server: BulkServer) -> None:
    with server.project.batch() as batch:
        for task in server.tasks:
            task.annotate({"sentiment": "Negative" if task.id < 4 else "Positive"})
    assert batch.created == 30
    assert len(singles(server)) == 4
    assert server.writes.count(COPY) == 1


def test_few_annotations_for_a_large_project_are_sent_one_by_one(server: BulkServer) -> None:
    tuned(server.client, batch_annotations_share=0.9)
    with server.project.batch() as batch:
        for task in server.tasks[:25]:
            task.annotate(distinct(task.id))
    assert (batch.created, len(singles(server))) == (25, 25)


@pytest.mark.parametrize(("edition", "release"), [("Enterprise", "2.20.0"), ("Community", "1.12")])
def test_on_other_servers_all_are_sent_one_by_one(
    edition: str, release: str, server: BulkServer
) -> None:
    server.edition, server.release = edition, release
    with server.project.batch() as batch:
        for task in server.tasks:
            task.annotate(distinct(task.id))
    assert (batch.created, len(singles(server))) == (30, 30)


# -- refusals -------------------------------------------------------------------------------------


def test_what_the_import_drops_is_sent_one_by_one(server: BulkServer) -> None:
    with server.project.batch() as batch:
        for task in server.tasks:
            result = distinct(task.id)
            if task.id in (3, 25):
                result[0]["from_name"] = "unknown"
            task.annotate(result, validate=False)
    assert server.writes[:5] == [IMPORT, CONVERT, CONVERT, REMOVE, REMOVE]
    assert singles(server) == ["POST /api/tasks/3/annotations/", "POST /api/tasks/25/annotations/"]
    assert (batch.created, batch.failed) == (30, [])


def test_an_annotation_for_a_task_of_another_project_is_refused(server: BulkServer) -> None:
    other = {"title": "Other", "label_config": server.project.label_config}
    server.send("POST", "/api/projects/", other)
    server.send("POST", "/api/projects/2/import", [{"text": "Elsewhere."}])

    def block() -> None:
        for id in range(1, 32):
            server.project.tasks.get(id).annotate(distinct(id))

    batch, error = failing(server.project, block)
    assert [(each.index, type(each.error)) for each in batch.failed] == [(30, NotFound)]
    assert "[30] annotation for task 31: " in str(error)
    assert (batch.created, server.annotated) == (30, list(range(1, 31)))


def test_deleted_tasks_are_reported_by_the_index_of_the_write(server: BulkServer) -> None:
    tasks = server.tasks
    server.send("DELETE", "/api/tasks/3/")
    server.send("DELETE", "/api/tasks/21/")
    batch, _ = failing(server.project, lambda: [t.annotate(distinct(t.id)) for t in tasks])
    assert [(each.index, type(each.error)) for each in batch.failed] == [
        (2, NotFound),
        (20, NotFound),
    ]
    assert (batch.created, len(server.annotated), server.versions) == (28, 28, {})


def test_an_import_that_is_refused_leaves_all_to_requests_of_their_own(server: BulkServer) -> None:
    server.refuses(IMPORT, Rejected("Too large.", status=413, detail="Too large."))
    with server.project.batch() as batch:
        for task in server.tasks:
            task.annotate(distinct(task.id))
    assert (batch.created, len(singles(server))) == (30, 30)


def test_predictions_of_others_are_untouched(server: BulkServer) -> None:
    server.send("POST", "/api/predictions/", {"task": 1, "result": [], "model_version": "m1"})
    with server.project.batch():
        for task in server.tasks:
            task.annotate(distinct(task.id))
    assert server.versions == {"m1": 1}
    assert len(server.annotations) == 30


def test_one_by_one_repeats_what_was_lost_without_doubles(server: BulkServer) -> None:
    server.loses(POST_ONE, nth=2, done=True)
    server.loses(POST_ONE, nth=4)
    with server.project.batch() as batch:
        for task in server.tasks[:4]:
            task.annotate(sentiment("Positive"))
    assert (batch.created, server.annotated) == (4, [1, 2, 3, 4])
