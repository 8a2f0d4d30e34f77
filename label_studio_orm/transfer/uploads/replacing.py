"""Replace the content of an upload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ...http.multipart import Multipart
from ..files import existing
from .local_files import local_files

if TYPE_CHECKING:
    from ...orm.context import Context


def replace_file(client: Context, address: str, path: str | Path) -> Any:
    """Send a file in place of another; return what the server has of it now."""
    if existing(path).is_dir():
        raise InvalidInput(f"path must be a file, not a folder: {path}.")
    body = Multipart([local_files(path)[0].part], field="file")
    headers = {"Content-Type": body.content_type}
    return client.json("PATCH", address, data=body, headers=headers)
