"""Amazon S3, by moto's server: buckets in the memory of a process."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import requests

from .programs import free_port, python_program, running

PACKAGE = "moto[server,s3]==5.2.5"
# Anything but a PUT must look signed; by what is not checked, unless that is switched on.
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/{service}/aws4_request, "
    "SignedHeaders=host, Signature=none"
)
EVERYTHING = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)
NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
# moto's own server, and a short cut to make many objects, each of which else takes 5 ms.
SERVER = """
import sys
import moto.server
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

class Server(moto.server.DomainDispatcherApplication):
    def __call__(self, environ, start_response):
        if not environ["PATH_INFO"].startswith("/fill/"):
            return super().__call__(environ, start_response)
        bucket, count = environ["PATH_INFO"].split("/")[2:]
        for number in range(int(count)):
            key = f"{number:05}.jpg"
            s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, key, b"photo")
        start_response("200 OK", [])
        return []

moto.server.DomainDispatcherApplication = Server
moto.server.main(sys.argv[1:])
"""


class S3:
    """A server that speaks the language of S3."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    def make(self, bucket: str) -> None:
        """Make a bucket."""
        self._ask("PUT", bucket)

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Write an object."""
        self._ask("PUT", f"{bucket}/{key}", data=content)

    def fill(self, bucket: str, count: int) -> None:
        """Make so many objects: 00000.jpg, 00001.jpg, …"""
        self._ask("POST", f"fill/{bucket}/{count}")

    def get(self, bucket: str, key: str) -> bytes:
        """Return the content of an object."""
        return self._ask("GET", f"{bucket}/{key}").content

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """Return the names of all objects."""
        params = {"list-type": "2", "prefix": prefix}
        page = ElementTree.fromstring(self._ask("GET", bucket, params=params).content)
        assert page.findtext(f"{NAMESPACE}IsTruncated") == "false", "there are too many objects"
        return [each.text or "" for each in page.iter(f"{NAMESPACE}Key")]

    def empty(self, bucket: str) -> None:
        """Remove all objects of a bucket."""
        for key in self.keys(bucket):
            self._ask("DELETE", f"{bucket}/{key}")

    def drop(self, bucket: str) -> None:
        """Remove a bucket with all that is in it."""
        self.empty(bucket)
        self._ask("DELETE", bucket)

    @contextmanager
    def checking_keys(self) -> Iterator[dict[str, str]]:
        """Refuse whoever has not the keys that this gives out, as Amazon does, for a while."""
        self._ask_iam("CreateUser")
        self._ask_iam("PutUserPolicy", PolicyName="all", PolicyDocument=EVERYTHING)
        said = self._ask_iam("CreateAccessKey")
        self._ask("POST", "moto-api/reset-auth", data=b"0")  # requests that are not checked
        try:
            yield {
                "aws_access_key_id": _between(said, "AccessKeyId"),
                "aws_secret_access_key": _between(said, "SecretAccessKey"),
            }
        finally:
            self._ask("POST", "moto-api/reset-auth", data=b"inf")
            self._ask_iam("DeleteAccessKey", AccessKeyId=_between(said, "AccessKeyId"))
            self._ask_iam("DeleteUserPolicy", PolicyName="all")
            self._ask_iam("DeleteUser")

    def _ask(self, method: str, path: str, **options: Any) -> requests.Response:
        signed = {"Authorization": AUTHORIZATION.format(service="s3")}
        answer = self._session.request(
            method, f"{self.url}/{path}", headers=signed, timeout=60, **options
        )
        answer.raise_for_status()
        return answer

    def _ask_iam(self, action: str, **more: str) -> str:
        signed = {"Authorization": AUTHORIZATION.format(service="iam")}
        body = {"Action": action, "Version": "2010-05-08", "UserName": "tester", **more}
        answer = self._session.post(self.url, headers=signed, data=body, timeout=60)
        answer.raise_for_status()
        return answer.text


def _between(xml: str, tag: str) -> str:
    found = re.search(f"<{tag}>([^<]+)</{tag}>", xml)
    assert found, f"moto has given no {tag}: {xml}"
    return found[1]


@contextmanager
def running_s3() -> Iterator[S3]:
    python = python_program(PACKAGE, "bin/moto_server").with_name("python")
    port = free_port()
    with running([python, "-c", SERVER, "-H", "127.0.0.1", "-p", str(port)], port):
        yield S3(f"http://127.0.0.1:{port}")
