"""One request and its outcome."""

from __future__ import annotations

from typing import Any

import requests
from attrs import field, frozen

from ..redaction import blanked, without_secrets
from ..secret import Sealed, Secret
from ..text import shown
from .auth import ApiKey
from .destinations import Destination, destination_of
from .request_secrets import header_secrets
from .settings import Settings

Answer = requests.Response | requests.RequestException


@frozen(kw_only=True)
class Call:
    """One request, however many times it is sent."""

    method: str
    path: str
    settings: Settings
    key: ApiKey = field(repr=False)
    body: Sealed = field(repr=False, converter=Sealed)
    secrets: tuple[Secret, ...] = ()  # in the body
    stream: bool = False  # the caller reads the body of the response
    repeatable: bool  # idempotent: sending it twice has the effect of sending it once
    resendable: bool = True  # the body can be read from its start again
    relayed: bool = False  # the status may be that of a service behind the server
    files_only: bool = False  # the address may come from data: only files get the key

    @property
    def url(self) -> str:
        """The absolute URL, at the server or elsewhere."""
        return self.settings.server + self.path if self.path.startswith("/") else self.path

    @property
    def destination(self) -> Destination:
        return Destination.of(
            self.url, self.settings, files_only=self.files_only, stream=self.stream
        )

    @property
    def facts(self) -> dict[str, Any]:
        return {"method": self.method, "path": self.blanked(self.path)}

    @property
    def what(self) -> str:
        """The request in errors and logs: "GET /api/version"."""
        return f"{self.method} {shown(without_secrets(self.path))}"

    def blanked(self, value: Any) -> Any:
        """Return JSON or a text of a server without the secrets of this request."""
        headers = header_secrets(self.body.get("headers") or {})
        sent = (*self.key.secrets, *self.secrets, *self.settings.secrets, *headers)
        blank = blanked(value, sent)
        return without_secrets(blank) if isinstance(blank, str) else blank


def key_was_refused(outcome: Answer, call: Call) -> bool:
    return (
        call.resendable
        and isinstance(outcome, requests.Response)
        and outcome.status_code == 401
        and destination_of(outcome).signed
    )
