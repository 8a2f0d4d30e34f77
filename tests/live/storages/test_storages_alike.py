"""Storages of all providers: creating, finding, checking, changing and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from support.storages import AT_EACH, IN_BUCKETS, WITH_FOLDERS, Place, task, texts

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, JobFailed, NotFound, Rejected
from label_studio_orm.records import storages as classes
from label_studio_orm.records.storages.collections import Storages

NAMES = {"s3": "S3", "gcs": "GCS", "azure": "Azure", "redis": "Redis", "local": "Local"}


@AT_EACH
@pytest.mark.shows("each", "create", "list", "get")
def test_a_storage_is_created_and_found_again(project: Project, place: Place) -> None:
    for way, storages in (("Import", project.import_storages), ("Export", project.export_storages)):
        own = getattr(classes, f"{NAMES[place.provider]}{way}Storage")
        made = place.among(storages).create(title="Photos", description="All", **place.fields)
        by_title = storages.get(title="Photos")
        by_id = place.among(storages).get(made.id)
        assert list(storages) == list(place.among(storages)) == [made] == [by_title] == [by_id]
        assert {type(each) for each in (made, *storages, by_title, by_id)} == {own}
        assert (by_id.title, by_id.description, by_id.type) == ("Photos", "All", place.type)
        assert by_id.project == project
        assert own.fields.keys() - own.secrets() <= by_id.params.keys()


def test_storages_have_the_class_of_their_provider(
    project: Project, places: Mapping[str, Place]
) -> None:
    made = {}
    for listed in (project.import_storages, project.export_storages):
        for place in places.values():
            storage = place.among(listed).create(**place.fields)
            made[storage] = type(storage)
    found = [*project.import_storages, *project.export_storages]
    assert {each: type(each) for each in found} == made  # although ids of providers are the same
    assert len(found) == 2 * len(places)


@AT_EACH
def test_check_connects_without_creating_a_storage(refused: Storages[Any], place: Place) -> None:
    storages = place.among(refused)
    storages.check(**place.fields)
    with pytest.raises(Rejected):
        storages.check(**place.wrong)
    assert list(refused) == []


@WITH_FOLDERS
def test_missing_required_fields_are_named(refused: Storages[Any], place: Place) -> None:
    needed = next(iter(place.fields))
    del place.fields[needed]
    with pytest.raises(InvalidInput, match=needed):
        place.among(refused).create(**place.fields)


@AT_EACH
@pytest.mark.shows("each", "validate")
def test_validating_changes_nothing(shared_storages: Storages[Any], place: Place) -> None:
    storages = place.among(shared_storages)
    place.put("p/1.json", task("one"))
    own = {"title": "Photos", "description": "All", "synchronizable": False}
    unusual = {"regex_filter": ".*json", "use_blob_urls": True, "can_delete_objects": True}
    unusual |= {"recursive_scan": True, "presign": False, "presign_ttl": 7}
    known = storages._model.writable()
    own |= {name: value for name, value in unusual.items() if name in known}
    storage = storages.create(**place.at("p"), **own)
    before = storage.refresh().params
    assert storage.validate() is storage
    assert storage.refresh().params == before
    assert {name: getattr(storage, name) for name in own} == own


@WITH_FOLDERS
def test_validating_detects_deleted_objects_and_changes_nothing(
    shared: Project, place: Place
) -> None:
    place.put("p/1.json", task("one"))
    storage = place.among(shared.import_storages).create(title="Photos", **place.at("p"))
    before = storage.refresh().params
    place.empty()
    with pytest.raises(Rejected):
        storage.validate()
    assert storage.refresh().params == before


@AT_EACH
@pytest.mark.shows("each", "update")
def test_saving_a_title_changes_nothing_else(shared_storages: Storages[Any], place: Place) -> None:
    place.put("1.json", task("one"))
    storages = place.among(shared_storages)
    storage = storages.create(title="Photos", **place.fields)
    before = storage.refresh().params
    storage.title = "Renamed"
    storage.save()
    assert storage.type == place.type
    found = storages.get(storage.id)
    assert found.title == "Renamed"
    assert found.params == {**before, "title": "Renamed"}
    found.description = "saved without having been read"
    found.save()
    assert storage.sync().status == "completed"  # which takes the keys that it was made with


@IN_BUCKETS
def test_a_save_is_checked_by_the_server(shared: Project, place: Place) -> None:
    storage = place.among(shared.import_storages).create(**place.fields)
    storage.prefix = "nowhere"
    with pytest.raises(Rejected, match="nowhere"):
        storage.save()
    assert storage.dirty == {"prefix"}
    place.put("nowhere/1.json", task("here it is"))
    storage.save()
    assert storage.sync().last_sync_count == 1


@pytest.mark.parametrize("place", ["gcs", "azure"], indirect=True)
def test_saving_another_field_keeps_presign_and_recursive_scan(
    shared: Project, place: Place
) -> None:
    own = {"presign": False, "recursive_scan": True}
    storage = place.among(shared.import_storages).create(**place.fields, **own)
    storage.title = "Renamed"
    storage.save().refresh()
    assert {name: getattr(storage, name) for name in own} == own


@pytest.mark.parametrize("place", ["gcs", "azure"], indirect=True)
def test_saving_an_export_storage_is_not_checked_but_its_sync_reports_the_error(
    shared: Project, place: Place
) -> None:
    storage = place.among(shared.export_storages).create(**place.fields)
    [needed] = storage._meta.required  # the bucket, the container
    setattr(storage, needed, place.wrong[needed])
    storage.save()
    with pytest.raises(Rejected):
        storage.validate()
    with pytest.raises(JobFailed, match="nowhere"):
        storage.sync()


@AT_EACH
@pytest.mark.shows("each", "delete")
def test_deleting_a_storage_keeps_its_tasks_and_objects(labeled: Project, place: Place) -> None:
    place.put("1.json", task("one"))
    bring = place.among(labeled.import_storages).create(**place.fields).sync()
    take = place.among(labeled.export_storages).create(can_delete_objects=True, **place.fields)
    there = place.names()
    bring.delete()
    take.delete()
    assert [*labeled.import_storages, *labeled.export_storages] == []
    assert texts(labeled) == ["bad", "good", "one"]
    assert place.names() == there
    assert len(there) == 3


@pytest.mark.parametrize("place", ["s3", "local"], indirect=True)
def test_a_deleted_storage_is_not_found(shared: Project, place: Place) -> None:
    storages = place.among(shared.import_storages)
    storage = storages.create(**place.fields)
    storages.get(storage.id).delete()
    for attempt in (storage.sync, storage.refresh, storage.validate):
        with pytest.raises(NotFound):
            attempt()


@pytest.mark.operations("import_storage.list_types", "export_storage.list_types")
def test_every_type_of_storage_has_a_class(project: Project) -> None:
    for storages in (project.import_storages, project.export_storages):
        assert set(storages.types()) == {"s3", "gcs", "azure", "redis", "localfiles"}
