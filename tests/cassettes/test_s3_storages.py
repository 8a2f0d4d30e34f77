"""S3 storages of a project: their keys are in no response and in no cassette."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.emulators.s3 import running_s3
from support.recording import RECORDING, S3, names

from label_studio_orm import Project
from label_studio_orm.errors import FieldMissing, NotFound, Rejected
from label_studio_orm.records.storages import S3ImportStorage

SECRETS = {
    "aws_access_key_id": "AKIAHUSHHUSHHUSH",
    "aws_secret_access_key": "hush-hush-the-secret-key",
    "aws_session_token": "hush-hush-the-token",
}


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """The endpoint of the bucket: an emulator while recording, unused while replaying."""
    if not RECORDING:
        yield S3
        return
    with running_s3() as s3:
        s3.make("photos")
        names[s3.url] = S3
        yield s3.url


@pytest.fixture
def s3_options(s3_url: str) -> dict[str, Any]:
    return {"bucket": "photos", "s3_endpoint": s3_url, **SECRETS}


def test_a_storage_is_created_found_saved_and_deleted(
    project: Project, s3_options: dict[str, Any]
) -> None:
    made = project.import_storages.s3.create(title="Photos", use_blob_urls=True, **s3_options)
    assert (made.type, made.status, made.bucket) == ("s3", "initialized", "photos")
    assert made.s3_endpoint == s3_options["s3_endpoint"]
    [found] = project.import_storages
    assert found == made == project.import_storages.s3.get(title="Photos")
    assert type(found) is S3ImportStorage
    made.title = "Cats"
    made.save()
    assert project.import_storages.s3.get(made.id).refresh().title == "Cats"
    made.delete()
    assert list(project.import_storages) == []
    with pytest.raises(NotFound):
        made.refresh()


def test_keys_can_be_set_but_not_read(project: Project, s3_options: dict[str, Any]) -> None:
    storage = project.import_storages.s3.create(**s3_options)
    storage.aws_secret_access_key = "hush-hush-another-key"
    storage.aws_session_token = None
    storage.save()
    assert not storage.dirty
    assert not storage.refresh().params.keys() & SECRETS
    with pytest.raises(FieldMissing, match="can be set but not read"):
        _ = storage.aws_secret_access_key


def test_check_is_done_by_the_server(project: Project, s3_options: dict[str, Any]) -> None:
    project.import_storages.s3.check(**s3_options)
    assert project.import_storages.s3.create(**s3_options).validate().status == "initialized"
    with pytest.raises(Rejected, match="Cannot find bucket nowhere in S3"):
        project.import_storages.s3.check(**{**s3_options, "bucket": "nowhere"})


def test_the_declared_fields_of_a_storage_equal_those_of_the_server(
    project: Project, s3_options: dict[str, Any]
) -> None:
    of_no_use = {"regex_filter", "use_blob_urls"}  # export storages send them but ignore them
    for storages, more in ((project.import_storages, set()), (project.export_storages, of_no_use)):
        storage = storages.s3.create(**s3_options).refresh()
        declared = {field.wire for field in storage.fields.values()} - storage.secrets()
        assert (declared - set(storage.params), set(storage.params) - declared) == (set(), more)


def test_storage_types_are_those_of_the_server(project: Project) -> None:
    titles = {
        "azure": "Microsoft Azure",
        "gcs": "Google Cloud Storage",
        "localfiles": "Local files",
        "redis": "Redis",
        "s3": "AWS S3",
    }
    assert project.import_storages.types() == project.export_storages.types() == titles
