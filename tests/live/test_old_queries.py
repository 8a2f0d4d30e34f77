"""Queries on an older server and on PostgreSQL match Python's results."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from support.tasks import set_page_sizes
from support.texts import SENTIMENT

from label_studio_orm import Project, Task
from label_studio_orm.errors import InvalidInput, Unsupported
from label_studio_orm.orm.expressions import Expression
from label_studio_orm.server import LocalServer

COUNT = 90
SPLITS = ("train", "test", "dev", None)
N, SPLIT, TEXT, MIXED = (Task.data[key] for key in ("n", "split", "text", "mixed"))


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    set_page_sizes(monkeypatch, 20, by_ids=20, of_ids=20)


def row(number: int) -> dict[str, Any]:
    """Return the data of a task: after the first 40, there are texts among the numbers."""
    return {
        "text": f"Größe {number}\nÄrger" if number % 2 else f"GRÖSSE {number}",
        "n": None if number % 9 == 0 else number * 7 % 50,
        "split": SPLITS[number % 4],
        "mixed": f"x{number}" if number > 40 and number % 5 == 0 else number,
    }


ROWS = [row(number) for number in range(COUNT)]


def made(server: LocalServer) -> Iterator[Project]:
    project = server.client().projects.create(title="Queries", label_config=SENTIMENT)
    project.import_tasks(ROWS, progress=False)
    yield project
    project.delete()


@pytest.fixture(scope="module")
def old_project(old_server: LocalServer) -> Iterator[Project]:
    yield from made(old_server)


@pytest.fixture(scope="module")
def of_postgres(postgres_server: LocalServer) -> Iterator[Project]:
    yield from made(postgres_server)


def numbers(project: Project, where: Expression) -> list[int]:
    """Return the numbers of the rows that are found, after checking the count."""
    query = project.tasks.filter(where)
    found = [task.data for task in query]
    assert len(query) == len(found) == len(query.ids())
    return [ROWS.index(each) for each in found]


def less(value: Any, than: int) -> bool:
    return isinstance(value, int) and value < than


Case = tuple[Expression, Callable[[Any], bool]]
EITHER: dict[str, Case] = {
    "pairs": (
        ((N < 9) & (SPLIT == "train")) | ((N > 40) & (SPLIT == "dev")),
        lambda row: (
            (less(row["n"], 9) and row["split"] == "train")
            or (row["n"] is not None and row["n"] > 40 and row["split"] == "dev")
        ),
    ),
    "or": ((N < 30) | (SPLIT == "dev"), lambda row: less(row["n"], 30) or row["split"] == "dev"),
    "not equal": (N != 7, lambda row: row["n"] != 7),
    "null": (SPLIT.is_null(), lambda row: row["split"] is None),
    "not less": (~(N < 30), lambda row: not less(row["n"], 30)),
    "many and one": (
        Task.inner_id.in_(range(1, 400)) & (SPLIT == "test"),
        lambda row: row["split"] == "test",
    ),
    "the server's own columns": (
        ((Task.total_annotations > 0) & (Task.inner_id > 3))
        | ((Task.inner_id < 3) & (Task.total_annotations == 0)),
        lambda row: row in ROWS[:2],
    ),
}


@pytest.mark.parametrize("name", EITHER)
def test_an_older_server_finds_the_same_tasks(name: str, old_project: Project) -> None:
    where, meets = EITHER[name]
    assert numbers(old_project, where) == [n for n, row in enumerate(ROWS) if meets(row)]


def test_an_older_server_deletes_only_matching_tasks(old_project: Project) -> None:
    where = ((Task.total_annotations > 0) & (Task.inner_id > 3)) | ((Task.inner_id == 2) & (N == 7))
    copy = old_project.client.projects.create(title="To delete from", label_config=SENTIMENT)
    try:
        copy.import_tasks(ROWS[:50], progress=False)
        with pytest.raises(Unsupported, match=r"cannot combine .* in one filter; 1\.21"):
            copy.tasks.filter(where).save_as_view("A few")
        assert len(copy.views) == 0
        assert copy.tasks.filter(where).delete() == 1
        assert len(copy.tasks) == 49
    finally:
        copy.delete()


SAME: dict[str, Case] = {
    "more": (MIXED > 50, lambda row: isinstance(row["mixed"], int) and row["mixed"] > 50),
    "equal": (MIXED == 12, lambda row: row["mixed"] == 12),
    "one of": (MIXED.in_([12, 45, 61]), lambda row: row["mixed"] in (12, 61)),
    "not more": (
        ~(MIXED > 50),
        lambda row: not (isinstance(row["mixed"], int) and row["mixed"] > 50),
    ),
    "any case": (TEXT.contains("größe"), lambda row: True),
    "a word": (TEXT.regex(r"\b1\d\b"), lambda row: bool(re.search(r"\b1\d\b", row["text"]))),
    "within a line": (TEXT.regex("7.Ä"), lambda row: False),
    "no repetition": (TEXT.regex("a{2"), lambda row: False),
    "too large for a column": (Task.id < 2**70, lambda row: True),
    "too large for any": (Task.id.in_([2**70]), lambda row: False),
}


@pytest.mark.parametrize("name", SAME)
def test_postgresql_finds_the_same_tasks(name: str, of_postgres: Project) -> None:
    where, meets = SAME[name]
    assert numbers(of_postgres, where) == [n for n, row in enumerate(ROWS) if meets(row)]


def test_on_postgresql_text_sorts_after_numbers(of_postgres: Project) -> None:
    found = [task.data["mixed"] for task in of_postgres.tasks.order_by(-MIXED)]
    ordered = [value for value in found if isinstance(value, int)]
    assert found[: len(ordered)] == sorted(ordered, reverse=True)


@pytest.mark.parametrize("order", ["annotators", "-annotators", "completed_at", "-completed_at"])
def test_on_postgresql_null_sorts_last(order: str, of_postgres: Project) -> None:
    task = of_postgres.tasks[30]
    if not task.annotations:
        task.annotate({"sentiment": "Positive"})
    assert of_postgres.tasks.order_by(order).ids()[0] == task.id


def test_nul_is_refused_before_anything_is_sent(of_postgres: Project) -> None:
    with pytest.raises(InvalidInput, match="NUL"):
        of_postgres.tasks.filter(TEXT.contains("a\x00")).ids()
