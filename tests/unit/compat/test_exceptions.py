"""Errors of this package become those that scripts for the old SDK expect."""

from __future__ import annotations

import pytest
import requests

from label_studio_orm import errors
from label_studio_orm.compat.exceptions import (
    EnterpriseOnly,
    InvalidArgument,
    LabelStudioException,
    translated,
)


def translation(error: errors.LabelStudioError) -> Exception:
    """Return what is raised for an error."""
    with pytest.raises(Exception) as caught, translated():  # noqa: PT011 - the tests tell which
        raise error
    return caught.value


def test_a_refused_request_is_an_error_of_requests_with_the_response() -> None:
    error = translation(errors.NotFound("No task 7.", status=404, detail="Not found."))
    assert isinstance(error, requests.HTTPError)
    assert isinstance(error, LabelStudioException)
    assert error.response.status_code == 404
    assert error.response.json()["detail"] == "Not found."


def test_a_lost_connection_is_an_error_of_requests() -> None:
    error = translation(errors.ConnectionFailed("No server at http://localhost:9."))
    assert isinstance(error, requests.ConnectionError)
    assert isinstance(error, LabelStudioException)


def test_other_errors_are_those_of_the_old_sdk() -> None:
    error = translation(errors.JobFailed("The snapshot failed."))
    assert type(error) is LabelStudioException
    assert isinstance(error.__cause__, errors.JobFailed)


def test_wrong_arguments_stay_value_errors() -> None:
    error = errors.InvalidInput("score must be between 0 and 1, not 7.")
    assert translation(error) is error


@pytest.mark.parametrize("kind", [EnterpriseOnly, InvalidArgument])
def test_what_the_old_sdk_asserted_is_still_an_assertion_error(kind: type[Exception]) -> None:
    assert issubclass(kind, AssertionError)
    assert issubclass(kind, LabelStudioException)
