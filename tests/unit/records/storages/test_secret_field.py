"""Secrets of a storage can be set and never read, printed, pickled or logged."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from support.stored import (
    CREATED,
    HUSH,
    IMPORTS,
    SECRETS,
    WITH_SECRETS,
    StorageClient,
    params,
    path_of,
    provided,
)

from label_studio_orm import Project
from label_studio_orm.errors import (
    FieldMissing,
    LabelStudioError,
    Rejected,
    UnsavedChanges,
)
from label_studio_orm.records.storages import (
    S3ImportStorage,
)

# -- secrets --------------------------------------------------------------------------------------


def holding(project: Project, way: str, provider: str, name: str) -> Any:
    """Return a storage with an unsaved secret."""
    storage = provided(project, way, provider).get(3)
    _ = storage.title
    setattr(storage, name, HUSH)
    return storage


@pytest.mark.parametrize(("way", "provider", "name"), WITH_SECRETS)
def test_a_secret_is_sent_once_and_not_kept(
    way: str, provider: str, name: str, project: Project, storage_client: StorageClient
) -> None:
    storage = holding(project, way, provider, name)
    assert storage.dirty == {name}
    storage.save()
    assert storage_client.sent[name] == HUSH
    assert storage.dirty == set()
    assert "hush" not in repr(vars(storage))
    storage.title = "Cats"
    storage.save()
    assert name not in storage_client.sent


@pytest.mark.parametrize(("way", "provider", "name"), WITH_SECRETS)
def test_a_secret_cannot_be_read_even_before_it_is_saved(
    way: str, provider: str, name: str, project: Project
) -> None:
    storage = holding(project, way, provider, name)
    with pytest.raises(FieldMissing, match=f"{name} can be set but not read"):
        getattr(storage, name)
    assert not hasattr(storage, name)


SHOWN: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "str": str,
    "format": lambda storage: f"{storage} {storage!r}",
    "dir": dir,
    "params": lambda storage: storage.params,
    "vars": vars,
    "pickle": pickle.dumps,
    "dirty": lambda storage: storage.dirty,
    "row": lambda storage: storage._row(),
    "state": lambda storage: storage.__getstate__(),
}


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize(("way", "provider", "name"), WITH_SECRETS)
def test_a_secret_is_never_shown(
    way: str,
    provider: str,
    name: str,
    shown: str,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage = holding(project, way, provider, name)
    if shown == "pickle":
        monkeypatch.setattr(
            StorageClient, "__reduce__", lambda self: (StorageClient, ()), raising=False
        )
    assert "hush" not in repr(SHOWN[shown](storage))


def test_a_pickled_storage_has_no_secret(
    project: Project, storage_client: StorageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        StorageClient, "__reduce__", lambda self: (StorageClient, ()), raising=False
    )
    storage = holding(project, "import", "s3", "aws_secret_access_key")
    storage.title = "Cats"
    there = pickle.loads(pickle.dumps(storage))
    assert (type(there), there.dirty, there.title) == (S3ImportStorage, {"title"}, "Cats")
    assert storage.dirty == {"aws_secret_access_key", "title"}  # not saved yet


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_does_not_show_a_secret(copied: Callable[[Any], Any], project: Project) -> None:
    storage = holding(project, "import", "s3", "aws_secret_access_key")
    assert "hush" not in repr(vars(copied(storage)))
    assert storage.dirty == {"aws_secret_access_key"}


def test_tables_contain_no_secrets(project: Project, storage_client: StorageClient) -> None:
    storage_client.answers["GET /api/storages/"] = [params(provider) for provider in IMPORTS]
    rows = project.import_storages.to_dicts()
    assert [row["type"] for row in rows] == list(IMPORTS)
    assert not any({*SECRETS[row["type"]]} & row.keys() for row in rows)
    # Azure keeps the name of an account secret, unless it is a service principal's.
    secret = {name for names in SECRETS.values() for name in names} - {"account_name"}
    assert not any(secret & row.keys() for row in rows)
    assert not secret & set(project.import_storages.to_pandas().columns)
    assert not secret & set(project.import_storages.s3.to_pandas().columns)


@pytest.mark.parametrize(("way", "provider", "name"), WITH_SECRETS)
@pytest.mark.parametrize("do", ["create", "check"])
def test_errors_contain_no_secret(
    do: str, way: str, provider: str, name: str, project: Project, storage_client: StorageClient
) -> None:
    given = {**CREATED[provider], name: HUSH}
    for wrong in ({"titel": "Cats"}, {"title": "x" * 300}, {}):
        storage_client.answers.clear()  # no request succeeds
        with pytest.raises(LabelStudioError) as caught:
            getattr(provided(project, way, provider), do)(**given, **wrong)
        assert "hush" not in f"{caught.value!r} {caught.value.__dict__}"


@pytest.mark.parametrize(("way", "provider", "name"), WITH_SECRETS)
def test_a_failed_save_keeps_the_secret_and_does_not_show_it(
    way: str, provider: str, name: str, project: Project, storage_client: StorageClient
) -> None:
    storage = holding(project, way, provider, name)
    saved = storage_client.answers[f"PATCH {path_of(way, provider)}"]
    storage_client.answers[f"PATCH {path_of(way, provider)}"] = Rejected("Cannot connect")
    with pytest.raises(Rejected, match="Cannot connect") as caught:
        storage.save()
    assert "hush" not in repr(caught.value)
    assert storage.dirty == {name}
    with pytest.raises(UnsavedChanges) as unsaved:
        storage.refresh()
    assert "hush" not in repr(unsaved.value)
    storage_client.answers[f"PATCH {path_of(way, provider)}"] = saved
    storage.save()
    assert storage_client.sent[name] == HUSH


@pytest.mark.parametrize(("way", "provider", "name"), WITH_SECRETS)
def test_setting_none_clears_a_secret(
    way: str, provider: str, name: str, project: Project, storage_client: StorageClient
) -> None:
    storage = provided(project, way, provider)[0]
    setattr(storage, name, None)
    storage.save()
    assert storage_client.sent[name] is None
    assert storage.dirty == set()


def test_discarding_changes_discards_the_secret(project: Project) -> None:
    storage = holding(project, "import", "s3", "aws_secret_access_key")
    storage.refresh(discard_changes=True)
    assert storage.dirty == set()
