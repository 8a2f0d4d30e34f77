"""Retries: which requests may be sent again."""

from __future__ import annotations

import pytest
from requests import Response
from urllib3 import HTTPResponse

from label_studio_orm.http.retry import Backoff, may_be_repeated


def answered(status: int) -> Response:
    response = Response()
    response.status_code = status
    return response


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_reading_is_repeated_when_the_server_is_busy_or_away(status: int) -> None:
    assert may_be_repeated(answered(status), repeatable=True)


@pytest.mark.parametrize("status", [200, 400, 401, 404, 500])
def test_other_answers_are_final(status: int) -> None:
    assert not may_be_repeated(answered(status), repeatable=True)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_change_is_not_repeated_when_it_may_have_arrived(status: int) -> None:
    assert not may_be_repeated(answered(status), repeatable=False)


def test_a_change_is_repeated_when_the_server_refused_it() -> None:
    assert may_be_repeated(answered(429), repeatable=False)


@pytest.mark.parametrize(("said", "waits"), [("2", 2), ("3600", 120), ("soon", None), ("", None)])
def test_retry_after_is_honoured_and_capped(said: str, waits: float | None) -> None:
    response = HTTPResponse(headers={"Retry-After": said} if said else {})
    assert Backoff().get_retry_after(response) == waits
