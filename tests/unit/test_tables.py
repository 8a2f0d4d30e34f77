"""Queries as DataFrames of pandas, polars and pyarrow keep their types and missing values."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.fake import FakeClient
from support.tasks import TaskServer
from support.texts import sentiment

from label_studio_orm import (
    ExportSnapshot,
    MLBackend,
    Project,
    Task,
    User,
    Webhook,
    tables,
)
from label_studio_orm.errors import MissingPackage
from label_studio_orm.orm.fields import DATETIME, Field
from label_studio_orm.orm.meta import Meta
from label_studio_orm.orm.pagination import WholeList
from label_studio_orm.orm.query import Query
from label_studio_orm.orm.record import Record
from label_studio_orm.records.region_rows import region_row

UTC = timezone.utc
MOMENT = datetime(2026, 1, 31, 12, 30, tzinfo=UTC)
HUGE = 2**70
MAKERS = [tables.to_pandas, tables.to_polars, tables.to_arrow]
NAMES = ["pandas", "polars", "arrow"]


def values(table: Any, name: str) -> list[Any]:
    """Return a column as plain Python values, with None for what is missing."""
    if isinstance(table, pd.DataFrame):
        column = table[name]
        return [None if value is pd.NA or value is pd.NaT else value for value in column]
    column = table.column(name) if isinstance(table, pa.Table) else table[name]
    return list(column.to_pylist() if isinstance(table, pa.Table) else column.to_list())


def dtype(table: Any, name: str) -> str:
    if isinstance(table, pa.Table):
        return str(table.schema.field(name).type)
    return str(table[name].dtype)


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
@pytest.mark.parametrize(
    ("column", "dtypes"),
    [
        ([1, None, 3], ("Int64", "Int64", "int64")),
        ([0.5, None], ("Float64", "Float64", "double")),
        ([1, 0.5, None], ("Float64", "Float64", "double")),
        ([True, None, False], ("boolean", "Boolean", "bool")),
        (["a", "", None], ("string", "String", "string")),
        (
            [MOMENT, None],
            (
                "datetime64[us, UTC]",
                "Datetime(time_unit='us', time_zone='UTC')",
                "timestamp[us, tz=UTC]",
            ),
        ),
        ([[1, 2], None, []], ("object", "List(Int64)", "list<item: int64>")),
        ([["a"], [None]], ("object", "List(String)", "list<item: string>")),
    ],
    ids=["int", "float", "int and float", "bool", "str", "datetime", "list", "list of texts"],
)
def test_types_are_kept(make: Any, column: list[Any], dtypes: tuple[str, str, str]) -> None:
    table = make({"c": column})
    assert values(table, "c") == column
    assert dtype(table, "c") == dtypes[MAKERS.index(make)].replace("item", _item())


def _item() -> str:
    """Return the name that this version of pyarrow gives to the items of a list."""
    return str(pa.list_(pa.int64()).field(0).name)


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
def test_datetimes_of_several_time_zones_are_kept(make: Any) -> None:
    there = MOMENT.astimezone(timezone(timedelta(hours=2)))
    assert values(make({"c": [there, MOMENT]}), "c") == [MOMENT, MOMENT]


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
@pytest.mark.parametrize(
    "column",
    [
        [{"a": 1}, {"b": [2]}, None],
        [1, "one", None],
        [True, 1, None],
        [HUGE, 1, None],
        [-HUGE, "x"],
        [[{"id": 1}], [], None],
        [[[1, 2], [3]], None],
        [[1, "one"], [True]],
        [["a"], "a"],
        [[HUGE]],
        [MOMENT, "never"],
    ],
    ids=repr,
)
def test_mixed_types_are_json_text_except_in_pandas(make: Any, column: list[Any]) -> None:
    found = values(make({"c": column}), "c")
    if make is tables.to_pandas:
        assert found == column
        assert [type(value) for value in found] == [type(value) for value in column]
        return
    assert [value is None for value in found] == [value is None for value in column]
    assert [_parsed(value) for value in found] == [_plain(value) for value in column]


def _parsed(text: str | None) -> Any:
    """Parse JSON text; other texts are returned unchanged."""
    assert text is None or isinstance(text, str)
    try:
        return None if text is None else json.loads(text)
    except ValueError:
        return text


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, datetime) else value


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
@pytest.mark.parametrize(
    "column",
    [
        [0.5, HUGE],
        [0.5, 2**60],
        [[1, 2.5], [3]],
        [[1], [2.5]],
        [[0.5], [1]],
        [[0.5, None], [1], None],
        [2**63 - 1, -(2**63)],
    ],
    ids=repr,
)
def test_a_column_can_have_numbers_of_all_sizes(make: Any, column: list[Any]) -> None:
    found = values(make({"c": column}), "c")
    assert [json.loads(value) if isinstance(value, str) else value for value in found] == column


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
@pytest.mark.parametrize("column", [[None, None], [[], []], [{}]], ids=repr)
def test_a_column_without_values_is_kept(make: Any, column: list[Any]) -> None:
    table = make({"c": column})
    assert (list(table.columns) if make is not tables.to_arrow else table.column_names) == ["c"]
    assert len(table) == len(column)


@pytest.mark.parametrize("make", MAKERS, ids=NAMES)
def test_a_table_without_rows_has_columns(make: Any) -> None:
    table = make({"id": [], "c": []})
    assert list(table.schema.names if make is tables.to_arrow else table.columns) == ["id", "c"]
    assert len(table) == 0


def test_columns_keep_the_order_of_the_keys() -> None:
    rows = [{"b": 1, "a": 2}, {"b": 3, "c": 4, "d": 5}, {"e": 6}]
    assert list(tables.columns_of(rows, first=["id"])) == ["id", "b", "c", "d", "a", "e"]
    assert tables.columns_of(rows)["c"] == [None, 4, None]


# -- queries --------------------------------------------------------------------------------------


class Book(Record):
    _meta = Meta(kind="book", path="/books/{id}")
    title = Field[str | None]()
    pages = Field[int | None]()
    printed = Field[datetime | None](converter=DATETIME)
    notes = Field[dict[str, Any]]()


def library(*rows: Any) -> Query[Book]:
    client = FakeClient(Book)
    client.answers["GET /books"] = list(rows)
    return Query(client, Book, WholeList("/books"))


EMMA = {
    "id": 1,
    "title": "Emma",
    "pages": 474,
    "printed": "1815-12-23T00:00:00Z",
    "notes": {"stars": 5},
}
SANDITON = {"id": 2, "title": "Sanditon", "pages": None, "printed": None, "notes": {}}
PRINTED = datetime(1815, 12, 23, tzinfo=UTC)


def test_a_query_becomes_a_pandas_table() -> None:
    table = library(EMMA, SANDITON).to_pandas()
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == {
        "id": "Int64",
        "title": "string",
        "pages": "Int64",
        "printed": "datetime64[us, UTC]",
        "notes": "object",
    }
    assert values(table, "pages") == [474, None]
    assert values(table, "printed") == [PRINTED, None]
    assert values(table, "notes") == [{"stars": 5}, {}]


@pytest.mark.parametrize("make", [Query.to_polars, Query.to_arrow, pl.DataFrame, pa.table])
def test_a_query_becomes_a_polars_or_arrow_table(make: Any) -> None:
    table = make(library(EMMA, SANDITON))
    assert values(table, "id") == [1, 2]
    assert values(table, "pages") == [474, None]
    assert values(table, "printed") == [PRINTED, None]
    assert values(table, "notes") == ['{"stars": 5}', "{}"]


@pytest.mark.parametrize(
    "make", [Query.to_pandas, Query.to_polars, Query.to_arrow, pl.DataFrame, pa.table]
)
def test_an_empty_query_is_an_empty_table(make: Any) -> None:
    table = make(library())
    assert len(table) == 0
    assert "id" in (table.column_names if isinstance(table, pa.Table) else table.columns)


def test_rows_have_the_loaded_fields_and_records_as_ids() -> None:
    client = FakeClient(Project, User)
    rows = [{"id": 1, "title": "Reviews", "created_by": {"id": 7, "email": "a@b.c"}}]
    client.answers["GET /projects"] = rows
    query = Query(client, Project, WholeList("/projects"))
    assert query.to_dicts() == [{"created_by": 7, "id": 1, "title": "Reviews"}]
    assert client.said == ["GET /projects"]


def test_a_password_that_the_server_returns_is_in_no_table() -> None:
    client = FakeClient(Project)
    rows = [{"id": n, "task_data_password": given} for n, given in enumerate(["hush", None, ""])]
    client.answers["GET /projects"] = rows
    query = Query(client, Project, WholeList("/projects"))
    assert [row["task_data_password"] for row in query.to_dicts()] == ["***", None, ""]
    assert [project.task_data_password for project in query] == ["hush", None, ""]
    assert query.filter(task_data_password="hush").ids() == [0]


def test_tasks_have_the_keys_of_their_data_as_columns() -> None:
    server = TaskServer()
    server.add(data={"text": "a", "n": 1})
    server.add(data={"text": "b", "split": "dev"})
    table = server.tasks.only("data", "overlap").to_pandas()
    assert list(table.columns) == ["id", "text", "split", "n", "overlap"]
    assert values(table, "n") == [1, None]
    assert values(table, "split") == [None, "dev"]


@pytest.mark.parametrize("keys", [["id", "n", "text"], ["text", "n"], ["n", "a", "text"]])
def test_data_that_annotators_see_comes_first_in_any_order_of_keys(
    keys: list[str],
) -> None:
    server = TaskServer()
    server.add(data=dict.fromkeys(keys, "x"))
    table = server.tasks.only("data").to_pandas()
    shown = ["text", *(key for key in keys if key != "text")]
    assert list(table.columns) == ["id", *("data.id" if key == "id" else key for key in shown)]


@pytest.mark.parametrize(
    ("only", "columns"),
    [
        (("overlap", "data"), ["id", "overlap", "text", "n"]),
        (("data", "id", "overlap"), ["text", "n", "id", "overlap"]),
        (("annotations", "data", "overlap"), ["id", "annotations", "text", "n", "overlap"]),
        (("overlap", "overlap"), ["id", "overlap"]),
    ],
)
def test_columns_have_the_order_that_only_asks_for(
    only: tuple[str, ...], columns: list[str]
) -> None:
    tasks = TaskServer(2).tasks.only(*only)
    assert [*tasks.to_pandas().columns] == [*tasks.to_dicts()[0]] == columns


def test_columns_are_in_the_order_of_the_declarations_with_titles_first() -> None:
    class Novel(Book):
        _meta = Meta(kind="book", path="/books/{id}", leading=("id", "title"))
        genre = Field[str]()

    assert [*Book.fields] == ["id", "title", "pages", "printed", "notes"]
    assert [*Novel.fields] == [*Book.fields, "genre"]
    query = library({"genre": "x", "printed": None, "pages": 1, "title": "a", "id": 1})
    assert [*query.to_dicts()[0]] == ["id", "title", "pages", "printed"]
    assert [*query.only("pages", "title", "id").to_dicts()[0]][:3] == ["pages", "title", "id"]


FIRST_COLUMNS = {
    Task: ["id", "data", "total_annotations", "total_predictions", "is_labeled"],
    Project: ["id", "title", "task_number", "num_tasks_with_annotations"],
    User: ["id", "email", "first_name", "last_name", "username"],
    Webhook: ["id", "url", "events", "is_active"],
    MLBackend: ["id", "title", "url", "state"],
    ExportSnapshot: ["id", "title", "status"],
}


@pytest.mark.parametrize(("model", "names"), FIRST_COLUMNS.items(), ids=lambda model: str(model))
def test_what_people_look_for_comes_first(model: type[Record], names: list[str]) -> None:
    assert [*model.fields][: len(names)] == names


def test_a_table_without_data_columns_does_not_load_the_config() -> None:
    server = TaskServer(3)
    server.tasks.only("overlap").to_pandas()
    assert server.client.said == ["GET /api/tasks/"]


def test_a_data_key_with_the_name_of_a_field_has_its_own_column() -> None:
    server = TaskServer()
    server.add(data={"id": "x", "overlap": "much", "annotations": [1], "text": "a"})
    (row,) = server.tasks.only("data", "overlap").to_dicts()
    assert row == {
        "id": 1,
        "data.id": "x",
        "data.overlap": "much",
        "data.annotations": [1],
        "text": "a",
        "overlap": 1,
    }


def test_loaded_lists_of_a_task_are_in_the_table() -> None:
    server = TaskServer(1)
    server.rows[1]["annotations"] = [{"id": 9, "task": 1, "result": []}]
    assert "annotations" not in server.tasks.to_dicts()[0]
    row = server.tasks.including("annotations").to_dicts()[0]
    assert row["annotations"] == server.rows[1]["annotations"]
    text = server.tasks.including("annotations").to_polars()["annotations"][0]
    assert json.loads(text) == server.rows[1]["annotations"]


# -- regions --------------------------------------------------------------------------------------

BOX = {
    "id": "r1",
    "from_name": "box",
    "to_name": "image",
    "type": "rectanglelabels",
    "value": {"x": 1.5, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["Cat", "Dog"]},
}
TEXT = {
    "id": "r2",
    "from_name": "why",
    "to_name": "image",
    "type": "textarea",
    "value": {"text": ["so"], "task": "taken", "label": "taken", "region": "taken"},
}


def annotations(*results: list[Any]) -> Any:
    server = TaskServer(1)
    rows = [
        {
            "id": n,
            "task": 1,
            "project": 1,
            "completed_by": 7,
            "result": result,
            "created_ago": "now",
        }
        for n, result in enumerate(results, start=10)
    ]
    server.rows[1].update(annotations=rows, total_annotations=len(rows))
    return Project(1, client=server.client).annotations


def test_annotations_have_a_row_for_each_region() -> None:
    rows = annotations([BOX, TEXT], sentiment("Positive")).to_dicts()
    picked = ["annotation", "task", "annotator", "region", "control", "object", "type", "label"]
    assert [[row[name] for name in picked] for row in rows] == [
        [10, 1, 7, "r1", "box", "image", "rectanglelabels", "Cat, Dog"],
        [10, 1, 7, "r2", "why", "image", "textarea", None],
        [11, 1, 7, None, "sentiment", "text", "choices", "Positive"],
    ]
    assert (rows[0]["x"], rows[0]["height"], rows[2]["choices"]) == (1.5, 4, ["Positive"])
    assert "created_ago" not in rows[0]


def test_duplicate_part_names_are_distinguished() -> None:
    (row,) = annotations([TEXT]).to_dicts()
    assert (row["task"], row["label"], row["region"]) == (1, None, "r2")
    assert [row[f"value.{name}"] for name in ("task", "label", "region")] == ["taken"] * 3
    assert row["text"] == ["so"]


def test_an_annotation_without_a_region_has_a_row() -> None:
    (row,) = annotations([]).to_dicts()
    assert (row["annotation"], row["task"], row["control"], row["label"]) == (10, 1, None, None)


@pytest.mark.parametrize("make", [Query.to_pandas, pl.DataFrame, pa.table])
@pytest.mark.parametrize("results", [[], [[]], [[BOX]], [[TEXT], [BOX]]], ids=len)
def test_the_columns_of_regions_always_come_first(make: Any, results: Any) -> None:
    table = make(annotations(*results))
    names = table.column_names if isinstance(table, pa.Table) else list(table.columns)
    first = ["annotation", "task", "annotator", "region", "control", "object", "type", "label"]
    assert names[: len(first)] == first


def test_rows_of_predictions_have_score_and_model_version() -> None:
    server = TaskServer(1)
    server.rows[1]["total_predictions"] = 2
    own = {"task": 1, "project": 1, "result": sentiment("Positive")}
    server.client.answers["GET /api/predictions/"] = [
        {"id": 4, "score": 0.5, "model_version": "m2", **own},
        {"id": 3, "score": None, "model_version": "m1", **own},
    ]
    table = Project(1, client=server.client).predictions.to_pandas()
    first = ["prediction", "task", "model_version", "score", "region"]
    assert list(table.columns)[:5] == first
    assert values(table, "prediction") == [3, 4]
    assert values(table, "score") == [None, 0.5]
    assert (str(table["score"].dtype), str(table["prediction"].dtype)) == ("Float64", "Int64")


# -- packages -------------------------------------------------------------------------------------


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A set of packages that cannot be imported."""
    missing: set[str] = set()
    found = importlib.import_module

    def import_module(name: str, package: str | None = None) -> Any:
        if name in missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return found(name, package)

    monkeypatch.setattr(importlib, "import_module", import_module)
    return missing


