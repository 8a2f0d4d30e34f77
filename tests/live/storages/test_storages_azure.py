"""Azure Blob Storage on Azurite: the details of this provider.

Only presigned URLs, which Label Studio builds for Microsoft's own host, lead elsewhere.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
from support.emulators.azure import Azure
from support.storages import HUSH, AzurePlace, secrets_in, shown, task, told

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import JobFailed, Rejected, UnknownName
from label_studio_orm.records.storages.collections import Storages

WRONG = base64.b64encode(HUSH.encode()).decode()


@pytest.fixture
def azure_place(azure: Azure) -> AzurePlace:
    return AzurePlace(azure)


def test_check_suggests_the_nearest_option(refused: Storages[Any], azure_place: AzurePlace) -> None:
    with pytest.raises(UnknownName, match="container"):
        refused.azure.check(**azure_place.fields, contaner="photos")


def test_saving_changes_a_key(azure: Azure, shared: Project, azure_place: AzurePlace) -> None:
    azure_place.put("1.json", task("one"))
    storage = shared.import_storages.azure.create(**azure_place.fields)
    storage.account_key = azure.account_key(WRONG)
    with pytest.raises(Rejected, match="AuthorizationFailure") as caught:
        storage.save()
    assert secrets_in(told(caught.value) + shown(storage)) == []
    assert storage.dirty == {"account_key"}
    storage.account_key = azure.account_key()
    storage.save()
    assert not storage.dirty
    assert storage.sync().last_sync_count == 1


def test_a_blob_is_read_through_the_server(
    ls: LabelStudio, project: Project, azure_place: AzurePlace
) -> None:
    azure_place.put("good.txt", "A good film.")
    storages = project.import_storages.azure
    storages.create(use_blob_urls=True, presign=False, **azure_place.fields).sync()
    [task] = project.tasks
    uri = base64.b64encode(task.data["text"].encode()).decode()
    path = f"/tasks/{task.id}/resolve/"
    assert ls.request("GET", path, params={"fileuri": uri}).content == b"A good film."


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"container": "nowhere"}, "Container not found: nowhere"),
        ({"account_key": WRONG}, "Server failed to authenticate the request"),
        ({"account_key": HUSH}, "base64|padding"),
        ({"account_key": None, "account_name": None}, "account name and key must be set"),
    ],
    ids=["container", "key", "no key", "nothing"],
)
def test_connection_errors_are_named(
    wrong: dict[str, Any],
    reason: str,
    azure: Azure,
    refused: Storages[Any],
    azure_place: AzurePlace,
) -> None:
    if wrong.get("account_key"):
        wrong = {"account_key": azure.account_key(wrong["account_key"])}
    with pytest.raises(Rejected, match=reason) as caught:
        refused.azure.create(**{**azure_place.fields, **wrong})
    assert secrets_in(told(caught.value)) == []


def test_a_prefix_without_blobs_creates_no_tasks(
    refusing: Project, azure_place: AzurePlace
) -> None:
    storages = refusing.import_storages.azure
    for attempt in (storages.create, storages.check):
        with pytest.raises(Rejected, match=r"azure-blob://container-\d+/nowhere not found"):
            attempt(**azure_place.at("nowhere"))


def test_deleted_blobs_are_reported(shared: Project, azure_place: AzurePlace) -> None:
    azure_place.put("p/1.json", task("one"))
    storage = shared.import_storages.azure.create(**azure_place.at("p"))
    azure_place.empty()
    with pytest.raises(JobFailed, match=r"azure-blob://container-\d+/p not found"):
        storage.sync()
