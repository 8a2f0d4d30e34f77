"""Database errors as Label Studio passes them on: what they mean, and which are retried."""

from __future__ import annotations

import pytest

from label_studio_orm.errors import ServerError
from label_studio_orm.http.database_errors import (
    failed_itself,
    meaning,
    readable,
    refused_by_database,
)

# As Label Studio 1.23.2 answers, on PostgreSQL and on SQLite.
NUL = (
    'unsupported Unicode escape sequence\nLINE 1: ...mment_count") VALUES ( E\'{"text":...\n'
    "             ^\nDETAIL:  \\u0000 cannot be converted to text.\n"
    'CONTEXT:  JSON data, line 1: {"text": "a lock, no memory, connection \\u0000...\n'
)
ABOUT_THE_DATA = {
    NUL: "cannot store NUL",
    "PostgreSQL text fields cannot contain NUL (0x00) bytes": "cannot store NUL",
    'invalid input syntax for type json\nDETAIL: Token "Infinity" is invalid.': "JSON that the",
    'CHECK constraint failed: (JSON_VALID("data") OR "data" IS NULL)': "JSON that the",
    "maximum recursion depth exceeded while encoding a JSON object": "nested too deeply",
    'invalid input syntax for type double precision: "lock"': "the wrong type",
    'invalid input syntax for type double precision: "a "lock" b"': "the wrong type",
    '"1e400" is out of range for type double precision': "A number is too large",
    "integer out of range": "A number is too large",
    "bigint out of range": "A number is too large",
    "Python int too large to convert to SQLite INTEGER": "A number is too large",
    "value too long for type character varying(256)": "A text is too long",
    "FOREIGN KEY constraint failed": "a record that does not exist",
    'insert or update on table "task" violates foreign key constraint "task_file_lock"\n'
    'DETAIL:  Key (file_upload_id)=(9) is not present in table "fileupload".\n': "does not exist",
    'duplicate key value violates unique constraint "locks"': "must be unique",
    "UNIQUE constraint failed: core_label.title": "must be unique",
    'null value in column "a" of relation "b" violates not-null constraint': "is missing",
}
TRANSIENT = [
    "database is locked",
    "disk I/O error",
    "deadlock detected\nDETAIL:  Process 1 waits for ShareLock; blocked by process 2.",
    'connection to server at "127.0.0.1", port 5432 failed: Connection refused',
    'FATAL:  sorry, too many clients already: "out of range"',
    "server closed the connection unexpectedly",
    "canceling statement due to statement timeout",
    "could not resize shared memory segment: No space left on device",
]
OTHERS = [
    "'NoneType' object has no attribute 'get'",
    "['“the lock in memory” value must be either True, False, or None.']",
    "'disk'",
    "list index out of range",
    "maximum recursion depth exceeded",
]


def own(detail: str) -> ServerError:
    return ServerError("500", status=500, detail=detail, error_id="f00")


@pytest.mark.parametrize(("detail", "says"), ABOUT_THE_DATA.items(), ids=range(len(ABOUT_THE_DATA)))
def test_errors_about_the_data_are_explained_and_not_retried(detail: str, says: str) -> None:
    assert says in meaning(detail)
    assert refused_by_database(own(detail))
    assert failed_itself(own(detail))


@pytest.mark.parametrize("detail", TRANSIENT)
def test_busy_or_unreachable_databases_are_retried(detail: str) -> None:
    assert not failed_itself(own(detail))
    assert not refused_by_database(own(detail))


@pytest.mark.parametrize("detail", OTHERS)
def test_quoted_text_does_not_make_an_error_transient(detail: str) -> None:
    assert failed_itself(own(detail))
    assert meaning(detail) == ""


def test_gateway_errors_are_not_database_errors() -> None:
    assert not refused_by_database(ServerError("500", status=500, detail="integer out of range"))


def test_readable_errors_leave_out_the_sql_statement() -> None:
    assert readable(NUL) == (
        "unsupported Unicode escape sequence DETAIL:  \\u0000 cannot be converted to text. "
        'CONTEXT:  JSON data, line 1: {"text": "a lock, no memory, connection \\u0000...'
    )
