"""The features that only some Label Studio servers have, and how each is found out.

A probe asks the server itself. Where no answer shows the feature, the server's version decides.
Either way the client asks once, and keeps the answer in `context._facts`. Fields of records have a
`since` of their own; nothing else compares versions.
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
from .server_version import written as written


@frozen
class Feature:
    """Something that a server can do from a version on.

    `probe` takes a project, and returns None if that shows nothing yet.
    """

    action: str  # completes "Label Studio 1.20.0 cannot …"
    since: Version
    probe: Callable[[Context, int], bool | None] | None = None


# Older servers ignore the child of a filter item, and find too many tasks.
CHILD_FILTERS = Feature(
    "combine `or` with `and` in one filter", since=(1, 21), probe=knows_child_filters
)

STORAGE_FILENAME = Feature("filter or order tasks by storage_filename", since=(1, 12))

# Older servers ignore `resolve_uri` when one task is read by its id.
DATA_AS_STORED = Feature("send the data of one task as it is stored", since=(1, 23))

LOCAL_FILES = "/data/local-files/"
# Older servers know users of that path by their session cookie alone.
LOCAL_FILES_BY_KEY = Feature(
    "serve local files to an API key, only to a browser that is logged in", since=(1, 12)
)

# Older servers redirect to a data URL with the file in it, which their own Django refuses.
PROXIED_FILES = Feature("send the files of a storage with presign=False", since=(1, 18))

# A matter of the server's database, not of its version.
POSTGRESQL = Feature("compare as PostgreSQL does", since=(), probe=is_postgresql)


def can(context: Context, feature: Feature, project: int = 0) -> bool:
    """Tell whether the server has a feature; False until a probe shows it."""
    known = context._facts.get(feature.action)
    if known is None:
        known = _found(context, feature, project)
        if known is not None:
            context._facts[feature.action] = known
    return bool(known)


def require(context: Context, feature: Feature, project: int = 0, *, instead: str = "") -> None:
    """Raise `Unsupported` if the server does not have a feature; `instead` says what to do."""
    if not can(context, feature, project):
        raise Unsupported(f"{cannot(context, feature)} {instead}".rstrip())


def cannot(context: Context, feature: Feature) -> str:
    """Return the sentence that this server cannot do something, and which versions can."""
    return f"{described(context)} cannot {feature.action}; {written(feature.since)} and later can."


def _found(context: Context, feature: Feature, project: int) -> bool | None:
    if feature.probe is None:
        return version_of(context) >= feature.since
    return feature.probe(context, project)
