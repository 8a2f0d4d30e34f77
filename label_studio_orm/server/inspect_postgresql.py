"""Script that inspects a PostgreSQL database before a server uses it, run by the server's Python.

It prints its report as JSON. An existing user gets the password whose hash is in LOOK_PASSWORD, if
that is set. The server's variables have the address of the database.
"""

import json
import os
import sys
from contextlib import closing
from typing import Any

CONNECT_TIMEOUT = 10  # seconds to connect
PASSWORD = "LOOK_PASSWORD"  # a variable
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = ANY (current_schemas(false))"
MAY_CREATE = "SELECT has_schema_privilege(coalesce(current_schema(), 'public'), 'CREATE')"
MIGRATIONS = "SELECT app, name FROM django_migrations"
KEY = "SELECT key FROM authtoken_token JOIN htx_user ON user_id = id WHERE email = %s"
SET_PASSWORD = "UPDATE htx_user SET password = %s WHERE email = %s"


def main() -> None:
    driver = _driver()
    try:
        with closing(_connection(driver)) as connection:
            report = _inspect(connection)
            connection.commit()
    except driver.Error as error:
        report = {"error": str(error)}
    json.dump(report, sys.stdout)


def _driver() -> Any:
    try:
        import psycopg  # type: ignore[import-not-found,unused-ignore]
    except ImportError:  # before Label Studio 1.22
        import psycopg2 as psycopg  # type: ignore[import-untyped,import-not-found,unused-ignore]
    return psycopg


def _connection(driver: Any) -> Any:
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    given = {name: os.environ[f"POSTGRE_{variable}"] for name, variable in names.items()}
    port = os.environ["POSTGRE_PORT"]
    return driver.connect(**given, port=port, connect_timeout=CONNECT_TIMEOUT)


def _inspect(connection: Any) -> dict[str, Any]:
    cursor = connection.cursor()
    cursor.execute(TABLES)
    tables = [name for (name,) in cursor.fetchall()]
    cursor.execute(MAY_CREATE)
    [(may_create,)] = cursor.fetchall()
    report = {"tables": tables, "may_create": may_create, "migrations": [], "key": ""}
    if "django_migrations" in tables:
        cursor.execute(MIGRATIONS)
        report["migrations"] = cursor.fetchall()
    if {"htx_user", "authtoken_token"} <= set(tables):
        report["key"] = _key(cursor, os.environ["LABEL_STUDIO_USERNAME"])
    return report


def _key(cursor: Any, user: str) -> str:
    """Return the key of a user; "" if there is no such user."""
    cursor.execute(KEY, (user,))
    rows = cursor.fetchall()
    if PASSWORD in os.environ:
        cursor.execute(SET_PASSWORD, (os.environ[PASSWORD], user))
    return str(rows[0][0]) if rows else ""


if __name__ == "__main__":
    main()
