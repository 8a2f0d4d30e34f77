"""The connections of clients: made of options, of the environment, or of a pickle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import asdict

from .errors import InvalidInput
from .secret import Sealed, Secret, hidden

if TYPE_CHECKING:
    from .http import Session, Transport

URL_VARIABLE = "LABEL_STUDIO_URL"
KEY_VARIABLE = "LABEL_STUDIO_API_KEY"


def new_transport(
    url: Secret | None, api_key: Secret | None, session: Session | None, **options: Any
) -> Transport:
    """Return the connection to a server; the environment has what is not given."""
    server = url or _from_environment(URL_VARIABLE, "server URL", "url")
    key = api_key or _from_environment(KEY_VARIABLE, "API key", "api_key")
    if not isinstance(server.reveal(), str) or not isinstance(key.reveal(), str):
        raise InvalidInput("url and api_key must be strings.")
    return _transport({"server": server, **options}, key=key, session=session)


def picklable_settings(transport: Transport) -> dict[str, Any]:
    """Return the settings of a connection; raise `TypeError` if they may hold secrets."""
    settings = transport.settings
    proxies = (settings.proxies or Sealed()).items()
    if settings.headers or any("@" in url for _, url in proxies):
        raise not_picklable()
    options = asdict(settings, recurse=False, filter=lambda option, _: option.init)
    return {**options, "headers": {}, "proxies": dict(proxies) or None}


def unpickled_transport(settings: Mapping[str, Any]) -> Transport:
    """Return a connection with the key of this environment, as a pickle has none."""
    return _transport(settings, key=hidden(os.environ.get(KEY_VARIABLE)))


def not_picklable() -> TypeError:
    """Return the error for a client that cannot be pickled."""
    return TypeError(
        "A client with its own session, headers or proxy password may hold secrets and "
        "cannot be pickled: create a client in the worker."
    )


def _transport(settings: Mapping[str, Any], **options: Any) -> Transport:
    from .http import Settings, Transport  # with the first client, as requests is slow to import

    return Transport(Settings(**settings), **options)


def _from_environment(variable: str, what: str, option: str) -> Secret:
    value = Secret(os.environ.get(variable, "").strip())
    if not value:
        raise InvalidInput(f"No {what}: give {option}=, or set {variable}.")
    return value
