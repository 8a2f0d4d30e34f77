"""Filters and orders, compared with what Python finds in the same rows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.filter_cases import CASES, COUNT, NULL_LAST, by_ids, check, n, note, row, rows, split

from label_studio_orm import Project, Task


@pytest.fixture(scope="module")
def ids(project: Project) -> Sequence[int]:
    return list(project.import_tasks(rows(), key="n"))


@pytest.mark.parametrize("name", CASES)
def test_a_filter_finds_what_python_finds(name: str, project: Project, ids: Sequence[int]) -> None:
    check(CASES[name], project, ids)


def test_a_filter_of_505_ids(project: Project, ids: Sequence[int]) -> None:
    check(by_ids(ids), project, ids)


@pytest.mark.parametrize("direction", NULL_LAST)
def test_null_sorts_last(direction: str, project: Project, ids: Sequence[int]) -> None:
    found = [task.data.get("note") for task in project.tasks.order_by(NULL_LAST[direction])]
    seen = sum(row(number).get("note") == "seen" for number in range(COUNT))
    assert found[:seen] == ["seen"] * seen
    assert not any(found[seen:])


def test_the_first_and_the_last_task_of_a_filter(project: Project, ids: Sequence[int]) -> None:
    found = project.tasks.filter((split == "test") | note.is_null())
    assert found.first() == Task(ids[0], client=project.client)
    assert found[-1].data["n"] == 1009
    assert found[600:603] == list(found)[600:603]


def test_membership_of_a_task_in_a_filter(project: Project, ids: Sequence[int]) -> None:
    few = project.tasks.filter(((split == "train") & (n < 3)) | ((split == "dev") & (n == 8)))
    assert project.tasks.get(ids[8]) in few
    assert project.tasks.get(ids[7]) not in few
    assert few.exists()


def test_annotations_of_all_pages_are_read(project: Project, ids: Sequence[int]) -> None:
    found = [len(task.annotations) for task in project.tasks.filter(n != 7)]
    assert sum(found) == len(ids[::100])
    assert [annotation.task.id for annotation in project.annotations] == list(ids[::100])
