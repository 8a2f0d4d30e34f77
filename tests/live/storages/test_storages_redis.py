"""Redis storages: databases, keys and passwords."""

from __future__ import annotations

from typing import Any

import pytest
from support.emulators.redis import Redis, running_redis
from support.storages import HUSH, RedisPlace, ids, secrets_in, task, texts, told

from label_studio_orm import Project
from label_studio_orm.errors import JobFailed, LabelStudioError, Rejected
from label_studio_orm.records.storages.collections import Storages


@pytest.fixture
def redis_place(redis: Redis) -> RedisPlace:
    return RedisPlace(redis)


@pytest.fixture
def guarded(guarded_redis: Redis) -> RedisPlace:
    """A Redis server with a password."""
    return RedisPlace(guarded_redis, HUSH)


def test_keys_begin_with_the_path(project: Project, redis_place: RedisPlace) -> None:
    for key in ("in:1", "in:2", "out:1"):
        redis_place.put(key, task(key))
    assert project.import_storages.redis.create(path="in:", **redis_place.fields).sync()
    assert texts(project) == ["in:1", "in:2"]


@pytest.mark.parametrize("path", ["", None])
def test_without_a_path_all_keys_are_read(
    path: str | None, shared: Project, redis_place: RedisPlace
) -> None:
    redis_place.put("1", task("one"))
    storage = shared.import_storages.redis.create(path=path, **redis_place.fields)
    assert storage.sync().last_sync_count == 1


def test_databases_are_separate(redis: Redis, project: Project, redis_place: RedisPlace) -> None:
    redis.set("1", task("one").encode(), db=1)
    redis.set("5", task("five").encode(), db=5)
    project.import_storages.redis.create(**{**redis_place.fields, "db": 5}).sync()
    assert texts(project) == ["five"]
    del redis_place.fields["db"]
    usual = project.import_storages.redis.create(**redis_place.fields).sync()
    assert usual.db == 1
    assert texts(project) == ["five", "one"]


def test_the_default_database_of_exports_is_2(
    redis: Redis, labeled: Project, redis_place: RedisPlace
) -> None:
    del redis_place.fields["db"]
    assert labeled.export_storages.redis.create(**redis_place.fields).db == 2
    assert set(redis.keys(db=2)) == ids(labeled)


@pytest.mark.parametrize("can_delete", [True, None])
def test_the_key_of_a_deleted_annotation_is_never_deleted(
    can_delete: bool | None, labeled: Project, redis_place: RedisPlace
) -> None:
    labeled.export_storages.redis.create(can_delete_objects=can_delete, **redis_place.fields)
    labeled.annotations[0].delete()
    assert len(redis_place.names()) == 2


# -- a password ------------------------------------------------------------------------------------


def test_a_password_can_be_set_and_changed(
    shared_storages: Storages[Any], guarded: RedisPlace
) -> None:
    guarded.put("1", task("one"))
    storage = shared_storages.redis.create(**guarded.fields)
    assert storage.sync().status == "completed"
    storage.title = "Renamed"
    storage.password = HUSH  # the server has it, but checks what is sent
    storage.save()
    assert not storage.dirty
    assert storage.refresh().title == "Renamed"
    assert storage.sync().status == "completed"


def test_saving_an_export_storage_keeps_its_password(labeled: Project, guarded: RedisPlace) -> None:
    storage = labeled.export_storages.redis.create(**guarded.fields)
    storage.title = "Renamed"
    storage.save()
    guarded.empty()
    assert storage.sync().status == "completed"
    assert set(guarded.names()) == ids(labeled)


def test_saving_an_import_storage_without_its_password_says_what_to_do(
    shared: Project, guarded: RedisPlace
) -> None:
    storage = shared.import_storages.redis.create(**guarded.fields)
    storage.title = "Renamed"
    with pytest.raises(Rejected, match="password"):
        storage.save()


def test_validate_works_with_a_password(shared: Project, guarded: RedisPlace) -> None:
    guarded.put("1", task("one"))
    storage = shared.import_storages.redis.create(**guarded.fields)
    with pytest.raises(Rejected, match="password"):
        storage.validate()
    assert storage.sync().last_sync_count == 1


# -- errors ----------------------------------------------------------------------------------------


def test_an_unreachable_import_storage_is_reported(
    refusing: Project, redis_place: RedisPlace
) -> None:
    for wrong in ({"port": "9"}, {"db": 99}, {"password": HUSH}):
        with pytest.raises(Rejected, match="Can't connect to Redis server"):
            refusing.import_storages.redis.create(**{**redis_place.fields, **wrong})


def test_an_unreachable_export_storage_is_reported(
    refusing: Project, redis_place: RedisPlace
) -> None:
    with pytest.raises(Rejected, match=r"connecting to 127\.0\.0\.1:9"):
        refusing.export_storages.redis.create(**redis_place.wrong)


def test_a_wrong_password_is_reported(refused: Storages[Any], guarded: RedisPlace) -> None:
    guarded.fields["password"] = f"{HUSH}-wrong"
    with pytest.raises(LabelStudioError, match=r"Can't connect|password|Password") as caught:
        refused.redis.create(**guarded.fields)
    assert secrets_in(told(caught.value)) == []


@pytest.mark.parametrize("way", ["import_storages", "export_storages"])
def test_a_stopped_redis_server_is_reported(way: str, labeled: Project) -> None:
    with running_redis() as redis:
        storage = getattr(labeled, way).redis.create(**RedisPlace(redis).fields)
    with pytest.raises(JobFailed, match=rf"connecting to 127\.0\.0\.1:{redis.port}"):
        storage.sync()
