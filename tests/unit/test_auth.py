"""The two kinds of keys."""

from __future__ import annotations

import pickle
import threading
import time

import pytest
import requests
from support.texts import LEGACY_KEY
from support.tokens import access_token, refresh_token

from label_studio_orm.errors import AuthenticationError, InvalidInput
from label_studio_orm.http.auth import (
    ApiKey,
    LegacyToken,
    MissingKey,
    PersonalAccessToken,
    api_key,
)


class Exchange:
    """Gives access tokens 1, 2, 3 …, each with a life of so many seconds."""

    def __init__(self, lifetime: float = 300, takes: float = 0) -> None:
        self.lifetime, self.takes = lifetime, takes
        self.count = 0

    def __call__(self, refresh: str) -> str:
        time.sleep(self.takes)
        self.count += 1
        return access_token(self.count, self.lifetime)


def header(key: ApiKey, exchange: Exchange | None = None) -> str:
    """Sign a request and return what it then has in its header."""
    request = requests.Request("GET", "http://localhost").prepare()
    key.signature(exchange or Exchange())(request)
    return request.headers["Authorization"]


def test_a_key_is_told_by_its_shape() -> None:
    assert isinstance(api_key(LEGACY_KEY), LegacyToken)
    assert isinstance(api_key(refresh_token()), PersonalAccessToken)
    assert isinstance(api_key("two.dots.here"), LegacyToken)


def test_a_legacy_token_is_sent_as_it_is() -> None:
    key = api_key(f" {LEGACY_KEY}\n")
    assert header(key) == f"Token {LEGACY_KEY}"
    assert not key.renew(key.signature(Exchange()), Exchange())


@pytest.mark.parametrize("key", ["Token abc", "abc\ndef", "schlüssel"])
def test_a_key_that_was_copied_badly_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput, match="copy it again") as caught:
        api_key(key)
    assert key not in str(caught.value)


def test_a_personal_access_token_is_exchanged_once_for_many_requests() -> None:
    exchange = Exchange()
    key = PersonalAccessToken(refresh_token())
    assert header(key, exchange) == header(key, exchange) == f"Bearer {access_token(1)}"
    assert exchange.count == 1


def test_it_is_renewed_before_it_expires() -> None:
    now = 0.0
    exchange = Exchange(lifetime=300)
    key = PersonalAccessToken(refresh_token(), clock=lambda: now)
    first = header(key, exchange)
    now = 269
    assert header(key, exchange) == first
    now = 271
    assert header(key, exchange) != first


def test_a_short_life_is_used_for_half_of_it() -> None:
    now = 0.0
    exchange = Exchange(lifetime=10)
    key = PersonalAccessToken(refresh_token(), clock=lambda: now)
    for now in (0, 4.9, 5.1, 9):  # noqa: B007
        header(key, exchange)
    assert exchange.count == 2


def test_a_token_that_does_not_say_how_long_it_lives_is_taken_to_live_five_minutes() -> None:
    now = 0.0
    answers = iter(["first", "second"])
    key = PersonalAccessToken(refresh_token(), clock=lambda: now)
    seen = []
    for now in (0, 269, 271):  # noqa: B007
        seen.append(header(key, lambda refresh: next(answers)))  # type: ignore[arg-type]
    assert seen == ["Bearer first", "Bearer first", "Bearer second"]


def test_many_threads_share_the_first_exchange() -> None:
    exchange = Exchange(takes=0.02)
    key = PersonalAccessToken(refresh_token())
    threads = [threading.Thread(target=key.signature, args=(exchange,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert exchange.count == 1


def test_many_threads_share_one_renewal() -> None:
    exchange = Exchange(takes=0.02)
    key = PersonalAccessToken(refresh_token())
    refused = key.signature(exchange)
    threads = [threading.Thread(target=key.renew, args=(refused, exchange)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert exchange.count == 2
    assert key.signature(exchange) is not refused


def test_a_child_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    key = PersonalAccessToken(refresh_token())
    key._lock.acquire()  # as a renewing thread of the parent may, at the moment of the fork
    key.after_fork()
    assert header(key) == f"Bearer {access_token(1)}"


def test_a_key_shows_itself_nowhere() -> None:
    for secret in (LEGACY_KEY, refresh_token()):
        key = api_key(secret)
        signature = key.signature(Exchange())
        assert secret not in repr(key) + str(key) + repr(signature) + str(signature)
        for unpicklable in (key, signature):
            with pytest.raises(TypeError, match="not pickled"):
                pickle.dumps(unpicklable)


def test_a_process_without_a_key_is_told_what_to_set() -> None:
    with pytest.raises(AuthenticationError, match="LABEL_STUDIO_API_KEY"):
        MissingKey().signature(Exchange())
