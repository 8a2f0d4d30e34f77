"""Tokens: what is checked, what a lost answer leaves, and that no client locks itself out."""

from __future__ import annotations

from typing import Any

import pytest
from support.fake import FakeClient
from support.tokens import access_token, jwt, refresh_token

from label_studio_orm import Tokens
from label_studio_orm.errors import InvalidInput, NotFound, OutcomeUnknown, Rejected
from label_studio_orm.http.auth import api_key
from label_studio_orm.secret import Secret
from label_studio_orm.tuning import Tuning

OLD = refresh_token(jti="old", user_id="1")
NEW = refresh_token(jti="new", user_id="1")
NEWEST = refresh_token(jti="newest", user_id="1")
EXISTS = Rejected("You already have a valid token.", status=409)
BLACKLIST, ROTATE = "POST /api/token/blacklist/", "POST /api/token/rotate/"
CREATE, LIST, RESET = "POST /api/token/", "GET /api/token/", "POST /api/current-user/reset-token/"


class Server:
    """Has the tokens of one user; may lose the answers of some requests."""

    def __init__(self, client: FakeClient, *tokens: str) -> None:
        self.tokens, self.coming, self.lost = [*tokens], [NEW, NEWEST], set[str]()
        client.answers |= {
            "GET /api/current-user/whoami": {"id": 1, "email": "demo@example.com"},
            LIST: lambda _: [{"token": each.rpartition(".")[0]} for each in self.tokens],
            CREATE: lambda _: self.create(CREATE, "token"),
            ROTATE: self.rotate,
            BLACKLIST: self.blacklist,
            RESET: {"token": "f" * 40},
            "GET /api/current-user/token": {"token": "e" * 40},
        }

    def create(self, call: str, name: str) -> Any:
        if self.tokens:
            return EXISTS
        self.tokens.append(self.coming.pop(0))
        if call in self.lost:
            self.lost.remove(call)
            return OutcomeUnknown("lost")
        return {name: self.tokens[0]}

    def blacklist(self, options: Any) -> Any:
        text = options["json"]["refresh"]
        left = [each for each in self.tokens if not each.startswith(text.rstrip("."))]
        if left == self.tokens:
            return NotFound("Token is invalid or already blacklisted.")
        self.tokens = left
        return None

    def rotate(self, options: Any) -> Any:
        self.blacklist(options)
        return self.create(ROTATE, "refresh")


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client._api_key = api_key(Secret(OLD))
    client._tuning = Tuning(first_interval=0)
    return client


@pytest.fixture
def token_server(client: FakeClient) -> Server:
    return Server(client, OLD)


@pytest.fixture
def tokens(client: FakeClient, token_server: Server) -> Tokens:
    return Tokens(client)


def test_a_token_that_is_not_there_is_named(tokens: Tokens) -> None:
    with pytest.raises(IndexError, match=r"There is no \[3\] in <Tokens of the key's user at http"):
        tokens[3]


def test_listed_tokens_are_told_by_their_ids(tokens: Tokens) -> None:
    (token,) = tokens
    assert (token.id, token.in_use) == ("old", True)
    assert token.created is not None
    assert repr(token).startswith("<Token old created 2026-09-21 ")
    assert tokens[0] == token
    assert len(tokens) == 1


@pytest.mark.parametrize("claims", [{"exp": 1e300}, {"exp": "soon"}, {"exp": None}, {"exp": []}])
def test_a_strange_time_is_none(
    claims: dict[str, Any], client: FakeClient, tokens: Tokens, token_server: Server
) -> None:
    token_server.tokens = [jwt(token_type="refresh", jti="x", **claims)]
    assert tokens[0].expires is None
    assert repr(tokens[0]) == "<Token x>"


@pytest.mark.parametrize("text", ["", "abc", "a.b", "a.b.c.d"])
def test_what_is_no_token_has_no_id_and_is_not_in_use(
    text: str, client: FakeClient, tokens: Tokens
) -> None:
    client.answers[LIST] = [{"token": text}]
    client._api_key = api_key(Secret("0123456789abcdef"))
    assert (tokens[0].id, tokens[0].in_use) == ("", False)


def test_a_new_token_is_hidden(tokens: Tokens, token_server: Server) -> None:
    token_server.tokens = []
    token = tokens.create()
    assert (repr(token), token.reveal()) == ("***", NEW)


def test_a_second_token_is_refused_with_what_to_do(tokens: Tokens) -> None:
    with pytest.raises(Rejected, match=r"a valid token\.\ntokens\.rotate\(\) replaces it"):
        tokens.create()


def test_a_lost_answer_says_what_to_do(tokens: Tokens, token_server: Server) -> None:
    token_server.tokens, token_server.lost = [], {CREATE}
    with pytest.raises(OutcomeUnknown, match=r"its text is lost: revoke\(\) what ls.tokens lists"):
        tokens.create()


def test_the_client_goes_on_with_the_new_token(client: FakeClient, tokens: Tokens) -> None:
    assert tokens.rotate().reveal() == client._api_key.text.reveal() == NEW
    assert client.changed == [ROTATE]
    assert tokens[0].in_use


