"""The server: its version, its users, its keys."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.fronts import Front
from support.targets import Target

from label_studio_orm import LabelStudio
from label_studio_orm.errors import AuthenticationError, EditionError, NotFound
from label_studio_orm.server import LocalServer


def test_the_version_is_known(ls: LabelStudio, target: Target) -> None:
    assert ls.info.version.removesuffix("dev") == target.version


def test_the_edition_is_known(ls: LabelStudio) -> None:
    assert ls.info.edition == "Community"


def test_raw_requests_work(ls: LabelStudio, target: Target) -> None:
    assert ls.json("GET", "/api/version")["release"].startswith(target.version)


def test_an_enterprise_endpoint_raises_an_edition_error(ls: LabelStudio) -> None:
    with pytest.raises(EditionError, match="no such endpoint"):
        ls.request("GET", "/api/workspaces")


def test_the_user_of_the_key_is_known(ls: LabelStudio) -> None:
    assert ls.whoami().email == "demo@example.com"


def test_users_are_listed(ls: LabelStudio) -> None:
    assert ls.users.get(email="demo@example.com") == ls.whoami()
    assert [user.email for user in ls.users] == ["demo@example.com"]


@pytest.mark.since("1.17")
def test_users_have_the_date_they_joined(ls: LabelStudio) -> None:
    assert ls.whoami().date_joined is None or isinstance(ls.whoami().date_joined, datetime)


def test_a_wrong_key_is_refused(ls: LabelStudio) -> None:
    wrong = LabelStudio(ls.server, api_key="f" * 40, proxies={"no_proxy": "127.0.0.1"})
    with pytest.raises(AuthenticationError):
        wrong.whoami()


@pytest.mark.since("1.17")
def test_a_personal_access_token_is_accepted(
    ls: LabelStudio, target_server: LocalServer | Front
) -> None:
    token = ls.json("POST", "/api/token/")["token"]
    assert target_server.client(api_key=token).whoami() == ls.whoami()


def test_a_missing_record_is_not_found(ls: LabelStudio) -> None:
    with pytest.raises(NotFound):
        _ = ls.projects.get(999_999).title


def test_with_options_makes_another_client(ls: LabelStudio) -> None:
    assert ls.with_options(timeout=20).whoami() == ls.whoami()
