"""Folders on the machine that Label Studio runs on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from attrs import evolve

from ...errors import InvalidInput, LabelStudioError
from ...features import LOCAL_FILES, LOCAL_FILES_BY_KEY, can
from ...orm.context import Context
from ...orm.fields import Converter, Field
from .base import ExportStorage, ImportStorage, Storage

SERVING = "LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED"
ROOT = "LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT"
FORBIDDEN = 403
ROOT_IN = re.compile(r'LOCAL_FILES_DOCUMENT_ROOT=(?:"([^"]*)"|(.+?) and must be a child)')
OUTSIDE = ("subdirectory", "must start with")  # in errors of 1.21 and later, and of older ones


def _text(path: Any) -> Any:
    """Return a path in the server's format; its operating system may differ from ours."""
    if not isinstance(path, PurePath):
        return path
    return str(path) if path.drive else path.as_posix()


def _absolute(path: Any) -> str | None:
    """Return the problem of a path, or None."""
    text = _text(path)
    if text in (None, "") or not isinstance(text, str):
        return None
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).is_absolute():
        return None
    return f"must be an absolute path on the server's machine, not {text!r}"


PROVIDER: Mapping[str, Any] = MappingProxyType(
    {
        "provider": "localfiles",
        "required": ("path",),
        "identified_by": ("path",),
        "sent_with_every_patch": ("path",),
    }
)


class Local(Storage):
    """A folder on the server's machine.

    Errors name the variable to set on the server, if it does not serve local files, or not those
    of this folder.
    """

    path = Field[str | None](check=_absolute, converter=Converter(dump=_text))

    @classmethod
    def _hint(cls, client: Context, project: int | None, error: str) -> str:
        if "LOCAL_FILES" not in error and "does not exist" not in error:
            return super()._hint(client, project, error)
        hints = []
        if SERVING.removeprefix("LABEL_STUDIO_") in error or not serves_files(client):
            hints.append(f"set {SERVING}=true")
        if any(words in error for words in OUTSIDE):
            root = document_root(client, project) or "unknown"
            hints.append(f"set {ROOT} to a folder above that one (it is {root})")
        if not hints:
            return ""
        return f"On the server: {' and '.join(hints)}. LocalServer(files=…) has both."


class LocalImportStorage(Local, ImportStorage):
    """A folder that tasks come from."""

    _meta = evolve(ImportStorage._meta, **PROVIDER)

    recursive_scan = Field[bool | None](since="1.21")

    def url_of(self, path: str | PurePath) -> str:
        """Return the address of a file of this folder, for the data of a task.

        `path` is on the server's machine; a relative one starts in this folder. The server is
        asked once for its document root. Raises `InvalidInput` for a path outside this folder.

        >>> storage = project.import_storages.local.create(path=folder)
        >>> storage.url_of("a cat.jpg")
        '/data/local-files/?d=photos/a%20cat.jpg'
        """
        if not self.path:
            raise InvalidInput(f"{self!r} has no path.")
        folder = PurePath(self.path)
        within(folder / path, folder)
        return local_file_url(folder / path, root=self._document_root)

    @cached_property
    def _document_root(self) -> str:
        root = document_root(self.client, self._raw("project"))
        if root is None:
            raise InvalidInput(
                f"{self.client._described()} does not tell its document root: use "
                "local_file_url(path, root=…)."
            )
        return root


class LocalExportStorage(Local, ExportStorage):
    """A folder that annotations go to."""

    _meta = evolve(ExportStorage._meta, **PROVIDER)


def local_file_url(path: str | PurePath, *, root: str | PurePath) -> str:
    """Return the address by which a task refers to a file on the server's machine.

    `root` is the server's document root, where a relative path starts. The server serves a file if
    it is in the folder of an import storage of a project that the user may see.

    >>> local_file_url("/data/photos/a cat.jpg", root="/data")
    '/data/local-files/?d=photos/a%20cat.jpg'
    """
    inside = within(PurePath(root) / path, PurePath(root))
    return f"{LOCAL_FILES}?d={quote(inside.as_posix())}"


def within(path: PurePath, folder: PurePath) -> PurePath:
    """Return a path relative to the folder that it must be in."""
    if path.is_relative_to(folder) and ".." not in path.relative_to(folder).parts:
        return path.relative_to(folder)
    raise InvalidInput(f"{path} must be in {folder}.")


def serves_files(client: Context) -> bool:
    """Tell whether the server serves local files."""
    try:
        client.request("GET", f"{LOCAL_FILES}?d=x")
    except LabelStudioError as error:  # 403 proves nothing if every key is refused
        return error.status != FORBIDDEN or not can(client, LOCAL_FILES_BY_KEY)
    return True


def document_root(client: Context, project: int | None) -> str | None:
    """Return the server's document root, which its error about a path outside names."""
    try:
        body = {"project": project, "path": "/"}
        client.json("POST", "/api/storages/localfiles/validate", json=body)
    except LabelStudioError as error:
        return _root_in(str(error))
    return None


def _root_in(error: str) -> str | None:
    found = ROOT_IN.search(error)
    if found is None or found[1]:
        return found and found[1]
    # Older servers send the repr of a Python list, in which backslashes are doubled.
    return found[2].replace("\\\\", "\\") if "ErrorDetail(" in error else found[2]
