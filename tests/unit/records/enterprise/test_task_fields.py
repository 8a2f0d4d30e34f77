"""The fields of a task that Enterprise sends, or sends in another form."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm import EditionError, FieldMissing, Task

PEOPLE = [{"user_id": 5, "initials": "an"}, {"user_id": 6, "initials": "bo"}]
ROW = {
    "id": 3,
    "project": 1,
    "data": {"text": "Fine."},
    "annotators": PEOPLE,
    "reviewers": PEOPLE[:1],
    "comment_authors": [],
    "reviewed_at": "2026-01-02T00:00:00Z",
    "comments": "Too wide.",
    "submission": None,
    "allow_skip": False,
}


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient(Task)
    client.answers |= {
        "GET /api/tasks/3/": ROW,
        "PATCH /api/tasks/3/": lambda options: {**ROW, **options["json"]},
    }
    return client


@pytest.fixture
def task(client: FakeClient) -> Task:
    return Task(3, client=client)


def test_people_are_ids_on_every_edition(client: FakeClient, task: Task) -> None:
    assert (task.annotators, task.reviewers, task.comment_authors) == ([5, 6], [5], [])
    client.answers["GET /api/tasks/3/"] = {**ROW, "annotators": [5]}
    assert task.refresh().annotators == [5]


def test_the_fields_of_enterprise_are_read(task: Task) -> None:
    assert task.reviewed_at == datetime(2026, 1, 2, tzinfo=timezone.utc)
    assert (task.comment_texts, task.submitted_file) == ("Too wide.", None)


def test_whether_a_task_may_be_skipped_can_be_set(client: FakeClient, task: Task) -> None:
    task.allow_skip = True
    task.save()
    assert client.calls[-1] == ("PATCH /api/tasks/3/", {"allow_skip": True})


def test_community_that_ignores_a_field_of_enterprise_is_found_out(
    client: FakeClient, task: Task
) -> None:
    row: Any = {name: raw for name, raw in ROW.items() if name != "allow_skip"}
    client.answers |= {"GET /api/tasks/3/": row, "PATCH /api/tasks/3/": row}
    task.allow_skip = True
    with pytest.raises(EditionError, match="ignored allow_skip of"):
        task.save()


def test_a_field_that_community_lacks_tells_who_has_it(client: FakeClient, task: Task) -> None:
    client.answers["GET /api/tasks/3/"] = {"id": 3, "project": 1}
    with pytest.raises(FieldMissing, match="only Label Studio Enterprise has it"):
        _ = task.review_time
