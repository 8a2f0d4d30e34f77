"""Cassettes contain no secrets, and each belongs to a test."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.recording import S3, SECRET_FIELDS, SECRETS, SERVER, names, scrub_request
from vcr.request import Request

TESTS = Path(__file__).parents[1] / "cassettes"
CASSETTES = sorted((TESTS / "recorded").rglob("*.yaml"))
# A secret field whose value is not the placeholder.
TOLD = re.compile(rf'"(?:{"|".join(SECRET_FIELDS)})"\s*:(?!\s*(?:"SCRUBBED"|null))')
OF_THIS_MACHINE = (b"127.0.0.1", b"localhost", b"/tmp/", b"/home/", b"site-packages")


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_no_cassette_has_a_secret_in_it(path: Path) -> None:
    content = path.read_bytes()
    assert SECRETS.findall(content) == []
    for word in (b"Authorization", b"Cookie", b"sessionid", b"csrftoken", *OF_THIS_MACHINE):
        assert word not in content
    assert b"hush" not in content.lower()  # which is in the secrets of all tests
    assert set(re.findall(r"uri: (https?://[^/\s]+)", content.decode())) == {SERVER}
    for each in yaml.safe_load(content)["interactions"]:
        for body in (each["request"]["body"], each["response"]["body"]["string"]):
            assert TOLD.findall(body if isinstance(body, str) else str(body)) == []


def test_the_patterns_find_secrets() -> None:
    for secret in (b"Token " + b"0a" * 20, b'"eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiIxIn0.c2ln"'):
        assert SECRETS.search(secret)
    for body in ('{"account_key":"a"}', '{"a":[{"password": 7}]}', '{"password":"","title":""}'):
        assert TOLD.search(body)
    assert not TOLD.search('{"password": "SCRUBBED","account_key":null,"title":"password"}')


def test_secrets_of_storages_are_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(names, "http://127.0.0.1:9", S3)
    sent = {name: f'hush "{name}" \\' for name in SECRET_FIELDS}
    kept = {"title": 'My "password"', "s3_endpoint": S3, "size": 1.5, "prefix": None, "ü": [True]}
    body = json.dumps({**kept, **sent, "s3_endpoint": "http://127.0.0.1:9", "more": [sent]})
    request = Request("POST", "http://127.0.0.1:8080/api/storages/s3/", body, {"Cookie": "hush"})
    scrubbed = scrub_request(request)
    hushed = dict.fromkeys(SECRET_FIELDS, "SCRUBBED")
    assert json.loads(scrubbed.body) == {**kept, **hushed, "more": [hushed]}
    assert (scrubbed.uri, scrubbed.headers) == (f"{SERVER}/api/storages/s3/", {})
    before = scrubbed.body
    assert scrub_request(scrubbed).body == before  # replayed requests are scrubbed, too


def test_the_secrets_of_all_providers_are_known() -> None:
    of_s3 = {"aws_access_key_id", "aws_secret_access_key", "aws_session_token"}
    others = {"google_application_credentials", "account_name", "account_key", "password"}
    assert of_s3 | others <= SECRET_FIELDS


def test_null_secrets_and_binary_files_are_not_scrubbed() -> None:
    for body in (b'{"password":null}', b"\xff\xd8 password", b'{"title": "Photos"}'):
        assert scrub_request(Request("POST", SERVER, body, {})).body == body


def test_every_cassette_is_replayed_by_a_test_and_every_test_has_one() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", str(TESTS)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    tests = set(re.findall(r"cassettes/(\w+)\.py::(\S+)\[recorded\]", listed))
    assert tests == {(path.parent.name, path.stem) for path in CASSETTES}
