"""Sessions, and the login by email and password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import AuthenticationError
from ..http import Response, Session, Settings, Transport
from ..http.adapter import LimitedAdapter
from ..http.auth import UnsignedKey
from .exceptions import LabelStudioException, translated
from .request_errors import refused

if TYPE_CHECKING:
    from .client import Client
    from .credentials import ClientCredentials

LOGIN = "/user/login/"
LOGGED_IN = (302, 303)  # the page of projects; the form is shown again for a wrong password


def new_session() -> Session:
    """Return a session that bounds responses; it keeps cookies, as a login needs them."""
    session = Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, LimitedAdapter())
    return session


def log_in(client: Client, credentials: ClientCredentials) -> str:
    """Log in as in a browser, and return the legacy token of the user."""
    page = _Page(client)
    page.send("GET", LOGIN)  # sets the cookie that the form needs
    form = {"email": credentials.email, "password": credentials.password}
    token = client.session.cookies.get("csrftoken")
    response = page.send("POST", LOGIN, data={**form, "csrfmiddlewaretoken": token})
    if response.status_code not in LOGGED_IN:
        raise refused(
            AuthenticationError(
                f"{client.url} does not accept this email and password. Is there a single sign-on? "
                "Then use an API key: Client(url, api_key=…).",
                status=401,
            )
        )
    return _key_of(page.send("GET", "/api/current-user/token"), client)


class _Page:
    """Requests with the session's cookies and no key."""

    def __init__(self, client: Client) -> None:
        settings = Settings(
            server=client.url, headers={**client._own_headers(), "Referer": client.url}
        )
        self._transport = Transport(settings, session=client.session)
        self._transport.key = UnsignedKey()

    @translated()
    def send(self, method: str, path: str, **options: Any) -> Response:
        return self._transport.request(method, path, checked=False, **options)


def _key_of(response: Response, client: Client) -> str:
    try:
        return str(response.json()["token"])
    except (ValueError, KeyError, TypeError):
        raise LabelStudioException(
            f"{client.url} gives no legacy token to this user (status {response.status_code}): "
            "create a personal access token in Account & Settings, and use Client(url, api_key=…)."
        ) from None
