"""A server that takes files, and the ways in which an upload can end."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from email.message import Message
from email.parser import BytesParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from requests import Response

from label_studio_orm.transfer.imports.result import ImportResult
from support.importing import ImportServer

PICTURES = (
    '<View><Image name="i" value="$image"/><Choices name="c" toName="i">'
    '<Choice value="Cat"/><Choice value="Dog"/></Choices></View>'
)


IMAGE = {"c": {"inputs": [{"type": "Image", "value": "image"}]}}


TWO = {
    "c": {"inputs": [{"type": "Image", "value": "image"}, {"type": "Text", "value": "caption"}]},
}


LONGEST = 100  # characters of a path, in the server's database


Files = list[tuple[str, bytes]]


Fate = Callable[["UploadServer", Files], Any]


Uploading = Callable[..., ImportResult]


class UploadServer(ImportServer):
    """Takes files; `fates` says what becomes of the first uploads, in their order."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        self.config = config
        self.files: dict[int, tuple[str, bytes]] = {}  # by the upload's id
        self.posts: list[list[str]] = []  # the names of each request
        self.fates: list[Fate] = []
        self.otherwise_upload: Fate = stored
        self.reads: list[str] = []  # what was read back
        self.without_sizes = False
        self.client.answers["POST /api/projects/1/import"] = self._post
        self.client.answers["GET /api/projects/1/file-uploads"] = self._listed
        self.client.fetch = self._fetch  # type: ignore[attr-defined]

    def counted(self, options: Mapping[str, Any]) -> Any:
        configs = {"label_config": PICTURES, "parsed_label_config": self.config}
        return {**super().counted(options), **configs}

    @property
    def contents(self) -> list[bytes]:
        """The bytes that each task refers to, task by task."""
        there = {f"/data/{name}": content for name, content in self.files.values()}
        return [there[unquote(url)] for url in self.column("image")]

    def store(self, files: Files) -> list[int]:
        return [self._stored(name, content) for name, content in files]

    def _stored(self, name: str, content: bytes) -> int:
        """Keep a file, under the name that Django makes of it."""
        id = len(self.files) + 1
        name = html.unescape(name).rsplit("/")[-1].rsplit("\\")[-1]
        clean = re.sub(r"[^-\w.]", "", f"{id:08x}-{name}".strip().replace(" ", "_"))
        path = f"upload/1/{clean}"
        if len(path) > LONGEST:
            end = f"_AbCdEfG{Path(name).suffix}"
            path = path[: LONGEST - len(end)] + end
        self.files[id] = (path, content)
        return id

    def _post(self, options: Mapping[str, Any]) -> Any:
        if options["params"].get("commit_to_project") != "false":
            return self._import(options)
        files = parsed(options["headers"]["Content-Type"], b"".join(options["data"]))
        self.posts.append([name for name, _ in files])
        fate = self.fates.pop(0) if self.fates else self.otherwise_upload
        return fate(self, files)

    def _listed(self, options: Mapping[str, Any]) -> Any:
        params = options["params"]
        ids = [*self.files] if params.get("all") == "true" else json.loads(params["ids"])
        found = [{"id": i, "file": self.files[i][0], "size": len(self.files[i][1])} for i in ids]
        if self.without_sizes:
            found = [{"id": each["id"], "file": each["file"]} for each in found]
        return found

    def _fetch(self, url: str, *, headers: Mapping[str, str], stream: bool) -> Response:
        self.reads.append(url)
        there = {f"/data/{name}": content for name, content in self.files.values()}
        response = Response()
        response.status_code = 200
        response.raw = BytesIO(there[unquote(url)])
        response.headers["Content-Length"] = str(len(there[unquote(url)]))
        return response


def parsed(content_type: str, body: bytes) -> Files:
    """Return the names and bytes of the files in a form."""
    found = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    files = []
    for part in found.get_payload():
        assert isinstance(part, Message)
        raw = str(dict(part.raw_items())["Content-Disposition"])
        name = raw.encode("ascii", "surrogateescape").decode().partition('filename="')[2][:-1]
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        files.append((name, content))
    return files


def stored(server: UploadServer, files: Files) -> Any:
    ids = server.store(files)
    return {"file_upload_ids": ids, "task_count": len(ids), "could_be_tasks_list": False}


def touch(folder: Path, *names: str) -> list[Path]:
    """Make files, each with its name in it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return [folder / name for name in names]
