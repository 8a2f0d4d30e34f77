"""Who may use an embedded server."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from attrs import asdict, define, field

from ..errors import LocalServerError

USERNAME = "demo@example.com"
CREDENTIALS = "orm-credentials.json"


@define
class Credentials:
    """Who may use an embedded server; kept in its folder, so that the folder can be used again."""

    username: str = USERNAME
    password: str = field(factory=lambda: secrets.token_urlsafe(16), repr=False)
    api_key: str = field(factory=lambda: secrets.token_hex(20), repr=False)
    personal_access_token: str = field(default="", repr=False)

    @classmethod
    def of(cls, folder: Path) -> Credentials:
        """Read the credentials of a folder, or make new ones."""
        path = folder / CREDENTIALS
        if not path.exists():
            made = cls()
            made.keep(folder)
            return made
        try:
            return cls(**json.loads(path.read_text()))
        except (ValueError, TypeError):
            raise LocalServerError(f"{path} is damaged: use another folder.") from None

    def environment(self) -> dict[str, str]:
        """Return what makes the server create this user, without a trace in a process list."""
        return {
            "LABEL_STUDIO_USERNAME": self.username,
            "LABEL_STUDIO_PASSWORD": self.password,
            "LABEL_STUDIO_USER_TOKEN": self.api_key,
        }

    def keep(self, folder: Path) -> None:
        unfinished = folder / f"{CREDENTIALS}.part"
        unfinished.touch(mode=0o600)
        unfinished.write_text(json.dumps(asdict(self)))
        unfinished.replace(folder / CREDENTIALS)
