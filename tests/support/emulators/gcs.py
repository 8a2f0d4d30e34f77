"""Google Cloud Storage: an emulator, and a service account whose tokens it takes."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import requests
from attrs import define, field

from label_studio_orm.testing.requests import Answer, Listener, Request

from .programs import free_port, python_program, running

PROJECT = "films"


@define(frozen=True)
class GCS:
    """A cloud: buckets that have objects. It takes any token; that one is asked for is real."""

    port: int
    credentials: dict[str, Any] = field(repr=False)  # of a service account
    tokens: list[str] = field(factory=list)  # the requests for one, as they came

    @property
    def url(self) -> str:
        """What Label Studio has to have as STORAGE_EMULATOR_HOST."""
        return f"http://127.0.0.1:{self.port}"

    def create(self, bucket: str) -> str:
        self._send("POST", f"/storage/v1/b?project={PROJECT}", json={"name": bucket})
        return bucket

    def put(self, bucket: str, key: str, content: bytes | str) -> None:
        path = f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={quote(key, safe='')}"
        headers = {"Content-Type": "application/octet-stream"}  # it falls over JSON
        body = content.encode() if isinstance(content, str) else content
        self._send("POST", path, data=body, headers=headers)

    def keys(self, bucket: str) -> list[str]:
        items = self._send("GET", f"/storage/v1/b/{bucket}/o").json().get("items", [])
        return sorted(item["name"] for item in items)

    def get(self, bucket: str, key: str) -> bytes:
        path = f"/storage/v1/b/{bucket}/o/{quote(key, safe='')}?alt=media"
        return self._send("GET", path).content

    def drop(self, bucket: str, key: str) -> None:
        self._send("DELETE", f"/storage/v1/b/{bucket}/o/{quote(key, safe='')}")

    def _send(self, verb: str, path: str, **options: Any) -> requests.Response:
        proxies = {"no_proxy": "127.0.0.1"}
        answer = requests.request(verb, self.url + path, proxies=proxies, timeout=10, **options)
        if not answer.ok:
            raise RuntimeError(f"{verb} {path}: {answer.status_code} {answer.text}")
        return answer


@contextmanager
def gcs_emulator() -> Iterator[GCS]:
    """Run the emulator, which keeps what it is given in memory, until the block ends."""
    port = free_port()
    program = python_program("gcp-storage-emulator==2026.7.19", "bin/gcp-storage-emulator")
    command = [program, "start", "--host=127.0.0.1", f"--port={port}", "--in-memory"]
    tokens: list[str] = []
    with token_server(tokens) as token_uri, running(command, port):
        yield GCS(port, service_account(token_uri), tokens)


def service_account(token_uri: str) -> dict[str, Any]:
    """Make what Google gives out as the JSON file of a service account, with a new key."""
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        capture_output=True,
        check=True,
        text=True,
    )
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "1",
        "private_key": made.stdout,
        "client_email": f"labels@{PROJECT}.iam.gserviceaccount.com",
        "token_uri": token_uri,
    }


@contextmanager
def token_server(requests_seen: list[str]) -> Iterator[str]:
    """Answer who asks for a token, as Google's server does; yields its address."""

    def answer(request: Request) -> Answer:
        requests_seen.append(request.body.decode())
        return Answer({"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"})

    with Listener(answer) as listener:
        yield f"{listener.url}/token"
