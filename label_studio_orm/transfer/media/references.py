"""Files that tasks refer to: uploads, local and cloud storage, URLs; and their file names."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from attrs import frozen

from ...errors import IncompleteResult
from ...http.destinations import STORED_FILES
from ...orm.identity import checked_id
from ...orm.response_shape import expect, shaped
from ..names import LONGEST_NAME, safe_name
from .shown import Source

# See https://labelstud.io/guide/tasks and https://labelstud.io/guide/storage
AT_THE_SERVER = re.compile(rf"(?!//)(/[^\s?#]*)?/?{STORED_FILES}")
CLOUD = re.compile(r"(s3|s3s|gs|azure-blob|azure_spi|dbx|redis)://")
EXTERNAL = re.compile(r"https?://", re.IGNORECASE)
INLINE = re.compile(r"data:([\w.+-]+/[\w.+-]+)?[;,]")  # the file itself: data:image/png;base64,…
LOCAL_PATH = re.compile(r"[A-Za-z]:[\\/]|\\\\|/|~|file:", re.IGNORECASE)
HASHED = LONGEST_NAME - len("0123456789_0123456789abcdef__")  # bytes left for the name
PLAIN_TEXT = ("Text", "Header", "Paragraphs")  # tags whose text may contain a URL


@frozen
class Reference:
    """A file that a task refers to, by its URL in the data.

    `shown` is the `to_name` of the tag that shows it, `item` its index in a list.
    """

    task: int
    url: str
    shown: str = ""
    item: int = 0

    @property
    def unreachable(self) -> str:
        """Why the file cannot be fetched, or ""."""
        if any(kind.match(self.url) for kind in (AT_THE_SERVER, CLOUD, EXTERNAL, INLINE)):
            return ""
        if LOCAL_PATH.match(self.url):
            return (
                "it is a local path, which the server does not serve: upload the "
                "file with project.upload_files(), or connect its folder with "
                "project.import_storages.local"
            )
        return "it is not a URL, an upload or a file in a storage"

    def path(self, server: str) -> str:
        """Return its path on the server, or the URL of an external file."""
        if CLOUD.match(self.url):
            named = base64.urlsafe_b64encode(self.url.encode()).decode()
            return f"/tasks/{self.task}/presign/?fileuri={quote(named)}"  # in all versions
        if EXTERNAL.match(self.url):
            return self.url
        path = "/" + self.url.lstrip("/")
        prefix = urlsplit(server).path.rstrip("/")
        if prefix and path.startswith(f"{prefix}/"):
            path = path[len(prefix) :]
        return f"/data{path}" if path.startswith("/upload/") else path

    @property
    def alone(self) -> Reference:
        """The same file of the same task, regardless of the tag that shows it."""
        return Reference(self.task, self.url)

    @property
    def inline(self) -> bool:
        """Whether the file is embedded in the data."""
        return bool(INLINE.match(self.url))

    def content(self) -> bytes:
        """Decode the embedded file."""
        head, _, body = self.url.partition(",")
        try:
            content = unquote_to_bytes(body)
            if not head.endswith(";base64"):
                return content
            return base64.b64decode(b"".join(content.split()), validate=True)
        except ValueError as error:
            raise IncompleteResult(
                f"The data: URL of task {self.task} is damaged: {error}."
            ) from None

    def names(self) -> Iterator[str]:
        """Yield candidate file names for an image, from the simplest to the most specific."""
        if not (EXTERNAL.match(self.url) or self.inline):  # whose last part is rarely unique
            yield last_part(self.url)
        yield hashed(self.url)
        yield f"{self.task:d}_{hashed(self.url)}"
        yield f"{self.task:d}_{hashed(self.url, digits=16)}"


def references(task: Mapping[str, Any], shown: Iterable[Source]) -> Iterator[Reference]:
    """Yield the files that a task refers to where its labeling config shows them.

    Includes values that should be files but cannot be fetched: see `Reference.unreachable`.
    """
    id, data = checked_id(expect(task, "id"), of="Task"), expect(task, "data")
    for source in shown if isinstance(data, dict) else ():
        for name, item, url in source.found_in(data):
            if isinstance(url, str) and (source.is_file or _is_reference(url, source.is_text)):
                url = url.strip() if source.is_file else url
                if url:
                    yield Reference(id, url, name, item)


def keys_with_media(config: Mapping[str, Any]) -> dict[str, bool]:
    """Return the keys of the data that a labeling config shows, and whether each is a text."""
    for control in shaped(config, {}).values():
        shaped(control, {"inputs?": [{}]})
    inputs = [each for control in config.values() for each in control.get("inputs", ())]
    keys: dict[str, bool] = {}
    for each in inputs:
        for name in ("value", "valueList"):
            if each.get(name):
                key = str(each[name]).lstrip("$")
                keys[key] = keys.get(key, True) and each.get("type") in PLAIN_TEXT
    return keys


def _is_reference(url: str, is_text: bool) -> bool:
    if AT_THE_SERVER.match(url) or CLOUD.match(url):
        return True
    if is_text:
        return False
    return bool(EXTERNAL.match(url)) and not re.search(r"\s", url)


def hashed(url: str, *, digits: int = 8) -> str:
    """Return a name made unique by a hash of the URL."""
    found = hashlib.md5(url.encode(errors="surrogatepass"), usedforsecurity=False)
    return f"{found.hexdigest()[:digits]}__{last_part(url)}"


def last_part(url: str) -> str:
    """Return the file name, as the server's converters derive it from a reference."""
    inline = INLINE.match(url)
    if inline:
        return safe_name("inline" + (mimetypes.guess_extension(inline[1] or "text/plain") or ""))
    if EXTERNAL.match(url):
        return safe_name(re.split(r"[?#]", url)[0], HASHED)
    _, stored, path = url.partition("?d=")  # only local storage decodes it
    return safe_name(unquote(path) if stored else url, HASHED)
