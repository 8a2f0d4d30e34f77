"""Tokens on a real server: used for longer than one access token lives, and administered."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from support.newcomer import newcomer, temporary_users

from label_studio_orm import LabelStudio
from label_studio_orm.errors import AuthenticationError, InvalidInput, Rejected
from label_studio_orm.http.auth import PersonalAccessToken, Signature
from label_studio_orm.server import LocalServer


class Counting(PersonalAccessToken):
    """Counts the exchanges."""

    exchanges = 0

    def _fetch(self, exchange: Any) -> None:
        super()._fetch(exchange)
        self.exchanges += 1


@pytest.fixture(scope="module", autouse=True)
def _temporary_users(local_server: LocalServer) -> Iterator[None]:
    with temporary_users(local_server.client()):
        yield


@pytest.fixture
def key(local_server: LocalServer) -> Counting:
    return Counting(local_server.personal_access_token)


@pytest.fixture
def ls(local_server: LocalServer, key: Counting) -> LabelStudio:
    ls = local_server.client(api_key=local_server.personal_access_token)
    ls._transport.key = key
    return ls


@pytest.mark.operations("tokens.refresh")
def test_an_access_token_is_renewed_when_it_expires(ls: LabelStudio, key: Counting) -> None:
    for number in range(1, 4):
        assert ls.whoami().email == "demo@example.com"
        assert ls.whoami().id == 1
        assert key.exchanges == number
        key._renew_at = 0  # the life of the token is over


def test_many_threads_renew_a_refused_token_once(ls: LabelStudio, key: Counting) -> None:
    ls.whoami()
    key._signature = Signature("Bearer refused.by.the-server")
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(ls.whoami().email)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["demo@example.com"] * 12
    assert key.exchanges == 2


@pytest.fixture
def account(local_server: LocalServer) -> LabelStudio:
    """Return a client with the legacy token of a user whom no other test uses."""
    return newcomer(local_server.client())


@pytest.fixture
def pat(account: LabelStudio) -> LabelStudio:
    """Return a client with the personal access token of such a user."""
    return with_key(account, account.tokens.create())


def with_key(ls: LabelStudio, key: Any) -> LabelStudio:
    return LabelStudio(ls.server, api_key=key, proxies={"no_proxy": "127.0.0.1"})


def forget_access(ls: LabelStudio) -> LabelStudio:
    """Make the client exchange its token again: access tokens live on for five minutes."""
    ls._transport.key._signature = Signature()  # type: ignore[attr-defined]
    ls._transport.key._renew_at = 0  # type: ignore[attr-defined]
    return ls


@pytest.mark.operations("tokens.create", "tokens.get", "tokens.blacklist")
def test_a_token_is_created_listed_and_revoked(account: LabelStudio) -> None:
    key = account.tokens.create()
    assert with_key(account, key).whoami() == account.whoami()
    (token,) = account.tokens
    assert token.created is not None
    assert token.expires is not None
    assert token.created < token.expires
    assert not token.in_use
    assert key.reveal() not in f"{key!r} {token!r} {account.tokens!r}"
    token.revoke()
    assert len(account.tokens) == 0
    with pytest.raises(AuthenticationError):
        with_key(account, key).whoami()


def test_a_second_token_is_refused_with_what_to_do(account: LabelStudio) -> None:
    account.tokens.create()
    with pytest.raises(Rejected, match=r"already have a valid [^$]*tokens\.rotate\(\) replaces"):
        account.tokens.create()


@pytest.mark.operations("tokens.refresh")
def test_a_client_and_its_siblings_go_on_with_the_new_token(pat: LabelStudio) -> None:
    old, sibling = pat._transport.key.text, pat.with_options(timeout=9)
    new = pat.tokens.rotate()
    assert forget_access(sibling).whoami() == forget_access(pat).whoami()
    assert with_key(pat, new).whoami() == pat.whoami()
    with pytest.raises(AuthenticationError):
        with_key(pat, old).whoami()


def test_a_token_is_rotated_by_a_client_with_a_legacy_token(account: LabelStudio) -> None:
    with pytest.raises(InvalidInput, match=r"one token to rotate, not 0: create\(\) one"):
        account.tokens.rotate()
    old = account.tokens.create()
    assert with_key(account, account.tokens.rotate()).whoami() == account.whoami()
    with pytest.raises(AuthenticationError):
        with_key(account, old).whoami()


def test_the_token_in_use_is_revoked_by_force_only(pat: LabelStudio) -> None:
    token = pat.tokens[0]
    assert token.in_use
    with pytest.raises(InvalidInput, match=r"rotate\(\) replaces it"):
        token.revoke()
    assert forget_access(pat).whoami()
    pat.tokens.revoke(pat._transport.key.text, force=True)
    with pytest.raises(AuthenticationError):
        forget_access(pat).whoami()


def test_the_token_of_another_user_is_not_revoked(ls: LabelStudio, pat: LabelStudio) -> None:
    key = pat._transport.key.text.reveal()
    with pytest.raises(InvalidInput, match=r"must be one of <User 1>, .* one of user") as caught:
        ls.tokens.revoke(key)
    assert key not in str(caught.value)
    assert forget_access(pat).whoami()


@pytest.mark.operations("users.get_token", "users.reset_token")
def test_a_client_goes_on_with_the_legacy_token_that_was_reset(account: LabelStudio) -> None:
    old, sibling = account.tokens.legacy, account.with_options(timeout=9)
    new = account.tokens.reset_legacy()
    assert new == account.tokens.legacy != old
    assert sibling.whoami() == with_key(account, new).whoami()
    with pytest.raises(AuthenticationError):
        with_key(account, old).whoami()


def test_a_reset_of_the_legacy_token_leaves_the_personal_one(pat: LabelStudio) -> None:
    new = pat.tokens.reset_legacy()
    assert forget_access(pat).whoami() == with_key(pat, new).whoami()
    assert isinstance(pat._transport.key, PersonalAccessToken)
