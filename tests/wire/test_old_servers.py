"""Older servers: fallbacks, or errors that name the version."""

from __future__ import annotations

import pytest
from support.stub import Answer, Stub

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import PermissionDenied, Rejected

FILES = "/data/local-files/"
VERSIONS = "/api/projects/1/model-versions"


@pytest.fixture
def ls(stub: Stub) -> LabelStudio:
    stub.on("GET", "/api/version", {"release": "1.10.1dev"})
    return LabelStudio(stub.url, api_key="0" * 40)


def test_a_local_file_that_is_for_browsers_only_is_an_error_that_says_so(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", FILES, Answer(status=403))
    with pytest.raises(PermissionDenied, match=r"1\.10\.1 cannot serve .*; 1\.12 and later can"):
        ls.fetch(f"{FILES}?d=photos/cat.jpg")


def test_other_refusals_do_not_ask_for_the_version(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/data/upload/1/cat.jpg", Answer(status=403))
    with pytest.raises(PermissionDenied):
        ls.fetch("/data/upload/1/cat.jpg")
    assert stub.said == ["GET /data/upload/1/cat.jpg"]


def test_predictions_of_a_version_are_deleted_one_by_one_where_there_is_no_other_way(
    ls: LabelStudio, stub: Stub
) -> None:
    found = [{"id": number, "task": 5, "model_version": "m1"} for number in (7, 8)]
    stub.on("DELETE", VERSIONS, Answer({"detail": 'Method "DELETE" not allowed.'}, status=405))
    stub.on("GET", "/api/projects/1/", {"id": 1, "total_predictions_number": 2})
    stub.on("GET", "/api/tasks/", {"tasks": [{"id": 5, "predictions": found}], "total": 1})
    stub.on("GET", "/api/predictions/", found)
    for each in found:
        stub.on("DELETE", f"/api/predictions/{each['id']}/", Answer(status=204))
    predictions = Project(1, client=ls).predictions
    assert predictions.filter(model_version="m1").delete() == 2


def test_a_version_that_may_not_be_deleted_is_refused(ls: LabelStudio, stub: Stub) -> None:
    stub.on("DELETE", VERSIONS, Answer({"detail": "It is in use."}, status=400))
    with pytest.raises(Rejected, match="It is in use"):
        Project(1, client=ls).predictions.filter(model_version="m1").delete()
