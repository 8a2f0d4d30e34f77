"""Storages: a class for each provider, lists, and saves that the server accepts."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Any

import pytest
from support.stored import (
    CREATED,
    EVERY,
    EXPORTS,
    IMPORTS,
    PLACE,
    POOL,
    VOLUME,
    StorageClient,
    base_of,
    collection_of,
    params,
    path_of,
    provided,
)

from label_studio_orm import Project
from label_studio_orm.errors import (
    EditionError,
    InvalidInput,
    MultipleFound,
    NotFound,
    Rejected,
    UnknownName,
)
from label_studio_orm.orm.collection import Collection, collections_of
from label_studio_orm.records.storages import (
    ExportStorage,
    ImportStorage,
    RedisImportStorage,
    S3ImportStorage,
)
from label_studio_orm.records.storages.collections import ImportStorages

# -- the lists ------------------------------------------------------------------------------------


def test_the_list_of_all_providers_yields_the_class_of_each_provider(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/"] = [params(provider) for provider in IMPORTS]
    storage_client.answers["GET /api/storages/export"] = [params(provider) for provider in EXPORTS]
    assert [type(each) for each in project.import_storages] == list(IMPORTS.values())
    assert [type(each) for each in project.export_storages] == list(EXPORTS.values())


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_the_list_of_a_provider_yields_its_class(
    way: str, provider: str, project: Project, storage_client: StorageClient
) -> None:
    expected = (IMPORTS if way == "import" else EXPORTS)[provider]
    [storage] = provided(project, way, provider)
    assert type(storage) is expected
    assert (storage.type, storage.title, storage.project) == (provider, "Photos", project)
    assert storage_client.said == [f"GET {collection_of(way, provider)}"]


def test_a_list_is_limited_to_the_project(project: Project, storage_client: StorageClient) -> None:
    asked: list[Any] = []

    def answer(options: Any) -> list[Any]:
        asked.append(options["params"])
        return []

    storage_client.answers["GET /api/storages/"] = storage_client.answers[
        "GET /api/storages/export/s3"
    ] = answer
    assert project.import_storages.first() is project.export_storages.s3.first() is None
    assert asked == [{"project": 7}, {"project": 7}]


@pytest.mark.parametrize("way", ["import", "export"])
def test_an_interrupted_creation_tells_where_to_look(
    way: str, project: Project, storage_client: StorageClient
) -> None:
    def interrupted(options: Any) -> Any:
        raise KeyboardInterrupt

    storage_client.answers[f"POST {collection_of(way, 'localfiles')}"] = interrupted
    with pytest.raises(KeyboardInterrupt, match=f"may still create .*project.{way}_storages"):
        provided(project, way, "localfiles").create(path="/data")


@pytest.mark.parametrize(("way", "model"), [("import", ImportStorage), ("export", ExportStorage)])
def test_a_storage_of_an_unknown_provider_has_the_base_class(
    way: str, model: type, project: Project, storage_client: StorageClient
) -> None:
    path, stored = path_of(way, "dropbox"), params("dropbox", catalog="main")
    storage_client.answers[f"GET {base_of(way)}{'/' if way == 'import' else ''}"] = [stored]
    storage_client.answers[f"GET {path}"] = {**stored, "status": "completed"}
    storage_client.answers[f"PATCH {path}"] = {**stored, "title": "Others"}
    storage_client.answers[f"DELETE {path}"] = None
    [storage] = getattr(project, f"{way}_storages")
    assert (type(storage), storage.type, storage.params["catalog"]) == (model, "dropbox", "main")
    storage.title = "Others"
    storage.save()
    assert storage_client.calls[-1] == (f"PATCH {path}", {"title": "Others"})
    assert storage.refresh().status == "completed"
    storage.delete()
    assert storage_client.said[-2:] == [f"GET {path}", f"DELETE {path}"]


def test_a_storage_of_an_unknown_provider_is_synced_at_its_path(
    project: Project, storage_client: StorageClient
) -> None:
    path, stored = path_of("import", "dropbox"), params("dropbox", status="completed")
    storage_client.answers["GET /api/storages/"] = [stored]
    storage_client.answers[f"GET {path}"] = storage_client.answers[f"POST {path}/sync"] = stored
    [storage] = project.import_storages
    assert storage.sync(wait=False) is storage
    assert f"POST {path}/sync" in storage_client.said


def test_a_storage_of_an_unknown_provider_is_validated_at_its_path(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/"] = [params("databricks")]
    storage_client.answers[f"GET {path_of('import', 'databricks')}"] = params("databricks")
    storage_client.answers["POST /api/storages/databricks/validate"] = None
    [storage] = project.import_storages
    storage.validate()
    assert storage_client.said[-1] == "POST /api/storages/databricks/validate"


def test_a_storage_without_a_provider_says_how_to_get_it(
    storage_client: StorageClient,
) -> None:
    with pytest.raises(InvalidInput, match=r"project\.import_storages"):
        _ = ImportStorage(3, client=storage_client).title


def test_types_lists_the_types_of_the_server(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/types"] = [{"name": "s3", "title": "AWS S3"}]
    storage_client.answers["GET /api/storages/export/types"] = [{"name": "redis", "title": "Redis"}]
    assert project.import_storages.types() == {"s3": "AWS S3"}
    assert project.export_storages.types() == {"redis": "Redis"}


def test_a_storage_is_found_by_its_title(project: Project, storage_client: StorageClient) -> None:
    storage_client.answers["GET /api/storages/"] = [params("s3"), params("redis", title="Numbers")]
    assert isinstance(project.import_storages.get(title="Numbers"), RedisImportStorage)
    with pytest.raises(NotFound, match="Letters"):
        project.import_storages.get(title="Letters")
    with pytest.raises(MultipleFound, match="More than one"):
        project.import_storages.get(synchronizable=True)


def test_get_without_a_provider_says_how_to_get_a_storage(
    project: Project, storage_client: StorageClient
) -> None:
    with pytest.raises(InvalidInput, match=r"project\.import_storages\.s3\.get\(3\)"):
        project.import_storages.get(3)
    assert storage_client.said == []


def test_a_storage_of_another_project_is_not_found(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/s3/3"] = params("s3", project=8)
    with pytest.raises(NotFound, match="project 8, not 7"):
        _ = project.import_storages.s3.get(3).title


def test_delete_removes_each_storage_at_the_path_of_its_provider(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/"] = [params("s3"), params("redis")]
    assert project.import_storages.delete() == 2
    assert storage_client.said[-2:] == ["DELETE /api/storages/s3/3", "DELETE /api/storages/redis/3"]


def test_filters_and_limits_apply_to_the_list_of_a_provider(
    project: Project, storage_client: StorageClient
) -> None:
    rows = [params("s3"), params("s3", id=4, title="Others")]
    storage_client.answers["GET /api/storages/s3/"] = rows
    found = project.import_storages.filter(title="Others").s3
    assert [each.id for each in found] == [4]
    assert [each.id for each in project.import_storages.limit(1).s3] == [3]


# -- identity -------------------------------------------------------------------------------------


def test_storages_of_two_providers_with_the_same_id_are_different_records(project: Project) -> None:
    storages = [provided(project, way, provider).get(3) for way, provider in EVERY]
    assert len(set(storages)) == len(EVERY)
    assert all(one != other for one in storages for other in storages if one is not other)
    assert storages == [provided(project, way, provider).get(3) for way, provider in EVERY]


def test_storages_of_unknown_providers_with_the_same_id_are_different_records(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/"] = [params("databricks"), params("gcs_sa")]
    assert len(set(project.import_storages)) == 2


def test_storages_with_the_same_id_are_cached_separately(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/redis/3"] = params("redis", title="Numbers")
    storage_client.answers["GET /api/storages/export/s3/3"] = params("s3", title="Answers")
    for _ in range(2):
        assert project.import_storages.s3.get(3).title == "Photos"
        assert project.import_storages.redis.get(3).title == "Numbers"
        assert project.export_storages.s3.get(3).title == "Answers"
    assert len(storage_client.said) == 3


def test_a_list_contains_only_the_storages_of_its_provider(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/"] = [params("s3")]
    s3, redis = project.import_storages.s3.get(3), project.import_storages.redis.get(3)
    assert s3 in project.import_storages.s3
    assert s3 in project.import_storages
    assert redis not in project.import_storages.s3
    assert redis not in project.import_storages


# -- create() and check() -------------------------------------------------------------------------


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_create_sends_the_given_fields_and_the_project_only(
    way: str, provider: str, project: Project, storage_client: StorageClient
) -> None:
    storage = provided(project, way, provider).create(title="Cats", **CREATED[provider])
    body = {"title": "Cats", **CREATED[provider], "project": 7}
    assert storage_client.calls == [(f"POST {collection_of(way, provider)}", body)]
    assert (storage.id, storage.title, storage.dirty) == (3, "Cats", set())


def test_options_of_import_storages_only(project: Project, storage_client: StorageClient) -> None:
    how = {"presign": False, "presign_ttl": 15, "recursive_scan": True}
    what = {"use_blob_urls": True, "regex_filter": r".*\.jpg"}
    for provider in ("azure", "azure_spi", "databricks", "gcs", "gcs_sa", "gcswif", "s3", "s3s"):
        provided(project, "import", provider).create(**CREATED[provider], **how, **what)
        assert storage_client.sent == {**CREATED[provider], **how, **what, "project": 7}
        with pytest.raises(UnknownName, match="presign"):
            provided(project, "export", provider).create(**CREATED[provider], presign=True)


@pytest.mark.parametrize("provider", EXPORTS)
def test_options_of_export_storages_only(
    provider: str, project: Project, storage_client: StorageClient
) -> None:
    provided(project, "export", provider).create(**CREATED[provider], can_delete_objects=True)
    assert storage_client.sent["can_delete_objects"] is True
    with pytest.raises(UnknownName, match="can_delete_objects"):
        provided(project, "import", provider).create(**CREATED[provider], can_delete_objects=True)


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("azure", "container"),
        ("azure_spi", "container"),
        *(("databricks", name) for name in VOLUME),
        ("gcs", "bucket"),
        ("gcs_sa", "bucket"),
        ("gcs_sa", "target_service_account_email"),
        ("gcswif", "bucket"),
        *(("gcswif", name) for name in POOL),
        ("localfiles", "path"),
        ("s3", "bucket"),
        ("s3s", "bucket"),
        ("s3s", "role_arn"),
    ],
)
@pytest.mark.parametrize("way", ["import", "export"])
@pytest.mark.parametrize("nothing", ["left out", None, ""])
def test_a_missing_required_field_is_named_before_sending(
    way: str,
    provider: str,
    name: str,
    nothing: str | None,
    project: Project,
    storage_client: StorageClient,
) -> None:
    given = {**CREATED[provider], name: nothing}
    if nothing == "left out":
        del given[name]
    with pytest.raises(InvalidInput, match=f"needs {name}="):
        provided(project, way, provider).create(**given)
    assert storage_client.said == []


@pytest.mark.parametrize(("way", "provider"), EVERY)
@pytest.mark.parametrize("do", ["create", "check"])
def test_a_mistyped_name_suggests_the_nearest(
    do: str, way: str, provider: str, project: Project, storage_client: StorageClient
) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'title'"):
        getattr(provided(project, way, provider), do)(**CREATED[provider], titel="Cats")
    assert storage_client.said == []


@pytest.mark.parametrize(
    "name", ["status", "last_sync", "last_sync_count", "last_sync_job", "traceback", "meta", "type"]
)
def test_the_fields_of_a_sync_are_read_only(
    name: str, project: Project, storage_client: StorageClient
) -> None:
    with pytest.raises(UnknownName, match=name):
        project.import_storages.s3.create(bucket="photos", **{name: None})
    with pytest.raises(UnknownName, match="is read-only"):
        setattr(project.import_storages.s3.get(3), name, None)
    assert storage_client.said == []


def test_a_long_title_is_refused(project: Project, storage_client: StorageClient) -> None:
    with pytest.raises(InvalidInput, match="0 to 256"):
        project.import_storages.s3.create(bucket="photos", title="x" * 257)
    assert storage_client.said == []


@pytest.mark.parametrize("way", ["import", "export"])
def test_redis_gets_an_empty_path_by_default(
    way: str, project: Project, storage_client: StorageClient
) -> None:
    provided(project, way, "redis").create(host="redis", port="6379")
    if way == "import":  # or the server searches for keys that begin with "None"
        assert storage_client.sent == {"host": "redis", "port": "6379", "path": "", "project": 7}
    else:
        assert storage_client.sent.get("path", "") == ""


def test_a_path_may_be_a_pathlib_path(project: Project, storage_client: StorageClient) -> None:
    storage = project.import_storages.local.create(path=PurePosixPath("/data/photos"))
    assert storage_client.sent["path"] == "/data/photos"
    storage.path = PurePosixPath("/data/others")
    storage.save()
    assert storage_client.sent == {"path": "/data/others"}


def test_a_storage_is_created_for_a_project_id(
    storage_client: StorageClient,
) -> None:
    S3ImportStorage.create(7, client=storage_client, bucket="photos")
    assert storage_client.sent == {"bucket": "photos", "project": 7}


@pytest.mark.parametrize("way", ["import", "export"])
def test_the_status_of_a_new_storage_is_read_again(
    way: str, project: Project, storage_client: StorageClient
) -> None:
    # Creating an export storage syncs it, and the response is older than the sync.
    answer = params("s3", status="queued")
    storage_client.answers[f"POST {collection_of(way, 's3')}"] = answer
    storage_client.answers[f"GET {path_of(way, 's3')}"] = {
        **answer,
        "status": "completed",
        "last_sync_count": 4,
    }
    storage = provided(project, way, "s3").create(bucket="photos")
    assert (storage.last_sync_count, storage.status) == (4, "completed")
    if way == "export":
        assert provided(project, way, "s3").create(bucket="photos").status == "completed"


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_check_sends_the_body_of_create_without_an_id(
    way: str, provider: str, project: Project, storage_client: StorageClient
) -> None:
    assert provided(project, way, provider).check(**CREATED[provider]) is None
    body = {**CREATED[provider], "project": 7}
    assert storage_client.calls == [(f"POST {base_of(way)}/{provider}/validate", body)]


def test_check_looks_up_missing_fields_like_create(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/current-user/whoami"] = {
        "active_organization_external_id": "ours"
    }
    project.import_storages.redis.check(host="redis", port="6379")
    assert storage_client.sent["path"] == ""
    project.import_storages.s3s.check(bucket="photos", role_arn="arn")
    assert storage_client.sent["external_id"] == "ours"


def test_check_raises_the_error_of_the_provider(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["POST /api/storages/s3/validate"] = Rejected(
        "Cannot find bucket nope in S3"
    )
    with pytest.raises(Rejected, match="Cannot find bucket nope"):
        project.import_storages.s3.check(bucket="nope")


def test_a_provider_of_enterprise_raises_an_edition_error(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/storages/s3s/"] = EditionError("no such endpoint")
    with pytest.raises(EditionError):
        list(project.import_storages.s3s)


# -- validate() -----------------------------------------------------------------------------------

VALIDATED = {  # required in the body, which the server saves: the values must not change
    "azure": {"container"},
    "azure_spi": {"container", "auth_mode", "tenant_id", "client_id"},
    "databricks": {"host", "catalog", "schema", "volume"},
    "gcs": {"bucket"},
    "gcs_sa": {"bucket", "target_service_account_email"},
    "gcswif": {"bucket", "google_wif_pool_id", "google_project_number"},
    "localfiles": {"path"},
    "redis": {"host", "port"},
    "s3": {"bucket"},
    "s3s": {"bucket", "role_arn"},
}


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_validate_sends_required_fields_and_changes_nothing(
    way: str, provider: str, project: Project, storage_client: StorageClient
) -> None:
    storage = provided(project, way, provider).get(3)
    assert storage.validate() is storage
    said, body = storage_client.calls[-1]
    assert said == f"POST {base_of(way)}/{provider}/validate"
    stored = params(provider)
    assert {name: stored[name] for name in body} == body
    assert body["project"] == 7
    if (way, provider) != ("export", "redis"):
        assert VALIDATED[provider] <= body.keys()


def test_validate_requires_saved_changes(project: Project, storage_client: StorageClient) -> None:
    storage = project.import_storages.s3.get(3)
    storage.prefix = "dogs"
    with pytest.raises(InvalidInput, match=r"save\(\)"):
        storage.validate()
    assert not any("validate" in said for said in storage_client.said)


def test_validate_works_if_the_server_does_not_send_a_field(
    project: Project, storage_client: StorageClient
) -> None:
    stored = params("s3")
    del stored["s3_endpoint"]
    storage_client.answers["GET /api/storages/s3/3"] = stored
    project.import_storages.s3.get(3).validate()
    json.dumps(storage_client.sent)


# -- save() ---------------------------------------------------------------------------------------

ALONG = {
    ("import", "s3"): ("bucket",),
    ("export", "s3"): ("bucket",),
    ("import", "localfiles"): ("path",),
    ("export", "localfiles"): ("path",),
    ("import", "redis"): ("host", "port"),
}


@pytest.mark.parametrize("got", ["from the list", "by its id", "by its id, and read"])
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_save_sends_the_changes_and_the_required_fields(
    way: str, provider: str, got: str, project: Project, storage_client: StorageClient
) -> None:
    storages = provided(project, way, provider)
    storage = storages[0] if got == "from the list" else storages.get(3)
    if got == "by its id, and read":
        _ = storage.status
    storage.title = "Cats"
    assert storage.save() is storage
    along = {name: PLACE[provider][name] for name in ALONG.get((way, provider), ())}
    assert storage_client.calls[-1] == (
        f"PATCH {path_of(way, provider)}",
        {**along, "title": "Cats"},
    )
    assert (storage.title, storage.dirty, storage.type) == ("Cats", set(), provider)


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_save_without_changes_sends_nothing(
    way: str, provider: str, project: Project, storage_client: StorageClient
) -> None:
    storage = provided(project, way, provider).get(3)
    storage.title = storage.title
    storage.save()
    assert storage_client.said == [f"GET {path_of(way, provider)}"]


def test_required_fields_sent_with_a_save_are_not_changes(project: Project) -> None:
    storage = project.import_storages.s3[0]
    storage.title = "Cats"
    assert storage.dirty == {"title"}
    assert "bucket" not in repr(storage)


def test_a_changed_required_field_is_sent_with_its_new_value(
    project: Project, storage_client: StorageClient
) -> None:
    storage = project.import_storages.redis[0]
    storage.port = "6380"
    storage.save()
    assert storage_client.sent == {"host": "redis", "port": "6380"}


def test_a_save_with_an_empty_response_succeeds(
    project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["PATCH /api/storages/s3/3"] = (
        None  # a mock: the response was lost at a gateway
    )
    storage = project.import_storages.s3[0]
    storage.title = "Cats"
    storage.save()
    storage_client.answers["GET /api/storages/s3/3"] = params("s3", title="Cats")
    assert (storage.title, storage.bucket, storage.dirty) == ("Cats", "photos", set())


# -- custom collections ---------------------------------------------------------------------------


class OwnStorages(ImportStorages):
    def folders(self) -> list[str | None]:
        return [storage.path for storage in self.local]


class OwnProject(Project):
    import_storages: Collection[OwnStorages] = Collection("import_storage", query=OwnStorages)


def test_a_subclass_of_a_storage_collection_has_the_providers(
    storage_client: StorageClient,
) -> None:
    storages = OwnProject(7, client=storage_client).import_storages
    assert len(collections_of(OwnStorages)) == 10
    assert type(storages.s3.create(**CREATED["s3"])) is S3ImportStorage
    with pytest.raises(UnknownName, match=r"has no 's4', but s3, s3s, gcs, "):
        _ = storages.s4


def test_a_property_of_storages_that_raises_an_attribute_error_is_called_once(
    storage_client: StorageClient,
) -> None:
    calls = []

    class Careless(ImportStorages):
        @property
        def largest(self) -> Any:
            calls.append(1)
            return None.size  # type: ignore[attr-defined]

    class CarelessProject(Project):
        import_storages: Collection[Careless] = Collection("import_storage", query=Careless)

    with pytest.raises(AttributeError, match="no attribute 'size'"):
        _ = CarelessProject(7, client=storage_client).import_storages.largest
    assert calls == [1]
