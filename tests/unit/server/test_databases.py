"""LocalServer(database=…): a URL is parsed, or refused without showing its password."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from label_studio_orm.errors import InvalidInput
from label_studio_orm.secret import Secret
from label_studio_orm.server import LocalServer
from label_studio_orm.server.credentials import Credentials, ensure_signing_key
from label_studio_orm.server.databases import PostgreSQL

SECRET = "s3cret"


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://ann:s3cret@db.example:5433/labels", "db.example", 5433),
        ("postgres://ann:s3cret@db.example/labels", "db.example", 5432),
        ("postgresql://ann:s3cret@db.example:/labels", "db.example", 5432),
        ("postgresql://ann:s3cret@[::1]:5433/labels", "::1", 5433),
        ("postgresql://ann:s3cret@%2Frun%2FPostgres/labels", "/run/Postgres", 5432),
        ("  postgresql://ann:s3cret@127.0.0.1:1/labels/ ", "127.0.0.1", 1),
    ],
)
def test_the_address_of_a_database_is_parsed(url: str, host: str, port: int) -> None:
    assert PostgreSQL.at(url) == PostgreSQL("ann", SECRET, host, port, "labels")


def test_percent_encoded_parts_are_decoded() -> None:
    database = PostgreSQL.at("postgresql://a%40b:%2F%3F%23%40%25:%20@host/my%20labels")
    assert (database.user, database.password.reveal(), database.name) == (
        "a@b",
        "/?#@%: ",
        "my labels",
    )


def test_a_password_may_be_missing() -> None:
    assert PostgreSQL.at("postgresql://ann@host/labels").password == Secret("")


def test_the_server_gets_the_database_in_environment_variables() -> None:
    database = PostgreSQL.at("postgresql://ann:s3cret@[::1]:5433/labels?sslmode=require")
    assert {**database.environment()} == {
        "DJANGO_DB": "default",
        "POSTGRE_USER": "ann",
        "POSTGRE_PASSWORD": SECRET,
        "POSTGRE_HOST": "::1",
        "POSTGRE_PORT": "5433",
        "POSTGRE_NAME": "labels",
        "PGSSLMODE": "require",
    }


def test_the_repr_hides_the_password() -> None:
    database = PostgreSQL.at("postgresql://ann:s3cret@[::1]:5433/labels")
    assert str(database) == "postgresql://ann@[::1]:5433/labels"
    server = LocalServer(database="postgresql://ann:s3cret@[::1]:5433/labels")
    assert SECRET not in repr(database) + repr(server) + server._description


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("sqlite", "must be a database URL"),
        ("sqlite:///labels.db", "must be left out for SQLite"),
        ("mysql://ann:s3cret@host/labels", "must start with postgresql://, not mysql://"),
        ("postgresq://ann:s3cret@host/labels", "Did you mean 'postgresql'?"),
        ("ann:s3cret@host/labels", "must be a database URL"),
        ("s3cret", "must be a database URL"),
        ("", "must be a database URL"),
        ("postgresql://host/labels", "must name a user"),
        ("postgresql://:s3cret@host/labels", "must name a user"),
        ("postgresql://ann:s3cret@/labels", "must name a host"),
        ("postgresql://ann:s3cret@host", "must name a database"),
        ("postgresql://ann:s3cret%00@host/labels", "must not contain NUL"),
        ("postgresql://ann:s3cret@host:abc/labels", "must have an address of the form host:port"),
        ("postgresql://ann:s3cret@host:99999/labels", "must have an address of the form host:port"),
        ("postgresql://ann:s3cret@::1/labels", "must have an address of the form host:port"),
        ("postgresql://ann:s3cret@[::1/labels", "must name a user"),
        ("postgresql://ann:/s3cret@host/labels", "percent-encoded"),
        ("postgresql://ann:#s3cret@host/labels", "percent-encoded"),
        ("postgresql://ann:?s3cret@host/labels", "percent-encoded"),
        ("postgresql://ann:s3cret@host/labels?sslmod=require", "Did you mean 'sslmode'?"),
        ("postgresql://ann:s3cret@host/labels?x=s3cret", "must not have an unknown option"),
        (Path("labels.db"), "must be a text, not PosixPath"),
        (b"postgresql://ann:s3cret@host/labels", "must be a text, not bytes"),
        (5432, "must be a text, not int"),
    ],
    ids=str,
)
def test_an_invalid_database_url_is_refused_without_its_password(url: Any, why: str) -> None:
    with pytest.raises(InvalidInput, match="database= ") as error:
        LocalServer(database=url)
    assert why in str(error.value)
    assert "'postgresql://user:password@host:port/name'" in str(error.value)
    assert SECRET not in str(error.value)


def test_a_signing_key_is_created_once(tmp_path: Path) -> None:
    ensure_signing_key(tmp_path)
    kept = (tmp_path / ".env").read_text()
    ensure_signing_key(tmp_path)
    assert (tmp_path / ".env").read_text() == kept
    name, _, key = kept.strip().partition("=")
    assert name == "SECRET_KEY"
    assert len(bytes.fromhex(key)) == 32  # a leading "$" would be read as a variable
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0


def test_a_password_hash_has_the_format_of_django() -> None:
    kind, rounds, salt, _ = Credentials(password=Secret(SECRET)).hash().split("$")
    assert (kind, rounds, len(salt)) == ("pbkdf2_sha256", "260000", 16)
