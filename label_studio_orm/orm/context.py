"""The client as records see it, and the default client."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from attrs import define

from ..errors import InvalidInput

if TYPE_CHECKING:
    from ..http.auth import ApiKey
    from ..limits import Limits
    from ..tuning import Tuning
    from .cache import ParamsCache
    from .record import Record

T = TypeVar("T")


class Classes(Protocol):
    """The record classes of a client."""

    def model(self, key: str, default: type[Record] | None = None) -> type[Record]:
        """Return the class that stands for a kind of record at this client."""

    def model_for(self, record: Record) -> type[Record]:
        """Return the class for a record that was read: its own, or one that fits it better."""

    def match_fields(self, kind: str) -> tuple[str, ...]:
        """Return the fields that `model_for()` usually looks at; none where it has no choice."""


class Context(Protocol):
    """The client as records see it."""

    _cache: ParamsCache  # the params that were read lately
    _facts: dict[str, Any]  # what the client has found out about the server, by name
    _tuning: Tuning  # how it waits and sends again

    @property
    def _registry(self) -> Classes:
        """The classes of its records."""

    @property
    def server(self) -> str:
        """The server's base URL: part of every record's identity."""

    @property
    def version(self) -> tuple[int, ...]:
        """The numbers of the server's version, asked for once."""

    @property
    def _api_key(self) -> ApiKey:
        """The key that signs its requests."""

    @property
    def limits(self) -> Limits:
        """The most that is read of what the server sends."""

    def json(self, method: str, path: str, **options: Any) -> Any:
        """Send a request, return the decoded answer."""

    def request(self, method: str, path: str, **options: Any) -> Any:
        """Send a request, return the answer as it came."""

    def fetch(self, url: str, **options: Any) -> Any:
        """Read a path at the server, or a URL anywhere, to which no key is sent."""

    def _described(self) -> str:
        """Return the server's name and version, for errors."""


def once(client: Context, fact: str, ask: Callable[[], T]) -> T:
    """Return what a client has found out about its server, which is asked only once."""
    if fact not in client._facts:
        client._facts.setdefault(fact, ask())  # another thread may have been quicker
    found: T = client._facts[fact]
    return found


@define
class _Ambient:
    """The client of `connect()`: one a process, as it must be seen from other threads too."""

    client: Context | None = None


_connected = _Ambient()
_entered: ContextVar[tuple[Context, ...]] = ContextVar("label_studio_orm_clients", default=())


def connect_to(client: Context) -> None:
    """Make a client the default of the process."""
    _connected.client = client


def enter(client: Context) -> None:
    """Make a client the default of this thread or task, until `leave()`."""
    _entered.set((*_entered.get(), client))


def leave(client: Context) -> None:
    """Undo the last `enter()` of this client."""
    entered = list(_entered.get())
    for position in reversed(range(len(entered))):
        if entered[position] is client:
            del entered[position]
            break
    _entered.set(tuple(entered))


def current(client: Context | None = None) -> Context:
    """Return the named client, else that of the `with` block, else that of `connect()`."""
    if client is not None:
        return client
    inner = _entered.get()
    found = inner[-1] if inner else _connected.client
    if found is None:
        raise InvalidInput(
            "No client: pass client=, use `with LabelStudio(...):`, or call "
            "label_studio_orm.connect(...) first."
        )
    return found
