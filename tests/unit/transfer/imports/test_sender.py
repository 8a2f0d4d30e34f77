"""Chunks of an import may be refused, fail or be lost: each row is created once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.clock import tuned
from support.importing import (
    Importing,
    ImportServer,
    after_failing,
    after_making,
    at_most,
    failing,
    is_bad,
    lost,
    made,
    made_and_lost,
    refusing,
    texts,
    too_large,
    unknown,
)

from label_studio_orm.errors import (
    ConnectionFailed,
    IncompleteResult,
    InvalidInput,
    JobFailed,
    OutcomeUnknown,
    Rejected,
    ServerError,
)
from label_studio_orm.tuning import Tuning

TRIES = Tuning().import_retries.tries


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


NO_JSON = ConnectionFailed("answered with text/html where Label Studio sends JSON", status=201)


def lines(path: Path, rows: str) -> Path:
    path.write_text("".join(f'{{"{"txt" if row == "x" else "text"}": "{row}"}}\n' for row in rows))
    return path


def queued(server: ImportServer, tasks: Any) -> Any:
    """Accept a request as job 5, which is done at the second poll."""
    states = [{"status": "in_progress"}]

    def look(options: Any) -> Any:
        if states:
            return states.pop()
        return {"status": "completed", **made(server, tasks)}

    server.client.answers["GET /api/projects/1/imports/5/"] = look
    return {"import": 5}


def failing_at(*bad: str) -> Any:
    """Answer 500 to a request with one of these texts and create nothing, like Label Studio."""

    def outcome(server: ImportServer, tasks: list[Any]) -> Any:
        if any(task["data"]["text"] in bad for task in tasks):
            return own_failure()
        return made(server, tasks)

    return outcome


def own_failure(detail: str = "NOT NULL constraint failed") -> ServerError:
    said = f"POST /api/projects/1/import → 500: {detail}"
    return ServerError(said, status=500, detail=detail, error_id="f00")


# -- lost requests -----------------------------------------------------------------------------


@of_unknown_outcome
@pytest.mark.usefixtures("by_two")
def test_a_lost_request_is_sent_again(
    error: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made, after_failing(error), made]
    result = load(texts("abcde"))
    assert import_server.texts == import_server.column("text", result) == [*"abcde"]
    assert import_server.sent == [["a", "b"], ["c", "d"], ["c", "d"], ["e"]]
    assert (result.created, result.failed) == (5, ())


@of_unknown_outcome
@pytest.mark.usefixtures("by_two")
def test_a_request_with_a_lost_response_is_not_sent_again(
    error: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made, after_making(error), made]
    result = load(texts("abcde"))
    assert import_server.texts == import_server.column("text", result) == [*"abcde"]
    assert import_server.sent == [["a", "b"], ["c", "d"], ["e"]]
    assert result.created == 5


def test_annotations_and_predictions_of_a_lost_response_are_counted(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made_and_lost]
    nothing = {"result": []}
    rows = [{"data": {"text": "a"}, "annotations": [nothing, nothing], "predictions": [nothing]}]
    result = load(rows)
    assert (result.created, result.annotations, result.predictions) == (1, 2, 1)


@pytest.mark.parametrize(
    "error",
    [failing(ConnectionFailed), failing(ServerError, 429)],
    ids=["no connection", "429"],
)
def test_an_unsent_request_is_sent_again_without_a_search(
    error: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [after_failing(error)]
    assert load(texts("ab")).created == 2
    assert import_server.client.said[:4] == [
        "GET /api/projects/1/",
        "GET /api/tasks/",
        "POST /api/projects/1/import",
        "POST /api/projects/1/import",
    ]
    assert import_server.texts == ["a", "b"]


@pytest.mark.parametrize("answer", [NO_JSON, None], ids=["no JSON", "nothing"])
def test_after_an_unreadable_response_created_tasks_are_searched_for(
    answer: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = lambda import_server, tasks: [import_server.make(tasks), answer][1]
    assert list(load(texts("ab"))) == [1, 2]
    assert import_server.texts == ["a", "b"]
    assert len(import_server.requests) == 1


# -- retries -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("error", [unknown, failing(ConnectionFailed), failing(ServerError, 429)])
def test_after_the_last_try_the_error_reports_the_progress(
    error: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made]
    import_server.otherwise = after_failing(error)
    with pytest.raises(type(error()), match="2 tasks were imported before that") as caught:
        load(texts("abc"))
    assert list(caught.value.imported) == [1, 2]
    assert len(import_server.requests) == 1 + TRIES
    assert "The rows before [2] of the source are done" in str(caught.value)


@pytest.mark.usefixtures("by_four")
def test_each_row_is_sent_at_most_as_often_as_the_policy_allows(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = lost
    with pytest.raises(OutcomeUnknown):
        load(texts("abcd"))
    assert max(str(import_server.sent).count(repr(name)) for name in "abcd") == TRIES


def test_a_request_that_is_lost_repeatedly_is_sent_in_halves(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = lambda import_server, tasks: (lost if len(tasks) > 2 else made)(
        import_server, tasks
    )
    result = load(texts("abcdefgh"))
    assert import_server.texts == import_server.column("text", result) == [*"abcdefgh"]


def test_the_last_error_says_that_the_last_request_may_still_succeed(
    import_server: ImportServer, load: Importing
) -> None:
    tuned(import_server.client, import_tasks=1)
    import_server.script = [made]
    import_server.otherwise = after_failing(failing(ServerError, 500))
    with pytest.raises(ServerError, match="may have created them"):
        load(texts("ab"))


# -- large requests ----------------------------------------------------------------------------


def test_a_request_that_is_too_large_is_halved(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = at_most(2)
    result = load(texts("abcdefg"))
    assert import_server.texts == import_server.column("text", result) == [*"abcdefg"]
    assert result.created == 7


@pytest.mark.usefixtures("by_four")
def test_after_a_chunk_that_is_too_large_the_next_ones_are_smaller(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = at_most(2)
    load(texts("abcdefgh"))
    assert [len(sent) for sent in import_server.sent] == [4, 2, 2, 2, 2]


def test_a_single_row_that_is_too_large_is_named(
    import_server: ImportServer, load: Importing, tmp_path: Path
) -> None:
    def outcome(import_server: ImportServer, tasks: Any) -> Any:
        big = any(task["data"]["text"] == "big" for task in tasks)
        return (too_large if big else made)(import_server, tasks)

    path = tmp_path / "t.csv"
    path.write_text("text\na\nb\nbig\nc\n")
    import_server.otherwise = outcome
    with pytest.raises(Rejected, match=r"t\.csv line 4: .*413"):
        load(path)
    import_server.rows.clear()
    result = load(path, on_error="collect")
    assert import_server.texts == ["a", "b", "c"]
    (failure,) = result.failed
    assert (failure.index, failure.error.status) == (2, 413)


# -- refused -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_a_refused_row_is_named_by_its_line_and_stops_the_import(
    import_server: ImportServer, load: Importing, tmp_path: Path
) -> None:
    import_server.otherwise = refusing(is_bad)
    with pytest.raises(Rejected, match=r"t\.jsonl line 4: .text. key is expected") as caught:
        load(lines(tmp_path / "t.jsonl", "abcxe"))
    assert list(caught.value.imported) == [1, 2]
    assert [failure.index for failure in caught.value.imported.failed] == [3]
    assert import_server.texts == ["a", "b"]


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("naming", [True, False], ids=["named", "found by halving"])
def test_all_refused_rows_are_collected(
    naming: bool, import_server: ImportServer, load: Importing, tmp_path: Path
) -> None:
    import_server.otherwise = refusing(is_bad, naming=naming)
    path = lines(tmp_path / "t.jsonl", "xabxxxcd")
    result = load(path, on_error="collect")
    assert import_server.texts == import_server.column("text", result) == [*"abcd"]
    assert [failure.index for failure in result.failed] == [0, 3, 4, 5]
    assert [failure.what for failure in result.failed] == [f"{path} line {n}" for n in (1, 4, 5, 6)]
    for failure in result.failed:
        assert str(failure).startswith(f"[{failure.index}] {path} line {failure.index + 1}: ")
    assert result.created == 4


@pytest.mark.usefixtures("by_two")
def test_rows_refused_by_us_and_by_the_server_are_collected_together(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = refusing(is_bad)
    rows: list[Any] = [{"text": "a"}, {"text": float("nan")}, {"txt": 1}, "text", *texts("bc")]
    for given in (rows, iter(rows)):
        result = load(given, on_error="collect")
        assert import_server.column("text", result) == ["a", "b", "c"]
        assert [(each.index, type(each.error)) for each in result.failed] == [
            (1, InvalidInput),
            (2, Rejected),
            (3, InvalidInput),
        ]
        assert [each.what for each in result.failed] == ["Task [1]", "Task [2]", "Task [3]"]
        assert repr(result) == "<ImportResult: 3 created, 3 failed>"


@pytest.mark.parametrize("text", ["Task 0, a fine one", "Errors of mine at item 0"])
def test_numbers_in_the_text_of_a_refused_row_are_not_row_numbers(
    text: str, import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = refusing(is_bad)  # the error quotes the refused row
    result = load([{"text": "a"}, {"txt": text}], on_error="collect")
    assert import_server.texts == ["a"]
    assert [failure.index for failure in result.failed] == [1]


def test_a_refusal_of_a_prediction_names_the_row(
    import_server: ImportServer, load: Importing
) -> None:
    said = "Prediction validation failed (1 errors):\n- Task 1, prediction 0: no such label\n"
    import_server.script = [
        lambda import_server, tasks: Rejected(
            f"POST → 400: predictions: {said}",
            status=400,
            validation_errors={"predictions": [said]},
        )
    ]
    result = load(texts("abc"), on_error="collect")
    assert import_server.texts == ["a", "c"]
    assert [failure.index for failure in result.failed] == [1]
    assert r"Task [1], prediction 0" in str(result.failed[0])


def test_an_import_whose_rows_are_all_refused_ends(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = refusing(lambda data: True, naming=False)
    result = load(texts("abcdefgh"), on_error="collect")
    assert (result.created, len(result.failed)) == (0, 8)
    assert len(import_server.requests) < 2 * 8


@pytest.mark.usefixtures("by_two")
def test_a_lost_and_then_refused_request_is_resent_without_the_refused_row(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [lost]
    import_server.otherwise = refusing(is_bad)
    result = load([{"text": "a"}, {"txt": "b"}, {"text": "c"}], on_error="collect")
    assert import_server.texts == import_server.column("text", result) == ["a", "c"]
    assert [failure.index for failure in result.failed] == [1]


@pytest.mark.usefixtures("by_two")
def test_refused_rows_count_as_progress(import_server: ImportServer, load: Importing) -> None:
    import_server.otherwise = refusing(is_bad)
    seen: list[Any] = []
    rows: list[Any] = [*texts("ab"), "bad", {"txt": "refused"}, *texts("c")]
    load(rows, on_error="collect", progress=lambda *counts: seen.append(counts))
    assert seen[-1] == (5, 5)


# -- background jobs ---------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_a_queued_job_is_waited_for(import_server: ImportServer, load: Importing) -> None:
    import_server.otherwise = queued
    result = load(texts("abc"), timeout=60)
    assert import_server.column("text", result) == ["a", "b", "c"]
    assert (result.created, len(import_server.requests)) == (3, 2)


def test_a_row_refused_by_a_job_is_named(import_server: ImportServer, load: Importing) -> None:
    state = {"status": "failed", "error": "Error  at item 1: no text :: {}"}
    import_server.client.answers["GET /api/projects/1/imports/5/"] = state
    import_server.otherwise = lambda import_server, tasks: {"import": 5}
    with pytest.raises(JobFailed, match=r"Task \[1\]: no text"):
        load(texts("abc"), timeout=60)


def test_a_job_that_cannot_be_polled_is_not_sent_again(
    import_server: ImportServer, load: Importing
) -> None:
    def taken(import_server: ImportServer, tasks: Any) -> Any:
        import_server.on_their_way.append(tasks)
        return {"import": 5}

    states: list[Any] = [ServerError("503", status=503), {"status": "in_progress"}]

    def look(options: Any) -> Any:
        if states:
            return states.pop(0)
        import_server.arrive()
        return {"status": "completed", "task_count": 2, "task_ids": [1, 2]}

    import_server.client.answers["GET /api/projects/1/imports/5/"] = look
    import_server.script = [taken]
    assert list(load(texts("ab"), timeout=60)) == [1, 2]
    assert len(import_server.requests) == 1


# -- server errors --------------------------------------------------------------------------------


def test_rows_that_cause_a_500_are_found_by_bisection(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = failing_at("c", "m")
    result = load(texts("abcdefghijklmnopqrstuvwxyz"), on_error="collect")
    assert import_server.texts == [*"abdefghijklnopqrstuvwxyz"]
    assert [each.index for each in result.failed] == [2, 12]
    assert "NOT NULL constraint failed" in str(result.failed[0].error)
    assert sum(import_server.nap.naps) < 3  # not 46 seconds each


@pytest.mark.parametrize(
    "detail",
    [
        'unsupported Unicode escape sequence\nCONTEXT: JSON data: {"text": "lock, memory \\\\u0000',
        "['“lock” value must be either True, False, or None.']",
    ],
    ids=["PostgreSQL", "Django"],
)
def test_a_row_that_quotes_database_errors_is_not_retried(
    detail: str, import_server: ImportServer, load: Importing
) -> None:
    def failing(import_server: ImportServer, tasks: list[Any]) -> Any:
        bad = any(task["data"]["text"] in ("lock", "disk") for task in tasks)
        return own_failure(detail) if bad else made(import_server, tasks)

    import_server.otherwise = failing
    result = load(texts([*"abcdefgh", "lock", *"ijkl", "disk", *"mnop"]), on_error="collect")
    assert [each.index for each in result.failed] == [8, 13]
    assert result.created == len(import_server.texts) == 16
    assert sum(import_server.nap.naps) <= 1


def test_a_row_refused_by_the_database_is_sent_once(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = failing_at("b")
    assert [each.index for each in load(texts("ab"), on_error="collect").failed] == [1]
    assert import_server.nap.naps == []
    assert len(import_server.requests) == 3


def test_a_row_that_causes_a_500_is_named_in_the_error(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = failing_at("c")
    with pytest.raises(ServerError, match=r"Task \[2\]: .*NOT NULL") as caught:
        load(texts("abcd"))
    assert import_server.column("text", caught.value.imported) == ["a", "b"]


def test_a_row_that_causes_a_500_only_once_is_imported(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [after_failing(lambda: own_failure("list index out of range"))]
    assert load(texts("a")).failed == ()
    assert import_server.texts == ["a"]


def test_a_busy_database_is_waited_for(import_server: ImportServer, load: Importing) -> None:
    import_server.script = [after_failing(lambda: own_failure("database is locked"))] * 4
    assert load(texts("ab"), on_error="collect").failed == ()
    assert import_server.texts == ["a", "b"]


def test_an_import_stops_when_the_server_fails_at_every_row(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.otherwise = after_failing(own_failure)
    with pytest.raises(ServerError) as caught:
        load([{"text": str(n)} for n in range(500)], on_error="collect")
    assert len(caught.value.imported.failed) == Tuning().import_failures


def test_tasks_created_without_their_predictions_are_created_again(
    import_server: ImportServer, load: Importing
) -> None:
    """The server creates tasks first, and removes all of a request if a prediction fails."""

    def torn(import_server: ImportServer, tasks: list[Any]) -> Any:
        if any(task["data"]["text"] == "b" for task in tasks):
            import_server.make(tasks)
            return own_failure("no attribute 'db_predictions'")
        answer = made(import_server, tasks)
        for id in answer["task_ids"]:
            import_server.rows[id]["predictions"] = [{"id": 1, "result": []}]
        return answer

    import_server.otherwise = torn
    rows = [{"data": {"text": text}, "predictions": [{"result": []}]} for text in "abc"]
    result = load(rows, on_error="collect")
    assert import_server.column("text", result) == import_server.texts == ["a", "c"]
    assert (result.predictions, [each.index for each in result.failed]) == (2, [1])


def test_recreated_tasks_with_reused_ids_are_recognized(
    import_server: ImportServer, load: Importing
) -> None:
    """SQLite reuses the ids of removed tasks."""

    def torn(import_server: ImportServer, tasks: list[Any]) -> Any:
        import_server.make(tasks)
        import_server.client.answers["POST /api/dm/actions/"] = remove_and_forget
        return own_failure("no attribute 'db_predictions'")

    def remove_and_forget(options: Any) -> Any:
        answer = import_server._act(options)
        import_server.last = 0
        return answer

    import_server.script = [torn, whole_and_lost]
    import_server.otherwise = whole
    rows = [{"data": {"text": text}, "predictions": [{"result": []}]} for text in "ab"]
    assert load(rows).created == 2
    assert import_server.texts == ["a", "b"]
    assert import_server.sent == [["a", "b"], ["a"], ["b"]]


def whole(server: ImportServer, tasks: list[Any]) -> Any:
    answer = made(server, tasks)
    for id in answer["task_ids"]:
        server.rows[id]["predictions"] = [{"id": 1, "result": []}]
    return answer


def whole_and_lost(server: ImportServer, tasks: list[Any]) -> Any:
    return whole(server, tasks) and unknown()


def test_an_import_continues_after_scattered_failures(
    import_server: ImportServer, load: Importing
) -> None:
    tuned(import_server.client, import_failures=2, import_tasks=1)
    import_server.otherwise = failing_at("b", "d", "f")
    result = load(texts("abcdef"), on_error="collect")
    assert (import_server.texts, len(result.failed)) == (["a", "c", "e"], 3)


def test_a_response_with_another_count_is_an_error(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [
        lambda import_server, tasks: {"task_count": 1, "task_ids": import_server.make(tasks[:1])}
    ]
    with pytest.raises(IncompleteResult, match=r"Of 3 tasks .* made 1: .*Task \[0\] to Task \[2\]"):
        load(texts("abc"))
    assert len(import_server.requests) == 1


def test_a_row_is_not_skipped_for_a_failed_row_with_the_same_key(
    import_server: ImportServer, load: Importing
) -> None:
    tuned(import_server.client, import_tasks=1)
    import_server.script = [after_failing(own_failure)]
    rows = [{"id": 1, "text": "bad"}, {"id": 1, "text": "good"}]
    result = load(rows, key="id", on_error="collect")
    assert (import_server.texts, len(result.failed), result.skipped) == (["good"], 1, 0)
