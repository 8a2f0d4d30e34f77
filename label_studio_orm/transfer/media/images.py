"""The images of tasks, fetched into the cache of this machine, several at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ...errors import LabelStudioError
from .cached import cached_file
from .references import Reference
from .shown import sources
from .workers import Workers, wait_for_any

if TYPE_CHECKING:
    from ...labeling.config import LabelConfig
    from ...orm.context import Context

MAX_PARALLEL = 8  # files
STOP_TIMEOUT = 0.2  # seconds


def cache_images(
    client: Context, config: LabelConfig, tasks: Mapping[int, Mapping[str, Any]]
) -> None:
    """Fetch the images in the data of tasks, by their ids; those that fail are left out."""
    pool = Workers(MAX_PARALLEL)
    try:
        found = {each.path(client.server): each for each in _images(config, tasks)}
        for each in [pool.submit(_fetch, client, reference) for reference in found.values()]:
            wait_for_any([each])
            with suppress(LabelStudioError, OSError, ValueError):
                each.result()
    finally:
        pool.stop(STOP_TIMEOUT)


def _fetch(client: Context, reference: Reference) -> None:
    cached_file(client, reference)


def _images(config: LabelConfig, tasks: Mapping[int, Mapping[str, Any]]) -> Iterator[Reference]:
    """Yield the images that can be fetched."""
    shown = [source for source in sources(config) if source.shown.type == "image"]
    for task, data in tasks.items():
        for value in _values(shown, data):
            reference = Reference(task, value.strip())
            if not (reference.unreachable or reference.inline):
                yield reference


def _values(shown: Iterable[Any], data: Mapping[str, Any]) -> Iterator[str]:
    found = (value for source in shown for _, _, value in source.found_in(data))
    return (value for value in found if isinstance(value, str) and value.strip())
