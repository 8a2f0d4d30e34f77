"""The sources of imports: lists, generators, files, tables and queries."""

from __future__ import annotations

import dataclasses
import io
import json
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.tasks import TaskServer

from label_studio_orm import Project
from label_studio_orm.errors import InvalidInput, MissingPackage
from label_studio_orm.records.projects import Projects
from label_studio_orm.transfer.imports.source_hints import no_row
from label_studio_orm.transfer.imports.sources import open_source

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def rows(source: Any) -> list[Any]:
    found = [row for _, row in open_source(source).rows()]
    for row in found:
        if isinstance(row, InvalidInput):
            raise row
    return found


def places(source: Any) -> list[str]:
    return [where for where, _ in open_source(source).rows()]


TWO = [{"text": "a"}, {"text": "b"}]


@pytest.mark.parametrize(
    "source",
    [TWO, tuple(TWO), iter(TWO), (item for item in TWO)],
    ids=["list", "tuple", "iterator", "generator"],
)
def test_lists_and_generators(source: Any) -> None:
    assert rows(source) == TWO


def test_a_single_dict_is_one_task() -> None:
    assert rows(TWO[0]) == TWO[:1]


def test_only_sources_that_can_be_read_again_are_repeatable() -> None:
    assert open_source(TWO).repeatable
    assert not open_source(iter(TWO)).repeatable


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("t.json", json.dumps(TWO), TWO),
        ("t.json", json.dumps(TWO[0]), TWO[:1]),
        ("t.JSON", b"\xef\xbb\xbf\n " + json.dumps(TWO).encode(), TWO),
        (
            "t.json",
            '[{"n": 1, "x": 1.5, "big": 12345678901}]',
            [{"n": 1, "x": 1.5, "big": 12345678901}],
        ),
        ("t.jsonl", '{"text": "a"}\n\n{"text": "b"}', TWO),
        ("t.json", " " * 5000 + json.dumps(TWO), TWO),
        ("t.csv", "text\na\nb\n", TWO),
        ("t.csv", "\n\ntext\na\nb\n", TWO),
        ("t.csv", "\ufefftext\r\na\r\n\r\nb\r\n", TWO),
        ("t.csv", 'text,n\n"a, ""b""\nc",007\n', [{"text": 'a, "b"\nc', "n": "007"}]),
        ("t.tsv", "text\tn\na,b\t\n", [{"text": "a,b", "n": ""}]),
        ("t.txt", "a\n\n  b\n", ["a", "  b"]),
    ],
)
def test_files_of_all_formats_are_read(
    write: Write, name: str, content: str | bytes, found: Any
) -> None:
    assert rows(write(name, content)) == found
    assert rows(str(write(name, content))) == found


