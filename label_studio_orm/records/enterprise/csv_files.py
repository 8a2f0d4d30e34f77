"""Exports of the server that are CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ...orm.context import Context
from ...transfer.files import target


def write_csv(client: Context, at: str, path: str | Path, params: Mapping[str, Any]) -> Path:
    """Write what the server exports to a file, which appears when it is complete."""
    with target(path) as file:
        file.file.write(client.request("GET", at, params=dict(params)).content)
        return file.finish("export.csv")
