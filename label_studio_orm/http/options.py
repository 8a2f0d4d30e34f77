"""The options of a client, for type checkers and editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from requests import Session

    from ..limits import Limits
    from ..secret import Secret


class ConnectionOptions(TypedDict, total=False):
    """How to talk to a server: what clients of the same connections may have different."""

    timeout: float | tuple[float, float]
    verify: bool | str | None
    cert: str | tuple[str, str] | None
    proxies: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    hosts: Iterable[str]
    allow_private: bool
    limits: Limits


class ClientOptions(ConnectionOptions, total=False):
    """The options of a new client."""

    api_key: str | Secret | None
    session: Session | None