def test_a_lost_rotation_ends_with_a_token_that_the_client_has(
    client: FakeClient, tokens: Tokens, token_server: Server
) -> None:
    token_server.lost = {ROTATE, CREATE}
    token_server.coming = [NEW, NEWEST, refresh_token(jti="last", user_id="1")]
    key = tokens.rotate()
    assert token_server.tokens == [key.reveal()] == [client._api_key.text.reveal()]
    assert tokens[0].id == "last"


def test_a_rotation_that_never_arrived_is_made_up_for(
    client: FakeClient, tokens: Tokens, token_server: Server
) -> None:
    client.answers[ROTATE] = OutcomeUnknown("lost")
    assert token_server.tokens != [tokens.rotate().reveal()] == [NEW]
    assert client.changed == [ROTATE, BLACKLIST, CREATE]


def test_a_rotation_that_cannot_be_made_up_for_says_so(client: FakeClient, tokens: Tokens) -> None:
    client.answers |= {ROTATE: OutcomeUnknown("lost"), CREATE: Rejected("no", status=400)}
    with pytest.raises(Rejected, match=r"no\nThe old token may be revoked.*create\(\) one"):
        tokens.rotate()


def test_a_refused_rotation_leaves_the_key(client: FakeClient, tokens: Tokens) -> None:
    client.answers[ROTATE] = Rejected("Invalid refresh token", status=400)
    with pytest.raises(Rejected, match="Invalid"):
        tokens.rotate()
    assert client._api_key.text.reveal() == OLD
    assert client.changed == [ROTATE]


def test_a_client_with_a_legacy_token_keeps_it(client: FakeClient, tokens: Tokens) -> None:
    client._api_key = key = api_key(Secret("0123456789abcdef"))
    assert tokens.rotate().reveal() == NEW
    assert client._api_key is key
    assert client.changed == [BLACKLIST, CREATE]


def test_other_tokens_than_the_lost_one_are_kept(
    client: FakeClient, tokens: Tokens, token_server: Server
) -> None:
    other = refresh_token(jti="other", user_id="1")
    token_server.tokens = [OLD, other]
    client.answers |= {ROTATE: OutcomeUnknown("lost"), CREATE: {"token": NEW}}
    assert tokens.rotate().reveal() == NEW
    assert token_server.tokens == [other]


def test_one_of_several_tokens_is_not_picked(
    client: FakeClient, tokens: Tokens, token_server: Server
) -> None:
    client._api_key = api_key(Secret("0123456789abcdef"))
    token_server.tokens = [OLD, NEW]
    with pytest.raises(
        InvalidInput, match=r"must be one token to rotate, not 2: revoke\(\) the others"
    ):
        tokens.rotate()
    assert client.changed == []


def test_the_token_in_use_is_not_revoked(client: FakeClient, tokens: Tokens) -> None:
    for revoke in (tokens[0].revoke, lambda: tokens.revoke(OLD)):
        with pytest.raises(InvalidInput, match=r"locked out: rotate\(\) replaces it.*force=True"):
            revoke()
    assert client.changed == []
    tokens.revoke(OLD, force=True)
    assert client.changed == [BLACKLIST]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("0123456789abcdef", "must be a personal access token: .* legacy token: reset_legacy"),
        (access_token(1), "must be a personal access token"),
        ("", "must be a personal access token"),
        (3, "must be a personal access token"),
        (None, "must be a personal access token"),
        (refresh_token(jti="x"), "it is one of user None"),
        (refresh_token(jti="x", user_id="5"), "it is one of user 5, who alone can revoke it"),
    ],
)
def test_what_is_no_token_of_this_user_is_not_sent(
    text: Any, error: str, client: FakeClient, tokens: Tokens
) -> None:
    with pytest.raises(InvalidInput, match=error) as caught:
        tokens.revoke(text)
    assert not text or str(text) not in str(caught.value)
    assert client.changed == []


def test_the_client_goes_on_with_the_new_legacy_token(client: FakeClient, tokens: Tokens) -> None:
    client._api_key = key = api_key(Secret("0123456789abcdef"))
    new = tokens.reset_legacy()
    assert key.secrets == (new,)
    assert new.reveal() == "f" * 40


def test_a_personal_access_token_survives_the_reset_of_the_legacy_one(
    client: FakeClient, tokens: Tokens
) -> None:
    tokens.reset_legacy()
    assert client._api_key.text.reveal() == OLD


@pytest.mark.parametrize(("key", "told"), [("0123456789abcdef", True), (OLD, False)])
def test_a_lost_reset_says_whether_the_client_is_locked_out(
    key: str, told: bool, client: FakeClient, tokens: Tokens
) -> None:
    client._api_key = api_key(Secret(key))
    client.answers[RESET] = OutcomeUnknown("lost")
    with pytest.raises(OutcomeUnknown) as caught:
        tokens.reset_legacy()
    assert ("locked out" in str(caught.value)) is told


def test_the_legacy_token_is_hidden(tokens: Tokens) -> None:
    assert (repr(tokens.legacy), tokens.legacy.reveal()) == ("***", "e" * 40)


@pytest.mark.parametrize("index", [None, "old", 0.0, []])
def test_an_index_of_tokens_is_an_integer(index: Any, tokens: Tokens) -> None:
    with pytest.raises(InvalidInput, match="An index of tokens must be an integer"):
        tokens[index]
