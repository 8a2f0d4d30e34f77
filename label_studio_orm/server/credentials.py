"""Credentials of the user of an embedded server."""

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
ENV_FILE = ".env"  # a file of the server, with its key to sign tokens
HASH_ITERATIONS = 260_000  # as in Django


@define
class Credentials:
    """Credentials of the server's only user, saved in its folder for the next start."""

    username: str = USERNAME
    password: Secret = field(factory=lambda: Secret(secrets.token_urlsafe(16)), converter=guarded)
    api_key: Secret = field(factory=lambda: Secret(secrets.token_hex(20)), converter=guarded)
    personal_access_token: Secret = field(factory=lambda: Secret(""), converter=guarded)

    @classmethod
    def of(cls, folder: Path) -> Credentials:
        """Read the credentials of a folder, or make new ones."""
        path = folder / CREDENTIALS
        if not path.exists():
            new = cls()
            new.save(folder)
            return new
        saved = cls._load(path)
        if saved is None:
            raise LocalServerError(f"{path} is damaged: use another folder.")
        return saved

    @classmethod
    def _load(cls, path: Path) -> Credentials | None:
        """Load a file; return None if it is damaged."""
        with suppress(ValueError, TypeError):
            values = decoded_or(None, path.read_text())
            if all(isinstance(text, str) for text in {**values}.values()):
                return cls(**values)
        return None

    def environment(self) -> Sealed:
        """Return the variables that make the server create this user."""
        return Sealed(
            {
                "LABEL_STUDIO_USERNAME": self.username,
                "LABEL_STUDIO_PASSWORD": self.password.reveal(),
                "LABEL_STUDIO_USER_TOKEN": self.api_key.reveal(),
            }
        )

    def hash(self) -> str:
        """Return the hash of the password in Django's format."""
        salt = secrets.token_hex(8)
        password = self.password.reveal().encode()
        hashed = hashlib.pbkdf2_hmac("sha256", password, salt.encode(), HASH_ITERATIONS)
        return f"pbkdf2_sha256${HASH_ITERATIONS}${salt}${base64.b64encode(hashed).decode()}"

    def save(self, folder: Path) -> None:
        unfinished = folder / f"{CREDENTIALS}.part"
        try:
            unfinished.touch(mode=0o600)
            unfinished.write_text(self._as_json())
            unfinished.replace(folder / CREDENTIALS)
        except OSError as error:  # its frames contain the secrets
            raise LocalServerError(f"{error}") from error.with_traceback(None)

    def _as_json(self) -> str:
        values = asdict(self, recurse=False)
        texts = {name: each.reveal() for name, each in values.items() if isinstance(each, Secret)}
        return json.dumps({**values, **texts})


def new_personal_access_token(ls: LabelStudio) -> Secret:
    """Create the user's only token; this revokes that of another folder on the same database."""
    for old in [Secret(each["token"]) for each in ls.json("GET", "/api/token/")]:
        ls.request("POST", "/api/token/blacklist/", json={"refresh": old})
    return Secret(str(ls.json("POST", "/api/token/")["token"]))


def ensure_signing_key(folder: Path) -> None:
    """Give the server of a new folder a signing key that it can read again.

    One in fifty of those that it generates begins with "$": the server reads that as the name of a
    variable, and then refuses all earlier personal access tokens.
    """
    path = folder / ENV_FILE
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"SECRET_KEY={secrets.token_hex(32)}\n")
