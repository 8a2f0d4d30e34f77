"""Syncs of all providers: importing tasks, exporting annotations, and errors."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from support.storages import AT_EACH, IN_BUCKETS, WITH_FOLDERS, Place, ids, task, texts
from support.texts import sentiment

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, JobFailed, LabelStudioError

# -- tasks come in ---------------------------------------------------------------------------------


@AT_EACH
@pytest.mark.shows("each", "sync in")
def test_json_objects_have_one_or_many_tasks(project: Project, place: Place) -> None:
    said = {
        "data": {"text": "six"},
        "annotations": [{"result": sentiment("Positive")}],
        "predictions": [{"result": sentiment("Negative"), "score": 0.5}],
    }
    place.put("a b/1é.json", task("one"))
    place.put("a b/list.json", '[{"text": "two"}, {"data": {"text": "three"}}]')
    place.put("a b/lines.jsonl", '{"text": "four"}\n{"text": "five"}\n')
    place.put("a b/labeled.json", json.dumps(said))
    place.put("elsewhere.json", task("not this one"))
    storage = place.among(project.import_storages).create(**place.at("a b"))
    assert (storage.status, storage.last_sync) == ("initialized", None)
    assert storage.sync() is storage
    assert (storage.status, storage.last_sync_count) == ("completed", 6)
    assert storage.last_sync is not None
    assert texts(project) == ["five", "four", "one", "six", "three", "two"]
    [labeled] = [each for each in project.tasks if each.data["text"] == "six"]
    assert len(labeled.annotations) == len(labeled.predictions) == 1


@pytest.mark.parametrize("place", ["s3", "local"], indirect=True)
def test_a_sync_creates_new_tasks_only(project: Project, place: Place) -> None:
    storage = place.among(project.import_storages).create(**place.fields)
    assert storage.sync().last_sync_count == 0
    place.put("1.json", task("one"))
    assert storage.sync().last_sync_count == 1
    place.put("2.json", task("two"))
    assert storage.sync().last_sync_count == 1
    assert storage.sync().last_sync_count == 0
    assert texts(project) == ["one", "two"]


OBJECTS = ("a.jpg", "b.png", "p/c.jpg", "p/d.png", "p/q/e.jpg", "pq/f.jpg")


BELOW = {"prefix": "p/", "recursive_scan": True}, ("p/c.jpg", "p/d.png", "p/q/e.jpg")


@pytest.mark.parametrize(
    ("place", "options", "found"),
    [
        ("s3", {"recursive_scan": True}, OBJECTS),
        ("s3", {"prefix": "p"}, ("p/c.jpg", "p/d.png")),
        ("s3", {"prefix": "p", "regex_filter": r"p/.*\.png"}, ("p/d.png",)),
        ("s3", *BELOW),
        ("gcs", *BELOW),
        ("azure", *BELOW),
    ],
    indirect=["place"],
)
def test_objects_become_tasks_with_their_urls(
    options: dict[str, Any], found: tuple[str, ...], project: Project, place: Place
) -> None:
    for key in OBJECTS:
        place.put(key, b"\xff\xd8 not JSON")
    storages = place.among(project.import_storages)
    storage = storages.create(use_blob_urls=True, **place.fields, **options)
    assert storage.sync().last_sync_count == len(found)
    scheme = {"s3": "s3", "gcs": "gs", "azure": "azure-blob"}[place.provider]
    bucket = place.fields.get("bucket") or place.fields["container"]
    assert texts(project) == [f"{scheme}://{bucket}/{key}" for key in found]


@AT_EACH
def test_the_tasks_of_a_storage_are_those_that_came_from_it(project: Project, place: Place) -> None:
    project.import_tasks([{"text": "by hand"}])
    storages = {}
    for folder in ("one", "one more"):
        place.put(f"{folder}/1.json", task(folder))
        storages[folder] = place.among(project.import_storages).create(**place.at(folder)).sync()
    for folder, storage in storages.items():
        assert [each.data["text"] for each in storage.tasks] == [folder]


@AT_EACH
def test_storages_with_overlapping_names_cannot_be_distinguished(
    project: Project, place: Place
) -> None:
    place.put("one/1.json", task("one"))
    one = place.among(project.import_storages).create(title="One", **place.at("one"))
    every = place.among(project.import_storages).create(title="All", **place.fields)
    assert [*one.tasks, *every.tasks] == []  # as long as nothing is synced
    one.sync()
    every.sync()
    with pytest.raises(InvalidInput, match=r"'All'.*have the same prefix"):
        _ = one.tasks
    with pytest.raises(InvalidInput, match=r"'One'.*have the same prefix"):
        _ = every.tasks


# -- annotations go out ----------------------------------------------------------------------------


@AT_EACH
@pytest.mark.shows("each", "sync out")
def test_annotations_are_exported_on_creation_on_saving_and_by_a_sync(
    labeled: Project, place: Place
) -> None:
    storage = place.among(labeled.export_storages).create(**place.fields)
    assert (storage.status, storage.last_sync_count) == ("completed", 2)  # it has synced at once
    assert set(place.names()) == ids(labeled)
    written = [json.loads(place.get(key)) for key in place.names()]
    assert sorted(each["task"]["data"]["text"] for each in written) == ["bad", "good"]
    assert all(each["result"][0]["value"] == {"choices": ["Positive"]} for each in written)
    place.empty()
    assert storage.sync().last_sync_count == 2
    assert set(place.names()) == ids(labeled)
    later = labeled.tasks.create(data={"text": "later"}).annotate({"sentiment": "Negative"})
    assert str(later.id) in place.names()


@IN_BUCKETS
def test_annotations_are_exported_under_a_prefix_and_replace_existing_files(
    labeled: Project, place: Place
) -> None:
    names = [f"out/{name}" for name in sorted(ids(labeled))]
    place.put(names[0], "something else")
    place.among(labeled.export_storages).create(**place.at("out"))
    assert sorted(place.names()) == names
    assert json.loads(place.get(names[0]))["result"]


@WITH_FOLDERS
def test_deleting_an_annotation_deletes_its_file_if_allowed(labeled: Project, place: Place) -> None:
    for folder, may in (("may", True), ("may not", False)):
        where = place.at(folder)
        place.among(labeled.export_storages).create(can_delete_objects=may, **where)
    first, second = labeled.annotations
    first.delete()
    left = Counter(key.partition("/")[0] for key in place.names())
    heeded = place.provider in ("s3", "local")  # by Label Studio 1.23
    assert left == {"may": 1 if heeded else 2, "may not": 2}
    assert f"may/{second.id}" in place.names()


# -- errors ----------------------------------------------------------------------------------------


@AT_EACH
def test_an_object_that_is_not_a_task_is_named_by_every_sync(shared: Project, place: Place) -> None:
    place.put("five.json", "5")
    storage = place.among(shared.import_storages).create(**place.fields)
    for _ in range(2):
        with pytest.raises(JobFailed, match=r"(?s)tasks from .*five\.json.*Caused by") as caught:
            storage.sync()
        assert storage.status == "failed"
        assert repr(storage) in str(caught.value)
        assert "Traceback" not in str(caught.value)
    place.put("five.json", task("mended"))
    assert storage.sync().last_sync_count == 1


@pytest.mark.parametrize("place", ["s3", "local"], indirect=True)
def test_an_image_becomes_a_task_only_with_use_blob_urls(shared: Project, place: Place) -> None:
    place.put("photo.jpg", b"\xff\xd8")
    storage = place.among(shared.import_storages).create(**place.fields)
    with pytest.raises(JobFailed, match=r'photo\.jpg" is not a JSON'):
        storage.sync()
    storage.use_blob_urls = True
    storage.save()
    assert storage.sync().last_sync_count == 1


@WITH_FOLDERS
def test_a_malformed_regex_is_reported(shared: Project, place: Place) -> None:
    place.put("1.json", task("one"))
    storage = place.among(shared.import_storages).create(**place.fields)
    # We refuse such a value, but other clients may write it.
    shared.client.json("PATCH", storage._path(), json={**storage.params, "regex_filter": "("})
    with pytest.raises(JobFailed, match="unterminated subpattern at position 0"):
        storage.sync()
    storage.regex_filter = ".*"
    storage.save()
    assert storage.sync().last_sync_count == 1


@WITH_FOLDERS
def test_a_deleted_bucket_is_reported(shared: Project, place: Place) -> None:
    place.put("below/1.json", task("one"))
    storage = place.among(shared.import_storages).create(**place.at("below"))
    place.empty()
    with pytest.raises(LabelStudioError, match="below"):
        storage.sync()
