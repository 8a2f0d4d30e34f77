"""Cassettes hold no secret, and each belongs to a test."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.recording import SECRETS, SERVER

TESTS = Path(__file__).parents[1] / "cassettes"
CASSETTES = sorted((TESTS / "recorded").rglob("*.yaml"))
ALLOWED_HEADERS = {"Content-Type", "Content-Disposition", "Location", "Retry-After"}


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_no_cassette_has_a_secret_in_it(path: Path) -> None:
    content = path.read_bytes()
    assert SECRETS.findall(content) == []
    for word in (b"Authorization", b"Cookie", b"sessionid", b"csrftoken", b"127.0.0.1"):
        assert word not in content
    assert set(re.findall(r"uri: (https?://[^/\s]+)", content.decode())) == {SERVER}


def test_a_secret_would_be_found() -> None:
    for secret in (b"Token " + b"0a" * 20, b'"eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiIxIn0.c2ln"'):
        assert SECRETS.search(secret)


def test_every_cassette_is_replayed_by_a_test_and_every_test_has_one() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", str(TESTS)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    tests = set(re.findall(r"cassettes/(\w+)\.py::(\S+)", listed))
    assert tests == {(path.parent.name, path.stem) for path in CASSETTES}