@pytest.mark.parametrize(
    ("make", "name", "extra"),
    [
        (Query.to_pandas, "pandas", "pandas"),
        (Query.to_polars, "polars", "polars"),
        (Query.to_arrow, "pyarrow", "arrow"),
    ],
)
def test_a_missing_package_is_named_with_its_install_command(
    make: Any, name: str, extra: str, without: set[str]
) -> None:
    without.add(name)
    says = rf"{name} is not installed: pip install 'label-studio-orm\[{extra}\]'"
    with pytest.raises(MissingPackage, match=says):
        make(library(EMMA))
    with pytest.raises(ImportError):
        make(library(EMMA))


def test_the_installed_package_creates_an_arrow_stream(without: set[str]) -> None:
    without.add("pyarrow")
    assert values(pl.DataFrame(library(EMMA)), "title") == ["Emma"]
    without.add("polars")
    with pytest.raises(MissingPackage):
        library(EMMA).__arrow_c_stream__()


def test_table_packages_are_imported_on_demand() -> None:
    code = """
import sys
from label_studio_orm import LabelStudio, Task
project = LabelStudio("http://localhost:1", api_key="0" * 40).projects.get(1)
query = project.tasks.filter(Task.id > 1).order_by("-id").limit(3)
repr(query), query.explain(), project.annotations
print(*{"pandas", "polars", "pyarrow", "numpy"} & set(sys.modules))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_data_keys_with_similar_names_are_all_kept() -> None:
    server = TaskServer()
    server.add(data={"id": 101, "data.id": -1})
    (row,) = server.tasks.only("data").to_dicts()
    assert row == {"id": 1, "data.data.id": 101, "data.id": -1}


def test_a_relation_has_the_ids_of_its_regions() -> None:
    relation = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
    row = region_row(relation, taken=())
    assert (row["type"], row["from_id"], row["to_id"]) == ("relation", "a", "b")


FIRST, LAST = datetime(1, 1, 1, tzinfo=timezone.utc), datetime(9999, 12, 31, tzinfo=timezone.utc)


@pytest.mark.parametrize("make", [tables.to_pandas, tables.to_polars, tables.to_arrow])
def test_the_earliest_and_latest_dates_are_kept(make: Any) -> None:
    assert len(make({"at": [FIRST, None, LAST]})) == 3


@pytest.mark.parametrize("make", [tables.to_polars, tables.to_arrow])
def test_names_with_equal_escaped_forms_stay_two_columns(make: Any) -> None:
    assert make({"\ud800": [1], "\\ud800": [2]}).shape == (1, 2)
