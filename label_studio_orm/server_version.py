"""The server's version and edition, requested once per client."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from .errors import LabelStudioError
from .orm.context import Context
from .orm.response_shape import expect
from .text import shown

Version = tuple[int, ...]  # (1, 23, 2)

INFO, VERSION = "info", "version"  # keys of context._facts
COMMUNITY = "Community"


@frozen
class ServerInfo:
    """The version and edition that a server reports."""

    version: str
    edition: str  # "Community" or "Enterprise"
    community_version: str = field()  # of the open-source part: on Community the same

    @community_version.default
    def _same(self) -> str:
        return self.version


def info_of(context: Context) -> ServerInfo:
    """Return the version and edition that the server reports."""
    _ask_once(context)
    info: ServerInfo = context._facts[INFO]
    return info


def version_of(context: Context) -> Version:
    """Return the version of Label Studio; on Enterprise, that of its open-source part."""
    _ask_once(context)
    version: Version = context._facts[VERSION]
    return version


def described(context: Context) -> str:
    """Return the server's name and version, for errors: "Label Studio 1.20.0"."""
    try:
        version, edition = version_text(version_of(context)), info_of(context).edition
    except LabelStudioError:  # must not replace the error that this text is for
        return "this server"
    return f"Label Studio {'' if edition == COMMUNITY else f'{edition} '}{version}"


def edition_in(answer: Mapping[str, Any]) -> str:
    """Return the edition in a response of /api/version.

    Before 1.16 it is missing, but Enterprise lists packages of its own.

    >>> edition_in({"release": "1.10.1"}), edition_in({"label-studio-enterprise-backend": {}})
    ('Community', 'Enterprise')
    """
    enterprise = any(name.startswith("label-studio-enterprise") for name in answer)
    return shown(answer.get("edition") or ("Enterprise" if enterprise else COMMUNITY))


def parsed(release: str) -> Version:
    """Return the numbers of a release.

    >>> parsed("1.10.1dev")
    (1, 10, 1)
    """
    return tuple(map(int, re.findall(r"\d{1,9}", release[:100])[:3]))


def version_text(version: Version) -> str:
    """Return a version as text: "1.23.2"."""
    return ".".join(map(str, version))


def _ask_once(context: Context) -> None:
    if INFO in context._facts:
        return
    answer = context.json("GET", "/api/version")
    version = str(expect(answer, "release"))
    info = ServerInfo(version, edition_in(answer), _community_version(answer) or version)
    context._facts.update({VERSION: parsed(info.community_version), INFO: info})


def _community_version(answer: Mapping[str, Any]) -> str:
    """Return the version of the open-source part, or ""."""
    for name in ("label-studio-os-package", "label-studio-os-backend"):
        part = answer.get(name)
        if isinstance(part, dict) and parsed(str(part.get("version"))):
            return str(part["version"])
    return ""
