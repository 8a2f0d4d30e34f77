"""Replace the content of an upload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput
from ...http.multipart import Multipart
from .local_files import local_files

if TYPE_CHECKING:
    from ...orm.context import Context


def replace_file(client: Context, address: str, path: str | Path) -> Any:
    """Send a file in place of another; return what the server has of it now."""
    files = local_files(path)
    if len(files) > 1:
        raise InvalidInput(f"path must be one file, not a folder of {len(files)}: {path}.")
    body = Multipart([files[0].part], field="file")
    headers = {"Content-Type": body.content_type}
    return client.json("PATCH", address, data=body, headers=headers)
