"""Methods and actions that a server does not have, and web pages in place of empty pages."""

from __future__ import annotations

import pytest
from support.stub import Answer, Stub, html

from label_studio_orm import EditionError, LabelStudio, NotFound, Rejected, ServerError
from label_studio_orm.errors import Outcome
from label_studio_orm.orm.pagination import NumberedPages
from label_studio_orm.orm.selection import Selection
from label_studio_orm.testing.requests import Request

MEMBERS = "/api/organizations/1/memberships"
ACTIONS = "/api/dm/actions/"
NO_PATCH = Answer({"detail": 'Method "PATCH" not allowed.'}, status=405)
VERSION = {"release": "1.23.2", "edition": "Community"}
ROWS = [{"id": number} for number in (1, 2, 3)]


@pytest.fixture
def ls(stub: Stub) -> LabelStudio:
    stub.on("GET", "/api/version", VERSION)
    return LabelStudio(stub.url, api_key="0" * 40)


def test_a_method_that_a_path_has_in_another_edition_is_an_edition_error(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("PATCH", MEMBERS, NO_PATCH)
    with pytest.raises(
        EditionError, match="only Label Studio Enterprise has roles of members"
    ) as e:
        ls.json("PATCH", MEMBERS, json={})
    assert (e.value.status, e.value.outcome) == (405, Outcome.REFUSED)
    assert (e.value.method, e.value.path) == ("PATCH", MEMBERS)


def test_a_405_with_a_reason_of_its_own_is_a_refusal(ls: LabelStudio, stub: Stub) -> None:
    stub.on("DELETE", MEMBERS, Answer({"detail": "User cannot soft delete self"}, status=405))
    with pytest.raises(Rejected, match="soft delete self"):
        ls.json("DELETE", MEMBERS)
    assert stub.said == [f"DELETE {MEMBERS}"]


def test_an_action_that_the_server_does_not_know_has_done_nothing(
    ls: LabelStudio, stub: Stub
) -> None:
    detail = "Can't find 'delete_annotators' in registered actions"
    stub.on("POST", ACTIONS, Answer({"detail": detail}, status=500))
    with pytest.raises(EditionError, match="has no action 'delete_annotators'") as caught:
        ls.json("POST", ACTIONS, json={})
    assert caught.value.outcome is Outcome.REFUSED


def test_the_error_stays_as_it_is_where_the_server_does_not_tell_its_version(
    ls: LabelStudio, stub: Stub
) -> None:
    stub.on("GET", "/api/version", html(200))
    stub.on("PATCH", MEMBERS, NO_PATCH)
    stub.on("POST", ACTIONS, Answer({"detail": "Can't find it"}, status=500))
    with pytest.raises(Rejected, match="not allowed"):
        ls.json("PATCH", MEMBERS, json={})
    with pytest.raises(ServerError, match="Can't find it"):
        ls.json("POST", ACTIONS, json={})


def rows(ls: LabelStudio, start: int = 0) -> list[object]:
    pages = NumberedPages(MEMBERS, page_size=2).pages(ls, Selection(start=start))
    return [row for page in pages for row in page.take()]


def test_a_web_page_in_place_of_a_page_past_the_end_is_an_empty_page(
    ls: LabelStudio, stub: Stub
) -> None:
    def page(request: Request) -> Answer:
        number, size = (int(request.query[name]) for name in ("page", "page_size"))
        found = ROWS[(number - 1) * size : number * size]
        return Answer({"results": found, "count": 3}) if found else html(404)

    stub.on("GET", MEMBERS, page)
    stub.on("PROPFIND", MEMBERS, Answer({}, status=405))
    assert rows(ls) == ROWS
    assert rows(ls, start=8) == []


def test_pages_of_what_does_not_exist_are_errors(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", MEMBERS, html(404))
    stub.on("PROPFIND", MEMBERS, Answer({}, status=405), html(404))
    with pytest.raises(NotFound, match="no such record"):
        rows(ls)
    with pytest.raises(EditionError, match="no such endpoint"):
        rows(ls, start=8)


def test_a_record_that_is_missing_has_no_pages_past_its_end(ls: LabelStudio, stub: Stub) -> None:
    stub.on("GET", MEMBERS, html(404))
    stub.on("PROPFIND", MEMBERS, Answer({}, status=405))
    with pytest.raises(NotFound, match="no such record"):
        rows(ls, start=8)


def test_another_text_of_a_404_is_an_error_on_every_page(ls: LabelStudio, stub: Stub) -> None:
    gone = Answer({"detail": "Not found."}, status=404)
    first = {"results": ROWS[:1], "count": 3}
    stub.on("GET", MEMBERS, lambda request: gone if request.query["page"] != "1" else first)
    with pytest.raises(NotFound, match="Not found"):
        rows(ls, start=8)
