"""Tasks and regions as DataFrames, and DataFrames as tasks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.texts import SENTIMENT, sentiment

from label_studio_orm import LabelStudio, Project, Task
from label_studio_orm.server import LocalServer

ROWS: list[dict[str, Any]] = [
    {"text": "A fine film.", "stars": 5, "share": 0.5, "seen": True, "day": "2026-01-31"},
    {"text": "Dull, “très” dull.", "stars": None, "share": -1.25, "seen": False, "day": None},
    {"text": "", "stars": 2**53 + 1, "share": None, "seen": None, "day": "2025-12-31"},
    {"text": "007", "stars": 0, "share": 1e9, "seen": True, "day": ""},
]
NAMES = list(ROWS[0])
BOXES = (
    '<View><Image name="image" value="$image"/><RectangleLabels name="box" toName="image">'
    '<Label value="Cat"/><Label value="Dog"/></RectangleLabels></View>'
)


@pytest.fixture(scope="module")
def reviews(local_server: LocalServer) -> Iterator[Project]:
    """Four tasks: with an annotation, with two predictions, with an empty annotation, with none."""
    project = local_server.client().projects.create(title="Tables", label_config=SENTIMENT)
    said: list[dict[str, Any]] = [
        {"annotations": [{"result": sentiment("Positive"), "lead_time": 2.5}]},
        {
            "predictions": [
                {"result": sentiment("Negative"), "score": 0.25, "model_version": "m1"},
                {"result": sentiment("Positive"), "score": 0.75, "model_version": "m2"},
            ]
        },
        {"annotations": [{"result": []}]},
        {},
    ]
    project.import_tasks([{"data": row, **more} for row, more in zip(ROWS, said, strict=True)])
    yield project
    project.delete()


# -- tasks as tables ------------------------------------------------------------------------------


@pytest.fixture
def names(local_server: LocalServer) -> list[str]:
    """The keys in the order of columns: PostgreSQL sorts short keys before long ones."""
    config, *others = NAMES  # the variables of the config come first everywhere
    return (
        [config, *sorted(others, key=lambda name: (len(name), name))]
        if local_server._database
        else NAMES
    )


def test_tasks_as_a_pandas_table_have_types_that_can_be_missing(
    reviews: Project, names: list[str]
) -> None:
    table = reviews.tasks.to_pandas()
    assert list(table["id"]) == reviews.tasks.ids()
    assert list(table.columns[:6]) == ["id", *names]
    assert dict(table[["id", *NAMES, "is_labeled", "created_at"]].dtypes.astype(str)) == {
        "id": "Int64",
        "text": "string",
        "stars": "Int64",
        "share": "Float64",
        "seen": "boolean",
        "day": "string",
        "is_labeled": "boolean",
        "created_at": "datetime64[us, UTC]",
    }
    assert table["stars"].isna().tolist() == [False, True, False, False]
    assert table["stars"][2] == 2**53 + 1
    assert list(table["total_predictions"]) == [0, 2, 0, 0]


def test_tasks_as_a_polars_table(reviews: Project) -> None:
    table = reviews.tasks.to_polars()
    assert table.select(NAMES).rows(named=True) == ROWS
    assert dict(table.select(*NAMES, "is_labeled", "created_at").schema) == {
        "text": pl.String,
        "stars": pl.Int64,
        "share": pl.Float64,
        "seen": pl.Boolean,
        "day": pl.String,
        "is_labeled": pl.Boolean,
        "created_at": pl.Datetime("us", "UTC"),
    }
    assert table["created_at"].to_list() == [task.created_at for task in reviews.tasks]


def test_tasks_as_an_arrow_table(reviews: Project) -> None:
    table = reviews.tasks.to_arrow()
    assert table.select(NAMES).to_pylist() == ROWS
    assert table.schema.field("stars").type == pa.int64()
    assert table.schema.field("created_at").type == pa.timestamp("us", "UTC")
    assert table.column("id").to_pylist() == reviews.tasks.ids()


@pytest.mark.parametrize(
    ("read", "rows"),
    [
        (pl.DataFrame, lambda table: table.select(NAMES).rows(named=True)),
        (pa.table, lambda table: table.select(NAMES).to_pylist()),
        (
            lambda tasks: pa.RecordBatchReader.from_stream(tasks).read_all(),
            lambda table: table.select(NAMES).to_pylist(),
        ),
    ],
    ids=["polars", "arrow", "arrow stream"],
)
def test_dataframe_libraries_read_a_query_directly(
    read: Callable[[Any], Any], rows: Callable[[Any], Any], reviews: Project
) -> None:
    assert rows(read(reviews.tasks)) == ROWS
    assert rows(read(reviews.tasks.filter(Task.inner_id <= 2))) == ROWS[:2]


def test_loaded_fields_are_in_the_table(reviews: Project, names: list[str]) -> None:
    few = reviews.tasks.only("data", "total_predictions").to_polars()
    assert few.columns == ["id", *names, "total_predictions"]
    more = reviews.tasks.including("annotators", "predictions").to_dicts()
    assert [len(row["predictions"]) for row in more] == [0, 2, 0, 0]
    assert [row["annotators"] for row in more] == [[1], [], [1], []]
    ordered = reviews.tasks.order_by("-id").limit(2).to_pandas()
    assert list(ordered["text"]) == ["007", ""]


def test_no_tasks_are_an_empty_table(reviews: Project) -> None:
    none = reviews.tasks.filter(id=0)
    assert len(none.to_pandas()) == none.to_polars().height == none.to_arrow().num_rows == 0
    assert none.to_pandas().columns.tolist() == none.to_polars().columns == ["id"]


# -- tables as tasks ------------------------------------------------------------------------------


def arrow() -> pa.Table:
    return pa.Table.from_pylist(ROWS)


TYPES = {
    "text": "string",
    "stars": "Int64",
    "share": "Float64",
    "seen": "boolean",
    "day": "string",
}
SOURCES: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame(ROWS),
    "pandas with types that can be missing": lambda: pd.DataFrame(
        {name: pd.array([row[name] for row in ROWS], TYPES[name]) for name in NAMES}
    ),
    "pandas on arrow": lambda: arrow().to_pandas(types_mapper=pd.ArrowDtype),
    "polars": lambda: pl.DataFrame(ROWS),
    "a lazy polars frame, collected": lambda: pl.LazyFrame(ROWS).collect(),
    "arrow": arrow,
    "arrow batches": lambda: arrow().to_batches()[0],
    "an arrow reader": lambda: arrow().to_reader(max_chunksize=3),
}


@pytest.mark.parametrize("kind", SOURCES)
def test_an_imported_table_is_read_back_unchanged(kind: str, project: Project) -> None:
    rows = ROWS
    if kind == "pandas":  # in which whole numbers with missing ones have become floats
        rows = [{**row, "stars": row["stars"] and float(row["stars"])} for row in ROWS]
    assert project.import_tasks(SOURCES[kind]()).created == 4
    assert [task.data for task in project.tasks] == rows
    assert project.tasks.to_arrow().select(NAMES).to_pylist() == rows


def test_the_table_of_a_query_can_be_imported_elsewhere(reviews: Project, project: Project) -> None:
    project.import_tasks(reviews.tasks.to_polars().select(NAMES))
    project.import_tasks(reviews.tasks)
    assert [task.data for task in project.tasks] == ROWS * 2


def test_tables_with_dates_lists_and_nan_are_imported(project: Project) -> None:
    table = pl.DataFrame(
        {
            "text": ["a", "b"],
            "share": [math.nan, 0.5],
            "tags": [["x", "y"], []],
            "box": [{"x": 1}, None],
        }
    )
    project.import_tasks(table)
    assert [task.data for task in project.tasks] == [
        {"text": "a", "share": None, "tags": ["x", "y"], "box": {"x": 1}},
        {"text": "b", "share": 0.5, "tags": [], "box": None},
    ]
    found = project.tasks.to_polars()
    assert found["tags"].to_list() == [["x", "y"], []]
    assert found["box"].to_list() == ['{"x": 1}', None]
    assert project.tasks.to_pandas()["box"].tolist() == [{"x": 1}, None]


# -- regions --------------------------------------------------------------------------------------


def test_annotations_have_a_row_for_each_choice(reviews: Project, ls: LabelStudio) -> None:
    table = reviews.annotations.to_pandas()
    annotations = list(reviews.annotations)
    assert table["annotation"].tolist() == [annotation.id for annotation in annotations]
    assert table["task"].tolist() == [reviews.tasks[0].id, reviews.tasks[2].id]
    assert table["annotator"].tolist() == [ls.whoami().id] * 2
    assert table["label"].tolist() == ["Positive", pd.NA]
    assert table["control"].tolist() == ["sentiment", pd.NA]
    assert table["lead_time"].tolist() == [2.5, pd.NA]
    assert str(table["created_at"].dtype) == "datetime64[us, UTC]"


def test_predictions_have_a_row_for_each_choice(reviews: Project) -> None:
    table = reviews.predictions.to_polars()
    assert table.select("task", "model_version", "score", "label", "type").rows() == [
        (reviews.tasks[1].id, "m1", 0.25, "Negative", "choices"),
        (reviews.tasks[1].id, "m2", 0.75, "Positive", "choices"),
    ]
    assert reviews.predictions.filter(model_version="m2").to_arrow().num_rows == 1


def box(label: str, **value: float) -> dict[str, Any]:
    return {
        "id": f"{label}-{value['x']}",
        "from_name": "box",
        "to_name": "image",
        "type": "rectanglelabels",
        "original_width": 200,
        "original_height": 100,
        "image_rotation": 0,
        "value": {**value, "rotation": 0, "rectanglelabels": [label]},
    }


def test_annotations_have_a_row_for_each_box(ls: LabelStudio) -> None:
    project = ls.projects.create(title="Boxes", label_config=BOXES)
    data = {"image": "http://127.0.0.1:9/x.png"}
    one = [box("Cat", x=10, y=20, width=30, height=40), box("Dog", x=50.5, y=0, width=1, height=2)]
    two = [box("Cat", x=0, y=0, width=100, height=100)]
    project.import_tasks(
        [
            {"data": data, "annotations": [{"result": one}, {"result": two}]},
            {"data": data, "annotations": [{"result": []}]},
        ]
    )
    table = project.annotations.to_pandas()
    first, second, third = project.annotations.ids()
    assert table["annotation"].tolist() == [first, first, second, third]
    assert table["region"].tolist() == ["Cat-10", "Dog-50.5", "Cat-0", pd.NA]
    assert table["label"].tolist() == ["Cat", "Dog", "Cat", pd.NA]
    sides = table[["x", "y", "width", "height"]]
    assert sides.iloc[0].tolist() == [10, 20, 30, 40]
    assert sides.iloc[1].tolist() == [50.5, 0, 1, 2]
    assert sides.iloc[3].isna().all()
    assert table["x"].dtype == "Float64"
    assert table[table["label"] == "Cat"]["width"].mean() == 65
    assert project.annotations.to_polars()["x"].to_list() == [10, 50.5, 0, None]
    project.delete()


def test_a_labeled_data_set_in_three_lines(reviews: Project) -> None:
    tasks = reviews.tasks.to_polars().rename({"id": "task"})
    labels = reviews.annotations.to_polars().select("task", "label").drop_nulls()
    assert tasks.join(labels, on="task").select("text", "label").rows() == [
        ("A fine film.", "Positive")
    ]
