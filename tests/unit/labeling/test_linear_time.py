"""Texts of others that patterns and parsers of ours could take for ever to read."""

from __future__ import annotations

import io

import pytest

from label_studio_orm.errors import nearest
from label_studio_orm.http.database_errors import meaning
from label_studio_orm.labeling.html.entities import decode_text
from label_studio_orm.labeling.html.kept_attributes import kept_attributes
from label_studio_orm.labeling.repeats import pattern_of
from label_studio_orm.labeling.results.dates import parse_date
from label_studio_orm.labeling.results.region_rules import NUMERIC
from label_studio_orm.labeling.variables import matches_template
from label_studio_orm.orm.tracked import copied
from label_studio_orm.server_version import parsed
from label_studio_orm.transfer.imports.readers import tasks_in
from label_studio_orm.transfer.imports.surrogates import WholeCharacters

LONG = 1_000_000  # each took hours, or raised a ValueError of Python's own


def test_quotes_without_end_in_a_database_error_end() -> None:
    assert meaning("“" * LONG) == ""


@pytest.mark.parametrize("text", ["&" + "a" * LONG, "&#" + "9" * 5_000, "&#x" + "f" * 5_000])
def test_a_reference_without_end_is_read(text: str) -> None:
    assert decode_text(text) in (text, "\ufffd")


def test_leading_zeros_of_a_reference_do_not_count() -> None:
    assert decode_text("&#" + "0" * 5_000 + "65;") == "A"


def test_comments_without_end_in_an_address_end() -> None:
    kept, _ = kept_attributes({"href": "java<!--x-->script:1" + "<!--" * LONG})
    assert kept == {}


def test_a_number_of_a_million_digits_and_a_letter_is_none() -> None:
    assert NUMERIC.fullmatch("1" * LONG + "x") is None
    assert NUMERIC.fullmatch("1.")
    assert NUMERIC.fullmatch("-1.5e3")


def test_a_text_of_many_variables_is_compared_part_by_part() -> None:
    assert not matches_template("$a b" * 50, " b" * LONG + "x")
    assert matches_template("$a b$c", "a b b b")
    assert not matches_template("ab $a ab", "ab")


def test_a_name_of_a_repeater_with_many_indexes_is_compared_at_once() -> None:
    pattern = pattern_of("{{idx}}1" * 50 + "{{idx}}", "{{idx}}")
    assert pattern.fullmatch("1" * 5_000 + "x") is None
    assert pattern.fullmatch("1" * 5_000)


def test_a_date_of_a_format_without_end_is_read() -> None:
    assert parse_date("1" * 200_000, "%d" * 100_000)


@pytest.mark.parametrize("size", [100, 16_384])
def test_a_long_text_in_small_blocks_of_json_is_read_once(size: int) -> None:
    text = b'[{"a": "%b"}]' % (b"b" * 8 * LONG)
    blocks = (text[at : at + size] for at in range(0, len(text), size))
    assert [len(task["a"]) for task in tasks_in(blocks)] == [8 * LONG]


def test_a_release_of_5000_digits_is_read() -> None:
    assert len(parsed("9" * 5_000)) == 3


def test_a_long_name_is_compared_with_none() -> None:
    assert nearest("title" * LONG, ["title"]) == ""


def test_escaped_escapes_of_surrogates_end() -> None:
    text = ("\\\\ud800" * (LONG // 7)).encode()
    file = WholeCharacters(io.BytesIO(text))
    assert b"".join(iter(file.read, b"")) == text


def test_json_of_900_levels_is_copied() -> None:
    deep: list[object] = []
    for _ in range(900):
        deep = [deep, {"a": deep}] if not deep else [deep]
    copy = copied({"x": deep})
    assert copy == {"x": deep}
    assert copy["x"] is not deep
