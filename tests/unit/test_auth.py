"""The two kinds of keys."""

from __future__ import annotations

import pickle
import threading
import time

import pytest
from support.texts import LEGACY_KEY
from support.tokens import access_token, refresh_token

from label_studio_orm.errors import AuthenticationError, InvalidInput
from label_studio_orm.http.auth import LegacyToken, MissingKey, PersonalAccessToken, api_key


class Exchange:
    """Gives access tokens 1, 2, 3 …, each with a life of so many seconds."""

    def __init__(self, lifetime: float = 300, takes: float = 0) -> None:
        self.lifetime, self.takes = lifetime, takes
        self.count = 0

    def __call__(self, refresh: str) -> str:
        time.sleep(self.takes)
        self.count += 1
        return access_token(self.count, self.lifetime)


def test_a_key_is_told_by_its_shape() -> None:
    assert isinstance(api_key(LEGACY_KEY, Exchange()), LegacyToken)
    assert isinstance(api_key(refresh_token(), Exchange()), PersonalAccessToken)
    assert isinstance(api_key("two.dots.here", Exchange()), LegacyToken)


def test_a_legacy_token_is_sent_as_it_is() -> None:
    key = api_key(f" {LEGACY_KEY}\n", Exchange())
    assert key.header() == f"Token {LEGACY_KEY}"
    assert not key.renew(key.header())


@pytest.mark.parametrize("key", ["Token abc", "abc\ndef", "schlüssel"])
def test_a_key_that_was_copied_badly_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput, match="copy it again") as caught:
        api_key(key, Exchange())
    assert key not in str(caught.value)


def test_a_personal_access_token_is_exchanged_once_for_many_requests() -> None:
    exchange = Exchange()
    key = PersonalAccessToken(refresh_token(), exchange)
    assert key.header() == key.header() == f"Bearer {access_token(1)}"
    assert exchange.count == 1


def test_it_is_renewed_before_it_expires() -> None:
    now = 0.0
    key = PersonalAccessToken(refresh_token(), Exchange(lifetime=300), clock=lambda: now)
    first = key.header()
    now = 269
    assert key.header() == first
    now = 271
    assert key.header() != first


def test_a_short_life_is_used_for_half_of_it() -> None:
    now = 0.0
    exchange = Exchange(lifetime=10)
    key = PersonalAccessToken(refresh_token(), exchange, clock=lambda: now)
    for now in (0, 4.9, 5.1, 9):  # noqa: B007
        key.header()
    assert exchange.count == 2


def test_a_token_that_does_not_say_how_long_it_lives_is_taken_to_live_five_minutes() -> None:
    now = 0.0
    key = PersonalAccessToken(refresh_token(), lambda refresh: "opaque", clock=lambda: now)
    assert key.header() == "Bearer opaque"
    assert key._renew_at == 270


def test_many_threads_share_one_renewal() -> None:
    exchange = Exchange(takes=0.02)
    key = PersonalAccessToken(refresh_token(), exchange)
    refused = key.header()
    threads = [threading.Thread(target=key.renew, args=(refused,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert exchange.count == 2
    assert key.header() != refused


def test_a_key_shows_itself_nowhere() -> None:
    for secret in (LEGACY_KEY, refresh_token()):
        key = api_key(secret, Exchange())
        key.header()
        assert secret not in repr(key) + str(key)
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(key)


def test_a_process_without_a_key_is_told_what_to_set() -> None:
    with pytest.raises(AuthenticationError, match="LABEL_STUDIO_API_KEY"):
        MissingKey().header()
