"""HTML of records, queries, configs and reports for notebooks; making it sends no request."""

from __future__ import annotations

import functools
import importlib
import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ..redaction import without_credentials, without_guarded
from .markup import Html
from .style import framed

log = logging.getLogger(__name__)

PACKAGE = f"{__name__.rpartition('.')[0]}."
# The module that draws the classes of a module.
DRAWN_BY: Mapping[str, str] = MappingProxyType(
    {
        "client": "records",
        "errors": "errors",
        "labeling.config": "configs",
        "labeling.diff": "configs",
        "orm.loaded": "lists",
        "orm.query": "lists",
        "orm.record": "records",
        "records.comparison": "comparisons",
        "records.config_check": "configs",
        "records.editor_frame": "frame",
        "records.enterprise.values": "values",
        "records.model_versions": "reports",
        "records.result_record": "task",
        "records.summary": "reports",
        "records.task": "task",
        "records.tokens": "access",
        "server.local": "access",
        "transfer.batches.batch": "reports",
        "transfer.exports.exported": "reports",
        "transfer.imports.result": "reports",
        "transfer.renames.report": "reports",
    }
)


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


class Bodies:
    """The HTML of objects, by their class; what draws a class is imported when one is shown."""

    def __init__(self) -> None:
        self._body = functools.singledispatch(_nothing)
        self.register = self._body.register

    def __call__(self, shown: object) -> Html | None:
        """Return the HTML of an object, or None."""
        return self.dispatch(type(shown))(shown)

    def dispatch(self, cls: type) -> Callable[..., Html | None]:
        """Return what draws a class, imported if needed."""
        places = (each.__module__.removeprefix(PACKAGE) for each in cls.__mro__)
        for name in {DRAWN_BY[place] for place in places if place in DRAWN_BY}:
            importlib.import_module(f".{name}", __name__)
        return self._body.dispatch(cls)


def _nothing(shown: object) -> Html | None:
    return None


body_of = Bodies()
