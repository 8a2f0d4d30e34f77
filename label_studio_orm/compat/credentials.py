"""What a client signs in with: an API key, or an email and password."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .exceptions import InvalidArgument


class ClientCredentials:
    """An API key, or the email and password of a user.

    Personal access tokens and legacy tokens are both API keys. Raises `InvalidArgument` for a
    missing key, email or password. Now: `LabelStudio(url, api_key=…)`; it has no login by password.
    """

    def __init__(
        self,
        *,
        email: str | None = None,
        password: str | None = None,
        api_key: str | None = None,
    ) -> None:
        self.email, self.password, self.api_key = email, password, api_key
        self.either_key_or_email_password(self.dict())

    @classmethod
    def either_key_or_email_password(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values; raise `InvalidArgument` for a missing key, email or password."""
        if not (values.get("email") or values.get("api_key")):
            raise InvalidArgument("ClientCredentials needs an api_key, or an email and a password.")
        if values.get("email") and not values.get("password"):
            raise InvalidArgument("ClientCredentials needs a password for the email.")
        return values

    def dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {"email": self.email, "password": self.password, "api_key": self.api_key}


def credentials_for(api_key: str | None, given: ClientCredentials | None) -> ClientCredentials:
    """Return those of the key, else those given, else the key of the environment.

    Raises `RuntimeError` if there are none.
    """
    key = api_key or (None if given else os.environ.get("LABEL_STUDIO_API_KEY"))
    if key:
        return ClientCredentials(api_key=key)
    if given is None:
        raise RuntimeError(
            "A client needs api_key= or credentials=, or the variable LABEL_STUDIO_API_KEY."
        )
    return given
