"""Explanations of database errors about values that cannot be stored.

Label Studio forwards their text with status 500, as if the server had failed. But the same request
fails each time, so it is not retried.
"""

from __future__ import annotations

import re

from ..errors import LabelStudioError, ServerError

# Text of the error → explanation. The first match counts.
MEANINGS = {
    r"unsupported Unicode escape sequence|cannot contain NUL": (
        "PostgreSQL cannot store NUL (\\x00) in text."
    ),
    r"exceeded while (en|de)coding a JSON": (
        "It is nested too deeply: at most 800 levels are allowed."
    ),
    r"invalid input syntax for type json|JSON_VALID": (
        "It contains JSON that the server's database cannot store: half of a surrogate pair, or a "
        "number beyond 1.8e308."
    ),
    r"invalid input syntax for type": "A value has the wrong type for the server's database.",
    r"(int|integer|value) out of range|range for type|field overflow|too large to convert": (
        "A number is too large for the server's database."
    ),
    r"value too long for type|string too long|index row": (
        "A text is too long for the server's database."
    ),
    r"violates foreign key|FOREIGN KEY constraint": "It refers to a record that does not exist.",
    r"violates unique|UNIQUE constraint|duplicate key": (
        "Another record has this value, which must be unique."
    ),
    r"violates (not-null|check)|(NOT NULL|CHECK) constraint": (
        "A value is missing, or the server's database does not allow it."
    ),
}
MAX_LENGTH = 2_000  # characters to examine: the search for a closing quote goes to the end
# Quoted parts: names, and values of the user's rows.
QUOTED = re.compile(r"\".*?\"|“.*?”|(?<!\w)'.*?'")
# Lines with a part of the SQL statement.
STATEMENT = re.compile(r"LINE \d+: .*|\s*\^\s*")
# What the server says of itself where it is over soon; any other error of its own comes again.
# A row may contain these words, too: see `primary`.
TRANSIENT = re.compile(r"lock|connect|time.?out|too many|terminat|memory|disk|recovery", re.I)
FAILED = 500


def primary(detail: str) -> str:
    """Return the first line of an error without quoted parts, which may be data of a row.

    >>> primary('invalid input syntax for type integer: "lock"')
    'invalid input syntax for type integer: '
    """
    return QUOTED.sub("", detail[:MAX_LENGTH].partition("\n")[0])


def meaning(detail: str) -> str:
    """Return the explanation of a database error; "" if the data is not its cause.

    >>> meaning('value too long for type character varying(256)')
    "A text is too long for the server's database."
    """
    message = primary(detail)
    return next((text for pattern, text in MEANINGS.items() if re.search(pattern, message)), "")


def readable(detail: str) -> str:
    """Return a database error on one line, without parts of the SQL statement."""
    lines = (
        line.strip() for line in detail[:MAX_LENGTH].splitlines() if not STATEMENT.fullmatch(line)
    )
    return " ".join(line for line in lines if line)


def failed_itself(error: LabelStudioError) -> bool:
    """Tell whether Label Studio itself failed on a request, and would fail again.

    It has answered, so nothing is in progress: whatever it created exists already.
    """
    transient = TRANSIENT.search(primary(error.detail or "")) and not refused_by_database(error)
    return _is_own(error) and not transient


def refused_by_database(error: LabelStudioError) -> bool:
    """Tell whether the server's database could not store what was sent: nothing was created."""
    return _is_own(error) and bool(meaning(error.detail or ""))


def _is_own(error: LabelStudioError) -> bool:
    """Tell whether Label Studio itself failed, not a proxy in front of it."""
    failed = isinstance(error, ServerError) and error.status == FAILED
    return failed and error.error_id is not None
