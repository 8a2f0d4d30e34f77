"""Filters and orders, each with what Python finds in the rows that were imported.

The rows are more than two pages, so that reading by key, page after page, shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from label_studio_orm import Project, Task
from label_studio_orm.orm.query import Query

from .texts import sentiment

Row = Mapping[str, Any]
COUNT = 1010  # rows: three pages of 500
EACH_ANNOTATED = 100  # one row in so many has an annotation
NUMBERED = 200  # rows whose `mixed` is a number; then every fifth is a text
NULLS: tuple[Mapping[str, Any], ...] = ({"note": None}, {}, {"note": ""}, {"note": "seen"})

id, text, n, split, note, mixed = (
    Task.id,
    *(Task.data[key] for key in ("text", "n", "split", "note", "mixed")),
)


def row(number: int) -> dict[str, Any]:
    """Return the data of a task."""
    return {
        "text": f"Review {number}",
        "n": number,
        "split": ("train", "test", "dev")[number % 3],
        "mixed": number if number < NUMBERED or number % 5 else f"no {number}",
        **NULLS[number % 4],
    }


def rows(count: int = COUNT) -> list[dict[str, Any]]:
    """Return the tasks to import."""
    annotations = [{"result": sentiment("Positive")}]
    return [
        {"data": row(number), "annotations": [] if number % EACH_ANNOTATED else annotations}
        for number in range(count)
    ]


@frozen
class Case:
    """A query, and how to find the same in Python: which rows, and in which order if not theirs."""

    ask: Callable[[Query[Task]], Query[Task]]
    holds: Callable[[Row], bool]
    by: Callable[[Row], Any] | None = None
    down: bool = False

    def expected(self, ids: Sequence[int]) -> list[int]:
        """Return the ids of the tasks, given those of all rows."""
        found = [number for number in range(len(ids)) if self.holds(row(number))]
        if self.by is not None:
            found = self._ordered(found, self.by)
        return [ids[number] for number in found]

    def _ordered(self, found: list[int], by: Callable[[Row], Any]) -> list[int]:
        """Order rows by a key; null comes last, up and down."""
        known = [number for number in found if by(row(number)) is not None]
        known.sort(key=lambda number: by(row(number)), reverse=self.down)
        return known + [number for number in found if number not in set(known)]


def where(condition: Any, holds: Callable[[Row], bool]) -> Case:
    return Case(lambda tasks: tasks.filter(condition), holds)


def _annotated(row: Row) -> bool:
    return row["n"] % EACH_ANNOTATED == 0


def _number(row: Row) -> float:
    """Return `mixed` if it is a number; else what meets no comparison."""
    return row["mixed"] if isinstance(row["mixed"], int) else float("nan")


SOME = tuple(range(0, 900, 3))  # 300 numbers
MANY = tuple(range(100, 1000))  # 900 numbers

CASES: Mapping[str, Case] = MappingProxyType(
    {
        "everything": Case(lambda tasks: tasks, lambda r: True),
        # one comparison
        "equal": where(n == 700, lambda r: r["n"] == 700),
        "not_equal": where(n != 700, lambda r: r["n"] != 700),
        "less": where(n < 10, lambda r: r["n"] < 10),
        "less_or_equal": where(n <= 600, lambda r: r["n"] <= 600),
        "greater": where(n > 1000, lambda r: r["n"] > 1000),
        "greater_or_equal": where(n >= 600, lambda r: r["n"] >= 600),
        "between": where(n.between(495, 505), lambda r: 495 <= r["n"] <= 505),
        "not_between": where(~n.between(495, 505), lambda r: not 495 <= r["n"] <= 505),
        "contains": where(text.contains("review 12"), lambda r: "Review 12" in r["text"]),
        "not_contains": where(~text.contains("7"), lambda r: "7" not in r["text"]),
        "regex": where(text.regex("9$"), lambda r: r["text"].endswith("9")),
        "equal_text": where(split == "train", lambda r: r["split"] == "train"),
        "not_equal_text": where(split != "train", lambda r: r["split"] != "train"),
        "greater_text": where(split > "test", lambda r: r["split"] > "test"),
        "not_equal_with_nulls": where(note != "seen", lambda r: r.get("note") != "seen"),
        "is_null": where(note.is_null(), lambda r: not r.get("note")),
        "is_not_null": where(note.is_null(False), lambda r: bool(r.get("note"))),
        # many values
        "in_three": where(n.in_([1, 600, 1009]), lambda r: r["n"] in {1, 600, 1009}),
        "in_300": where(n.in_(SOME), lambda r: r["n"] in SOME),
        "not_in_300": where(~n.in_(SOME), lambda r: r["n"] not in SOME),
        "in_900": where(n.in_(MANY), lambda r: r["n"] in MANY),
        "in_300_texts": where(
            text.in_([f"Review {number}" for number in SOME]), lambda r: r["n"] in SOME
        ),
        "in_300_and_another": where(
            n.in_(SOME) & (split == "train") & (n > 450), lambda r: r["n"] in SOME and r["n"] > 450
        ),
        "in_300_or_another": where(
            n.in_(SOME) | (split == "dev"), lambda r: r["n"] in SOME or r["split"] == "dev"
        ),
        # several conditions
        "and": where(
            (split == "train") & (n > 600), lambda r: r["split"] == "train" and r["n"] > 600
        ),
        "or": where(
            (split == "train") | (n > 600), lambda r: r["split"] == "train" or r["n"] > 600
        ),
        "not_and": where(
            ~((split == "train") & (n > 600)),
            lambda r: not (r["split"] == "train" and r["n"] > 600),
        ),
        "not_or": where(
            ~((split == "train") | (n > 600)), lambda r: r["split"] != "train" and r["n"] <= 600
        ),
        "and_in_or": where(
            ((split == "train") & (n < 3)) | ((split == "dev") & (n == 8)),
            lambda r: r["n"] in {0, 8},
        ),
        "or_in_and": where(
            ((split == "train") | (n > 900)) & ((note == "seen") | (n < 300)),
            lambda r: (
                (r["split"] == "train" or r["n"] > 900)
                and (r.get("note") == "seen" or r["n"] < 300)
            ),
        ),
        "three_in_or": where(
            ((split == "train") & (n > 600) & (note == "seen")) | (n < 2),
            lambda r: (
                (r["split"] == "train" and r["n"] > 600 and r.get("note") == "seen") or r["n"] < 2
            ),
        ),
        "exclude": Case(
            lambda tasks: tasks.exclude(split == "train"), lambda r: r["split"] != "train"
        ),
        "exclude_after_filter": Case(
            lambda tasks: tasks.filter(n > 100).exclude(note.is_null()),
            lambda r: r["n"] > 100 and bool(r.get("note")),
        ),
        # the server's own columns
        "annotated": where(Task.total_annotations > 0, _annotated),
        "annotated_or_few": where(
            (Task.total_annotations > 0) | (n < 3), lambda r: _annotated(r) or r["n"] < 3
        ),
        "not_annotated": where(Task.total_annotations == 0, lambda r: not _annotated(r)),
        # texts among numbers, which the first tasks do not show
        "equal_among_texts": where(mixed == 12, lambda r: r["mixed"] == 12),
        "greater_among_texts": where(mixed > 950, lambda r: _number(r) > 950),
        "in_among_texts": where(mixed.in_([7, 1009, 5000]), lambda r: r["mixed"] in {7, 1009}),
        "not_greater_among_texts": where(~(mixed > 300), lambda r: not _number(r) > 300),
        # orders
        "ordered_down": Case(
            lambda tasks: tasks.filter(split != "dev").order_by(-n),
            lambda r: r["split"] != "dev",
            by=lambda r: r["n"],
            down=True,
        ),
        "ordered_by_text": Case(
            lambda tasks: tasks.filter(n < 600).order_by(text),
            lambda r: r["n"] < 600,
            by=lambda r: r["text"],
        ),
        "ordered_or": Case(
            lambda tasks: tasks.filter((split == "train") | (n > 900)).order_by(-n),
            lambda r: r["split"] == "train" or r["n"] > 900,
            by=lambda r: r["n"],
            down=True,
        ),
        "limited": Case(
            lambda tasks: tasks.filter(n != 3).limit(700), lambda r: r["n"] != 3 and r["n"] <= 700
        ),
    }
)

NULL_LAST = {"up": note, "down": -note}


def by_ids(ids: Sequence[int]) -> Case:
    """Return the tasks of many ids: each second."""
    wanted = {at for at in range(len(ids)) if at % 2}
    return where(id.in_([ids[at] for at in wanted]), lambda r: r["n"] in wanted)


def check(case: Case, project: Project, ids: Sequence[int]) -> None:
    """Hold what the server finds against Python: counted, as ids, and as tasks with their data."""
    query, expected = case.ask(project.tasks), case.expected(ids)
    numbers = [ids.index(each) for each in expected]
    assert [ids.index(each) for each in query.ids()] == numbers
    assert query.count() == len(numbers)
    assert [task.data["n"] for task in query.only("data")] == numbers
