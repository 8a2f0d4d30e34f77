"""Secrets of storages appear in no repr, error or log."""

from __future__ import annotations

from typing import Any

import pytest
from support.storages import HUSH, Place, secrets_in, shown, task, told

from label_studio_orm import Project
from label_studio_orm.errors import FieldMissing, LabelStudioError
from label_studio_orm.records.storages.collections import Storages

WITH_SECRETS = pytest.mark.parametrize(
    "place", ["s3", "gcs", "azure", "guarded_redis"], indirect=True
)


@WITH_SECRETS
def test_no_secret_is_shown(shared_storages: Storages[Any], place: Place) -> None:
    storages = place.among(shared_storages)
    storage = storages.create(**place.fields)
    assert secrets_in(f"{shown(storage)} {vars(storage)}") == []
    for name in place.secrets:
        setattr(storage, name, place.fields[name])
        with pytest.raises(FieldMissing, match="can be set but not read"):
            getattr(storage, name)
    assert storage.dirty == set(place.secrets)
    assert secrets_in(shown(storage)) == []
    storage.save()
    assert not storage.dirty
    assert secrets_in(f"{shown(storage)} {vars(storage)}") == []  # they are not even kept
    assert secrets_in(shown(storages.get(storage.id).refresh())) == []
    assert secrets_in(storages.to_pandas().to_string()) == []


@WITH_SECRETS
def test_no_secret_is_in_an_error(refused: Storages[Any], place: Place) -> None:
    storages = place.among(refused)
    for attempt in (storages.create, storages.check):
        for wrong in (place.wrong, {**place.fields, "title": "x" * 300}):
            with pytest.raises(LabelStudioError) as caught:
                attempt(**wrong)
            assert secrets_in(told(caught.value)) == []


@WITH_SECRETS
def test_no_secret_is_in_an_error_of_a_save(shared: Project, place: Place) -> None:
    storage = place.among(shared.import_storages).create(**place.fields)
    for name, value in place.wrong.items():
        setattr(storage, name, value)
    with pytest.raises(LabelStudioError) as caught:
        storage.save()
    assert secrets_in(told(caught.value) + shown(storage)) == []
    storage.refresh(discard_changes=True)
    assert secrets_in(f"{vars(storage)}") == []


@pytest.mark.parametrize("place", ["s3", "gcs", "azure"], indirect=True)
def test_no_secret_is_in_an_error_of_a_sync(shared: Project, place: Place) -> None:
    place.put("p/1.json", task("one"))
    storage = place.among(shared.import_storages).create(**place.at("p"))
    place.empty()
    with pytest.raises(LabelStudioError) as caught:
        storage.sync()
    assert secrets_in(told(caught.value)) == []


@pytest.mark.parametrize("place", ["s3"], indirect=True)
@pytest.mark.parametrize("wrong", [{"bucket": "No_pe!"}, {"s3_endpoint": "http://127.0.0.1:9"}])
def test_no_secret_of_s3_is_in_an_error(
    wrong: dict[str, str], refused: Storages[Any], place: Place
) -> None:
    for attempt in (refused.s3.create, refused.s3.check):
        with pytest.raises(LabelStudioError) as caught:
            attempt(**{**place.fields, **wrong})
        assert secrets_in(told(caught.value)) == []


@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_a_secret_in_an_error_of_the_server_is_not_shown(
    refused: Storages[Any], place: Place
) -> None:
    place.wrong["aws_secret_access_key"] = HUSH * 500
    with pytest.raises(LabelStudioError) as caught:
        refused.s3.create(**place.wrong)
    assert secrets_in(told(caught.value)) == []
