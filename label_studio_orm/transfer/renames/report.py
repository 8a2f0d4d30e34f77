"""Report of a rename of labels or data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from attrs import define, field

from ...display import Displayed
from ..ports import kind_of

MAX_EXAMPLES = 5


@define(repr=False)
class RenameReport(Displayed):
    """Changes of a rename, or those that it would make with `dry_run=True`.

    `examples` are a few of the changes: the record, its old value and its new one. `backup` is the
    file with all old values, a JSON object in each line. `skipped` counts records that were
    already deleted or correct.
    """

    what: str
    dry_run: bool = False
    counts: Counter[str] = field(factory=Counter)  # of records, by kind
    examples: list[tuple[Any, Any, Any]] = field(factory=list)
    config_changed: bool = False
    skipped: int = 0
    backup: Path | None = None

    def add(self, record: Any, before: Any, after: Any) -> None:
        """Count a change, and keep the first few as examples."""
        self.counts[kind_of(record)] += 1
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append((record, before, after))

    def __len__(self) -> int:
        return sum(self.counts.values())

    def __bool__(self) -> bool:
        return bool(self.counts) or self.config_changed

    def __repr__(self) -> str:
        counts = {kind: count for kind, count in self.counts.items() if count}
        kinds = [f"{count} {kind}{'s' * (count > 1)}" for kind, count in counts.items()]
        kinds += ["the labeling config"] if self.config_changed else []
        verb = "would change" if self.dry_run else "changed"
        return f"<{type(self).__name__} {self.what}: {verb} {', '.join(kinds) or 'nothing'}>"
