"""Who may use an embedded server."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from contextlib import suppress
from pathlib import Path

from attrs import asdict, define, field

from ..client import LabelStudio
from ..errors import LocalServerError
from ..http.decoding import decoded_or
from ..redaction import guarded
from ..secret import Sealed, Secret

USERNAME = "demo@example.com"
CREDENTIALS = "orm-credentials.json"
SETTINGS = ".env"  # a file of the server's, with the key by which it signs tokens
ROUNDS = 260_000  # of a hash, as Django's


@define
class Credentials:
    """Who may use an embedded server; kept in its folder, so that the folder can be used again."""

    username: str = USERNAME
    password: Secret = field(factory=lambda: Secret(secrets.token_urlsafe(16)), converter=guarded)
    api_key: Secret = field(factory=lambda: Secret(secrets.token_hex(20)), converter=guarded)
    personal_access_token: Secret = field(factory=lambda: Secret(""), converter=guarded)

    @classmethod
    def of(cls, folder: Path) -> Credentials:
        """Read the credentials of a folder, or make new ones."""
        path = folder / CREDENTIALS
        if not path.exists():
            made = cls()
            made.keep(folder)
            return made
        kept = cls._kept(path)
        if kept is None:
            raise LocalServerError(f"{path} is damaged: use another folder.")
        return kept

    @classmethod
    def _kept(cls, path: Path) -> Credentials | None:
        """Return what a file has; None if it is damaged."""
        with suppress(ValueError, TypeError):
            found = decoded_or(None, path.read_text())
            if all(isinstance(text, str) for text in {**found}.values()):
                return cls(**found)
        return None

    def environment(self) -> Sealed:
        """Return what makes the server create this user, without a trace in a process list."""
        return Sealed(
            {
                "LABEL_STUDIO_USERNAME": self.username,
                "LABEL_STUDIO_PASSWORD": self.password.reveal(),
                "LABEL_STUDIO_USER_TOKEN": self.api_key.reveal(),
            }
        )

    def hash(self) -> str:
        """Return the hash of the password, as Django keeps it."""
        salt = secrets.token_hex(8)
        password = self.password.reveal().encode()
        hashed = hashlib.pbkdf2_hmac("sha256", password, salt.encode(), ROUNDS)
        return f"pbkdf2_sha256${ROUNDS}${salt}${base64.b64encode(hashed).decode()}"

    def keep(self, folder: Path) -> None:
        unfinished = folder / f"{CREDENTIALS}.part"
        try:
            unfinished.touch(mode=0o600)
            unfinished.write_text(self._as_json())
            unfinished.replace(folder / CREDENTIALS)
        except OSError as error:  # its frames have the text
            raise LocalServerError(f"{error}") from error.with_traceback(None)

    def _as_json(self) -> str:
        values = asdict(self, recurse=False)
        texts = {name: each.reveal() for name, each in values.items() if isinstance(each, Secret)}
        return json.dumps({**values, **texts})


def new_personal_access_token(ls: LabelStudio) -> Secret:
    """Make the one token that a user may have; another folder's on the same database ends."""
    for old in [Secret(each["token"]) for each in ls.json("GET", "/api/token/")]:
        ls.request("POST", "/api/token/blacklist/", json={"refresh": old})
    return Secret(str(ls.json("POST", "/api/token/")["token"]))


def keep_signing_key(folder: Path) -> None:
    """Give the server of a new folder a key to sign with that it can read again.

    Of those that it makes itself one in fifty begins with "$"; it takes that for the name of a
    variable when it reads it, and then refuses all personal access tokens of before.
    """
    path = folder / SETTINGS
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"SECRET_KEY={secrets.token_hex(32)}\n")
