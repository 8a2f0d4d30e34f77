"""What not every Label Studio can do, and how that is found out: once for each client.

What a server can do shows in its answers; only where they cannot show it, its version is taken.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from attrs import frozen

from .errors import LabelStudioError, Unsupported
from .orm.answers import expect
from .orm.context import Context

Version = tuple[int, ...]  # (1, 23, 2)

VERSION, EDITION = "version", "edition"  # names of facts
COMMUNITY = "Community"
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
        raise Unsupported(f"{limit(context, feature)} {instead}".rstrip())


def limit(context: Context, feature: Feature) -> str:
    """Return the sentence that says which versions can do something, where this one cannot."""
    return f"{described(context)} cannot {feature.what}; {written(feature.since)} and later can."


def version_of(context: Context) -> Version:
    """Return the version of Label Studio, asked for once; that of its open part on Enterprise."""
    _ask_for_version(context)
    version: Version = context.facts[VERSION]
    return version


def edition_of(context: Context) -> str:
    """Return "Community" or "Enterprise", asked for once."""
    _ask_for_version(context)
    return str(context.facts[EDITION])


def described(context: Context) -> str:
    """Return the server's name and version, for errors: "Label Studio 1.20.0"."""
    try:
        version, edition = written(version_of(context)), edition_of(context)
    except LabelStudioError:  # what is to be said is more important
        return "this server"
    return f"Label Studio {'' if edition == COMMUNITY else f'{edition} '}{version}"


def edition_in(answer: Mapping[str, Any]) -> str:
    """Return the edition that an answer of /api/version is of.

    Before 1.16 none is named, but Enterprise names packages of its own.

    >>> edition_in({"release": "1.10.1"}), edition_in({"label-studio-enterprise-backend": {}})
    ('Community', 'Enterprise')
    """
    own = any(name.startswith("label-studio-enterprise") for name in answer)
    return str(answer.get("edition") or ("Enterprise" if own else COMMUNITY))


def _ask_for_version(context: Context) -> None:
    if VERSION in context.facts and EDITION in context.facts:
        return
    answer = context.json("GET", "/api/version")
    own = answer.get("label-studio-os-package") if isinstance(answer, dict) else None
    release = own.get("version") if isinstance(own, dict) else None
    context.facts[VERSION] = parsed(str(release or expect(answer, "release")))
    context.facts[EDITION] = edition_in(answer)


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
    """Return how many tasks meet an item of a filter, and how many were there all the time.

    They are counted before and after: a project that is filled meanwhile would show nothing.
    """
    filters = {"conjunction": "or", "items": [item]}
    asked = {"project": project, "page_size": 1, "include": "id"}
    before, met, after = (
        expect(context.json("GET", "/api/tasks/", params={**asked, **query}), "total")
        for query in ({}, {"query": json.dumps({"filters": filters})}, {})
    )
    return met, min(before, after)


# Before that `/data/local-files/` knew who is logged in by the cookie of a browser only.
LOCAL_FILES_BY_KEY = Feature("give out local files to a key, only to a browser", since=(1, 12))

# An older one sends a client on to a URL with the file in it, which its own Django forbids.
PASSING_ON = Feature("pass on the files of a storage with presign=False", since=(1, 18))

# The option `resolve_uri` of a task that is asked for by its id was ignored until then.
DATA_AS_STORED = Feature("send the data of one task as it is stored", since=(1, 23))

CHILD_FILTERS = Feature(
    "combine `or` with `and` in one filter", since=(1, 21), probe=_knows_child_filters
)
STORAGE_FILENAME = Feature("filter or order tasks by storage_filename", since=(1, 12))
POSTGRESQL = Feature("compare as PostgreSQL does", since=(), probe=_is_postgresql)
