"""No error shows a key, a password or a secret of a storage, whatever fails."""

from __future__ import annotations

import base64
import logging
import pickle
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests
from support.leaks import leaks
from support.stub import Answer, Request, Stub, nowhere
from support.texts import LEGACY_KEY
from support.tokens import access_token, refresh_token

import label_studio_orm
from label_studio_orm import LabelStudio, Limits
from label_studio_orm.errors import AuthenticationError, LabelStudioError, Rejected
from label_studio_orm.http import transport
from label_studio_orm.redaction import without_secrets

REFRESH = refresh_token()
HUSH = 'pa"ss\\wörd & hush/1234'
GATE = "open-sesame-1234"
Connect = Callable[..., LabelStudio]


# -- what the constructor refuses ----------------------------------------------------------------


@pytest.mark.parametrize("make", [LabelStudio, label_studio_orm.connect], ids=["class", "connect"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "localhost:8080"},
        {"url": f"http://me:{GATE}@host"},
        {"url": LEGACY_KEY},
        {"url": "http://host", "timeout": -1},
        {"url": "http://host", "headers": 5},
        {"url": "http://host", "proxies": "http://proxy"},
        {"url": "http://host", "cert": "/not/there.pem"},
        {"url": "http://host", "hosts": [5]},
        {"url": "http://host", "api_key": f"{LEGACY_KEY}\n{GATE}"},
        {"url": "http://host", "api_kee": "x"},
    ],
    ids=["url", "login", "key", "timeout", "headers", "proxies", "cert", "hosts", "lines", "typo"],
)
def test_a_constructor_that_refuses_an_option_shows_no_secret(
    wrong: dict[str, Any], make: Connect
) -> None:
    given: dict[str, Any] = {"api_key": LEGACY_KEY, "headers": {"X-Gate": GATE}}
    with pytest.raises((LabelStudioError, TypeError)) as caught:
        make(**{**given, "proxies": {"https": f"http://me:{GATE}@proxy"}, **wrong})
    assert leaks(caught.value, LEGACY_KEY, GATE) == []


@pytest.mark.parametrize("name", ["header", "heders", "api_kee", "password"])
@pytest.mark.parametrize("do", ["request", "json", "fetch", "with_options", "client"])
def test_an_option_with_a_mistyped_name_is_not_shown(
    do: str, name: str, connect_to: Connect
) -> None:
    ls = connect_to()
    calls: dict[str, Callable[..., Any]] = {
        "request": partial(ls.request, "GET", "/api/x"),
        "json": partial(ls.json, "GET", "/api/x"),
        "fetch": partial(ls.fetch, "/api/x"),
        "with_options": ls.with_options,
        "client": partial(label_studio_orm.connect, ls.server, api_key=LEGACY_KEY),
    }
    with pytest.raises(TypeError) as caught:
        calls[do](**{name: {"X-Gate": GATE}})
    assert leaks(caught.value, GATE, LEGACY_KEY) == []


def test_a_client_whose_constructor_failed_has_a_repr() -> None:
    assert repr(LabelStudio.__new__(LabelStudio)) == "<LabelStudio not connected>"


# -- what fails while a request is sent ------------------------------------------------------------


def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: Any, **options: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", interrupt)


def bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(transport, "key_was_refused", fail)


@pytest.mark.parametrize("key", [LEGACY_KEY, REFRESH], ids=["legacy", "personal"])
@pytest.mark.parametrize("broken", [interrupted, bug], ids=["interrupted", "bug"])
def test_an_interrupted_request_shows_no_secret(
    broken: Callable[[Any], None], key: str, connect_to: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    ls = connect_to(api_key=key, headers={"X-Gate": GATE})
    broken(monkeypatch)
    with pytest.raises((KeyboardInterrupt, ZeroDivisionError)) as caught:
        ls.request("GET", "/api/version", headers={"X-Other": GATE})
    assert leaks(caught.value, key, GATE) == []


def test_a_server_that_is_not_there_shows_no_secret() -> None:
    ls = LabelStudio(nowhere(), api_key=LEGACY_KEY, headers={"X-Gate": GATE})
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    with pytest.raises(ConnectionError) as caught:
        ls.request("GET", "/api/version")
    assert leaks(caught.value, LEGACY_KEY, GATE) == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "proxy",
    [
        "socks9://me:{}@h",
        "http://me:{}@",
        "http://me:{}@[::1",
        "me:{}@h:x",
        "http://me:{}@127.0.0.1:1",
    ],
    ids=["scheme", "no host", "bracket", "port", "refused"],
)
def test_a_proxy_that_cannot_be_used_shows_no_password(
    proxy: str, method: str, connect_to: Connect
) -> None:
    def request() -> None:
        ls = connect_to(proxies={"http": proxy.format(GATE)})
        ls._transport.backoff = ls._transport.backoff.new(total=0)
        ls.request(method, "/api/version")

    with pytest.raises(LabelStudioError) as caught:
        request()
    assert leaks(caught.value, LEGACY_KEY, GATE) == []


