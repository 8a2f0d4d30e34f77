"""Annotations of a batch: which are queued, and in which way they are created."""

from __future__ import annotations

from typing import Any

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


def singles(bulk: BulkServer) -> list[str]:
    return [call for call in bulk.writes if call.endswith("/annotations/")]


# -- the queue ------------------------------------------------------------------------------------


def test_few_annotations_are_sent_one_by_one_at_the_end(bulk: BulkServer) -> None:
    with bulk.project.batch() as batch:
        for task in bulk.tasks[:3]:
            task.annotate(sentiment("Positive"))
        assert bulk.writes == []
    assert bulk.writes == [f"POST /api/tasks/{id}/annotations/" for id in (1, 2, 3)]
    assert (batch.created, batch.unknown, bulk.annotated) == (3, [], [1, 2, 3])


def test_a_queued_annotation_has_no_id(bulk: BulkServer) -> None:
    with bulk.project.batch():
        annotation = bulk.tasks[0].annotate({"sentiment": "Positive"})
        assert annotation["sentiment"] == "Positive"
        with pytest.raises(FieldMissing, match="no id yet: it is queued in a batch"):
            annotation.id  # noqa: B018
    assert repr(annotation) == "<Annotation without id of task 1>"


def test_a_queued_annotation_keeps_its_result(bulk: BulkServer) -> None:
    result = sentiment("Positive")
    with bulk.project.batch():
        bulk.tasks[0].annotate(result)
        result[0]["value"]["choices"] = ["Negative"]
    assert bulk.annotations[0]["result"] == sentiment("Positive")


@pytest.mark.parametrize(
    "fields",
    [{"lead_time": 2.5}, {"ground_truth": True}, {"was_cancelled": True}, {"completed_by": 1}],
)
def test_an_annotation_with_other_fields_is_sent_at_once(
    fields: dict[str, object], bulk: BulkServer
) -> None:
    with bulk.project.batch():
        assert bulk.tasks[0].annotate(sentiment("Positive"), **fields).id == 1
        assert len(bulk.writes) == 1


def test_fields_with_their_defaults_are_no_other_fields(bulk: BulkServer) -> None:
    defaults = {"lead_time": None, "ground_truth": False, "was_cancelled": False}
    with bulk.project.batch():
        bulk.tasks[0].annotate(sentiment("Positive"), **defaults)  # type: ignore[arg-type]
        assert bulk.writes == []


def test_a_task_is_loaded_again_after_its_annotation_was_sent(bulk: BulkServer) -> None:
    task = bulk.project.tasks[0]
    assert task.total_annotations == 0
    with bulk.project.batch():
        task.annotate(sentiment("Positive"))
        assert task.total_annotations == 0
    assert task.total_annotations == 1


def test_a_large_queue_is_sent_within_the_block(bulk: BulkServer) -> None:
    tuned(bulk.client, batch_annotations=25)
    with bulk.project.batch() as batch:
        for task in bulk.tasks[:25]:
            task.annotate(sentiment("Positive"))
        assert (batch.created, len(bulk.annotated)) == (25, 25)


# -- order ----------------------------------------------------------------------------------------


def test_annotations_of_a_task_are_sent_before_one_with_other_fields(
    bulk: BulkServer,
) -> None:
    one, other = bulk.tasks[:2]
    with bulk.project.batch():
        other.annotate(sentiment("Positive"))
        one.annotate(sentiment("Positive"))
        one.annotate(sentiment("Negative"), lead_time=2.5)
        assert bulk.annotated == [1, 1, 2]
    assert [row["lead_time"] for row in bulk.annotations] == [None, None, 2.5]


def test_annotations_of_other_tasks_wait(bulk: BulkServer) -> None:
    with bulk.project.batch():
        bulk.tasks[0].annotate(sentiment("Positive"))
        bulk.tasks[1].annotate(sentiment("Positive"), lead_time=2.5)
        assert bulk.annotated == [2]


