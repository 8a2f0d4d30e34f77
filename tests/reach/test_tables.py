"""Tasks and regions as tables, and tables as tasks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.cleaning import delete
from support.texts import SENTIMENT

from label_studio_orm import LabelStudio, Project, Task

ROWS = [
    {"text": "A fine film.", "stars": 5, "share": 0.5, "seen": True},
    {"text": "“Très” dull.", "stars": None, "share": -1.25, "seen": False},
    {"text": "007", "stars": 2**53 + 1, "share": None, "seen": None},
]


@pytest.fixture(scope="module")
def project(ls: LabelStudio) -> Iterator[Project]:
    project = ls.projects.create(title="Tables", label_config=SENTIMENT)
    project.import_tasks(ROWS)
    project.tasks[0].annotate({"sentiment": "Positive"}, lead_time=2.5)
    project.tasks[1].predict({"sentiment": "Negative"}, score=0.25, model_version="m1")
    yield project
    delete(project)


def test_tasks_become_a_pandas_table(project: Project) -> None:
    table = project.tasks.to_pandas()
    assert list(table["text"]) == [row["text"] for row in ROWS]
    assert table["stars"].isna().tolist() == [False, True, False]
    assert table["stars"][2] == 2**53 + 1


def test_data_columns_come_first_in_the_order_of_the_config(project: Project) -> None:
    """Databases may reorder keys; the keys that the config shows come first."""
    columns = list(project.tasks.to_pandas().columns)
    assert columns[:2] == ["id", "text"]
    assert set(columns[1:5]) == set(ROWS[0])


def test_tasks_become_a_polars_table(project: Project) -> None:
    assert project.tasks.to_polars().select(list(ROWS[0])).rows(named=True) == ROWS


def test_tasks_become_an_arrow_table(project: Project) -> None:
    assert project.tasks.to_arrow().select(list(ROWS[0])).to_pylist() == ROWS


def test_annotations_become_a_table_with_a_row_per_region(project: Project) -> None:
    [row] = project.annotations.to_dicts()
    assert (row["label"], row["control"]) == ("Positive", "sentiment")
    assert row["task"] == project.tasks[0].id


def test_predictions_become_a_table_with_a_row_per_region(project: Project) -> None:
    [row] = project.predictions.to_pandas().to_dict("records")
    assert (row["label"], row["score"], row["model_version"]) == ("Negative", 0.25, "m1")


def test_a_filter_becomes_a_table(project: Project) -> None:
    table = project.tasks.filter(Task.data["share"] < 1).to_pandas()
    assert list(table["share"]) == [0.5, -1.25]


def test_a_table_becomes_tasks_again(project: Project, fresh: Project) -> None:
    fresh.import_tasks(project.tasks.only("data").to_polars().drop("id"))
    assert [task.data for task in fresh.tasks] == ROWS
