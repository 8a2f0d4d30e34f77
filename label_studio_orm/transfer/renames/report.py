"""What a move of labels or data has done, or would do."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from attrs import define, field

FEW = 5  # examples


@define(repr=False)
class RenameReport:
    """What was changed, or would be with `dry_run=True`.

    `examples` are a few of the changes: the record, and what it had and has then. `backup` is the
    file with all that was there before, a JSON object in each line. `skipped` counts what was
    gone, or was right already, when its turn came.
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
        self.counts[record._meta.kind] += 1
        if len(self.examples) < FEW:
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
        return f"<Moved {self.what}: {verb} {', '.join(kinds) or 'nothing'}>"