@pytest.mark.parametrize("value", [f"{GATE}\n", f"{GATE}é€", 5, None, [GATE]], ids=repr)
def test_a_header_that_cannot_be_sent_is_not_shown(value: Any, connect_to: Connect) -> None:
    ls = connect_to(headers={"X-Gate": value})
    with pytest.raises(LabelStudioError) as caught:
        ls.request("GET", "/api/version", headers={"X-Other": value})
    assert leaks(caught.value, LEGACY_KEY, GATE) == []


HEADERS = {f"X-{number}": "z" * 60_000 for number in range(20)}
TOO_MUCH = {
    "body": Answer(body=b"x" * 2_000),
    "length": Answer(body=b"", headers={"Content-Length": "5000"}),
    "no length": Answer(body=b"", headers={"Content-Length": "²".encode().decode("latin-1")}),
    "headers": Answer({}, headers=HEADERS),
    "deep": Answer(body=b"[" * 900),
    "not JSON": Answer(body=b"x"),
    "bad redirect": Answer(status=302, headers={"Location": "http://[x"}),
    "broken": Answer(body=b"x" * 99, cut=1),
}


@pytest.mark.parametrize("key", [LEGACY_KEY, REFRESH], ids=["legacy", "personal"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("answer", TOO_MUCH.values(), ids=TOO_MUCH)
def test_a_response_that_cannot_be_read_shows_no_secret(
    answer: Answer, method: str, key: str, connect_to: Connect, stub: Stub
) -> None:
    stub.on("POST", "/api/token/refresh", {"access": access_token(1)})
    ls = connect_to(api_key=key, headers={"X-Gate": GATE}, limits=Limits(answer_bytes=1_000))
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    stub.on(method, "/api/x", answer)
    with pytest.raises(LabelStudioError) as caught:
        ls.json(method, "/api/x", json={"password": HUSH} if method == "POST" else None)
    assert leaks(caught.value, key, access_token(1), GATE, HUSH) == []


def echo(status: int, **headers: str) -> Callable[[Request], Answer]:
    """Answer with all that was sent."""

    def answer(request: Request) -> Answer:
        sent = f"{request.headers} {request.body.decode()}"
        body = {"detail": sent, "validation_errors": {"title": [sent]}, "id": sent}
        key = request.headers.get("Authorization", "")
        return Answer(body, status=status, headers={n: v.format(key) for n, v in headers.items()})

    return answer


@pytest.mark.parametrize("key", [LEGACY_KEY, REFRESH], ids=["legacy", "personal"])
@pytest.mark.parametrize(
    "answer",
    [
        *(echo(status) for status in (400, 401, 403, 404, 500)),
        echo(302, Location="http://[{}"),
        echo(304, Location="/{}"),
        echo(404, **{"Content-Type": "{}"}),
    ],
    ids=["400", "401", "403", "404", "500", "bad redirect", "redirect", "type"],
)
def test_what_a_server_echoes_is_blanked_out(
    answer: Any, key: str, connect_to: Connect, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stub.on("POST", "/api/token/refresh", {"access": access_token(1)})
    stub.on("GET", "/api/version", {"release": "1.23.2"})
    stub.on("GET", "/api/file", answer)
    ls = connect_to(api_key=key, headers={"X-Gate": GATE, "X-Login": "Basic bWU6aHVzaGh1c2g="})
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    with pytest.raises(LabelStudioError) as caught:
        ls.request("GET", "/api/file", headers={"X-Other": "hushhush"})
    secrets = (key, access_token(1), GATE, "hushhush", "bWU6aHVzaGh1c2g=")
    assert leaks(caught.value, *secrets) == []
    shown = caplog.text + pickle.dumps(caught.value).decode("latin-1")
    assert [secret for secret in secrets if secret in shown] == []


@pytest.mark.parametrize("key", [LEGACY_KEY, REFRESH], ids=["legacy", "personal"])
def test_an_exchange_that_is_refused_does_not_show_what_was_sent(
    key: str, connect_to: Connect, stub: Stub
) -> None:
    stub.on("POST", "/api/token/refresh", echo(401))
    stub.on("GET", "/api/file", echo(401))
    with pytest.raises(AuthenticationError) as caught:
        connect_to(api_key=key).request("GET", "/api/file")
    assert leaks(caught.value, key) == []
    assert "***" in str(caught.value.detail)


@pytest.mark.parametrize(
    "access",
    [
        *("a b hush1234", "hush1234\nX-Other: 1", "hush1234\r", "hush1234é", "", "h" * 9_000),
        *(None, 5, ["hush1234"], {"hush1234": 1}, True),
    ],
    ids=[
        "space",
        "line",
        "return",
        "accent",
        "empty",
        "long",
        "null",
        "number",
        "list",
        "object",
        "bool",
    ],
)
def test_an_access_token_that_cannot_be_sent_is_not_quoted(
    access: Any, connect_to: Connect, stub: Stub
) -> None:
    stub.on("POST", "/api/token/refresh", {"access": access})
    with pytest.raises(AuthenticationError, match="cannot be sent in a header") as caught:
        connect_to(api_key=REFRESH).request("GET", "/api/version")
    assert leaks(caught.value, REFRESH, "hush1234", "hhhhhhhh") == []


@pytest.mark.parametrize(
    "exp",
    ["1" + "0" * 400, "9" * 5_000, "Infinity", "-Infinity", "NaN", "-1", "null", "[" * 2_000],
    ids=["huge", "digits", "infinity", "minus infinity", "nan", "negative", "null", "deep"],
)
def test_an_access_token_with_odd_claims_is_used(exp: str, connect_to: Connect, stub: Stub) -> None:
    claims = base64.urlsafe_b64encode(f'{{"iat": 0, "exp": {exp}}}'.encode()).decode()
    access = f"a.{claims.rstrip('=')}.c"
    stub.on("POST", "/api/token/refresh", {"access": access})
    stub.on("GET", "/api/version", {"release": "1.23.2"})
    assert connect_to(api_key=REFRESH).request("GET", "/api/version").status_code == 200
    assert stub.requests[-1].headers["Authorization"] == f"Bearer {access}"


@pytest.mark.parametrize("stream", [False, True])
def test_a_response_has_no_secret_of_its_request(
    stream: bool, connect_to: Connect, stub: Stub
) -> None:
    stub.on("POST", "/api/x", {})
    ls = connect_to(headers={"X-Gate": GATE, "Accept": "text/csv"})
    body = {"password": "hush1234"}
    response = ls.request("POST", "/api/x", json=body, headers={"X-Other": GATE}, stream=stream)
    assert stub.requests[-1].json == body
    assert stub.requests[-1].headers["X-Other"] == GATE
    shown = f"{vars(response.request)} {pickle.dumps(response)!r}"
    assert [secret for secret in (LEGACY_KEY, GATE, "hush1234") if secret in shown] == []
    assert response.request.headers["Accept"] == "text/csv"


@pytest.mark.parametrize(
    "text",
    [
        "password: must be at least 8 characters",
        "The label 'token=abcdef' is not in the config.",
        "'password': 'This field is required.'",
        "api_key= is a text.",
        "See http://host:8080/a@b and mail@example.org.",
        "secret_santa: yes, password = required",
    ],
)
def test_texts_about_secrets_are_left_unchanged(text: str, ls: LabelStudio) -> None:
    assert str(LabelStudioError(text)) == text


@pytest.mark.parametrize(
    "text", ["://", "secret", "?token=", "access_token", "://a:", "passw", "api_key='"]
)
def test_redaction_takes_linear_time(text: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        without_secrets(text * times)
        return time.process_time() - start

    assert min(seconds(20_000) for _ in range(3)) < 40 * max(seconds(2_000), 0.002)


# -- storages --------------------------------------------------------------------------------------


@pytest.fixture
def s3_storages(ls: LabelStudio) -> Any:
    ls._transport.backoff = ls._transport.backoff.new(total=0)
    return ls.projects.get(1).import_storages.s3


@pytest.mark.parametrize("status", [400, 401, 500, 502])
@pytest.mark.parametrize("do", ["create", "check"])
def test_a_storage_that_is_refused_shows_no_secret(
    do: str, status: int, s3_storages: Any, stub: Stub
) -> None:
    stub.on("POST", "/api/storages/s3/", echo(status))
    stub.on("POST", "/api/storages/s3/validate", echo(status))
    with pytest.raises(LabelStudioError) as caught:
        getattr(s3_storages, do)(
            bucket="photos", aws_secret_access_key=HUSH, aws_access_key_id="AKIA1234"
        )
    assert stub.requests[-1].json["aws_secret_access_key"] == HUSH
    assert leaks(caught.value, HUSH, LEGACY_KEY, "AKIA1234", "hush") == []


@pytest.mark.parametrize(
    "wrong",
    [
        *({"titel": "Cats"}, {"aws_secret_acces_key": HUSH}, {"title": "x" * 300}, {"bucket": ""}),
        *({"aws_session_token": f"{HUSH}\0"}, {"aws_session_token": f"{HUSH}\ud800"}),
    ],
    ids=["name", "name of a secret", "long", "none", "NUL", "half a character"],
)
def test_a_storage_that_is_not_sent_shows_no_secret(
    wrong: dict[str, Any], s3_storages: Any, stub: Stub
) -> None:
    with pytest.raises(LabelStudioError) as caught:
        s3_storages.create(**{"bucket": "photos", "aws_secret_access_key": HUSH, **wrong})
    assert leaks(caught.value, HUSH) == []
    assert [said for said in stub.said if said.startswith("POST")] == []


def test_a_storage_that_cannot_be_saved_shows_no_secret(s3_storages: Any, stub: Stub) -> None:
    row = {"id": 3, "type": "s3", "project": 1, "bucket": "photos", "title": "Cats"}
    stub.on("GET", "/api/storages/s3/3", row)
    stub.on("PATCH", "/api/storages/s3/3", echo(400))
    storage = s3_storages.get(3)
    storage.aws_secret_access_key = HUSH
    with pytest.raises(Rejected) as caught:
        storage.save()
    assert leaks(caught.value, HUSH) == []
    assert stub.requests[-1].json["aws_secret_access_key"] == HUSH


def test_broken_credentials_show_in_no_frame(ls: LabelStudio) -> None:
    storage = ls.projects.get(1).import_storages.gcs.get(3)
    for given in ('{"private_key": "hush1234"', {"private_key": b"hush1234"}, 1234567891011):
        with pytest.raises(LabelStudioError) as caught:
            storage.google_application_credentials = given
        assert leaks(caught.value, "hush1234", "1234567891011") == []


def test_a_request_made_by_hand_is_blanked_out_by_its_names(ls: LabelStudio, stub: Stub) -> None:
    stub.on("POST", "/api/storages/redis/", echo(400))
    with pytest.raises(Rejected) as caught:
        ls.json("POST", "/api/storages/redis/", json={"host": "h", "password": "hush1234"})
    assert "hush1234" not in f"{caught.value!r} {vars(caught.value)}"


# -- addresses -------------------------------------------------------------------------------------


def test_signatures_of_addresses_are_in_neither_errors_nor_our_logs(
    ls: LabelStudio, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="label_studio_orm")
    with pytest.raises(LabelStudioError) as caught:
        ls.fetch(f"{stub.url}/a.png?X-Amz-Signature=hush1234&x=1")
    assert "X-Amz-Signature=***&x=1" in str(caught.value)
    shown = f"{caught.value!r} {vars(caught.value)} {caplog.text}"
    assert "hush1234" not in shown


def test_a_secret_of_a_client_is_opaque_to_its_pickle(stub: Stub) -> None:
    with pytest.raises(TypeError, match="not be pickled"):
        pickle.dumps(LabelStudio(stub.url, api_key=LEGACY_KEY)._transport.key)
