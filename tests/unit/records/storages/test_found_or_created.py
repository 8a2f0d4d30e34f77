"""Storages that are found by their place, or created."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest
from support.leaks import leaks
from support.stored import (
    CREATED,
    EVERY,
    HUSH,
    PLACE,
    StorageClient,
    collection_of,
    params,
    provided,
)

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, MultipleFound, PermissionDenied


@pytest.fixture(autouse=True)
def _no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_the_storage_of_the_same_place_is_found(
    way: str, provider: str, project: Project, storage_client: StorageClient
) -> None:
    same = {**CREATED[provider], **PLACE[provider]}
    if (way, provider) == ("export", "redis"):  # by default, the server exports to database 2
        same["db"] = 1
    assert provided(project, way, provider).get_or_create(**same).id == 3
    assert storage_client.changed == []


@pytest.mark.parametrize(
    ("provider", "other"),
    [
        ("s3", {"bucket": "photos"}),  # all of the bucket, not a part of it
        ("s3", {"bucket": "photos", "prefix": "cats", "s3_endpoint": "https://minio"}),
        ("gcs", {"bucket": "photos", "prefix": "dogs"}),
        ("azure", {"container": "others", "prefix": "cats"}),
        ("redis", {"host": "redis", "port": "6379", "path": "cats", "db": 2}),
        ("localfiles", {"path": PurePosixPath("/data/photos/cats")}),
    ],
)
def test_a_storage_of_another_place_is_created(
    provider: str, other: dict[str, Any], project: Project, storage_client: StorageClient
) -> None:
    provided(project, "import", provider).get_or_create(**other)
    assert storage_client.changed == [f"POST {collection_of('import', provider)}"]


def test_other_values_are_named_in_a_warning(project: Project) -> None:
    expected = "other values of title, use_blob_urls, and was not changed"
    with pytest.warns(UserWarning, match=expected):
        project.import_storages.local.get_or_create(
            path=PurePosixPath("/data/photos"), title="Cats", use_blob_urls=True
        )


def test_a_place_that_two_storages_have_is_ambiguous(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers[f"GET {collection_of('import', 's3')}"] = [
        params("s3"),
        params("s3", id=4, regex_filter=".*json"),
    ]
    expected = "More than one import storage has this bucket and prefix and s3_endpoint"
    with pytest.raises(MultipleFound, match=expected):
        project.import_storages.s3.get_or_create(bucket="photos", prefix="cats")


def test_the_place_is_needed(project: Project, storage_client: StorageClient) -> None:
    with pytest.raises(InvalidInput, match=r"get_or_create\(\) needs bucket=\."):
        project.import_storages.s3.get_or_create(prefix="cats")
    assert storage_client.said == []


@pytest.mark.parametrize("verb", ["create", "get_or_create", "check"])
def test_secrets_are_in_no_traceback(
    verb: str, project: Project, storage_client: StorageClient
) -> None:
    storage_client.json = lambda *_, **__: _refuse()  # type: ignore[method-assign]
    with pytest.raises(PermissionDenied) as error:
        getattr(project.import_storages.s3, verb)(bucket="photos", aws_secret_access_key=HUSH)
    assert leaks(error.value, HUSH) == []


def _refuse() -> None:
    raise PermissionDenied("You may not.")
