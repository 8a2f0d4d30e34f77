"""Features that only some Label Studio servers have, and their detection.

A probe requests something that shows the feature. Without a probe, the server's version decides.
Either way the client asks once, and keeps the result in `context._facts`. Fields of records have
their own `since`; nothing else compares versions.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from .errors import Unsupported
from .orm.context import Context
from .probes import is_postgresql, knows_child_filters
from .server_version import Version as Version  # "as": label_studio_orm.server takes it from here
from .server_version import described, version_of
from .server_version import parsed as parsed
from .server_version import version_text as version_text


@frozen
class Feature:
    """A feature of the server since a version.

    `probe` takes a project, and returns None if the response is not conclusive.
    """

    action: str  # completes "Label Studio 1.20.0 cannot …"
    since: Version
    probe: Callable[[Context, int], bool | None] | None = None


# Older servers ignore the child of a filter item, and match too many tasks.
CHILD_FILTERS = Feature(
    "combine `or` with `and` in one filter", since=(1, 21), probe=knows_child_filters
)

STORAGE_FILENAME = Feature("filter or order tasks by storage_filename", since=(1, 12))

# Older servers ignore `resolve_uri` when a task is read by its id.
DATA_AS_STORED = Feature("send the data of one task as it is stored", since=(1, 23))

# Older servers cannot remove a model version, and so not clean up.
BULK_ANNOTATIONS = Feature("make annotations in bulk", since=(1, 13))

LOCAL_FILES = "/data/local-files/"
# Older servers authenticate that path by the session cookie only.
LOCAL_FILES_BY_KEY = Feature(
    "serve local files to an API key, only to a browser that is logged in", since=(1, 12)
)

# Older servers redirect to a data URL with the file in it, which their own Django refuses.
PROXIED_FILES = Feature("send the files of a storage with presign=False", since=(1, 18))

# It depends on the server's database, not on its version.
POSTGRESQL = Feature("compare as PostgreSQL does", since=(), probe=is_postgresql)


def can(context: Context, feature: Feature, project: int = 0) -> bool:
    """Tell whether the server has a feature; False while a probe is not conclusive."""
    known = context._facts.get(feature.action)
    if known is None:
        known = _detect(context, feature, project)
        if known is not None:
            context._facts[feature.action] = known
    return bool(known)


def require(context: Context, feature: Feature, project: int = 0, *, instead: str = "") -> None:
    """Raise `Unsupported` if the server does not have a feature; `instead` is a remedy."""
    if not can(context, feature, project):
        raise Unsupported(f"{cannot(context, feature)} {instead}".rstrip())


def cannot(context: Context, feature: Feature) -> str:
    """Return the sentence that this server cannot do something, and which versions can."""
    since = version_text(feature.since)
    return f"{described(context)} cannot {feature.action}; {since} and later can."


def _detect(context: Context, feature: Feature, project: int) -> bool | None:
    if feature.probe is None:
        return version_of(context) >= feature.since
    return feature.probe(context, project)
