"""What only Enterprise has, on a real Community server: an error that says so, or it works."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from contract.call import PROJECT, TASK, USER, Call, all_calls
from contract.calls.projects import SETTINGS
from support.enterprise import populate
from support.postgres import NewDatabase

from label_studio_orm import LabelStudio
from label_studio_orm.errors import EditionError
from label_studio_orm.server import LocalServer

CALLS = [pytest.param(call, id=call.name) for call in all_calls()]


@pytest.fixture(scope="module")
def local_server(new_database: NewDatabase) -> Iterator[LocalServer]:
    """A server with what the calls name by id."""
    with LocalServer(database=new_database()) as server:
        ls = server.client()
        populate(ls)
        for number in range(2, USER + 1):
            ls.users.create(email=f"user{number}@example.com")
        assert [ls.users.get(USER).email, ls.projects.get(PROJECT).title] == [
            f"user{USER}@example.com",
            "Reviews",
        ]
        assert len(ls.projects.get(PROJECT).tasks.get(TASK).annotations) == 4
        yield server


@pytest.mark.parametrize("call", [each for each in CALLS if not each.values[0].community])
def test_community_says_that_only_enterprise_has_it(call: Call, ls: LabelStudio) -> None:
    with pytest.raises(EditionError, match="only Label Studio Enterprise has"):
        call.ours(ls)


@pytest.mark.parametrize("call", [each for each in CALLS if each.values[0].community])
def test_what_community_has_works_there(call: Call, ls: LabelStudio) -> None:
    call.ours(ls)


def test_actions_that_only_enterprise_has_are_named(ls: LabelStudio) -> None:
    for who in ({"annotators": True}, {"reviewers": True}):
        with pytest.raises(EditionError, match="only Label Studio Enterprise has assignments"):
            ls.projects.get(PROJECT).tasks.unassign(**who)


def test_fields_that_only_enterprise_has_are_not_saved_silently(ls: LabelStudio) -> None:
    task = ls.projects.get(PROJECT).tasks.get(TASK)
    task.allow_skip = False
    with pytest.raises(EditionError, match="only Label Studio Enterprise has allow_skip"):
        task.save()


OF_COMMUNITY = {"annotator_evaluation_enabled"}


@pytest.mark.parametrize("name", sorted({*SETTINGS} - OF_COMMUNITY))
def test_community_drops_a_setting_and_the_error_names_it(name: str, ls: LabelStudio) -> None:
    project = ls.projects.get(PROJECT)
    setattr(project, name, SETTINGS[name])
    with pytest.raises(EditionError, match=f"only Label Studio Enterprise has {name}"):
        project.save()


def test_community_creates_a_project_and_the_error_tells_without_what(ls: LabelStudio) -> None:
    for given in ({"workspace": 7}, {"strict_task_overlap": True}):
        with pytest.raises(EditionError, match="created"):
            ls.projects.create(title="Left behind", **given)
    assert len(list(ls.projects.filter(title="Left behind"))) == 2
