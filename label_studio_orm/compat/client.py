"""The client: a server, a key, and what is not of a single project."""

from __future__ import annotations

import json as _json
import logging
import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from attrs import frozen

from ..orm.pagination import NumberedPages, WholeList
from ..orm.selection import Selection
from .exceptions import EnterpriseOnly, InvalidArgument, translated

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..client import LabelStudio
    from ..http import Response, Session
    from .project import Project
    from .users import User
    from .workspaces import Workspace

logger = logging.getLogger(__name__)

LABEL_STUDIO_DEFAULT_URL = "http://localhost:8080"
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 180.0  # seconds; the variable TIMEOUT replaces the second
HAS_CHANGED = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OPTIONS = ("json", "files", "headers", "timeout", "stream")


@frozen(kw_only=True)
class ClientCredentials:
    """An API key, or the email and password of a user.

    Personal access tokens and legacy tokens are both API keys. Now:
    `LabelStudio(url, api_key=…)`; a login by password has none.
    """

    email: str | None = None
    password: str | None = None
    api_key: str | None = None

    def __attrs_post_init__(self) -> None:
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
        return {"email": self.email, "password": self.password, "api_key": self.api_key}


class Client:
    """A connection to a server; nothing is sent before it is used.

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
        self._extra = {**({"Proxy-Authorization": f"Bearer {oidc_token}"} if oidc_token else {})}
        self._extra |= extra_headers or {}
        if session is not None:
            self.session = session
        if versions:
            self.versions = versions
        self._credentials = _credentials(api_key, credentials)

    # -- what is found out when it is needed ---------------------------------------------------

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
    def versions(self) -> dict[str, Any]:
        """The versions of the server's parts, requested once."""
        versions: dict[str, Any] = self.make_request("GET", "/api/version").json()
        return versions

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
    def _of_client(cls, client: Any) -> Self:
        """Return a client on the connections of one of this package."""
        key = client._api_key.text.reveal()
        made = cls(client.server, key, extra_headers=dict(client._transport.settings.headers))
        vars(made)["_connection"] = client
        return made

    @property
    def orm(self) -> Any:
        """The client of this package behind this one: `client.orm.projects`."""
        return self._client

    @property
    def _client(self) -> LabelStudio:
        return self._connection.with_options(headers=self._own_headers())

    def _own_headers(self) -> dict[str, str]:
        """Return the headers of each request but the key, with the cookies."""
        given = vars(self).get("headers", self._extra)  # not read yet, while the user logs in
        own = {name: given[name] for name in given if name != "Authorization"}
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

        `kwargs` are `json`, `files`, `headers`, `timeout` (seconds) and `stream`. Raises
        `requests.HTTPError` for a status of 400 or more, unless `raise_exceptions` or
        `make_request_raise` of the client is False. Now: `ls.request("GET",
        path)`, or `ls.json("GET", path)`.
        """
        raises = kwargs.pop("raise_exceptions", self.make_request_raise)
        if unknown := kwargs.keys() - {*OPTIONS}:
            raise TypeError(f"make_request() takes {', '.join(OPTIONS)}, not {min(unknown)}.")
        with translated():
            response: Response = self._client.request(
                method, f"/{url.lstrip('/')}", params=params, data=data, checked=False, **kwargs
            )
        if method.upper() in HAS_CHANGED:
            self._connection._cache.clear()  # records read it again
        if raises and response.status_code >= 400:
            self.log_response_error(response)
            from .request_errors import raise_refused  # imports requests

            raise_refused(response)
        return response

    def log_response_error(self, response: Response) -> None:
        """Log what the server said of a request that it refused. Now: `error.detail`."""
        try:
            content = _json.dumps(response.json(), indent=2)
        except ValueError:
            content = response.text
        logger.error("%s → %s\n%s", response.url, response.status_code, content)

    def _json(self, method: str, url: str, **kwargs: Any) -> Any:
        return self.make_request(method, url, **kwargs).json()

    @translated()
    def _rows(self, path: str) -> list[dict[str, Any]]:
        """Return a list of the server, in its order, read to its end."""
        return [dict(row) for row in WholeList(path).rows(self._client)]

    # -- the server ----------------------------------------------------------------------------

    def get_versions(self) -> dict[str, Any]:
        """Return the versions of the server's parts. Now: `ls.info`."""
        self.__dict__.pop("versions", None)
        return self.versions

    def check_connection(self) -> dict[str, Any]:
        """Return {"status": "UP"}. Now: `ls.info`, which raises if not."""
        return self._json("GET", "/health")  # type: ignore[no-any-return]

    def get_organization(self) -> dict[str, Any]:
        """Return the active organization. Now: `ls.organization`."""
        id = self._json("GET", "/api/current-user/whoami")["active_organization"]
        return self._json("GET", f"/api/organizations/{id}")  # type: ignore[no-any-return]

    def sync_storage(self, storage_type: str, storage_id: int) -> dict[str, Any]:
        """Start the sync of an import storage. Now: `storage.sync()`."""
        return self._json("POST", f"/api/storages/{storage_type}/{storage_id}/sync")  # type: ignore[no-any-return]

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
    def _projects(self, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        if params.keys() & {"page", "page_size"}:
            answer = self._client.json("GET", "/api/projects/", params=params)
            return answer["results"]  # type: ignore[no-any-return]
        pages = NumberedPages("/api/projects/", params).pages(self._client, Selection())
        return [dict(row) for page in pages for row in page.rows]

    def get_project(self, id: int) -> Project:
        """Return a project. Now: `ls.projects.get(7)`."""
        from .project import Project

        return Project.get_from_id(self, id)

    def create_project(self, **kwargs: Any) -> Project:
        """Create a project. Now: `ls.projects.create(title=…)`."""
        project: Project = self.start_project(**kwargs)
        return project

    def start_project(self, **kwargs: Any) -> Any:
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
        from .users import User, known

        return [known(User, row, client=self) for row in self._rows(path)]

    def create_user(self, user: User | dict[str, Any], exist_ok: bool = True) -> User | None:
        """Create a user, and return them; None if there is one with this email already.

        Now: `ls.users.create(email=…)`.
        """
        from .users import User, known, user_body

        body = user_body(user) if isinstance(user, User) else user
        response = self.make_request("POST", "/api/users", json=body, raise_exceptions=False)
        if response.status_code < 400:
            return known(User, response.json(), client=self)  # type: ignore[no-any-return]
        if not (exist_ok and "already exists" in response.text):
            logger.error("The user was not created: %s", response.text)
        return None

    def get_workspaces(self) -> list[Workspace]:
        """Return the workspaces. Now: `list(ls.workspaces)`. Enterprise."""
        from .users import known
        from .workspaces import Workspace

        if not self.is_enterprise:
            raise EnterpriseOnly("Only Label Studio Enterprise has workspaces.")
        return [known(Workspace, row, client=self) for row in self._rows("/api/workspaces")]

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
            "extra_headers": {n: v for n, v in self.headers.items() if n != "Authorization"},
            "cookies": self.cookies,
            "versions": vars(self).get("versions"),
            "make_request_raise": self.make_request_raise,
        }


def _credentials(api_key: str | None, given: ClientCredentials | None) -> ClientCredentials:
    """Return the credentials of a client: the key, what is given, or that of the environment."""
    key = api_key or (None if given else os.environ.get("LABEL_STUDIO_API_KEY"))
    if key:
        return ClientCredentials(api_key=key)
    if given is None:
        raise RuntimeError(
            "A client needs api_key= or credentials=, or the variable LABEL_STUDIO_API_KEY."
        )
    return given
