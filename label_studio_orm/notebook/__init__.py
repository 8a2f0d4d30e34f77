"""HTML of records, queries, configs and reports for notebooks; making it sends no request."""

from __future__ import annotations

import functools
import logging

from ..redaction import without_credentials, without_guarded
from .markup import Html
from .style import framed

log = logging.getLogger(__name__)


def html(shown: object) -> str | None:
    """Return what a notebook shows of an object; None for its repr, also if that fails."""
    try:
        found = body_of(shown)
    except Exception as error:  # a surprise in the data must not hide an object
        log.warning("No HTML of a %s: %r", type(shown).__name__, error)
        return None
    if found is None:
        return None
    clean = Html(without_credentials(without_guarded(found)))  # a page may be passed on
    return str(framed(clean))  # marimo shows no subclass of str


@functools.singledispatch
def body_of(shown: object) -> Html | None:
    """Return the HTML of an object, which its module registers for its class."""
    return None


from . import comparisons, configs, errors, frame, lists, records, reports, task  # noqa: E402, F401  # they register their classes
