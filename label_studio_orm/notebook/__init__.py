"""What notebooks show: HTML of records, queries, configs and reports. Nothing is sent for it."""

from __future__ import annotations

import functools

from .markup import Html
from .style import framed


def html(shown: object) -> str | None:
    """Return what a notebook shows of an object; None for its repr."""
    found = body_of(shown)
    return None if found is None else framed(found)


@functools.singledispatch
def body_of(shown: object) -> Html | None:
    """Return the HTML of an object, which its module registers for its class."""
    return None


from . import frame as frame  # noqa: E402  these register their classes
from . import task as task  # noqa: E402
