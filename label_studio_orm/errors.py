"""Exceptions of the package.

Each is a `LabelStudioError` and also the builtin exception that a Python programmer would catch for
that cause: a missing record is a `LookupError`, a timeout a `TimeoutError`.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Iterable, Iterator
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .display import Displayed
from .redaction import without_secrets
from .text import FEW, message_of

__all__ = [
    "AuthenticationError",
    "BackendFailed",
    "BatchFailed",
    "BlockingCall",
    "ConfigWarning",
    "Conflict",
    "ConnectionFailed",
    "EditionError",
    "FieldMissing",
    "HostNotAllowed",
    "IncompleteResult",
    "InvalidConfig",
    "InvalidInput",
    "InvalidResult",
    "JobFailed",
    "JobTimeout",
    "LabelStudioError",
    "LimitExceeded",
    "LocalServerError",
    "MissingPackage",
    "MultipleFound",
    "NotFound",
    "Outcome",
    "OutcomeUnknown",
    "PermissionDenied",
    "Rejected",
    "ServerError",
    "ServerTimeout",
    "UnknownName",
    "UnsavedChanges",
    "Unsupported",
]

if TYPE_CHECKING:
    from typing_extensions import Self

E = TypeVar("E", bound=BaseException)

MAX_NAME = 60  # characters of a mistyped name
MAX_COMPARISONS = 200_000  # pairs of letters, which takes 20 ms at most
LIVE = ("job", "batch")  # facts that refer to a client
PAGE = "docs/errors.md"  # has a heading for each class
TRACEBACKS = "label_studio_orm.notebook.tracebacks"  # by name: no layer imports a front end

TOO_MANY_REQUESTS = 429
GATEWAY_ERRORS = frozenset({502, 503, 504})
TRANSIENT_STATUS = GATEWAY_ERRORS | {TOO_MANY_REQUESTS}  # of errors that pass


class Outcome(Enum):
    """What a request that failed has done at the server."""

    NOT_SENT = "not sent"  # nothing: it never arrived
    REFUSED = "refused"  # nothing: we or the server did not want it
    UNKNOWN = "unknown"  # nobody knows: look before it is sent again


class LabelStudioError(Displayed, Exception):
    """Base class of all errors.

    The message has no control characters but line breaks, and no secrets of the client.

    `status`, `detail`, `validation_errors` and `error_id` come from the server's response, and are
    None without one; `method` and `path` name the request. `imported` holds the
    `ImportResult` so far when an import was cut short. `outcome` tells whether the request may
    have changed something all the same.
    """

    status: int | None = None
    detail: str | None = None
    validation_errors: dict[str, Any] | None = None
    error_id: str | None = None
    method: str | None = None
    path: str | None = None
    imported: Any = None
    _outcome_without_answer = Outcome.REFUSED

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__()
        self.reword(message)
        self.__dict__.update(facts)
        # Python shows notes below the message; last, as facts may be those of another error.
        self.__notes__ = [f"See {PAGE}#{self._documented().__name__.lower()}"]

    def reword(self, message: object) -> None:
        """Replace the message."""
        self.args = (message_of(without_secrets(str(message))),)

    def prefix(self, place: object) -> None:
        """Put a place before the message: "reviews.csv line 7: …"."""
        self.reword(f"{place}: {self}")

    @property
    def outcome(self) -> Outcome:
        """What the request has done at the server: decided here, for all errors."""
        refused = self.status is not None and 300 <= self.status < 500
        if refused or self._outcome_without_answer is Outcome.REFUSED:
            return Outcome.REFUSED
        return self._outcome_without_answer if self.status is None else Outcome.UNKNOWN

    def add(self, line: str) -> None:
        """Append a line to the message, such as the state of the work at the error."""
        self.reword(f"{self}\n{line}")

    def reworded(self, message: object, **facts: Any) -> Self:
        """Return the same error with another message, and facts that differ."""
        return type(self)(str(message), **{**self.__dict__, **facts})

    @classmethod
    def _documented(cls) -> type[LabelStudioError]:
        """Return the class that the page of errors describes: a user's own is not on it."""
        return next(each for each in cls.__mro__ if each.__module__ == __name__)

    def _render_traceback_(self) -> list[str]:
        """Return the traceback that IPython shows; nobody else calls it."""
        return _rendered(self)

    def __reduce__(self) -> tuple[Any, ...]:
        # A job and a client stay behind: an error must reach the parent of a worker process.
        facts = {name: fact for name, fact in self.__dict__.items() if name not in LIVE}
        return _rebuild, (type(self), self.args[0], facts)


def _rebuild(kind: type[LabelStudioError], message: str, facts: dict[str, Any]) -> LabelStudioError:
    error = kind.__new__(kind)  # a user's own class can have another constructor
    error.args = (message,)
    error.__dict__.update(facts)
    return error


def note(error: BaseException, line: str = "", **facts: Any) -> None:
    """Add a line to the message of an error or interruption, and facts as attributes."""
    error.__dict__.update(facts)
    if isinstance(error, LabelStudioError) and line:
        error.add(line)
    elif isinstance(error, KeyboardInterrupt) and line:
        error.args = ("\n".join([*map(str, error.args), line]),)
        ending_at_call(error)


def ending_at_call(error: E) -> E:
    """Have IPython show the traceback of a builtin exception as those of this package."""
    error.__dict__["_render_traceback_"] = partial(_rendered, error)
    return error


def _rendered(error: BaseException) -> list[str]:
    return cast("list[str]", importlib.import_module(TRACEBACKS).rendered(error))


class InvalidInput(LabelStudioError, ValueError):
    """Invalid input; nothing was sent."""


