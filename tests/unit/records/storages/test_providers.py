"""Details of each provider: credentials of Google, roles of S3, files of the server."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from support.stored import (
    StorageClient,
    base_of,
    collection_of,
    provided,
)

from label_studio_orm import Project, local_file_url
from label_studio_orm.errors import (
    InvalidInput,
    NotFound,
    PermissionDenied,
    Rejected,
)

# -- Google's credentials -------------------------------------------------------------------------

ACCOUNT = {"type": "service_account", "client_email": "me@example.com", "private_key": "hush"}
AS_TEXT = json.dumps(ACCOUNT)


def sent_credentials(project: Project, client: StorageClient, given: Any) -> Any:
    project.import_storages.gcs.create(bucket="photos", google_application_credentials=given)
    sent = client.sent["google_application_credentials"]
    storage = project.export_storages.gcs[0]
    storage.google_application_credentials = given
    storage.save()
    assert client.sent == {"google_application_credentials": sent}
    return sent


def test_credentials_of_google_can_be_a_dict(
    project: Project, storage_client: StorageClient
) -> None:
    assert json.loads(sent_credentials(project, storage_client, ACCOUNT)) == ACCOUNT


def test_credentials_of_google_can_be_json_text(
    project: Project, storage_client: StorageClient
) -> None:
    for text in (AS_TEXT, f"\n  {AS_TEXT}\n"):
        assert sent_credentials(project, storage_client, text) == text


def test_credentials_of_google_can_be_a_file(
    project: Project, storage_client: StorageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "account.json"
    file.write_text(AS_TEXT)
    monkeypatch.setenv("HOME", str(tmp_path))
    for given in (file, str(file), "~/account.json"):
        assert sent_credentials(project, storage_client, given) == AS_TEXT


@pytest.mark.parametrize(
    "nonsense",
    [
        "hush",
        "{hush",
        '["hush"]',
        '"hush"',
        "hush" * 300,  # JSON in base64: too long for the name of a file
        "~hush/account.json",
        "hush\0",
        Path("/hush/account.json"),
        5,
        b'{"hush": 1}',
        ["hush"],
        {"hush": object()},
    ],
    ids=lambda value: str(value)[:12],
)
def test_invalid_credentials_are_refused_and_not_quoted(
    nonsense: Any, project: Project, storage_client: StorageClient
) -> None:
    with pytest.raises(InvalidInput, match="google_application_credentials") as caught:
        project.import_storages.gcs.create(bucket="b", google_application_credentials=nonsense)
    assert "hush" not in str(caught.value)
    storage = project.import_storages.gcs.get(3)
    with pytest.raises(InvalidInput):
        storage.google_application_credentials = nonsense
    assert storage.dirty == set()
    assert storage_client.said == []


@pytest.mark.parametrize("content", [b"hush", b"[1]", b'{"hush": "\xff"}', b""])
def test_a_file_without_credentials_is_refused_and_not_quoted(
    content: bytes, project: Project, storage_client: StorageClient, tmp_path: Path
) -> None:
    file = tmp_path / "account.json"
    file.write_bytes(content)
    with pytest.raises(InvalidInput, match="google_application_credentials") as caught:
        project.import_storages.gcs.create(bucket="b", google_application_credentials=file)
    assert "hush" not in f"{caught.value} {caught.value.__cause__}"
    assert storage_client.said == []


# -- the role of S3 -------------------------------------------------------------------------------

ROLE = {"bucket": "photos", "role_arn": "arn:aws:iam::1:role/reader"}


@pytest.mark.parametrize("way", ["import", "export"])
def test_the_default_external_id_is_that_of_the_organization(
    way: str, project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/current-user/whoami"] = {
        "active_organization": 5,
        "active_organization_external_id": "ours",
    }
    provided(project, way, "s3s").create(**ROLE)
    assert storage_client.said == [
        "GET /api/current-user/whoami",
        f"POST {collection_of(way, 's3s')}",
    ]
    assert storage_client.sent == {**ROLE, "external_id": "ours", "project": 7}


@pytest.mark.parametrize("way", ["import", "export"])
def test_on_an_older_server_the_external_id_is_read_from_its_organization(
    way: str, project: Project, storage_client: StorageClient
) -> None:
    storage_client.answers["GET /api/current-user/whoami"] = {"active_organization": 5}
    storage_client.answers["GET /api/organizations/5"] = {"id": 5, "external_id": "ours"}
    provided(project, way, "s3s").create(**ROLE)
    assert storage_client.said[1] == "GET /api/organizations/5"
    assert storage_client.sent == {**ROLE, "external_id": "ours", "project": 7}


@pytest.mark.parametrize("given", ["theirs", "", None])
def test_a_given_external_id_is_used(
    given: str | None, project: Project, storage_client: StorageClient
) -> None:
    if given is None:
        storage_client.answers["GET /api/current-user/whoami"] = {
            "active_organization_external_id": "ours"
        }
    project.import_storages.s3s.create(**ROLE, external_id=given)
    # None means "not given", as in the SDK; "" is a role without an external ID.
    assert storage_client.sent["external_id"] == ("ours" if given is None else given)


# -- local files ----------------------------------------------------------------------------------

NOT_SERVED = (
    "Serving local files from the host filesystem can be a security risk, so "
    "LOCAL_FILES_SERVING_ENABLED is disabled by default."
)
OUTSIDE = (
    'Absolute local path "{}" must be a subdirectory of LOCAL_FILES_DOCUMENT_ROOT="/data" by '
    "security reasons."
)
SERVED_AT = "/data/local-files/?d=x"


def refusing(client: StorageClient, way: str, said: str) -> None:
    client.answers[f"POST {collection_of(way, 'localfiles')}"] = Rejected(said, status=400)
    client.answers[f"POST {base_of('import')}/localfiles/validate"] = Rejected(
        OUTSIDE.format("/"), status=400
    )
    client.answers[f"POST {base_of('export')}/localfiles/validate"] = Rejected(
        OUTSIDE.format("/"), status=400
    )


@pytest.mark.parametrize("way", ["import", "export"])
def test_disabled_file_serving_names_the_variable_to_set(
    way: str, project: Project, storage_client: StorageClient
) -> None:
    refusing(storage_client, way, NOT_SERVED)
    storage_client.refused[SERVED_AT] = PermissionDenied("disabled", status=403)
    with pytest.raises(Rejected, match="LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true"):
        provided(project, way, "localfiles").create(path="/data/photos")


@pytest.mark.parametrize("way", ["import", "export"])
def test_a_folder_outside_the_root_names_the_variable_to_set(
    way: str, project: Project, storage_client: StorageClient
) -> None:
    refusing(storage_client, way, OUTSIDE.format("/home/me"))
    storage_client.refused[SERVED_AT] = NotFound("not found", status=404)
    with pytest.raises(Rejected) as caught:
        provided(project, way, "localfiles").create(path="/home/me")
    assert "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT" in str(caught.value)
    assert "(it is /data)" in str(caught.value)
    assert "SERVING_ENABLED=true" not in str(caught.value)


def test_both_missing_variables_are_named(project: Project, storage_client: StorageClient) -> None:
    refusing(storage_client, "import", OUTSIDE.format("/home/me"))
    storage_client.refused[SERVED_AT] = PermissionDenied("disabled", status=403)
    with pytest.raises(Rejected) as caught:
        project.import_storages.local.create(path="/home/me")
    assert "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT" in str(caught.value)
    assert "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true" in str(caught.value)


def test_another_error_is_not_changed(project: Project, storage_client: StorageClient) -> None:
    refusing(storage_client, "import", "project: Invalid pk")
    with pytest.raises(Rejected) as caught:
        project.import_storages.local.create(path="/data/photos")
    assert str(caught.value) == "project: Invalid pk"


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/data/photos/1.jpg", "photos/1.jpg"),
        ("photos/1.jpg", "photos/1.jpg"),
        (
            "/data/ds/a b&c#1+é?%20.jpg",
            "ds/a%20b%26c%231%2B%C3%A9%3F%2520.jpg",
        ),  # as the server quotes it
        (PurePosixPath("/data/photos/1.jpg"), "photos/1.jpg"),
    ],
)
@pytest.mark.parametrize("root", ["/data", "/data/", PurePosixPath("/data")])
def test_the_url_of_a_local_file_equals_the_servers(path: Any, url: str, root: Any) -> None:
    assert local_file_url(path, root=root) == f"/data/local-files/?d={url}"


@pytest.mark.parametrize("path", ["/home/me/1.jpg", "/database/1.jpg", "../1.jpg", "/data/../x"])
def test_a_file_outside_the_root_has_no_url(path: str) -> None:
    with pytest.raises(InvalidInput, match="must be in /data"):
        local_file_url(path, root="/data")
