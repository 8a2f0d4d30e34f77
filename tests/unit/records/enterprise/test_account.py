"""The account of the key's user: read, changed, without its password anywhere."""

from __future__ import annotations

import pytest
from support.fake import FakeClient

from label_studio_orm import Account
from label_studio_orm.errors import EditionError, FieldMissing, InvalidInput
from label_studio_orm.records.enterprise.account import account_of

ROLE = {"organization_id": 1, "role": "RE", "active": True}
ME = {
    "id": 5,
    "email": "ann@example.com",
    "username": "ann",
    "first_name": "",
    "organization_membership": ROLE,
    "org_membership": [ROLE],
}
PATH, HOTKEYS = "/api/current-user", "/api/current-user/hotkeys/"


@pytest.fixture
def client() -> FakeClient:
    client = FakeClient()
    client.answers["GET /api/current-user/whoami"] = ME
    client.answers[f"GET {PATH}"] = ME
    client.answers[f"PATCH {PATH}"] = ME
    client.answers[f"GET {HOTKEYS}"] = {"custom_hotkeys": {}}
    return client


@pytest.fixture
def my_account(client: FakeClient) -> Account:
    return account_of(client)


def test_roles_are_read_by_word_and_change_nothing(client: FakeClient, my_account: Account) -> None:
    assert my_account.organization is not None
    assert my_account.organization.role == "reviewer"
    assert [role.organization_id for role in my_account.organizations] == [1]
    assert my_account.dirty == set()
    assert client.changed == []


def test_roles_of_another_shape_are_passed_on(client: FakeClient, my_account: Account) -> None:
    client.answers[f"GET {PATH}"] = {**ME, "org_membership": "none", "organization_membership": 1}
    assert (str(my_account.organizations), my_account.organization) == ("none", None)


def test_a_save_sends_what_was_changed(client: FakeClient, my_account: Account) -> None:
    client.answers[f"PATCH {PATH}"] = {**ME, "first_name": "Ann"}
    my_account.first_name = "Ann"
    my_account.save()
    assert client.calls[-1] == (f"PATCH {PATH}", {"first_name": "Ann"})


def test_a_password_is_sent_and_shown_nowhere(client: FakeClient, my_account: Account) -> None:
    my_account.password = "correct horse"
    assert "correct" not in f"{my_account!r} {my_account.__dict__} {my_account.__getstate__()}"
    my_account.save()
    assert client.calls[-1] == (f"PATCH {PATH}", {"password": "correct horse"})
    with pytest.raises(FieldMissing, match="can be set but not read"):
        _ = my_account.password


def test_what_is_wrong_is_refused(client: FakeClient, my_account: Account) -> None:
    with pytest.raises(InvalidInput, match="cannot be deleted with it"):
        my_account.delete()
    with pytest.raises(InvalidInput, match="hotkeys must have keys like"):
        my_account.set_hotkeys({"delete": {"key": "del"}})
    assert client.changed == []


def test_hotkeys_of_a_project_are_not_those_of_community(
    client: FakeClient, my_account: Account
) -> None:
    assert my_account.hotkeys() == {}
    with pytest.raises(EditionError, match="only Label Studio Enterprise has hotkeys of projects"):
        my_account.set_hotkeys({}, project=2)
    assert client.changed == []
