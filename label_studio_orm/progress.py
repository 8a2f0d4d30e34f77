"""Progress reports: a bar on a terminal or in a notebook, a callback, or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .text import shown

# None: a bar on a terminal or in a notebook; False: nothing; else called with (done, total).
Progress = bool | Callable[[int, int | None], None] | None
Advance = Callable[[int], object]

BAR_DELAY = 2.0  # seconds before a bar appears


@contextmanager
def progress_bar(
    progress: Progress, *, what: str, unit: str, total: int | None = None
) -> Iterator[Advance]:
    """Yield a function to call with the number of units done since its last call."""
    if callable(progress):
        yield _reporter(progress, total)
    elif progress is False:
        yield lambda units: None
    else:
        from tqdm.auto import tqdm

        # disable=None hides the bar where the output is not a terminal.
        hidden = None if progress is None else False
        with tqdm(
            desc=shown(what, 60),
            unit=unit,
            unit_scale=unit == "B",
            total=total,
            disable=hidden,
            delay=BAR_DELAY,
            leave=False,
        ) as bar:
            yield bar.update


def _reporter(report: Callable[[int, int | None], None], total: int | None) -> Advance:
    done = 0

    def advance(units: int) -> None:
        nonlocal done
        done += units
        report(done, total)

    return advance
