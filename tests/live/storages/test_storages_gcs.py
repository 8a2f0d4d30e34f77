"""Google Cloud Storage on an emulator: the details of this provider.

The emulator accepts any token, so that a key that Google would refuse cannot be tested; that the
server requests a token with its credentials can.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulators.gcs import GCS
from support.storages import HUSH, GCSPlace, secrets_in, shown, task, told

from label_studio_orm import LabelStudio, Project
from label_studio_orm.errors import InvalidInput, JobFailed, Rejected, UnknownName
from label_studio_orm.records.storages.collections import Storages

NUMBERS = itertools.count(1)


@pytest.fixture
def gcs_place(gcs: GCS) -> GCSPlace:
    return GCSPlace(gcs)


def test_check_suggests_the_nearest_option(refused: Storages[Any], gcs_place: GCSPlace) -> None:
    with pytest.raises(UnknownName, match="bucket"):
        refused.gcs.check(**gcs_place.fields, buckt="photos")


def test_saving_changes_the_credentials(gcs: GCS, shared: Project, gcs_place: GCSPlace) -> None:
    gcs_place.put("1.json", task("one"))
    storage = shared.import_storages.gcs.create(**gcs_place.fields)
    storage.google_application_credentials = json.dumps({"private_key": HUSH})
    with pytest.raises(Rejected, match="missing fields") as caught:
        storage.save()
    assert secrets_in(told(caught.value) + shown(storage)) == []
    assert storage.dirty == {"google_application_credentials"}
    before = len(gcs.tokens)
    storage.google_application_credentials = json.dumps({**gcs.credentials, "private_key_id": "2"})
    storage.save()
    assert not storage.dirty
    assert len(gcs.tokens) == before + 1
    assert storage.sync().last_sync_count == 1


def test_an_object_is_read_through_the_server(
    ls: LabelStudio, project: Project, gcs_place: GCSPlace
) -> None:
    gcs_place.put("good.txt", "A good film.")
    project.import_storages.gcs.create(use_blob_urls=True, **gcs_place.fields).sync()
    [task] = project.tasks
    uri = base64.b64encode(task.data["text"].encode()).decode()
    path = f"/tasks/{task.id}/resolve/"
    reaching = ls.with_options(hosts=["127.0.0.1"])  # where the storage of the tests is
    assert reaching.request("GET", path, params={"fileuri": uri}).content == b"A good film."


# -- credentials -----------------------------------------------------------------------------------


def as_file(credentials: Any, folder: Path) -> Path:
    path = folder / "credentials.json"
    path.write_text(json.dumps(credentials))
    return path


@pytest.mark.parametrize(
    "form",
    [
        lambda credentials, _: credentials,
        lambda credentials, _: json.dumps(credentials, indent=2),
        as_file,
        lambda credentials, folder: str(as_file(credentials, folder)),
    ],
    ids=["dict", "text", "path", "path as text"],
)
def test_credentials_are_accepted_in_all_forms(
    form: Callable[[Any, Path], Any], gcs: GCS, shared: Project, gcs_place: GCSPlace, tmp_path: Path
) -> None:
    # The server caches connections by the text of the credentials: new text, new connection.
    own = {**gcs.credentials, "private_key_id": f"own {next(NUMBERS)}"}
    before = len(gcs.tokens)
    given = form(own, tmp_path)
    storages = shared.import_storages.gcs
    storages.check(bucket=gcs_place.bucket, google_application_credentials=given)
    assert len(gcs.tokens) == before + 1
    storage = storages.create(bucket=gcs_place.bucket, google_application_credentials=given)
    storage.google_application_credentials = given
    storage.save()
    assert storage.sync().status == "completed"


@pytest.mark.parametrize(
    "form",
    [
        lambda text: text[:-1],
        lambda text: f"\ufeff{text}",
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: json.loads(text)["private_key"],
        lambda text: [text],
        lambda text: text.encode(),
        lambda text: {"private_key": text.encode()},
        lambda text: 5,
        lambda text: f"/nowhere/{HUSH}.json",
    ],
    ids=["cut", "BOM", "base64", "PEM", "list", "bytes", "bytes inside", "number", "no file"],
)
def test_invalid_credentials_are_refused_and_not_shown(
    form: Callable[[str], Any], gcs: GCS, refusing: Project, gcs_place: GCSPlace
) -> None:
    given = form(json.dumps(gcs.credentials))
    for attempt in (refusing.import_storages.gcs.create, refusing.import_storages.gcs.check):
        with pytest.raises(InvalidInput) as caught:
            attempt(bucket=gcs_place.bucket, google_application_credentials=given)
        assert secrets_in(told(caught.value)) == []
        assert str(given)[:40] not in str(caught.value)


# -- errors ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"bucket": "nowhere"}, "/b/nowhere"),
        ({"google_application_credentials": {"private_key": HUSH}}, "missing fields"),
        ({"google_application_credentials": "private_key"}, "PEM|key data"),
    ],
    ids=["bucket", "no account", "no key"],
)
def test_connection_errors_are_named(
    wrong: dict[str, Any], reason: str, gcs: GCS, refused: Storages[Any], gcs_place: GCSPlace
) -> None:
    if wrong.get("google_application_credentials") == "private_key":
        wrong = {"google_application_credentials": {**gcs.credentials, "private_key": HUSH}}
    with pytest.raises(Rejected, match=reason) as caught:
        refused.gcs.create(**{**gcs_place.fields, **wrong})
    assert secrets_in(told(caught.value)) == []


def test_a_prefix_without_objects_creates_no_tasks(refusing: Project, gcs_place: GCSPlace) -> None:
    for attempt in (refusing.import_storages.gcs.create, refusing.import_storages.gcs.check):
        with pytest.raises(Rejected, match=r"No blobs found in bucket-\d+/nowhere"):
            attempt(**gcs_place.at("nowhere"))


def test_deleted_objects_are_reported(shared: Project, gcs_place: GCSPlace) -> None:
    gcs_place.put("p/1.json", task("one"))
    storage = shared.import_storages.gcs.create(**gcs_place.at("p"))
    gcs_place.empty()
    with pytest.raises(JobFailed, match=r"No blobs found in bucket-\d+/p"):
        storage.sync()
