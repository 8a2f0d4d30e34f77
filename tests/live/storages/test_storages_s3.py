"""S3 storages on moto: the details of this provider, and errors."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulators.s3 import S3
from support.storages import HUSH, S3Place, ids, task

from label_studio_orm import Project
from label_studio_orm.errors import (
    InvalidInput,
    JobFailed,
    NotFound,
    PermissionDenied,
    Rejected,
    ServerError,
)
from label_studio_orm.records.storages.collections import Storages


@pytest.fixture
def s3_place(s3: S3) -> S3Place:
    return S3Place(s3)


def test_another_project_does_not_have_the_storage(
    shared: Project, refusing: Project, s3_place: S3Place
) -> None:
    made = shared.import_storages.s3.create(**s3_place.fields)
    assert list(refusing.import_storages) == []
    with pytest.raises(NotFound):
        _ = refusing.import_storages.s3.get(made.id).title


def test_check_suggests_the_nearest_option(refused: Storages[Any], s3_place: S3Place) -> None:
    with pytest.raises(AttributeError, match="prefix"):
        refused.s3.check(**s3_place.fields, prefx="photos")


def test_tasks_of_two_buckets_cannot_be_distinguished(project: Project, s3: S3) -> None:
    first, second = (
        project.import_storages.s3.create(title=title, **S3Place(s3).fields).sync()
        for title in ("First", "Second")
    )
    with pytest.raises(InvalidInput, match=r"'Second'.*have the same prefix"):
        _ = first.tasks
    with pytest.raises(InvalidInput, match=r"'First'.*have the same prefix"):
        _ = second.tasks


def test_can_delete_objects_can_be_enabled_later(labeled: Project, s3_place: S3Place) -> None:
    storage = labeled.export_storages.s3.create(**s3_place.fields)
    storage.can_delete_objects = True
    storage.save()
    labeled.tasks[0].delete()
    assert set(s3_place.names()) == ids(labeled)
    assert len(s3_place.names()) == 1


def test_a_storage_that_is_not_synchronizable_refuses_a_sync(
    shared: Project, s3_place: S3Place
) -> None:
    storage = shared.import_storages.s3.create(synchronizable=False, **s3_place.fields)
    with pytest.raises(Rejected, match="not synchronizable"):
        storage.sync()


# -- keys ------------------------------------------------------------------------------------------


def test_saving_another_field_keeps_the_keys(
    s3: S3, shared_storages: Storages[Any], s3_place: S3Place
) -> None:
    s3_place.put("1.json", task("one"))
    with s3.checking_keys() as keys:
        storages = shared_storages.s3
        storage = storages.create(bucket=s3_place.bucket, s3_endpoint=s3.url, **keys)
        storage.title = "Renamed"
        storage.save()
        storage.validate()
        assert storage.sync().status == "completed"


def test_saving_changes_the_keys(s3: S3, shared: Project, s3_place: S3Place) -> None:
    s3_place.put("1.json", task("one"))
    with s3.checking_keys() as keys:
        storages = shared.import_storages.s3
        storage = storages.create(bucket=s3_place.bucket, s3_endpoint=s3.url, **keys)
        storage.aws_secret_access_key = HUSH
        with pytest.raises(Rejected, match="Cannot connect to S3"):
            storage.save()
        assert storage.dirty == {"aws_secret_access_key"}
        storage.aws_secret_access_key = keys["aws_secret_access_key"]
        storage.save()
        assert not storage.dirty
        assert storage.sync().last_sync_count == 1


@pytest.mark.parametrize("wrong", ["aws_access_key_id", "aws_secret_access_key"])
def test_a_wrong_key_is_reported(
    wrong: str, s3: S3, refused: Storages[Any], s3_place: S3Place
) -> None:
    with s3.checking_keys() as keys:
        keys[wrong] = HUSH
        expected = f"Cannot connect to S3 {s3_place.bucket} with specified AWS"
        with pytest.raises(Rejected, match=expected):
            refused.s3.create(bucket=s3_place.bucket, s3_endpoint=s3.url, **keys)


def test_a_revoked_key_is_reported(s3: S3, shared: Project, s3_place: S3Place) -> None:
    storages = shared.import_storages.s3
    with s3.checking_keys() as keys:
        storage = storages.create(bucket=s3_place.bucket, s3_endpoint=s3.url, **keys)
    with s3.checking_keys(), pytest.raises(JobFailed, match="Forbidden"):
        storage.sync()


# -- errors ----------------------------------------------------------------------------------------


def test_a_missing_bucket_is_reported(refused: Storages[Any], s3_place: S3Place) -> None:
    with pytest.raises(Rejected, match="Cannot find bucket nowhere in S3"):
        refused.s3.create(**s3_place.wrong)


def test_a_prefix_without_objects_creates_no_tasks(refusing: Project, s3_place: S3Place) -> None:
    with pytest.raises(Rejected, match=r"s3://bucket-\d+/nowhere/? not found"):
        refusing.import_storages.s3.create(**s3_place.at("nowhere"))


def test_an_unreachable_endpoint_is_reported(refused: Storages[Any], s3_place: S3Place) -> None:
    s3_place.fields["s3_endpoint"] = "http://127.0.0.1:9"
    with pytest.raises(ServerError, match="Could not connect to the endpoint") as caught:
        refused.s3.create(**s3_place.fields)
    assert "http://127.0.0.1:9" in str(caught.value)


def test_a_forbidden_endpoint_is_reported(other_project: Project, s3_place: S3Place) -> None:
    with pytest.raises(PermissionDenied, match="reserved network address"):
        other_project.import_storages.s3.create(**s3_place.fields)


@pytest.mark.parametrize("way", ["import_storages", "export_storages"])
def test_a_bucket_deleted_later_is_reported(way: str, labeled: Project, s3_place: S3Place) -> None:
    storage = getattr(labeled, way).s3.create(**s3_place.fields)
    s3_place.s3.drop(s3_place.bucket)
    with pytest.raises(Rejected, match=f"Cannot find bucket {s3_place.bucket}"):
        storage.validate()
    with pytest.raises(JobFailed, match="HeadBucket operation: Not Found"):
        storage.sync()


@pytest.mark.parametrize(
    ("key", "content", "reason"),
    [
        ("broken.json", '{"text": "one', "JSON-formatted tasks from broken.json"),
        ("empty.json", "", "JSON-formatted tasks from empty.json"),
        ("numbers.json", "[1, 2]", "'int' object has no attribute 'get'"),
        ("bytes.json", b'{"text": "\xff"}', "'utf-8' codec can't decode"),
    ],
)
def test_an_object_that_is_not_a_task_is_reported(
    key: str, content: bytes | str, reason: str, shared: Project, s3_place: S3Place
) -> None:
    s3_place.put(key, content)
    storage = shared.import_storages.s3.create(**s3_place.fields)
    with pytest.raises(JobFailed, match=reason):
        storage.sync()
    assert storage.status == "failed"
