"""Look into a PostgreSQL database before a server uses it: a script for the server's own Python.

Prints what is there as JSON; with the hash of a password in LOOK_PASSWORD, a user who is there
already gets that password. It takes the address of the database from the server's variables.
"""

import json
import os
import sys
from contextlib import closing
from typing import Any

PATIENCE = 10  # seconds to connect
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
            found = _found(connection)
            connection.commit()
    except driver.Error as error:
        found = {"error": str(error)}
    json.dump(found, sys.stdout)


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
    return driver.connect(**given, port=port, connect_timeout=PATIENCE)


def _found(connection: Any) -> dict[str, Any]:
    cursor = connection.cursor()
    cursor.execute(TABLES)
    tables = [name for (name,) in cursor.fetchall()]
    cursor.execute(MAY_CREATE)
    [(may_create,)] = cursor.fetchall()
    found = {"tables": tables, "may_create": may_create, "migrations": [], "key": ""}
    if "django_migrations" in tables:
        cursor.execute(MIGRATIONS)
        found["migrations"] = cursor.fetchall()
    if {"htx_user", "authtoken_token"} <= set(tables):
        found["key"] = _key(cursor, os.environ["LABEL_STUDIO_USERNAME"])
    return found


def _key(cursor: Any, user: str) -> str:
    """Return the key of a user; "" if there is no such user."""
    cursor.execute(KEY, (user,))
    rows = cursor.fetchall()
    if PASSWORD in os.environ:
        cursor.execute(SET_PASSWORD, (os.environ[PASSWORD], user))
    return str(rows[0][0]) if rows else ""


if __name__ == "__main__":
    main()
