"""Where the server's error does not say what to do, ours does."""

from __future__ import annotations

from typing import Any

import pytest
from support.stored import CREATED, StorageClient, base_of, collection_of, params, path_of, provided

from label_studio_orm import Project
from label_studio_orm.errors import (
    InvalidInput,
    JobFailed,
    PermissionDenied,
    Rejected,
    ServerError,
    UnknownName,
)
from label_studio_orm.records.storages.local import document_root

MASKED = "Debugging info is not available for s3 endpoints on domain: minio. Please contact …"
RESERVED = "URL resolves to a reserved network address (block: 127.0.0.0/8)"
VAGUE = "Error validating storage connection"
NO_REDIS = "Can't connect to Redis server."
OUTSIDE = 'Absolute local path "/photos" must be in LOCAL_FILES_DOCUMENT_ROOT="/data"'


@pytest.mark.parametrize("way", ["import", "export"])
@pytest.mark.parametrize(
    ("provider", "kind", "said", "hint"),
    [
        ("s3", ServerError, MASKED, "S3_TRUSTED_STORAGE_DOMAINS"),
        ("s3", Rejected, RESERVED, "SSRF_PROTECTION_ENABLED=false"),
        ("azure", Rejected, VAGUE, "the errors of create() and sync()"),
    ],
)
def test_create_and_check_explain_what_to_do(
    provider: str,
    kind: Any,
    said: str,
    hint: str,
    way: str,
    project: Project,
    storage_client: StorageClient,
) -> None:
    storage_client.answers[f"POST {collection_of(way, provider)}"] = kind(said)
    storage_client.answers[f"POST {base_of(way)}/{provider}/validate"] = kind(said)
    place = CREATED[provider]
    for do in (provided(project, way, provider).create, provided(project, way, provider).check):
        with pytest.raises(kind) as caught:
            do(**place)
        assert hint in str(caught.value)
        assert str(caught.value).count("\n") == 1


