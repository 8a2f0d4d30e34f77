"""What PostgreSQL compares in another way than Python and SQLite do, and so is compared here.

Its regular expressions are its own: `\\b`, `.` and `$` mean something else, and "a{2" is an error.
It fails at texts among numbers, which to SQLite are 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import evolve

from ..errors import LabelStudioError
from ..features import POSTGRESQL, can
from ..orm.context import Context
from ..orm.expressions import Condition, wire_of

HERE = "search"  # the operator of a regular expression that is matched here
NO_NUMBER = "invalid input syntax for type double precision"
# Patterns that mean the same to PostgreSQL and to Python: no classes like \w, no . and no $.
QUANTIFIER = r"(?:[*+?]|\{\d{1,2}(?:,\d{0,2})?\})\??"
LETTER = r"[A-Za-z0-9_ ,:;/@!#%&=<>~'\"-]"
ATOM = rf"(?:{LETTER}|[^\x00-\x7f]|\\[^\w\s]|\[\^?{LETTER}+\]|\))"
PORTABLE = re.compile(rf"(?:\((?:\?:)?|\||\^|{ATOM}(?:{QUANTIFIER})?)*")


def regex_for(where: Condition, context: Context, project: int) -> Condition:
    """Return a condition, to be matched here if PostgreSQL reads its pattern in another way."""
    if where.operator != "regex" or not wire_of(where.column).startswith("data."):
        return where
    if PORTABLE.fullmatch(where.value) or not can(context, POSTGRESQL, project):
        return where
    return evolve(where, operator=HERE)


def has_texts(context: Context, project: int, wire: str) -> bool:
    """Tell whether the server has failed at texts among the numbers of a data key."""
    return bool(context.facts.get(_fact(project, wire)))


def texts_found(
    error: LabelStudioError, wires: Iterable[str], context: Context, project: int
) -> bool:
    """Note the data keys compared as numbers if the server fails at a text there.

    It does not say at which; False if they were known before.
    """
    new = {_fact(project, wire): True for wire in wires if not has_texts(context, project, wire)}
    if NO_NUMBER not in str(error):
        return False
    context.facts.update(new)
    return bool(new)


def _fact(project: int, wire: str) -> str:
    return f"texts among the numbers of {wire} in project {project}"
