"""Live tests of storages: a real server, and providers as real programs on loopback."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from support.cleaning import delete
from support.emulators import ENVIRON
from support.emulators.azure import Azure, azurite
from support.emulators.gcs import GCS, gcs_emulator
from support.emulators.redis import Redis, running_redis
from support.emulators.s3 import S3, running_s3
from support.postgres import NewDatabase
from support.storages import (
    HUSH,
    SECRETS,
    AzurePlace,
    GCSPlace,
    LocalPlace,
    Place,
    RedisPlace,
    S3Place,
    secrets_in,
)
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project
from label_studio_orm.records.storages.collections import Storages
from label_studio_orm.server import LocalServer
from label_studio_orm.tuning import Tuning

# -- the server and the services behind its storages -----------------------------------------------


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    with running_s3() as s3:
        yield s3


@pytest.fixture(scope="session")
def gcs() -> Iterator[GCS]:
    with gcs_emulator() as gcs:
        SECRETS.append(gcs.credentials["private_key"].splitlines()[5])
        yield gcs


@pytest.fixture(scope="session")
def azure() -> Iterator[Azure]:
    with azurite() as azure:
        yield azure


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    with running_redis() as redis:
        yield redis


@pytest.fixture(scope="session")
def guarded_redis() -> Iterator[Redis]:
    """A Redis server that requires a password."""
    with running_redis(HUSH) as redis:
        yield redis


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the server; its parent is the document root."""
    folder = tmp_path_factory.mktemp("root") / "files"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def storage_server(gcs: GCS, files: Path, new_database: NewDatabase) -> Iterator[LocalServer]:
    """A server that may connect to all emulators."""
    environ = {**ENVIRON, "STORAGE_EMULATOR_HOST": gcs.url}
    with LocalServer(database=new_database(), files=files, environ=environ) as server:
        _let_it_delete_files(server.client())
        yield server


def _let_it_delete_files(ls: LabelStudio) -> None:
    """Delete an annotation before any project.

    Label Studio takes all signals away while it deletes a project, and Django remembers for ever
    that there were none for annotations, unless it knows better. Then no file of an export storage
    goes away any more.
    """
    project = ls.projects.create(title="First of all", label_config=SENTIMENT)
    project.tasks.create(data={"text": "good"}).annotate({"sentiment": "Positive"}).delete()


# -- a place, and a project for it -----------------------------------------------------------------

PLACES: Mapping[str, Callable[[Any], Place]] = MappingProxyType(
    {
        "s3": S3Place,
        "gcs": GCSPlace,
        "azure": AzurePlace,
        "redis": RedisPlace,
        "guarded_redis": lambda redis: RedisPlace(redis, HUSH),
        "files": LocalPlace,
    }
)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    """An empty place: `@pytest.mark.parametrize("place", ["s3", "gcs"], indirect=True)`."""
    name = {"local": "files"}.get(request.param, request.param)
    return PLACES[name](request.getfixturevalue(name))


@pytest.fixture
def places(request: pytest.FixtureRequest) -> dict[str, Place]:
    """A place of each provider."""
    return {name: made(request.getfixturevalue(name)) for name, made in PLACES.items()}


@pytest.fixture
def ls(storage_server: LocalServer) -> LabelStudio:
    return storage_server.client()


@pytest.fixture(params=["import_storages", "export_storages"])
def storages(request: pytest.FixtureRequest, project: Project) -> Storages[Any]:
    """The import or the export storages of the project."""
    found: Storages[Any] = getattr(project, request.param)
    return found


@pytest.fixture(scope="module")
def shared(storage_server: LocalServer) -> Iterator[Project]:
    """A shared project for storages that are independent of each other."""
    project = storage_server.client().projects.create(title="Shared", label_config=SENTIMENT)
    yield project
    delete(project)


@pytest.fixture(params=["import_storages", "export_storages"])
def shared_storages(request: pytest.FixtureRequest, shared: Project) -> Storages[Any]:
    """The import or the export storages of the shared project."""
    found: Storages[Any] = getattr(shared, request.param)
    return found


@pytest.fixture(scope="module")
def refusing(storage_server: LocalServer) -> Iterator[Project]:
    """A project for refused storages: it must have none at the end."""
    project = storage_server.client().projects.create(title="Empty", label_config=SENTIMENT)
    yield project
    assert [*project.import_storages, *project.export_storages] == []
    delete(project)


@pytest.fixture(params=["import_storages", "export_storages"])
def refused(request: pytest.FixtureRequest, refusing: Project) -> Storages[Any]:
    """The import or the export storages of the project for refused storages."""
    found: Storages[Any] = getattr(refusing, request.param)
    return found


@pytest.fixture
def labeled(project: Project) -> Project:
    """Two tasks, each with an annotation."""
    annotations = [{"result": sentiment("Positive")}]
    project.import_tasks(
        {"data": {"text": text}, "annotations": annotations} for text in ("good", "bad")
    )
    return project


@pytest.fixture
def other_project(local_server: LocalServer) -> Iterator[Project]:
    """A project of a default server: no connections to loopback, and no local files."""
    project = local_server.client().projects.create(title="Elsewhere", label_config=SENTIMENT)
    yield project
    delete(project)


# -- all tests -------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabelStudio, "_tuning", Tuning(sync_interval=0.1))


@pytest.fixture(autouse=True)
def _no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.DEBUG)
    yield
    assert secrets_in(" ".join(each.getMessage() for each in caplog.get_records("call"))) == []
