"""Downloads of CSV files that the server makes of its records."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..orm.context import Context
from .downloads import Download
from .files import target


def download_csv(
    client: Context, url: str, params: Mapping[str, Any], path: str | Path, name: str
) -> Path:
    """Write what the server answers to a path, or into a folder under a name."""

    def get(headers: Mapping[str, str]) -> Any:
        return client.request("GET", url, params=dict(params), headers=headers, stream=True)

    with target(path) as output:
        for block in Download(name, get, client, "export_bytes"):
            output.file.write(block)
        return output.finish(name)
