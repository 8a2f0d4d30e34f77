"""Annotations are deleted together where the server can do that, else one by one."""

from __future__ import annotations

import pytest
from support.bulk import BulkServer

from label_studio_orm import Annotation, EditionError, OutcomeUnknown
from label_studio_orm.records.enterprise import bulk_deletion

ROUTE = "POST /api/annotations/bulk-delete/"


@pytest.fixture
def bulk(monkeypatch: pytest.MonkeyPatch) -> BulkServer:
    monkeypatch.setattr(bulk_deletion, "MOST", 10)
    server = BulkServer()
    server.edition = "Enterprise"
    for task in range(1, 26):
        server.send("POST", f"/api/tasks/{task}/annotations/", {"result": []})
    return server


def test_enterprise_deletes_many_in_a_request(bulk: BulkServer) -> None:
    assert bulk.project.annotations.filter(Annotation.id > 2).delete() == 23
    assert bulk.writes == [ROUTE] * 3
    assert bulk.annotated == [1, 2]


def test_one_is_deleted_as_ever(bulk: BulkServer) -> None:
    assert bulk.project.annotations.filter(Annotation.id == 2).delete() == 1
    assert bulk.writes == ["DELETE /api/annotations/2/"]


def test_community_is_not_asked_for_it(bulk: BulkServer) -> None:
    bulk.edition = "Community"
    assert bulk.project.annotations.delete() == 25
    assert (ROUTE in bulk.writes, bulk.annotated) == (False, [])


def test_a_server_without_it_is_asked_once(bulk: BulkServer) -> None:
    bulk.refuses(ROUTE, EditionError("No such endpoint.", status=404))
    assert bulk.project.annotations.filter(Annotation.id > 20).delete() == 5
    assert bulk.project.annotations.delete() == 20
    assert (bulk.writes.count(ROUTE), bulk.annotated) == (1, [])


def test_an_error_tells_how_many_were_deleted(bulk: BulkServer) -> None:
    bulk.loses(ROUTE, nth=2, done=True)
    with pytest.raises(OutcomeUnknown, match="10 of the 25 annotations were deleted before that"):
        bulk.project.annotations.delete()
    assert bulk.project.annotations.delete() == 5  # what is left: nothing is deleted twice
    assert bulk.annotated == []


def test_the_number_is_that_of_the_server(bulk: BulkServer) -> None:
    bulk.before[ROUTE] = lambda: bulk.send("DELETE", "/api/annotations/1/")
    assert bulk.project.annotations.delete() == 24


def test_a_batch_deletes_one_by_one(bulk: BulkServer) -> None:
    with bulk.project.batch() as batch:
        bulk.project.annotations.filter(Annotation.id < 4).delete()
    assert (batch.deleted, ROUTE in bulk.writes) == (3, False)
