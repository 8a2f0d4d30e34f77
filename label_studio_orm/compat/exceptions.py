"""The exceptions of the old SDK, and their translation from ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import ConnectionFailed, InvalidInput, LabelStudioError, OutcomeUnknown


class LabelStudioException(Exception):
    """Base class of the errors of a project."""


class LabelStudioAttributeError(LabelStudioException, AttributeError):
    """The project has no such parameter."""


class EnterpriseOnly(LabelStudioException, AssertionError):
    """A feature that Community servers lack; scripts may expect an `AssertionError`."""


class InvalidArgument(LabelStudioException, AssertionError, ValueError):
    """A wrong argument; nothing was sent."""


class LSConfigParseException(Exception):
    """A labeling config that cannot be parsed."""


class LabelStudioXMLSyntaxErrorSentryIgnored(Exception):
    """A labeling config that is not XML."""


class LabelStudioValidationErrorSentryIgnored(Exception):
    """A labeling config or a value that is invalid."""


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors as those that scripts for the old SDK expect."""
    try:
        yield
    except InvalidInput:
        raise  # nothing was sent: a ValueError
    except LabelStudioError as error:
        raise _translation(error) from error


def _translation(error: LabelStudioError) -> Exception:
    from . import request_errors  # imports requests

    if error.status is not None:
        return request_errors.refused(error)
    if isinstance(error, (ConnectionFailed, OutcomeUnknown)):
        return request_errors.lost(error)
    return LabelStudioException(str(error))
