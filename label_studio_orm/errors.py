"""Every error a user can meet.

Each is a `LabelStudioError` and also the builtin that a Python programmer would catch for
that cause: a missing record is a `LookupError`, a wait that was too long a `TimeoutError`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from .redaction import without_secrets
from .text import FEW, message_of

LONGEST_NAME = 60  # characters of what can be a mistyped name
MOST_LETTERS = 200_000  # pairs of letters that are compared, which takes 20 ms at most
LIVE = ("job", "batch")  # facts that hold a client


class LabelStudioError(Exception):
    """Say what went wrong, and carry what the server said about it.

    The message has no control characters but line breaks, and no secrets of the client.

    `status`, `detail`, `validation_errors` and `error_id` are the server's own words and are
    None where no server answered; `method` and `path` name the request. `imported` holds the
    `ImportResult` so far when an import was cut short.
    """

    status: int | None = None
    detail: str | None = None
    validation_errors: dict[str, Any] | None = None
    error_id: str | None = None
    method: str | None = None
    path: str | None = None
    imported: Any = None

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message_of(without_secrets(str(message))))
        self.__dict__.update(facts)

    def add(self, line: str) -> None:
        """Append a line to the message: where the work stood when this error passed by."""
        self.args = (message_of(without_secrets(f"{self.args[0]}\n{line}")),)

    def __reduce__(self) -> tuple[Any, ...]:
        # A job and a client stay behind: an error must reach the parent of a worker process.
        facts = {name: fact for name, fact in self.__dict__.items() if name not in LIVE}
        return _rebuild, (type(self), self.args[0], facts)


def _rebuild(kind: type[LabelStudioError], message: str, facts: dict[str, Any]) -> LabelStudioError:
    error = kind(message)
    error.__dict__.update(facts)
    return error


class InvalidInput(LabelStudioError, ValueError):
    """Something given was wrong; nothing was sent."""


class InvalidConfig(InvalidInput):
    """A labeling config that is not valid XML, or would not work; the message says where.

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
    """A package that is needed for this is not installed; the message says which extra has it."""


class UnknownName(LabelStudioError, AttributeError, TypeError):
    """No field or option has this name; the message gives the nearest one."""


class FieldMissing(LabelStudioError, AttributeError):
    """The server does not send this field for this record."""


class UnsavedChanges(LabelStudioError, RuntimeError):
    """Going on would drop edits that were not saved."""


class Conflict(LabelStudioError, RuntimeError):
    """Someone else changed the same key since it was read; nothing was saved."""


class ConnectionFailed(LabelStudioError, ConnectionError):
    """The server could not be reached, or what answered is not a Label Studio server.

    `host` is "host:port" of who gave no answer, which a redirect may have led to.
    """

    host: str | None = None


class ServerTimeout(ConnectionFailed, TimeoutError):
    """The server did not answer in time; what was asked changed nothing."""


class OutcomeUnknown(LabelStudioError, ConnectionError):
    """The connection broke after a change was sent: it may have been made or not."""


class AuthenticationError(LabelStudioError, PermissionError):
    """The server refused the key (401)."""


class PermissionDenied(LabelStudioError, PermissionError):
    """The key is good, but its user may not do this (403)."""


class NotFound(LabelStudioError, LookupError):
    """No such record."""


class MultipleFound(LabelStudioError, LookupError):
    """More than one record where exactly one was asked for."""


class Unsupported(LabelStudioError, NotImplementedError):
    """This server cannot do it: its version, edition or database is named."""


class EditionError(Unsupported):
    """This server's edition does not have the endpoint."""


class Rejected(LabelStudioError, ValueError):
    """The server looked at the request and refused it (400, 409, 413, 422 …)."""


class ServerError(LabelStudioError, RuntimeError):
    """The server failed (5xx), or stayed too busy (429) for all retries."""


class IncompleteResult(LabelStudioError, RuntimeError):
    """What was read does not add up to what the server counts."""


class LimitExceeded(IncompleteResult):
    """An answer or a file is larger, slower or deeper than `limits=` of the client allows."""


class HostNotAllowed(LabelStudioError, PermissionError):
    """An address that the client does not read from: see `hosts=` and `allow_private=`."""


class BatchFailed(LabelStudioError, RuntimeError):
    """Some writes of a batch were refused; `batch.failed` has each with its place in the block."""

    batch: Any = None


class JobFailed(LabelStudioError, RuntimeError):
    """Work at the server ended in failure; `job` is the job."""

    job: Any = None


class JobTimeout(LabelStudioError, TimeoutError):
    """Work at the server goes on, but the wait ended; `job.wait()` waits on."""

    job: Any = None


class LocalServerError(LabelStudioError, RuntimeError):
    """The embedded server is not installed or did not start; the message has its log."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return " Did you mean 'title'?" for the known name nearest to `name`, or "".

    >>> nearest("titel", ["id", "title", "color"])
    " Did you mean 'title'?"
    """
    if len(name) > LONGEST_NAME:
        return ""
    public = (each for each in known if len(each) <= LONGEST_NAME and not each.startswith("_"))
    found = difflib.get_close_matches(name, _first_of(public, len(name)), n=1, cutoff=0.65)
    return f" Did you mean {found[0]!r}?" if found else ""


def _first_of(names: Iterable[str], length: int) -> Iterator[str]:
    """Yield as many names as can be compared in a moment with one of some length."""
    left = MOST_LETTERS
    for name in names:
        left -= length * len(name)
        if left < 0:
            return
        yield name


def no_such_name(of: type[Any], name: str) -> AttributeError:
    """Return the error for a mistyped attribute; private names get no hint, to be quick."""
    if name.startswith("_"):
        return AttributeError(name)
    return UnknownName(f"{of.__name__} has no {name!r}.{nearest(name, dir(of))}")


def check_names(given: Iterable[str], known: Iterable[str], *, of: str) -> None:
    """Raise `UnknownName` for the first given name that is not known."""
    known = list(known)
    for name in given:
        if name not in known:
            hint = nearest(name, known)
            if not hint and len(known) <= FEW:
                hint = f" There are {', '.join(sorted(known))}."
            raise UnknownName(f"{of} has no {name!r}.{hint}")
