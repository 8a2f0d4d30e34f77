"""A PostgreSQL database as the storage of a server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NoReturn
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import field, frozen

from ..errors import InvalidInput, nearest
from ..redaction import guarded
from ..secret import Sealed, Secret, hidden

URL_FORMAT = "postgresql://user:password@host:port/name"
SCHEMES = ("postgresql", "postgres")
PORT = 5432
# Options that a URL may have, and the variables of libpq for them.
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
    """The address and the user of a database; the password is hidden."""

    user: str
    password: Secret = field(converter=guarded)
    host: str
    port: int
    name: str
    options: Mapping[str, str] = field(factory=dict, repr=False)  # variables of libpq

    @classmethod
    def at(cls, url: object) -> PostgreSQL:
        """Parse a URL; errors quote no part of it that could be the password."""
        try:
            return cls._at(hidden(url))
        except InvalidInput as error:
            problem = str(error)
        raise InvalidInput(problem)  # a new error, as the frames of the first have the password

    @classmethod
    def _at(cls, secret: Secret) -> PostgreSQL:
        url: object = secret.reveal()
        if not isinstance(url, str):
            _refuse(f"must be a text, not {type(url).__name__}")
        if "\0" in unquote(url):
            _refuse("must not contain NUL")
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
                _refuse(f"must name a {what}")
        options = _options(parts.query)
        return cls(unquote(user), Secret(unquote(password)), host, port, name, options)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"postgresql://{self.user}@{host}:{self.port}/{self.name}"

    def environment(self) -> Sealed:
        """Return the variables that make the server use it; no process list shows them."""
        return Sealed(
            {
                "DJANGO_DB": "default",  # the alternative is "sqlite"
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
        _refuse("must be a database URL")
    if scheme.startswith("sqlite"):
        _refuse("must be left out for SQLite, which is in the server's folder")
    hint = nearest(scheme, SCHEMES)
    _refuse(f"must start with postgresql://, not {scheme}://.{hint}")


def _address(where: str) -> tuple[str, int]:
    """Return host and port: `host`, `host:1`, `[::1]:1`, or the folder of a socket."""
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.%\w]+\]|[^:\[\]]*)(?::(\d*))?", where)
    if found is None or int(found[2] or PORT) not in range(1, 65536):
        _refuse("must have an address of the form host:port")
    return unquote(found[1].strip("[]")), int(found[2] or PORT)


def _options(query: str) -> dict[str, str]:
    given = parse_qsl(query, keep_blank_values=True)
    for name, _ in given:
        if name not in OPTIONS:
            hint = nearest(name, OPTIONS) or f" There are {', '.join(OPTIONS)}."
            _refuse(f"must not have an unknown option.{hint}")
    return {OPTIONS[name]: value for name, value in given}


def _refuse(what: str) -> NoReturn:
    raise InvalidInput(
        f"database= {what}{'' if what.endswith(('.', '?')) else '.'} Its form is {URL_FORMAT!r}, "
        "where / ? # @ and % in a password must be percent-encoded: "
        "urllib.parse.quote(password, safe='')."
    )
