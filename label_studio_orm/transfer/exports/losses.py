"""What the server's converters leave out, by the tasks and by what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ...labels.config import LabelConfig
from .left_out import LeftOut


def losses(format: str, config: LabelConfig, tasks: Path, files: Sequence[Path]) -> list[LeftOut]:
    """Return what is in the tasks and not in the files that the server made of them."""
    return []
