"""Filters, deletions and changes are exact where the server's comparisons are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.texts import SENTIMENT

from label_studio_orm import Project, Task
from label_studio_orm.orm.expressions import Expression
from label_studio_orm.server import LocalServer

BIG = 1770000000000000001
TEXTS = [
    *("abc", "ABC", "abc ", " abc", "1", "1.0", "01", "é", "e\u0301", "É", "ÉCOLE", "technik 技术"),
    *("a%b", "a_b", "a\\b", 'q"q', "null", "true", "x\ny", "\U0001f600", ""),
]
NUMBERS = [
    *(BIG + n for n in range(6)),
    *(-BIG, -BIG - 1, 2**63 - 1, 2**63, 10**22, 10**22 + 1, 12345678901234567890123),
    *(0.1, 0.2, 0.1 + 0.2, 0.3, 1e-7, 5, -3, 0, 1.5),
]
TAGS: list[Any] = [["más", "x"], ["mas"], ["category"], ["cat"], [], {"es": "más"}, None, "cat"]
MIXED: list[Any] = [5] * 20 + [0, "0", "abc", True, False, None, "", [1], 3]  # after the sample
n, text, tags, mixed = (Task.data[key] for key in ("n", "text", "tags", "mixed"))


@pytest.fixture(scope="module")
def project(local_server: LocalServer) -> Iterator[Project]:
    project = local_server.client().projects.create(title="Exact", label_config=SENTIMENT)
    rows: list[dict[str, Any]] = [{"text": each} for each in TEXTS]
    rows += [{"text": "-", "n": each} for each in NUMBERS]
    rows += [{"text": "-", "tags": each} for each in TAGS]
    project.import_tasks(rows)
    yield project
    project.delete()


@pytest.fixture(scope="module")
def tasks(project: Project) -> list[Task]:
    return list(project.tasks)


OF_TEXTS = [
    condition
    for each in TEXTS
    if each
    for condition in (text == each, text != each, text.in_([each]), text.contains(each))
]
OF_NUMBERS = [
    condition
    for each in (BIG, BIG + 3, -BIG, 2**63, 10**22, 1e22, 0.1, 0.1 + 0.2, 0, 5)
    for condition in (n == each, n != each, n < each, n >= each, n.in_([each, 7]))
]
OTHERS: list[Expression] = [
    n.between(BIG + 1, BIG + 3),
    ~n.between(BIG + 1, BIG + 3),
    ~n.in_([BIG, BIG + 2]),
    ~text.contains("é"),
    tags.contains("más"),
    ~tags.contains("cat"),
    tags.contains("es"),
    tags.is_null(),
    (n == BIG) | (text == "abc"),
    (n > BIG) & (Task.total_annotations == 0),
]


@pytest.mark.parametrize(
    "conditions", [OF_TEXTS, OF_NUMBERS, OTHERS], ids=["texts", "numbers", "others"]
)
def test_filters_find_what_python_finds(
    conditions: list[Expression], project: Project, tasks: list[Task]
) -> None:
    for condition in conditions:
        expected = [task.id for task in tasks if condition.holds(task)]
        assert project.tasks.filter(condition).ids() == expected, condition


def test_orders_of_large_numbers_are_exact(project: Project) -> None:
    found = [task.data["n"] for task in project.tasks.filter(n.is_null(False)).order_by(-n)]
    assert found == sorted(NUMBERS, reverse=True)


@pytest.fixture
def few(local_server: LocalServer) -> Iterator[Project]:
    """Numbers with the same float value, and values of all types beyond the sampled rows."""
    project = local_server.client().projects.create(title="Few", label_config=SENTIMENT)
    rows = [{"text": "-", "mixed": each, "n": BIG + k} for k, each in enumerate(MIXED)]
    project.import_tasks(rows)
    yield project
    project.delete()


def raw(operator: str, value: Any, column: str = "n", type: str = "Number") -> dict[str, Any]:
    item = {"filter": f"filter:tasks:data.{column}", "operator": operator, "type": type}
    return {"conjunction": "and", "items": [{**item, "value": value}]}


def either(*filters: dict[str, Any]) -> dict[str, Any]:
    return {"conjunction": "or", "items": [item for each in filters for item in each["items"]]}


def left(project: Project, key: str) -> list[Any]:
    return [task.data[key] for task in project.tasks]


@pytest.mark.parametrize(
    ("where", "deleted"),
    [
        (n == BIG, [0]),
        (n.in_([BIG, BIG + 5]), [0, 5]),
        (n < BIG + 2, [0, 1]),
        (raw("equal", BIG), [0]),
        (raw("equal", str(BIG)), [0]),
        (raw("less", BIG + 2), [0, 1]),
        (mixed == 0, [20]),
        (mixed < 3, [20]),
        (raw("equal", 0, "mixed"), [20]),
        (raw("equal", "0", "mixed"), [20]),
        (either(raw("equal", "0", "mixed"), raw("contains", "zz", "text", "String")), [20]),
        ((n == BIG) | Task.annotators.contains(99), [0]),
        ((n == BIG) | ((n == BIG + 1) & (Task.total_annotations == 0)), [0, 1]),
    ],
    ids=repr,
)
def test_delete_never_removes_tasks_that_do_not_match(
    where: Any, deleted: list[int], few: Project
) -> None:
    assert few.tasks.filter(where).delete() == len(deleted)
    assert left(few, "n") == [BIG + k for k in range(len(MIXED)) if k not in deleted]


def test_the_filter_of_a_view_is_checked_exactly_too(few: Project) -> None:
    view = few.tasks.filter(raw("equal", BIG)).client.json(  # type: ignore[attr-defined]
        "POST",
        "/api/dm/views/",
        json={"project": few.id, "data": {"title": "One", "filters": raw("equal", BIG)}},
    )
    assert few.tasks.filter(view=view["id"]).delete() == 1


def test_updates_batches_and_exports_touch_only_matching_tasks(few: Project) -> None:
    one = few.tasks.filter(n == BIG)
    assert one.update(overlap=2) == 1
    assert len(one.export()) == 1
    with few.batch() as batch:
        one.delete()
    assert batch.deleted == 1
    assert few.tasks.count() == len(MIXED) - 1


def test_contains_finds_non_ascii_letters_in_results(local_server: LocalServer) -> None:
    config = SENTIMENT.replace("Positive", "Très bon")
    project = local_server.client().projects.create(title="Results", label_config=config)
    project.import_tasks([{"text": "a"}, {"text": "b"}])
    one, other = project.tasks
    one.annotate({"sentiment": "Très bon"})
    one.predict({"sentiment": "Très bon"}, score=0.5)
    part = "Très" if local_server._database else "très"  # to PostgreSQL case matters in results
    for column in (Task.annotations_results, Task.predictions_results):
        assert project.tasks.filter(column.contains(part)).ids() == [one.id]
        assert project.tasks.filter(~column.contains(part)).ids() == [other.id]
    project.delete()


def test_delete_distinguishes_null_from_the_text_null(
    local_server: LocalServer,
) -> None:
    project = local_server.client().projects.create(title="Nulls", label_config=SENTIMENT)
    values = ["null", None, "", "x", "true", "false"]
    project.import_tasks([{"text": "-", "word": each} for each in values])
    word = Task.data["word"]
    assert project.tasks.filter(word.is_null()).delete() == 2
    assert project.tasks.filter(word == "null").delete() == 1
    assert project.tasks.filter(word.contains("RU")).delete() == 1
    assert left(project, "word") == ["x", "false"]
    project.delete()