class InvalidConfig(InvalidInput):
    """A labeling config that is not valid XML, or would not work.

    `problems` are those of `LabelConfig.check()`; empty if the config is not XML.
    """

    problems: Any = ()


class ConfigWarning(UserWarning):
    """A labeling config that the server accepted, but with which the editor will not work."""


class InvalidResult(InvalidInput):
    """A result that does not fit the labeling config.

    `problems` has each thing that is wrong, with its `path` in the result and its `message`.
    """

    problems: Any = ()


class MissingPackage(LabelStudioError, ImportError):
    """A required package is not installed; the message names the extra that includes it."""


class UnknownName(LabelStudioError, AttributeError, TypeError):
    """No field or option has this name; the message gives the nearest one."""


class FieldMissing(LabelStudioError, AttributeError):
    """The server does not send this field for this record."""


class UnsavedChanges(LabelStudioError, RuntimeError):
    """The operation would discard unsaved changes."""


class Conflict(LabelStudioError, RuntimeError):
    """Someone else changed the same key since it was read; nothing was saved."""


class ConnectionFailed(LabelStudioError, ConnectionError):
    """The server could not be reached, or is not a Label Studio server.

    `host` is "host:port" of the host that failed, which a redirect may have led to.
    """

    host: str | None = None
    _outcome_without_answer = Outcome.NOT_SENT


class ServerTimeout(ConnectionFailed, TimeoutError):
    """The server did not respond in time to a request that changes nothing."""


class OutcomeUnknown(LabelStudioError, ConnectionError):
    """The connection was lost after a change was sent: it may have been made or not."""

    _outcome_without_answer = Outcome.UNKNOWN


class AuthenticationError(LabelStudioError, PermissionError):
    """The server refused the key (401)."""


class PermissionDenied(LabelStudioError, PermissionError):
    """The key is valid, but its user may not do this (403)."""


class NotFound(LabelStudioError, LookupError):
    """No such record."""


class MultipleFound(LabelStudioError, LookupError):
    """More than one record where exactly one was requested."""


class Unsupported(LabelStudioError, NotImplementedError):
    """This server cannot do it: its version, edition or database is named."""


class EditionError(Unsupported):
    """This server's edition does not have the endpoint, the method or the action."""


class Rejected(LabelStudioError, ValueError):
    """The server rejected the request (400, 409, 413, 422 …)."""


class ServerError(LabelStudioError, RuntimeError):
    """The server failed (5xx), or stayed too busy (429) for all retries."""

    _outcome_without_answer = Outcome.UNKNOWN


class IncompleteResult(LabelStudioError, RuntimeError):
    """The records that were read do not match the server's count."""


class LimitExceeded(IncompleteResult):
    """A response or a file is larger, slower or deeper than `limits=` of the client allows."""


class HostNotAllowed(LabelStudioError, PermissionError):
    """An address that the client does not read from: see `hosts=` and `allow_private=`."""


class BatchFailed(LabelStudioError, RuntimeError):
    """Some writes of a batch were rejected; `batch.failed` has each with its place in the block."""

    batch: Any = None


class BlockingCall(LabelStudioError, RuntimeError):
    """A request that would block the event loop; the message tells what to await."""


class BackendFailed(LabelStudioError, RuntimeError):
    """An ML backend failed, or cannot be reached from the server; the message has its own words."""


class JobFailed(LabelStudioError, RuntimeError):
    """A job at the server failed; `job` is the job."""

    job: Any = None


class JobTimeout(LabelStudioError, TimeoutError):
    """A wait ended while the job at the server continues; `job.wait()` continues to wait."""

    job: Any = None
    _outcome_without_answer = Outcome.UNKNOWN


class LocalServerError(LabelStudioError, RuntimeError):
    """The embedded server is not installed or did not start; the message has its log."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'title'?" for the known name nearest to `name`, or "".

    >>> nearest("titel", ["id", "title", "color"])
    " Did you mean 'title'?"
    """
    if len(name) > MAX_NAME:
        return ""
    public = (each for each in known if len(each) <= MAX_NAME and not each.startswith("_"))
    found = difflib.get_close_matches(name, _first_of(public, len(name)), n=1, cutoff=0.65)
    return f" Did you mean {found[0]!r}?" if found else ""


def _first_of(names: Iterable[str], length: int) -> Iterator[str]:
    """Yield as many names as can quickly be compared with one of some length."""
    left = MAX_COMPARISONS
    for name in names:
        left -= length * len(name)
        if left < 0:
            return
        yield name


def no_such_name(of: type[Any], name: str, *, otherwise: str = "") -> AttributeError:
    """Return the error for a mistyped attribute; private names get no hint, as these are slow."""
    if name.startswith("_"):
        return AttributeError(name)
    return UnknownName(
        f"{of.__name__} has no attribute {name!r}.{nearest(name, dir(of)) or otherwise}"
    )


def check_names(given: Iterable[str], known: Iterable[str], *, of: str) -> None:
    """Raise `UnknownName` for the first unknown name."""
    known = list(known)
    for name in given:
        if name not in known:
            hint = nearest(name, known)
            if not hint and len(known) <= FEW:
                hint = f" There are {', '.join(sorted(known))}."
            raise UnknownName(f"{of} has no {name!r}.{hint}")


def check_value(name: str, problem: str | None) -> None:
    """Raise `InvalidInput` for a value that has a problem: "role must be one of …"."""
    if problem:
        raise InvalidInput(f"{name} {problem}.")


def check_items(value: object, *, name: str, example: str) -> None:
    """Raise `InvalidInput` unless a value can be gone through, item by item."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise InvalidInput(f"{name} must be a list such as {example}, not {value!r}.")
