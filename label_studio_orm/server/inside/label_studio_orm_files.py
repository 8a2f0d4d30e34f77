"""Django middleware that serves the files of one folder only.

Label Studio accepts no storage of its document root itself, only of folders in it. So the root is
the parent of the folder of `LocalServer(files=…)`, and this refuses everything else in it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOCAL_FILES = "data/local-files"
NOT_FOUND = 404


class OnlyTheFolder:
    """Refuse storages and files outside of the folder."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        from django.conf import settings  # type: ignore[import-not-found,unused-ignore]

        self._get_response = get_response
        self._root = settings.LOCAL_FILES_DOCUMENT_ROOT
        self._folder = Path(settings.FOLDER)
        limit_storages(self._folder)

    def __call__(self, request: Any) -> Any:
        wanted = request.GET.get("d")
        if LOCAL_FILES in request.path and wanted and not self._serves(wanted):
            from django.http import JsonResponse  # type: ignore[import-not-found,unused-ignore]

            why = f"{wanted} is not in {self._folder}, the folder of LocalServer(files=…)."
            return JsonResponse({"detail": why}, status=NOT_FOUND)
        return self._get_response(request)

    def _serves(self, wanted: str) -> bool:
        relative = posixpath.normpath(wanted).lstrip("/")  # as Label Studio does
        return is_within(str(Path(self._root, relative)), self._folder)


def limit_storages(folder: Path) -> None:
    """Make Label Studio refuse all storages outside of a folder when it validates them."""
    from io_storages.localfiles import models  # type: ignore[import-not-found,unused-ignore]

    original = models.LocalFilesMixin.validate_connection

    def validate_connection(storage: Any, *more: Any, **options: Any) -> Any:
        checked = original(storage, *more, **options)
        if not is_within(storage.path, folder):
            raise models.ValidationError(
                f"{storage.path} is not in {folder}, the folder of LocalServer(files=…)."
            )
        return checked

    models.LocalFilesMixin.validate_connection = validate_connection


def is_within(path: str, folder: Path) -> bool:
    """Tell whether a path is a folder or in it, by its name only: links are not resolved."""
    parts = Path(path)
    return ".." not in parts.parts and parts.is_relative_to(folder)
