"""Azure Blob Storage: Azurite, which is Microsoft's own emulator."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from urllib.parse import quote
from xml.etree import ElementTree

import requests
from attrs import define

from .programs import free_port, node_program, running

ACCOUNT = "devstoreaccount1"  # Azurite's own, with the key that its documentation tells everybody
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
FLAGS = ["--silent", "--disableTelemetry", "--inMemoryPersistence", "--skipApiVersionCheck"]


@define(frozen=True)
class Azure:
    """An account: containers that have blobs."""

    port: int

    def account_key(self, key: str = KEY) -> str:
        """Return a key for Label Studio that leads it here.

        It makes a connection string of name and key, and has no setting for the address: so that
        comes in with the key.
        """
        return f"{key};BlobEndpoint=http://127.0.0.1:{self.port}/{ACCOUNT}"

    def create(self, container: str) -> str:
        self._send("PUT", container, restype="container")
        return container

    def put(self, container: str, key: str, content: bytes | str) -> None:
        body = content.encode() if isinstance(content, str) else content
        self._send("PUT", f"{container}/{quote(key)}", body)

    def keys(self, container: str) -> list[str]:
        listed = self._send("GET", container, restype="container", comp="list")
        return [name.text or "" for name in ElementTree.fromstring(listed).iter("Name")]

    def get(self, container: str, key: str) -> bytes:
        return self._send("GET", f"{container}/{quote(key)}")

    def drop(self, container: str, key: str) -> None:
        self._send("DELETE", f"{container}/{quote(key)}")

    def _send(self, verb: str, path: str, body: bytes = b"", **query: str) -> bytes:
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-12-02"}
        if verb == "PUT" and not query:
            headers["x-ms-blob-type"] = "BlockBlob"
        signed = [verb, "", "", str(len(body) or ""), *[""] * 8]
        signed += [f"{name}:{value}" for name, value in sorted(headers.items())]
        signed += [f"/{ACCOUNT}/{ACCOUNT}/{path}"]  # Azurite's addresses have the account as well
        signed += [f"{name}:{value}" for name, value in sorted(query.items())]
        mac = hmac.new(base64.b64decode(KEY), "\n".join(signed).encode(), hashlib.sha256)
        signature = base64.b64encode(mac.digest()).decode()
        answer = requests.request(
            verb,
            f"http://127.0.0.1:{self.port}/{ACCOUNT}/{path}",
            params=query,
            data=body,
            headers={**headers, "Authorization": f"SharedKey {ACCOUNT}:{signature}"},
            proxies={"no_proxy": "127.0.0.1"},
            timeout=10,
        )
        if not answer.ok:
            raise RuntimeError(f"{verb} {path}: {answer.status_code} {answer.text}")
        return answer.content


@contextmanager
def azurite() -> Iterator[Azure]:
    """Run Azurite, which keeps what it is given in memory, until the block ends."""
    port = free_port()
    program = node_program("azurite@3.35.0", "azurite-blob")
    address = ["--blobHost", "127.0.0.1", "--blobPort", str(port)]
    with running([program, *FLAGS, *address], port):
        yield Azure(port)
