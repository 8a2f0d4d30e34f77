"""A PostgreSQL database as the place where a server keeps its data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import field, frozen

from ..errors import InvalidInput, nearest
from ..redaction import guarded
from ..secret import Sealed, Secret, hidden

FORM = "postgresql://user:password@host:port/name"
SCHEMES = ("postgresql", "postgres")
PORT = 5432
# What a URL may ask of the connection, and the variable by which libpq is told.
OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
    "channel_binding": "PGCHANNELBINDING",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


@frozen
class PostgreSQL:
    """Where a database is, and who may use it; the password shows nowhere."""

    user: str
    password: Secret = field(converter=guarded)
    host: str
    port: int
    name: str
    options: Mapping[str, str] = field(factory=dict, repr=False)  # variables of libpq

    @classmethod
    def at(cls, url: object) -> PostgreSQL:
        """Read a URL; errors repeat no part of it that could be the password."""
        try:
            return cls._at(hidden(url))
        except InvalidInput as error:
            problem = str(error)
        raise InvalidInput(problem)  # another one, as the frames of the first have the password

    @classmethod
    def _at(cls, secret: Secret) -> PostgreSQL:
        url: object = secret.reveal()
        if not isinstance(url, str):
            _refuse(f"is a text, not {type(url).__name__}")
        if "\0" in unquote(url):
            _refuse("has NUL in it")
        scheme, found, rest = url.strip().partition("://")
        _check_scheme(scheme.lower() if found else "")
        try:
            parts = urlsplit(f"postgresql://{rest}")
        except ValueError:  # its message has the password
            parts = urlsplit("")
        who, _, where = parts.netloc.rpartition("@")
        user, _, password = who.partition(":")
        host, port = _address(where)
        name = unquote(parts.path.strip("/"))
        for what, given in {"user": user, "host": host, "database": name}.items():
            if not given:
                _refuse(f"names no {what}")
        options = _options(parts.query)
        return cls(unquote(user), Secret(unquote(password)), host, port, name, options)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{self.user}@{host}:{self.port}/{self.name}"

    def environment(self) -> Sealed:
        """Return what makes the server use it, without a trace in a process list."""
        return Sealed(
            {
                "DJANGO_DB": "default",  # in the words of the server, as opposed to "sqlite"
                "POSTGRE_USER": self.user,
                "POSTGRE_PASSWORD": self.password.reveal(),
                "POSTGRE_HOST": self.host,
                "POSTGRE_PORT": str(self.port),
                "POSTGRE_NAME": self.name,
                **self.options,
            }
        )


def _check_scheme(scheme: str) -> None:
    if scheme in SCHEMES:
        return
    if not re.fullmatch(r"[a-z][a-z0-9+]{0,20}", scheme):
        _refuse("is not a database URL")
    if scheme.startswith("sqlite"):
        _refuse("is left out for SQLite, which is in the server's folder")
    hint = nearest(scheme, SCHEMES)
    _refuse(f"has {scheme}://, and Label Studio runs on SQLite or PostgreSQL only.{hint}")


def _address(where: str) -> tuple[str, int]:
    """Return host and port: `host`, `host:1`, `[::1]:1`, or the folder of a socket."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.%\w]+\]|[^:\[\]]*)(?::(\d*))?", where)
    if found is None or int(found[2] or PORT) not in range(1, 65536):
        _refuse("has an address that is not host:port")
    return unquote(found[1].strip("[]")), int(found[2] or PORT)


def _options(query: str) -> dict[str, str]:
    given = parse_qsl(query, keep_blank_values=True)
    for name, _ in given:
        if name not in OPTIONS:
            hint = nearest(name, OPTIONS) or f" There are {', '.join(OPTIONS)}."
            _refuse(f"has an option that is not known.{hint}")
    return {OPTIONS[name]: value for name, value in given}


def _refuse(what: str) -> NoReturn:
    raise InvalidInput(
        f"database= {what}{'' if what.endswith(('.', '?')) else '.'} It is {FORM!r}, where / ? # @ "
        "and % in a password are percent-encoded: urllib.parse.quote(password, safe='')."
    )
