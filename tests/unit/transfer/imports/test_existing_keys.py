"""Rows whose key already exists at the server are skipped, updated or refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from support.clock import tuned
from support.importing import (
    Importing,
    ImportServer,
    interrupted,
    is_bad,
    keyed,
    lost,
    made,
    made_and_lost,
    refusing,
)

from label_studio_orm.data_manager.plan import PAGE_BY_IDS
from label_studio_orm.errors import (
    IncompleteResult,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    Rejected,
    ServerError,
)
from label_studio_orm.transfer.imports.result import ImportResult

# -- by a key ----------------------------------------------------------------------------------


def test_a_second_run_sends_new_rows_only_and_a_third_one_nothing(
    import_server: ImportServer, load: Importing
) -> None:
    assert repr(load(keyed(1, 2), key="id")) == "<ImportResult: 2 created>"
    assert repr(load(keyed(1, 2, 3), key="id")) == "<ImportResult: 1 created, 2 skipped>"
    import_server.client.calls.clear()
    result = load(keyed(1, 2, 3), key="id")
    assert (result.created, result.skipped, list(result)) == (0, 3, [])
    assert {*import_server.client.said} == {"GET /api/tasks/"}
    assert import_server.column("id") == [1, 2, 3]


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("outcome", [lost, made_and_lost, interrupted])
def test_an_interrupted_import_resumes(
    outcome: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made, outcome]
    if outcome is interrupted:
        with pytest.raises(KeyboardInterrupt):
            load(keyed(1, 2, 3, 4), key="id")
    load(keyed(1, 2, 3, 4), key="id")
    assert import_server.column("id") == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "bad", [None, True, 1.5, "", [7], {"a": 1}, np.bool_(True), float("nan"), np.float64(0.5)]
)
def test_invalid_keys_are_refused_before_anything_is_sent(
    bad: Any, import_server: ImportServer, load: Importing
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[1\]"):
        load(keyed(1, bad), key="id")
    assert import_server.requests == []


def test_a_row_without_the_key_suggests_the_nearest(
    import_server: ImportServer, load: Importing
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[0\] has no 'ident' .* Did you mean 'idents'"):
        load([{"idents": 1}], key="ident")
    assert import_server.requests == []


@pytest.mark.parametrize("same", ["7", 7, 7.0, np.int64(7), np.int8(7), np.str_("7")])
def test_a_number_and_its_text_are_the_same_key(
    same: Any, import_server: ImportServer, load: Importing
) -> None:
    load(keyed(7), key="id")
    assert load(keyed(same), key="id").skipped == 1
    assert import_server.column("id") == [7]


def test_different_texts_are_different_keys(import_server: ImportServer, load: Importing) -> None:
    assert load(keyed(0, "00", "7", "07", " 7", -7, "A", "a"), key="id").created == 8
    assert load(keyed(0, "00", "7", "07", " 7", -7, "A", "a"), key="id").skipped == 8


def test_existing_tasks_without_a_key_are_ignored(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": bad}} for bad in (None, True, 1.5, "", [])])
    import_server.make([{"data": {"text": "no key"}}])
    assert load(keyed(1), key="id").created == 1


def test_a_repeated_key_is_skipped(import_server: ImportServer, load: Importing) -> None:
    result = load([{"id": 1, "text": "a"}, {"id": "1", "text": "b"}], key="id")
    assert import_server.texts == ["a"]
    assert (result.created, result.skipped) == (1, 1)


@pytest.mark.parametrize("on_duplicate", ["update", "error"])
def test_a_repeated_key_in_a_list_is_an_error_before_sending(
    on_duplicate: Any, import_server: ImportServer, load: Importing
) -> None:
    with pytest.raises(InvalidInput, match=r"Task \[2\] exists already: Task \[0\] has the id '1'"):
        load(keyed(1, 2, 1), key="id", on_duplicate=on_duplicate)
    assert import_server.requests == []


@pytest.mark.parametrize("there", [True, False], ids=["known", "new"])
@pytest.mark.parametrize("on_duplicate", ["update", "error"])
def test_each_row_with_a_repeated_key_is_counted(
    on_duplicate: Any, there: bool, import_server: ImportServer, load: Importing
) -> None:
    if there:
        import_server.make([{"data": {"id": 1, "text": "old"}}])
    rows = [{"id": 1, "text": "a"}, {"id": 1, "text": "b"}]
    result = load(rows, key="id", on_duplicate=on_duplicate, on_error="collect")
    counts = (result.created, result.updated, result.skipped, len(result.failed))
    assert sum(counts) == len(rows), counts
    assert len(import_server.rows) == 1


def test_a_row_is_not_skipped_for_a_refused_row_with_the_same_key(
    import_server: ImportServer, load: Importing
) -> None:
    tuned(import_server.client, import_tasks=1)
    import_server.otherwise = refusing(is_bad)
    result = load(
        [{"id": 1}, {"id": 2, "text": "b"}, {"id": 1, "text": "a"}], key="id", on_error="collect"
    )
    assert sorted(import_server.texts) == ["a", "b"]
    assert (result.created, result.skipped, len(result.failed)) == (2, 0, 1)


def test_an_update_sets_the_keys_of_the_row_and_keeps_the_others(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": 1, "text": "old", "mine": 1}, "meta": {"a": 1, "b": 1}}])
    rows = [{"data": {"id": 1, "text": "new"}, "meta": {"a": 2}}, {"id": 2, "text": "second"}]
    result = load(rows, key="id", on_duplicate="update")
    assert import_server.rows[1]["data"] == {"id": 1, "text": "new", "mine": 1}
    assert import_server.rows[1]["meta"] == {"a": 2, "b": 1}
    assert (result.created, result.updated, result.skipped, list(result)) == (1, 1, 0, [2])


def test_the_same_update_again_sends_nothing(import_server: ImportServer, load: Importing) -> None:
    import_server.make([{"data": {"id": 1, "text": "old"}}])
    rows = [{"data": {"id": 1, "text": "new", "n": 2.0}, "meta": {"a": 2}}]
    assert load(rows, key="id", on_duplicate="update").updated == 1
    import_server.client.calls.clear()
    result = load(rows, key="id", on_duplicate="update")
    assert (result.updated, result.skipped) == (0, 1)
    assert {*import_server.client.said} == {"GET /api/tasks/"}


def test_an_update_is_retried_after_a_lost_response(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": 1, "text": "old"}}])
    answers = [OutcomeUnknown("lost"), OutcomeUnknown("502", status=502)]

    def patch(options: Any) -> Any:
        answer = import_server._patch(1, options)
        return answers.pop() if answers else answer

    import_server.client.answers["PATCH /api/tasks/1/"] = patch
    result = load([{"id": 1, "text": "new"}], key="id", on_duplicate="update")
    assert (result.updated, import_server.texts) == (1, ["new"])


@pytest.mark.parametrize("on_error", ["raise", "collect"])
def test_a_refused_update_names_the_row(
    on_error: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": 1, "text": "old"}}])
    import_server.client.answers["PATCH /api/tasks/1/"] = Rejected("PATCH → 400: no", status=400)
    rows = keyed(0, 1, text="new")
    if on_error == "raise":
        with pytest.raises(Rejected, match=r"Task \[1\]"):
            load(rows, key="id", on_duplicate="update")
        return
    result = load(rows, key="id", on_duplicate="update", on_error="collect")
    assert (result.created, [failure.index for failure in result.failed]) == (1, [1])


def test_an_update_refused_by_the_database_does_not_stop_the_others(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": id, "text": "old"}} for id in (1, 2)])
    said = "integer out of range"
    refused = ServerError(f"PATCH → 500: {said}", status=500, detail=said, error_id="1")
    import_server.client.answers["PATCH /api/tasks/1/"] = refused
    rows = keyed(1, 2, 3, text="new")
    result = load(rows, key="id", on_duplicate="update", on_error="collect")
    assert (result.created, result.updated) == (1, 1)
    assert [failure.index for failure in result.failed] == [0]


@pytest.mark.usefixtures("_usual_depth")
def test_a_deeply_nested_update_does_not_stop_the_others(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": id, "text": "old"}} for id in (1, 2)])
    nested: dict[str, Any] = {}
    for _ in range(700):
        nested = {"a": nested}
    rows = [{"id": 1, "text": "new", "nested": nested}, *keyed(2, 3, text="new")]
    result = load(rows, key="id", on_duplicate="update", on_error="collect")
    assert (result.created, result.updated) == (1, 1)
    [failure] = result.failed
    assert (failure.index, "nested too deeply" in str(failure.error)) == (0, True)


def test_a_task_deleted_before_its_update_is_created_again(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": 1, "text": "old"}}])
    import_server.before[2] = lambda: import_server.remove(1)
    result = load([{"id": 1, "text": "new"}], key="id", on_duplicate="update")
    assert import_server.texts == ["new"]
    assert (result.created, result.updated) == (1, 0)


def test_a_task_deleted_during_its_update_is_created_again(
    import_server: ImportServer, load: Importing
) -> None:
    def gone(options: Any) -> Any:
        import_server.remove(1)
        return NotFound("gone", status=404)

    import_server.make([{"data": {"id": 1, "text": "old"}}])
    import_server.client.answers["PATCH /api/tasks/1/"] = gone
    result = load([{"id": 1, "text": "new"}], key="id", on_duplicate="update")
    assert (import_server.texts, result.created, result.updated) == (["new"], 1, 0)


def test_rows_that_exist_are_an_error_before_sending(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"id": 3}}])
    with pytest.raises(InvalidInput, match=r"Task \[2\] exists already: task 1 .*'3'"):
        load(keyed(1, 2, 3), key="id", on_duplicate="error")
    assert import_server.requests == []


def test_duplicates_can_be_collected(import_server: ImportServer, load: Importing) -> None:
    import_server.make([{"data": {"id": 2}}])
    result = load(keyed(1, 2, 3), key="id", on_duplicate="error", on_error="collect")
    assert import_server.column("id") == [2, 1, 3]
    assert [failure.index for failure in result.failed] == [1]


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("before", [True, False], ids=["before ours", "after ours"])
def test_late_tasks_of_a_killed_import_are_not_duplicated(
    before: bool, import_server: ImportServer, load: Importing
) -> None:
    import_server.on_their_way = [[{"data": row} for row in keyed(1, 2)]]
    (import_server.before_request if before else import_server.after_request)[1] = (
        import_server.arrive
    )
    result = load(keyed(1, 2, 3), key="id")
    assert sorted(import_server.column("id")) == [1, 2, 3]
    assert import_server.column("id", result) == [1, 2, 3]


@pytest.mark.usefixtures("by_two")
def test_two_concurrent_imports_lose_and_duplicate_no_row(
    import_server: ImportServer, load: Importing
) -> None:
    results: list[ImportResult] = []
    import_server.before_request[2] = lambda: results.append(load(keyed(1, 2, 3, 4, 5), key="id"))
    results.append(load(keyed(1, 2, 3, 4, 5), key="id"))
    assert sorted(import_server.column("id")) == [1, 2, 3, 4, 5]
    for result in results:
        assert all(id in import_server.rows for id in result)


def test_the_first_of_two_tasks_with_the_same_key_is_kept(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.before_request[1] = lambda: import_server.make(
        [{"data": {"id": 1, "by": "them"}}]
    )
    result = load(keyed(1, 2, by="us"), key="id")
    assert import_server.column("by") == ["them", "us"]
    assert list(result) == [1, 3]


def test_a_row_added_by_others_meanwhile_is_not_updated_and_is_reported(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.before_request[1] = lambda: import_server.make(
        [{"data": {"id": 1, "by": "them"}}]
    )
    with pytest.raises(IncompleteResult, match=r"duplicates, .* differ: 2 and 1"):
        load(keyed(1, by="us"), key="id", on_duplicate="update")
    assert import_server.column("by") == ["them", "us"]


def test_a_task_of_others_with_the_same_key_is_not_deleted(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.after_request[1] = lambda: import_server.make([{"data": {"id": 1, "by": "them"}}])
    load(keyed(1, by="us"), key="id")
    assert import_server.column("by") == ["us", "them"]
    assert import_server.deleted == []


def test_tasks_to_update_are_read_in_pages_while_the_source_is_read(
    import_server: ImportServer, load: Importing
) -> None:
    many = 2 * PAGE_BY_IDS + 1
    import_server.make([{"data": {"id": id, "text": "old"}} for id in range(many)])
    patched: list[int] = []

    def rows() -> Iterator[Any]:
        for id in range(many):
            patched.append(len(import_server.patches))
            yield {"id": id, "text": "new"}

    assert load(rows(), key="id", on_duplicate="update").updated == many
    assert (patched[PAGE_BY_IDS - 1], patched[PAGE_BY_IDS]) == (0, PAGE_BY_IDS)
    assert patched[-1] == 2 * PAGE_BY_IDS
    assert len(import_server.patches) == many
