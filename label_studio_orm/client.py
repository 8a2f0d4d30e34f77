"""The client: one server, one key, its collections and the ambient default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .connecting import new_transport, not_picklable, picklable_settings, unpickled_transport
from .display import Displayed
from .errors import PermissionDenied, check_names
from .features import LOCAL_FILES, LOCAL_FILES_BY_KEY, can, cannot
from .limits import Limits
from .orm.cache import ParamsCache
from .orm.collection import Collection
from .orm.context import connect_to, enter, leave
from .orm.names import CheckedNames
from .orm.record import Record
from .records.caller import organization_of, whoami
from .records.enterprise.collections import EnterpriseCollections
from .records.projects import Projects
from .records.registry import Registry
from .records.server_templates import templates_of
from .secret import Secret, hidden, hide
from .server_version import ServerInfo, described, info_of, version_of
from .signatures import takes
from .tuning import Tuning

if TYPE_CHECKING:
    from typing_extensions import Self, Unpack

    from .http import Response, Session, Transport
    from .http.auth import ApiKey
    from .http.options import ClientOptions, ConnectionOptions
    from .labeling.templates import Templates
    from .records.organization import Organization, Organizations
    from .records.tokens import Tokens
    from .records.user import User
    from .records.users import Users
    from .records.webhooks import Webhooks

R = TypeVar("R", bound=Record)


class LabelStudio(EnterpriseCollections, CheckedNames, Displayed):
    """A connection to a Label Studio server, as one user.

    The constructor sends no request. Without a URL or key it reads LABEL_STUDIO_URL and
    LABEL_STUDIO_API_KEY. The key is a personal access token or a legacy token.

    `timeout` is in seconds per request, or a pair (to connect, to read). `verify` is the path of a
    CA bundle, or False; `cert` a client certificate, or the pair (certificate, key); `proxies` maps
    "https" to a URL. `headers` are sent to this server only, with every request. A `session` of
    your own keeps its adapters and hooks.

    Files that tasks refer to are read from public hosts; those in private networks need
    `hosts=["minio.example.org"]` or `allow_private=True`. `limits` bound responses.

    >>> ls.projects.create(title="Reviews").title
    'Reviews'
    """

    _tuning = Tuning()

    def __init__(
        self,
        url: str | None = None,
        *,
        api_key: str | Secret | None = None,
        timeout: float | tuple[float, float] = 60.0,
        verify: bool | str | None = None,
        cert: str | tuple[str, str] | None = None,
        proxies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        session: Session | None = None,
        hosts: Iterable[str] = (),
        allow_private: bool = False,
        limits: Limits | None = None,
    ) -> None:
        proxies, headers = hidden(proxies), hidden(headers)  # tracebacks may show variables
        url, api_key = hidden(url), hidden(api_key)
        self._own_session = session is None
        transport = new_transport(
            hidden(url),
            hidden(api_key),
            session,
            timeout=timeout,
            verify=verify,
            cert=cert,
            proxies=proxies,
            headers=headers,
            hosts=hosts,
            allow_private=allow_private,
            limits=limits or Limits(),
        )
        self._set_up(transport, ParamsCache())

    def _set_up(self, transport: Transport, cache: ParamsCache) -> None:
        self._transport = transport
        self._cache = cache
        self._facts: dict[str, Any] = {}
        self._registry = Registry()

    # -- the collections -----------------------------------------------------------------------

    projects: Collection[Projects] = Collection(
        "project", query=Projects, doc="All projects, ordered by id."
    )
    users: Collection[Users] = Collection(
        "user", query="records.users:Users", doc="The users of the server."
    )
    organizations: Collection[Organizations] = Collection(
        "organization",
        query="records.organization:Organizations",
        doc="The organizations of the key's user.",
    )
    webhooks: Collection[Webhooks] = Collection(
        "webhook",
        query="records.webhooks:Webhooks",
        doc="The webhooks of the organization, with those of its projects.",
    )

    @property
    def organization(self) -> Organization:
        """The active organization of the key's user."""
        return organization_of(self)

    @property
    def tokens(self) -> Tokens:
        """The personal access tokens of the key's user, and the legacy token."""
        from .records.tokens import Tokens  # imports requests

        return Tokens(self)

    # -- the server ----------------------------------------------------------------------------

    @property
    def info(self) -> ServerInfo:
        """The server's version and edition, requested once."""
        return info_of(self)

    @property
    def templates(self) -> Templates:
        """The server's templates of labeling configs by title, requested once.

        >>> ls.templates["Image Classification"].objects
        mappingproxy({'image': ...})
        """
        return templates_of(self)

    def whoami(self) -> User:
        """Return the user of the API key, with their permissions."""
        return whoami(self)

    def request(self, method: str, path: str, **options: Any) -> Response:
        """Send any request with this client's key, retries and errors; return the response.

        `options` are `params`, `json`, `data`, `files`, `headers`, `timeout` (seconds), `stream`.

        >>> ls.request("GET", "/api/version").json()["release"]
        '1.23.2'
        """
        hide(options)
        return self._transport.request(method, path, **options)

    def fetch(self, url: str, **options: Any) -> Response:
        """Fetch a file that a task refers to: a path on the server, or any URL.

        `options` are `headers`, `timeout` (seconds) and `stream`. The key is sent only
        for files of this server, as a task may contain any URL; for other paths use `request()`.

        >>> tasks = project.upload_files("photos/", field="text")
        >>> ls.fetch(project.tasks[1].data["text"]).status_code
        200
        """
        hide(options)
        try:
            return self._transport.fetch(url, **options)
        except PermissionDenied as error:
            if LOCAL_FILES in url and not can(self, LOCAL_FILES_BY_KEY):
                error.add(cannot(self, LOCAL_FILES_BY_KEY))
            raise

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Send any request as `request()` does; return the decoded JSON, or None if empty."""
        hide(options)
        return self._transport.json(method, path, **options)

    @takes("http.options:ConnectionOptions")
    def with_options(self, **changes: Unpack[ConnectionOptions]) -> Self:
        """Return a client with other options and the same connections, key and cache.

        `headers` replace all previous ones.

        >>> ls.with_options(timeout=5).info.edition
        'Community'
        """
        from .http.options import ConnectionOptions

        hide(cast("dict[str, Any]", changes))
        check_names(changes, ConnectionOptions.__annotations__, of="with_options()")
        sibling = type(self).__new__(type(self))
        sibling.__dict__.update(self.__dict__)
        sibling._transport = self._transport.with_options(**changes)
        return sibling

    def register(self, model: type[R]) -> type[R]:
        """Register your own class for records of a kind.

        A project class is used for projects that its `matches()` accepts; a class of tasks,
        annotations, … for all of them. It replaces a class of the same name, such as one from an
        earlier run of a notebook cell.

        >>> class Shop(Project):
        ...     @classmethod
        ...     def matches(cls, project):
        ...         return project.title.startswith("Shop")
        >>> ls.register(Shop)
        <class '...Shop'>
        """
        self._registry.register(model)
        return model

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        self._transport.connections.close()

    def __enter__(self) -> Self:
        enter(self)
        return self

    def __exit__(self, *error: object) -> None:
        leave(self)
        if self._own_session:
            self.close()

    # -- for records (see orm.context.Context) -------------------------------------------------

    @property
    def server(self) -> str:
        """The server's base URL."""
        return self._transport.settings.server

    @property
    def _api_key(self) -> ApiKey:
        return self._transport.key

    @property
    def limits(self) -> Limits:
        """The limits of responses."""
        return self._transport.settings.limits

    @property
    def version(self) -> tuple[int, ...]:
        """The numbers of the server's version, requested once: `ls.version >= (1, 21)`.

        >>> ls.version
        (1, 23, 2)
        """
        return version_of(self)

    def _described(self) -> str:
        return described(self)

    # -- identity ------------------------------------------------------------------------------

    def __repr__(self) -> str:
        connected = "_transport" in vars(self)  # else the constructor has raised
        return f"<{type(self).__name__} {self.server if connected else 'not connected'}>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self  # a copied record uses the same client

    def __getstate__(self) -> dict[str, Any]:
        if not self._own_session:
            raise not_picklable()
        return {"settings": picklable_settings(self._transport)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._own_session = True
        self._set_up(unpickled_transport(state["settings"]), ParamsCache())


@takes("http.options:ClientOptions")
def connect(url: str | None = None, **options: Unpack[ClientOptions]) -> LabelStudio:
    """Create a client and make it the default.

    `options` are those of `LabelStudio`.

    >>> ls = connect()
    >>> Project.create(title="Reviews").client is ls
    True
    """
    url = hidden(url)  # before anything can fail
    hide(cast("dict[str, Any]", options))
    client = LabelStudio(url, **options)
    connect_to(client)
    return client
