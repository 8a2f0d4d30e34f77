"""Storages that only Enterprise has: the same seven operations, of each provider, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from contract.call import PROJECT, Call, saved

STORAGE = 9
WAYS = ("import", "export")
ROLE = "arn:aws:iam::1:role/reader"
HOST = "https://adb-1234.5.azuredatabricks.net"
ACCOUNT = "reader@vision.iam.gserviceaccount.com"
KEY = '{"type": "external_account"}'

# What a new storage of each provider is made of.
PROVIDERS: Mapping[str, Mapping[str, Any]] = {
    "azure_spi": {
        "container": "photos",
        "prefix": "cats",
        "account_name": "vision",
        "auth_mode": "service_principal",
        "tenant_id": "tenant",
        "client_id": "client",
        "client_secret": "hush",
        "user_delegation_key": "hush hush",
    },
    "databricks": {
        "host": HOST,
        "catalog": "main",
        "schema": "default",
        "volume": "photos",
        "prefix": "cats",
        "auth_type": "azure_ad_sp",
        "token": "hush",
        "tenant_id": "tenant",
        "client_id": "client",
        "client_secret": "hush hush",
        "verify_tls": False,
        "request_timeout_s": 30,
        "stream_chunk_bytes": 1_000_000,
    },
    "gcs_sa": {
        "bucket": "photos",
        "prefix": "cats",
        "google_project_id": "vision",
        "target_service_account_email": ACCOUNT,
    },
    "gcswif": {
        "bucket": "photos",
        "prefix": "cats",
        "google_project_id": "vision",
        "google_project_number": "1234",
        "google_wif_pool_id": "pool",
        "google_wif_provider_id": "provider",
        "google_service_account_email": ACCOUNT,
        "google_application_credentials": KEY,
    },
    "s3s": {
        "bucket": "photos",
        "prefix": "cats",
        "role_arn": ROLE,
        "external_id": "ours",
        "legacy_auth": False,
        "region_name": "eu-west-1",
        "s3_endpoint": "https://s3.example.com",
        "aws_sse_kms_key_id": "key",
        "aws_access_key_id": "me",
        "aws_secret_access_key": "hush",
        "aws_session_token": "hush hush",
    },
}
# The fake server's own values are true: false ones are changes.
COMMON = {"title": "Photos", "description": "Cats", "synchronizable": False}
OF = {
    "import": {
        "use_blob_urls": False,
        "regex_filter": ".*jpg",
        "recursive_scan": False,
        "presign": False,
        "presign_ttl": 15,
    },
    "export": {"can_delete_objects": False},
}
RENAMED = {"s3_endpoint": "s3endpoint"}  # our name, which is the server's → that of the SDK
SECRETS = dict.fromkeys(
    (
        "client_secret",
        "user_delegation_key",
        "google_application_credentials",
        "aws_access_key_id",
        "aws_secret_access_key",
        "aws_session_token",
    ),
    "it is secret: it can be set, and never read",
)
IMPORTS_ONLY = dict.fromkeys(
    ("use_blob_urls", "regex_filter"), "import storages use it, exports have it and do not"
)
OF_SYNCS = dict.fromkeys(
    ("status", "last_sync", "last_sync_count", "last_sync_job", "traceback", "meta"),
    "it is read anew, as a sync may go on while the storage is written",
)
SAME = ("auth_mode",)  # as the fake server has it: no change


def storages(ls: Any, way: str, provider: str) -> Any:
    """Return `project.import_storages.azure_spi` and the like."""
    return getattr(getattr(ls.projects.get(PROJECT), f"{way}_storages"), provider)


def calls_of(way: str, provider: str) -> list[Call]:
    """Return the seven operations of a provider in one direction."""
    given = {**COMMON, **PROVIDERS[provider], **OF[way]}
    changes = {name: value for name, value in given.items() if name not in SAME}
    those = partial(storages, way=way, provider=provider)
    base = "/api/storages" if way == "import" else "/api/storages/export"
    stored = (f"GET {base}/{provider}/{STORAGE}",)
    unread = {**SECRETS, **(IMPORTS_ONLY if way == "export" else {})}
    call = partial(Call, unread=unread, before=stored)
    write = partial(Call, unread={**unread, **OF_SYNCS}, before=stored)
    own, of_project, name = {"id": STORAGE}, {"project": PROJECT}, f"{way}_storage.{provider}"
    return [
        call(f"{name}.list", lambda ls: list(those(ls)), sdk=of_project),
        write(
            f"{name}.create",
            lambda ls: those(ls).create(**given),
            sdk={**of_project, **renamed(given)},
        ),
        call(
            f"{name}.validate",
            lambda ls: those(ls).check(**given),
            sdk={**of_project, **renamed(given)},
        ),
        call(f"{name}.get", lambda ls: those(ls).get(STORAGE).refresh(), sdk=own),
        write(
            f"{name}.update",
            lambda ls: saved(those(ls).get(STORAGE), **changes),
            sdk={**own, **renamed(changes)},
        ),
        call(f"{name}.delete", lambda ls: those(ls).get(STORAGE).delete(), sdk=own),
        call(
            f"{name}.sync",
            lambda ls: those(ls).get(STORAGE).sync(wait=False, progress=False),
            sdk=own,
            answer=own,
        ),
    ]


def renamed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields by the names that the SDK has for them."""
    return {RENAMED.get(name, name): value for name, value in fields.items()}


CALLS = [call for provider in PROVIDERS for way in WAYS for call in calls_of(way, provider)]
