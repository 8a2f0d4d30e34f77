"""Users and their roles, as a server describes them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from label_studio_orm.compat.exceptions import InvalidArgument
from label_studio_orm.compat.users import OrgMembership, User, UserRole, from_row, new_user_body
from label_studio_orm.compat.workspaces import Workspace

ROW = {
    "id": 5,
    "email": "ann@example.com",
    "phone": None,
    "last_activity": "2024-05-01T12:00:00Z",
    "org_membership": [{"role": "RE", "organization_id": 1}],
    "allow_newsletters": True,
}


def test_a_user_has_the_fields_that_the_class_knows() -> None:
    ann = from_row(User, ROW)
    assert (ann.id, ann.email, ann.phone) == (5, "ann@example.com", "")
    assert ann.last_activity == datetime(2024, 5, 1, 12, tzinfo=timezone.utc)
    assert ann.org_membership == [OrgMembership(role=UserRole.REVIEWER, organization_id=1)]


def test_a_new_user_is_named_by_the_email_if_by_nothing_else() -> None:
    assert new_user_body(User(email="ann@example.com", first_name="Ann")) == {
        "username": "ann@example.com",
        "email": "ann@example.com",
        "first_name": "Ann",
        "last_name": "",
        "phone": "",
    }


def test_a_user_of_no_client_cannot_send_requests() -> None:
    with pytest.raises(InvalidArgument, match="has no client: take it from a client's list"):
        User(id=5).set_role(UserRole.REVIEWER)


def test_a_workspace_of_no_client_cannot_send_requests() -> None:
    with pytest.raises(InvalidArgument, match="has no client"):
        Workspace(id=7, title="Vision").get_projects()
