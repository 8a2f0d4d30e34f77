"""A package that waits little, so that tests of what it waits for are short."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

# What the package waits for, in seconds, and what it does here.
LITTLE: Mapping[str, float] = {
    "orm.deadline.LONGEST_SILENCE": 6.0,
    "orm.deadline.FIRST_CONTACT": 6.0,
    "orm.deadline.LONGEST_PAUSE": 0.3,
    "orm.job.LONGEST_SILENCE": 6.0,
    "transfer.imports.reconcile.PATIENCE": 0.4,
    "transfer.batches.predictions.PATIENCE": 0.4,
    "transfer.batches.predictions.FIRST_PAUSE": 0.05,
    "transfer.imports.sender.FIRST_PAUSE": 0.05,
    "transfer.uploads.stored.FIRST_PAUSE": 0.05,
    "transfer.storages.syncing.PULSE": 0.05,
    "transfer.storages.syncing.BEGINS_WITHIN": 1.5,
    "transfer.exports.temporary.PATIENCE": 0.4,
    "transfer.exports.temporary.LATE": 1.0,
    "transfer.exports.temporary.REMOVAL_TIMEOUT": 6.0,
}


@contextmanager
def hurried(**more: float) -> Iterator[None]:
    """Let the package wait little; `more` are other constants, with __ for each dot."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            **LITTLE,
            **{_path(name): value for name, value in more.items()},
        }.items():
            patch.setattr(f"label_studio_orm.{name}", value)
        yield


def _path(name: str) -> str:
    return name.replace("__", ".")
