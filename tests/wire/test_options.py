"""TLS, proxies and sessions of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.stub import CERTIFICATE, Stub, counted, running_stub
from support.texts import LEGACY_KEY

from label_studio_orm import LabelStudio
from label_studio_orm.errors import ConnectionFailed, InvalidInput
from label_studio_orm.http import Session

# Made with openssl for 127.0.0.1, for a hundred years; it is its own authority.
VERSION = {"release": "1.23.2", "edition": "Community"}


@pytest.fixture
def secure() -> Iterator[Stub]:
    with running_stub(certificate=CERTIFICATE) as stub:
        stub.on("GET", "/api/version", VERSION)
        stub.on("POST", "/api/projects/", {"id": 1})
        yield stub


def test_a_private_certificate_authority_is_trusted_if_configured(secure: Stub) -> None:
    ls = LabelStudio(secure.url, api_key=LEGACY_KEY, verify=str(CERTIFICATE))
    assert ls.info.version == "1.23.2"


def test_the_named_authority_wins_over_the_environment(
    secure: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    ls = LabelStudio(secure.url, api_key=LEGACY_KEY, verify=str(CERTIFICATE))
    assert ls.info.version == "1.23.2"


@pytest.mark.parametrize(
    "send", [lambda ls: ls.info, lambda ls: ls.projects.create(title="Reviews")]
)
def test_an_unknown_authority_is_refused_at_once(send: Any, secure: Stub) -> None:
    ls = LabelStudio(secure.url, api_key=LEGACY_KEY)
    attempts = counted(ls)
    with pytest.raises(ConnectionFailed, match=r"Cannot connect to https://.*certificate"):
        send(ls)
    assert secure.said == []
    assert len(attempts) == 1


@pytest.mark.parametrize(
    "options", [{"verify": "/no/ca.pem"}, {"cert": ("/no/c.pem", "/no/k.pem")}]
)
def test_a_certificate_that_is_missing_is_named_at_once(options: Any) -> None:
    with pytest.raises(InvalidInput, match="must be an existing file, not /no/c"):
        LabelStudio("https://labels.example.org", api_key=LEGACY_KEY, **options)


def test_a_proxy_is_used(stub: Stub) -> None:
    with running_stub() as proxy:
        proxy.on("GET", "/api/version", VERSION)
        ls = LabelStudio(
            "http://labels.example.org", api_key=LEGACY_KEY, proxies={"http": proxy.url}
        )
        assert ls.info.version == "1.23.2"
        assert proxy.requests[0].headers["Host"] == "labels.example.org"


def test_a_session_of_the_user_is_used_with_its_hooks_and_left_as_it_was(
    connect_to: Callable[..., LabelStudio], stub: Stub
) -> None:
    seen: list[int] = []
    session = Session()
    session.hooks["response"].append(lambda answer, **_: seen.append(answer.status_code))
    session.headers["X-Team"] = "labels"
    adapters = dict(session.adapters)
    stub.on("GET", "/api/version", VERSION)
    with connect_to(session=session) as ls:
        assert ls.info.version == "1.23.2"
    assert seen == [200]
    assert stub.requests[0].headers["X-Team"] == "labels"
    assert dict(session.adapters) == adapters
    assert session.auth is None


def test_a_login_of_the_session_does_not_replace_the_key(
    connect_to: Callable[..., LabelStudio], stub: Stub
) -> None:
    session = Session()
    session.auth = ("jane", "s3cret")
    stub.on("GET", "/api/version", VERSION)
    _ = connect_to(session=session).info
    assert stub.requests[0].headers["Authorization"] == f"Token {LEGACY_KEY}"
