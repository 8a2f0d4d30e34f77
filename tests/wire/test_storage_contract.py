"""Requests for storages are those of the official SDK, method by method.

Some providers need Label Studio Enterprise, which is not to be had here: what both send to a
server that only listens is compared instead. The other providers are compared as well.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from label_studio_sdk import LabelStudio as OfficialClient
from support.stub import Answer, Request, Stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio, Project

ENTERPRISE = ("azure_spi", "databricks", "gcs_sa", "gcswif", "s3s")
PROVIDERS = ("azure", "gcs", "local", "redis", "s3", *ENTERPRISE)
EVERY = [(way, provider) for way in ("import", "export") for provider in PROVIDERS]
SERVER_NAMES = {"local": "localfiles"}
# The SDK lets these be set, and the server would believe them: they are its own words of a sync.
OF_THE_SERVER = {"status", "last_sync", "last_sync_count", "last_sync_job", "traceback", "meta"}
UNUSED = {"regex_filter", "use_blob_urls"}  # by the server, in export storages
RENAMED = {"s3endpoint": "s3_endpoint"}  # what the SDK calls it → what the server calls it
HOST = "https://adb-1234.5.azuredatabricks.net"
PLACES = {
    "azure": {"container": "photos"},
    "azure_spi": {"container": "photos"},
    "databricks": {"host": HOST, "catalog": "main", "schema": "default", "volume": "photos"},
    "gcs": {"bucket": "photos"},
    "gcs_sa": {"bucket": "photos"},
    "gcswif": {"bucket": "photos"},
    "localfiles": {"path": "/data/photos"},
    "redis": {"host": "redis", "port": "6379"},
    "s3": {"bucket": "photos"},
    "s3s": {"bucket": "photos", "role_arn": "a role"},
}
VALUES: dict[str, Any] = {
    "path": "/data/photos",
    "presign": False,
    "presign_ttl": 15,
    "recursive_scan": True,
    "use_blob_urls": True,
    "synchronizable": True,
    "can_delete_objects": True,
    "legacy_auth": False,
    "db": 2,
    "host": "https://adb-6789.5.azuredatabricks.net",
    "auth_mode": "service_principal",
    "auth_type": "dbx_sp",
    "verify_tls": True,
    "request_timeout_s": 30,
    "stream_chunk_bytes": 1_000_000,
    "google_application_credentials": '{"type": "service_account"}',
}


class Listening(Stub):
    """Takes everything, and answers in the right shape."""

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        last = request.path.rstrip("/").rpartition("/")[2]
        if request.method == "DELETE":
            return Answer(status=204, body=b"")
        if last == "validate":
            return Answer(body=b"")
        if request.method == "GET" and last != "3":
            return Answer([])
        stored = {
            "id": 3,
            "project": 7,
            "type": last,
            "status": "completed",
            "synchronizable": True,
        }
        [place] = [place for name, place in PLACES.items() if f"/{name}/" in f"{request.path}/"]
        sent = request.json if request.body else {}
        return Answer({**stored, **place, "title": "Photos", "meta": {"attempts": 1}, **sent})


@pytest.fixture
def stub(stub: Stub) -> Stub:
    stub.__class__ = Listening
    return stub


@pytest.fixture
def official(stub: Stub) -> Iterator[OfficialClient]:
    with httpx.Client() as connection:
        yield OfficialClient(base_url=stub.url, api_key=LEGACY_KEY, httpx_client=connection)


def ours(ls: LabelStudio, way: str, provider: str) -> Any:
    return getattr(getattr(Project(7, client=ls), f"{way}_storages"), provider)


def theirs(official: OfficialClient, way: str, provider: str) -> Any:
    return getattr(getattr(official, f"{way}_storage"), provider)


def asked(stub: Stub, do: Callable[[], object]) -> tuple[str, str, dict[str, str], Any]:
    """Return the method, path, query and body of the last request of a call."""
    stub.requests.clear()
    do()
    request = stub.requests[-1]
    body = request.json if request.body else None
    return request.method, request.path.rstrip("/"), request.query, body


def parameters(function: Callable[..., object]) -> set[str]:
    """Return the fields that a method of the SDK takes."""
    given = set(inspect.signature(function).parameters)
    return given - {"project", "id", "request_options", "ordering"} - OF_THE_SERVER


def given(official: OfficialClient, way: str, provider: str) -> dict[str, Any]:
    """Return a value for each field that the SDK can create a storage with, by its names."""
    names = parameters(theirs(official, way, provider).create)
    unused = UNUSED if way == "export" else set()
    return {name: VALUES.get(name, f"some {name}") for name in names - unused}


def renamed(fields: dict[str, Any]) -> dict[str, Any]:
    return {RENAMED.get(name, name): value for name, value in fields.items()}


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_every_field_that_the_sdk_can_set_can_be_set(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient
) -> None:
    fields = given(official, way, provider)
    assert renamed(fields).keys() == set(ours(ls, way, provider)._model.writable())
    assert parameters(theirs(official, way, provider).update) >= fields.keys()


@pytest.mark.shows("enterprise", "create")
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_create(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    fields = given(official, way, provider)
    one = asked(stub, lambda: ours(ls, way, provider).create(**renamed(fields)))
    other = asked(stub, lambda: theirs(official, way, provider).create(project=7, **fields))
    assert one == other
    assert one[3] == {**renamed(fields), "project": 7}


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_check_is_their_validate(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    fields = given(official, way, provider)
    one = asked(stub, lambda: ours(ls, way, provider).check(**renamed(fields)))
    other = asked(stub, lambda: theirs(official, way, provider).validate(project=7, **fields))
    assert one == other


@pytest.mark.shows("enterprise", "validate")
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_validate_of_a_storage(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    one = asked(stub, lambda: ours(ls, way, provider).get(3).validate())
    back = {ours: theirs for theirs, ours in RENAMED.items()}
    fields = {back.get(name, name): value for name, value in one[3].items()}
    # Called with what was sent: a field that it does not know would be a TypeError.
    other = asked(stub, lambda: theirs(official, way, provider).validate(**fields))
    assert one == other


@pytest.mark.shows("enterprise", "update")
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_update(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    fields = given(official, way, provider)
    storage = ours(ls, way, provider).get(3)

    def save() -> None:
        for name, value in renamed(fields).items():
            setattr(storage, name, value)
        storage.save()

    one = asked(stub, save)
    other = asked(stub, lambda: theirs(official, way, provider).update(3, **fields))
    assert (one[0], one[1], one[2]) == (other[0], other[1], other[2])
    assert one[3] == {name: value for name, value in other[3].items() if name in one[3]}
    # What is not sent is what the server has already: this is a difference.
    assert other[3].keys() - one[3].keys() <= {"synchronizable"}


@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_none_is_sent_as_null(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    storage = ours(ls, way, provider).get(3)

    def save() -> None:
        storage.title = None
        storage.save()

    one = asked(stub, save)
    sent_along = {name: value for name, value in one[3].items() if name != "title"}
    other = asked(stub, lambda: theirs(official, way, provider).update(3, title=None, **sent_along))
    assert one == other


@pytest.mark.shows("enterprise", "list")
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_list(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    one = asked(stub, lambda: ours(ls, way, provider).first())
    other = asked(stub, lambda: theirs(official, way, provider).list(project=7))
    assert one == other
    assert one[2] == {"project": "7"}


@pytest.mark.shows("enterprise", "get")
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_get(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    one = asked(stub, lambda: ours(ls, way, provider).get(3).title)
    other = asked(stub, lambda: theirs(official, way, provider).get(3))
    assert one == other


@pytest.mark.shows("enterprise", "delete")
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_delete(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    one = asked(stub, lambda: ours(ls, way, provider).get(3).delete())
    other = asked(stub, lambda: theirs(official, way, provider).delete(3))
    assert one == other


@pytest.mark.shows("enterprise", "sync in", "sync out")
@pytest.mark.parametrize(("way", "provider"), EVERY)
def test_sync(
    way: str, provider: str, ls: LabelStudio, official: OfficialClient, stub: Stub
) -> None:
    def posts(do: Callable[[], object]) -> list[tuple[str, bytes]]:
        stub.requests.clear()
        do()
        return [(each.path, each.body) for each in stub.requests if each.method == "POST"]

    one = posts(lambda: ours(ls, way, provider).get(3).sync(wait=False, progress=False))
    other = posts(lambda: theirs(official, way, provider).sync(3))
    assert one == other
    name = SERVER_NAMES.get(provider, provider)
    assert one[0][0].endswith(f"/{name}/3/sync")


@pytest.mark.parametrize("way", ["import", "export"])
def test_types(way: str, ls: LabelStudio, official: OfficialClient, stub: Stub) -> None:
    project = Project(7, client=ls)
    one = asked(stub, lambda: getattr(project, f"{way}_storages").types())
    other = asked(stub, lambda: getattr(official, f"{way}_storage").list_types())
    assert one == other


def test_a_role_without_an_external_id_asks_as_the_first_sdk_did(
    ls: LabelStudio, stub: Stub
) -> None:
    # label-studio-sdk 0.x, connect_s3s_iam_import_storage: whoami, then the organization.
    stub.__class__ = Stub
    stub.on("GET", "/api/current-user/whoami", {"id": 1, "active_organization": 5})
    stub.on("GET", "/api/organizations/5", {"id": 5, "external_id": "ours"})
    stub.on("POST", "/api/storages/s3s/", {"id": 3, "bucket": "photos", "role_arn": "a role"})
    Project(7, client=ls).import_storages.s3s.create(bucket="photos", role_arn="a role")
    assert stub.said[-3:] == [
        "GET /api/current-user/whoami",
        "GET /api/organizations/5",
        "POST /api/storages/s3s/",
    ]
    body = {"bucket": "photos", "role_arn": "a role", "external_id": "ours", "project": 7}
    assert stub.requests[-1].json == body
