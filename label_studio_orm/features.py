"""What not every Label Studio can do, and how that is found out: once for each client.

What a server can do shows in its answers; only where they cannot show it, its version is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from attrs import frozen

from .errors import Unsupported
from .orm.answers import expect
from .orm.context import Context

Version = tuple[int, ...]  # (1, 23, 2)

VERSION = "version"  # the name of this fact
# Met by no task: a server that does not know child filters finds all tasks.
NO_TASK = {
    "filter": "filter:tasks:id",
    "operator": "greater",
    "type": "Number",
    "value": 0,
    "child_filter": {
        "filter": "filter:tasks:id",
        "operator": "less",
        "type": "Number",
        "value": 0,
    },
}


@frozen
class Feature:
    """Something that a server can do since a version.

    `probe` asks the server, with a project at hand: True, False, or None if the answer leaves it
    open. Without a probe the version decides.
    """

    what: str  # completes "… cannot", in errors
    since: Version
    probe: Callable[[Context, int], bool | None] | None = None


def can(context: Context, feature: Feature, project: int = 0) -> bool:
    """Tell whether the server has a feature; False as long as that is open."""
    known = context.facts.get(feature.what)
    if known is None:
        known = _found(context, feature, project)
        if known is not None:
            context.facts[feature.what] = known
    return bool(known)


def require(context: Context, feature: Feature, project: int = 0, *, instead: str = "") -> None:
    """Raise `Unsupported` if the server does not have a feature; `instead` says what to do."""
    if not can(context, feature, project):
        raise Unsupported(
            f"Label Studio {written(version_of(context))} cannot {feature.what}; "
            f"{written(feature.since)} and later can. {instead}".rstrip()
        )


def version_of(context: Context) -> Version:
    """Return the version of Label Studio, asked for once; that of its open part on Enterprise."""
    if VERSION not in context.facts:
        answer = context.json("GET", "/api/version")
        own = answer.get("label-studio-os-package") if isinstance(answer, dict) else None
        release = own.get("version") if isinstance(own, dict) else None
        context.facts[VERSION] = parsed(str(release or expect(answer, "release")))
    version: Version = context.facts[VERSION]
    return version


def parsed(release: str) -> Version:
    """Return the numbers of a release.

    >>> parsed("1.10.1dev")
    (1, 10, 1)
    """
    return tuple(map(int, re.findall(r"\d+", release)[:3]))


def written(version: Version) -> str:
    """Return a version as people write it."""
    return ".".join(map(str, version))


def _found(context: Context, feature: Feature, project: int) -> bool | None:
    if feature.probe is None:
        return version_of(context) >= feature.since
    return feature.probe(context, project)


def _knows_child_filters(context: Context, project: int) -> bool | None:
    """Ask for tasks that cannot exist; a project without tasks shows nothing."""
    found, total = _counts(context, project, NO_TASK)
    return None if not total else found == 0


def _is_postgresql(context: Context, project: int) -> bool | None:
    """Ask for ids with a digit, as only PostgreSQL says it; to Python these are other letters."""
    digit = {"filter": "filter:tasks:id", "operator": "regex", "type": "String"}
    found, total = _counts(context, project, {**digit, "value": "^[x[:digit:]]"})
    return None if not total else found > 0


def _counts(context: Context, project: int, item: Any) -> tuple[int, int]:
    """Return how many tasks meet an item of a filter, and how many there are."""
    filters = {"conjunction": "or", "items": [item]}
    asked = {"project": project, "page_size": 1, "include": "id"}
    met, total = (
        expect(context.json("GET", "/api/tasks/", params={**asked, **query}), "total")
        for query in ({"query": json.dumps({"filters": filters})}, {})
    )
    return met, total


CHILD_FILTERS = Feature(
    "combine `or` with `and` in one filter", since=(1, 21), probe=_knows_child_filters
)
STORAGE_FILENAME = Feature("filter or order tasks by storage_filename", since=(1, 12))
POSTGRESQL = Feature("compare as PostgreSQL does", since=(), probe=_is_postgresql)
