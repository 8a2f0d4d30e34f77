"""Cassettes: recorded from a real server by `make record`, scrubbed, replayed by default."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import vcr

from label_studio_orm.records.storages import Storage

RECORDING = os.environ.get("RECORD") == "1"
SERVER = "http://label-studio.test"  # what a server's address becomes in a cassette
S3 = "http://s3.test"  # and that of the emulator

# Keys of either kind, and signed session ids: in a body, a header or a URL.
SECRETS = re.compile(rb"eyJ[\w-]{10,}(?:\.[\w-]+)*(?::[\w-]+:[\w-]+)?|\b[0-9a-f]{40}\b")
SCRUBBED = b"SCRUBBED"
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")
KEPT_HEADERS = {"content-type", "content-disposition", "location", "retry-after"}

names: dict[str, str] = {}  # of addresses that are not the server's, while recording


def secret_fields(model: type[Storage] = Storage) -> set[str]:
    """Return the names of what storages are given to keep, of all providers."""
    return model.secrets().union(*map(secret_fields, model.__subclasses__()))


SECRET_FIELDS = secret_fields()


def scrub_request(request: Any) -> Any:
    request.uri = re.sub(r"^https?://[^/]+", SERVER, request.uri)
    request.headers = {
        name: value for name, value in request.headers.items() if name.lower() in KEPT_HEADERS
    }
    if request.body:
        request.body = _named(SECRETS.sub(SCRUBBED, _hushed(request.body)))
    return request


def _hushed(body: bytes) -> bytes:
    """Return a body without the values of secret fields; None is none."""
    if not any(name.encode() in body for name in SECRET_FIELDS):
        return body

    def hush(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        secret = {name for name, value in pairs if name in SECRET_FIELDS and value is not None}
        return {name: SCRUBBED.decode() if name in secret else value for name, value in pairs}

    try:
        found = json.loads(body, object_pairs_hook=hush)
    except ValueError:
        return body  # a file, and no JSON
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _named(body: bytes) -> bytes:
    """Return a body without addresses of this machine."""
    return ADDRESS.sub(lambda found: names.get(found[0].decode(), SERVER).encode(), body)


def _scrub_response(response: Any) -> Any:
    headers = response["headers"].items()
    response["headers"] = {name: value for name, value in headers if name.lower() in KEPT_HEADERS}
    body = _named(SECRETS.sub(SCRUBBED, response["body"]["string"]))
    if b"<!doctype html>" in body[:200]:
        body = b"<!doctype html><title>404 | Label Studio</title>"  # not its 170 KB of pictures
    response["body"]["string"] = body
    return response


recorder = vcr.VCR(
    record_mode="all" if RECORDING else "none",
    match_on=["method", "uri", "body"],
    before_record_request=scrub_request,
    before_record_response=_scrub_response,
    decode_compressed_response=True,
)