def test_rows_have_their_place_in_the_source(write: Write) -> None:
    path = write("t.csv", 'text\n"a\nb"\nc\n')
    assert places(path) == [f"{path} line 2", f"{path} line 4"]
    assert places(write("t.json", json.dumps(TWO)))[1].endswith("t.json [1]")
    assert places(TWO) == ["Task [0]", "Task [1]"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("t.json", '[{"text": "a"},\n{"text": }]', "t.json line 2 is malformed"),
        ("t.json", '[{"text": "a"}', "t.json line 1 is malformed"),
        ("t.json", '{"text":\n\n"a"', "t.json line 3 is malformed"),
        ("t.jsonl", '{"text": "a"}\n{"text"\n', "t.jsonl line 2 is malformed"),
        ("t.csv", "text,n\na,1\nb\n", "t.csv line 3 is malformed: 1 values for 2 columns"),
        ("t.csv", "text,n\na,1,2\n", "t.csv line 2 is malformed: 3 values for 2 columns"),
        ("t.csv", "text,text\n", "t.csv line 1 is malformed: two columns are named 'text'"),
        ("t.csv", ",text\n0,a\n", "t.csv line 1 is malformed: column 1 has no name"),
        ("t.csv", 'text\n"a\nb\nc\n', "t.csv line 2 is malformed: unexpected end of data"),
        ("t.csv", "text;n\na;1\n", "t.csv line 1 is malformed: the columns are separated by ';'"),
        ("t.json", '[{"n": 1},\n{"n": NaN}]', "NaN is not JSON; use null for a missing value"),
        ("t.jsonl", '{"n": 1}\n' + "[" * 100_000, "t.jsonl line 2 is malformed"),
        ("t.jsonl", '{"n": ' + "1" * 5000 + "}", "t.jsonl line 1 is malformed"),
        ("t.json", '{"text": "a"}'.encode("utf-16"), "t.json line 1 is not UTF-8"),
        ("t.csv", b"text\na\n\xff\n", "t.csv line 3 is not UTF-8"),
        ("t.jsonl", '{"text": "a"}\n'.encode("utf-16"), "t.jsonl line 1 is not UTF-8"),
        ("t.json", b'[{"text":\n"\xe9"}]', "t.json line 2 is not UTF-8"),
        ("t.xml", "<a/>", "must be a .json, .jsonl, .csv, .tsv, .txt file, not '.xml'"),
    ],
)
def test_an_invalid_file_names_the_problem_and_its_place(
    write: Write, name: str, content: str | bytes, says: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        rows(write(name, content))
    assert says in str(caught.value)


def test_a_missing_file_is_named_in_the_error() -> None:
    with pytest.raises(InvalidInput, match=r"There is no file or folder nowhere\.csv in /"):
        open_source("nowhere.csv")


@pytest.mark.parametrize("source", [3, b"[]", None])
def test_an_invalid_source_says_what_is_accepted(source: Any) -> None:
    says = "list or generator of dicts, a DataFrame or Arrow table, the tasks of another project, "
    with pytest.raises(InvalidInput, match=f"{says}or the path of"):
        open_source(source)


FRAME = {"text": ["a", None], "n": [1, 2], "x": [0.5, None]}
PLAIN = [{"text": "a", "n": 1, "x": 0.5}, {"text": None, "n": 2, "x": None}]


@pytest.mark.parametrize(
    "frame",
    [pd.DataFrame(FRAME), pl.DataFrame(FRAME), pa.table(FRAME), pa.RecordBatch.from_pydict(FRAME)],
    ids=["pandas", "polars", "arrow table", "arrow batch"],
)
def test_dataframes_keep_types_and_missing_values(frame: Any) -> None:
    assert rows(frame) == PLAIN
    assert [type(row["n"]) for row in rows(frame)] == [int, int]


def test_an_iterator_with_a_length_can_be_read_once_only() -> None:
    class Once:
        """Looks like a collection, as a progress bar around a generator does."""

        def __init__(self) -> None:
            self.rows = iter(TWO)

        def __iter__(self) -> Any:
            return self.rows

        def __len__(self) -> int:
            return 2

    assert not open_source(Once()).repeatable
    assert rows(Once()) == TWO


@pytest.mark.parametrize("text", ["[" + '{"text": "x"},' * 400, "~nosuchuser/x.csv"])
def test_a_text_that_is_not_a_path_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not the path of a file"):
        open_source(text)


def test_integers_of_any_size_are_kept(write: Write) -> None:
    for name, content in (("t.json", '[{"n": %d}]'), ("t.jsonl", '{"n": %d}')):
        assert rows(write(name, content % 2**70)) == [{"n": 2**70}]


def test_long_texts_in_a_table_are_read(write: Write) -> None:
    assert rows(write("t.csv", f"text\n{'x' * 200_000}\n")) == [{"text": "x" * 200_000}]


def test_nan_in_a_dataframe_is_a_missing_value() -> None:
    assert rows(pa.table({"x": [float("nan")]})) == [{"x": None}]
    assert rows(pl.DataFrame({"x": [float("nan")]})) == [{"x": None}]
    assert rows(pd.DataFrame({"t": [pd.NaT], "b": pd.array([pd.NA])})) == [{"t": None, "b": None}]


def test_two_columns_with_the_same_name_are_refused() -> None:
    for frame in (
        pd.DataFrame([[1, 2]], columns=["n", "n"]),
        pd.DataFrame([[1, 2]], columns=[1, "1"]),
        pa.table([[1], [2]], names=["n", "n"]),
    ):
        with pytest.raises(InvalidInput, match="two columns named"):
            rows(frame)


class Stream:
    """Supports the Arrow stream protocol only."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.table.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "make",
    [Stream, lambda table: pa.RecordBatchReader.from_batches(table.schema, table.to_batches(1))],
    ids=["stream", "reader"],
)
def test_an_arrow_stream_is_read_once(make: Callable[[pa.Table], Any]) -> None:
    assert rows(make(pa.table(FRAME))) == PLAIN
    assert not open_source(make(pa.table(FRAME))).repeatable
    assert places(make(pa.table(FRAME))) == ["Row [0]", "Row [1]"]
    with pytest.raises(InvalidInput, match="two columns named 'n'"):
        open_source(make(pa.table([[1], [2]], names=["n", "n"])))


def test_an_arrow_stream_needs_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream(pa.table(FRAME))
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingPackage, match=r"a Stream: pip install 'label-studio-orm\[arrow\]'"):
        open_source(stream)


def test_tasks_of_another_project_are_read_without_their_annotations() -> None:
    server = TaskServer(3)
    server.rows[2].update(meta={"seen": True}, total_annotations=1, annotations=[{"id": 9}])
    server.rows[3].update(meta=None)
    assert rows(server.tasks.filter()) == [
        {"data": {"text": "t1", "n": -1}, "meta": {}},
        {"data": {"text": "t2", "n": -2}, "meta": {"seen": True}},
        {"data": {"text": "t3", "n": -3}, "meta": {}},
    ]
    assert {page["include"].count("annotations") for page in server.pages} == {
        2
    }  # only their numbers


def test_a_query_of_tasks_is_read_lazily() -> None:
    server = TaskServer(3)
    source = open_source(server.tasks)
    assert (source.repeatable, server.pages) == (False, [])


def test_records_other_than_tasks_are_refused() -> None:
    server = TaskServer()
    server.client.answers["GET /api/projects/"] = {"count": 1, "results": [{"id": 1, "title": "A"}]}
    with pytest.raises(InvalidInput, match="Only tasks can be imported, not <Project 1 'A'>"):
        rows(Projects._in(server.client, Project, {}, {}))


class Dataset:
    """Iterates over dicts, like a dataset of Hugging Face."""

    def __iter__(self) -> Any:
        return iter(TWO)


class DatasetDict(dict[str, Dataset]):
    """Maps the names of splits to datasets."""


ROWS_OF: dict[str, Any] = {
    "pandas series": pd.Series(["a", "b"], name="text"),
    "pandas column": pd.DataFrame(TWO)["text"],
    "pandas index": pd.Index(["a", "b"], name="text"),
    "polars series": pl.Series("text", ["a", "b"]),
    "polars column": pl.DataFrame(TWO)["text"],
    "series of dicts": pd.Series(TWO),
    "array of dicts": np.array(TWO),
    "dataset": Dataset(),
    "one column of a table": pa.table({"text": ["a", "b"], "n": [1, 2]}).select(["text"]),
}


@pytest.mark.parametrize("source", ROWS_OF.values(), ids=ROWS_OF)
def test_columns_and_datasets_are_read(source: Any) -> None:
    assert rows(source) == TWO


HINTS: dict[str, tuple[Any, str]] = {
    "nameless series": (pd.Series(["a"]), r'series\.to_frame\("text"\)'),
    "column with a number": (pd.Series(["a"], name=0), r'series\.to_frame\("text"\)'),
    "row of a frame": (pd.DataFrame(TWO).iloc[0], r"series\.to_dict\(\)"),
    "nameless polars series": (pl.Series(["a"]), r"series\.to_frame"),
    "lazy frame": (pl.LazyFrame(TWO), r"frame\.collect\(\)"),
    "arrow column": (pa.table({"text": ["a"]}).column("text"), r'table\.select\(\["text"\]\)'),
    "arrow array": (pa.array(["a"]), r'table\.select\(\["text"\]\)'),
    "array": (np.array(["a"]), r'pandas\.DataFrame\(array, columns=\["text"\]\)'),
    "matrix": (np.zeros((2, 2)), r"pandas\.DataFrame\(array, columns="),
    "named array": (np.array([("a",)], dtype=[("text", "U1")]), r"pandas\.DataFrame\(array\)"),
    "splits": (DatasetDict(train=Dataset()), r"pass one of them, such as dataset\['train'\]"),
    "open file": (io.StringIO("a"), "Pass the path of the file"),
    "text": ("one text", r"'one text' is not the path of a file\. To import text, pass"),
    "sentence": ("Nice film. Very.", "is not the path of a file"),
    "lines": ("a\nb", "is not the path of a file"),
    "nothing": ("", "'' is not the path of a file"),
    "JSON": ('[{"text": "a"}]', r"but JSON: pass json\.loads"),
    "URL": ("https://example.com/a.csv", "download the file first"),
    "bytes": (b"[]", "not from a bytes"),
    "number": (3, "not from an int"),
}


@pytest.mark.parametrize(("source", "says"), HINTS.values(), ids=HINTS)
def test_errors_about_other_objects_show_the_conversion(source: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        open_source(source)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.jpg", r"To make a task of the file itself: .*upload_files\('.*a\.jpg'\)"),
        ("a.parquet", r"Pass the result of pandas\.read_parquet\(path\)"),
        ("a.xlsx", r"pandas\.read_excel"),
        ("a.jsonl.gz", "Unpack it first"),
        ("a", "not ''"),
    ],
)
def test_errors_about_other_files_name_what_reads_them(write: Write, name: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        open_source(write(name, "x"))


def test_an_error_about_a_folder_names_upload_files(tmp_path: Path) -> None:
    for folder in (tmp_path, str(tmp_path)):
        with pytest.raises(InvalidInput, match=r"is a folder: project\.upload_files"):
            open_source(folder)


class Named(NamedTuple):
    text: str


@dataclasses.dataclass
class TrackedValue:
    text: str


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a", r'\[\{"text": each\} for each in …\]'),
        (("a", 1), r"dict\(zip\(names, row\)\)"),
        (["a", 1], r"dict\(zip\(names, row\)\)"),
        (np.array([1, 2]), r"dict\(zip\(names, row\)\)"),
        (Named("a"), r"row\._asdict\(\)"),
        (TrackedValue("a"), r"dataclasses\.asdict\(row\)"),
        (7, "not an int"),
        (None, "not a NoneType"),
    ],
)
def test_an_error_about_an_invalid_row_shows_how_to_make_one(row: Any, says: str) -> None:
    assert re.search(says, no_row(row))


FLOATS = '[{"n": 1.5, "deep": {"x": [0.1, 1E5, -0.0, {"y": 2.50}]}, "whole": 12345678901234567890}]'


@pytest.mark.parametrize("name", ["t.json", "t.jsonl"])
def test_nested_decimals_become_floats(write: Write, name: str) -> None:
    (row,) = rows(write(name, FLOATS if name == "t.json" else FLOATS[1:-1]))
    assert row == json.loads(FLOATS)[0]
    assert type(row["n"]) is type(row["deep"]["x"][1]) is type(row["deep"]["x"][3]["y"]) is float
    assert type(row["whole"]) is int
    assert math.copysign(1, row["deep"]["x"][2]) == -1


@pytest.mark.parametrize(
    "half",
    [
        r"\ud800",
        r"\uDBFF",
        r"\udc00",
        r"\ud83d x",
        r"\ud83d\ud83d\ude00",
        r"\ude00\ud83d",
        r"\\\ud800",
    ],
)
def test_a_lone_surrogate_in_a_json_file_is_refused(write: Write, half: str) -> None:
    path = write("t.json", f'[{{"text": "a"}},\n{{"text": "{half}"}}]')
    with pytest.raises(InvalidInput, match=r"line 2 is malformed: .* is a lone surrogate"):
        rows(path)


@pytest.mark.parametrize("blanks", range(0, 40, 3))
@pytest.mark.parametrize("text", [r"\ud83d\ude00", r"\\ud800", r"\u00e9", r"\ud83d\ude00" * 9])
def test_characters_across_block_boundaries_are_read(write: Write, text: str, blanks: int) -> None:
    path = write("t.json", " " * (64 * 1024 - blanks) + f'[{{"text": "{text}"}}]')
    assert rows(path) == [{"text": json.loads(f'"{text}"')}]


@pytest.mark.parametrize("name", ["[draft] tasks.csv", "{1}.csv", "my tasks.csv"])
def test_a_file_may_have_any_name(name: str, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(name, "text\na\n").parent)
    assert rows(name) == [{"text": "a"}]