def test_annotations_of_a_task_are_sent_before_the_task_is_saved(bulk: BulkServer) -> None:
    task = bulk.tasks[0]
    with bulk.project.batch():
        task.annotate(sentiment("Positive"))
        task.meta = {"seen": True}
        task.save()
    assert bulk.writes == ["POST /api/tasks/1/annotations/", "PATCH /api/tasks/1/"]


def test_annotations_of_a_task_are_sent_before_another_is_deleted(bulk: BulkServer) -> None:
    bulk.send("POST", "/api/tasks/1/annotations/", {"result": sentiment("Negative")})
    with bulk.project.batch() as batch:
        bulk.tasks[0].annotate(sentiment("Positive"))
        bulk.tasks[1].annotate(sentiment("Positive"))
        bulk.project.tasks.get(1).annotations[0].delete()
        assert bulk.annotated == [1, 2]
    assert (batch.created, batch.deleted) == (2, 1)


def test_tasks_are_deleted_after_their_annotations(bulk: BulkServer) -> None:
    with bulk.project.batch() as batch:
        task = bulk.tasks[0]
        task.annotate(sentiment("Positive"))
        task.delete()
        with pytest.raises(InvalidInput, match="was deleted before"):
            task.annotate(sentiment("Positive"))
    assert (batch.created, batch.deleted, bulk.annotated) == (1, 1, [])


def test_the_second_annotation_of_each_task_is_created_after_the_first(
    bulk: BulkServer,
) -> None:
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate(distinct(task.id))
            task.annotate(distinct(-task.id))
    assert bulk.writes.count(CONVERT) == 4
    assert batch.created == 60
    for row in bulk.annotations:
        assert row["result"] == distinct(row["task"] if row["id"] <= 30 else -row["task"])


# -- ways -----------------------------------------------------------------------------------------


def test_many_annotations_are_made_of_predictions(bulk: BulkServer) -> None:
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate(distinct(task.id))
    assert bulk.writes == [IMPORT, CONVERT, CONVERT, REMOVE, REMOVE]
    assert batch.created == 30
    assert {row["task"]: row["result"] for row in bulk.annotations} == {
        task.id: distinct(task.id) for task in bulk.tasks
    }
    assert bulk.versions == {}
    assert bulk.project.model_version == ""


def test_equal_annotations_are_copied(bulk: BulkServer) -> None:
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate({"sentiment": "Positive"})
    assert bulk.writes == ["POST /api/tasks/1/annotations/", COPY]
    assert (batch.created, bulk.annotated) == (30, [task.id for task in bulk.tasks])


def test_results_with_ids_of_the_user_are_not_equal(bulk: BulkServer) -> None:
    with bulk.project.batch():
        for task in bulk.tasks:
            task.annotate(distinct(task.id))
    assert COPY not in bulk.writes


def test_nothing_is_copied_if_a_webhook_waits_for_annotations(bulk: BulkServer) -> None:
    bulk.webhooks = [{"id": 1, "project": 1}]
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate({"sentiment": "Positive"})
    assert bulk.writes == [IMPORT, CONVERT, CONVERT, REMOVE, REMOVE]
    assert batch.created == 30


def test_webhooks_of_other_projects_do_not_matter(bulk: BulkServer) -> None:
    bulk.webhooks = [{"id": 1, "project": 2}]
    with bulk.project.batch():
        for task in bulk.tasks:
            task.annotate({"sentiment": "Positive"})
    assert COPY in bulk.writes


def test_the_few_that_differ_are_sent_one_by_one(bulk: BulkServer) -> None:
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate({"sentiment": "Negative" if task.id < 4 else "Positive"})
    assert batch.created == 30
    assert len(singles(bulk)) == 4
    assert bulk.writes.count(COPY) == 1


def test_few_annotations_for_a_large_project_are_sent_one_by_one(bulk: BulkServer) -> None:
    tuned(bulk.client, batch_annotations_share=0.9)
    with bulk.project.batch() as batch:
        for task in bulk.tasks[:25]:
            task.annotate(distinct(task.id))
    assert (batch.created, len(singles(bulk))) == (25, 25)


