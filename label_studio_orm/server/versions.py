"""Versions of Label Studio: their format, and the requirements of their installation."""

from __future__ import annotations

import re
import sys

from attrs import frozen

from ..errors import InvalidInput
from ..server_version import Version, parsed, version_text

VERSION = "1.23.2"
VERSION_FORMAT = re.compile(
    r"v?([0-9]+(?:\.[0-9]+)+)((?:rc|\.?post|\.?dev)[0-9]+)?"
)  # PEP 440, as far as used
PARTS = 3  # of a version: 1.20 is 1.20.0


@frozen
class Extra:
    """A package that older versions need but do not require."""

    requirement: str
    before: Version


@frozen
class Limit:
    """The newest Python with prebuilt packages for the versions before another."""

    python: Version
    before: Version


EXTRAS = (
    # They import pkg_resources: setuptools 82 has none, and a venv of Python 3.12 no setuptools.
    Extra("setuptools<81", before=(1, 15)),
)
LIMITS = (
    Limit(python=(3, 11), before=(1, 12, 1)),  # psycopg2-binary 2.9.6
    Limit(python=(3, 12), before=(1, 22)),  # numpy 1
)
# In 1.17.0 this flag decides which tokens work: LocalServer uses legacy tokens.
ONLY_PERSONAL_TOKENS = "fflag__feature_develop__prompts__dia_1829_jwt_token_auth"


def checked_version(version: object) -> str:
    """Return a version in PyPI's format.

    >>> checked_version("v1.20")
    '1.20.0'
    """
    match = VERSION_FORMAT.fullmatch(version.strip()) if isinstance(version, str) else None
    if match is None:
        raise InvalidInput(f"version= must be a text such as {VERSION!r}, not {version!r}.")
    numbers, rest = match.groups()
    parts = [str(int(number)) for number in numbers.split(".")]
    return ".".join(parts + ["0"] * (PARTS - len(parts))) + (rest or "")


def requirements(version: str) -> list[str]:
    """Return the requirements for pip."""
    more = [extra.requirement for extra in EXTRAS if parsed(version) < extra.before]
    return [f"label-studio=={version}", *more]


def variables(version: str) -> dict[str, str]:
    """Return the variables that make a version accept our tokens."""
    return {ONLY_PERSONAL_TOKENS: "false"} if parsed(version)[:2] == (1, 17) else {}


def explain_failure(version: str, output: str, tail: str) -> str:
    """Return why pip could not install a version: an explanation, or the end of its output."""
    needs = re.search(rf"\b{re.escape(version)} Requires-Python ([^;\n]+)", output)
    if needs:
        return f"It needs Python {needs[1].strip()}; this is {_this_python()}."
    listed = re.search(r"\(from versions: ([^)]*)\)", output)
    if listed and f"No matching distribution found for label-studio=={version}" in output:
        return _no_such_version(version, listed[1].split(", "))
    limit = next((each for each in LIMITS if parsed(version) < each.before), None)
    if limit and sys.version_info[:2] > limit.python:
        newest = version_text(limit.python)
        this = _this_python()
        return (
            f"It needs Python {newest} or older, for its prebuilt packages; this is {this}.\n{tail}"
        )
    return tail


def _no_such_version(version: str, known: list[str]) -> str:
    before = [each for each in known if parsed(each) <= parsed(version)]
    newest, nearest = known[-1], (before or known)[-1]
    near = "" if nearest == newest else f" The nearest is {nearest}."
    return f"There is no such version for {_this_python()}.{near} The newest is {newest}."


def _this_python() -> str:
    return f"Python {sys.version_info.major}.{sys.version_info.minor}"
