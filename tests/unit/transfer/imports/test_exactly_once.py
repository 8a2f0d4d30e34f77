"""Import: each row once, whatever becomes of the requests."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.clock import tuned
from support.importing import (
    ImportServer,
    after_failing,
    after_making,
    at_most,
    interrupted,
    late,
    lost,
    made,
    made_and_lost,
    refusing,
    too_large,
    unknown,
)

from label_studio_orm.errors import (
    ConnectionFailed,
    IncompleteResult,
    InvalidInput,
    JobFailed,
    LabelStudioError,
    OutcomeUnknown,
    PermissionDenied,
    Rejected,
    ServerError,
)
from label_studio_orm.transfer.imports import duplicates
from label_studio_orm.transfer.imports.importer import Import
from label_studio_orm.transfer.imports.result import ImportResult
from label_studio_orm.tuning import Tuning

TRIES = Tuning().import_retries.tries

Importing = Callable[..., ImportResult]


@pytest.fixture
def server() -> ImportServer:
    return ImportServer()


@pytest.fixture
def load(server: ImportServer) -> Importing:
    """Import into the server, on its clock."""

    def load(given: Any, **options: Any) -> ImportResult:
        options = {"progress": False, **options}
        return Import(project=server.record, **options).run(given)

    return load


@pytest.fixture
def by_two(server: ImportServer) -> None:
    """Two tasks a chunk."""
    tuned(server.client, import_tasks=2)


@pytest.fixture
def by_four(server: ImportServer) -> None:
    """Four tasks a chunk."""
    tuned(server.client, import_tasks=4)


def texts(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"text": name} for name in names]


def keyed(*ids: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"id": id, **more} for id in ids]


def failing(kind: type[LabelStudioError], status: int | None = None) -> Callable[[], Exception]:
    return lambda: kind(f"It failed with {status}.", status=status)


NOBODY_KNOWS = {
    "timeout or reset": unknown,
    "502": failing(OutcomeUnknown, 502),
    "504": failing(OutcomeUnknown, 504),
    "500": failing(ServerError, 500),
    "503": failing(ServerError, 503),
}
of_unknown_outcome = pytest.mark.parametrize(
    "error", NOBODY_KNOWS.values(), ids=NOBODY_KNOWS.keys()
)


# -- nobody knows what became of a request -----------------------------------------------------


@of_unknown_outcome
@pytest.mark.usefixtures("by_two")
def test_a_request_that_was_lost_is_sent_again(
    error: Any, server: ImportServer, load: Importing
) -> None:
    server.script = [made, after_failing(error), made]
    result = load(texts("abcde"))
    assert server.texts == server.column("text", result) == [*"abcde"]
    assert server.sent == [["a", "b"], ["c", "d"], ["c", "d"], ["e"]]
    assert (result.created, result.failed) == (5, ())


@of_unknown_outcome
@pytest.mark.usefixtures("by_two")
def test_a_request_of_which_the_answer_was_lost_is_not_sent_again(
    error: Any, server: ImportServer, load: Importing
) -> None:
    server.script = [made, after_making(error), made]
    result = load(texts("abcde"))
    assert server.texts == server.column("text", result) == [*"abcde"]
    assert server.sent == [["a", "b"], ["c", "d"], ["e"]]
    assert result.created == 5


def test_annotations_and_predictions_of_a_lost_answer_are_counted(
    server: ImportServer, load: Importing
) -> None:
    server.script = [made_and_lost]
    nothing = {"result": []}
    rows = [{"data": {"text": "a"}, "annotations": [nothing, nothing], "predictions": [nothing]}]
    result = load(rows)
    assert (result.created, result.annotations, result.predictions) == (1, 2, 1)


def test_the_import_holds_while_the_server_still_works_on_a_lost_request(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late]
    server.before[4] = server.arrive  # at the third look after that
    result = load(texts("ab"))
    assert server.texts == server.column("text", result) == ["a", "b"]
    assert len(server.requests) == 1
    assert server.nap.time < Tuning().import_retries.lost_timeout


def test_a_lost_request_is_waited_for_as_long_as_it_took(
    server: ImportServer, load: Importing
) -> None:
    def slowly_lost(server: ImportServer, tasks: Any) -> Any:
        server.nap.time += 40
        return unknown()

    server.script = [slowly_lost]
    load(texts("a"))
    assert 40 <= sum(server.nap.naps) < 50


def test_a_lost_request_is_waited_for_three_times_as_long_as_others_took(
    server: ImportServer, load: Importing
) -> None:
    tuned(server.client, import_tasks=1)

    def slowly_made(server: ImportServer, tasks: Any) -> Any:
        server.nap.time += 10
        return made(server, tasks)

    server.script = [slowly_made, lost]
    load(texts("ab"))
    assert 30 <= sum(server.nap.naps) < 35


@pytest.mark.parametrize(
    "error",
    [failing(ConnectionFailed), failing(ServerError, 429)],
    ids=["no connection", "429"],
)
def test_a_request_that_surely_was_not_made_is_sent_again_without_a_look(
    error: Any, server: ImportServer, load: Importing
) -> None:
    server.script = [after_failing(error)]
    assert load(texts("ab")).created == 2
    assert server.client.said[:4] == [
        "GET /api/projects/1/",
        "GET /api/tasks/",
        "POST /api/projects/1/import",
        "POST /api/projects/1/import",
    ]
    assert server.texts == ["a", "b"]


NO_JSON = ConnectionFailed("answered with text/html where Label Studio sends JSON", status=201)


@pytest.mark.parametrize("answer", [NO_JSON, None], ids=["no JSON", "nothing"])
def test_an_answer_that_says_nothing_leaves_it_open_what_was_made(
    answer: Any, server: ImportServer, load: Importing
) -> None:
    server.otherwise = lambda server, tasks: [server.make(tasks), answer][1]
    assert list(load(texts("ab"))) == [1, 2]
    assert server.texts == ["a", "b"]
    assert len(server.requests) == 1


@pytest.mark.usefixtures("by_two")
def test_tasks_of_an_answer_without_ids_are_not_taken_for_lost_ones(
    server: ImportServer, load: Importing
) -> None:
    def without_ids(server: ImportServer, tasks: Any) -> Any:
        return {"task_count": len(server.make(tasks))}

    server.script = [without_ids, lost]
    assert load(texts("abab")).created == 4
    assert server.texts == [*"abab"]


def test_looking_goes_on_through_a_server_that_restarts(
    server: ImportServer, load: Importing
) -> None:
    server.script = [made_and_lost]
    answers = [ConnectionFailed("Connection refused"), ServerError("503", status=503)]

    def look(options: Any) -> Any:
        return answers.pop() if server.requests and answers else server.answer(options)

    server.client.answers["GET /api/tasks/"] = look
    assert list(load(texts("ab"))) == [1, 2]
    assert answers == []
    assert server.texts == ["a", "b"]


# -- what else is there ------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [lost, made_and_lost])
def test_what_was_there_before_is_not_taken_for_what_was_lost(
    outcome: Any, server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"text": "a"}}])
    server.script = [outcome]
    result = load(texts("ab"))
    assert server.texts == ["a", "a", "b"]
    assert list(result) == [2, 3]


@pytest.mark.parametrize("outcome", [lost, made_and_lost, late])
def test_tasks_of_others_are_left_alone(
    outcome: Any, server: ImportServer, load: Importing
) -> None:
    server.before_request[1] = lambda: server.make([{"data": {"text": "before"}}])
    server.script = [outcome]
    server.after_request[1] = lambda: server.make([{"data": {"text": "between"}}])

    def others_and_ours() -> None:
        server.make([{"data": {"text": "after"}}])
        if server.on_their_way:
            server.arrive()

    server.after_request[2] = others_and_ours
    result = load(texts("ab"))
    assert server.column("text", result) == ["a", "b"]
    assert sorted(text for text in server.texts if len(text) > 1) == sorted(
        ["before", "between", *(["after"] if len(server.requests) > 1 else [])]
    )
    assert len(server.texts) == len(set(server.texts))


@pytest.mark.parametrize("outcome", [lost, made_and_lost, late])
def test_rows_that_are_meant_twice_come_twice_in_one_chunk(
    outcome: Any, server: ImportServer, load: Importing
) -> None:
    server.script = [outcome]
    server.after_request[2] = lambda: server.arrive() if server.on_their_way else None
    result = load(texts("aab"))
    assert sorted(server.texts) == ["a", "a", "b"]
    assert server.column("text", result) == ["a", "a", "b"]
    assert len({*result}) == result.created == 3


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("second", [lost, made_and_lost, late])
@pytest.mark.parametrize("first", [made, lost, made_and_lost, late])
def test_rows_that_are_meant_twice_come_twice_in_different_chunks(
    first: Any, second: Any, server: ImportServer, load: Importing
) -> None:
    def made_after_all(server: ImportServer, tasks: Any) -> Any:
        while server.on_their_way:
            server.arrive()
        return made(server, tasks)

    server.script = [first, *([made] if first in (lost, late) else []), second]
    server.otherwise = made_after_all
    result = load(texts("ababz"))
    assert sorted(server.texts) == ["a", "a", "b", "b", "z"]
    assert server.column("text", result) == [*"ababz"]
    assert len({*result}) == result.created == 5


# -- what comes late ---------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_a_request_that_comes_after_it_was_sent_again_stays_and_our_copy_goes(
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


def test_rows_of_the_same_data_are_told_by_their_meta(
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


def test_a_copy_that_was_annotated_is_not_deleted_for_one_that_was_annotated_too(
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


def test_one_annotated_copy_does_not_keep_the_others(server: ImportServer, load: Importing) -> None:
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
def test_a_resent_request_that_comes_after_the_first_one_was_found_is_undone(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late, late]
    server.after_request[2] = server.arrive  # the first one, and it is found
    server.after_request[3] = server.arrive  # the second one, with the next chunk
    result = load(texts("abc"))
    assert sorted(server.texts) == ["a", "b", "c"]
    assert server.column("text", result) == ["a", "b", "c"]


@pytest.mark.usefixtures("by_four")
def test_a_request_that_comes_after_it_was_sent_again_in_halves_is_undone(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late, lost]
    server.after_request[4] = server.arrive
    result = load(texts("abcd"))
    assert server.sent[2:] == [["a", "b"], ["c", "d"]]
    assert sorted(server.texts) == [*"abcd"]
    assert server.column("text", result) == [*"abcd"]


@pytest.mark.usefixtures("by_four")
def test_a_request_that_comes_after_it_was_refused_as_too_large_is_undone(
    server: ImportServer, load: Importing
) -> None:
    server.script = [late, too_large]
    server.after_request[4] = server.arrive
    result = load(texts("abcd"))
    assert sorted(server.texts) == [*"abcd"]
    assert server.column("text", result) == [*"abcd"]


@pytest.mark.usefixtures("by_two")
def test_what_came_late_is_undone_also_if_the_import_is_cut_short(
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


def test_an_import_that_went_well_deletes_nothing_and_looks_no_more(
    server: ImportServer, load: Importing
) -> None:
    load(texts("aab"))
    looks = ["GET /api/projects/1/", "GET /api/tasks/"]  # at the config, and for the newest task
    assert server.client.said == [*looks, "POST /api/projects/1/import"]


# -- how long it is tried ----------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("error", [unknown, failing(ConnectionFailed), failing(ServerError, 429)])
def test_after_enough_tries_the_error_says_what_was_imported(
    error: Any, server: ImportServer, load: Importing
) -> None:
    server.script = [made]
    server.otherwise = after_failing(error)
    with pytest.raises(type(error()), match="2 tasks were imported before that") as caught:
        load(texts("abc"))
    assert list(caught.value.imported) == [1, 2]
    assert len(server.requests) == 1 + TRIES
    assert "The rows before [2] of the source are done" in str(caught.value)


@pytest.mark.usefixtures("by_four")
def test_no_row_is_tried_more_often_than_is_said(server: ImportServer, load: Importing) -> None:
    server.otherwise = lost
    with pytest.raises(OutcomeUnknown):
        load(texts("abcd"))
    assert max(str(server.sent).count(repr(name)) for name in "abcd") == TRIES


def test_a_large_request_that_is_lost_again_and_again_goes_in_halves(
    server: ImportServer, load: Importing
) -> None:
    server.otherwise = lambda server, tasks: (lost if len(tasks) > 2 else made)(server, tasks)
    result = load(texts("abcdefgh"))
    assert server.texts == server.column("text", result) == [*"abcdefgh"]


def test_the_last_error_says_that_the_last_request_may_still_be_made(
    server: ImportServer, load: Importing
) -> None:
    tuned(server.client, import_tasks=1)
    server.script = [made]
    server.otherwise = after_failing(failing(ServerError, 500))
    with pytest.raises(ServerError, match="may be made"):
        load(texts("ab"))


# -- too large ---------------------------------------------------------------------------------


def test_what_is_too_large_goes_in_halves(server: ImportServer, load: Importing) -> None:
    server.otherwise = at_most(2)
    result = load(texts("abcdefg"))
    assert server.texts == server.column("text", result) == [*"abcdefg"]
    assert result.created == 7


@pytest.mark.usefixtures("by_four")
def test_after_a_chunk_that_was_too_large_the_next_ones_are_smaller(
    server: ImportServer, load: Importing
) -> None:
    server.otherwise = at_most(2)
    load(texts("abcdefgh"))
    assert [len(sent) for sent in server.sent] == [4, 2, 2, 2, 2]


def test_a_row_that_is_too_large_by_itself_is_named(
    server: ImportServer, load: Importing, tmp_path: Path
) -> None:
    def outcome(server: ImportServer, tasks: Any) -> Any:
        big = any(task["data"]["text"] == "big" for task in tasks)
        return (too_large if big else made)(server, tasks)

    path = tmp_path / "t.csv"
    path.write_text("text\na\nb\nbig\nc\n")
    server.otherwise = outcome
    with pytest.raises(Rejected, match=r"t\.csv line 4: .*413"):
        load(path)
    server.rows.clear()
    result = load(path, on_error="collect")
    assert server.texts == ["a", "b", "c"]
    (failure,) = result.failed
    assert (failure.index, failure.error.status) == (2, 413)


# -- refused -----------------------------------------------------------------------------------


def is_bad(data: Any) -> bool:
    return "text" not in data


def lines(path: Path, rows: str) -> Path:
    path.write_text("".join(f'{{"{"txt" if row == "x" else "text"}": "{row}"}}\n' for row in rows))
    return path


@pytest.mark.usefixtures("by_two")
def test_a_refused_row_is_named_by_its_line_and_stops_the_import(
    server: ImportServer, load: Importing, tmp_path: Path
) -> None:
    server.otherwise = refusing(is_bad)
    with pytest.raises(Rejected, match=r"t\.jsonl line 4: .text. key is expected") as caught:
        load(lines(tmp_path / "t.jsonl", "abcxe"))
    assert list(caught.value.imported) == [1, 2]
    assert [failure.index for failure in caught.value.imported.failed] == [3]
    assert server.texts == ["a", "b"]


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("naming", [True, False], ids=["named", "found by halving"])
def test_all_that_is_refused_is_collected(
    naming: bool, server: ImportServer, load: Importing, tmp_path: Path
) -> None:
    server.otherwise = refusing(is_bad, naming=naming)
    path = lines(tmp_path / "t.jsonl", "xabxxxcd")
    result = load(path, on_error="collect")
    assert server.texts == server.column("text", result) == [*"abcd"]
    assert [failure.index for failure in result.failed] == [0, 3, 4, 5]
    assert [failure.what for failure in result.failed] == [f"{path} line {n}" for n in (1, 4, 5, 6)]
    for failure in result.failed:
        assert str(failure).startswith(f"[{failure.index}] {path} line {failure.index + 1}: ")
    assert result.created == 4


@pytest.mark.usefixtures("by_two")
def test_what_we_refuse_is_collected_with_what_the_server_refuses(
    server: ImportServer, load: Importing
) -> None:
    server.otherwise = refusing(is_bad)
    rows: list[Any] = [{"text": "a"}, {"text": float("nan")}, {"txt": 1}, "text", *texts("bc")]
    for given in (rows, iter(rows)):
        result = load(given, on_error="collect")
        assert server.column("text", result) == ["a", "b", "c"]
        assert [(each.index, type(each.error)) for each in result.failed] == [
            (1, InvalidInput),
            (2, Rejected),
            (3, InvalidInput),
        ]
        assert [each.what for each in result.failed] == ["Task [1]", "Task [2]", "Task [3]"]
        assert repr(result) == "<ImportResult: 3 created, 3 failed>"


@pytest.mark.parametrize("text", ["Task 0, a fine one", "Errors of mine at item 0"])
def test_what_a_refused_row_says_itself_names_no_other_row(
    text: str, server: ImportServer, load: Importing
) -> None:
    server.otherwise = refusing(is_bad)  # which quotes the row that it refuses
    result = load([{"text": "a"}, {"txt": text}], on_error="collect")
    assert server.texts == ["a"]
    assert [failure.index for failure in result.failed] == [1]


def test_a_refusal_of_a_prediction_names_the_row(server: ImportServer, load: Importing) -> None:
    said = "Prediction validation failed (1 errors):\n- Task 1, prediction 0: no such label\n"
    server.script = [
        lambda server, tasks: Rejected(
            f"POST → 400: predictions: {said}",
            status=400,
            validation_errors={"predictions": [said]},
        )
    ]
    result = load(texts("abc"), on_error="collect")
    assert server.texts == ["a", "c"]
    assert [failure.index for failure in result.failed] == [1]
    assert r"Task [1], prediction 0" in str(result.failed[0])


def test_a_refusal_of_everything_ends(server: ImportServer, load: Importing) -> None:
    server.otherwise = refusing(lambda data: True, naming=False)
    result = load(texts("abcdefgh"), on_error="collect")
    assert (result.created, len(result.failed)) == (0, 8)
    assert len(server.requests) < 2 * 8


@pytest.mark.usefixtures("by_two")
def test_a_request_that_was_lost_and_is_then_refused_is_made_without_the_bad_row(
    server: ImportServer, load: Importing
) -> None:
    server.script = [lost]
    server.otherwise = refusing(is_bad)
    result = load([{"text": "a"}, {"txt": "b"}, {"text": "c"}], on_error="collect")
    assert server.texts == server.column("text", result) == ["a", "c"]
    assert [failure.index for failure in result.failed] == [1]


@pytest.mark.usefixtures("by_two")
def test_progress_comes_to_the_end_where_rows_are_refused(
    server: ImportServer, load: Importing
) -> None:
    server.otherwise = refusing(is_bad)
    seen: list[Any] = []
    rows: list[Any] = [*texts("ab"), "bad", {"txt": "refused"}, *texts("c")]
    load(rows, on_error="collect", progress=lambda *counts: seen.append(counts))
    assert seen[-1] == (5, 5)


# -- by a key ----------------------------------------------------------------------------------


def test_a_second_run_sends_only_what_is_new_and_a_third_one_nothing(
    server: ImportServer, load: Importing
) -> None:
    assert repr(load(keyed(1, 2), key="id")) == "<ImportResult: 2 created>"
    assert repr(load(keyed(1, 2, 3), key="id")) == "<ImportResult: 1 created, 2 skipped>"
    server.client.calls.clear()
    result = load(keyed(1, 2, 3), key="id")
    assert (result.created, result.skipped, list(result)) == (0, 3, [])
    assert {*server.client.said} == {"GET /api/tasks/"}
    assert server.column("id") == [1, 2, 3]


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("outcome", [lost, made_and_lost, interrupted])
def test_a_run_that_was_cut_short_is_gone_on_with(
    outcome: Any, server: ImportServer, load: Importing
) -> None:
    server.script = [made, outcome]
    if outcome is interrupted:
        with pytest.raises(KeyboardInterrupt):
            load(keyed(1, 2, 3, 4), key="id")
    load(keyed(1, 2, 3, 4), key="id")
    assert server.column("id") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "bad", [None, True, 1.5, "", [7], {"a": 1}, np.bool_(True), float("nan"), np.float64(0.5)]
)
def test_what_is_no_key_is_refused_before_anything_is_sent(
    bad: Any, server: ImportServer, load: Importing
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[1\]"):
        load(keyed(1, bad), key="id")
    assert server.requests == []


def test_a_row_without_the_key_is_told_the_nearest(server: ImportServer, load: Importing) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[0\] has no 'ident' .* Did you mean 'idents'"):
        load([{"idents": 1}], key="ident")
    assert server.requests == []


@pytest.mark.parametrize("same", ["7", 7, 7.0, np.int64(7), np.int8(7), np.str_("7")])
def test_a_number_and_its_text_are_the_same_key(
    same: Any, server: ImportServer, load: Importing
) -> None:
    load(keyed(7), key="id")
    assert load(keyed(same), key="id").skipped == 1
    assert server.column("id") == [7]


def test_other_texts_are_other_keys(server: ImportServer, load: Importing) -> None:
    assert load(keyed(0, "00", "7", "07", " 7", -7, "A", "a"), key="id").created == 8
    assert load(keyed(0, "00", "7", "07", " 7", -7, "A", "a"), key="id").skipped == 8


def test_tasks_at_the_server_without_a_key_do_no_harm(
    server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"id": bad}} for bad in (None, True, 1.5, "", [])])
    server.make([{"data": {"text": "no key"}}])
    assert load(keyed(1), key="id").created == 1


def test_a_key_that_comes_twice_is_skipped(server: ImportServer, load: Importing) -> None:
    result = load([{"id": 1, "text": "a"}, {"id": "1", "text": "b"}], key="id")
    assert server.texts == ["a"]
    assert (result.created, result.skipped) == (1, 1)


@pytest.mark.parametrize("on_duplicate", ["update", "error"])
def test_a_key_that_comes_twice_in_a_list_is_an_error_before_anything_is_sent(
    on_duplicate: Any, server: ImportServer, load: Importing
) -> None:
    with pytest.raises(
        InvalidInput, match=r"Task \[2\] is there already: Task \[0\] has the id '1'"
    ):
        load(keyed(1, 2, 1), key="id", on_duplicate=on_duplicate)
    assert server.requests == []


@pytest.mark.parametrize("there", [True, False], ids=["known", "new"])
@pytest.mark.parametrize("on_duplicate", ["update", "error"])
def test_each_row_whose_key_comes_twice_is_counted(
    on_duplicate: Any, there: bool, server: ImportServer, load: Importing
) -> None:
    if there:
        server.make([{"data": {"id": 1, "text": "old"}}])
    rows = [{"id": 1, "text": "a"}, {"id": 1, "text": "b"}]
    result = load(rows, key="id", on_duplicate=on_duplicate, on_error="collect")
    counts = (result.created, result.updated, result.skipped, len(result.failed))
    assert sum(counts) == len(rows), counts
    assert len(server.rows) == 1


def test_a_row_is_not_skipped_for_one_before_it_that_was_refused(
    server: ImportServer, load: Importing
) -> None:
    tuned(server.client, import_tasks=1)
    server.otherwise = refusing(is_bad)
    result = load(
        [{"id": 1}, {"id": 2, "text": "b"}, {"id": 1, "text": "a"}], key="id", on_error="collect"
    )
    assert sorted(server.texts) == ["a", "b"]
    assert (result.created, result.skipped, len(result.failed)) == (2, 0, 1)


def test_an_update_sets_what_the_row_has_and_leaves_the_rest(
    server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"id": 1, "text": "old", "mine": 1}, "meta": {"a": 1, "b": 1}}])
    rows = [{"data": {"id": 1, "text": "new"}, "meta": {"a": 2}}, {"id": 2, "text": "second"}]
    result = load(rows, key="id", on_duplicate="update")
    assert server.rows[1]["data"] == {"id": 1, "text": "new", "mine": 1}
    assert server.rows[1]["meta"] == {"a": 2, "b": 1}
    assert (result.created, result.updated, result.skipped, list(result)) == (1, 1, 0, [2])


def test_the_same_update_again_sends_nothing(server: ImportServer, load: Importing) -> None:
    server.make([{"data": {"id": 1, "text": "old"}}])
    rows = [{"data": {"id": 1, "text": "new", "n": 2.0}, "meta": {"a": 2}}]
    assert load(rows, key="id", on_duplicate="update").updated == 1
    server.client.calls.clear()
    result = load(rows, key="id", on_duplicate="update")
    assert (result.updated, result.skipped) == (0, 1)
    assert {*server.client.said} == {"GET /api/tasks/"}


def test_an_update_goes_on_through_a_lost_answer(server: ImportServer, load: Importing) -> None:
    server.make([{"data": {"id": 1, "text": "old"}}])
    answers = [OutcomeUnknown("lost"), OutcomeUnknown("502", status=502)]

    def patch(options: Any) -> Any:
        answer = server._patch(1, options)
        return answers.pop() if answers else answer

    server.client.answers["PATCH /api/tasks/1/"] = patch
    result = load([{"id": 1, "text": "new"}], key="id", on_duplicate="update")
    assert (result.updated, server.texts) == (1, ["new"])


@pytest.mark.parametrize("on_error", ["raise", "collect"])
def test_an_update_that_is_refused_names_the_row(
    on_error: Any, server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"id": 1, "text": "old"}}])
    server.client.answers["PATCH /api/tasks/1/"] = Rejected("PATCH → 400: no", status=400)
    rows = keyed(0, 1, text="new")
    if on_error == "raise":
        with pytest.raises(Rejected, match=r"Task \[1\]"):
            load(rows, key="id", on_duplicate="update")
        return
    result = load(rows, key="id", on_duplicate="update", on_error="collect")
    assert (result.created, [failure.index for failure in result.failed]) == (1, [1])


def test_an_update_that_the_database_refuses_does_not_stop_the_others(
    server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"id": id, "text": "old"}} for id in (1, 2)])
    said = "integer out of range"
    refused = ServerError(f"PATCH → 500: {said}", status=500, detail=said, error_id="1")
    server.client.answers["PATCH /api/tasks/1/"] = refused
    rows = keyed(1, 2, 3, text="new")
    result = load(rows, key="id", on_duplicate="update", on_error="collect")
    assert (result.created, result.updated) == (1, 1)
    assert [failure.index for failure in result.failed] == [0]


def test_an_update_that_is_nested_too_deeply_does_not_stop_the_others(
    server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"id": id, "text": "old"}} for id in (1, 2)])
    nested: dict[str, Any] = {}
    for _ in range(700):
        nested = {"a": nested}
    rows = [{"id": 1, "text": "new", "nested": nested}, *keyed(2, 3, text="new")]
    result = load(rows, key="id", on_duplicate="update", on_error="collect")
    assert (result.created, result.updated) == (1, 1)
    [failure] = result.failed
    assert (failure.index, "nested too deeply" in str(failure.error)) == (0, True)


def test_a_task_that_went_away_before_its_update_is_not_lost(
    server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"id": 1, "text": "old"}}])
    server.before[2] = lambda: server.remove(1)
    result = load([{"id": 1, "text": "new"}], key="id", on_duplicate="update")
    assert server.texts == ["new"]
    assert (result.created, result.updated) == (1, 0)


def test_duplicates_in_a_list_are_an_error_before_anything_is_sent(
    server: ImportServer, load: Importing
) -> None:
    server.make([{"data": {"id": 3}}])
    with pytest.raises(InvalidInput, match=r"Task \[2\] is there already: task 1 .*'3'"):
        load(keyed(1, 2, 3), key="id", on_duplicate="error")
    assert server.requests == []


def test_duplicates_can_be_collected(server: ImportServer, load: Importing) -> None:
    server.make([{"data": {"id": 2}}])
    result = load(keyed(1, 2, 3), key="id", on_duplicate="error", on_error="collect")
    assert server.column("id") == [2, 1, 3]
    assert [failure.index for failure in result.failed] == [1]


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("before", [True, False], ids=["before ours", "after ours"])
def test_what_a_killed_run_still_makes_while_we_run_is_not_there_twice(
    before: bool, server: ImportServer, load: Importing
) -> None:
    server.on_their_way = [[{"data": row} for row in keyed(1, 2)]]
    (server.before_request if before else server.after_request)[1] = server.arrive
    result = load(keyed(1, 2, 3), key="id")
    assert sorted(server.column("id")) == [1, 2, 3]
    assert server.column("id", result) == [1, 2, 3]


@pytest.mark.usefixtures("by_two")
def test_two_imports_at_a_time_lose_no_row_and_leave_none_twice(
    server: ImportServer, load: Importing
) -> None:
    results: list[ImportResult] = []
    server.before_request[2] = lambda: results.append(load(keyed(1, 2, 3, 4, 5), key="id"))
    results.append(load(keyed(1, 2, 3, 4, 5), key="id"))
    assert sorted(server.column("id")) == [1, 2, 3, 4, 5]
    for result in results:
        assert all(id in server.rows for id in result)


def test_of_two_tasks_of_one_key_the_first_one_stays(server: ImportServer, load: Importing) -> None:
    server.before_request[1] = lambda: server.make([{"data": {"id": 1, "by": "them"}}])
    result = load(keyed(1, 2, by="us"), key="id")
    assert server.column("by") == ["them", "us"]
    assert list(result) == [1, 3]


def test_where_others_made_a_row_that_we_were_to_update_both_are_left_to_be_looked_at(
    server: ImportServer, load: Importing
) -> None:
    server.before_request[1] = lambda: server.make([{"data": {"id": 1, "by": "them"}}])
    with pytest.raises(IncompleteResult, match=r"there twice, .* differ: 2 and 1"):
        load(keyed(1, by="us"), key="id", on_duplicate="update")
    assert server.column("by") == ["them", "us"]


def test_a_task_of_others_with_our_key_and_other_data_is_not_deleted(
    server: ImportServer, load: Importing
) -> None:
    server.after_request[1] = lambda: server.make([{"data": {"id": 1, "by": "them"}}])
    load(keyed(1, by="us"), key="id")
    assert server.column("by") == ["us", "them"]
    assert server.deleted == []


def test_a_lost_request_is_told_by_the_key_however_the_data_was_stored(
    server: ImportServer, load: Importing
) -> None:
    def changed(server: ImportServer, tasks: Any) -> Any:
        server.make([{"data": {**task["data"], "more": 1}} for task in tasks])
        return unknown()

    server.script = [changed]
    assert list(load(keyed(1, 2), key="id")) == [1, 2]
    assert len(server.rows) == 2


# -- cut short ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_ctrl_c_during_a_request_tells_how_to_go_on(server: ImportServer, load: Importing) -> None:
    server.script = [made, interrupted]
    with pytest.raises(KeyboardInterrupt) as caught:
        load(texts("abcde"))
    assert str(caught.value).splitlines() == [
        "2 tasks were imported before that: see error.imported.",
        "A request with 2 tasks was under way: they may be made (twice, if it was sent before) "
        "or not.",
        "The rows before [2] of the source are done.",
    ]
    assert list(caught.value.imported) == [1, 2]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("by_two")
def test_ctrl_c_with_a_key_tells_to_call_it_again(server: ImportServer, load: Importing) -> None:
    server.script = [made, interrupted]
    with pytest.raises(KeyboardInterrupt, match="Call it again as it is"):
        load(keyed(1, 2, 3), key="id")


def test_ctrl_c_while_we_look_tells_that_a_request_was_under_way(
    server: ImportServer, load: Importing
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    server.script = [lost]
    server.before[2] = interrupt
    with pytest.raises(KeyboardInterrupt, match="A request with 3 tasks was under way"):
        load(texts("abc"))


def test_ctrl_c_after_all_was_sent_tells_of_all(server: ImportServer, load: Importing) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    server.script = [lost]
    server.after_request[2] = lambda: server.before.update({len(server.pages) + 1: interrupt})
    with pytest.raises(KeyboardInterrupt, match=r"The rows before \[3\] .* are done") as caught:
        load(texts("abc"))
    assert len(caught.value.imported) == 3  # type: ignore[attr-defined]


@pytest.mark.usefixtures("by_two")
def test_an_error_in_the_users_generator_has_what_was_imported_through_losses(
    server: ImportServer, load: Importing
) -> None:
    def rows() -> Iterator[Any]:
        yield from texts("abc")
        raise KeyError("mine")

    server.script = [made_and_lost]
    with pytest.raises(KeyError, match="mine") as caught:
        load(rows())
    assert list(caught.value.imported) == [1, 2]  # type: ignore[attr-defined]
    assert len(server.requests) == 1


@pytest.mark.usefixtures("by_two")
def test_a_generator_is_read_no_further_while_something_is_lost(
    server: ImportServer, load: Importing
) -> None:
    read: list[int] = []

    def rows() -> Iterator[Any]:
        for number in range(100):
            read.append(number)
            yield {"n": number}

    server.script = [made]
    server.otherwise = lost
    with pytest.raises(OutcomeUnknown):
        load(rows())
    assert len(read) == 4


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("kind", [PermissionDenied, JobFailed])
def test_what_was_refused_for_good_is_not_said_to_be_under_way(
    kind: Any, server: ImportServer, load: Importing
) -> None:
    server.script = [made, after_failing(failing(kind, 403))]
    with pytest.raises(kind, match="2 tasks were imported") as caught:
        load(texts("abcd"))
    assert "under way" not in str(caught.value)


# -- servers that import in a queue ------------------------------------------------------------


def queued(server: ImportServer, tasks: Any) -> Any:
    """Take a request as job 5, which is done at the second look."""
    states = [{"status": "in_progress"}]

    def look(options: Any) -> Any:
        if states:
            return states.pop()
        return {"status": "completed", **made(server, tasks)}

    server.client.answers["GET /api/projects/1/imports/5/"] = look
    return {"import": 5}


@pytest.mark.usefixtures("by_two")
def test_a_job_in_a_queue_is_waited_for(server: ImportServer, load: Importing) -> None:
    server.otherwise = queued
    result = load(texts("abc"), timeout=60)
    assert server.column("text", result) == ["a", "b", "c"]
    assert (result.created, len(server.requests)) == (3, 2)


def test_a_job_that_refuses_a_row_names_it(server: ImportServer, load: Importing) -> None:
    state = {"status": "failed", "error": "Error  at item 1: no text :: {}"}
    server.client.answers["GET /api/projects/1/imports/5/"] = state
    server.otherwise = lambda server, tasks: {"import": 5}
    with pytest.raises(JobFailed, match=r"Task \[1\]: no text"):
        load(texts("abc"), timeout=60)


def test_a_job_that_cannot_be_looked_at_is_not_sent_again_while_it_works(
    server: ImportServer, load: Importing
) -> None:
    def taken(server: ImportServer, tasks: Any) -> Any:
        server.on_their_way.append(tasks)
        return {"import": 5}

    states: list[Any] = [ServerError("503", status=503), {"status": "in_progress"}]

    def look(options: Any) -> Any:
        if states:
            return states.pop(0)
        server.arrive()
        return {"status": "completed", "task_count": 2, "task_ids": [1, 2]}

    server.client.answers["GET /api/projects/1/imports/5/"] = look
    server.script = [taken]
    assert list(load(texts("ab"), timeout=60)) == [1, 2]
    assert len(server.requests) == 1


# -- what is not too many ----------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_rows_of_a_request_of_which_nobody_knows_are_not_too_many(
    server: ImportServer, load: Importing
) -> None:
    server.script = [lost, made, made_and_lost]

    def go_away() -> None:
        back = server.nap.time + Tuning().outage_timeout + 15
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


def test_what_goes_is_decided_once_also_if_the_answer_to_that_is_lost(
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


# -- all of it at random -----------------------------------------------------------------------


@pytest.mark.usefixtures("by_four")
@pytest.mark.parametrize("key", ["", "text"], ids=["no key", "key"])
@pytest.mark.parametrize("seed", range(60))
def test_whatever_becomes_of_the_requests_each_row_is_there_once(
    seed: int,
    key: str,
    server: ImportServer,
    load: Importing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(seed)
    names = [str(n) if key else chance.choice("abcd") for n in range(chance.randint(1, 14))]

    def anything(server: ImportServer, tasks: Any) -> Any:
        if server.on_their_way and chance.random() < 0.4:
            server.arrive()
        if chance.random() < 0.2:
            server.make([{"data": {"text": "of others"}}])
        harm = len(server.requests) % 5 > 0  # so that no row is given up
        fate = [made, made, lost, made_and_lost, late, late, at_most(2)]
        return (chance.choice(fate) if harm else made)(server, tasks)

    def come_at_last(these: Any) -> Any:
        while server.on_their_way:
            server.arrive()
        return undouble(these)

    undouble = duplicates.Doubles.remove
    monkeypatch.setattr(duplicates.Doubles, "remove", come_at_last)
    server.otherwise = anything
    result = load(texts(names), key=key)
    assert sorted(set(server.texts) - {"of others"}) == sorted(set(names))
    assert server.column("text", result) == names
    assert [server.texts.count(name) for name in names] == [names.count(name) for name in names]
    assert result.created == len(names)


# -- what the server itself fails at --------------------------------------------------------------


def failing_at(*bad: str) -> Any:
    """Fail at a request with one of these texts in it, as Label Studio does: nothing is made."""

    def outcome(server: ImportServer, tasks: list[Any]) -> Any:
        if any(task["data"]["text"] in bad for task in tasks):
            return own_failure()
        return made(server, tasks)

    return outcome


def own_failure(detail: str = "NOT NULL constraint failed") -> ServerError:
    said = f"POST /api/projects/1/import → 500: {detail}"
    return ServerError(said, status=500, detail=detail, error_id="f00")


def test_rows_that_the_server_fails_at_are_found_by_halves(
    server: ImportServer, load: Importing
) -> None:
    server.otherwise = failing_at("c", "m")
    result = load(texts("abcdefghijklmnopqrstuvwxyz"), on_error="collect")
    assert server.texts == [*"abdefghijklnopqrstuvwxyz"]
    assert [each.index for each in result.failed] == [2, 12]
    assert "NOT NULL constraint failed" in str(result.failed[0].error)
    assert sum(server.nap.naps) < 3  # and not 46 seconds each


@pytest.mark.parametrize(
    "detail",
    [
        'unsupported Unicode escape sequence\nCONTEXT: JSON data: {"text": "lock, memory \\\\u0000',
        "['“lock” value must be either True, False, or None.']",
    ],
    ids=["PostgreSQL", "Django"],
)
def test_a_row_with_the_words_of_a_busy_database_is_found_in_no_time(
    detail: str, server: ImportServer, load: Importing
) -> None:
    def failing(server: ImportServer, tasks: list[Any]) -> Any:
        bad = any(task["data"]["text"] in ("lock", "disk") for task in tasks)
        return own_failure(detail) if bad else made(server, tasks)

    server.otherwise = failing
    result = load(texts([*"abcdefgh", "lock", *"ijkl", "disk", *"mnop"]), on_error="collect")
    assert [each.index for each in result.failed] == [8, 13]
    assert result.created == len(server.texts) == 16
    assert sum(server.nap.naps) <= 1


def test_what_a_database_cannot_store_is_not_sent_a_second_time(
    server: ImportServer, load: Importing
) -> None:
    server.otherwise = failing_at("b")
    assert [each.index for each in load(texts("ab"), on_error="collect").failed] == [1]
    assert server.nap.naps == []
    assert len(server.requests) == 3


def test_the_row_that_the_server_fails_at_is_raised(server: ImportServer, load: Importing) -> None:
    server.otherwise = failing_at("c")
    with pytest.raises(ServerError, match=r"Task \[2\]: .*NOT NULL") as caught:
        load(texts("abcd"))
    assert server.column("text", caught.value.imported) == ["a", "b"]


def test_a_failure_that_does_not_come_again_costs_no_row(
    server: ImportServer, load: Importing
) -> None:
    server.script = [after_failing(lambda: own_failure("list index out of range"))]
    assert load(texts("a")).failed == ()
    assert server.texts == ["a"]


def test_a_database_that_is_busy_is_waited_for(server: ImportServer, load: Importing) -> None:
    server.script = [after_failing(lambda: own_failure("database is locked"))] * 4
    assert load(texts("ab"), on_error="collect").failed == ()
    assert server.texts == ["a", "b"]


def test_a_server_that_fails_at_all_is_left_alone(server: ImportServer, load: Importing) -> None:
    server.otherwise = after_failing(own_failure)
    with pytest.raises(ServerError) as caught:
        load([{"text": str(n)} for n in range(500)], on_error="collect")
    assert len(caught.value.imported.failed) == Tuning().import_failures


def test_tasks_that_are_made_without_their_predictions_are_made_again(
    server: ImportServer, load: Importing
) -> None:
    """The server makes tasks first: where it fails at a prediction, none of a request is there."""

    def torn(server: ImportServer, tasks: list[Any]) -> Any:
        if any(task["data"]["text"] == "b" for task in tasks):
            server.make(tasks)
            return own_failure("no attribute 'db_predictions'")
        answer = made(server, tasks)
        for id in answer["task_ids"]:
            server.rows[id]["predictions"] = [{"id": 1, "result": []}]
        return answer

    server.otherwise = torn
    rows = [{"data": {"text": text}, "predictions": [{"result": []}]} for text in "abc"]
    result = load(rows, on_error="collect")
    assert server.column("text", result) == server.texts == ["a", "c"]
    assert (result.predictions, [each.index for each in result.failed]) == (2, [1])
