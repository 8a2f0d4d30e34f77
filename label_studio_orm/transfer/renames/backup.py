"""Backup of old values, on disk before they are changed."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from attrs import define

from ...errors import InvalidInput
from ..files import behind_own_link, open_itself


@define
class Backup:
    """A .jsonl file, created with its first line."""

    path: Path
    mode: str = "a"
    _file: IO[str] | None = None

    @classmethod
    def at(cls, path: str | Path | None, name: str) -> Backup:
        """Return the backup at a path, or one with a new name in the current folder."""
        if path is None:
            safe = re.sub(r"[^\w.-]+", "-", name).strip("-.")[:80]
            return cls(Path(f"{safe}-{datetime.now():%Y%m%dT%H%M%S%f}.jsonl"), "x")
        path = Path(path)
        if path.is_dir() or not path.absolute().parent.is_dir():
            raise InvalidInput(
                f"backup must be the path of a file in a folder that exists, not {path}."
            )
        return cls(path)

    def keep(self, **what: Any) -> None:
        """Write a line to disk."""
        line = json.dumps(what, ensure_ascii=False)
        if self._file is None:
            self._file = self._opened()
        self._file.write(line + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> IO[str]:
        """Open the file, which must be new if we named it, and must not be a link."""
        try:
            path = behind_own_link(self.path)
            file = open_itself(path, self.mode, encoding="utf-8", errors="backslashreplace")
        except (OSError, ValueError) as error:
            raise InvalidInput(f"Cannot write the backup {self.path}: {error}.") from None
        self.mode = "a"  # if it is opened again
        return file
