"""Cassettes: recorded from a real server by `make record`, scrubbed, replayed by default."""

from __future__ import annotations

import os
import re
from typing import Any

import vcr

RECORDING = os.environ.get("RECORD") == "1"
SERVER = "http://label-studio.test"  # what a server's address becomes in a cassette

# Keys of either kind, and signed session ids: in a body, a header or a URL.
SECRETS = re.compile(rb"eyJ[\w-]{10,}(?:\.[\w-]+)*(?::[\w-]+:[\w-]+)?|\b[0-9a-f]{40}\b")
SCRUBBED = b"SCRUBBED"
ADDRESS = re.compile(rb"http://127\.0\.0\.1:\d+")
KEPT_HEADERS = {"content-type", "content-disposition", "location", "retry-after"}


def _scrub_request(request: Any) -> Any:
    request.uri = re.sub(r"^https?://[^/]+", SERVER, request.uri)
    request.headers = {
        name: value for name, value in request.headers.items() if name.lower() in KEPT_HEADERS
    }
    if request.body:
        request.body = SECRETS.sub(SCRUBBED, request.body)
    return request


def _scrub_response(response: Any) -> Any:
    headers = response["headers"].items()
    response["headers"] = {name: value for name, value in headers if name.lower() in KEPT_HEADERS}
    body = SECRETS.sub(SCRUBBED, response["body"]["string"])
    body = ADDRESS.sub(SERVER.encode(), body)
    if b"<!doctype html>" in body[:200]:
        body = b"<!doctype html><title>404 | Label Studio</title>"  # not its 170 KB of pictures
    response["body"]["string"] = body
    return response


recorder = vcr.VCR(
    record_mode="all" if RECORDING else "none",
    match_on=["method", "uri", "body"],
    before_record_request=_scrub_request,
    before_record_response=_scrub_response,
    decode_compressed_response=True,
)
