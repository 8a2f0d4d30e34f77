"""Interrupted imports report their progress; under random faults each row is created once."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from support.importing import (
    Importing,
    ImportServer,
    after_failing,
    at_most,
    failing,
    interrupted,
    keyed,
    late,
    lost,
    made,
    made_and_lost,
    texts,
)

from label_studio_orm.errors import (
    JobFailed,
    OutcomeUnknown,
    PermissionDenied,
)
from label_studio_orm.transfer.imports import duplicates

# -- interruptions -----------------------------------------------------------------------------


@pytest.mark.usefixtures("by_two")
def test_ctrl_c_during_a_request_says_how_to_continue(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made, interrupted]
    with pytest.raises(KeyboardInterrupt) as caught:
        load(texts("abcde"))
    assert str(caught.value).splitlines() == [
        "2 tasks were imported before that: see error.imported.",
        "A request with 2 tasks was in progress: the server may have created them (twice, if it "
        "was sent before).",
        "The rows before [2] of the source are done.",
    ]
    assert list(caught.value.imported) == [1, 2]  # type: ignore[attr-defined]


@pytest.mark.usefixtures("by_two")
def test_ctrl_c_with_a_key_says_to_run_the_import_again(
    import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made, interrupted]
    with pytest.raises(KeyboardInterrupt, match="Call it again as it is"):
        load(keyed(1, 2, 3), key="id")


def test_ctrl_c_during_a_search_reports_the_unresolved_request(
    import_server: ImportServer, load: Importing
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    import_server.script = [lost]
    import_server.before[2] = interrupt
    with pytest.raises(KeyboardInterrupt, match="A request with 3 tasks was in progress"):
        load(texts("abc"))


def test_ctrl_c_after_the_last_request_reports_all_rows(
    import_server: ImportServer, load: Importing
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    import_server.script = [lost]
    import_server.after_request[2] = lambda: import_server.before.update(
        {len(import_server.pages) + 1: interrupt}
    )
    with pytest.raises(KeyboardInterrupt, match=r"The rows before \[3\] .* are done") as caught:
        load(texts("abc"))
    assert len(caught.value.imported) == 3  # type: ignore[attr-defined]


@pytest.mark.usefixtures("by_two")
def test_an_error_of_the_users_generator_counts_tasks_of_a_lost_response(
    import_server: ImportServer, load: Importing
) -> None:
    def rows() -> Iterator[Any]:
        yield from texts("abc")
        raise KeyError("mine")

    import_server.script = [made_and_lost]
    with pytest.raises(KeyError, match="mine") as caught:
        load(rows())
    assert list(caught.value.imported) == [1, 2]  # type: ignore[attr-defined]
    assert len(import_server.requests) == 1


@pytest.mark.usefixtures("by_two")
def test_a_generator_is_not_read_while_a_request_is_unresolved(
    import_server: ImportServer, load: Importing
) -> None:
    read: list[int] = []

    def rows() -> Iterator[Any]:
        for number in range(100):
            read.append(number)
            yield {"n": number}

    import_server.script = [made]
    import_server.otherwise = lost
    with pytest.raises(OutcomeUnknown):
        load(rows())
    assert len(read) == 4


@pytest.mark.usefixtures("by_two")
@pytest.mark.parametrize("kind", [PermissionDenied, JobFailed])
def test_a_refused_request_is_not_reported_as_unresolved(
    kind: Any, import_server: ImportServer, load: Importing
) -> None:
    import_server.script = [made, after_failing(failing(kind, 403))]
    with pytest.raises(kind, match="2 tasks were imported") as caught:
        load(texts("abcd"))
    assert "in progress" not in str(caught.value)


# -- random faults -----------------------------------------------------------------------------


@pytest.mark.usefixtures("by_four")
@pytest.mark.parametrize("key", ["", "text"], ids=["no key", "key"])
@pytest.mark.parametrize("seed", range(60))
def test_under_random_faults_each_row_is_created_once(
    seed: int,
    key: str,
    import_server: ImportServer,
    load: Importing,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(seed)
    names = [str(n) if key else chance.choice("abcd") for n in range(chance.randint(1, 14))]

    def anything(import_server: ImportServer, tasks: Any) -> Any:
        if import_server.on_their_way and chance.random() < 0.4:
            import_server.arrive()
        if chance.random() < 0.2:
            import_server.make([{"data": {"text": "of others"}}])
        harm = len(import_server.requests) % 5 > 0  # so that every row succeeds in the end
        fate = [made, made, lost, made_and_lost, late, late, at_most(2)]
        return (chance.choice(fate) if harm else made)(import_server, tasks)

    def come_at_last(these: Any) -> Any:
        while import_server.on_their_way:
            import_server.arrive()
        return undouble(these)

    undouble = duplicates.Duplicates.remove
    monkeypatch.setattr(duplicates.Duplicates, "remove", come_at_last)
    import_server.otherwise = anything
    result = load(texts(names), key=key)
    assert sorted(set(import_server.texts) - {"of others"}) == sorted(set(names))
    assert import_server.column("text", result) == names
    assert [import_server.texts.count(name) for name in names] == [
        names.count(name) for name in names
    ]
    assert result.created == len(names)
