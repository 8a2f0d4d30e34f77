"""Keys on the wire: renewed in time, sent to the server only, and shown nowhere."""

from __future__ import annotations

import logging
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.stub import Answer, Cut, Request, Stub, html, running_stub
from support.texts import LEGACY_KEY
from support.tokens import access_token, refresh_token

from label_studio_orm import LabelStudio
from label_studio_orm.errors import (
    AuthenticationError,
    ConnectionFailed,
    LabelStudioError,
    Unsupported,
)
from label_studio_orm.http import Session

REFRESH = refresh_token()
PROJECT = {"id": 1, "title": "Reviews"}


class Tokens:
    """A server that gives short-lived access tokens and takes the newest one only."""

    def __init__(self, stub: Stub, lifetime: float = 300) -> None:
        self.lifetime = lifetime
        self.given = 0
        self.lock = threading.Lock()
        stub.on("POST", "/api/token/refresh", self.refresh)
        stub.on("GET", "/api/projects/1/", self.project)

    def refresh(self, request: Request) -> Any:
        assert "Authorization" not in request.headers
        if request.json != {"refresh": REFRESH}:
            return Answer({"detail": "Token is invalid"}, status=401)
        with self.lock:
            self.given += 1
            return {"access": access_token(self.given, self.lifetime)}

    def project(self, request: Request) -> Any:
        newest = f"Bearer {access_token(self.given, self.lifetime)}"
        if request.headers.get("Authorization") != newest:
            return Answer({"detail": "Token is expired"}, status=401)
        return PROJECT

    def expire(self) -> None:
        """Take no token any more that was given so far."""
        self.given += 1


@pytest.fixture
def pat(connect_to: Callable[..., LabelStudio]) -> LabelStudio:
    return connect_to(api_key=REFRESH)


def read(ls: LabelStudio) -> Any:
    return ls.json("GET", "/api/projects/1/")


