"""Which tasks a lost request of an import has created, among those of others."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import tuned
from support.importing import (
    Importing,
    ImportServer,
    keyed,
    late,
    lost,
    made,
    made_and_lost,
    texts,
    unknown,
)

from label_studio_orm.errors import (
    ConnectionFailed,
    ServerError,
)
from label_studio_orm.tuning import Tuning

# -- lost requests -----------------------------------------------------------------------------


def test_the_import_waits_while_a_lost_request_is_still_processed(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [late]
    import_server.before[4] = import_server.arrive  # at the third poll after that
    result = load(texts("ab"))
    assert import_server.texts == import_server.column("text", result) == ["a", "b"]
    assert len(import_server.requests) == 1
    assert import_server.nap.time < Tuning().import_retries.lost_timeout


def test_a_lost_request_is_searched_for_as_long_as_it_took(
    import_server: ImportServer, load: Importing
) -> None:
    def slowly_lost(import_server: ImportServer, tasks: Any) -> Any:
        import_server.nap.time += 40
        return unknown()

    import_server.script = [slowly_lost]
    load(texts("a"))
    assert 40 <= sum(import_server.nap.naps) < 50


def test_a_lost_request_is_searched_for_three_times_as_long_as_others_took(
    import_server: ImportServer, load: Importing
) -> None:
    tuned(import_server.client, import_tasks=1)

    def slowly_made(import_server: ImportServer, tasks: Any) -> Any:
        import_server.nap.time += 10
        return made(import_server, tasks)

    import_server.script = [slowly_made, lost]
    load(texts("ab"))
    assert 30 <= sum(import_server.nap.naps) < 35


@pytest.mark.usefixtures("by_two")
def test_tasks_of_a_response_without_ids_are_not_mistaken_for_lost_ones(
    import_server: ImportServer, load: Importing
) -> None:
    def without_ids(import_server: ImportServer, tasks: Any) -> Any:
        return {"task_count": len(import_server.make(tasks))}

    import_server.script = [without_ids, lost]
    assert load(texts("abab")).created == 4
    assert import_server.texts == [*"abab"]


def test_the_search_for_lost_tasks_continues_through_a_restart(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made_and_lost]
    answers = [ConnectionFailed("Connection refused"), ServerError("503", status=503)]

    def look(options: Any) -> Any:
        return (
            answers.pop() if import_server.requests and answers else import_server.answer(options)
        )

    import_server.client.answers["GET /api/tasks/"] = look
    assert list(load(texts("ab"))) == [1, 2]
    assert answers == []
    assert import_server.texts == ["a", "b"]


# -- other tasks -------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", [lost, made_and_lost])
def test_equal_older_tasks_are_not_mistaken_for_lost_ones(
    outcome: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.make([{"data": {"text": "a"}}])
    import_server.script = [outcome]
    result = load(texts("ab"))
    assert import_server.texts == ["a", "a", "b"]
    assert list(result) == [2, 3]


@pytest.mark.parametrize("outcome", [lost, made_and_lost, late])
def test_tasks_of_others_are_not_mistaken_for_lost_ones(
    outcome: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.before_request[1] = lambda: import_server.make([{"data": {"text": "before"}}])
    import_server.script = [outcome]
    import_server.after_request[1] = lambda: import_server.make([{"data": {"text": "between"}}])

    def others_and_ours() -> None:
        import_server.make([{"data": {"text": "after"}}])
        if import_server.on_their_way:
            import_server.arrive()

    import_server.after_request[2] = others_and_ours
    result = load(texts("ab"))
    assert import_server.column("text", result) == ["a", "b"]
    assert sorted(text for text in import_server.texts if len(text) > 1) == sorted(
        ["before", "between", *(["after"] if len(import_server.requests) > 1 else [])]
    )
    assert len(import_server.texts) == len(set(import_server.texts))


@pytest.mark.parametrize("outcome", [lost, made_and_lost, late])
def test_equal_rows_of_one_chunk_are_all_imported(
    outcome: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [outcome]
    import_server.after_request[2] = lambda: (
        import_server.arrive() if import_server.on_their_way else None
    )
    result = load(texts("aab"))
    assert sorted(import_server.texts) == ["a", "a", "b"]
    assert import_server.column("text", result) == ["a", "a", "b"]
    assert len({*result}) == result.created == 3


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("second", [lost, made_and_lost, late])
@pytest.mark.parametrize("first", [made, lost, made_and_lost, late])
def test_equal_rows_of_different_chunks_are_all_imported(
    first: Any, second: Any, import_server: ImportServer, load: Importing
) -> None:
    def made_after_all(import_server: ImportServer, tasks: Any) -> Any:
        while import_server.on_their_way:
            import_server.arrive()
        return made(import_server, tasks)

    import_server.script = [first, *([made] if first in (lost, late) else []), second]
    import_server.otherwise = made_after_all
    result = load(texts("ababz"))
    assert sorted(import_server.texts) == ["a", "a", "b", "b", "z"]
    assert import_server.column("text", result) == [*"ababz"]
    assert len({*result}) == result.created == 5


# -- by a key ----------------------------------------------------------------------------------


def test_tasks_of_a_lost_request_are_recognized_by_the_key_alone(
    import_server: ImportServer, load: Importing
) -> None:
    def changed(import_server: ImportServer, tasks: Any) -> Any:
        import_server.make([{"data": {**task["data"], "more": 1}} for task in tasks])
        return unknown()

    import_server.script = [changed]
    assert list(load(keyed(1, 2), key="id")) == [1, 2]
    assert len(import_server.rows) == 2
