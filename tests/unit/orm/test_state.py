"""The state of a record: received values, tracked values and changes."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from support.fake import FakeClient

from label_studio_orm.orm.fields import Field
from label_studio_orm.orm.meta import Meta
from label_studio_orm.orm.record import Record
from label_studio_orm.orm.state import RecordState


class Page(Record):
    _meta = Meta(kind="page", path="/pages/{id}", volatile=frozenset({"words"}))

    title = Field[str]()
    notes = Field[dict[str, Any]]()
    words = Field[dict[str, Any]]()


SENT = {"id": 1, "title": "One", "notes": {"stars": [5]}, "words": {"a": 1}}


@pytest.fixture
def page() -> Page:
    client = FakeClient(Page)
    client.answers["GET /pages/1"] = SENT
    return Page._from_answer(client, copy.deepcopy(SENT), complete=True)


def state_of(page: Page) -> RecordState:
    return page._state


def test_only_mutable_values_that_were_read_are_tracked(page: Page) -> None:
    assert (page.title, dict(state_of(page).tracked)) == ("One", {})
    assert page.notes == {"stars": [5]}
    assert [*state_of(page).tracked] == ["notes"]


def test_a_change_in_place_is_detected(page: Page) -> None:
    page.notes["stars"].append(4)
    assert state_of(page).changes(page.fields) == {"notes": {"stars": [5, 4]}}
    assert state_of(page).received("notes") == {"stars": [5]}


def test_a_restored_value_is_not_a_change(page: Page) -> None:
    page.title = "Two"
    page.title = "One"
    assert state_of(page).changes(page.fields) == {}


def test_an_update_modifies_the_object_that_the_user_holds(page: Page) -> None:
    held = page.notes
    newer = {**SENT, "notes": {"stars": [1]}}
    state_of(page).update(page, newer, complete=True, keep=())
    assert held == {"stars": [1]}
    assert page.notes is held


def test_an_update_skips_the_fields_to_keep(page: Page) -> None:
    page.notes["stars"] = []
    state_of(page).update(page, {**SENT, "notes": {}}, complete=True, keep={"notes"})
    assert page.notes == {"stars": []}


def test_a_saved_value_missing_from_the_response_is_compared_with_the_sent_one(page: Page) -> None:
    words = page.words
    words["b"] = 2
    state_of(page).apply(page, {"id": 1}, state_of(page).changes(page.fields), frozenset())
    assert page.dirty == set()
    words["c"] = 3  # the same object is still tracked
    assert page.dirty == {"words"}


def test_ignored_fields_stay_unsaved(page: Page) -> None:
    page.title, page.notes = "Two", {}
    state_of(page).apply(page, {**SENT, "title": "Two"}, {"title": "Two"}, {"notes"})
    assert state_of(page).changes(page.fields) == {"notes": {}}


def test_a_response_without_a_volatile_field_is_incomplete(page: Page) -> None:
    state_of(page).apply(page, SENT, {}, frozenset())
    assert not state_of(page).complete
    assert "words" not in state_of(page).params


def test_expiring_drops_all_values_except_changes(page: Page) -> None:
    page.title = "Two"
    assert page.notes == {"stars": [5]}
    state_of(page).expire(page.fields, keep=("words",))
    assert state_of(page).params == {"id": 1, "words": {"a": 1}}
    assert (page.dirty, state_of(page).complete) == ({"title"}, False)


def test_a_copy_has_its_own_changes(page: Page) -> None:
    page.notes["stars"].append(4)
    for twin in (copy.copy(page), copy.deepcopy(page)):
        twin.notes["stars"].append(3)
        assert page.notes == {"stars": [5, 4]}
        assert twin.dirty == {"notes"}


def test_a_pickled_state_keeps_tracked_values(page: Page) -> None:
    page.notes["stars"].append(4)
    state = pickle.loads(pickle.dumps(state_of(page)))
    assert state.changes(page.fields) == {"notes": {"stars": [5, 4]}}
    assert (state.known, state.complete) == ({"id": 1}, True)


def test_a_pickled_lazy_state_has_only_its_id() -> None:
    known = {"id": 1}
    state = pickle.loads(pickle.dumps(RecordState(known, known)))
    assert state.params is state.known