def test_a_legacy_token_is_sent_with_every_request(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/projects/1/", PROJECT)
    read(ls)
    assert stub.requests[0].headers["Authorization"] == f"Token {LEGACY_KEY}"


def test_a_personal_access_token_is_exchanged_once(pat: LabelStudio, stub: Stub) -> None:
    tokens = Tokens(stub)
    for _ in range(5):
        assert read(pat) == PROJECT
    assert tokens.given == 1
    assert stub.said.count("POST /api/token/refresh") == 1


def test_a_run_longer_than_a_tokens_lifetime_renews_it(pat: LabelStudio, stub: Stub) -> None:
    tokens = Tokens(stub, lifetime=0.2)
    while tokens.given < 4:
        assert read(pat) == PROJECT
    assert stub.said.count("GET /api/projects/1/") > tokens.given  # not one renewal a request


def test_a_token_that_was_refused_is_renewed_once_for_all_threads(
    pat: LabelStudio, stub: Stub
) -> None:
    tokens = Tokens(stub)
    read(pat)
    tokens.expire()
    answers: list[Any] = []
    threads = [threading.Thread(target=lambda: answers.append(read(pat))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [PROJECT] * 16
    assert stub.said.count("POST /api/token/refresh") == 2


def test_a_refused_post_is_sent_again_with_the_new_token(pat: LabelStudio, stub: Stub) -> None:
    Tokens(stub)
    refused = Answer({"detail": "Token is expired"}, status=401)
    stub.on("POST", "/api/projects/", refused, PROJECT)
    assert pat.projects.create(title="Reviews").id == 1
    assert [r.json for r in stub.requests if r.path == "/api/projects/"] == [
        {"title": "Reviews"}
    ] * 2


def test_a_token_that_stays_refused_is_an_error(pat: LabelStudio, stub: Stub) -> None:
    Tokens(stub)
    stub.on("GET", "/api/projects/1/", Answer({"detail": "User is inactive"}, status=401))
    with pytest.raises(AuthenticationError, match="personal access token was sent"):
        read(pat)
    assert stub.said.count("GET /api/projects/1/") == 2


@pytest.mark.parametrize(
    ("key", "kind", "where"),
    [
        (LEGACY_KEY, "legacy token", "Account & Settings → Legacy Token"),
        (refresh_token(jti="9"), "personal access token", "→ Personal Access Token"),
    ],
)
def test_a_wrong_key_names_its_kind_and_where_to_look(
    key: str, kind: str, where: str, connect_to: Callable[..., LabelStudio], stub: Stub
) -> None:
    Tokens(stub)
    with pytest.raises(PermissionError) as caught:
        read(connect_to(api_key=key))
    assert f"A {kind} was sent" in str(caught.value)
    assert where in str(caught.value)
    assert stub.url in str(caught.value)
    assert key not in str(caught.value)


@pytest.mark.parametrize("release", ["1.10.1dev", "1.16.0"])
def test_a_server_without_personal_access_tokens_is_named(
    release: str, pat: LabelStudio, stub: Stub
) -> None:
    stub.on("POST", "/api/token/refresh", html(404))
    stub.on("PROPFIND", "/api/token/refresh", html(404))
    stub.on("GET", "/api/version", {"release": release})
    with pytest.raises(
        Unsupported, match=r"1\.17 and later have them\. Use the user's legacy"
    ) as caught:
        read(pat)
    assert f"Label Studio {release} has no personal access tokens" in str(caught.value)
    assert stub.url in str(caught.value)


def test_a_legacy_token_where_these_are_switched_off_says_what_to_use(
    ls: LabelStudio, stub: Stub
) -> None:
    detail = (
        "Authentication token no longer valid: legacy token authentication has been disabled for "
        "this organization"
    )
    stub.on("GET", "/api/projects/1/", Answer({"detail": detail}, status=401))
    with pytest.raises(AuthenticationError, match="Legacy tokens are switched off at") as caught:
        read(ls)
    assert "Use a personal access token" in str(caught.value)
    assert "mistyped" not in str(caught.value)


def test_an_exchange_that_is_lost_is_retried_and_changes_nothing(
    pat: LabelStudio, stub: Stub
) -> None:
    def cut(request: Request) -> Any:
        raise Cut

    Tokens(stub)
    stub.on("POST", "/api/token/refresh", cut)
    stub.on("POST", "/api/projects/", PROJECT)
    with pytest.raises(ConnectionFailed):  # not OutcomeUnknown: the project was not sent
        pat.projects.create(title="Reviews")
    assert set(stub.said) == {"POST /api/token/refresh"}
    assert len(stub.said) == 4


# -- to whom it is sent ------------------------------------------------------------------------


@pytest.fixture
def elsewhere() -> Iterator[Stub]:
    with running_stub() as other:
        other.on("GET", "/file", {"found": True})
        yield other


def test_a_redirect_to_another_host_takes_neither_key_nor_headers_along(
    connect_to: Callable[..., LabelStudio], stub: Stub, elsewhere: Stub
) -> None:
    there = Answer(status=302, headers={"Location": f"{elsewhere.url}/file"})
    stub.on("GET", "/api/download", there)
    ls = connect_to(headers={"X-Gate": "s3cret"})
    assert ls.json("GET", "/api/download") == {"found": True}
    assert not {"Authorization", "X-Gate"} & set(elsewhere.requests[0].headers)


def test_a_refusal_elsewhere_is_not_blamed_on_the_key(
    pat: LabelStudio, stub: Stub, elsewhere: Stub
) -> None:
    Tokens(stub)
    stub.on("GET", "/api/file", Answer(status=302, headers={"Location": f"{elsewhere.url}/gone"}))
    elsewhere.on("GET", "/gone", Answer(status=401))
    with pytest.raises(ConnectionFailed, match=r"redirected to 127\.0\.0\.1, which answered 401"):
        pat.request("GET", "/api/file")
    assert stub.said.count("POST /api/token/refresh") == 1


def test_a_login_of_the_users_session_is_not_taken_to_another_host(
    connect_to: Callable[..., LabelStudio], stub: Stub, elsewhere: Stub
) -> None:
    session = Session()
    session.headers["Authorization"] = "Basic s3cret"
    stub.on("GET", "/api/file", Answer(status=302, headers={"Location": f"{elsewhere.url}/file"}))
    connect_to(session=session).request("GET", "/api/file")
    assert "Authorization" not in elsewhere.requests[0].headers


def test_a_redirect_to_nowhere_raises_our_error(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/file", Answer(status=302, headers={"Location": "http://[bad"}))
    with pytest.raises(LabelStudioError):
        ls.request("GET", "/api/file")


def test_a_redirect_on_the_server_keeps_the_key(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/download", Answer(status=302, headers={"Location": "/api/file?x=1"}))
    stub.on("GET", "/api/file", {"found": True})
    assert ls.json("GET", "/api/download", params={"y": 2}) == {"found": True}
    assert stub.requests[1].headers["Authorization"] == f"Token {LEGACY_KEY}"
    assert stub.requests[1].query == {"x": "1"}


def test_redirects_without_end_are_an_error(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/download", Answer(status=302, headers={"Location": "/api/download"}))
    with pytest.raises(ConnectionFailed, match="redirected"):
        ls.request("GET", "/api/download")
    assert len(stub.requests) == 6


def test_a_netrc_entry_does_not_replace_the_key(
    ls: LabelStudio, stub: Stub, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login jane password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    stub.on("GET", "/api/projects/1/", PROJECT)
    read(ls)
    assert stub.requests[0].headers["Authorization"] == f"Token {LEGACY_KEY}"


# -- where it must not show --------------------------------------------------------------------


def faults(stub: Stub) -> dict[str, Any]:
    def cut(request: Request) -> Any:
        raise Cut

    return {
        "401": Answer({"detail": "Invalid token."}, status=401),
        "400": Answer({"detail": "Bad."}, status=400),
        "500": Answer({"detail": "Oops."}, status=500),
        "cut": cut,
        "html": html(200),
        "redirect": Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}),
        "none": Answer({"detail": "Not found."}, status=404),
    }


@pytest.mark.parametrize("fault", ["401", "400", "500", "cut", "html", "redirect", "none"])
@pytest.mark.parametrize("kind", ["legacy", "personal"])
def test_no_key_shows_in_any_repr_log_error_or_pickle(
    kind: str,
    fault: str,
    connect_to: Callable[..., LabelStudio],
    stub: Stub,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    Tokens(stub)
    key = LEGACY_KEY if kind == "legacy" else REFRESH
    secrets = [key, access_token(1), access_token(2)]
    ls = connect_to(api_key=key)
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    stub.on("GET", "/api/version", faults(stub)[fault])
    with pytest.raises(LabelStudioError) as caught:
        ls.json("GET", "/api/version")
    shown = [
        repr(ls),
        repr(ls._transport.key),
        repr(ls._transport.settings),
        repr(vars(caught.value)),
        "".join(traceback.format_exception(caught.value)),
        caplog.text,
        pickle.dumps([ls, caught.value, ls.projects.get(1)]).decode("latin-1"),
    ]
    assert [secret for secret in secrets for text in shown if secret in text] == []
    chain: Any = caught.value
    while chain is not None:  # whoever prints the request of a cause would print the key
        assert not hasattr(chain, "request")
        chain = chain.__cause__ or chain.__context__


def test_a_response_does_not_carry_the_key(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", "/api/version", {})
    response = ls.request("GET", "/api/version")
    assert LEGACY_KEY.encode() not in pickle.dumps(response)
    assert LEGACY_KEY not in repr(response.request.headers)


@pytest.mark.parametrize("key", [LEGACY_KEY, REFRESH], ids=["legacy", "personal"])
def test_no_frame_of_an_error_has_the_key_in_a_variable(
    key: str, connect_to: Callable[..., LabelStudio], stub: Stub
) -> None:
    stub.on("POST", "/api/token/refresh", Answer({"detail": "no"}, status=401))
    stub.on("GET", "/api/version", Answer({}, status=500))
    ls = connect_to(api_key=key)
    try:
        ls.request("GET", "/api/version")
    except LabelStudioError as error:
        frames = traceback.walk_tb(error.__traceback__)
        ours = [
            frame.f_locals for frame, _ in frames if "label_studio_orm/" in frame.f_code.co_filename
        ]
    assert ours
    assert key not in repr(ours)


def test_a_bad_header_is_refused_without_quoting_it(stub: Stub) -> None:
    ls = LabelStudio(stub.url, api_key=LEGACY_KEY, headers={"X-Gate": "s3cret\n"})
    with pytest.raises(ValueError, match="a header is invalid") as caught:
        ls.request("GET", "/api/version")
    assert "s3cret" not in str(caught.value)


def test_options_of_a_sibling_hold_for_the_exchange_too(pat: LabelStudio, stub: Stub) -> None:
    Tokens(stub)
    assert read(pat.with_options(headers={"X-Gate": "open"})) == PROJECT
    assert [request.headers["X-Gate"] for request in stub.requests] == ["open", "open"]
