"""Comparisons that differ or fail on PostgreSQL: made by the client, or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from support.tasks import TaskServer

from label_studio_orm import Task
from label_studio_orm.data_manager.casefold_pattern import case_insensitive_pattern
from label_studio_orm.data_manager.postgresql import NUMBER_ERROR, PORTABLE
from label_studio_orm.errors import InvalidInput, ServerError
from label_studio_orm.features import POSTGRESQL, can
from label_studio_orm.orm.expressions import Expression

N, TEXT = Task.data["n"], Task.data["text"]
NUMBERS = [*range(1, 26), "x", None, "30", 40]


class Postgres(TaskServer):
    """Fails on texts that are compared with numbers, and has its own regular expressions."""

    def answer(self, options: Mapping[str, Any]) -> Any:
        query = str(options["params"].get("query", ""))
        if '"value": "^[x[:digit:]]"' in query:
            return {"total": len(self.rows), "tasks": []}
        if '"type":"Number","value"' in query and "data.n" in query.replace('"tasks:data.n"', ""):
            return ServerError(f'GET /api/tasks/ → 500: {NUMBER_ERROR}: "x"', status=500)
        if '"operator":"regex"' in query and "^-?[0-9]" not in query and "^[^" not in query:
            raise AssertionError("a regular expression was sent")
        return super().answer(options)


@pytest.fixture
def task_server() -> TaskServer:
    server = Postgres()
    for n in NUMBERS:
        server.add(data={"n": n, "text": f"Line {n}\nof b{{2"})
    server.client._facts.pop(POSTGRESQL.action)
    server.client.answers["POST /api/dm/actions/"] = {"processed_items": 2}
    return server


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (N > 23, [24, 25, 29]),
        (N == 12, [12]),
        (N != 12, [id for id in range(1, 30) if id != 12]),
        (N.in_([3, 40]), [3, 29]),
        (~(N > 2), [1, 2, 26, 27, 28]),
        (N.between(24, 40), [24, 25, 29]),
        ((N > 23) & (Task.id < 26), [24, 25]),
        ((N > 23) | (Task.id == 1), [1, 24, 25, 29]),
    ],
    ids=repr,
)
def test_texts_among_numbers_match_no_comparison(
    where: Expression, found: list[int], task_server: TaskServer
) -> None:
    query = task_server.tasks.filter(where)
    assert [task.id for task in query] == query.ids() == found
    assert (len(query), query.first().id) == (len(found), found[0])  # type: ignore[union-attr]


def test_only_the_numbers_are_deleted(task_server: TaskServer) -> None:
    task_server.tasks.filter(N > 23).delete()
    assert task_server.client.calls[-1][1]["selectedItems"]["included"] == [24, 25, 29]


def test_numbers_come_first_in_an_order_and_texts_after_them(task_server: TaskServer) -> None:
    assert task_server.tasks.order_by(-N).ids() == [29, *range(25, 0, -1), 26, 27, 28]


def test_tasks_read_by_their_ids_are_not_ordered_by_numbers(task_server: TaskServer) -> None:
    assert [task.id for task in task_server.tasks.order_by(-N)][:2] == [29, 25]
    by_ids = [page["query"] for page in task_server.pages if "in_list" in str(page["query"])]
    assert by_ids
    assert all(query["ordering"] == ["tasks:id"] for query in by_ids)


def test_the_server_fails_once_for_each_key(task_server: TaskServer) -> None:
    def failures() -> int:
        return sum('"type":"Number"' in said for said in sent)

    sent: list[str] = []
    answer = task_server.client.answers["GET /api/tasks/"]
    task_server.client.answers["GET /api/tasks/"] = lambda options: (
        sent.append(str(options["params"].get("query"))) or answer(options)
    )
    for _ in range(3):
        task_server.tasks.filter(N > 23).ids()
    assert failures() == 1


def test_a_raw_filter_that_compares_texts_with_numbers_is_refused(task_server: TaskServer) -> None:
    item = {"filter": "filter:tasks:data.n", "operator": "not_equal", "type": "Number", "value": 3}
    with pytest.raises(InvalidInput, match=r"'data\.n' must have numbers only, as Post"):
        task_server.tasks.filter({"conjunction": "and", "items": [item]}).ids()


def test_another_failure_is_passed_on(task_server: TaskServer) -> None:
    task_server.client.answers["GET /api/tasks/"] = ServerError(
        "GET /api/tasks/ → 500: oh", status=500
    )
    with pytest.raises(ServerError, match="oh"):
        task_server.tasks.filter(Task.id > 3).count()


# -- regular expressions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\b12\b", [12]),
        (r"e 1.$", []),
        (r"e \d\nof", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (r"b{2", list(range(1, 30))),
        (r"(?<=Line )2\n", [2]),
        (r"(?P<d>2)(?P=d)", [22]),
        (r"(?i)LINE x", [26]),
    ],
)
def test_a_pattern_means_what_it_means_in_python(
    pattern: str, found: list[int], task_server: TaskServer
) -> None:
    assert task_server.tasks.filter(TEXT.regex(pattern)).ids() == found


@pytest.mark.parametrize(
    "pattern",
    ["^Line 1", "(cat|dog)s?", r"\.jpg", "[a-f0-9]{8}", "é+", r"^-?[0-9]", r"(?:ab)+?"],
)
def test_portable_patterns_are_matched_by_the_server(pattern: str) -> None:
    assert PORTABLE.fullmatch(pattern)


@pytest.mark.parametrize(
    "pattern", [".", "a$", r"\w", r"\b", "a{2", "(?i)a", "[[:alpha:]]", "a*+", r"\1", "[\\w]", "\n"]
)
def test_other_patterns_are_matched_by_the_client(pattern: str) -> None:
    assert not PORTABLE.fullmatch(pattern)


def test_the_database_is_found_out_by_what_it_answers(task_server: TaskServer) -> None:
    assert can(task_server.client, POSTGRESQL, 1)  # type: ignore[arg-type]
    other = TaskServer(3)
    other.client._facts.clear()
    assert not can(other.client, POSTGRESQL, 1)  # type: ignore[arg-type]
    assert other.client._facts[POSTGRESQL.action] is False


# -- letters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("größe", "die GRÖSSE der"),
        ("GRÖSSE", "größe"),
        ("ÄRGER", "kein ärger"),
        ("ﬁn é", "FIN É"),
        ("ΣΑΣ", "σας"),
        ("a.b é", "A.B É"),
        ("é [x]^-", "É [X]^-"),
    ],
)
def test_texts_are_found_in_any_case(part: str, text: str) -> None:
    assert part.casefold() in text.casefold()
    assert re.search(case_insensitive_pattern(part), text)


@pytest.mark.parametrize("part", ["é.", "é[x]", "é^"])
def test_other_characters_are_matched_literally(part: str) -> None:
    assert not re.search(case_insensitive_pattern(part), "éx")


def test_a_busy_server_is_not_asked_again_for_another_plan(task_server: TaskServer) -> None:
    task_server.client.answers["GET /api/tasks/"] = ServerError("The server is busy", status=503)
    with pytest.raises(ServerError, match="busy"):
        task_server.tasks.filter(N > 23).ids()
    assert task_server.client.said.count("GET /api/tasks/") == 1
