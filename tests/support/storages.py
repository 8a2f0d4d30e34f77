"""Places that storages connect to, at each provider, and what must never be seen of them."""

from __future__ import annotations

import base64
import itertools
import json
import pickle
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest

from label_studio_orm import Project
from label_studio_orm.errors import LabelStudioError
from label_studio_orm.records.storages.collections import ProviderStorages, Storages

from .emulators.azure import ACCOUNT, KEY, Azure
from .emulators.gcs import GCS
from .emulators.redis import Redis
from .emulators.s3 import S3
from .shows import EACH

HUSH = "hush-hush-it-is-secret"
# No test may see one of these, wherever it looks; a key of Google is added when it is made.
SECRETS = [HUSH, "hush", "HUSH", base64.b64encode(HUSH.encode()).decode(), KEY, "PRIVATE KEY"]
NUMBERS = itertools.count(1)
# Tests of a place at each provider, at those with buckets, or with folders.
AT_EACH = pytest.mark.parametrize("place", EACH, indirect=True)
IN_BUCKETS = pytest.mark.parametrize("place", ["s3", "gcs", "azure"], indirect=True)
WITH_FOLDERS = pytest.mark.parametrize("place", ["s3", "gcs", "azure", "local"], indirect=True)


class Place:
    """An empty place of one test alone: a bucket, a container, a database, a folder."""

    provider: ClassVar[str]  # as in project.import_storages.s3
    type: ClassVar[str]  # what the server calls it
    secrets: ClassVar[tuple[str, ...]] = ()
    fields: dict[str, Any]  # how the server gets there: create(**place.fields)
    wrong: dict[str, Any]  # the same, and there is nothing

    def among(self, storages: Storages[Any]) -> ProviderStorages[Any]:
        """Return those of this provider: `import_storages.s3`."""
        found: ProviderStorages[Any] = getattr(storages, self.provider)
        return found

    def at(self, folder: str) -> dict[str, Any]:
        """Return how the server gets to what is in a folder."""
        return {**self.fields, "prefix": folder}

    def put(self, key: str, content: bytes | str) -> None:
        raise NotImplementedError

    def get(self, key: str) -> bytes:
        raise NotImplementedError

    def names(self) -> list[str]:
        raise NotImplementedError

    def empty(self) -> None:
        """Remove all that is there."""
        raise NotImplementedError


class S3Place(Place):
    provider = type = "s3"
    secrets = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")

    def __init__(self, s3: S3) -> None:
        self.s3 = s3
        self.bucket = f"bucket-{next(NUMBERS)}"
        s3.make(self.bucket)
        keys = {name: f"{HUSH}-{name}" for name in self.secrets}
        self.fields = {"bucket": self.bucket, "s3_endpoint": s3.url, **keys}
        self.wrong = {**self.fields, "bucket": "nowhere"}

    def put(self, key: str, content: bytes | str) -> None:
        self.s3.put(self.bucket, key, as_bytes(content))

    def get(self, key: str) -> bytes:
        return self.s3.get(self.bucket, key)

    def names(self) -> list[str]:
        return self.s3.keys(self.bucket)

    def empty(self) -> None:
        self.s3.empty(self.bucket)


class GCSPlace(Place):
    provider = type = "gcs"
    secrets = ("google_application_credentials",)

    def __init__(self, gcs: GCS) -> None:
        self.gcs = gcs
        self.bucket = gcs.create(f"bucket-{next(NUMBERS)}")
        self.fields = {"bucket": self.bucket, "google_application_credentials": gcs.credentials}
        self.wrong = {**self.fields, "bucket": "nowhere"}

    def put(self, key: str, content: bytes | str) -> None:
        self.gcs.put(self.bucket, key, content)

    def get(self, key: str) -> bytes:
        return self.gcs.get(self.bucket, key)

    def names(self) -> list[str]:
        return self.gcs.keys(self.bucket)

    def empty(self) -> None:
        for key in self.names():
            self.gcs.drop(self.bucket, key)


