"""Duplicate tasks of late requests are removed unless they were annotated."""

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

# -- late requests -----------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_the_duplicates_of_a_late_request_are_removed(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made, late]
    import_server.after_request[4] = import_server.arrive
    result = load(texts("abcdef"))
    assert sorted(import_server.texts) == [*"abcdef"]
    assert import_server.column("text", result) == [*"abcdef"]
    assert import_server.deleted == [3, 4]
    assert list(result) == [1, 2, 7, 8, 5, 6]
    assert result.created == 6


def test_rows_of_equal_data_are_distinguished_by_their_meta(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made_and_lost]
    rows = [{"data": {"text": "a"}, "meta": {"n": n}} for n in range(2)]
    import_server.before_request[1] = lambda: import_server.make(rows[1:])  # somebody else's
    import_server.make(rows)
    assert list(load([rows[0]])) == [4]
    assert len(import_server.rows) == 4


def test_an_annotated_duplicate_is_not_deleted(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late]

    def arrive() -> None:
        import_server.arrive()
        import_server.annotate(1)

    import_server.after_request[2] = arrive
    assert list(load(texts("a"))) == [1]
    assert import_server.deleted == [2]  # the task that was not annotated


def test_two_annotated_duplicates_are_both_kept_and_reported(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late]

    def arrive() -> None:
        import_server.arrive()
        import_server.annotate(1)
        import_server.annotate(2)

    import_server.after_request[2] = arrive
    with pytest.raises(IncompleteResult, match="were edited"):
        load(texts("a"))
    assert import_server.deleted == []


def test_an_annotated_duplicate_does_not_protect_those_of_other_rows(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late]

    def arrive() -> None:
        import_server.arrive()
        import_server.annotate(1)  # the task of row a; 3 is its duplicate

    import_server.after_request[2] = arrive
    load(texts("ab"))
    assert import_server.texts.count("a") == import_server.texts.count("b") == 1
    assert 1 not in import_server.deleted


def test_a_row_of_two_late_requests_is_kept_once(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late, late]

    def arrive() -> None:
        import_server.arrive()
        import_server.arrive()

    import_server.after_request[3] = arrive
    result = load(texts("a"))
    assert import_server.texts == import_server.column("text", result) == ["a"]


@pytest.mark.usefixtures("by_two")
def test_a_late_resent_request_is_undone_if_the_first_was_found(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late, late]
    import_server.after_request[2] = import_server.arrive  # the first request, which is found
    import_server.after_request[3] = import_server.arrive  # the second request, with the next chunk
    result = load(texts("abc"))
    assert sorted(import_server.texts) == ["a", "b", "c"]
    assert import_server.column("text", result) == ["a", "b", "c"]


@pytest.mark.usefixtures("by_four")
def test_a_late_request_that_was_resent_in_halves_is_undone(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late, lost]
    import_server.after_request[4] = import_server.arrive
    result = load(texts("abcd"))
    assert import_server.sent[2:] == [["a", "b"], ["c", "d"]]
    assert sorted(import_server.texts) == [*"abcd"]
    assert import_server.column("text", result) == [*"abcd"]


@pytest.mark.usefixtures("by_four")
def test_a_late_request_that_was_then_refused_as_too_large_is_undone(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late, too_large]
    import_server.after_request[4] = import_server.arrive
    result = load(texts("abcd"))
    assert sorted(import_server.texts) == [*"abcd"]
    assert import_server.column("text", result) == [*"abcd"]


@pytest.mark.usefixtures("by_two")
def test_late_requests_are_undone_even_if_the_import_fails(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late, made, after_failing(failing(PermissionDenied, 403))]
    import_server.after_request[2] = import_server.arrive
    with pytest.raises(PermissionDenied) as caught:
        load(texts("abcd"))
    assert sorted(import_server.texts) == ["a", "b"]
    assert import_server.column("text", caught.value.imported) == ["a", "b"]


def test_the_removal_of_a_duplicate_is_retried_after_a_lost_response(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late]
    import_server.after_request[2] = import_server.arrive
    delete, answers = import_server._act, [OutcomeUnknown("lost", status=None)]

    def act(options: Any) -> Any:
        answer = delete(options)
        return answers.pop() if answers else answer

    import_server.client.answers["POST /api/dm/actions/"] = act
    assert list(load(texts("a"))) == [2]
    assert import_server.texts == ["a"]


def test_an_import_without_lost_requests_sends_no_further_ones(
    import_server: ImportServer, load: Importing
) -> None:
    load(texts("aab"))
    looks = ["GET /api/projects/1/", "GET /api/tasks/"]  # the config and the newest task
    assert import_server.client.said == [*looks, "POST /api/projects/1/import"]


# -- limits of the removal ---------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_rows_of_a_request_of_unknown_outcome_are_not_removed_as_duplicates(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [lost, made, made_and_lost]

    def go_away() -> None:
        back = import_server.nap.time + Tuning().outage_timeout + 5
        down = ConnectionFailed("down")
        look = import_server.answer
        import_server.client.answers["GET /api/tasks/"] = lambda options: (
            down if import_server.nap.time < back else look(options)
        )

    import_server.after_request[3] = go_away
    with pytest.raises(ConnectionFailed, match="in progress"):
        load(texts("abab"))
    assert import_server.texts == [*"abab"]
    assert import_server.deleted == []


def test_duplicates_are_chosen_once_even_if_the_response_to_the_removal_is_lost(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late]
    import_server.after_request[2] = import_server.arrive
    act = import_server.client.answers["POST /api/dm/actions/"]
    answers = iter([unknown()])
    import_server.client.answers["POST /api/dm/actions/"] = lambda options: (
        act(options) and next(answers, {"processed_items": 0})
    )
    load(texts("aa"))
    assert import_server.texts == [*"aa"]


def test_no_more_tasks_are_removed_than_requests_were_lost(
    import_server: ImportServer, load: Importing
) -> None:
    def arrive() -> None:
        import_server.arrive()
        import_server.make([{"data": {"text": "a"}}])  # somebody else's

    import_server.script = [late]
    import_server.after_request[2] = arrive
    assert load(texts("a")).created == 1
    assert import_server.texts == ["a", "a"]
    assert len(import_server.deleted) == 1
