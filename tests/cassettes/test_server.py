"""The server: its version, its users, and features that it lacks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from label_studio_orm import LabelStudio, Project, ServerInfo, User
from label_studio_orm.errors import AuthenticationError, EditionError, NotFound
from label_studio_orm.server import VERSION


def test_a_server_has_a_version_and_an_edition(ls: LabelStudio) -> None:
    assert ls.info == ServerInfo(version=VERSION, edition="Community")


def test_whoami_is_the_user_of_the_key(ls: LabelStudio) -> None:
    me = ls.whoami()
    assert me.email == "demo@example.com"
    assert "projects.create" in me.permissions
    assert ls.users.get(email="demo@example.com") == me


def test_the_declared_fields_of_a_user_equal_those_of_the_server(ls: LabelStudio) -> None:
    params = ls.whoami().params
    declared = {field.wire for field in User.fields.values() if not field.edition}
    assert (declared - set(params), set(params) - declared) == (set(), set())


def test_a_personal_access_token_is_accepted(connect_to: Callable[..., LabelStudio]) -> None:
    assert connect_to(personal=True).whoami().email == "demo@example.com"


def test_any_request_can_be_sent_directly(ls: LabelStudio) -> None:
    assert ls.request("GET", "/api/version").json()["release"] == VERSION
    assert ls.json("GET", "/api/users/", params={"ordering": "id"})[0]["id"] == 1


def test_an_enterprise_endpoint_raises_an_edition_error(ls: LabelStudio) -> None:
    with pytest.raises(EditionError, match="only Label Studio Enterprise has workspaces"):
        ls.request("GET", "/api/workspaces")


def test_a_missing_snapshot_is_not_found_despite_an_html_response(
    project: Project,
) -> None:
    with pytest.raises(NotFound, match="there is no such record"):
        _ = project.exports.get(999).status


def test_a_wrong_key_is_refused(ls: LabelStudio) -> None:
    wrong = LabelStudio(ls.server, api_key="f" * 40)
    with pytest.raises(AuthenticationError, match=r"Invalid token.\nA legacy token was sent"):
        wrong.whoami()


def test_snapshots_are_records(project: Project) -> None:
    project.import_tasks([{"text": "A fine film."}])
    snapshot = project.exports.create(title="v1", predictions=True).wait()
    assert (snapshot.title, snapshot.status, snapshot.counters) == (
        "v1",
        "completed",
        {"task_number": 1},
    )
    assert len(snapshot.md5) == 32
    assert snapshot.created_by.email == "demo@example.com"
    assert snapshot.project == project
    assert list(project.exports) == [snapshot]
    assert snapshot.convert("CSV").converted_formats[0]["export_type"] == "CSV"
    snapshot.delete()
    assert len(project.exports) == 0
