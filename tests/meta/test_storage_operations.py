"""Each of the 142 operations that Label Studio documents for storages has a counterpart.

`tests/support/storage_operations.tsv` has their names from the OpenAPI document of Label Studio,
and from label-studio-sdk.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.fake import FakeClient
from support.stored import CREATED

from label_studio_orm import Project
from label_studio_orm.records.storages import ExportStorage, ImportStorage

FILE = Path(__file__).parents[1] / "support" / "storage_operations.tsv"
with FILE.open(newline="") as file:
    OPERATIONS = [tuple(row.values()) for row in csv.DictReader(file, delimiter="\t")]

ID = 3
PLACE = {"bucket": "b", "container": "c", "path": "/data/photos", "role_arn": "r", "host": "h"}
STORED = {
    **PLACE,
    "id": ID,
    "project": 7,
    "title": "Photos",
    "port": "6379",
    "status": "completed",
    "meta": {"attempts": 1},
}
GIVEN = {
    "azure": {"container": "c"},
    "azure_spi": CREATED["azure_spi"],
    "databricks": CREATED["databricks"],
    "gcs": {"bucket": "b"},
    "gcs_sa": CREATED["gcs_sa"],
    "gcswif": CREATED["gcswif"],
    "local": {"path": "/data/photos"},
    "redis": {"host": "h", "port": "6379"},
    "s3": {"bucket": "b"},
    "s3s": {"bucket": "b", "role_arn": "r", "external_id": "e"},
}


class Everything(FakeClient):
    """Responds to any request with the right shape."""

    def json(self, method: str, path: str, **options: Any) -> Any:
        self.calls.append((f"{method} {path}", options.get("json")))
        last = path.rstrip("/").rpartition("/")[2]
        if method == "GET" and last == "types":
            return [{"name": "s3", "title": "AWS S3"}]
        if method == "GET":
            return STORED if last.isdigit() else [STORED]
        return {**STORED, **(options.get("json") or {})}


def change(storage: Any) -> None:
    storage.title = "Cats"
    storage.save()


# What a user writes for an operation: `storages` is `project.import_storages.s3` and the like.
COUNTERPARTS: dict[str, Callable[[Any, dict[str, Any]], object]] = {
    "list": lambda storages, given: list(storages),
    "create": lambda storages, given: storages.create(**given),
    "validate": lambda storages, given: storages.check(**given),
    "get": lambda storages, given: storages.get(ID).title,
    "update": lambda storages, given: change(storages.get(ID)),
    "delete": lambda storages, given: storages.get(ID).delete(),
    "sync": lambda storages, given: storages.get(ID).sync(wait=False),
}


def test_there_are_142_operations() -> None:
    assert len({name for name, _, _ in OPERATIONS}) == len(OPERATIONS) == 142


@pytest.mark.parametrize(
    ("operation", "method", "path"), OPERATIONS, ids=[name for name, _, _ in OPERATIONS]
)
def test_every_operation_has_a_counterpart(operation: str, method: str, path: str) -> None:
    client = Everything(Project, ImportStorage, ExportStorage)
    way, *provider, verb = operation.split(".")
    storages = getattr(Project(7, client=client), f"{way}s")
    if provider:
        COUNTERPARTS[verb](getattr(storages, provider[0]), GIVEN[provider[0]])
    else:
        assert verb == "list_types"
        assert storages.types() == {"s3": "AWS S3"}
    expected = f"{method} {path.format(id=ID)}".rstrip("/")
    assert expected in [said.rstrip("/") for said in client.said]


@pytest.mark.parametrize("provider", GIVEN)
@pytest.mark.parametrize("way", ["import", "export"])
def test_a_storage_can_validate_itself(way: str, provider: str) -> None:
    client = Everything(Project, ImportStorage, ExportStorage)
    project = Project(7, client=client)
    getattr(getattr(project, f"{way}_storages"), provider).get(ID).validate()
    operation = f"{way}_storage.{provider}.validate"
    [path] = [path for name, _, path in OPERATIONS if name == operation]
    assert client.said[-1] == f"POST {path}"
