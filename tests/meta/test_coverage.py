"""Every operation of the Community edition has a live test that sends it."""

from __future__ import annotations

import pytest
from support.operations import (
    INSTEAD,
    Operation,
    all_operations,
    check_sent,
    community,
    live_tests,
    of_storages,
)
from support.sent import successful_requests

from label_studio_orm import LabelStudio
from label_studio_orm.errors import NotFound
from label_studio_orm.testing import FakeServer

LIST = Operation("webhooks.list", "GET", "/api/webhooks/", "oss")
GET = Operation("webhooks.get", "GET", "/api/webhooks/{id}/", "oss")


def test_every_operation_of_the_community_edition_is_shown_live() -> None:
    assert len(community()) == 145
    assert sorted(community().keys() - live_tests().keys()) == []


def test_marks_name_operations_of_the_table() -> None:
    assert live_tests().keys() - all_operations().keys() == set()
    assert INSTEAD.keys() - all_operations().keys() == set()


def test_a_test_fails_without_the_request_that_it_is_marked_for() -> None:
    check_sent([LIST, GET], [("GET", "/api/webhooks"), ("GET", "/api/webhooks/7/")])
    said = "marked for webhooks.list, but it did not send GET /api/webhooks/ with success"
    for other in (("POST", "/api/webhooks/"), ("GET", "/api/webhooks/7/")):
        with pytest.raises(pytest.fail.Exception, match=said):
            check_sent([GET, LIST], [("GET", "/api/webhooks/7/"), other])


def test_an_id_is_a_number_and_the_name_of_a_file_may_have_a_slash() -> None:
    table = all_operations()
    assert table["views.delete"].is_sent_by("DELETE", "/api/dm/views/7/")
    assert not table["views.delete"].is_sent_by("DELETE", "/api/dm/views/reset/")
    assert table["files.download"].is_sent_by("GET", "/data/upload/1/cat.png")


def test_the_marks_of_storages_name_operations() -> None:
    verbs = ("create", "sync in", "sync out")
    assert list(of_storages("s3", verbs, ["import_storage", "export_storage"])) == [
        "import_storage.s3.create",
        "export_storage.s3.create",
        "import_storage.s3.sync",
        "export_storage.s3.sync",
    ]


def test_only_requests_that_succeed_are_seen() -> None:
    with FakeServer() as fake, successful_requests() as sent:
        ls: LabelStudio = fake.client
        list(ls.projects)
        with pytest.raises(NotFound):
            ls.request("GET", "/api/tasks/99/")
    assert {path for _, path in sent} == {"/api/projects/"}
