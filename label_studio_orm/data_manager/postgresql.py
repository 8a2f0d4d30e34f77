"""Comparisons that PostgreSQL makes differently from Python and SQLite; the client makes them.

In its regular expressions, `\\b`, `.` and `$` have other meanings, and "a{2" is an error. It fails
to compare numbers with texts, which are 0 in SQLite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import evolve

from ..errors import LabelStudioError
from ..features import POSTGRESQL, can
from ..orm.context import Context
from ..orm.expressions import Condition, wire_of

CLIENT_REGEX = "search"  # the operator of a regular expression that the client matches
NUMBER_ERROR = "invalid input syntax for type double precision"
# Patterns with the same meaning in PostgreSQL and Python: no classes like \w, no . and no $.
QUANTIFIER = r"(?:[*+?]|\{\d{1,2}(?:,\d{0,2})?\})\??"
LETTER = r"[A-Za-z0-9_ ,:;/@!#%&=<>~'\"-]"
ATOM = rf"(?:{LETTER}|[^\x00-\x7f]|\\[^\w\s]|\[\^?{LETTER}+\]|\))"
PORTABLE = re.compile(rf"(?:\((?:\?:)?|\||\^|{ATOM}(?:{QUANTIFIER})?)*")


def regex_for(where: Condition, context: Context, project: int) -> Condition:
    """Mark a condition for the client if PostgreSQL may match its pattern differently."""
    if where.operator != "regex" or not wire_of(where.column).startswith("data."):
        return where
    if PORTABLE.fullmatch(where.value) or not can(context, POSTGRESQL, project):
        return where
    return evolve(where, operator=CLIENT_REGEX)


def has_texts(context: Context, project: int, wire: str) -> bool:
    """Tell whether the server has failed on texts among the numbers of a data key."""
    return bool(context._facts.get(_fact(project, wire)))


def failed_on_texts(error: LabelStudioError) -> bool:
    """Tell whether the server failed on texts among the numbers of some data key."""
    return NUMBER_ERROR in str(error)


def note_texts(wires: Iterable[str], context: Context, project: int) -> bool:
    """Note that data keys compared as numbers may have texts; False if that is known already.

    The server's error does not name the key, so all are noted.
    """
    new = {_fact(project, wire): True for wire in wires if not has_texts(context, project, wire)}
    context._facts.update(new)
    return bool(new)


def _fact(project: int, wire: str) -> str:
    return f"texts among the numbers of {wire} in project {project}"
