"""The two kinds of keys."""

from __future__ import annotations

import base64
import pickle
import threading
import time

import pytest
import requests
from support.texts import LEGACY_KEY
from support.tokens import access_token, jwt, refresh_token

from label_studio_orm.errors import AuthenticationError, InvalidInput
from label_studio_orm.http.auth import (
    ApiKey,
    LegacyToken,
    MissingKey,
    PersonalAccessToken,
    _lifetime,
    api_key,
    jwt_claims,
)
from label_studio_orm.secret import Secret


class Exchange:
    """Gives access tokens 1, 2, 3 …, each with a life of so many seconds."""

    def __init__(self, lifetime: float = 300, takes: float = 0) -> None:
        self.lifetime, self.takes = lifetime, takes
        self.count = 0

    def __call__(self, refresh: Secret) -> Secret:
        time.sleep(self.takes)
        self.count += 1
        return Secret(access_token(self.count, self.lifetime))


def header(key: ApiKey, exchange: Exchange | None = None) -> str:
    """Sign a request and return what it then has in its header."""
    request = requests.Request("GET", "http://localhost").prepare()
    key.signature(exchange or Exchange())(request)
    return request.headers["Authorization"]


def test_a_key_is_told_by_its_shape() -> None:
    assert isinstance(api_key(Secret(LEGACY_KEY)), LegacyToken)
    assert isinstance(api_key(Secret(refresh_token())), PersonalAccessToken)
    assert isinstance(api_key(Secret("two.dots.here")), LegacyToken)


def test_a_legacy_token_is_sent_as_it_is() -> None:
    key = api_key(Secret(f" {LEGACY_KEY}\n"))
    assert header(key) == f"Token {LEGACY_KEY}"
    assert not key.renew(key.signature(Exchange()), Exchange())


@pytest.mark.parametrize("key", ["Token abc", "abc\ndef", "schlüssel"])
def test_a_key_that_was_copied_badly_is_refused(key: str) -> None:
    with pytest.raises(InvalidInput, match="copy it again") as caught:
        api_key(Secret(key))
    assert key not in str(caught.value)


def test_a_personal_access_token_is_exchanged_once_for_many_requests() -> None:
    exchange = Exchange()
    key = PersonalAccessToken(Secret(refresh_token()))
    assert header(key, exchange) == header(key, exchange) == f"Bearer {access_token(1)}"
    assert exchange.count == 1


def test_it_is_renewed_before_it_expires() -> None:
    now = 0.0
    exchange = Exchange(lifetime=300)
    key = PersonalAccessToken(Secret(refresh_token()), clock=lambda: now)
    first = header(key, exchange)
    now = 269
    assert header(key, exchange) == first
    now = 271
    assert header(key, exchange) != first


def test_a_short_life_is_used_for_half_of_it() -> None:
    now = 0.0
    exchange = Exchange(lifetime=10)
    key = PersonalAccessToken(Secret(refresh_token()), clock=lambda: now)
    for now in (0, 4.9, 5.1, 9):  # noqa: B007
        header(key, exchange)
    assert exchange.count == 2


def test_a_token_that_does_not_say_how_long_it_lives_is_taken_to_live_five_minutes() -> None:
    now = 0.0
    answers = iter([Secret("first"), Secret("second")])
    key = PersonalAccessToken(Secret(refresh_token()), clock=lambda: now)
    seen = []
    for now in (0, 269, 271):  # noqa: B007
        seen.append(header(key, lambda refresh: next(answers)))
    assert seen == ["Bearer first", "Bearer first", "Bearer second"]


def test_many_threads_share_the_first_exchange() -> None:
    exchange = Exchange(takes=0.02)
    key = PersonalAccessToken(Secret(refresh_token()))
    threads = [threading.Thread(target=key.signature, args=(exchange,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert exchange.count == 1


def test_many_threads_share_one_renewal() -> None:
    exchange = Exchange(takes=0.02)
    key = PersonalAccessToken(Secret(refresh_token()))
    refused = key.signature(exchange)
    threads = [threading.Thread(target=key.renew, args=(refused, exchange)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert exchange.count == 2
    assert key.signature(exchange) is not refused


def test_a_child_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    key = PersonalAccessToken(Secret(refresh_token()))
    key._lock.acquire()  # as a renewing thread of the parent may, at the moment of the fork
    key.after_fork()
    assert header(key) == f"Bearer {access_token(1)}"


def test_a_key_shows_itself_nowhere() -> None:
    for secret in (LEGACY_KEY, refresh_token()):
        key = api_key(Secret(secret))
        signature = key.signature(Exchange())
        assert secret not in repr(key) + str(key) + repr(signature) + str(signature)
        for unpicklable in (key, signature):
            with pytest.raises(TypeError, match="not be pickled"):
                pickle.dumps(unpicklable)


def test_a_process_without_a_key_is_told_what_to_set() -> None:
    with pytest.raises(AuthenticationError, match="LABEL_STUDIO_API_KEY"):
        MissingKey().signature(Exchange())


def payload(text: bytes) -> Secret:
    return Secret(f"a.{base64.urlsafe_b64encode(text).decode()}.c")


@pytest.mark.parametrize(
    "token",
    [
        payload(b"[" * 5_000),
        payload(b'{"exp": ' + b"9" * 5_000 + b"}"),
        payload(b"\xff\xfe{}"),
        payload(b"[1]"),
        payload(b""),
        Secret("a.b.c"),
        Secret("a.\u20ac.c"),
        Secret("." * 10_000_000),
        Secret("a." + "W" * 10_000_000 + ".c"),
    ],
    ids=["deep", "digits", "no UTF-8", "list", "empty", "no base64", "euro", "dots", "long"],
)
def test_a_token_of_another_shape_has_no_claims(token: Secret) -> None:
    assert jwt_claims(token) is None


@pytest.mark.parametrize(
    ("exp", "seconds"),
    [
        (1060, 60),
        (1e300, 315_360_000),
        (float("inf"), 315_360_000),
        *((exp, 300) for exp in (10**400, float("nan"), -1, 1000, None, "soon", [])),
    ],
    ids=["usual", "large", "infinite", "huge", "nan", "negative", "zero", "null", "text", "list"],
)
def test_a_lifetime_that_cannot_be_is_the_usual_one(exp: object, seconds: float) -> None:
    assert _lifetime(Secret(jwt(iat=1000, exp=exp))) == seconds


def test_a_key_is_replaced_for_all_who_share_it() -> None:
    legacy, personal = api_key(Secret(LEGACY_KEY)), api_key(Secret(refresh_token(jti="old")))
    legacy.replace(Secret("f" * 40))
    assert header(legacy) == f"Token {'f' * 40}"
    exchange = Exchange()
    assert header(personal, exchange) == header(personal, exchange)
    personal.replace(Secret(refresh_token(jti="new")))
    assert personal.token_id == "new"
    header(personal, exchange)
    assert exchange.count == 2  # the access token of the old key was dropped


def test_a_key_that_fits_in_no_header_replaces_none() -> None:
    key = api_key(Secret(LEGACY_KEY))
    with pytest.raises(InvalidInput, match="must not contain spaces"):
        key.replace(Secret("a b"))
    assert header(key) == f"Token {LEGACY_KEY}"
