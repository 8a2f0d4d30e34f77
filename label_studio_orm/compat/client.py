"""The client: a server, a key, and what does not belong to one project."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from ..orm.pagination import NumberedPages, WholeList
from ..orm.selection import Selection
from ..secret import Secret
from .credentials import ClientCredentials, credentials_for
from .exceptions import EnterpriseOnly, translated

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..client import LabelStudio
    from ..http import Response, Session
    from .project import Project
    from .users import User
    from .workspaces import Workspace

__all__ = ["Client", "ClientCredentials"]

logger = logging.getLogger(__name__)

LABEL_STUDIO_DEFAULT_URL = "http://localhost:8080"
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 180.0  # seconds; the variable TIMEOUT replaces the second
HAS_CHANGED = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OF_CONNECTION = ("verify", "cert", "proxies")
OPTIONS = ("json", "files", "headers", "timeout", "stream", *OF_CONNECTION)

Row = dict[str, Any]  # a JSON object


class Client:
    """A connection to a server, which sends nothing before it is used.

    Now: `LabelStudio(url, api_key=…)`, which is `client.orm`.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        credentials: ClientCredentials | None = None,
        session: Session | None = None,
        extra_headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        oidc_token: str | None = None,
        versions: dict[str, Any] | None = None,
        make_request_raise: bool = True,
    ) -> None:
        given = url or os.environ.get("LABEL_STUDIO_URL") or LABEL_STUDIO_DEFAULT_URL
        self.url = given.rstrip("/")
        self.make_request_raise = make_request_raise
        self.cookies = cookies
        proxy = {"Proxy-Authorization": f"Bearer {oidc_token}"} if oidc_token else {}
        self._extra = {**proxy, **(extra_headers or {})}
        if session is not None:
            self.session = session
        if versions:
            self.versions = versions
        self._credentials = credentials_for(api_key, credentials)

    # -- read when it is needed ----------------------------------------------------------------

    @cached_property
    def api_key(self) -> str:
        """The key; for an email and password, that of the user, who is logged in for it."""
        from .login import log_in  # imports requests

        return self._credentials.api_key or log_in(self, self._credentials)

    def get_api_key(self, credentials: ClientCredentials) -> str:
        """Log in by email and password, and return the user's legacy token.

        Now: `ls.tokens.legacy`, of a client with an API key.
        """
        from .login import log_in

        return log_in(self, credentials)

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers of each request; changes count from the next request on."""
        return {"Authorization": f"Token {self.api_key}", **self._extra}

    @cached_property
    def session(self) -> Session:
        """The session whose connections are used."""
        return self.get_session()

    @cached_property
    def versions(self) -> Row:
        """The versions of the server's parts, requested once."""
        return self._object("GET", "/api/version")

    @property
    def is_enterprise(self) -> bool:
        """Whether the server is of the Enterprise edition."""
        return "label-studio-enterprise-backend" in self.versions

    @cached_property
    def _connection(self) -> LabelStudio:
        from ..client import LabelStudio

        timeout = float(os.environ.get("TIMEOUT") or READ_TIMEOUT)
        return LabelStudio(
            self.url,
            api_key=self.api_key,
            session=self.session,
            timeout=(CONNECT_TIMEOUT, timeout),
        )

    @classmethod
    def _of_client(cls, client: LabelStudio) -> Self:
        """Return a client on the connections of one of this package."""
        key = client._api_key.text.reveal()
        made = cls(client.server, key, extra_headers=dict(client._transport.settings.headers))
        vars(made)["_connection"] = client
        return made

    @property
    def orm(self) -> LabelStudio:
        """The client of this package behind this one: `client.orm.projects`."""
        return self._client

    @property
    def _client(self) -> LabelStudio:
        client = self._connection.with_options(headers=self._own_headers())
        given = [self.headers[name] for name in self.headers if _is_key(name)]
        if given and given[-1] not in (None, f"Token {self.api_key}"):
            from ..http.auth import KeyOfHeader  # imports requests

            client._transport.key = KeyOfHeader(Secret(given[-1]))
        return client

    def _own_headers(self) -> dict[str, str]:
        """Return the headers of each request but the key, with the cookies."""
        given = vars(self).get("headers", self._extra)  # not read yet, while the user logs in
        own = {name: given[name] for name in given if not _is_key(name)}
        cookies = "; ".join(f"{name}={value}" for name, value in dict(self.cookies or {}).items())
        return {**own, "Cookie": cookies} if cookies else own

    # -- requests ------------------------------------------------------------------------------

    def get_session(self) -> Session:
        """Return a new session. Now: `LabelStudio(session=…)`."""
        from .login import new_session

        return new_session()

    def get_url(self, suffix: str) -> str:
        """Return the URL of a path of the server. Now: `ls.server + path`."""
        return f"{self.url}/{suffix.lstrip('/')}"

    def make_request(
        self, method: str, url: str, params: Any = None, data: Any = None, **kwargs: Any
    ) -> Response:
        """Send any request with the key; return the response.

        `kwargs` are `json`, `files`, `headers`, `timeout` (seconds), `stream`, `verify`, `cert`,
        `proxies` and `raise_exceptions`. Raises `requests.HTTPError` for a status of 400 or more,
        unless `raise_exceptions` is False, or else `make_request_raise` of the client.

        Now: `ls.request("GET", path)`, or `ls.json("GET", path)`.
        """
        raises = kwargs.pop("raise_exceptions", self.make_request_raise)
        if unknown := kwargs.keys() - {*OPTIONS}:
            raise TypeError(f"make_request() takes {', '.join(OPTIONS)}, not {min(unknown)}.")
        own = {name: kwargs.pop(name) for name in OF_CONNECTION if name in kwargs}
        with translated():
            client = self._client
            client = client.with_options(**own) if own else client
            response: Response = client.request(
                method,
                f"/{url.lstrip('/')}",
                params=_params(params),
                data=data,
                checked=False,
                **kwargs,
            )
        if method.upper() in HAS_CHANGED:
            self._connection._cache.clear()  # records read it again
        if raises and response.status_code >= 400:
            self.log_response_error(response)
            from .request_errors import raise_refused  # imports requests

            raise_refused(response)
        return response

    def log_response_error(self, response: Response) -> None:
        """Log the answer to a request that the server refused. Now: `error.detail`."""
        try:
            content = json.dumps(response.json(), indent=2)
        except ValueError:
            content = response.text
        logger.error("%s → %s\n%s", response.url, response.status_code, content)

    def _object(self, method: str, url: str, **kwargs: Any) -> Row:
        """Send a request; return the JSON object of the response."""
        found: Row = self.make_request(method, url, **kwargs).json()
        return found

    def _objects(self, url: str, **kwargs: Any) -> list[Row]:
        """Read a JSON array of objects."""
        found: list[Row] = self.make_request("GET", url, **kwargs).json()
        return found

    @translated()
    def _rows(self, path: str) -> list[Row]:
        """Read a list of the server to its end, in its order."""
        return [dict(row) for row in WholeList(path).rows(self._client)]

    # -- the server ----------------------------------------------------------------------------

    def get_versions(self) -> Row:
        """Return the versions of the server's parts. Now: `ls.info`."""
        vars(self).pop("versions", None)
        return self.versions

    def check_connection(self) -> Row:
        """Return {"status": "UP"}. Now: `ls.info`, which raises if not."""
        return self._object("GET", "/health")

    def get_organization(self) -> Row:
        """Return the active organization. Now: `ls.organization`."""
        id = self._object("GET", "/api/current-user/whoami")["active_organization"]
        return self._object("GET", f"/api/organizations/{id}")

    def sync_storage(self, storage_type: str, storage_id: int) -> Row:
        """Start the sync of an import storage. Now: `storage.sync()`."""
        return self._object("POST", f"/api/storages/{storage_type}/{storage_id}/sync")

    # -- projects ------------------------------------------------------------------------------

    def get_projects(self, **query_params: Any) -> list[Project]:
        """Return all projects. Now: `list(ls.projects)`."""
        return self.list_projects(**query_params)

    def list_projects(self, **query_params: Any) -> list[Project]:
        """Return all projects. Now: `ls.projects.filter(title="…")`.

        `query_params` are those of the API, such as `title` or `ordering`.
        """
        from .project import Project

        return [
            Project._create_from_id(self, row["id"], row) for row in self._projects(query_params)
        ]

    @translated()
    def _projects(self, params: Mapping[str, Any]) -> list[Row]:
        if params.keys() & {"page", "page_size"}:
            rows: list[Row] = self._client.json("GET", "/api/projects/", params=params)["results"]
            return rows
        pages = NumberedPages("/api/projects/", params).pages(self._client, Selection())
        return [dict(row) for page in pages for row in page.rows]

    def get_project(self, id: int) -> Project:
        """Return a project. Now: `ls.projects.get(7)`."""
        from .project import Project

        return Project.get_from_id(self, id)

    def create_project(self, **kwargs: Any) -> Project:
        """Create a project. Now: `ls.projects.create(title=…)`."""
        return self.start_project(**kwargs)

    def start_project(self, **kwargs: Any) -> Project:
        """Create a project. Now: `ls.projects.create(title=…)`."""
        from .project import Project

        project = Project._of(self)
        project.start_project(**kwargs)
        return project

    def delete_project(self, project_id: int) -> Response:
        """Delete a project. Now: `project.delete()`."""
        return self.make_request("DELETE", f"/api/projects/{project_id}/")

    def delete_all_projects(self) -> list[Response]:
        """Delete all projects. Now: `ls.projects.delete()`."""
        return [self.delete_project(project.params["id"]) for project in self.list_projects()]

    # -- users and workspaces ------------------------------------------------------------------

    def get_users(self) -> list[User]:
        """Return the users of the organization. Now: `list(ls.users)`."""
        return self._users("/api/users")

    def _users(self, path: str) -> list[User]:
        from .users import User, from_row  # late, as classes of attrs are slow to import

        return [from_row(User, row, client=self) for row in self._rows(path)]

    def create_user(self, user: User | Row, exist_ok: bool = True) -> User | None:
        """Create a user, and return them; None if there is one with this email already.

        Now: `ls.users.create(email=…)`.
        """
        from .users import User, from_row, new_user_body

        body = new_user_body(user) if isinstance(user, User) else user
        response = self.make_request("POST", "/api/users", json=body, raise_exceptions=False)
        if response.status_code < 400:
            return from_row(User, response.json(), client=self)
        if not (exist_ok and "already exists" in response.text):
            logger.error("The user was not created: %s", response.text)
        return None

    def get_workspaces(self) -> list[Workspace]:
        """Return the workspaces. Now: `list(ls.workspaces)`. Enterprise."""
        from .users import from_row
        from .workspaces import Workspace

        if not self.is_enterprise:
            raise EnterpriseOnly("Only Label Studio Enterprise has workspaces.")
        return [from_row(Workspace, row, client=self) for row in self._rows("/api/workspaces")]

    def get_workspace_by_title(self, title: str) -> Workspace | None:
        """Return the workspace with a title, or None. Enterprise.

        Now: `ls.workspaces.filter(title="Vision").first()`.
        """
        return next((each for each in self.get_workspaces() if each.title == title), None)

    # -- copies --------------------------------------------------------------------------------

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    def __getstate__(self) -> dict[str, Any]:
        # With the key, as the old ones: a worker of joblib or multiprocessing goes on with it.
        return {name: value for name, value in vars(self).items() if name != "_connection"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)

    def _shared(self) -> dict[str, Any]:
        """Return the arguments for a project of this client."""
        return {
            "url": self.url,
            "api_key": self.api_key,
            "session": self.session,
            "extra_headers": self.headers,
            **({"cookies": self.cookies} if self.cookies else {}),  # a subclass may not take them
            "versions": vars(self).get("versions"),
            "make_request_raise": self.make_request_raise,
        }


def _is_key(header: str) -> bool:
    return header.lower() == "authorization"


def _params(given: Any) -> Mapping[str, Any] | None:
    """Return the parameters of a URL, which may be a text or pairs, too."""
    if given is None or isinstance(given, Mapping):
        return given
    named: dict[str, list[Any]] = {}
    for name, value in parse_qsl(given) if isinstance(given, str) else given:
        named.setdefault(name, []).append(value)
    return named