class AzurePlace(Place):
    provider = type = "azure"
    secrets = ("account_name", "account_key")

    def __init__(self, azure: Azure) -> None:
        self.azure = azure
        self.container = azure.create(f"container-{next(NUMBERS)}")
        keys = {"account_name": ACCOUNT, "account_key": azure.account_key()}
        self.fields = {"container": self.container, **keys}
        self.wrong = {**self.fields, "container": "nowhere"}

    def put(self, key: str, content: bytes | str) -> None:
        self.azure.put(self.container, key, content)

    def get(self, key: str) -> bytes:
        return self.azure.get(self.container, key)

    def names(self) -> list[str]:
        return self.azure.keys(self.container)

    def empty(self) -> None:
        for key in self.names():
            self.azure.drop(self.container, key)


class RedisPlace(Place):
    """A database; if its server asks for a password, that is a secret."""

    provider = type = "redis"
    secrets = ("password",)
    db = 3

    def __init__(self, redis: Redis, password: str = "") -> None:
        redis.clear()
        self.redis = redis
        self.fields = {"host": redis.host, "port": str(redis.port), "db": self.db}
        if password:
            self.fields["password"] = password
        self.wrong = {**self.fields, "port": "9"}

    def at(self, folder: str) -> dict[str, Any]:
        return {**self.fields, "path": f"{folder}/"}

    def put(self, key: str, content: bytes | str) -> None:
        self.redis.set(key, as_bytes(content), db=self.db)

    def get(self, key: str) -> bytes:
        return self.redis.get(key, db=self.db) or b""

    def names(self) -> list[str]:
        return self.redis.keys(db=self.db)

    def empty(self) -> None:
        self.redis.clear()


class LocalPlace(Place):
    """A folder that the server may read and write."""

    provider = "local"
    type = "localfiles"

    def __init__(self, files: Path) -> None:
        self.folder = files / f"folder-{next(NUMBERS)}"
        self.folder.mkdir()
        self.fields = {"path": self.folder}
        self.wrong = {"path": self.folder / "nowhere"}

    def at(self, folder: str) -> dict[str, Any]:
        (self.folder / folder).mkdir(exist_ok=True)
        return {"path": self.folder / folder}

    def put(self, key: str, content: bytes | str) -> None:
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(content))

    def get(self, key: str) -> bytes:
        return (self.folder / key).read_bytes()

    def names(self) -> list[str]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def empty(self) -> None:
        shutil.rmtree(self.folder)
        self.folder.mkdir()


def as_bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


# -- tasks and annotations -----------------------------------------------------------------------


def task(text: str) -> str:
    """Return the content of an object that is one task."""
    return json.dumps({"text": text})


def texts(project: Project) -> list[str]:
    return sorted(task.data["text"] for task in project.tasks)


def ids(project: Project) -> set[str]:
    """Return what the files of all annotations are named."""
    return {str(annotation.id) for annotation in project.annotations}


# -- secrets -------------------------------------------------------------------------------------


def secrets_in(text: str) -> list[str]:
    """Return what should not be in a text."""
    return [secret for secret in SECRETS if secret in text]


def shown(storage: Any) -> str:
    """Return all that a storage tells of itself."""
    attributes = {}
    for name in dir(storage):
        with suppress(LabelStudioError):  # tasks, which cannot be told from those of others
            attributes[name] = None if name[0] == "_" else getattr(storage, name, None)
    return f"{storage!r} {storage} {storage.params} {attributes} {pickle.dumps(storage)!r}"


def told(error: BaseException | None) -> str:
    """Return all that an error and its causes tell."""
    parts = []
    while error is not None:
        parts += [f"{error!r} {error} {vars(error)} {pickle.dumps(error)!r}"]
        error = error.__cause__ or error.__context__
    return " ".join(parts)