@pytest.mark.parametrize(("edition", "release"), [("Enterprise", "2.20.0"), ("Community", "1.12")])
def test_on_other_servers_all_are_sent_one_by_one(
    edition: str, release: str, bulk: BulkServer
) -> None:
    bulk.edition, bulk.release = edition, release
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate(distinct(task.id))
    assert (batch.created, len(singles(bulk))) == (30, 30)


# -- refusals -------------------------------------------------------------------------------------


def test_what_the_import_drops_is_sent_one_by_one(bulk: BulkServer) -> None:
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            result = distinct(task.id)
            if task.id in (3, 25):
                result[0]["from_name"] = "unknown"
            task.annotate(result, validate=False)
    assert bulk.writes[:5] == [IMPORT, CONVERT, CONVERT, REMOVE, REMOVE]
    assert singles(bulk) == [
        "POST /api/tasks/3/annotations/",
        "POST /api/tasks/25/annotations/",
    ]
    assert (batch.created, batch.failed) == (30, [])


def test_an_annotation_for_a_task_of_another_project_is_refused(bulk: BulkServer) -> None:
    other = {"title": "Other", "label_config": bulk.project.label_config}
    bulk.send("POST", "/api/projects/", other)
    bulk.send("POST", "/api/projects/2/import", [{"text": "Elsewhere."}])

    def block() -> None:
        for id in range(1, 32):
            bulk.project.tasks.get(id).annotate(distinct(id))

    batch, error = failing(bulk.project, block)
    assert [(each.index, type(each.error)) for each in batch.failed] == [(30, NotFound)]
    assert "[30] annotation for task 31: " in str(error)
    assert (batch.created, bulk.annotated) == (30, list(range(1, 31)))


def test_deleted_tasks_are_reported_by_the_index_of_the_write(bulk: BulkServer) -> None:
    tasks = bulk.tasks
    bulk.send("DELETE", "/api/tasks/3/")
    bulk.send("DELETE", "/api/tasks/21/")
    batch, _ = failing(bulk.project, lambda: [t.annotate(distinct(t.id)) for t in tasks])
    assert [(each.index, type(each.error)) for each in batch.failed] == [
        (2, NotFound),
        (20, NotFound),
    ]
    assert (batch.created, len(bulk.annotated), bulk.versions) == (28, 28, {})


def test_an_import_that_is_refused_leaves_all_to_requests_of_their_own(
    bulk: BulkServer,
) -> None:
    bulk.refuses(IMPORT, Rejected("Too large.", status=413, detail="Too large."))
    with bulk.project.batch() as batch:
        for task in bulk.tasks:
            task.annotate(distinct(task.id))
    assert REMOVE not in bulk.writes
    assert (batch.created, len(singles(bulk))) == (30, 30)


def test_predictions_of_others_are_untouched(bulk: BulkServer) -> None:
    bulk.send("POST", "/api/predictions/", {"task": 1, "result": [], "model_version": "m1"})
    with bulk.project.batch():
        for task in bulk.tasks:
            task.annotate(distinct(task.id))
    assert bulk.versions == {"m1": 1}
    assert len(bulk.annotations) == 30


def test_annotations_report_their_progress(bulk: BulkServer) -> None:
    seen: list[Any] = []
    with bulk.project.batch(progress=lambda done, total: seen.append((done, total))):
        for task in bulk.project.tasks:
            task.annotate(sentiment("Positive"))
    assert seen[-1] == (len(bulk.annotated), len(bulk.annotated))


def test_one_by_one_repeats_what_was_lost_without_doubles(bulk: BulkServer) -> None:
    bulk.loses(POST_ONE, nth=2, done=True)
    bulk.loses(POST_ONE, nth=4)
    with bulk.project.batch() as batch:
        for task in bulk.tasks[:4]:
            task.annotate(sentiment("Positive"))
    assert (batch.created, bulk.annotated) == (4, [1, 2, 3, 4])
