"""Tasks that are there twice as a lost request came late: removed, unless worked on."""

from __future__ import annotations

from typing import Any

import pytest
from support.importing import (
    Importing,
    ImportServer,
    after_failing,
    failing,
    late,
    lost,
    made,
    made_and_lost,
    texts,
    too_large,
    unknown,
)

from label_studio_orm.errors import (
    ConnectionFailed,
    IncompleteResult,
    OutcomeUnknown,
    PermissionDenied,
)
from label_studio_orm.tuning import Tuning

# -- what comes late ---------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_of_a_request_that_arrived_late_the_resent_copies_are_removed(
    server: ImportServer, load: Importing
) -> None:
    server.script = [made, late]
    server.after_request[4] = server.arrive
    result = load(texts("abcdef"))
    assert sorted(server.texts) == [*"abcdef"]
    assert server.column("text", result) == [*"abcdef"]
    assert server.deleted == [3, 4]
    assert list(result) == [1, 2, 7, 8, 5, 6]
    assert result.created == 6


def test_rows_of_equal_data_are_distinguished_by_their_meta(
    server: ImportServer, load: Importing
) -> None:
    server.script = [made_and_lost]
    rows = [{"data": {"text": "a"}, "meta": {"n": n}} for n in range(2)]
    server.before_request[1] = lambda: server.make(rows[1:])  # somebody else's
    server.make(rows)
    assert list(load([rows[0]])) == [4]
    assert len(server.rows) == 4


def test_a_copy_that_was_annotated_meanwhile_is_not_deleted(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late]

    def arrive() -> None:
        server.arrive()
        server.annotate(1)

    server.after_request[2] = arrive
    assert list(load(texts("a"))) == [1]
    assert server.deleted == [2]  # the other one


def test_two_annotated_copies_are_both_kept_and_reported(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late]

    def arrive() -> None:
        server.arrive()
        server.annotate(1)
        server.annotate(2)

    server.after_request[2] = arrive
    with pytest.raises(IncompleteResult, match="worked on"):
        load(texts("a"))
    assert server.deleted == []


def test_an_annotated_copy_does_not_protect_the_copies_of_other_rows(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late]

    def arrive() -> None:
        server.arrive()
        server.annotate(1)  # of a; 3 is its double

    server.after_request[2] = arrive
    load(texts("ab"))
    assert server.texts.count("a") == server.texts.count("b") == 1
    assert 1 not in server.deleted


def test_a_row_that_came_late_twice_is_there_once(server: ImportServer, load: Importing) -> None:
    server.script = [late, late]

    def arrive() -> None:
        server.arrive()
        server.arrive()

    server.after_request[3] = arrive
    result = load(texts("a"))
    assert server.texts == server.column("text", result) == ["a"]


@pytest.mark.usefixtures("by_two")
def test_a_resent_request_that_arrives_after_the_first_was_found_is_undone(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late, late]
    server.after_request[2] = server.arrive  # the first one, and it is found
    server.after_request[3] = server.arrive  # the second one, with the next chunk
    result = load(texts("abc"))
    assert sorted(server.texts) == ["a", "b", "c"]
    assert server.column("text", result) == ["a", "b", "c"]


@pytest.mark.usefixtures("by_four")
def test_a_request_that_arrives_after_it_was_resent_in_halves_is_undone(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late, lost]
    server.after_request[4] = server.arrive
    result = load(texts("abcd"))
    assert server.sent[2:] == [["a", "b"], ["c", "d"]]
    assert sorted(server.texts) == [*"abcd"]
    assert server.column("text", result) == [*"abcd"]


@pytest.mark.usefixtures("by_four")
def test_a_request_that_arrives_after_it_was_refused_as_too_large_is_undone(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late, too_large]
    server.after_request[4] = server.arrive
    result = load(texts("abcd"))
    assert sorted(server.texts) == [*"abcd"]
    assert server.column("text", result) == [*"abcd"]


@pytest.mark.usefixtures("by_two")
def test_late_requests_are_undone_also_when_the_import_fails(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late, made, after_failing(failing(PermissionDenied, 403))]
    server.after_request[2] = server.arrive
    with pytest.raises(PermissionDenied) as caught:
        load(texts("abcd"))
    assert sorted(server.texts) == ["a", "b"]
    assert server.column("text", caught.value.imported) == ["a", "b"]


def test_the_removal_of_a_copy_goes_on_through_a_lost_answer(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late]
    server.after_request[2] = server.arrive
    delete, answers = server._act, [OutcomeUnknown("lost", status=None)]

    def act(options: Any) -> Any:
        answer = delete(options)
        return answers.pop() if answers else answer

    server.client.answers["POST /api/dm/actions/"] = act
    assert list(load(texts("a"))) == [2]
    assert server.texts == ["a"]


def test_an_import_without_losses_sends_no_further_requests(
    server: ImportServer, load: Importing
) -> None:
    load(texts("aab"))
    looks = ["GET /api/projects/1/", "GET /api/tasks/"]  # at the config, and for the newest task
    assert server.client.said == [*looks, "POST /api/projects/1/import"]


# -- what is not too many ----------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_rows_of_a_request_of_unknown_outcome_are_not_removed_as_duplicates(
    server: ImportServer, load: Importing
) -> None:
    server.script = [lost, made, made_and_lost]

    def go_away() -> None:
        back = server.nap.time + Tuning().outage_timeout + 5
        down = ConnectionFailed("down")
        look = server.answer
        server.client.answers["GET /api/tasks/"] = lambda options: (
            down if server.nap.time < back else look(options)
        )

    server.after_request[3] = go_away
    with pytest.raises(ConnectionFailed, match="under way"):
        load(texts("abab"))
    assert server.texts == [*"abab"]
    assert server.deleted == []


def test_duplicates_are_chosen_once_even_if_the_answer_to_their_removal_is_lost(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late]
    server.after_request[2] = server.arrive
    act = server.client.answers["POST /api/dm/actions/"]
    answers = iter([unknown()])
    server.client.answers["POST /api/dm/actions/"] = lambda options: (
        act(options) and next(answers, {"processed_items": 0})
    )
    load(texts("aa"))
    assert server.texts == [*"aa"]


def test_no_more_tasks_are_removed_than_requests_were_lost(
    server: ImportServer, load: Importing
) -> None:
    def arrive() -> None:
        server.arrive()
        server.make([{"data": {"text": "a"}}])  # somebody else's

    server.script = [late]
    server.after_request[2] = arrive
    assert load(texts("a")).created == 1
    assert server.texts == ["a", "a"]
    assert len(server.deleted) == 1
