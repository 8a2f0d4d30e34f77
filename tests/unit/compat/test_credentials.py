"""Which key, or which email and password, a client signs in with."""

from __future__ import annotations

from typing import Any

import pytest

from label_studio_orm.compat import Client
from label_studio_orm.compat.client import ClientCredentials
from label_studio_orm.compat.credentials import credentials_for
from label_studio_orm.compat.exceptions import InvalidArgument

ANN = ClientCredentials(email="ann@example.com", password="secret")
VARIABLE = "LABEL_STUDIO_API_KEY"


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, "an api_key, or an email and a password"), ({"email": "x"}, "a password for the email")],
)
def test_incomplete_credentials_are_refused(given: dict[str, Any], missing: str) -> None:
    with pytest.raises(InvalidArgument, match=missing):
        ClientCredentials(**given)


def test_a_key_comes_before_other_credentials() -> None:
    assert credentials_for("key", ANN).api_key == "key"


def test_given_credentials_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "of the environment")
    assert credentials_for(None, ANN) is ANN
    assert credentials_for(None, None).api_key == "of the environment"


def test_a_client_needs_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(RuntimeError, match=f"or the variable {VARIABLE}"):
        Client("http://localhost:8080")
