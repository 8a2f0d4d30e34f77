"""A package that waits little, so that tests of what it waits for are short."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import evolve

from label_studio_orm import LabelStudio
from label_studio_orm.data_manager import plan
from label_studio_orm.tuning import RetryPolicy, Tuning

SOON = RetryPolicy(first_interval=0.05, lost_timeout=0.4)
HURRIED = Tuning(
    outage_timeout=6.0,
    connect_timeout=6.0,
    longest_interval=0.3,
    import_retries=evolve(SOON, halved_from=3),
    upload_retries=SOON,
    batch_retries=evolve(SOON, tries=4),
    temporary_retries=evolve(SOON, tries=5),
    late_timeout=1.0,
    removal_timeout=6.0,
    sync_interval=0.05,
    sync_begin_timeout=1.5,
)


@contextmanager
def hurried(*, page: int = plan.PAGE, **changes: Any) -> Iterator[None]:
    """Let all clients wait little; `changes` are other numbers of theirs, `page` tasks a page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LabelStudio, "_tuning", evolve(HURRIED, **changes))
        patch.setattr(plan, "PAGE", page)
        yield
