"""What tasks refer to: uploads, local and cloud storage, URLs; and what exports call it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from attrs import frozen

from ...orm.answers import expect
from ..files import LONGEST_NAME, safe_name

# See https://labelstud.io/guide/tasks and https://labelstud.io/guide/storage
AT_THE_SERVER = re.compile(
    r"(?!//)(/[^\s?#]*)?/?(data/upload|data/local-files|storage-data|upload)/"
)
IN_A_CLOUD = re.compile(r"(s3|s3s|gs|azure-blob|azure_spi|redis)://")
ELSEWHERE = re.compile(r"https?://")
HASHED = LONGEST_NAME - len("01234567__")  # bytes that are left for a name
PLAIN_TEXT = ("Text", "Header", "Paragraphs")  # tags whose value may be a text with a URL in it


@frozen
class Reference:
    """A file that a task refers to, by what stands in its data."""

    task: int
    url: str

    def path(self, server: str) -> str:
        """Return the path at the server that leads to it; the URL itself for one elsewhere."""
        if IN_A_CLOUD.match(self.url):
            named = base64.urlsafe_b64encode(self.url.encode()).decode()
            return f"/tasks/{self.task}/resolve/?fileuri={quote(named)}"
        if ELSEWHERE.match(self.url):
            return self.url
        path = "/" + self.url.lstrip("/")
        prefix = urlsplit(server).path.rstrip("/")
        if prefix and path.startswith(f"{prefix}/"):
            path = path[len(prefix) :]
        return f"/data{path}" if path.startswith("/upload/") else path

    def names(self, server: str) -> Iterator[str]:
        """Yield the names that the server's converters may give the file, likeliest first.

        Files that they know the address of are told apart by a hash of it.
        """
        if ELSEWHERE.match(self.url):
            yield self.own_name
            return
        yield _last(self.url)
        upload = re.match(r"/?(?:data/)?(upload/.*)", self.url)
        stored = f"/storage-data/uploaded/?filepath={upload[1]}" if upload else self.url
        for address in (self.url, f"{server}{stored}", f"{server}{self.url}"):
            yield _hashed(address, self.url)

    @property
    def own_name(self) -> str:
        """A name that no other file has."""
        return _hashed(self.url, self.url)


def references(task: Mapping[str, Any], keys: Mapping[str, bool]) -> Iterator[Reference]:
    """Yield what a task refers to in these keys of its data; True for keys of texts."""
    id, data = expect(task, "id"), expect(task, "data")
    for key, is_text in keys.items():
        value = data.get(key) if isinstance(data, dict) else None
        for url in value if isinstance(value, list) else [value]:
            if isinstance(url, str) and _is_reference(url, is_text):
                yield Reference(id, url)


def keys_with_media(config: Mapping[str, Any]) -> dict[str, bool]:
    """Return the keys of the data that a labeling config shows, and whether each is a text."""
    inputs = [each for control in config.values() for each in control.get("inputs", ())]
    keys: dict[str, bool] = {}
    for each in inputs:
        for name in ("value", "valueList"):
            if each.get(name):
                key = str(each[name]).lstrip("$")
                keys[key] = keys.get(key, True) and each.get("type") in PLAIN_TEXT
    return keys


def _is_reference(url: str, is_text: bool) -> bool:
    if AT_THE_SERVER.match(url) or IN_A_CLOUD.match(url):
        return True
    return not is_text and bool(ELSEWHERE.match(url)) and not re.search(r"\s", url)


def _hashed(address: str, path: str) -> str:
    digest = hashlib.md5(address.encode(), usedforsecurity=False).hexdigest()
    return f"{digest[:8]}__{_last(path)}"


def _last(url: str) -> str:
    """Return the name of the file, as the server's converters take it from what stands there."""
    if ELSEWHERE.match(url):
        return safe_name(re.split(r"[?#]", url)[0], HASHED)
    _, stored, path = url.partition("?d=")  # of local storage, which alone is decoded
    return safe_name(unquote(path) if stored else url, HASHED)
