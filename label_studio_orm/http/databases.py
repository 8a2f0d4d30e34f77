"""What databases say of values that they cannot store, and what it means.

Label Studio passes their words on with a status of 500, as if it had failed itself. They say the
same each time: such a request need not be sent again.
"""

from __future__ import annotations

import re

# What they say → what is wrong, in the order in which they are tried.
COMPLAINTS = {
    r"unsupported Unicode escape sequence|cannot contain NUL": (
        "PostgreSQL cannot store NUL (\\x00) in a text."
    ),
    r"exceeded while (en|de)coding a JSON": "It is nested too deeply: 800 levels are possible.",
    r"invalid input syntax for type json|JSON_VALID": (
        "It has JSON that the server's database cannot store: half of a surrogate pair, or a "
        "number beyond 1.8e308."
    ),
    r"invalid input syntax for type": (
        "A value is of another type than the server's database takes."
    ),
    r"(int|integer|value) out of range|range for type|field overflow|too large to convert": (
        "A number is larger than the server's database takes."
    ),
    r"value too long for type|string too long|index row": (
        "A text is longer than the server's database takes."
    ),
    r"violates foreign key|FOREIGN KEY constraint": "It refers to a record that does not exist.",
    r"violates unique|UNIQUE constraint|duplicate key": (
        "Another record has this value, which must be unique."
    ),
    r"violates (not-null|check)|(NOT NULL|CHECK) constraint": (
        "A value is missing, or is one that the server's database does not take."
    ),
}
# What they quote: names, and values of the user's rows.
QUOTED = re.compile(r"\".*?\"|“.*?”|(?<!\w)'.*?'")
# Lines that show a piece of the statement.
STATEMENT = re.compile(r"LINE \d+: .*|\s*\^\s*")


def primary(detail: str) -> str:
    """Return the first line of an error without what it quotes, which may be any text of a row.

    >>> primary('invalid input syntax for type integer: "lock"')
    'invalid input syntax for type integer: '
    """
    return QUOTED.sub("", detail.partition("\n")[0])


def meaning(detail: str) -> str:
    """Return what is wrong with the data by the words of a database; "" if it is not the data.

    >>> meaning('value too long for type character varying(256)')
    "A text is longer than the server's database takes."
    """
    said = primary(detail)
    found = (what for words, what in COMPLAINTS.items() if re.search(words, said))
    return next(found, "")


def readable(detail: str) -> str:
    """Return an error of a database without the pieces of its statement."""
    lines = (line.strip() for line in detail.splitlines() if not STATEMENT.fullmatch(line))
    return " ".join(line for line in lines if line)