def test_save_and_validate_say_that_redis_needs_its_password_again(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers[f"PATCH {path_of('import', 'redis')}"] = Rejected(NO_REDIS)
    storage_client.answers["POST /api/storages/redis/validate"] = Rejected(NO_REDIS)
    storage = project.import_storages.redis.get(3)
    with pytest.raises(Rejected, match=r"validate\(\) cannot work"):
        storage.validate()
    storage.title = "Keys"
    with pytest.raises(Rejected, match=r"must be given each time"):
        storage.save()


def test_a_clear_error_of_the_server_is_not_changed(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["POST /api/storages/s3/"] = Rejected("Cannot find bucket nope in S3")
    with pytest.raises(Rejected) as caught:
        project.import_storages.s3.create(bucket="nope")
    assert str(caught.value) == "Cannot find bucket nope in S3"


OLDER = "Path / must start with LOCAL_FILES_DOCUMENT_ROOT={} and must be a child, e.g.: {}/abc"


@pytest.mark.parametrize(
    ("said", "root"),
    [
        (OUTSIDE, "/data"),
        (OLDER.format("/data", "/data"), "/data"),
        (OLDER.format("/my data", "/my data"), "/my data"),
        (f"[ErrorDetail(string='{OLDER.format(chr(92) * 2 + 'd', '')}', code='invalid')]", "\\d"),
        ("Path / does not exist", None),
    ],
    ids=["since 1.21", "before", "with a space", "of Windows", "not told"],
)
def test_the_document_root_is_found_in_the_errors_of_each_version(
    said: str, root: str | None, storage_client: StorageClient
) -> None:
    storage_client.answers["POST /api/storages/localfiles/validate"] = Rejected(said)
    assert document_root(storage_client, 7) == root


def test_url_of_fails_if_the_server_hides_its_document_root(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["POST /api/storages/localfiles/validate"] = None
    storage_client.answers["GET /api/storages/localfiles/3"] = params(
        "localfiles", path="/data/photos"
    )
    with pytest.raises(InvalidInput, match=r"1\.23\.2 does not tell its document root"):
        project.import_storages.local.get(3).url_of("a.jpg")


@pytest.mark.parametrize(("version", "advised"), [("1.10.1", False), ("1.12.0", True)])
def test_a_403_before_1_12_does_not_mean_that_file_serving_is_disabled(
    version: str, advised: bool, project: Project, storage_client: StorageClient
) -> None:
    storage_client.is_of_version(version)
    storage_client.answers["POST /api/storages/localfiles/"] = Rejected(
        OLDER.format("/data", "/data")
    )
    storage_client.answers["POST /api/storages/localfiles/validate"] = Rejected(
        OLDER.format("/d", "/d")
    )
    storage_client.refused["/data/local-files/?d=x"] = PermissionDenied("no", status=403)
    with pytest.raises(Rejected) as caught:
        project.import_storages.local.create(path="/home/me")
    assert "set LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT" in str(caught.value)
    assert ("SERVING_ENABLED=true" in str(caught.value)) is advised


def test_url_of_requests_the_document_root_once(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["POST /api/storages/localfiles/validate"] = Rejected(OUTSIDE)
    storage_client.answers["GET /api/storages/localfiles/3"] = params(
        "localfiles", path="/data/photos"
    )
    storage = project.import_storages.local.get(3)
    urls = [storage.url_of(name) for name in ("a cat.jpg", "/data/photos/more/dog.jpg")]
    assert urls == [
        "/data/local-files/?d=photos/a%20cat.jpg",
        "/data/local-files/?d=photos/more/dog.jpg",
    ]
    assert storage_client.said.count("POST /api/storages/localfiles/validate") == 1


@pytest.mark.parametrize("path", ["/data/other/cat.jpg", "../cat.jpg", "/etc/passwd"])
def test_url_of_refuses_a_file_outside_the_storage(
    path: str, project: Project, storage_client: StorageClient
) -> None:
    storage = project.import_storages.local.get(3)
    with pytest.raises(InvalidInput, match="must be in /data/photos"):
        storage.url_of(path)


@pytest.mark.parametrize(
    ("said", "hint"),
    [
        ('perhaps you forgot to enable "Tasks" import method?', "use_blob_urls=True"),
        ("AttributeError: 'int' object has no attribute 'get'", "must be a task: a JSON object"),
        (MASKED, "S3_TRUSTED_STORAGE_DOMAINS"),
    ],
)
def test_a_sync_that_fails_says_what_to_do(
    said: str, hint: str, project: Project, storage_client: StorageClient
) -> None:
    failed = params("s3", status="failed", traceback=said, meta={"attempts": 1})
    storage_client.answers["POST /api/storages/s3/3/sync"] = lambda options: (
        storage_client.answers.update({"GET /api/storages/s3/3": failed})
    )
    with pytest.raises(JobFailed) as caught:
        project.import_storages.s3.get(3).sync()
    assert said in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize("name", ["s4", "S3", "local_files"])
def test_a_mistyped_provider_lists_the_known_ones(
    name: str, project: Project, storage_client: StorageClient
) -> None:
    with pytest.raises(UnknownName, match=r"but s3, s3s, gcs, .*, local\."):
        getattr(project.import_storages, name)
    assert storage_client.said == []


def test_create_without_a_provider_shows_an_example(project: Project) -> None:
    with pytest.raises(UnknownName, match=r"As in project\.export_storages\.s3\.create"):
        _ = project.export_storages.create
    assert not hasattr(project.export_storages, "_repr_png_")


def test_the_repr_of_a_list_names_its_provider(project: Project) -> None:
    assert "the S3ImportStorages of project 7" in repr(project.import_storages.s3)
    assert "the LocalImportStorages of project 7" in repr(project.import_storages.local)


@pytest.mark.parametrize("given", ["(", "*", 5])
def test_a_malformed_regex_filter_is_refused_before_sending(
    given: Any, project: Project, storage_client: StorageClient
) -> None:
    with pytest.raises(InvalidInput, match="regex_filter must be a regular expression"):
        project.import_storages.s3.create(bucket="photos", regex_filter=given)
    assert storage_client.said == []


def test_save_says_that_an_old_server_needs_the_keys_of_azure_again(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.is_of_version("1.10.1dev")
    said = "PATCH /api/storages/azure/3 → 400: Azure account name and key must be set using …"
    storage_client.answers[f"PATCH {path_of('import', 'azure')}"] = Rejected(said)
    storage = project.import_storages.azure.get(3)
    storage.title = "Keys"
    with pytest.raises(Rejected, match=r"Label Studio 1.10.1 needs account_name and account_key"):
        storage.save()
